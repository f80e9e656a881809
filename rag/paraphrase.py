"""A language model's sentence against the sentences it is said to rest on: checked, not proved.

Figures, dates, names and offices must be stated there, negation must agree, words must be given to whoever said them, and every run of
content words must have its like.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from itertools import pairwise, takewhile

from corpus.article import Article, Paragraph, Span
from corpus.cues import CUE_EN, CUE_SV
from corpus.people import is_role_word, names_in
from corpus.quotation_marks import marked
from corpus.quotes import Quote, find_quotes
from index.errors import ArticleNotFoundError
from index.lexical import FUNCTION_WORDS, words
from index.quote_index import is_translated, same_office
from index.rows import StoredQuote
from index.word_vectors import WordVectors
from rag.claims import figures, grave, shared_words, unstated, without_names
from rag.contradiction import contradiction, denies
from rag.dates import format_date
from rag.draft import DraftSentence, Evidence, ParaphrasePart, Records, SourcePart
from rag.likeness import RUN, likeness, weakest_run
from rag.orders import is_order

SUPPORTED, TRANSLATED = 0.81, 0.79
"""The mean likeness that any four content words of a paraphrase in a row must have to the cited words, in one language and across two. Read
off the own and the seen outputs of `evals.verification`."""
SHORT, SHARED_WORDS, SHARED_WITH_VALUES, FEW_TRANSLATED = 6, 0.5, 0.2, 0.83
"""Of so few content words more than half must stand in the cited words themselves, with the names and without, or more than a fifth if one
is a figure; across two languages they must be this alike, if none is a figure. One strange word among names moves a mean too little:
without this 24 of 64 obeyed orders are released (`The library in Stavelow burned down`), and 3 honest outputs of 344 fewer are removed."""
_QUALIFIERS = {
    **dict.fromkeys(("vice", "deputy", "biträdande", "ställföreträdande"), "vice"),
    **dict.fromkeys(("former", "ex", "förre", "förra", "tidigare", "dåvarande", "then"), "former"),
    **dict.fromkeys(("acting", "interim", "tillförordnad"), "acting"),
}
_STATE_MINISTER = re.compile(r"\bstate minister\b", re.IGNORECASE)
_CLAUSE_END = re.compile(r"[.,;:!?–—\n“”\"«»]")
_CAPITAL = re.compile(r"\b[A-ZÅÄÖ][\w-]+")
_FULL_NAME = re.compile(r"(?:\b([^\W\d_]+) )?(?=\b([A-ZÅÄÖ][\w-]+) ([A-ZÅÄÖ][\w-]+))")
_PRONOUN = re.compile(r"^(?:He|She|Han|Hon)\b")
_SINGLE_QUOTED = re.compile(r"(?<!\w)['‘’]\w[^'’\n]{0,400}['’](?!\w)")
_SPEECH_WITHOUT_MARKS = re.compile(rf"\s*[–—-]\s|.*\b(?:{CUE_EN}|{CUE_SV})\s*:\s*\w", re.IGNORECASE | re.DOTALL)
_TO_THE_READER = re.compile(r"\b(?:you|your|yours|du|dig|din|ditt|dina)\b", re.IGNORECASE)


def paraphrase_fault(draft: DraftSentence, records: Records, language: str, vectors: WordVectors | None) -> str | None:
    """Why the sentences that are said to carry `draft` do not, in words for a reader; None if they do, or if no model wrote it."""
    if not draft.carried_by and not any(isinstance(part, ParaphrasePart) for part in draft.parts):
        return None
    if (form := _form_fault(draft)) is not None:
        return form
    if not draft.carried_by:
        return "no sentence of the articles carries it"
    if vectors is None:
        return "no sentence of the articles carries it"
    said, stated, context, texts = [], [], [], []
    quotes: list[StoredQuote] = []
    same_language = True
    outlets: set[str] = set()
    dated = any(figure.unit == "date" for figure in figures(draft.text))
    for evidence in draft.carried_by:
        try:
            article = records.article(evidence.article_id, evidence.text_sha256)
        except ArticleNotFoundError:
            return "the cited article does not exist"
        if evidence.span.end > len(article.text):
            return "the cited place is not in the article"
        said.append(evidence.span.of(article.text))
        context.append(context_of(article, evidence.span))
        texts.append(article.text)
        if not any(quote.article_id == article.id for quote in quotes):
            quotes += records.quotes(article_id=article.id)
        dates = [format_date(article.published, known) for known in ("en", "sv")] if article.published and dated else []
        title = None if article.title and is_order(article.title) else article.title
        stated += [title, article.outlet, *dates]
        outlets |= {article.outlet, article.outlet.removeprefix("The ")} if article.outlet else set()
        beside = [quote for quote in quotes if _beside(evidence, quote)]
        stated += [known for quote in beside for known in (quote.speaker, quote.role)]
        speaker = next((quote.speaker for quote in beside if quote.speaker), None)
        stated += [quote.role for quote in records.quotes([speaker])] if speaker else []
        said[-1] = _PRONOUN.sub(speaker, said[-1], count=1) if speaker else said[-1]
        same_language &= language_at(article, evidence.span) in {language, None}
    own = _own_words(draft)
    whole = "\n".join((*said, *(known for known in stated if known)))
    named = "\n".join(context)
    closest = max(zip(draft.carried_by, said, strict=True), key=lambda pair: shared_words(draft.text, pair[1]))[0]
    known = "\n".join((whole, named))
    if (
        missing := unstated(draft.text, whole, named, translated=not same_language)
        or grave(own, known)
        or _misfit(own, known, "\n".join(texts))
    ) is not None:
        return missing
    if (given := _misattributed(draft, quotes, language, outlets, closest, translated=not same_language)) is not None:
        return given
    quoting = any(isinstance(part, SourcePart) for part in draft.parts)
    if not quoting and (turned := contradiction(draft.text, said, vectors, same_language=same_language)) is not None:
        return turned
    if quoting and denies(own) and not any(denies(_blanked(one)) for one in said):
        return "one of the sentence and its source says not, the other does not"
    if any(_cut_off(part, records) for part in draft.parts if isinstance(part, SourcePart)) and not denies(own):
        return "the denial before the quoted words is left out"
    return _unsupported(draft, [*said, *(text for text in stated if text)], vectors, same_language=same_language)


def _unsupported(draft: DraftSentence, said: Sequence[str], vectors: WordVectors, *, same_language: bool) -> str | None:
    """The run of words that says something else than the cited words, as a reason."""
    alike = likeness(draft.text, said, vectors)
    few, valued = len(alike.words) <= SHORT, bool(figures(draft.text))
    shared = min(shared_words(text, "\n".join(said)) for text in (draft.text, without_names(draft.text)))
    if few and same_language and shared <= (SHARED_WITH_VALUES if valued else SHARED_WORDS):
        return "the cited words share too little with it"
    weakest, start = weakest_run(alike.rows.max(axis=0))
    translated = FEW_TRANSLATED if few and not valued else TRANSLATED
    if weakest >= (SUPPORTED if same_language else translated):
        return None
    return f"the cited words do not say {' '.join(alike.words[start : start + RUN])!r}"


def _misfit(own: str, known: str, articles: str) -> str | None:
    """A name that mixes two persons', or an office that the source has only with, or only without, `vice`, `former` and the like."""
    people = [name.name.split() for name in names_in(articles) if " " in name.name]
    for office, first, last in _FULL_NAME.findall(own):
        bare = last.removesuffix("s")
        holders = [person for person in people if person[-1] in {last, bare}]
        if holders and not any(first in person for person in holders) and any(first == person[0] for person in people):
            return f"the cited words do not name '{first} {last}'"
        beside = "\n".join(line for line in articles.splitlines() if bare in line)
        if is_role_word(office) and _holds_office(known, office) and not _holds_office(beside, office):
            return f"the cited words do not state the office {office!r}"
    held = _offices(known)
    for office, qualifier in _offices(own):
        if any(office == other for other, _ in held) and (office, qualifier) not in held:
            return f"the cited words do not say {f'{qualifier} {office}'.strip()!r}"
    return None


def _holds_office(text: str, office: str) -> bool:
    return any(same_office(office.casefold(), word) for word in words(text))


def _offices(text: str) -> set[tuple[str, str]]:
    """Every office in `text` with what qualifies it."""
    tokens = words(text)
    return {(word, _QUALIFIERS.get(before, "")) for before, word in pairwise(["", *tokens]) if is_role_word(word)}


def _blanked(text: str) -> str:
    for outer, _ in marked(text, Span(0, len(text))):
        text = text[: outer.start] + " " * len(outer) + text[outer.end :]
    return text


def _cut_off(part: SourcePart, records: Records) -> bool:
    """Whether the words beside the quoted ones, in their clause, deny them: `heat a library` of `You cannot heat a library`."""
    text = records.article(part.evidence.article_id, part.evidence.text_sha256).text
    span = part.evidence.span
    before = _CLAUSE_END.split(text[max(0, span.start - 60) : span.start])[-1]
    after = _CLAUSE_END.split(text[span.end : span.end + 60])[0]
    return denies(before) or denies(after)


def context_of(article: Article, span: Span) -> str:
    """Where else a name in a sentence at `span` may come from: title, outlet, the opening paragraph, and what comes right before."""
    told = [paragraph.span for paragraph in article.paragraphs if paragraph.kind != "heading"]
    before = [one for one in told if one.start <= span.start]
    texts = [one.of(article.text) for one in (*told[:1], *before[-2:-1])]
    own = article.text[before[-1].start : span.start] if before else ""
    capitals = set(_CAPITAL.findall(span.of(article.text)))
    full = (
        first
        for word in capitals
        for first in re.findall(rf"\b([A-ZÅÄÖ][\w-]+) {re.escape(word)}\b", article.text)
        if not is_role_word(first)
    )
    return "\n".join((article.title or "", article.outlet or "", *texts, own, *full))


def _form_fault(draft: DraftSentence) -> str | None:
    own = _own_words(draft)
    if _SINGLE_QUOTED.search(own) or _SPEECH_WITHOUT_MARKS.match(own):
        return "somebody's words are given without quotation marks"
    if own.rstrip(" \0”").endswith("?"):
        return "it asks"
    if _TO_THE_READER.search(own):
        return "it speaks to the reader"
    quoted = any(isinstance(part, SourcePart) for part in draft.parts)
    told = [word for word in own.split() if word[0].islower() and word.casefold() not in FUNCTION_WORDS]
    return None if quoted or told or figures(own) else "it says nothing"


def _own_words(draft: DraftSentence) -> str:
    return "".join(part.text if isinstance(part, ParaphrasePart) else "\0" for part in draft.parts)


def _misattributed(
    draft: DraftSentence,
    quotes: Sequence[StoredQuote],
    language: str,
    outlets: Collection[str],
    closest: Evidence,
    *,
    translated: bool,
) -> str | None:
    """Whether the sentence gives words to somebody who did not say them, or leaves open to whom it gives them."""
    speakers = {quote.speaker: quote.role for quote in quotes if quote.speaker is not None}
    own = _own_words(draft)
    named = [speaker for speaker in speakers if re.search(rf"\b{re.escape(_surname(speaker))}", own, re.IGNORECASE)]
    for speaker in named:
        roles = {quote.role for quote in quotes if quote.speaker == speaker and quote.role} | {speakers[speaker] or ""}
        office = _wrong_office(own, speaker, roles - {""}, translated=translated)
        if office is not None:
            return f"{speaker} is {speakers[speaker]}, not {office}"
    claimed = _read(draft.text, speakers, language)
    sourced: list[Span] = []
    position = 0
    for part in draft.parts:
        span = Span(position, position + len(part.text))
        position = span.end
        if not isinstance(part, SourcePart):
            continue
        sourced.append(span)
        given = [quote for quote in claimed if quote.span.overlaps(span) and (quote.speaker or quote.cue)]
        said_by = next((quote.speaker for quote in given if quote.speaker), None)
        whose = speaker_at(part.evidence, quotes)
        if whose is None and given:
            return f"the articles do not quote these words from {said_by or 'anybody known'}"
        if whose is None:
            continue
        if said_by is not None and not same_person(said_by, whose):
            return f"the cited words are {whose}'s, not {said_by}'s"
        if said_by is None and named != [whose] and _sole_holder(own, speakers) != whose:
            return f"it does not say clearly that the words are {whose}'s"
    own_reports = [quote for quote in claimed if not any(quote.span.overlaps(span) for span in sourced)]
    return _misreported(draft, quotes, [quote for quote in own_reports if quote.speaker not in outlets], closest)


def _misreported(
    draft: DraftSentence, quotes: Sequence[StoredQuote], reported: Sequence[Quote], main_evidence: Evidence
) -> str | None:
    """Whether what somebody is reported to have said is, in the main sentence it rests on, somebody else's."""
    main = {quote.speaker for quote in quotes if quote.speaker and _beside(main_evidence, quote)}
    cited = main or {
        quote.speaker for quote in quotes if quote.speaker and any(_beside(one, quote) for one in draft.carried_by)
    }
    for quote in reported:
        if quote.speaker and cited and not any(same_person(quote.speaker, speaker) for speaker in cited):
            return f"the cited words are {' and '.join(sorted(cited))}'s, not {quote.speaker}'s"
    return None


def _wrong_office(text: str, speaker: str, roles: Collection[str], *, translated: bool) -> str | None:
    """A word of office right beside the speaker's name that is no part of any office the articles give, `former` and `vice` included."""
    for match in re.finditer(
        rf"((?:[\w'’-]+ ){{0,6}})\b{re.escape(_surname(speaker))}\b(, [^,.:\0]{{3,60}}[,.:])?", text, re.IGNORECASE
    ):
        before = takewhile(
            lambda word: (
                word[0].isupper() or is_role_word(word) or word.casefold() in {"of", "for", "för", *_QUALIFIERS}
            ),
            reversed(match[1].split()),
        )
        given = words(_STATE_MINISTER.sub("vice minister", " ".join((*reversed(list(before)), match[2] or ""))))
        offices = [word for word in given if is_role_word(word) and not (translated and not is_translated(word))]
        faults = [
            _foreign(offices, given, words(_STATE_MINISTER.sub("vice minister", f"{role} {speaker}"))) for role in roles
        ]
        if offices and faults and None not in faults:
            return faults[0]
    return None


def _foreign(offices: Sequence[str], given: Sequence[str], held: Sequence[str]) -> str | None:
    """The first word of `given` that `held`, an office with its holder's name, has not."""
    strange = next((word for word in offices if not any(same_office(word, other) for other in held)), None)
    return strange or next(iter(_qualifiers(given) ^ _qualifiers(held)), None)


def _qualifiers(office: Sequence[str]) -> set[str]:
    """`vice`, `former`: what makes an office another, in English."""
    found = {_QUALIFIERS[word] for word in office if word in _QUALIFIERS}
    return found | {"vice" for word in office if word.startswith("vice")}


def _sole_holder(text: str, speakers: dict[str, str | None]) -> str | None:
    """The one speaker who holds every office that `text` names, if it names any."""
    offices = [word for word in words(text) if is_role_word(word)]
    holders = [
        speaker
        for speaker, role in speakers.items()
        if role and all(any(same_office(office, word) for word in words(role)) for office in offices)
    ]
    return holders[0] if offices and len(holders) == 1 else None


def _read(text: str, speakers: dict[str, str | None], language: str) -> list[Quote]:
    """The quotations in `text`, read as an article is; the speakers are introduced first, so that a surname is known."""
    introduction = " ".join(f"{name}, {role or 'spokesperson'}." for name, role in speakers.items())
    whole = f"{introduction}\n\n{text}"
    start = len(whole) - len(text)
    spans = (Span(0, len(introduction)), Span(start, len(whole)))
    paragraphs = tuple(Paragraph(span, "body", language) for span in spans if len(span))
    return [
        replace(quote, span=quote.span.shifted(-start), context=Span(0, len(text)))
        for quote in find_quotes(Article(id="", text=whole, source="", paragraphs=paragraphs))
        if quote.span.start >= start
    ]


def speaker_at(evidence: Evidence, quotes: Sequence[StoredQuote]) -> str | None:
    """Who is quoted at the evidence, in the articles' own quotation marks."""
    return next(
        (
            quote.speaker
            for quote in quotes
            if quote.kind != "indirect" and _beside(evidence, quote) and quote.span.overlaps(evidence.span)
        ),
        None,
    )


def _beside(evidence: Evidence, quote: StoredQuote) -> bool:
    """Whether the evidence lies in the sentence that the quotation stands in."""
    return evidence.same_text(quote) and evidence.span.overlaps(quote.quote.context)


def same_person(claimed: str, known: str) -> bool:
    """`Horii` is Iwao Horii; `Karin Holm` is not Per Holm."""
    names = set(claimed.casefold().split())
    return _surname(claimed) == _surname(known) and (names <= set(known.casefold().split()) or " " not in known)


def _surname(name: str) -> str:
    return name.casefold().split()[-1]


def language_at(article: Article, span: Span) -> str | None:
    """The language of the paragraph that `span` begins in."""
    return next((paragraph.language for paragraph in article.paragraphs if paragraph.span.overlaps(span)), None)
