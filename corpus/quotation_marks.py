"""Quotation marks: what stands between them, with and without the marks."""

from __future__ import annotations

from corpus.article import Span

_PAIRS = (("“", "”"), ("”", "”"), ("„", "“"), ("«", "»"), ("»", "«"), ("»", "»"), ('"', '"'), ("‘", "’"))
_OPENERS = '“”„«»"‘'


def marked(text: str, within: Span) -> list[tuple[Span, Span]]:
    """Spans between quotation marks, with and without the marks; a mark left open closes at the paragraph's end."""
    found: list[tuple[Span, Span]] = []
    position = within.start
    while position < within.end:
        character = text[position]
        opens = character in _OPENERS and (position == within.start or not text[position - 1].isalnum())
        if not opens or position + 1 >= within.end or text[position + 1].isspace():
            position += 1
            continue
        close = _closing(text, position, within.end)
        if close is None:
            introduced = position == within.start or text[position - 2 : position] in {": ", ", "}
            if character in "‘»" or not introduced:
                position += 1
                continue
            close = within.end
        inner = trimmed(text, Span(position + 1, close))
        end = min(close + 1, within.end)
        if len(inner):
            found.append((Span(position, end), inner))
        position = end
    return found


def _closing(text: str, opening: int, end: int) -> int | None:
    closers = {close for open_, close in _PAIRS if open_ == text[opening]}
    for position in range(opening + 2, end):
        if text[position] in closers and not text[position - 1].isspace():
            following = text[position + 1 : position + 2]
            if text[position] in '’"' and following.isalnum():
                continue
            return position
    return None


def trimmed(text: str, span: Span) -> Span:
    """Without surrounding white space and without the comma that belongs to the sentence around."""
    inner = span.of(text)
    start = span.start + len(inner) - len(inner.lstrip())
    end = span.start + len(inner.rstrip().rstrip(",").rstrip())
    return Span(min(start, end), end)


def unmarked(text: str, span: Span) -> Span:
    """Without a pair of quotation marks around all of it."""
    inner = span.of(text)
    if len(inner) > 2 and inner[0] in _OPENERS and inner[-1] in '”"»“’':
        return trimmed(text, Span(span.start + 1, span.end - 1))
    return span
