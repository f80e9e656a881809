"""Which line of a page is its title: the first headline above the text whose words the text takes up."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from corpus.imprint import is_person
from corpus.page_lines import Line

_LONGEST = 220
_NO_TITLE = re.compile(r"[.:;…]$|(?:\S+\s+){14,}\S+[.…][\"”»]$")
_CANDIDATES = 20
"""Headline-like lines that are looked at: the site's own names and sections stand above the title, a summary below it."""


def take_title(lines: Sequence[Line]) -> tuple[str | None, str | None]:
    """Title and, where it is tagged with one (`Ferry sold | The Post`), outlet. Headline-like lines above the title are dropped."""
    prose = [line for line in lines if line.kept and line.is_prose]
    told = frozenset[str]().union(*(line.long_words for line in prose))
    candidates = _candidates(lines, told)
    if any(line.is_prose for line in candidates):
        told = frozenset[str]().union(*(line.long_words for line in prose if line not in candidates))
    title = _spoken_of(candidates, lines, told)
    if title is None or title.words < 4:
        title = _mistaken(lines, told) or _below_name(candidates, title) or title
    if title is None and candidates:
        title = next((line for line in candidates if line.words > 3), max(candidates, key=lambda line: len(line.text)))
    if title is None:
        return None, None
    outlet = None
    for other in candidates:
        tag = re.fullmatch(r" [|–—-] (.{2,60})", title.text.removeprefix(other.text))
        if other is not title and other.words > 3 and tag:
            title.rule, outlet, title = "title-tag", tag[1], other
            break
    for line in candidates:
        if line is title:
            break
        line.rule = line.rule or "above-title"
    title.rule = "title"
    return title.text, outlet


def _candidates(lines: Sequence[Line], told: frozenset[str]) -> list[Line]:
    """Headline-like lines at the top, down to the first sentence or imprint below one that the text speaks of."""
    found: list[Line] = []
    spoken_of = False
    for line in lines:
        if (line.imprint and spoken_of and any(known.words > 4 for known in found)) or len(found) == _CANDIDATES:
            break
        if not line.kept or is_person(line.text) or len(line.text) <= 3:
            continue
        could_be = len(line.text) <= _LONGEST and _NO_TITLE.search(line.text) is None
        if not could_be or (line.is_sentence and spoken_of):
            break
        found.append(line)
        spoken_of = spoken_of or (
            line.words > 2 and bool(line.long_words & (told - line.long_words if line.is_prose else told))
        )
    if found and not any(line.kept for line in lines[lines.index(found[-1]) + 1 :]):
        found.pop()
    return found


def _spoken_of(candidates: Sequence[Line], lines: Sequence[Line], told: frozenset[str]) -> Line | None:
    """The first of those whose words return in the text, of over three words if there is one; below a heading over other stories the
    first right above an imprint, if there is one."""
    shares = {line: share for line in candidates if (share := _share(line, told))}
    shares = {line: share for line, share in shares.items() if len(line.shown_words) > 3} or shares
    shares = {line: share for line, share in shares.items() if not line.is_prose} or shares
    if not shares:
        return None
    spoken_of = [line for line, share in shares.items() if share * 3 > max(shares.values())]
    chosen = spoken_of[0]
    start = lines.index(chosen)
    if any(line.heading not in (None, "subjects") for line in lines[:start]):
        above_imprint = (line for line, below in pairwise(lines) if line in spoken_of and below.imprint is not None)
        return next(above_imprint, chosen)
    for line in spoken_of:
        above = lines[start : lines.index(line)]
        more = len(line.long_words & told) > len(chosen.long_words & told)
        if more and any(other.rule == "navigation" for other in above):  # what stood above that was the site's own
            return line
    return chosen


def _below_name(candidates: Sequence[Line], name: Line | None) -> Line | None:
    """The last headline below a short line that may be the site's own name, though the text takes up none of its words."""
    below = candidates[candidates.index(name) + 1 :] if name is not None else []
    return next((line for line in reversed(below) if line.words > 3 and not line.ends and not line.is_prose), None)


def _mistaken(lines: Sequence[Line], told: frozenset[str]) -> Line | None:
    """A line above the text that was taken for furniture but is taken up by the text: `Subscribe to my grandmother`."""
    for line in lines:
        if line.kept and line.is_prose:
            return None
        furniture = line.rule is not None and line.imprint is None and line.heading is None
        if furniture and line.words > 3 and _share(line, told) >= 0.5:
            return line
    return None


def _share(line: Line, told: frozenset[str]) -> float:
    words = line.long_words
    return len(words & told) / max(len(words), 1)
