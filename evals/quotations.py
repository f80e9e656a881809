"""Who said what, scored: labelled articles as text with marks, and what `find_quotes` makes of them.

A labelled article is a text in which `⟦kind|Full Name;office|words⟧` stands round the words of each quotation, exactly as
they are printed and without quotation marks. The name is `-` where a careful reader names nobody, the office may be left
out, and marks may stand inside one another. Paragraphs are separated by line breaks.

    python -m evals.quotations FOLDER... [--wrong]
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast, get_args

from corpus import Article, Quote, find_quotes
from corpus.article import Paragraph, Span
from corpus.language import detect_language
from corpus.quotes import QuoteKind
from evals.errors import LabelError

SAME = 0.8
"""Intersection over union from which a found span counts as the labelled one."""

_OPENING = re.compile(r"⟦(?P<kind>\w+)\|(?P<name>[^|;⟦⟧]+)(?:;(?P<role>[^|⟦⟧]*))?\|")
_PIECE = re.compile(rf"{_OPENING.pattern}|(?P<close>⟧)")
_MARKED: frozenset[QuoteKind] = frozenset(("direct", "mixed"))


@dataclass(frozen=True, slots=True)
class Label:
    """What a reader wrote down: the words, and who said them (None: nobody a careful reader would name)."""

    kind: QuoteKind
    speaker: str | None
    role: str | None
    span: Span


@dataclass(frozen=True, slots=True)
class LabelledArticle:
    """One article and its labels, in order of position."""

    article: Article
    labels: tuple[Label, ...]


@dataclass(frozen=True, slots=True)
class Detection:
    """Counts of found, labelled and matched spans; `exact` of the matched ones agree to the character."""

    found: int
    labelled: int
    matched: int
    exact: int

    @property
    def precision(self) -> float:
        return self.matched / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        return self.matched / self.labelled if self.labelled else 1.0

    @property
    def f1(self) -> float:
        return 2 * self.matched / (self.found + self.labelled) if self.found + self.labelled else 1.0


@dataclass(frozen=True, slots=True)
class Speakers:
    """How many of the matched quotations have the right speaker, a wrong one, or none although one is labelled.

    Nobody, where nobody is labelled, is right; anybody there is wrong. `full` of the right ones agree with the label word
    for word, the others in the surname; `roles` counts labelled offices, `same_role` those found.
    """

    right: int
    wrong: int
    silent: int
    full: int
    roles: int
    same_role: int

    @property
    def judged(self) -> int:
        return self.right + self.wrong + self.silent

    def share(self, count: int) -> float:
        return count / self.judged if self.judged else 0.0


@dataclass(frozen=True, slots=True)
class Pair:
    """A labelled quotation with the found one that covers it, or either alone."""

    source: str
    label: Label | None
    quote: Quote | None


def read_labelled(folder: Path) -> list[LabelledArticle]:
    """Every `*.quoted` file of `folder`, by name.

    Raises:
        LabelError: a mark that is not closed, or closes none, or has an unknown kind.
    """
    return [parse_labelled(path.read_text("utf-8"), path.name) for path in sorted(folder.glob("*.quoted"))]


def parse_labelled(marked: str, source: str) -> LabelledArticle:
    """The article without its marks, and the labels they made."""
    pieces: list[str] = []
    labels: list[Label] = []
    opened: list[tuple[re.Match[str], int]] = []
    position = length = 0
    for match in _PIECE.finditer(marked):
        pieces.append(marked[position : match.start()])
        length += match.start() - position
        position = match.end()
        if match["close"] is None:
            if match["kind"] not in get_args(QuoteKind):
                raise LabelError(
                    f"{source} marks a quotation as {match['kind']!r}.", "Write direct, mixed or indirect."
                )
            opened.append((match, length))
        elif opened:
            opening, start = opened.pop()
            name = opening["name"].strip()
            kind = cast("QuoteKind", opening["kind"])
            labels.append(Label(kind, None if name == "-" else name, opening["role"], Span(start, length)))
        else:
            raise LabelError(
                f"{source} closes a mark at character {match.start()} that was not opened.", "Remove the ⟧."
            )
    if opened:
        start = opened[-1][0].start()
        raise LabelError(f"{source} opens a mark at character {start} and never closes it.", "Add a ⟧.")
    text = "".join([*pieces, marked[position:]])
    spans = [Span(line.start(), line.end()) for line in re.finditer(r"\S[^\n]*(?<=\S)", text)]
    language = detect_language(text)
    paragraphs = tuple(Paragraph(span, "body", language) for span in spans)
    article = Article(source, text, paragraphs, source, language=language)
    return LabelledArticle(article, tuple(sorted(labels, key=lambda label: label.span)))


def paired(labelled: Iterable[LabelledArticle]) -> list[Pair]:
    """Each label beside the found quotation that overlaps it most, if that reaches `SAME`; then what is left over."""
    return [pair for one in labelled for pair in _paired(one, find_quotes(one.article))]


def detection(pairs: Sequence[Pair], kinds: Iterable[QuoteKind]) -> Detection:
    """How well quotations of `kinds` are found. One found as another kind is a miss, and a false find of that kind."""
    wanted = frozenset(kinds)
    labels = [pair.label for pair in pairs if pair.label and pair.label.kind in wanted]
    quotes = [pair.quote for pair in pairs if pair.quote and pair.quote.kind in wanted]
    matched = [
        (pair.label, pair.quote)
        for pair in pairs
        if pair.label and pair.quote and pair.label.kind in wanted and pair.quote.kind in wanted
    ]
    exact = sum(label.span == quote.span for label, quote in matched)
    return Detection(len(quotes), len(labels), len(matched), exact)


def speakers(pairs: Iterable[Pair], kinds: Iterable[QuoteKind] = _MARKED) -> Speakers:
    """Who is named, over the quotations labelled as one of `kinds` that were found, as whatever kind."""
    wanted = frozenset(kinds)
    matched = [(pair.label, pair.quote) for pair in pairs if pair.label and pair.quote and pair.label.kind in wanted]
    right = [(label, quote) for label, quote in matched if _same_person(label.speaker, quote.speaker)]
    silent = sum(quote.speaker is None and label.speaker is not None for label, quote in matched)
    full = sum(label.speaker == quote.speaker for label, quote in right)
    roles = [(label.role, quote.role) for label, quote in right if label.role]
    same_role = sum(_same_role(label, found) for label, found in roles)
    return Speakers(len(right), len(matched) - len(right) - silent, silent, full, len(roles), same_role)


def _paired(one: LabelledArticle, quotes: Sequence[Quote]) -> Iterator[Pair]:
    left = list(quotes)
    for label in one.labels:
        best = max(left, key=lambda quote: (_overlap(label.span, quote.span), quote.kind == label.kind), default=None)
        if best is not None and _overlap(label.span, best.span) >= SAME:
            left.remove(best)
            yield Pair(one.article.source, label, best)
        else:
            yield Pair(one.article.source, label, None)
    yield from (Pair(one.article.source, None, quote) for quote in left)


def _overlap(one: Span, other: Span) -> float:
    shared = min(one.end, other.end) - max(one.start, other.start)
    return max(shared, 0) / (len(one) + len(other) - max(shared, 0))


def _same_person(label: str | None, found: str | None) -> bool:
    """Both nobody, or names that end in the same word of which one holds every word of the other."""
    if label is None or found is None:
        return label is found
    one, other = label.casefold().split(), found.casefold().split()
    return one[-1] == other[-1] and (set(one) <= set(other) or set(other) <= set(one))


def _same_role(label: str, found: str | None) -> bool:
    return found is not None and label.casefold() in found.casefold()


def summary(pairs: Sequence[Pair]) -> str:
    direct, marked, said = detection(pairs, ["direct"]), detection(pairs, _MARKED), speakers(pairs)
    return (
        f"direct F1 {direct.f1:.4f}; direct and mixed F1 {marked.f1:.4f} (precision {marked.precision:.4f}, recall {marked.recall:.4f}, "
        f"{marked.labelled} labelled, {marked.found} found); speaker right {said.share(said.right):.4f}, "
        f"wrong {said.share(said.wrong):.4f}, silent {said.share(said.silent):.4f}; office {said.same_role}/{said.roles}"
    )


def _faults(pairs: Iterable[Pair], texts: dict[str, str]) -> Iterator[str]:
    """Every marked quotation that is missed, found where none is, or given to somebody else."""
    for pair in pairs:
        label, quote, text = pair.label, pair.quote, texts[pair.source]
        if not {one.kind for one in (label, quote) if one} & _MARKED:
            continue
        if label is None or quote is None:
            one = label or quote
            yield f"{pair.source}: {'missed' if label else 'found too much'}: {one.span.of(text) if one else ''}"
        elif not _same_person(label.speaker, quote.speaker):
            yield f"{pair.source}: {quote.speaker}, not {label.speaker}: {quote.span.of(text)}"


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m evals.quotations", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folders", type=Path, nargs="+", metavar="FOLDER", help="holds *.quoted files")
    parser.add_argument("--wrong", action="store_true", help="list every quotation that is not read as labelled")
    given = parser.parse_args(arguments)
    for folder in given.folders:
        labelled = read_labelled(folder)
        pairs = paired(labelled)
        if given.wrong:
            texts = {one.article.source: one.article.text for one in labelled}
            sys.stdout.writelines(f"{line}\n" for line in _faults(pairs, texts))
        sys.stdout.write(f"{folder.name}: {summary(pairs)}\n")


if __name__ == "__main__":
    main()
