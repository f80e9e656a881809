"""A sentence that states a figure or a date, taken apart as far as a question needs: `The county | will | pay | 40 | ferries | in May`."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from corpus.article import Article, Span
from corpus.cues import CUE
from corpus.dates import MONTH
from corpus.no_names import STOPWORDS
from corpus.sentences import sentence_spans
from evals.drafting.lexicon import PREPOSITIONS, Lexicon
from index.lexical import FUNCTION_WORDS

FINITE_EN = {
    form: base
    for forms, base in (
        row.split(":")
        for row in (
            "cost costs:cost|paid pays:pay|spent spends:spend|sold sells:sell|built builds:build|bought buys:buy"
            "|killed kills:kill|lost loses:lose|won wins:win|received receives:receive|raised raises:raise"
            "|hired hires:hire|employed employs:employ|closed closes:close|opened opens:open|carried carries:carry"
            "|takes took:take|holds held:hold|produced produces:produce|attracted attracts:attract|drew draws:draw"
            "|served serves:serve|covered covers:cover|planted plants:plant|scored scores:score|earned earns:earn"
            "|owed owes:owe|needed needs:need|used uses:use|visited visits:visit|followed follows:follow"
            "|began begins:begin|started starts:start|ended ends:end|died:die|moved moves:move|joined joins:join"
            "|arrived arrives:arrive|returned returns:return|signed signs:sign|left leaves:leave|became:become"
            "|met meets:meet|launched launches:launch|contains contained:contain|invested invests:invest"
            "|collected collects:collect|published:publish|approved:approve|agreed:agree|expired expires:expire"
            "|found finds:find"
        ).split("|")
    )
    for form in forms.split()
}
"""Forms of verbs and what stands after `did`, `does` or `do`. A table, since `opened` is from `open` and `closed` from `close`."""
AUXILIARIES_EN = frozenset("is are was were has have had will would can could shall should must".split())
FINITE_SV = frozenset(
    """
    är var blir blev har hade ska skulle kan kunde får fick tar tog ger gav kostar kostade väger vägde säljer
    sålde köper köpte bygger byggde visar visade räknar räknade rymmer rymde drar drog samlar samlade betalar
    betalade satsar satsade investerar investerade anställer anställde öppnar öppnade stänger stängde börjar
    började startar startade slutar slutade invigs invigdes byggs byggdes bildades grundades föddes dog
    flyttar flyttade vann vinner förlorar förlorade slår slog inleds inleddes hålls hölls avgörs avgjordes
    beräknas beräknades väntas väntades planeras planerades uppgår uppgick måste
    """.split()
)

_WORDS = (
    r"two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen"
    r"|(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:-\w+)?"
    r"|två|tre|fyra|fem|sex|sju|åtta|nio|tio|elva|tolv|tretton|fjorton|femton|sexton|sjutton|arton|nitton|tjugo\w*|trettio|fyrtio|femtio"
)
_NUMBER = rf"(?:\d{{1,3}}(?:[ ,.\u00a0]\d{{3}})+(?:[.,]\d+)?|\d+(?:[.,]\d+)?|\b(?:{_WORDS})\b)"
_SCALE = r"(?:hundred|thousand|million|billion|trillion|hundra|tusen|miljoner|miljon|miljarder|miljard)"
_CURRENCY = r"(?:US dollars|dollars|dollar|euros|euro|pounds|pund|kronor|kronas|yen|yuan|rupees|rubles)"
FIGURE = re.compile(
    rf"(?<![\w.,-])(?:(?P<money>(?:US)?[$€£¥] ?{_NUMBER}(?: {_SCALE})?|{_NUMBER}(?: {_SCALE})? {_CURRENCY})"
    rf"|(?P<share>{_NUMBER} ?(?:%|percent\b|per cent\b|procent\b))"
    rf"|(?P<count>{_NUMBER}(?: {_SCALE})?))(?![\w%-])(?!,\d)",
    re.IGNORECASE,
)
"""An amount, a share or a count."""
_SEASON = r"(?:early |late )?(?:spring|summer|autumn|fall|winter|våren|sommaren|hösten|vintern)"
DATE = re.compile(
    rf"(?<![\w-])(?:(?P<preposition>on|in|den|i|på)\s)?(?P<date>(?:{MONTH}) \d{{1,2}}(?:, \d{{4}})?|\d{{1,2}} (?:{MONTH})(?: \d{{4}})?"
    rf"|(?:{MONTH}) \d{{4}}|(?:the )?{_SEASON} (?:of )?\d{{4}}"
    rf"|(?:1[5-9]|20)\d{{2}}(?! ?(?:{_SCALE}|{_CURRENCY}|[a-zåäö]+s\b)))(?![\w-])(?!,\d)",
    re.IGNORECASE,
)
"""A day with its month, a month, season or year with its year."""
_ABOUT = re.compile(
    r"\s*\b(?:about|around|roughly|nearly|almost|some|over|only|just|approximately|(?:more|fewer|less) than"
    r"|at least|at most|up to|as many as|as much as|a total of|omkring|cirka|ca|ungefär|nästan|drygt|knappt|runt|över|bara|totalt|mer än"
    r"|fler än|minst|högst|upp till|sammanlagt)\s*$",
    re.IGNORECASE,
)
_UNFIT = re.compile(
    r"[\"“”„«»‘:;()\[\]–—?!…/]|\baccording to\b|\benligt\b|\b(?:which|who|where|because|som|eftersom|medan|while)\b",
    re.I,
)
_DETERMINERS = frozenset(
    ("the", "a", "an", "all", "each", "every", "another", "en", "ett", "alla", "hela", "varje", "both", "båda")
)
_TAKEN_FOR = {"en": (None, "en"), "sv": (None, "sv", "no", "da")}
"""What a short paragraph of an article in that language may be taken for."""
_HELPING = frozenset("be been have to also about into over on for at in with vara varit blivit också att ha".split())
"""Function words that may stand between a verb and its figure."""


@dataclass(frozen=True, slots=True)
class Clause:
    """`subject finite middle FIGURE rest`, as written, where `figure` is what is asked for; `subject` starts as inside a sentence."""

    article: Article
    language: str
    subject: str
    finite: str
    middle: str
    figure: Span
    rest: str

    def words(self) -> str:
        return self.figure.of(self.article.text)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A plain statement of an article, without its full stop."""

    article: Article
    span: Span
    language: str

    @property
    def text(self) -> str:
        return self.span.of(self.article.text)


def plain_sentences(article: Article) -> Iterator[Sentence]:
    """Statements in the article's own voice: nothing quoted or reported, no subordinate clause, one line."""
    for paragraph in article.paragraphs:
        if paragraph.kind != "body" or paragraph.language not in _TAKEN_FOR.get(article.language or "", ()):
            continue
        for found in sentence_spans(paragraph.span.of(article.text), paragraph.language):
            span = found.shifted(paragraph.span.start)
            text = span.of(article.text)
            plain = _UNFIT.search(text) is None and CUE.search(text) is None and "\n" not in text
            if plain and text.endswith(".") and text[0].isalnum() and 4 <= len(text.split()) <= 28:
                yield Sentence(article, Span(span.start, span.end - 1), article.language or "")


def clause_at(sentence: Sentence, figure: Span, lexicon: Lexicon, *, from_: int | None = None) -> Clause | None:
    """The sentence around one figure; None where its parts are not plain.

    `figure` counts in the sentence; what stands between `from_` and it (a preposition) is left out.
    """
    text = sentence.text
    head = _ABOUT.sub("", text[: figure.start if from_ is None else from_].rstrip())
    finite = FINITE_SV if sentence.language == "sv" else AUXILIARIES_EN | FINITE_EN.keys()
    found = next((match for match in re.finditer(r"[^\W\d_]+", head) if match[0] in finite and match.start() > 0), None)
    if found is None:
        return None
    subject = _subject(head[: found.start()].strip(), lexicon)
    middle, rest = head[found.end() :].strip(), _first_part(text[figure.end :].strip(), finite)
    if subject is None or rest is None or not _plain_middle(middle) or "," in middle:
        return None
    return Clause(
        sentence.article, sentence.language, subject, found[0], middle, figure.shifted(sentence.span.start), rest
    )


def opening_rest(sentence: Sentence, figure: Span) -> str | None:
    """What follows a figure that the sentence opens with; None unless it is plainly the predicate of that figure."""
    finite = FINITE_SV if sentence.language == "sv" else AUXILIARIES_EN | FINITE_EN.keys()
    if _ABOUT.sub("", sentence.text[: figure.start]).strip() or "," in sentence.text:
        return None
    rest = _first_part(sentence.text[figure.end :].strip(), finite)
    return rest if rest and any(word in finite for word in rest.split()[1:8]) else None


def _subject(words: str, lexicon: Lexicon) -> str | None:
    """A subject that can stand in a question: short, no pronoun, nothing put before it."""
    first, *others = words.split() or [""]
    opens = first.casefold()
    if not words or len(others) > 7 or re.search(r"[,\d]", words):
        return None
    if opens not in _DETERMINERS and (first in STOPWORDS or opens in FUNCTION_WORDS):
        return None
    if opens in _DETERMINERS and not others:
        return None
    if any(word in FINITE_SV or word in AUXILIARIES_EN or word in FINITE_EN for word in others):
        return None
    if opens in _DETERMINERS:
        return f"{opens} {' '.join(others)}"
    written = first if others and others[0][0].isupper() else lexicon.lowered(first)
    return None if written is None else " ".join((written, *others))


def _plain_middle(middle: str) -> bool:
    """Nothing but verbs, adverbs and a preposition at the end: `be closed on`, `also home to`."""
    tokens = middle.split()
    inner = FUNCTION_WORDS - _HELPING
    return (
        len(tokens) <= 3
        and all(token.isalpha() and token.islower() for token in tokens)
        and inner.isdisjoint(tokens[:-1])
        and (not tokens or tokens[-1] not in inner or tokens[-1] in PREPOSITIONS["en"] | PREPOSITIONS["sv"])
        and not (tokens and tokens[-1] in {"of", "av"})
    )


def _first_part(rest: str, finite: Collection[str]) -> str | None:
    """What follows the figure, up to a comma or to another clause; None where the figure is one of several, or that clause is hidden."""
    if re.match(r"(?:and|or|och|eller|to|till|mot|against)\b|-", rest):
        return None
    part = re.split(r",\s|\s(?:but|men|then|sedan|after|before|when|när|innan|since)\s", f" {rest}")[0].strip()
    joined = re.search(r"\s(?:and|och)\s(?P<next>\S+)(?P<after> \S+)?", part)
    if joined is None:
        return part
    if not {joined["next"], (joined["after"] or "").strip()}.isdisjoint(finite):
        return part[: joined.start()]
    return part if joined["next"][0].isupper() or joined["next"] in _DETERMINERS else None
