"""A flattened page, read top to bottom: what a scraper left becomes title, imprint, body, teasers, and a record of the rest.

Every line has been told by itself; here it is told by what stands around it. When unsure, it is kept: a paragraph lost is
worse than a button kept.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import pairwise

from corpus.cleaning import Dropped
from corpus.furniture import announced, service_rule, words_of
from corpus.headline import take_title
from corpus.imprint import copyright_holder, is_person
from corpus.page_lines import Line, read_lines
from corpus.people import is_role_word
from corpus.sections import Teaser, gathered, take_sections

_HEAD = 15
"""Lines below the title among which its imprint is looked for."""
_LONG_PARAGRAPH = 25
"""Words. Calls to subscribe amid the text are shorter in the pages that were looked at, paragraphs that were taken for such longer."""
_CAPTION = 12
"""Words. In the pages that were looked at, shorter sentences between furniture and a credit are captions, paragraphs there are longer."""
_BULLET = re.compile(r"[•*▪◦·]\s")
_RESULT = re.compile(r"[^:]{2,40}: .{0,60}\d.{0,20}")
_STOP = re.compile(r"[.!?…。！？][\"'”’»)\]]*$")
_PICTURED = re.compile(
    r"\((?:pictured|above|left|right|avbildad|till vänster|till höger|t\.[vh]\.|bildet|im bild|links|rechts|à gauche|à droite"
    r"|izquierda|derecha)\b",
    re.IGNORECASE,
)
_PICTURES = {"photo-credit", "gallery", "bare-number", "name"}


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
    if title is None:
        page.title, page.outlet = take_title(lines)
    _take_imprint(lines, page)
    if boxed:
        _keep_amid_text(lines)
    _drop_before_text(lines, page)
    _drop_names(lines, page)
    _drop_summaries(lines)
    _drop_captions(lines)
    page.teasers = take_sections(lines, boxed=boxed)
    _take_announced(lines, page)
    if not boxed:
        _drop_beside_pictures(lines)
        _drop_among_furniture(lines)
    for line in lines:
        if line.kept and page.title is not None and line.text.casefold() == page.title.casefold():
            line.rule = "repeated-title"
    if not boxed:
        _drop_after_text(lines)
    page.body = [line.text for line in lines if line.kept]
    if title is None and page.title is not None and not page.body:
        page.body, page.title = [page.title], None
    page.dropped += _dropped(lines)
    return page


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


# Above the text


def _drop_before_text(lines: Sequence[Line], page: Page) -> None:
    """Scraps between title and text, or among the imprint: a name, an office, a section. A subheading of the text stays."""
    start = next((number for number, line in enumerate(lines) if line.rule == "title"), 0)
    text = next((number for number, line in enumerate(lines) if number > start and line.kept and line.is_sentence), 0)
    while text > start and lines[text - 1].kept and not is_person(lines[text - 1].text):
        text -= 1
    head = _end_of_head(lines, start)
    for number in range(start + 1, max(text, head)):
        line, following = lines[number], lines[min(number + 1, len(lines) - 1)]
        if not line.kept:
            continue
        name, _, office = line.text.rstrip(".").partition(", ")
        if is_person(name) and (_is_office(office) if office else _goes_with_a_name(following)):
            line.rule = "byline"
            page.authors = page.authors or (name,)
        elif is_person(line.text.rstrip(".")):
            line.rule = "name"
        elif line.words <= (6 if number < head else 3) and not (
            line.ends or line.is_list_item or _in_list(lines, number)
        ):
            line.rule = "before-text"


def _in_list(lines: Sequence[Line], number: int) -> bool:
    """Whether a line stands below another line of the text, or heads an entry of a live report."""
    above = lines[number - 1]
    return above.kept or above.rule == "clock"


def _end_of_head(lines: Sequence[Line], start: int) -> int:
    """Where the last line of the imprint stands below the title, at most two paragraphs further down."""
    end, paragraphs = start, 0
    for number, line in enumerate(lines[start + 1 : start + 1 + _HEAD], start=start + 1):
        paragraphs += line.kept and line.is_prose
        if line.imprint is not None and paragraphs <= 2:
            end = number
    return end


def _is_office(words: str) -> bool:
    return len(words.split()) <= 4 and any(map(is_role_word, words.split()))


def _goes_with_a_name(line: Line) -> bool:
    known = line.imprint is not None or line.rule in {"reading-time", "link"}
    return known or _is_office(line.text) or "@" in line.text


# Around the text


def _drop_names(lines: Sequence[Line], page: Page) -> None:
    """A name on a line of its own, beside furniture or an imprint: who wrote, or who took the picture; and notes on who wrote."""
    last = max((number for number, line in enumerate(lines) if line.kept and line.is_prose), default=-1)
    for number, line in enumerate(lines):
        if not line.kept or not is_person(line.text.rstrip(".")):
            continue
        around = [other for other in lines[max(number - 1, 0) : number + 2] if other is not line]
        if number > last or any(not other.kept and other.rule != "title" for other in around):
            line.rule = "name"
            if any(other.imprint is not None for other in around):
                page.authors = page.authors or (line.text,)
    for line in lines:
        if (
            line.kept
            and not line.quotes
            and any(line.text.startswith(f"{name} ") for name in page.authors if " " in name)
        ):
            line.rule = "author-note"


def _drop_summaries(lines: Sequence[Line]) -> None:
    """The points of a summary: bullets below such a label, or beside word of a machine that wrote them."""
    for way, labels in ((lines, {"ai-label", "summary"}), (lines[::-1], {"ai-label"})):
        inside = False
        for line in way:
            inside = line.rule in labels or (inside and _BULLET.match(line.text) is not None)
            if inside and line.kept:
                line.rule = "summary"


def _drop_captions(lines: Sequence[Line]) -> None:
    """A sentence with an image's credit or label right under it is that image's caption: in a block of their own, or if it is short and
    no text stands above it."""
    sizes = Counter(line.block for line in lines)
    for before, line, following in zip(lines, lines[1:], lines[2:], strict=False):
        if line.kept and line.is_sentence and line.block == following.block:
            labelled = following.rule == "ai-label" and re.match(r"(?i:bild|image|illustration)", following.text)
            credited = following.rule == "photo-credit"
            alone = line.words <= _CAPTION and not line.quotes and not (before.kept and before.block == line.block)
            if (sizes[line.block] <= 4 and (credited or labelled)) or (credited and alone and following.words <= 6):
                line.rule = "caption"


def _take_announced(lines: Sequence[Line], page: Page) -> None:
    """Teasers in one line with their label: `Read also: Ferry sold to the islanders`."""
    for line in lines:
        if line.rule == "read-more" and (told := announced(line.text)):
            label, headline = told
            page.teasers.append(Teaser(headline, None))
            page.dropped.append(Dropped(label, "read-more"))
            line.rule, line.teaser = None, True


def _drop_beside_pictures(lines: Sequence[Line]) -> None:
    """Captions that are no sentences, beside a credit or a count of pictures; and what stands above a table."""
    for before, line, following in zip(lines, lines[1:], lines[2:], strict=False):
        if not line.kept:
            continue
        phrase = line.words >= 4 and line.text[0] not in "'‘\"“«»" and not line.ends and not line.is_prose
        beside = following.rule == "photo-credit" or (line.words >= 8 and {before.rule, following.rule} & _PICTURES)
        named = following.kept and following.text.isupper() and is_person(following.text)
        if phrase and (beside or _PICTURED.search(line.text)):
            line.rule = "caption"
        elif named and line.is_sentence and line.words <= 30 and not before.kept:
            line.rule, following.rule = "caption", "name"
        elif line.words <= 3 and following.rule == "table":
            line.rule = "table"


def _drop_among_furniture(lines: Sequence[Line]) -> None:
    """A line with furniture on both sides needs less to be some itself: a mention of its topics, or one more line of it near."""
    was = [False, False, *(not line.kept and line.rule != "title" for line in lines), False, False]
    for number, line in enumerate(lines, start=2):
        if line.kept and was[number - 1] and was[number + 1]:
            line.rule = service_rule(line.text, words_of(line.text), "furniture")
            scrap = line.words <= 6 and not line.ends and not line.is_list_item
            if line.rule is None and scrap and (was[number - 2] or was[number + 2]):
                line.rule = "among-furniture"


# Below the text


def _drop_after_text(lines: Sequence[Line]) -> None:
    """From the end upwards: sentences among furniture in which the publisher speaks, calls, and all that is no sentence."""
    for before, line in reversed(list(pairwise(lines))):
        if not line.kept or not _ends_text(line):
            continue
        rule = service_rule(line.text, words_of(line.text), "end")
        if line.text[-1] == "!" and line.words <= 4:
            rule = rule or "after-text"
        if rule is None or (before.kept and rule != "author-note"):
            break
        line.rule = rule
    last = max((number for number, line in enumerate(lines) if line.kept and _ends_text(line)), default=len(lines))
    for line in lines[last + 1 :]:
        if line.kept:
            line.rule = "after-text"


def _ends_text(line: Line) -> bool:
    """Whether a story could end with it: a sentence however short, words somebody says, an item of a list, a result."""
    spoken = line.text[0] in '–—-"“„«»”' or line.is_list_item
    stops = line.ends and line.text[-1] != ":" and (line.is_sentence or _STOP.search(line.text) is not None)
    return line.is_prose or spoken or stops or _RESULT.fullmatch(line.text) is not None
