"""A language model's raw text -> sentences with the passages they cite, while it is still being written.

Only plain words survive: images, links, HTML, headings, lists and code fences are taken off, so that nothing in a model's text can
reach outside (EchoLeak, CVE-2025-32711). A sentence is let go once the next one has begun, so that no marker is cut in two. Time is
linear in the text, however it is cut: every full stop is looked at once.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from corpus.article import Span
from corpus.cleaning import without_half_characters
from corpus.cues import CUE_EN, CUE_SV
from corpus.sentences import leaves_quotation_open, sentence_spans
from rag.context import MARKER

MAX_SENTENCES = 8
MAX_CHARACTERS = 4_000
"""A model that goes on past either is stopped, and the sentence it was in is dropped."""

_ONE = rf"(?:(?-i:{MARKER})|\d{{1,3}})"
_MARKER = re.compile(
    rf"[\[【](?:(?:passages?|sources?|ids?) )?(?P<several>{_ONE}(?:[,;] ?{_ONE}){{0,7}})(?:†[^\]】\n]{{0,20}})?[\]】]"
    rf"|\((?:passages?|sources?|ids?) (?P<named>{_ONE})\)",
    re.IGNORECASE,
)
"""Of a passage, or a number that a model cites by out of habit: it names nothing, and is no part of the sentence either."""
_LINE_PREFIX = re.compile(r"^\s{0,8}(?:[-*+•]|\d{1,2}[.)]|#{1,6}|>)\s")
_ADDRESS = r"\((?:[^()\n]{0,500}\([^()\n]{0,500}\))?[^()\n]{0,2000}\)|\[[^\]\n]{0,300}\]"
_MARKUP = (
    (
        re.compile(
            r"<(?P<tag>script|style|iframe|svg|object|template)\b[^<>\n]{0,500}>[^<\n]{0,2000}(?:</(?P=tag)>)?",
            re.IGNORECASE,
        ),
        "",
    ),
    (re.compile(rf"!\[[^\]\n]{{0,300}}\](?:{_ADDRESS})?"), ""),
    (re.compile(rf"\[(?P<words>[^\]\n]{{0,300}})\](?:{_ADDRESS})"), r"\g<words>"),
    (re.compile(r"\[[^\]\na-zåäö]{1,20}\]", re.IGNORECASE), ""),
    (re.compile(r"<[^<>\n]{0,2000}>"), ""),
    (re.compile(r"\b(?:[a-z][a-z0-9+.-]{0,20}://|www\.|mailto:|data:|javascript:)\S{1,2000}", re.IGNORECASE), ""),
    (re.compile(r"[<>]|(?<!\w)//\S{1,2000}|\S{1,200}@\S{1,200}"), ""),
    (re.compile(r"\*{1,3}|_{2,3}|`{1,3}"), ""),
    (re.compile(r"[\[\]]"), ""),
)
_DASH_SPEECH = re.compile(
    r"^(?P<start>\s{0,8})(?:[–—]\s(?P<words>[^“”\"\n]{2,1000}?)(?P<tag>,? (?:"
    rf"{CUE_SV}|{CUE_EN}) (?:\w+ )?[A-ZÅÄÖ].{{0,300}})|-\s(?P<said>[^“”\"\n]{{2,1000}}?)(?P<by>, (?:{CUE_SV}) .{{2,300}}))$"
)
"""A spoken line as Swedish papers print it; it is read as one in quotation marks."""
_RARE_MARKS = str.maketrans(dict.fromkeys("❝❞＂「」『』‹›〝〞", '"') | {"\t": " "})
_DASHES = ("–", "—", "- ")
_BEGUN = re.compile(r"[\"“”'‘«»–-]?\s?\w{2}")
_LONGEST_MARKER = 48
_PART_OF_A_MARKER = re.compile(r"[\[【(][^\]】)\n]*$")
_UP_TO_WORDS = re.compile(r".*\w{2}", re.DOTALL)
_LONGEST_SENTENCE = 1_000
"""Characters. What has not ended by then is looked at once more, when its line is whole."""
_THOUGHTS = ("<think>", "</think>")
_SPACE_BEFORE = re.compile(r"\s+(?=[.,;:!?])")


@dataclass(frozen=True, slots=True)
class Written:
    """One sentence as the model wrote it, without markup; `markers` are what it cites, whether or not they name a passage."""

    text: str
    markers: tuple[str, ...]


def written_sentences(pieces: Iterable[str], language: str) -> Iterator[Written]:
    """The sentences of a streamed answer, each as soon as it is complete; at most `MAX_SENTENCES`."""
    given = 0
    for sentence in _complete(pieces, language):
        if sentence.text:
            yield sentence
            given += 1
        if given == MAX_SENTENCES:
            return


def plain_text(pieces: Iterable[str], most: int) -> str:
    """All that a model wrote, on one line, without markers and markup; it is stopped after `most` characters."""
    text = ""
    for piece in _spoken(pieces):
        text += _readable(piece[: most + 1 - len(text)])
        if len(text) > most:
            break
    return _plain(_MARKER.sub("", text))


def _complete(pieces: Iterable[str], language: str) -> Iterator[Written]:
    held = ""
    tried = -1
    received = 0
    for piece in _spoken(pieces):
        held += _readable(piece[: MAX_CHARACTERS + 1 - received])
        received += len(piece)
        *lines, held = held.split("\n")
        for line in lines:
            yield from (sentence for sentence, _ in _read(line, language))
            tried = -1
        whole = _without_part_of_a_marker(held)
        spoken = held.lstrip().startswith(_DASHES)
        if not spoken and (stop := _last_stop(whole)) > tried:
            tried = stop
            *finished, (following, start) = _read(whole, language) or [(Written("", ()), 0)]
            if finished and _BEGUN.match(following.text) and not leaves_quotation_open(whole[:start]):
                yield from (sentence for sentence, _ in finished)
                held = held[start:]
                tried -= start
        if received > MAX_CHARACTERS:
            return
    yield from (sentence for sentence, _ in _read(held, language))


def _without_part_of_a_marker(held: str) -> str:
    cut = _PART_OF_A_MARKER.search(held, max(0, len(held) - _LONGEST_MARKER))
    return held[: cut.start()] if cut else held


def _last_stop(whole: str) -> int:
    """Where the last full stop is that words follow, those of markers aside; -1 if there is none."""
    if len(whole) > _LONGEST_SENTENCE:
        return -1
    worded = _UP_TO_WORDS.match(_MARKER.sub(_blank, whole))
    return max(whole.rfind(stop, 0, worded.end() - 2) for stop in ".!?…") if worded else -1


def _spoken(pieces: Iterable[str]) -> Iterator[str]:
    """Without the thoughts that some models write down before they answer, between tags of their own."""
    opening, closing = _THOUGHTS
    held = ""
    thinking = False
    arriving = iter(pieces)
    for piece in arriving:
        held = (held + piece).lstrip()
        if thinking or held.startswith(opening):
            thinking = True
            _, closed, held = held.partition(closing) if closing in held else ("", "", held[-len(closing) :])
            thinking = not closed
        elif held and not opening.startswith(held):
            break
    if not thinking:
        yield held
        yield from arriving


def _read(line: str, language: str) -> list[tuple[Written, int]]:
    """The sentences of one line and where each begins in it, markers before it included.

    A marker belongs to the sentence it stands in or after; on a line that opens with one, to the sentence that follows it.
    """
    line = _DASH_SPEECH.sub(_quoted, line)
    masked = _MARKER.sub(_blank, _LINE_PREFIX.sub(_blank, line))
    spans = sentence_spans(masked, language)
    markers = list(_MARKER.finditer(line)) if spans else []
    leading = bool(markers) and markers[0].start() < spans[0].start
    cited: list[list[str]] = [[] for _ in spans]
    for marker in markers:
        before = sum(span.start < marker.start() for span in spans)
        place = min(before, len(spans) - 1) if leading else before - 1
        cited[place] += re.findall(r"\w+", marker["several"] or marker["named"])
    starts = [previous.end if leading else span.start for previous, span in pairwise([Span(0, 0), *spans])]
    return [
        (Written(_plain(span.of(masked)), tuple(dict.fromkeys(named))), start)
        for span, named, start in zip(spans, cited, starts, strict=True)
    ]


def _quoted(match: re.Match[str]) -> str:
    said, tag = (match["words"], match["tag"]) if match["words"] else (match["said"], match["by"])
    return f"{match['start']}”{said}”{tag}"


def _readable(piece: str) -> str:
    """Without half characters and without characters that are not seen; rare quotation marks as plain ones."""
    whole = without_half_characters(piece).translate(_RARE_MARKS)
    return "".join(character for character in whole if character == "\n" or unicodedata.category(character)[0] != "C")


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])


def _plain(text: str) -> str:
    for pattern, replacement in _MARKUP:
        text = pattern.sub(replacement, text)
    return _SPACE_BEFORE.sub("", " ".join(text.split()))
