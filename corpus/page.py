"""A flattened page, read top to bottom: what a scraper left becomes title, imprint, body, teasers, and a record of the rest.

Every line has been told by itself; here it is told by what stands around it (`corpus/line_model.py`). When unsure, it is kept: a
paragraph lost is worse than a button kept.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby, pairwise

from corpus.cleaning import Dropped
from corpus.furniture import announced
from corpus.headline import take_title
from corpus.imprint import copyright_holder, is_person
from corpus.language import detect_language
from corpus.line_model import chances
from corpus.page_lines import Line, read_lines
from corpus.people import is_role_word
from corpus.sections import Teaser, gathered, take_reported, take_sections

_LONG_PARAGRAPH = 25
"""Words. Calls to subscribe amid the text are shorter in the pages that were looked at, paragraphs that were taken for such longer."""
_LEAST = ((5, 0.1), (0, 0.15))
"""Words from which a line that ends as a sentence is dropped only if it is less likely the story's than so much; the last holds for any
other line. Leaving a folder of labelled pages out of the fit at a time, .05 loses 78 of 2,873 lines of text, .1 loses 99 and .2 142; of
what is kept of the hardest folder .71, .74 and .78 is text."""
_STOP = re.compile(r"[.!?…。！？][\"'”’»)\]]*$")
_RESULT = re.compile(r"[^:]{2,40}: .{0,60}\d.{0,20}")
_PICTURE = re.compile(r"bild|image|illustration", re.IGNORECASE)
_SET_LARGE = re.compile(r"[\"“„«»”'‘].*[.!?].?[\"“«»”'’]$")
_BETWEEN_QUOTES = re.compile(r", |[\"“„«»”]|(?<=[.!?]) |\B['‘’]|['‘’]\B")
_LARGE = range(8, 40)
"""Words of a quotation set large. A shorter one, or one that is no sentence, may be a subheading."""
_TEASER = 0.25
"""The same of a line right below a heading over other stories that is no sentence, or likelier than not a teaser."""
_TAIL = 0.3
"""And of one below the last sentence that is none itself. Set, not measured."""
_CAPTION = 12
"""Words. In the pages that were looked at, shorter sentences between furniture and a credit are captions, paragraphs there are longer."""
_BULLET = re.compile(r"[•*▪◦·]\s")
_CHAPTER = re.compile(r"\d{1,2}(?:[:.]\d{2}){1,2}\s+\w")
_CHAPTERS, _OPENING = 3, 600
"""Lines, and seconds: of news by the clock the first hardly comes right after midnight."""


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


def read_page(text: str, title: str | None = None, *, boxed: bool = False) -> Page:
    """The page whose cleaned characters are `text`. A `title` that its source states is not looked for; `boxed` says that a reader
    who saw the page's structure has set text, teasers and furniture apart before: less is dropped for where it stands."""
    lines = read_lines(text)
    page = Page(title=title)
    told_beforehand(lines, page)
    if boxed:
        _keep_amid_text(lines)
        page.teasers += take_sections(lines)
    else:
        page.teasers += _tell_apart(lines)
    _take_announced(lines, page)
    page.body = [line.text for line in lines if line.kept]
    if title is None and page.title is not None and not page.body:
        page.body, page.title = [page.title], None
    page.dropped += _dropped(lines)
    return page


def told_beforehand(lines: Sequence[Line], page: Page) -> None:
    """Gives `page` its title, if it has none, and its imprint; they and what is told by few lines around it get their rules."""
    if page.title is None:
        page.title, page.outlet = take_title(lines)
    for line in lines:
        if line.kept and page.title is not None and line.text.casefold() == page.title.casefold():
            line.rule = "repeated-title"
    _keep_chapters(lines)
    _take_imprint(lines, page)
    _take_authors(lines, page)
    _drop_summaries(lines)
    _drop_pull_quotes(lines)
    _drop_captions(lines)
    _drop_author_notes(lines, page)
    page.teasers += take_reported(lines)


def _tell_apart(lines: Sequence[Line]) -> list[Teaser]:
    """The teasers; what is neither likely the story's nor a teaser is dropped, named for where it stands. Without a heading over other
    stories above it no paragraph is a teaser; below one it is if it is not in the story's language, or all that the page has below it."""
    told = dict(zip(lines, chances(lines), strict=True))
    teasers: list[Teaser] = []
    left: list[Line] = []
    longest = max((line.text for line in lines if told[line].story > 0.9), key=len, default="")
    sections = list(_sections(lines))
    for section in sections:
        headed = section[0].heading not in {None, "subjects"}
        popular = section[0].heading == "popular"
        kept = [line for line in section if line.kept]
        others = {line for line in kept if headed and line.is_prose and _differ(longest, line.text)}
        others |= {above for above, line in pairwise(kept) if line in others and not above.ends}
        if headed and len(kept) == 1 and section is sections[-1]:
            others.update(kept)
        run: list[Line] = []
        below = headed
        for line in kept:
            if line.chapter:
                continue
            story, teaser, other = told[line]
            least = _TEASER if below and (teaser > 0.5 or not line.ends) else _least(line)
            if line not in others and story + (line.is_prose and not headed) * teaser >= least:
                teasers += gathered(run, popular=below and popular)
                run, below = [], False
            elif line in others or teaser > other or (below and not run):
                run.append(line)
            else:
                left.append(line)
        teasers += gathered(run, popular=below and popular)
    for line in left:
        line.rule = "beside-text"
    for line in reversed(lines):
        if line.kept and (_ends_text(line) or told[line].story >= _TAIL):
            break
        line.rule = "below-text" if line.kept else line.rule
    return teasers


def _differ(text: str, other: str) -> bool:
    """Whether the two are in languages that can be told, and not in the same one."""
    first, second = detect_language(text), detect_language(other)
    return None not in {first, second} and first != second


def _sections(lines: Sequence[Line]) -> Iterator[Sequence[Line]]:
    """The lines from one heading over other stories to the next."""
    starts = [number for number, line in enumerate(lines) if number == 0 or line.heading is not None]
    for start, end in pairwise([*starts, len(lines)]):
        yield lines[start:end]


def _least(line: Line) -> float:
    return next(least for words, least in _LEAST if words == 0 or (line.ends and line.words >= words))


def _ends_text(line: Line) -> bool:
    """Whether a story could end with it: a sentence however short, words somebody says, an item of a list, a result."""
    if line.chapter:
        return True
    aside = line.text[0] == "(" and line.text[-1] == ")"
    stops = line.ends and line.text[-1] != ":" and (line.is_sentence or _STOP.search(line.text) is not None)
    spoken = line.text[0] in '–—-"“„«»”'
    return aside or stops or spoken or line.is_prose or line.is_list_item or _RESULT.fullmatch(line.text) is not None


def read_related(text: str) -> tuple[list[Teaser], list[Dropped]]:
    """The teasers in the boxes with other stories that a reader set apart, whose cleaned characters are `text`; and the rest."""
    lines = read_lines(text)
    teasers = gathered(lines)
    return teasers, _dropped(lines)


def _dropped(lines: Sequence[Line]) -> list[Dropped]:
    return [Dropped(line.text, line.rule) for line in lines if line.rule is not None and line.rule != "title"]


def _take_imprint(lines: Sequence[Line], page: Page) -> None:
    """Authors, date and outlet, each from the first line that states it above the sections of other stories below the text."""
    told = False
    for line in lines:
        told = told or (line.kept and line.is_prose)
        if told and line.heading is not None and line.heading != "subjects":
            break
        if line.imprint is not None:
            page.authors = page.authors or line.imprint.authors
            page.published = page.published or line.imprint.published
            page.outlet = page.outlet or line.imprint.outlet
    holders = (copyright_holder(line.text) for line in lines if line.rule == "copyright")
    page.outlet = page.outlet or next(filter(None, holders), None)


def _keep_amid_text(lines: Sequence[Line]) -> None:
    """A long paragraph between two others is of the story even if it speaks of cookies or subscriptions."""
    for before, line, following in zip(lines, lines[1:], lines[2:], strict=False):
        long = line.words >= _LONG_PARAGRAPH and line.rule not in {"photo-credit", "copyright"}
        if long and before.is_prose and following.is_prose:
            line.rule = None


def _keep_chapters(lines: Sequence[Line]) -> None:
    """The chapters of a recording: three lines or more in a row, each with a later time, the first of them within ten minutes."""
    for timed, run in groupby(lines, key=lambda line: _CHAPTER.match(line.text) is not None):
        chapters = list(run) if timed else []
        times = [_seconds(line.text) for line in chapters]
        later = all(before < after for before, after in pairwise(times))
        if len(times) >= _CHAPTERS and later and times[0] < _OPENING:
            for line in chapters:
                line.rule, line.chapter = None, True


def _seconds(text: str) -> int:
    return sum(int(part) * 60**place for place, part in enumerate(reversed(re.split("[:.]", text.split()[0]))))


def _is_office(words: str) -> bool:
    return len(words.split()) <= 4 and any(map(is_role_word, words.split()))


def _goes_with_a_name(line: Line) -> bool:
    known = line.imprint is not None or line.rule in {"reading-time", "link"}
    return known or _is_office(line.text) or "@" in line.text


def _take_authors(lines: Sequence[Line], page: Page) -> None:
    """A name on a line of its own, beside an imprint or above an office: who wrote."""
    for before, line, following in zip((None, *lines), lines, (*lines[1:], None), strict=False):
        name, _, office = line.text.rstrip(".").partition(", ")
        if not line.kept or not is_person(name) or (office and not _is_office(office)):
            continue
        beside = [other for other in (before, following) if other is not None]
        if office or any(other.imprint is not None for other in beside) or (following and _goes_with_a_name(following)):
            line.rule = "byline"
            page.authors = page.authors or (name,)


def _drop_summaries(lines: Sequence[Line]) -> None:
    """The points of a summary: bullets below or above word of a machine that wrote them."""
    for way in (lines, lines[::-1]):
        inside = False
        for line in way:
            inside = line.rule == "ai-label" or (inside and _BULLET.match(line.text) is not None)
            if inside and line.kept:
                line.rule = "summary"


def _drop_pull_quotes(lines: Sequence[Line]) -> None:
    """Words of somebody on a line of their own, set large, that stand in a paragraph as well."""
    large = [line for line in lines if line.kept and line.words in _LARGE and _SET_LARGE.match(line.text)]
    counts = Counter(piece for line in lines for piece in set(_pieces(line.text))) if large else Counter[str]()
    for line in large:
        pieces = set(_pieces(line.text))
        if pieces and all(counts[piece] > 1 for piece in pieces):
            line.rule = "pull-quote"
            counts.subtract(pieces)


def _drop_captions(lines: Sequence[Line]) -> None:
    """What stands right above an image's credit and is no sentence (nor below the title), or a short one with no text right above; and
    sentences in a block with `Image generated by AI`."""
    for above, line, below in zip(lines, lines[1:], lines[2:], strict=False):
        if not line.kept:
            continue
        same = line.block == below.block
        phrase = line.words >= 6 and not line.ends and not line.is_list_item and line.text[0] not in "'‘\"“«»"
        alone = line.is_sentence and line.words <= _CAPTION and same and not line.quotes and not above.kept
        credited = below.rule == "photo-credit" and ((phrase and above.rule != "title") or (alone and below.words <= 6))
        made = below.rule == "ai-label" and _PICTURE.match(below.text) is not None
        if credited or (made and same and line.is_sentence):
            line.rule = "caption"


def _drop_author_notes(lines: Sequence[Line], page: Page) -> None:
    """Below the first paragraph, what begins with the whole name of who wrote the article speaks of them."""
    names = tuple(name.casefold() for name in page.authors if " " in name)
    first = next((number for number, line in enumerate(lines) if line.kept and line.is_prose), len(lines))
    for line in lines[first + 1 :] if names else ():
        if line.kept and not line.quotes and line.text.casefold().startswith(names):
            line.rule = "author-note"


def _pieces(text: str) -> list[str]:
    """Sentences and parts of them in quotation marks, of two words and more."""
    pieces = (piece.strip(" .,!?–—") for piece in _BETWEEN_QUOTES.split(text))
    return [piece for piece in pieces if " " in piece]


def _take_announced(lines: Sequence[Line], page: Page) -> None:
    """Teasers in one line with their label: `Read also: Ferry sold to the islanders`."""
    for line in lines:
        if line.rule == "read-more" and (told := announced(line.text)):
            label, headline = told
            page.teasers.append(Teaser(headline, None))
            page.dropped.append(Dropped(label, "read-more"))
            line.rule, line.teaser = None, True
