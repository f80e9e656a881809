"""Sections of a page for other stories: what below "Related articles" is a teaser, and where the story itself goes on."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass
from itertools import groupby, pairwise

from corpus.furniture import HeadingKind, service_rule, words_of
from corpus.imprint import is_person
from corpus.page_lines import Line

_RESUMES = 3
"""So many sentences in a row, with no headline or label between them, are the story going on, not teasers."""
_NO_HEADLINE = 2
"""Words. So short a line announces no story."""
Run = tuple[bool, list[Line]]
"""Lines in a row that are all prose, or all not."""


@dataclass(frozen=True, slots=True)
class Teaser:
    """A related story as the page shows it: headline, text, or both."""

    title: str | None
    text: str | None


def take_sections(lines: Sequence[Line], *, boxed: bool = False) -> list[Teaser]:
    """The teasers below each heading; what else stands there is dropped, as far as the story does not go on. Where teasers were
    `boxed` and set apart before, it does with the first sentence."""
    teasers: list[Teaser] = []
    known: set[str] = set()  # the marks of the story told so far
    starts = [
        number for number, line in enumerate(lines) if number == 0 or line.heading is not None or line.rule == "title"
    ]
    for start, end in pairwise([*starts, len(lines)]):
        kind, section = lines[start].heading, lines[start + 1 : end]
        if kind == "subjects":
            _drop_subjects(section)
        elif kind is not None:
            end_of_section = _first_prose(section) if boxed else _resumption(section, known, kind)
            teasers += gathered(section[:end_of_section], popular=kind == "popular")
        for line in lines[start:end]:
            if line.kept and line.is_sentence:
                known |= line.marks
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


def _resumption(section: Sequence[Line], known: Set[str], kind: HeadingKind) -> int:
    """Where in the section the story goes on: an index, the section's length if it does not.

    Nowhere above a label such as `Reported by AI`, which stands below a teaser. A story of which nothing was told before begins with
    two sentences in a row.
    """
    reported = max((number for number, line in enumerate(section, start=1) if line.rule == "ai-label"), default=0)
    if reported:
        kind = "related"
    kept = (line for line in section[reported:] if line.kept)
    runs: list[Run] = [(prose, list(run)) for prose, run in groupby(kept, key=lambda line: line.is_prose)]
    if not known:
        begun = (run[0] for prose, run in runs if prose and len(run) > 1)
        return next(map(section.index, begun), len(section))
    paired = sum(prose and len(run) == 1 for prose, run in runs) > 1
    apart = {line for before, line in pairwise(section) if not before.kept}
    for number, (prose, _) in enumerate(runs):
        if prose and (story := _story(runs, number, known, kind, apart, paired=paired)):
            return section.index(story[0])
    return len(section)


def _story(
    runs: Sequence[Run], number: int, known: Set[str], kind: HeadingKind, apart: Set[Line], *, paired: bool
) -> list[Line]:
    """The lines of a run of sentences with which the story goes on, subheading first; none if they are teasers.

    It goes on with three in a row, with one that quotes somebody or has more in common with the story told so far than with
    the headline above it, and with those below a subheading of theirs. In doubt it does below an `also` heading, such as `Read
    also`, that may stand in the middle of a story. `paired` says that headlines and single sentences alternate; lines `apart` stand
    right below furniture.
    """
    run = runs[number][1]
    links = runs[number - 1][1] if number else []
    headline = links[-1] if links else None
    rest = run[1:] if headline and _belongs(headline, run[0], known) else run
    if not rest:
        return []
    shared = [len(line.marks & known) for line in rest]
    if headline is None:
        goes_on = sum(line.quotes or count > 1 for line, count in zip(rest, shared, strict=True))
        return rest if len(rest) >= _RESUMES and goes_on * 2 > len(rest) else []
    one_of_many = len(rest) == 1 and (paired or number < len(runs) - 1)
    known_more = any(count > max(1, len(line.marks & headline.marks)) for line, count in zip(rest, shared, strict=True))
    in_doubt = kind == "also" and number == len(runs) - 1 and number <= 1 and rest == run
    if (
        len(rest) >= _RESUMES
        or any(line.quotes for line in rest)
        or (known_more and not one_of_many)
        or (rest == run and _over_paragraphs(runs[number + 1 : number + 3]))
        or in_doubt
    ):
        short = headline.words <= (4 if len(links) > 1 else _NO_HEADLINE)
        over = rest == run and (short or (kind == "also" and len(links) > 1 and headline in apart))
        return [headline, *rest] if over else rest
    return []


def _belongs(headline: Line, text: Line, known: Set[str]) -> bool:
    """Whether a sentence is the text of the teaser whose headline stands above it."""
    shared = len(headline.marks & text.marks)
    return not text.quotes and shared > 0 and shared >= len(known & text.marks)


def _over_paragraphs(runs: Sequence[Run]) -> bool:
    """Whether what follows is one line and the paragraphs that it is the subheading of."""
    if len(runs) < 2 or len(runs[0][1]) != 1 or len(runs[1][1]) < 2:
        return False
    return bool(runs[0][1][0].marks & runs[1][1][0].marks)
