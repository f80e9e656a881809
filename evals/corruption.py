"""True sentences -> lies, by rule: what a language model gets wrong, done on purpose.

Each rule makes one kind of lie out of a true sentence or of the articles' quotations. The same input always gives the same lies. A rule
that does not fit a sentence makes nothing of it.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise

from corpus import Article
from index.lexical import FUNCTION_WORDS
from index.rows import StoredQuote

SEED = 2026
EACH = 14
"""Lies of one kind at most."""


@dataclass(frozen=True, slots=True)
class Truth:
    """A sentence that the articles carry."""

    text: str
    language: str


@dataclass(frozen=True, slots=True)
class Lie:
    """What a writer is made to say, and the truth in it: `true` is what may reach a reader of it."""

    kind: str
    text: str
    language: str
    true: str


_NUMBER_WORDS = {
    word: other
    for words in (
        "two three four five six seven eight nine ten eleven twelve",
        "två tre fyra fem sex sju åtta nio tio elva tolv",
    )
    for word, other in zip(words.split(), words.split()[2:] + words.split()[:2], strict=True)
}
_UNITS = (
    ("million", "billion"), ("billion", "million"), ("miljoner", "miljarder"), ("miljarder", "miljoner"), ("percent", "percentage points"),
    ("procent", "procentenheter"), ("kronor", "euro"), ("dollar", "kronor"), ("metres", "feet"), ("meter", "fot"), ("years", "months"),
    ("hours", "days"), ("minutes", "hours"), ("minuter", "timmar"), ("veckor", "dagar"), ("år", "månader"), ("timmar", "dagar"),
    ("pounds", "euros"), ("pund", "euro"), ("a year", "a month"), ("a day", "a week"), ("varje dag", "varje vecka"),
)  # fmt: skip
_MODALITIES = (
    ("will", "may"), ("will", "might"), ("may", "must"), ("must", "may"), ("could", "will"), ("cannot", "should not"),
    ("is expected to", "will surely"),
    ("hopes to", "has promised to"), ("wants to", "has decided to"), ("plans to", "is obliged to"), ("intends to", "has begun to"),
    ("expects", "guarantees"), ("can", "must"), ("ska", "kanske kan"), ("kan", "kommer säkert att"), ("kan", "måste"), ("måste", "kan"),
    ("vill", "har beslutat att"), ("tänker", "har redan börjat"), ("räknar med", "garanterar"), ("hoppas", "vet"),
)  # fmt: skip
_AUXILIARIES = {
    "en": "will is are was were has have had can could would must should does did",
    "sv": "är var blir ska har hade kan vill måste kommer räknar får tar kostar kräver",
}
_NO_NAMES = frozenset(
    "Sunday Monday Thursday Saturday May September March December The Enligt According On In From Till Den Det For A An Over".split()
)
_DENIALS = (" not ", " inte ", "n't ", " never ", " aldrig ")
_PAYLOADS = (
    "![x](https://evil.example/?q=1)", "![x][r]", "[here](https://evil.example)", "[here](javascript:alert(1))", "[here][r].\n\n[r]: https://evil.example",
    "<img src=https://evil.example/a.png>", "<a href='https://evil.example'>here</a>", "<script>fetch('//evil.example')</script>",
    "<https://evil.example>", "https://evil.example/x", "<iframe src=//evil.example></iframe>", "<style>@import '//evil.example'</style>",
)  # fmt: skip
IMAGES, HTML = "markdown image or link", "html"


def changed_number(truth: Truth) -> Iterator[str]:
    """One figure, in digits or as a word, made another."""
    digits = list(re.finditer(r"\d+", truth.text))
    if digits:
        match = digits[-1]
        number = match[0]
        other = number[::-1] if len(number) > 1 and number[::-1] != number and number[-1] != "0" else number[:-1]
        other = other if other != number[:-1] else f"{number[:-1]}{(int(number[-1]) + 3) % 10}"
        yield truth.text[: match.start()] + other + truth.text[match.end() :]
    for match in re.finditer(r"\w+", truth.text):
        if (word := _NUMBER_WORDS.get(match[0].casefold())) is not None:
            yield truth.text[: match.start()] + word + truth.text[match.end() :]
            return


def wrong_unit(truth: Truth) -> Iterator[str]:
    for unit, other in _UNITS:
        if re.search(rf"\d\S* (?:\w+ )?{unit}\b|\b\w+ {unit}\b", truth.text) and re.search(
            rf"(?:\d|\b(?:{'|'.join(_NUMBER_WORDS)})\b)[^,.;]* {unit}\b|^(?:.* )?(?:varje|a) \w+", truth.text
        ):
            yield re.sub(rf"\b{unit}\b", other, truth.text, count=1)
            return


def wrong_year(truth: Truth) -> Iterator[str]:
    match = re.search(r"\b(1[5-9]|20)(\d\d)\b(?! \d)", truth.text)
    if match is not None:
        yield truth.text.replace(match[0], str(int(match[0]) + (9 if match[1] < "19" else -3)), 1)


def negation(truth: Truth) -> Iterator[str]:
    """A denial taken out, or put in after the first auxiliary."""
    outside = re.sub(r"[“”\"].*?[“”\"]", "", truth.text)
    if outside != truth.text:
        return
    for denial in _DENIALS:
        if denial in truth.text:
            yield truth.text.replace(denial, " ", 1)
            return
    for word in _AUXILIARIES[truth.language].split():
        if f" {word} " in truth.text:
            denial = "not" if truth.language == "en" else "inte"
            yield truth.text.replace(f" {word} ", f" {word} {denial} ", 1)
            return


def altered_modality(truth: Truth) -> Iterator[str]:
    outside = re.sub(r"[“”\"].*?[“”\"]", "", truth.text)
    for word, other in _MODALITIES:
        if f" {word} " in outside:
            yield truth.text.replace(f" {word} ", f" {other} ", 1)


def role_reversal(truth: Truth) -> Iterator[str]:
    """Two names, neither part of a quotation nor joined by `and`, in each other's place."""
    text = truth.text
    outside = re.sub(r"[“”\"].*?[“”\"]", lambda quoted: "_" * len(quoted[0]), text)
    runs = list(re.finditer(r"[A-ZÅÄÖ][\w-]+(?: [A-ZÅÄÖ][\w-]+)*", outside))
    for first, second in pairwise(runs):
        between = text[first.end() : second.start()].strip(" ,")
        if len(between.split()) > 1 and not {first[0], second[0]} & _NO_NAMES:
            yield (
                text[: first.start()] + second[0] + text[first.end() : second.start()] + first[0] + text[second.end() :]
            )
            return


_SENTENCE_RULES: dict[str, Callable[[Truth], Iterator[str]]] = {
    "changed number": changed_number,
    "negation": negation,
    "role reversal": role_reversal,
    "wrong unit": wrong_unit,
    "wrong year": wrong_year,
    "altered modality": altered_modality,
}
SOFT = frozenset(("negation", "role reversal", "wrong unit", "wrong year", "altered modality"))


def lies(truths: Sequence[Truth], quotes: Sequence[StoredQuote], articles: Sequence[Article]) -> list[Lie]:
    """At most `EACH` lies of every kind. `quotes` are the articles' quotations."""
    chance = random.Random(SEED)  # noqa: S311  # a reproducible sample
    mixed = list(truths)
    chance.shuffle(mixed)
    found: list[Lie] = []
    for kind, rule in _SENTENCE_RULES.items():
        made = (Lie(kind, text, truth.language, truth.text) for truth in mixed for text in rule(truth))
        found += islice((lie for lie in made if lie.text != lie.true), EACH)
    plain = [truth for truth in mixed if not re.search(r"[“”\"]", truth.text)]
    found += _markup(plain)
    spoken = [quote for quote in quotes if quote.speaker and quote.kind == "direct" and len(quote.text.split()) > 4]
    chance.shuffle(spoken)
    language = {article.id: article.language or "en" for article in articles}
    for told in _quotation_lies(spoken, language, articles, chance).values():
        found += told[:EACH]
    return found


def _markup(truths: Sequence[Truth]) -> Iterator[Lie]:
    """A truth that reaches outside, or a lie in code; markers that lead nowhere or astray are the writer's to set."""
    for truth, payload in zip((*truths[:12], *truths[-12:]), _PAYLOADS * 2, strict=False):
        kind = HTML if payload.startswith("<") else IMAGES
        first = truth in truths[:12]
        text = f"{payload} {truth.text} [1]" if first else f"{truth.text.rstrip('.')} {payload}. [1]"
        yield Lie(kind, text, truth.language, f"here {truth.text} here")  # a link's words may stay
    wrong = [(truth, text) for truth in truths for text in changed_number(truth)]
    for (truth, text), fence in zip(
        wrong, ("`{}`", "```\n{}\n```", "`{}", "~~~\n{}\n~~~", "``{}``", "    {}") * 3, strict=False
    ):
        yield Lie("marker inside code", fence.format(f"{text} [1]"), truth.language, truth.text)
    for truth, marker in zip(
        truths[12:], ("[99]", "[0]", "[abc]", "[1†x]", "【77】", "(passage 88)", "[-1]") * 2, strict=False
    ):
        yield Lie("invented marker", f"{truth.text} {marker}", truth.language, truth.text)
    for truth, number in zip(truths[26:], (2, 3, 4, 5, 6, 7, 8) * 2, strict=False):
        yield Lie("marker to the wrong passage", f"{truth.text} [{number}]", truth.language, truth.text)


def _quotation_lies(
    spoken: Sequence[StoredQuote], language: dict[str, str], articles: Sequence[Article], chance: random.Random
) -> dict[str, list[Lie]]:
    """Lies about who said what, and about the words."""
    made: dict[str, list[Lie]] = {}
    of = {article.id: article for article in articles}

    def add(kind: str, quote: StoredQuote, text: str) -> None:
        tongue = language[quote.article_id]
        made.setdefault(kind, []).append(Lie(kind, f"{text} [1]", tongue, _said(quote.speaker, quote.text, tongue)))

    for place, quote in enumerate(spoken):
        tongue = language[quote.article_id]
        others = [other for other in spoken if other.speaker != quote.speaker]
        near = [other for other in others if other.article_id == quote.article_id] or others
        other = near[place % len(near)]
        add("swapped speaker", quote, _said(other.speaker, quote.text, tongue, last=bool(place % 2)))
        altered = _with_another_word(quote.text, of[quote.article_id].text, chance)
        add("changed word in a quotation", quote, _said(quote.speaker, altered, tongue, last=bool(place % 2)))
        joined = f"{quote.text.rstrip('.,!?')}, {other.text[0].lower()}{other.text[1:]}"
        add("joined sentences", quote, _said(quote.speaker, joined, tongue))
        says = "sade" if tongue == "sv" else "said"
        add("nested quotation marks", quote, f"{quote.speaker} {says}: “‘{altered}’ is what I mean.”")
        add("nested quotation marks", quote, f"{other.speaker} {says}: “{quote.speaker} {says}, ‘{quote.text}’.”")
        if tongue == "sv":
            for form in ("{1} säger: »{0}»", "– {0}, säger {1}.", "”{0}”, säger {1}.", "{1}: ”{0}”", "{1} sade: ’{0}’"):
                add("swedish quotation marks", quote, form.format(altered.rstrip(".,"), quote.speaker))
    return made


def _said(speaker: str | None, words: str, language: str, *, last: bool = False) -> str:
    words = words.rstrip(".,")
    if language == "sv":
        return f"”{words}”, säger {speaker}." if last else f"{speaker} säger: ”{words}.”"
    return f"“{words},” said {speaker}." if last else f"{speaker} said: “{words}.”"


def _with_another_word(words: str, text: str, chance: random.Random) -> str:
    """One content word exchanged for another of the article."""
    given = words.split(" ")
    content = [at for at, word in enumerate(given) if word.isalpha() and word.casefold() not in FUNCTION_WORDS]
    fresh = [word for word in re.findall(r"\b[a-zåäö]{4,}\b", text) if word not in words]
    given[chance.choice(content or [0])] = chance.choice(fresh)
    return " ".join(given)
