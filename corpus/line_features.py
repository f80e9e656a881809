"""What can be seen of each line of a page, and of the lines around it, for `corpus/line_model.py` to weigh.

A feature has a name and a value, mostly 1. None of them is a word of a page: they are the line's shape, the rule that told it
by itself, what it has in common with the running text, and where it stands.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence, Set
from itertools import chain

from corpus.furniture import manner_of, words_of
from corpus.language import FUNCTION_WORDS
from corpus.page_lines import Line

Features = dict[str, float]

_STOP = re.compile(r"[.…。][\"'”’»“)\]」』）]*$")
_NEXT_SENTENCE = re.compile(r"[.!?…][\"'”’»)]*\s+[\"'“„«»”–—(]*[A-ZÀ-Þ0-9]")
_DIGIT = re.compile(r"\d")
_SEPARATORS = (" / ", " > ", *"|·•→←›»")
_ADDRESSES = ("@", "://", "www.")
TOLD = "told"
TEASER = "told-teaser"
"""The features of a line that has a rule, and of one that is known to be a teaser's."""
_LENGTHS = (2, 3, 5, 8, 12, 16, 25, 40)
_FEW = (2, 3, 5, 9)
_PROSE = 12
"""Words of a sentence that counts as running text."""
_GROUPS = {
    "photo-credit": "credit",
    "gallery": "credit",
    "live-blog": "clock",
    "title-tag": "above-title",
    **{
        rule: rule
        for rule in (
            "clock read-more ai-label advertisement tags comments reading-time table summary title above-title copyright navigation"
        ).split()
    },
}
"""Rules that tell something of the lines beside theirs."""
BESIDE = frozenset(
    "edge length0 length1 length2 length3 length4 length5 length6 length7 length8 stop open sentence quotes rule imprint "
    "related-heading also-heading popular-heading subjects-heading rule:credit rule:clock rule:read-more rule:ai-label "
    "rule:advertisement rule:tags rule:comments rule:title rule:above-title rule:summary known function-words furniture-words capitals "
    "dash exclamation question colon reader publisher block-start item sentences".split()
)
"""What speaks for the two lines above and below as well. Beyond a page's first and last line there is but its `edge`."""


def page_features(lines: Sequence[Line]) -> list[Features]:
    """The features of every line of a page whose title, if it is known, has the rule `title`. Linear in the page.

    Of a line that has a rule only what tells of its neighbours.
    """
    seen = [_shape(line) if line.kept else _told_by_rule(line) for line in lines]
    prose = [
        "sentence" in shape and line.kept and line.words >= _PROSE for line, shape in zip(lines, seen, strict=True)
    ]
    kinds = [_kind(line, shape) for line, shape in zip(lines, seen, strict=True)]
    title = next((number for number, line in enumerate(lines) if line.rule == "title"), None)
    _place(lines, seen, prose, title)
    _compare(lines, seen, prose, kinds, title)
    _follow_sections(lines, seen, prose)
    _look_around(lines, seen, prose, kinds)
    for line, features, kind in zip(lines, seen, kinds, strict=True):
        if line.kept:
            _combine(features, kind)
    return seen


def _told_by_rule(line: Line) -> Features:
    seen: Features = {
        TEASER if line.teaser else TOLD: 1,
        f"length{_step(line.words, _LENGTHS)}": 1,
        "stop" if line.ends else "open": 1,
    }
    if line.heading is not None:
        seen[f"{line.heading}-heading"] = 1
    elif line.imprint is not None:
        seen["imprint"] = 1
    elif line.rule is not None:
        seen["rule"] = seen[f"rule:{_GROUPS.get(line.rule, 'other')}"] = 1
    return seen


def _shape(line: Line) -> Features:
    text, words, told = line.text, line.words, words_of(line.text)
    manner = manner_of(told)
    stop = _STOP.search(text, max(0, len(text) - 4)) is not None
    ending = {":": "colon", "!": "exclamation", "?": "question"}.get(text[-1], "spoken" if line.ends else "open")
    shown = text.split()
    count = max(len(told), 1)
    function_words = sum(map(FUNCTION_WORDS.__contains__, told))
    seen: Features = {
        "line": 1,
        f"length{_step(words, _LENGTHS)}": 1,
        "stop" if stop else ending: 1,
        "function-words": function_words / count,
        "capitals": len([word for word in shown[1:] if word[0].isupper()]) / max(len(shown) - 1, 1),
        "furniture-words": manner.furniture / count,
    }
    sentences = len(_NEXT_SENTENCE.findall(text)) if words > 3 else 0
    flags = {
        "sentence": stop and words >= 7,
        "sentences": sentences > 0,
        "many-sentences": sentences > 1,
        "quotes": line.quotes,
        "dash": text[0] in "–—-",
        "quoted": text[0] in "\"“„«»”'‘",
        "low": text[0].islower(),
        "number": text[0].isdigit(),
        "digits": _DIGIT.search(text) is not None,
        "item": line.is_list_item,
        "no-function-word": function_words == 0,
        "three-function-words": function_words >= 3,
        "upper": text.isupper(),
        "separator": any(map(text.__contains__, _SEPARATORS)),
        "address": any(map(text.__contains__, _ADDRESSES)),
        "comma": "," in text,
        "label": ": " in text,
        "reader": manner.reader,
        "publisher": manner.publisher,
        "asks": manner.asks,
        "topic": manner.topic,
        "speech": manner.speech,
    }
    seen.update((name, 1) for name, is_so in flags.items() if is_so)
    return seen


def _kind(line: Line, shape: Features) -> str:
    """One of a dozen kinds of lines, roughly from paragraph to scrap."""
    if line.teaser:
        return "teaser"
    if line.rule is not None:
        return "heading" if line.heading is not None else "imprint" if line.imprint is not None else "furniture"
    words, stop = line.words, "stop" in shape
    if words >= _PROSE and line.ends:
        return "paragraph"
    if words >= 5:
        return "long" if words >= 15 else "sentence" if stop else "spoken" if line.ends else "headline"
    return "short-sentence" if line.ends else "phrase" if words >= 3 else "scrap"


def _place(lines: Sequence[Line], seen: Sequence[Features], prose: Sequence[bool], title: int | None) -> None:
    """Where the line stands: by title, running text and blank lines."""
    told = [number for number, is_prose in enumerate(prose) if is_prose]
    first, last = (told[0], told[-1]) if told else (len(lines), -1)
    sizes = Counter(line.block for line in lines)
    prose_in = Counter(line.block for line, is_prose in zip(lines, prose, strict=True) if is_prose)
    ruled_in = Counter(line.block for line in lines if line.rule is not None)
    before = 0
    for number, (line, features) in enumerate(zip(lines, seen, strict=True)):
        if number == 0 or lines[number - 1].block != line.block:
            features["block-start"] = 1
        if not line.kept:
            continue
        place = "amid"
        if title is not None and number < title:
            place = "above-title"
        elif number > last:
            place = "below-text"
            features[f"below-text{_step(number - last, _FEW)}"] = 1
        elif number < first:
            place = "above-text"
        features[place] = 1
        if title is not None and 0 < number - title <= 4:
            features["below-title"] = 1
            if number - title == 1:
                features["under-title"] = 1
        if number == last:
            features["last-prose"] = 1
        features[f"told{_step(before, (1, 2, 3, 5))}"] = 1
        features[f"to-come{_step(len(told) - before - prose[number], (1, 2, 3, 5))}"] = 1
        before += prose[number]
        features[f"block{_step(sizes[line.block], _FEW)}"] = 1
        features["prose-in-block"] = prose_in[line.block] / sizes[line.block]
        features["furniture-in-block"] = ruled_in[line.block] / sizes[line.block]
        if line.last_of_block:
            features["block-end"] = 1


def _compare(
    lines: Sequence[Line],
    seen: Sequence[Features],
    prose: Sequence[bool],
    kinds: Sequence[str],
    title: int | None,
) -> None:
    """What the line has in common with the running text, with the title, with furniture, and with its neighbours."""
    words = [_content_words(line) if line.rule in (None, "title") else frozenset[str]() for line in lines]
    names = [_names(line) for line in lines]
    marks_told = _shared([line.marks for line in lines], prose)
    words_told = _shared(words, prose)
    ruled = [line.rule is not None and line.rule != "title" for line in lines]
    names_told = set(chain.from_iterable(some for some, told in zip(names, prose, strict=True) if told))
    names_beside = _shared([some - names_told for some in names], ruled)
    low = [line.text.casefold() for line in lines]
    spoken = [FUNCTION_WORDS.intersection(words_of(line.text)) if line.kept else frozenset[str]() for line in lines]
    first = prose.index(True) if any(prose) else len(lines)
    section = next((number for number in range(first, len(lines)) if lines[number].heading is not None), None)
    of_story = set(chain.from_iterable(some for some, told in zip(spoken[:section], prose, strict=False) if told))
    texts = Counter(low)
    authors = [
        name.casefold() for line in lines if line.imprint is not None for name in line.imprint.authors if " " in name
    ]
    for number, (line, features) in enumerate(zip(lines, seen, strict=True)):
        if not line.kept:
            continue
        marks, shared, beside = marks_told[number], words_told[number], names_beside[number]
        features[f"known{min(marks, 3)}"] = 1
        features["known"] = marks / max(len(line.marks), 1)
        features["known-words"] = shared / max(len(words[number]), 1)
        by = next((author for author in authors if author in low[number]), None)
        flags = {
            "no-marks": not line.marks,
            "foreign": bool(of_story)
            and len(spoken[number]) > 1
            and 2 * len(spoken[number] & of_story) < len(spoken[number]),
            "known-word": shared > 0,
            "known-words2": shared > 1,
            "unknown-words": shared == 0 and len(words[number]) >= 3,
            "twice": texts[low[number]] > 1,
            "name-of-furniture": beside > 0,
            f"name-of-furniture/{kinds[number]}": beside > 0,
            "names-of-furniture": beside > 1,
            "author": by is not None,
            "author-first": by is not None and low[number].startswith(by),
            "like-above": number > 0 and bool(line.marks & lines[number - 1].marks),
            "like-below": number + 1 < len(lines) and bool(line.marks & lines[number + 1].marks),
        }
        if title is not None and number != title:
            of_title = len(line.marks & lines[title].marks)
            flags |= {
                "title-mark": of_title > 0,
                "title-marks": of_title > 1,
                "title-word": not words[number].isdisjoint(words[title]),
            }
        features.update((name, 1) for name, is_so in flags.items() if is_so)


def _shared(items: Sequence[Set[str]], known: Sequence[bool]) -> list[int]:
    """Of each line, how many of its items stand in another line that is `known`."""
    counts = Counter(chain.from_iterable(some for some, is_known in zip(items, known, strict=True) if is_known))
    once, twice = set(counts), {item for item, count in counts.items() if count > 1}
    return [len(some & (twice if is_known else once)) for some, is_known in zip(items, known, strict=True)]


def _follow_sections(lines: Sequence[Line], seen: Sequence[Features], prose: Sequence[bool]) -> None:
    """Which heading over other stories stands above the line, how far, and what between."""
    heading: str | None = None
    since = told = furniture = 0
    for line, features, is_prose in zip(lines, seen, prose, strict=True):
        if line.heading is not None and line.heading != "subjects":
            heading, since, told, furniture = line.heading, 0, 0, 0
        elif heading is not None:
            since += 1
            if line.kept:
                features[f"below-{heading}"] = features[f"since-heading{_step(since, _FEW)}"] = 1
                flags = {"prose-since": told > 0, "prose-since2": told > 1, "furniture-since": furniture > 0}
                features.update((name, 1) for name, is_so in flags.items() if is_so)
        told += is_prose
        furniture += line.rule is not None and line.heading is None


def _look_around(lines: Sequence[Line], seen: Sequence[Features], prose: Sequence[bool], kinds: Sequence[str]) -> None:
    """What surrounds the line: running text with no furniture between, runs of short lines, lines like it."""
    joined = {1: False, -1: False}
    for way, order in ((1, range(len(lines))), (-1, range(len(lines) - 1, -1, -1))):
        for number in order:
            if joined[way] and lines[number].kept:
                seen[number]["joined-above" if way == 1 else "joined-below"] = 1
            joined[way] = prose[number] or (joined[way] and lines[number].kept)
    ruled = [line.rule is not None for line in lines]
    run = 0
    for number in range(len(lines) + 1):
        if number < len(lines) and lines[number].kept and not prose[number]:
            run += 1
            continue
        for features in seen[number - run : number]:
            features[f"run{_step(run, _FEW)}"] = 1
        run = 0
    for number, (line, features) in enumerate(zip(lines, seen, strict=True)):
        if not line.kept:
            continue
        if "joined-above" in features and "joined-below" in features:
            features["joined"] = 1
        near = slice(max(0, number - 4), number + 5)
        features["furniture-near"] = sum(ruled[near]) / len(ruled[near])
        features["prose-near"] = sum(prose[near]) / len(ruled[near])
        above = kinds[number - 1] if number else "none"
        below = kinds[number + 1] if number + 1 < len(lines) else "none"
        kind = kinds[number]
        features[f"{above}<{kind}"] = features[f"{kind}>{below}"] = features[f"{above}<>{below}"] = 1
        if number and lines[number - 1].block != line.block:
            features[f"{above}|{kind}"] = 1
        if number and lines[number - 1].kept and lines[number - 1].text[-1] == ":":
            features["after-colon"] = 1
        for way, name in ((-1, "alike-above"), (1, "alike-below")):
            if 0 <= number + way < len(lines) and _alike(line, lines[number + way], features, seen[number + way]):
                features[name] = 1


def _alike(line: Line, other: Line, features: Features, of_other: Features) -> bool:
    """Whether both could be items of one list."""
    return (
        line.kept
        and other.kept
        and abs(line.words - other.words) <= 2
        and line.ends == other.ends
        and line.is_list_item == other.is_list_item
        and ("digits" in features) == ("digits" in of_other)
    )


def _combine(features: Features, kind: str) -> None:
    """The line's kind together with its place, its section, its words and the publisher's voice."""
    place = next(name for name in ("above-title", "above-text", "below-text", "amid") if name in features)
    section = next((name for name in ("below-related", "below-also", "below-popular") if name in features), "")
    told = "prose-since" in features
    voice = (
        any(name in features for name in ("reader", "publisher", "asks", "topic", "address"))
        or features["furniture-words"] > 0.3
    )
    of_story = "known-words2" in features or features["known-words"] >= 0.5
    combined = (
        kind,
        f"{kind}@{place}",
        f"{kind}^{section}{'+' if told else ''}",
        f"{kind}~{'known' if features['known'] > 0.3 else 'unknown'}",
        f"{kind}@{place}{'!' if voice else ''}{'=' if of_story else ''}",
    )
    features.update(dict.fromkeys(combined, 1))
    for is_so, name in (
        (voice, "voice"),
        ("joined" in features, f"{kind}-joined"),
        (features["furniture-words"] > 0.3, f"{kind}-of-furniture"),
    ):
        if is_so:
            features[name] = 1


def _step(count: int, steps: Sequence[int]) -> int:
    """How many of the steps `count` has reached."""
    return bisect_right(steps, count)


def _content_words(line: Line) -> Set[str]:
    """Words of four letters and more that tell of something, cut to five."""
    return {word[:5] for word in words_of(line.text) if len(word) >= 4 and word not in FUNCTION_WORDS}


def _names(line: Line) -> set[str]:
    """Capitalised words of three letters and more, cut to six."""
    names = {word.casefold() for word in line.shown_words if word[0].isupper() and len(word) >= 3}
    return {name[:6] for name in names - FUNCTION_WORDS}
