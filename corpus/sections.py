"""Teasers: the lines of a page that tell of other stories, made into small stories of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from corpus.furniture import service_rule, words_of
from corpus.imprint import is_person
from corpus.page_lines import Line

_NO_HEADLINE = 2
"""Words. So short a line announces no story."""


@dataclass(frozen=True, slots=True)
class Teaser:
    """A related story as the page shows it: headline, text, or both."""

    title: str | None
    text: str | None


def take_sections(lines: Sequence[Line]) -> list[Teaser]:
    """The teasers below each heading, down to the first sentence: on a page whose boxes were set apart before."""
    teasers: list[Teaser] = []
    starts = [
        number for number, line in enumerate(lines) if number == 0 or line.heading is not None or line.rule == "title"
    ]
    for start, end in pairwise([*starts, len(lines)]):
        kind, section = lines[start].heading, lines[start + 1 : end]
        if kind == "subjects":
            _drop_subjects(section)
        elif kind is not None:
            teasers += gathered(section[: _first_prose(section)], popular=kind == "popular")
    return teasers


def take_reported(lines: Sequence[Line]) -> list[Teaser]:
    """The teasers below a heading that a label such as `Reported by AI` stands with, above or below each.

    Below the last label no more lines are teasers than stand between two of them: the story may go on there.
    """
    teasers: list[Teaser] = []
    starts = [number for number, line in enumerate(lines) if line.heading is not None or line.rule == "title"]
    for start, end in pairwise([*starts, len(lines)]):
        section = [line for line in lines[start + 1 : end] if line.kept or line.rule == "ai-label"]
        labels = [number for number, line in enumerate(section) if line.rule == "ai-label"]
        if lines[start].heading in {None, "subjects"} or not labels:
            continue
        between = max((below - above - 1 for above, below in pairwise(labels)), default=0)
        if labels[-1] and section[labels[-1] - 1].kept and not section[labels[-1] - 1].ends:
            between = max(between, 1)  # a headline's text stands below its label
        rest = len(section) - labels[-1] - 1
        teasers += gathered(section if rest <= between else section[: labels[-1]])
    return teasers


def _drop_subjects(section: Sequence[Line]) -> None:
    for line in section:
        if line.kept and (line.words > 4 or line.ends):
            return
        line.rule = line.rule or "tags"


def gathered(section: Sequence[Line], *, popular: bool = False) -> list[Teaser]:
    """The teasers that the kept lines of a section are; the other lines are given the rule that drops them."""
    teasers: list[Teaser] = []
    headline: str | None = None
    for line in section:
        if not line.kept:
            continue
        line.rule = _no_teaser(line, popular)
        if line.rule is not None:
            continue
        line.teaser = True
        if line.ends and (line.is_prose or (headline and line.is_sentence)):
            teasers.append(Teaser(headline, line.text))
            headline = None
        else:
            teasers += [Teaser(headline, None)] if headline else []
            headline = line.text
    return [*teasers, Teaser(headline, None)] if headline else teasers


def _no_teaser(line: Line, popular: bool) -> str | None:
    if line.is_sentence and (rule := service_rule(line.text, words_of(line.text), "end")):
        return rule
    if line.words <= _NO_HEADLINE or is_person(line.text):
        return "scrap"
    return "popular-headline" if popular and not line.is_prose else None


def _first_prose(section: Sequence[Line]) -> int:
    return next((number for number, line in enumerate(section) if line.kept and line.is_prose), len(section))
