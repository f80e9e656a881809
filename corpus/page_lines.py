"""The lines of a flattened page, each told by itself: furniture, imprint, heading over other stories, or text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from corpus.furniture import HeadingKind, boilerplate_rule, heading_kind
from corpus.imprint import Imprint, read_imprint
from corpus.language import detect_language

_TERMINAL = re.compile(r"[.!?…:;。！？：；][\"'”’»)\]」』）]*$|[\"”»」』]$")
_FULL_STOP = re.compile(r"[.…:;。：；][\"'”’»“)\]」』）]*$")
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]{2}")
"""Two characters of Chinese or Japanese, about a word."""
_QUOTED = re.compile(r"[\"“„«»”]\w[^\"“”„«»]{15,}[\"“”«»]")
_WORD = re.compile(r"\w+")
_LONG_WORD = re.compile(r"\b(?=\w{5})\w{1,6}")
_LIST_ITEM = re.compile(r"(?:[•*▪◦·–—-]|\d{1,2}[.)])\s")


@dataclass(eq=False)
class Line:
    """One line of the page and, once known, the rule that drops it. `block` numbers the paragraphs of the page; a `chapter` of a recording
    is of the story wherever it stands."""

    text: str
    block: int
    last_of_block: bool = False
    rule: str | None = None
    heading: HeadingKind | None = None
    imprint: Imprint | None = None
    teaser: bool = False
    chapter: bool = False

    @property
    def kept(self) -> bool:
        return self.rule is None and not self.teaser

    @cached_property
    def words(self) -> int:
        return len(self.text.split()) + (0 if self.text.isascii() else len(_UNSPACED.findall(self.text)))

    @cached_property
    def ends(self) -> bool:
        return ends_sentence(self.text)

    @cached_property
    def is_sentence(self) -> bool:
        return self.words >= 7 and self.ends

    @cached_property
    def is_prose(self) -> bool:
        """A sentence that no headline would be, or a paragraph that lost its full stop."""
        stops = _FULL_STOP.search(self.text, max(0, len(self.text) - 4)) is not None
        return self.words >= 15 or (self.words >= 7 and stops)

    @cached_property
    def is_list_item(self) -> bool:
        return _LIST_ITEM.match(self.text) is not None

    @cached_property
    def quotes(self) -> bool:
        """Whether somebody speaks in it, at some length."""
        return self.text[0] in "–—" or _QUOTED.search(self.text) is not None

    @cached_property
    def shown_words(self) -> list[str]:
        return _WORD.findall(self.text)

    @cached_property
    def long_words(self) -> frozenset[str]:
        """Words of five letters and more, cut to six."""
        return frozenset(_LONG_WORD.findall(self.text.casefold()))

    @cached_property
    def marks(self) -> frozenset[str]:
        """Names and long words, cut to six letters: what tells one story from another."""
        long = (word for word in self.shown_words if len(word) >= 4)
        return frozenset(word[:6].casefold() for word in long if len(word) >= 7 or word[0].isupper())


def ends_sentence(text: str) -> bool:
    """Whether `text` ends as a sentence does and a headline seldom does."""
    return _TERMINAL.search(text, max(0, len(text) - 4)) is not None


def read_lines(text: str) -> list[Line]:
    """The lines of the page whose cleaned characters are `text`; those wrapped at a column are joined into one."""
    day_first = _day_comes_first(text)
    lines: list[Line] = []
    for number, block in enumerate(re.split(r"\n\s*\n", text)):
        inside = [line for line in block.split("\n") if line]
        if _hard_wrapped(inside):
            inside = [" ".join(inside)]
        told = [_told_by_itself(line, number, day_first) for line in inside]
        for kept, run in groupby(told, key=lambda line: line.kept):
            together = list(run)
            if kept and len(together) < len(told) and _hard_wrapped([line.text for line in together]):
                together = [Line(" ".join(line.text for line in together), number)]
            lines += together
        if inside:
            lines[-1].last_of_block = True
    return lines


def _told_by_itself(text: str, block: int, day_first: bool) -> Line:
    if (heading := heading_kind(text)) is not None:
        return Line(text, block, rule=f"{heading}-heading", heading=heading)
    imprint = read_imprint(text, day_first=day_first)
    return Line(text, block, rule=imprint.rule if imprint else boilerplate_rule(text), imprint=imprint)


def _hard_wrapped(lines: Sequence[str]) -> bool:
    """Lines cut at a column, not at the ends of sentences: all but the last are 50-100 wide and most run on."""
    if len(lines) < 2 or any(not 50 <= len(line) <= 100 for line in lines[:-1]):
        return False
    running_on = sum(not ends_sentence(line) for line in lines[:-1])
    starts_low = sum(line[0].islower() for line in lines[1:])
    return running_on >= 0.6 * (len(lines) - 1) and (starts_low > 0 or len(lines) > 3)


def _day_comes_first(text: str) -> bool:
    """Whether 05/03/2026 is the fifth of March: so it is on pages in French and Spanish."""
    slashed = re.search(r"\d/\d\d?/\d{4}", text) is not None
    return slashed and detect_language(max(text.split("\n"), key=len)) in {"fr", "es"}
