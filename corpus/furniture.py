"""Which lines of a page are its furniture and no part of any story, each told by a named rule.

A line is furniture by its words, listed a language in `furniture.toml`, or by its shape: a clock, a credit, a breadcrumb.
When unsure, a line is kept: a paragraph lost is worse than a button kept.
"""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal

from corpus.language import FUNCTION_WORDS

HeadingKind = Literal["related", "also", "popular", "subjects"]
Words = tuple[str, ...]
Near = Literal["text", "furniture", "end"]

LONGEST = 600
"""Characters. A longer line is never furniture."""
_SERVICE_SCORE = 3
"""What a sentence must reach to be the publisher's and not the story's: see `service_rule`."""
_SHORTEST_HEADLINE = 4
_WORD = re.compile(r"\w+")
_SEPARATOR = re.compile(r"\s*[:|>»›–—]")


@dataclass(slots=True)
class _Phrases:
    """Phrases by their first word, longest first, each with the rule it belongs to."""

    by_first: dict[str, list[tuple[tuple[str, ...], str]]] = field(default_factory=lambda: defaultdict(list))

    def add(self, listed: str, rule: str) -> None:
        for phrase in listed.split(","):
            words = words_of(phrase)
            if words:
                self.by_first[words[0]].append((words, rule))
                self.by_first[words[0]].sort(key=lambda known: -len(known[0]))

    def at(self, words: Words, position: int) -> tuple[int, str] | None:
        """Length in words and rule of the longest phrase that begins at `position`, or None."""
        for phrase, rule in self.by_first.get(words[position], ()):
            if words[position : position + len(phrase)] == phrase:
                return len(phrase), rule
        return None

    def within(self, words: Words) -> list[tuple[tuple[str, ...], str]]:
        """Every phrase that stands in `words`, once."""
        known = self.by_first.keys()
        if known.isdisjoint(words):
            return []
        found = {}
        for position in [number for number, word in enumerate(words) if word in known]:
            if hit := self.at(words, position):
                found[words[position : position + hit[0]]] = hit[1]
        return list(found.items())


@dataclass(slots=True)
class _Vocabulary:
    fillers: frozenset[str]
    speech: frozenset[str]
    lines: _Phrases
    labels: _Phrases
    openings: _Phrases
    topics: _Phrases
    subjects: _Phrases
    asides: _Phrases
    voice: _Phrases
    imperatives: _Phrases
    headings: dict[tuple[str, ...], HeadingKind]
    heading_openings: _Phrases


@cache
def _vocabulary() -> _Vocabulary:
    listed = tomllib.loads(Path(__file__).with_name("furniture.toml").read_text(encoding="utf-8"))
    parts = {part: _Phrases() for part in ("lines", "labels", "openings", "topics", "subjects", "asides")}
    voice, imperatives, heading_openings = _Phrases(), _Phrases(), _Phrases()
    voice.add(listed["voice"]["publisher"], "publisher")
    voice.add(listed["voice"]["reader"], "reader")
    imperatives.add(listed["voice"]["openings"], "opening")
    headings: dict[tuple[str, ...], HeadingKind] = {}
    for rule, lists in listed.items():
        if rule.startswith("heading-"):
            kind: HeadingKind = rule.removeprefix("heading-")  # type: ignore[assignment]  # the file's section names
            headings |= {words_of(phrase): kind for phrase in lists["lines"].split(",")}
            heading_openings.add(lists.get("openings", ""), kind)
        elif rule not in {"filler", "voice", "speech"}:
            for part, phrases in lists.items():
                parts[part].add(phrases, rule)
    fillers, speech = (frozenset(words_of(listed[name]["words"])) for name in ("filler", "speech"))
    return _Vocabulary(
        fillers,
        speech,
        **parts,
        voice=voice,
        imperatives=imperatives,
        headings=headings,
        heading_openings=heading_openings,
    )


@lru_cache(maxsize=512)
def words_of(text: str) -> tuple[str, ...]:
    """The words of `text` in lower case, without punctuation."""
    return tuple(_WORD.findall(text.casefold()))


@dataclass(frozen=True, slots=True)
class Manner:
    """How a line speaks: how many of its words stand in the listed phrases, of a publisher's topic or not, in whose voice."""

    furniture: int
    reader: bool
    publisher: bool
    asks: bool
    topic: bool
    speech: bool


def manner_of(words: Words) -> Manner:
    """Of a line of such words, in lower case. The first 40 are looked at."""
    vocabulary, words = _vocabulary(), words[:40]
    voices = {who for _, who in vocabulary.voice.within(words)}
    return Manner(
        sum(map(_furniture_words().__contains__, words)),
        "reader" in voices,
        "publisher" in voices,
        bool(words) and vocabulary.imperatives.at(words, 0) is not None,
        bool(vocabulary.topics.within(words)),
        not vocabulary.speech.isdisjoint(words),
    )


@cache
def _furniture_words() -> frozenset[str]:
    """Words of the listed phrases that say something."""
    vocabulary = _vocabulary()
    parts = (vocabulary.lines, vocabulary.labels, vocabulary.openings, vocabulary.topics, vocabulary.asides)
    listed = {word for part in parts for phrases in part.by_first.values() for phrase, _ in phrases for word in phrase}
    return frozenset(word for word in listed - vocabulary.fillers - FUNCTION_WORDS if len(word) > 1)


def heading_kind(line: str) -> HeadingKind | None:
    """What `line` is a heading over, if over no part of the story: other stories, popular ones, or subjects."""
    if len(line) > 60 or line.endswith("."):
        return None
    words, vocabulary = words_of(line), _vocabulary()
    if not words:
        return None
    opening = vocabulary.heading_openings.at(words, 0)
    if opening and opening[0] < len(words) <= opening[0] + 3 and not re.search(r"[^\w\s&’-]", line.rstrip(": ")):
        return "popular" if opening[1] == "popular" else "related"
    return vocabulary.headings.get(tuple(words))


def boilerplate_rule(line: str) -> str | None:
    """The rule by which `line` belongs to no article, or None. Linear in the line; lines over 600 characters are kept."""
    if len(line) > LONGEST:
        return None
    words = words_of(line)
    if not words:
        return "no-words"
    return (
        _row_rule(words)
        or (_row_rule(words_of(_UNGLUED.sub(" ", line))) if _UNGLUED.search(line, 0, 120) else None)
        or _shape_rule(line, words)
        or service_rule(line, words)
        or _label_rule(line, words)
        or ("scrap" if len(line) <= 2 and line[-1] not in ".!?" and _ROMAN.fullmatch(line) is None else None)
    )


_ROMAN = re.compile(r"[IVX]+")
"""The number of a part of a long read."""
_UNGLUED = re.compile(r"(?<=[a-zà-ÿ])(?=[A-ZÀ-Þ])|(?<=[A-Z])(?=[A-ZÀ-Þ][a-zà-ÿ])")


def _row_rule(words: Words) -> str | None:
    """`Accept all  Only necessary  Settings`: nothing but listed phrases, fillers and numbers. Named by the longest phrase."""
    vocabulary = _vocabulary()
    if len(words) > 40:
        return None
    best, position, idle = (0, ""), 0, 0
    while position < len(words):
        word = words[position]
        hit = vocabulary.lines.at(words, position)
        if hit is not None:
            length, rule = hit
            size = sum(map(len, words[position : position + length]))
            best = max(best, (size, rule), key=lambda found: found[0])
            position += length
        elif word[0].isdigit() or word in vocabulary.fillers:
            idle += not word[0].isdigit()
            position += 1
        else:
            return None
    return best[1] if best[1] and idle <= 4 else None


def _label_rule(line: str, words: Words) -> str | None:
    """`Read more: ...`, `Tags: ...`, or a line that opens as an invitation and goes on in a few words."""
    vocabulary = _vocabulary()
    if (hit := vocabulary.labels.at(words, 0)) and len(line) <= 220:
        end = _end_of_word(line, hit[0])
        if (
            end == len(line.rstrip(" .!…"))
            or _SEPARATOR.match(line, end)
            or (hit[1] == "photo-credit" and line[end] == ",")
        ):
            return hit[1]
    start = int(len(words) > 1 and words[0].isdigit())
    if (hit := vocabulary.openings.at(words, start)) and len(words) <= hit[0] + 12:
        rest = line[_end_of_word(line, start + hit[0]) :].strip(" .…>»!?")
        if not re.search(r"[.!?,;]", rest) and (line[-1] != "." or len(words) <= 8):
            return hit[1]
    return None


def announced(line: str) -> tuple[str, str] | None:
    """Label and headline of `Read also: Ferry sold to the islanders`; None if `line` announces no other story."""
    hit = _vocabulary().labels.at(words_of(line), 0)
    end = _end_of_word(line, hit[0]) if hit and hit[1] == "read-more" else 0
    separator = _SEPARATOR.match(line, end) if end else None
    if separator is None:
        return None
    headline = line[separator.end() :].lstrip(" :|>»›–—")
    return (line.removesuffix(headline), headline) if len(headline.split()) >= _SHORTEST_HEADLINE else None


def _end_of_word(line: str, count: int) -> int:
    for number, match in enumerate(_WORD.finditer(line), start=1):
        if number == count:
            return match.end()
    return len(line)


_LONG_QUOTATION = re.compile(r"[\"“„«»”](?:\w+[^\w\"“”„«»]+){4,}\w+[^\w\"“”„«»]*[\"“”«»]")
_FORMAL_YOU = re.compile(r"(?<=[a-zäöüß,] )(?:Sie|Ihnen|Ihr(?:e[nmrs]?)?)\b")
_US = re.compile(r"\bus\b")
_NEW_SENTENCE = re.compile(r"(?<=[.!?:–—])\s+")
_HEAVY = frozenset({"cookie-notice", "ai-label"})
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_NARRATOR = re.compile(r"(?<!^)\b(?:I|[Jj]ag|[Jj]eg|[Ii]ch|[Jj]e|[Jj]’ai|[Yy]o)\b")
"""Somebody who tells something: a columnist, not a publisher."""


def service_rule(line: str, words: Words, near: Near = "text") -> str | None:
    """The topic of a sentence in which the publisher speaks to the reader: of cookies, of subscriptions, of comments.

    Points: a topic 1 (of three words or more 2; cookies and AI 2 where the publisher speaks or asks for something), at most
    3; telling the reader what to do 2 at the line's start, 1 later; `we` or `this article` 1, `you` 1. Three are needed, one of
    them for a voice; two `near` furniture; and at the page's end the voice is enough. Nobody is quoted, and nobody says `I`.
    """
    vocabulary = _vocabulary()
    if (about := vocabulary.subjects.at(words, 0)) and len(words) <= 35 and vocabulary.speech.isdisjoint(words):
        return about[1]
    topics = [(len(phrase), rule) for phrase, rule in vocabulary.topics.within(words)]
    begins = vocabulary.imperatives.at(words, 0) is not None
    if not (topics or begins or near == "end"):
        return None
    if line[0] in '–—"“„«»”' or not vocabulary.speech.isdisjoint(words) or _LONG_QUOTATION.search(line):
        return None
    rules = [rule for _, rule in topics]
    if _NARRATOR.search(line) and _HEAVY.isdisjoint(rules):
        return None
    if _ADDRESS.search(line):
        topics.append((1, "feedback"))
    voices = {who for _, who in vocabulary.voice.within(words)}
    voices |= {"reader"} if _FORMAL_YOU.search(line) else set()
    voices |= {"publisher"} if _US.search(line) else set()
    sentences = [begun for begun in map(words_of, _NEW_SENTENCE.split(line)[1:]) if begun]
    asks = begins or any(vocabulary.imperatives.at(begun, 0) for begun in sentences)
    spoken = len(voices) + (2 if begins else asks)
    if begins and (voices or line[-1] != ".") and len(words) <= 30:
        topics += [(1, rule) for _, rule in vocabulary.asides.within(words)][:2]
    heavy = _HEAVY if "publisher" in voices or asks else frozenset()
    on_topic = min(sum(2 if rule in heavy or length > 2 else 1 for length, rule in topics), 3)
    enough = bool(topics and spoken) and on_topic + spoken >= _SERVICE_SCORE
    if near != "text" and topics:
        enough = on_topic + spoken >= 2
    elif near == "end":
        enough = len(voices) == 2 or (bool(voices) and asks)
    if not enough:
        return None
    named = [rule for _, rule in topics] or ["service"]
    return max(named, key=lambda rule: (rule in _HEAVY, named.count(rule)))


_NAME = r"[A-ZÅÄÖÉÜÆØÀ-Þ][\w.'’-]*(?: (?:[A-ZÅÄÖÉÜÆØÀ-Þ][\w.'’-]*|von|van|de|der|af|al|bin|di|la)){0,3}"
_CREDIT = (
    r"(?:(?:illustrasjons|modell?|gen(?:re)?)foto|(?:file |stock |press |ai )?photo(?:s|graph(?:s|y)?)?(?: credit)?|(?:arkiv|presse?|genre)?foto(?:s|graf(?:i|ie)?)?|(?:arkiv|symbol|titel|archiv)?bild(?:en|er|rechte|quelle|text|nachweis)?"
    r"|(?:arkiv)?bilde(?:t|r)?|billede(?:t|r)?|(?:press)?image|picture|illustrations?|infogra(?:f|ph)ik|gra(?:f|ph)i(?:k|c)|(?:photo |image |picture )?credits?|photograph(?:ie)?|crédits?(?: photos?)?|imagen|fotografía|ilustración|archivfoto|montage|collage)"
)
_AGENCY = r"(?:AP(?: Photo)?|Reuters|AFP|TT(?: Nyhetsbyrån)?|Getty(?: Images)?|NTB|dpa|EFE|EPA|PA|Ritzau(?: Scanpix)?|Scanpix|Bildbyrån|Shutterstock|iStock|Imago|Unsplash|Picture Alliance|Alamy|Adobe Stock|Pixabay)"
_SHAPES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (rule, re.compile(pattern, re.IGNORECASE))
    for rule, pattern in (
        ("photo-credit", rf"{_CREDIT}\s*(?:[:©|]|/\s?(?-i:[A-ZÀ-Þ])).{{0,160}}"),
        ("photo-credit", rf"{_CREDIT} (?:(?:by|av|af|von|par|por) )?(?-i:{_NAME})(?:\s?[/,(].{{0,60}})?(?<!\.)"),
        ("photo-credit", rf".{{0,250}}[.(!?”\"»]\s*{_CREDIT}\s*(?:[:/|]|\s(?:by|av|af|von|par|por)\s)\s?.{{1,80}}"),
        ("photo-credit", rf".{{5,250}}[.!?…»”] ?[(\[]{_CREDIT} ?:? ?(?-i:{_NAME})(?:\s?[/,].{{0,40}})?[)\]]"),
        ("photo-credit", r".{10,250}[.!?)»”] (?-i:[A-Z]{2,10}) ?/ ?(?-i:[A-ZÀ-Þ]).{2,80}(?<![.!?])"),
        ("photo-credit", r".{5,250}(?<!\()(?:©|\(c\))\s?(?-i:[A-ZÀ-Þ]).{1,60}(?<![.!?])"),
        (
            "photo-credit",
            r".{10,250}[.!?)»”] (?-i:\| ?)?(?-i:[A-ZÀ-Þ][A-ZÀ-Þ.’'-]+(?:[ -][A-ZÀ-Þ][A-ZÀ-Þ.’'-]+){1,4}(?: ?[/|(,«“] ?[^.!?]{1,50})?)",
        ),
        ("photo-credit", r"(?-i:[A-ZÀ-Þ][A-ZÀ-Þ.’'-]+(?: [A-ZÀ-Þ][A-ZÀ-Þ.’'-]+){1,3} ?/ ?[A-ZÀ-Þ][A-ZÀ-Þ .’'-]+)"),
        ("photo-credit", r".{10,250} credits?: (?-i:[A-ZÀ-Þ]).{1,60}(?<![.!?])"),
        ("photo-credit", r"\[?\d{1,2}/\d{1,2}\]\s?.{10,240}"),
        ("photo-credit", rf"\(?{_AGENCY}(?: (?:photo|foto|images))?(?: ?/ ?[\w .-]{{1,40}})?\)?"),
        ("photo-credit", rf"(?-i:{_NAME}) ?/ ?{_AGENCY}(?:[ /]{_AGENCY})*"),
        (
            "copyright",
            r"(?:©|\(c\) ?\d|copyright\s*(?:©|\(c\)|\d{4}|by\b|(?-i:[A-Z]))|all rights reserved|alla rättigheter|alle rett|alle rechte|tous droits|todos los derechos|reproduction interdite|eftertryck|upphovsrätt|nachdruck).{0,200}",
        ),
        (
            "copyright",
            r".{0,120}(?:all rights reserved|alla rättigheter förbehålln?a|alle rechte vorbehalten|tous droits réservés|todos los derechos reservados)\.?.{0,30}",
        ),
        (
            "clock",
            r"(?:kl\.?|klockan|klokken|um|à|at|a las)? ?\d{1,2} ?[:.h] ?\d{2}(?: ?(?:uhr|h|hs|am|pm|a\.m\.|p\.m\.|[a-z]{2,4}))?",
        ),
        ("clock", r"\d{1,2}[./]\d{1,2}[./]\d{2}(?:,? (?:kl\.? )?\d{1,2}[:.]\d{2})?"),
        ("video-player", r"(?:\d{1,2}:\d{2}|-\d{1,2}:\d{2})(?: ?/ ?-?\d{1,2}:\d{2})?|\d{1,2}:\d{2} \d{1,2}:\d{2}"),
        (
            "gallery",
            r"(?:bild|bilde|billede|photo|image|foto|imagen|picture)? ?\d{1,3} ?(?:/|of|av|af|von|sur|de) ?\d{1,3}",
        ),
        ("share-bar", r"(?:[#@][\w.]+[\s,]*)+"),
        ("link", r"(?:https?://|www\.)\S+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
        ("navigation", r"[^.!?]{1,40}(?:\s[>›»→]\s[^.!?]{1,60}){1,4}"),
        ("navigation", r"(?!.* / [-−–]?\d)[^.!?/]{1,40}(?: / [^.!?/]{1,40}){2,5}"),
        ("navigation", r"(?:[^|·•.!?]{1,40}[|·•]){2,12}[^|·•.!?]{1,40}"),
        ("ticker", r"[^.!?:]{2,30}? ?[+−–-]?\d[\d .,]*(?: ?%)? ?[▲▼△▽↑↓](?:.{0,60}[▲▼△▽↑↓])?"),
        ("ticker", r"(?-i:[A-ZÀ-Þ])[\w/&. -]{1,24}(?: \d[\d .,]*)? [+−–-] ?\d+[.,]\d+ ?%?(?: ?\(.{1,12}\))?"),
        ("ticker", r"(?-i:[A-ZÀ-Þ])[\w/&. ]{1,24} ?:? ?[$€£]?\d[\d ., ]* ?[▲▼]? ?\(?[+−–-]? ?\d+[.,]\d+ ?%\)?"),
        ("ticker", r"(?:wetter|weather|väder|vær|vejr|météo|tiempo) ?[:|] ?.{0,40}\d.{0,60}"),
        ("bare-number", r"[+(]?[\d .,]+\)?"),
        (
            "age",
            r"[^.!?]{2,40} [·|•] \d{1,2} ?(?:d|h|m|min|t|tim|std|j|días?|dagar|timmar|timer|hours?|days?)(?: ago| sedan| siden)?",
        ),
        (
            "comments",
            r".{2,80}(?:,|·|-|–) (?:for |för |vor |il y a |hace )?\d{1,2} (?:hours?|days?|minutes?|timmar|timer|stunden|tagen|heures|jours|horas|días|dagar|dager|dage)(?: ago| sedan| siden)?",
        ),
        ("table", r"\D{2,30}(?: -?\d{1,3}){4,}"),
        ("table", r"(?-i:(?:[A-ZÅÄÖa-zåäöæø]+ )?(?:[A-ZÅÄÖÆØ+±/-]{1,2} ){3,}[A-ZÅÄÖÆØ+±/-]{1,2})"),
        ("live-blog", r"\d{1,2}[:.]\d{2} (?-i:[A-ZÀ-Þ]).{5,90}(?<![.!?…:”\"»])"),
        (
            "ticker",
            r"(?-i:[A-Z]{3}/[A-Z]{3}|[A-ZÀ-Þ]\w+(?: [A-ZÀ-Þ]\w+)?):? \d[\d .]*,\d\d(?: ?(?:usd|eur|sek|nok|dkk|\$|€))?",
        ),
        ("ticker", r"(?:[^\d.!?]{2,25} )?[+−–-]?\d{1,2} ?°[CF]?(?: ?[/|] ?-?\d{1,2} ?°[CF]?)?(?: [^\d.!?]{2,25})?"),
        (
            "comments",
            r"\(?\d+\)? (?:comments?|kommentarer?|kommentare?|commentaires?|comentarios?)|(?:comments?|kommentarer?|kommentare?|commentaires?|comentarios?) ?\(?\d+\)?",
        ),
    )
)
_SHAPELY = re.compile(
    r"[#@©|/°%▲▼△▽↑↓>›»→·•]|^(?:\w+ )?[A-ZÅÄÖÆØ+] [A-ZÅÄÖÆØ+] |^[Ww]etter|^[Ww]eather|^[Vv]äder|^[Vv]ær|^[Vv]ejr|^[Mm]étéo|^[Tt]iempo|\d[:.,h] ?\d|\b[Cc]opyright|\(c\)|^\W?\d|\b\d+\)?$",
    re.ASCII,
)
_CREDIT_WORDS = frozenset(
    """
    photo photos illustrasjonsfoto genrefoto modelfoto photograph photographs photography photographie foto fotos fotograf fotografi fotografie arkivfoto pressefoto pressfoto genrefoto archivfoto bild bilden bilder bildrechte
    bildquelle bildtext bildnachweis arkivbild symbolbild titelbild archivbild bilde bildet bilder arkivbilde billede billedet image pressimage picture illustration illustrations infografik infographik
    grafik graphik grafic graphic credit credits crédit crédits imagen fotografía ilustración montage collage
    rights rättigheter rett rechte droits derechos eftertryck nachdruck reproduction upphovsrätt
    """.split()
)
_CAPITALS_LAST = re.compile(r"[A-ZÀ-Þ]{2,}[)\w]*$|/[^.]{2,50}$")
_AGENCY_FIRST = re.compile(rf"\(?{_AGENCY}")


def _shape_rule(line: str, words: Words) -> str | None:
    credited = not _CREDIT_WORDS.isdisjoint(words)
    if len(line) > 250 and not credited:
        return None
    if (
        credited
        or _SHAPELY.search(line)
        or _CAPITALS_LAST.search(line, max(0, len(line) - 52))
        or _AGENCY_FIRST.match(line)
    ):
        return next((rule for rule, pattern in _SHAPES if pattern.fullmatch(line)), None)
    return None
