"""Which line of a page is its title: of the headline-like lines above the text the likeliest, by a log-linear model of a dozen signs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from math import log1p

from corpus.imprint import is_person
from corpus.page_lines import Line

Signs = Mapping[str, float]

_LONGEST = 220
_NO_TITLE = re.compile(r"[.:;…]$|(?:\S+\s+){14,}\S+[.…][\"”»]$")
_CANDIDATES = 40
"""Headline-like lines that are looked at: the site's own names and sections stand above the title, a summary below it."""
_SITE = frozenset({"navigation", "paywall", "advertisement"})
_NEAR = 6
"""Lines above a candidate in which furniture is counted."""
WEIGHTS: Signs = {
    "above-imprint": 1.19,
    "above-text": 1.40,
    "share": 0.08,
    "shared": 2.15,
    "short": -2.02,
    "headline": 1.32,
    "paragraph": -1.47,
    "rank": 1.15,
    "distance": 0.89,
    "site-below": -0.81,
    "furniture-above": 0.44,
    "navigation-above": 0.90,
    "imprint-above": 0.84,
    "below-imprint": -1.31,
    "row": -1.58,
    "sentence": 1.12,
    "below-headline": -1.21,
    "quoted": 1.16,
}
"""Fitted by `python -m evals.title_weights`."""


def take_title(lines: Sequence[Line]) -> tuple[str | None, str | None]:
    """Title and, where it is tagged with one (`Ferry sold | The Post`), outlet. Headline-like lines above the title are dropped."""
    signs = title_signs(lines)
    title = max(signs, key=lambda line: sum(WEIGHTS[name] * value for name, value in signs[line].items()), default=None)
    if title is None or title.words < 4:
        title = _mistaken(lines) or title
    if title is None:
        return None, None
    outlet = None
    for other in signs:
        tag = re.fullmatch(r" [|–—-] (.{2,60})", title.text.removeprefix(other.text))
        if other is not title and other.words > 3 and tag:
            title.rule, outlet, title = "title-tag", tag[1], other
            break
    for line in signs:
        if line is title:
            break
        line.rule = line.rule or "above-title"
    title.rule = "title"
    return title.text, outlet


def title_signs(lines: Sequence[Line]) -> dict[Line, Signs]:
    """The headline-like lines at the top, down to the first paragraph, each with what speaks for it or against it as the title."""
    candidates = _candidates(lines)
    text = [at for at, line in enumerate(lines) if line.kept and line.is_prose and line not in candidates]
    told = frozenset[str]().union(*(lines[at].long_words for at in text))
    first = text[0] if text else len(lines)
    places = {line: at for at, line in enumerate(lines)}
    imprint = next((at for at, line in enumerate(lines) if line.imprint is not None), len(lines))
    return {line: _signs(lines, places[line], rank, told, first, imprint) for rank, line in enumerate(candidates)}


def _signs(lines: Sequence[Line], at: int, rank: int, told: frozenset[str], first: int, imprint: int) -> Signs:
    """`told` are the words of the text, which begins at the line `first`; `imprint` is the first line that states who wrote, or when."""
    line, above = lines[at], lines[max(0, at - _NEAR) : at]
    below = lines[at + 1] if at + 1 < len(lines) else None
    shared = len(line.long_words & told)
    return {
        "above-imprint": below is not None and below.imprint is not None,
        "above-text": below is not None and below.kept and below.is_prose,
        "share": shared / max(len(line.long_words), 1),
        "shared": log1p(shared),
        "short": line.words <= 3,
        "headline": line.words >= 6,
        "paragraph": line.words >= 15,
        "rank": log1p(rank),
        "distance": log1p(max(first - at, 0)),
        "site-below": any(other.rule in _SITE for other in lines[at + 1 : first]),
        "furniture-above": log1p(sum(other.rule is not None and other.imprint is None for other in above)),
        "navigation-above": bool(above) and above[-1].rule == "navigation",
        "imprint-above": bool(above) and above[-1].imprint is not None,
        "below-imprint": imprint < at,
        "row": any(mark in line.text for mark in "|•·"),
        "sentence": line.is_sentence,
        "below-headline": bool(above) and above[-1].kept and above[-1].words > 3,
        "quoted": line.text[0] in "\"“„«»”'‘",
    }


def _candidates(lines: Sequence[Line]) -> list[Line]:
    """Down to the first paragraph, or a sentence below a line whose words return in the text, with nothing of the site's own between."""
    found: list[Line] = []
    told = Counter(word for line in lines if line.kept and line.is_prose for word in line.long_words)
    spoken_of = False
    for line in lines:
        spoken_of = spoken_of and line.rule not in _SITE
        if not line.kept or is_person(line.text) or len(line.text) <= 3:
            continue
        if (line.is_sentence and spoken_of) or line.text[0] == "—":  # so begins what somebody says, and no headline
            break
        if len(line.text) <= _LONGEST and _NO_TITLE.search(line.text) is None:
            found.append(line)
            spoken_of = spoken_of or (line.words > 2 and any(told[word] > line.is_prose for word in line.long_words))
        elif line.is_prose and found:
            break
        if len(found) == _CANDIDATES:
            break
    if found and not any(line.kept for line in lines[lines.index(found[-1]) + 1 :]):
        found.pop()
    return found


def _mistaken(lines: Sequence[Line]) -> Line | None:
    """A line above the text that was taken for furniture but is taken up by the text: `Subscribe to my grandmother`."""
    told = frozenset[str]().union(*(line.long_words for line in lines if line.kept and line.is_prose))
    for line in lines:
        if line.kept and line.is_prose:
            return None
        furniture = line.rule is not None and line.imprint is None and line.heading is None
        if furniture and line.words > 3 and len(line.long_words & told) * 2 >= max(len(line.long_words), 1):
            return line
    return None
