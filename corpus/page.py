"""A flattened page, read top to bottom: what a scraper left becomes title, imprint, body, teasers, and a record of the rest.

Every line is first told apart by itself (furniture, imprint, heading, text), then by what stands around it: what comes
before the title, which sentences below "Related articles" are teasers and where the story goes on, what trails after its
last paragraph.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from itertools import groupby, pairwise

from corpus.cleaning import Dropped
from corpus.furniture import HeadingKind, boilerplate_rule, heading_kind, service_rule, words_of
from corpus.imprint import Imprint, copyright_holder, is_person, read_imprint
from corpus.language import detect_language
from corpus.people import is_role_word

_TERMINAL = re.compile(r"[.!?…:;][\"'”’»)\]]*$|[\"”»]$")
_FULL_STOP = re.compile(r"[.…:;][\"'”’»“)\]]*$")
_LIST_ITEM = re.compile(r"(?:[•*▪◦·–—-]|\d{1,2}[.)])\s")
_MAX_TITLE = 220
_NO_TITLE = re.compile(r"[.:;…]$|(?:\S+\s+){14,}\S+[.…][\"”»]$")
_RESUMES = 3
"""So many sentences in a row, with no headline or label between them, are the story going on, not teasers."""


def ends_sentence(text: str) -> bool:
    """Whether `text` ends as a sentence does and a headline seldom does."""
    return _TERMINAL.search(text, max(0, len(text) - 4)) is not None


@dataclass(slots=True)
class Teaser:
    """A related story as the page shows it: headline, text, or both."""

    title: str | None
    text: str | None


@dataclass(slots=True)
class Page:
    """What has been read of a page."""

    title: str | None = None
    outlet: str | None = None
    authors: tuple[str, ...] = ()
    published: date | datetime | None = None
    body: list[str] = field(default_factory=list)
    teasers: list[Teaser] = field(default_factory=list)
    dropped: list[Dropped] = field(default_factory=list)


@dataclass(eq=False)
class _Line:
    """One line of the page and, once known, the rule that drops it."""

    text: str
    block: int
    last_of_block: bool = False
    rule: str | None = None
    heading: HeadingKind | None = None
    imprint: Imprint | None = None
    teaser: bool = False

    @cached_property
    def words(self) -> int:
        return len(self.text.split())

    @cached_property
    def is_sentence(self) -> bool:
        return self.words >= 7 and ends_sentence(self.text)

    @cached_property
    def is_prose(self) -> bool:
        """A sentence that no headline would be, or a paragraph that lost its full stop."""
        return self.words >= 15 or (self.words >= 7 and _FULL_STOP.search(self.text, max(0, len(self.text) - 4)) is not None)

    @cached_property
    def marks(self) -> frozenset[str]:
        """Names and long words, cut to six letters: what tells one story from another."""
        words = re.findall(r"\w{4,}", self.text)
        return frozenset(word[:6].casefold() for word in words if len(word) >= 7 or word[0].isupper())

    @property
    def kept(self) -> bool:
        return self.rule is None and not self.teaser


def read_page(text: str) -> Page:
    """The page whose cleaned characters are `text`."""
    lines = _lines(text)
    page = Page()
    _take_title(lines, page)
    _take_imprint(lines, page)
    _drop_among_furniture(lines)
    _drop_captions(lines)
    _drop_before_text(lines, page)
    _sort_sections(lines, page)
    _drop_repeated(lines, page)
    _drop_after_text(lines)
    page.body = [line.text for line in lines if line.kept]
    if page.title is not None and not page.body:
        page.body, page.title = [page.title], None
    page.dropped = [Dropped(line.text, line.rule) for line in lines if line.rule is not None and line.rule != "title"]
    return page


def _lines(text: str) -> list[_Line]:
    """The lines of the page, each told by itself; hard-wrapped lines are joined into one."""
    lines: list[_Line] = []
    for number, block in enumerate(re.split(r"\n\s*\n", text)):
        inside = [line for line in block.split("\n") if line]
        if _hard_wrapped(inside):
            inside = [" ".join(inside)]
        told = [_told_by_itself(line, number) for line in inside]
        for kept, run in groupby(told, key=lambda line: line.kept):
            together = list(run)
            if kept and len(together) < len(told) and _hard_wrapped([line.text for line in together]):
                together = [_Line(" ".join(line.text for line in together), number)]
            lines += together
        if inside:
            lines[-1].last_of_block = True
    return lines


def _hard_wrapped(lines: Sequence[str]) -> bool:
    """Lines cut at a column, not at the ends of sentences: all but the last are 50-100 wide and most run on."""
    if len(lines) < 2 or any(not 50 <= len(line) <= 100 for line in lines[:-1]):
        return False
    running_on = sum(not ends_sentence(line) for line in lines[:-1])
    starts_low = sum(line[0].islower() for line in lines[1:])
    return running_on >= 0.6 * (len(lines) - 1) and (starts_low > 0 or len(lines) > 3)


def _told_by_itself(text: str, block: int) -> _Line:
    if (heading := heading_kind(text)) is not None:
        return _Line(text, block, rule=f"{heading}-heading", heading=heading)
    imprint = read_imprint(text)
    return _Line(text, block, rule=imprint.rule if imprint else boilerplate_rule(text), imprint=imprint)


# Title and imprint


def _take_title(lines: Sequence[_Line], page: Page) -> None:
    """The first headline that the text speaks of; other headline-like lines above it are dropped."""
    candidates: list[_Line] = []
    for line in lines:
        if not line.kept:
            continue
        could_be = len(line.text) <= _MAX_TITLE and _NO_TITLE.search(line.text) is None
        if not could_be or (candidates and line.is_sentence and _spoken_of(candidates, lines)):
            break
        candidates.append(line)
    if not candidates or not any(line.kept for line in lines[lines.index(candidates[-1]) + 1 :]):
        candidates = candidates[:-1]
    if not candidates:
        return
    title = _spoken_of(candidates, lines) or next(
        (line for line in candidates if line.words > 3), max(candidates, key=lambda line: len(line.text))
    )
    for other in candidates:
        tagged = re.fullmatch(r" [|–—-] (.{2,60})", title.text.removeprefix(other.text)) if other.words > 3 else None
        if other is not title and tagged:
            title.rule, page.outlet, title = "title-tag", tagged[1], other
            break
    for line in candidates[: candidates.index(title)]:
        line.rule = line.rule or "above-title"
    title.rule = "title"
    page.title = title.text


def _spoken_of(candidates: Sequence[_Line], lines: Sequence[_Line]) -> _Line | None:
    """The first of the candidates, of those over three words if there are any, whose words return in the prose."""
    prose = (line.text for line in lines if line.kept and line.is_prose and line not in candidates)
    told = {word[:6] for text in prose for word in words_of(text) if len(word) > 4}
    shares = []
    for line in candidates:
        words = {word[:6] for word in words_of(line.text) if len(word) > 4}
        shares.append(len(words & told) / max(len(words), 1))
    spoken_of = [line for line, share in zip(candidates, shares, strict=True) if share and share * 4 >= max(shares)]
    return next((line for line in spoken_of if line.words > 3), spoken_of[0] if spoken_of else None)


def _take_imprint(lines: Sequence[_Line], page: Page) -> None:
    """Authors, date and outlet from the lines that state them, above the first section of teasers where there is a choice."""
    day_first = _day_comes_first(lines)
    for line in lines:
        if line.heading is not None and line.heading != "subjects":
            break
        if line.imprint is None:
            continue
        stated = read_imprint(line.text, day_first=day_first) if day_first else line.imprint
        if stated is not None:
            page.authors = page.authors or stated.authors
            page.published = page.published or stated.published
            page.outlet = page.outlet or stated.outlet
    if page.outlet is None:
        page.outlet = next(filter(None, (copyright_holder(line.text) for line in lines if line.rule == "copyright")), None)


def _day_comes_first(lines: Sequence[_Line]) -> bool:
    """Whether 05/03/2026 is the fifth of March: so it is on pages in French and Spanish."""
    if not any(re.search(r"\d/\d\d?/\d{4}", line.text) for line in lines):
        return False
    return detect_language(" ".join(line.text for line in lines if line.rule is None)) in {"fr", "es"}


def _drop_before_text(lines: Sequence[_Line], page: Page) -> None:
    """A name above the imprint, and scraps between title and text: a name, an office, a section."""
    for line, following in pairwise(lines):
        if line.kept and following.imprint is not None and is_person(line.text):
            line.rule = "byline"
            page.authors = page.authors or (line.text,)
    start = next((number for number, line in enumerate(lines) if line.rule == "title"), 0)
    end = next((number for number, line in enumerate(lines) if number > start and line.kept and line.is_sentence), 0)
    while end > start and lines[end - 1].kept:  # a subheading of the text
        end -= 1
    for line, following in pairwise(lines[start + 1 : end + 1]):
        if not line.kept:
            continue
        name, _, office = line.text.partition(", ")
        if is_person(name) and (_is_office(office) if office else _goes_with_a_name(following)):
            line.rule = "byline"
            page.authors = page.authors or (name,)
        elif line.words <= 3 and not ends_sentence(line.text) and _LIST_ITEM.match(line.text) is None:
            line.rule = "before-text"


def _is_office(words: str) -> bool:
    return len(words.split()) <= 4 and any(map(is_role_word, words.split()))


def _goes_with_a_name(line: _Line) -> bool:
    return line.imprint is not None or _is_office(line.text) or "@" in line.text or line.rule in {"reading-time", "link"}


# Around the text


def _drop_among_furniture(lines: Sequence[_Line]) -> None:
    """A line with furniture on both sides needs less to be some itself: a mention of its topics, or three of the four lines nearest."""
    was = [False, False, *(not line.kept and line.rule != "title" for line in lines), False, False]
    for number, line in enumerate(lines, start=2):
        if line.kept and was[number - 1] and was[number + 1]:
            line.rule = service_rule(line.text, words_of(line.text), among_furniture=True)
            scrap = line.words <= 6 and not ends_sentence(line.text) and _LIST_ITEM.match(line.text) is None
            if line.rule is None and scrap and was[number - 2] + was[number + 2] > 0:
                line.rule = "among-furniture"


def _drop_captions(lines: Sequence[_Line]) -> None:
    """A sentence with an image's credit or label right under it is that image's caption, and so is a phrase with one after it.

    Right under it means in a block of their own: on a page without empty lines a paragraph may stand there.
    """
    sizes = Counter(line.block for line in lines)
    for line, following in pairwise(lines):
        credited = following.rule == "photo-credit" or (
            following.rule == "ai-label" and re.match(r"(?i:bild|image|illustration)", following.text) is not None
        )
        under = line.block == following.block and sizes[line.block] <= 4
        if line.kept and credited and ((line.is_sentence and under) or _is_phrase(line)):
            line.rule = "caption"


def _is_phrase(line: _Line) -> bool:
    return line.words >= 4 and not ends_sentence(line.text) and not line.is_prose


def _drop_repeated(lines: Sequence[_Line], page: Page) -> None:
    """The title again, or a sentence of the text set in large type beside it."""
    body = [line.text for line in lines if line.kept and line.is_sentence]
    for line in lines:
        if not line.kept or line.words > 40:
            continue
        bare = line.text.strip("\"'“”„«»‘’–— ")
        if line.text == page.title:
            line.rule = "repeated-title"
        elif line.words >= 5 and any(len(text) > len(line.text) and bare in text for text in body):
            line.rule = "pull-quote"


def _drop_after_text(lines: Sequence[_Line]) -> None:
    """Scraps after the last sentence, and sentences among the furniture there in which the publisher speaks."""
    for number in range(len(lines) - 1, 0, -1):
        line, before = lines[number], lines[number - 1]
        if line.kept and _ends_text(line):
            service = service_rule(line.text, words_of(line.text), among_furniture=True)
            if before.kept or service is None:
                break
            line.rule = service
    last = max((number for number, line in enumerate(lines) if line.kept and _ends_text(line)), default=-1)
    if last >= 0:
        for line in lines[last + 1 :]:
            if line.kept:
                line.rule = "after-text"


def _ends_text(line: _Line) -> bool:
    spoken = line.text[0] in "–—-\"“„«»”" or _LIST_ITEM.match(line.text)
    return line.is_prose or bool(spoken) or (line.words >= 3 and ends_sentence(line.text))


# Sections of teasers


def _sort_sections(lines: Sequence[_Line], page: Page) -> None:
    """What stands under each heading becomes teasers or is dropped, as far as the story does not go on there."""
    headings = [number for number, line in enumerate(lines) if line.heading is not None]
    for start, end in pairwise([*headings, len(lines)]):
        kind = lines[start].heading
        section = lines[start + 1 : end]
        if kind == "subjects":
            for line in section:
                if line.kept and (line.words > 4 or ends_sentence(line.text)):
                    break
                line.rule = line.rule or "tags"
            continue
        told = [line for line in lines[:start] if line.kept and line.is_sentence]
        _gather_teasers(section[: _resumption(section, told, kind or "related")], kind == "popular", page)


def _resumption(section: Sequence[_Line], told: Sequence[_Line], kind: HeadingKind) -> int:
    """Where in the section the story goes on: an index, the section's length if it does not.

    It does where no headline interrupts the sentences any more: at three in a row, or at one or two that quote somebody
    or share more with the story told so far than with the headline above them. In doubt it does below an `also` heading.
    """
    if not told or any(line.rule == "ai-label" for line in section):
        return len(section)
    known = frozenset().union(*(line.marks for line in told))
    runs = [(prose, list(run)) for prose, run in groupby((line for line in section if line.kept), key=lambda line: line.is_prose)]
    paired = sum(prose and len(run) == 1 for prose, run in runs) > 1
    headline: _Line | None = None
    for number, (prose, run) in enumerate(runs):
        if not prose:
            headline = run[-1]
            continue
        of_headline = headline.marks if headline else frozenset()
        rest = run[1:] if headline and _belongs(headline, run[0], known) else run
        goes_on = sum(_quotes(line) or len(line.marks & known) > max(1, len(line.marks & of_headline)) for line in rest)
        if headline is None:
            resumes = len(rest) >= _RESUMES and goes_on * 2 > len(rest)
        else:
            in_doubt = kind == "also" and number == len(runs) - 1 and number <= 1 and rest == run
            alone = len(rest) == 1 and (paired or number < len(runs) - 1)
            resumes = len(rest) >= _RESUMES or (goes_on > 0 and not alone) or any(map(_quotes, rest)) or (in_doubt and bool(rest))
        if resumes:
            return section.index(rest[0])
    return len(section)


def _belongs(headline: _Line, text: _Line, known: frozenset[str]) -> bool:
    """Whether a sentence is the text of the teaser whose headline stands above it."""
    shared = len(headline.marks & text.marks)
    return not _quotes(text) and shared > 0 and shared >= len(known & text.marks)


def _quotes(line: _Line) -> bool:
    return line.text[0] in "–—" or re.search(r"[\"“„«»”]\w[^\"“”„«»]{15,}[\"“”«»]", line.text) is not None


def _gather_teasers(section: Sequence[_Line], popular: bool, page: Page) -> None:
    headline: str | None = None
    for line in section:
        if not line.kept:
            continue
        if popular:
            line.rule = service_rule(line.text, words_of(line.text), among_furniture=True)
            if line.rule is None and not line.is_prose:
                line.rule = "popular-headline"
        if line.rule is not None:
            continue
        line.teaser = True
        if ends_sentence(line.text) and (line.is_prose or (headline and line.is_sentence)):
            page.teasers.append(Teaser(headline, line.text))
            headline = None
        else:
            if headline is not None:
                page.teasers.append(Teaser(headline, None))
            headline = line.text
    if headline is not None:
        page.teasers.append(Teaser(headline, None))
