"""The lines that a reader of an HTML page sees: which the article's body holds, and which link to other stories."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from lxml import etree
from lxml.html import HtmlElement

from corpus.furniture import heading_kind

_BLOCKS = frozenset(
    "address article aside blockquote body br button dd details div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6"
    " header hr li main nav ol option p pre section summary table tbody td th thead tr ul".split()
)
_UNSEEN = frozenset("head iframe math noscript object script select style svg template textarea title".split())
_RUNS = (1, 2, 5)
"""Lengths in words of the runs by which a line is known again."""
_MAX_STEPS = 4
"""Elements between a heading and its box; in the pages looked at it is 1 to 3."""


@dataclass(frozen=True, slots=True)
class SeenLine:
    """One line of a page, and the block element that it stands in."""

    text: str
    element: HtmlElement


def seen_lines(tree: HtmlElement) -> Iterator[SeenLine]:
    """Every line of the page, top to bottom: the text between the borders of two blocks."""
    blocks = [tree]
    pieces: list[str] = []
    walk = etree.iterwalk(tree, events=("start", "end"))
    for event, element in walk:
        starts, tag = event == "start", element.tag
        if starts and tag in _UNSEEN:
            walk.skip_subtree()
            continue
        if tag in _BLOCKS:
            if pieces and (text := " ".join("".join(pieces).split())):
                yield SeenLine(text, blocks[-1])
            pieces.clear()
            blocks.append(element) if starts else blocks.pop()
        text = element.text if starts else element.tail
        if text:
            pieces.append(text)


def outside(lines: Sequence[SeenLine], body: Sequence[str]) -> list[bool]:
    """Whether each line is missing from `body`, the lines of the article. The body may have joined or split lines: one counts as
    there if its first words or its last stand in a line of the body. Linear in both."""
    whole = {" ".join(line.split()) for line in body}
    ends = {line.text: _ends(line.text.split()) for line in lines if line.text not in whole}
    wanted = frozenset().union(*ends.values())
    changed = (line.split() for line in whole.difference(line.text for line in lines))
    known = {run for line in changed for size in _RUNS for run in wanted.intersection(_runs(line, size))}
    return [line.text in ends and known.isdisjoint(ends[line.text]) for line in lines]


def related_boxes(lines: Sequence[SeenLine], missing: Sequence[bool]) -> Iterator[range]:
    """The runs of lines that a heading such as "Related articles" and what stands in one box with it make up.

    The box is the smallest element around the heading that holds more than it; one that holds lines of the body is none.
    """
    end = 0
    for at, line in enumerate(lines):
        if at < end or not missing[at] or heading_kind(line.text) in (None, "subjects"):
            continue
        for box in islice(line.element.iterancestors(), _MAX_STEPS):
            end = at + 1
            while end < len(lines) and box in (lines[end].element, *lines[end].element.iterancestors()):
                end += 1
            if end > at + 1:
                break
        if end > at + 1 and all(missing[at:end]):
            yield range(at, end)


def _ends(words: Sequence[str]) -> set[tuple[str, ...]]:
    """The first words and the last."""
    size = max(size for size in _RUNS if size <= len(words))
    return {tuple(words[:size]), tuple(words[-size:])}


def _runs(words: Sequence[str], size: int) -> Iterator[tuple[str, ...]]:
    """Every `size` words in a row."""
    return zip(*(words[at:] for at in range(size)), strict=False)
