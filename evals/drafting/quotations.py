"""Questions about what somebody said: about what, who it was, and about what it was not."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

from corpus.article import Article, Span
from corpus.quotes import Quote, find_quotes
from corpus.sentences import sentence_spans
from evals.drafting.drafts import Draft, draft_about, draft_id
from evals.drafting.lexicon import DETERMINERS, PREPOSITIONS, TOKEN, VAGUE, Lexicon, is_boundary, stems

ABOUT = {"en": "What did {speaker} say about {topic}?", "sv": "Vad sa {speaker} om {topic}?"}
SAID = {"en": "What did {speaker} say?", "sv": "Vad sa {speaker}?"}
WHO = {"en": "Who said “{words}”?", "sv": "Vem sa ”{words}”?"}

_MIN_WORDS = 5
"""Words of a quotation below which it says too little to be asked for; like the other lengths here read off the drafts of the sample
corpus and of 99 saved web pages."""
_SHORT, _LONG = 4, 14
"""Words of a sentence that can be asked after as a whole."""
_NOT_NOUNS = {"en": re.compile(r".{0,2}|.+(?:ing|ed|ly|[’']s?)"), "sv": re.compile(r".{0,2}|.+(?:ligt|ade|ande|ende)")}
_DEFINITE = re.compile(r".{3,}(?:en|et|na|erna|arna|orna)")
_LONGEST_TOPIC = 3


@dataclass(frozen=True, slots=True)
class Said:
    """A quotation by somebody who is named, and the article that it stands in."""

    article: Article
    quote: Quote
    speaker: str

    @property
    def words(self) -> str:
        return self.quote.span.of(self.article.text)

    def sentence(self, holding: str = "") -> Span:
        """Its first sentence that has `holding` in it, without the full stop."""
        text, start = self.words, self.quote.span.start
        spans = sentence_spans(text, self.language) or [Span(0, len(text))]
        found = next((span for span in spans if holding in span.of(text)), spans[0])
        return Span(found.start, found.start + len(found.of(text).rstrip(" .,"))).shifted(start)

    @property
    def language(self) -> str | None:
        """Of the paragraph, which may be another one than the article's."""
        inside = (part for part in self.article.paragraphs if part.span.contains(self.quote.span))
        return next((part.language for part in inside if part.language), self.article.language)


class Quotations:
    """All that is said in a corpus, as questions."""

    def __init__(self, articles: Iterable[Article], lexicon: Lexicon) -> None:
        listed = list(articles)
        self._lexicon = lexicon
        self._texts = {article.id: article.text for article in listed}
        self._by_article = {article.id: list(_said_in(article, lexicon)) for article in listed}
        self._by_speaker: dict[str, list[Said]] = defaultdict(list)
        for said in (said for found in self._by_article.values() for said in found):
            self._by_speaker[said.speaker].append(said)
        self._topics = [
            (said, topic) for found in self._by_article.values() for said in found for topic in self._about(said)[:1]
        ]

    def said_about(self, article: Article) -> Iterator[Draft]:
        """`What did X say about Y?`, and `What did X say?` of somebody who is quoted just once."""
        asked = set()
        for said in self._by_article[article.id]:
            topic = next(iter(self._about(said)), None)
            if topic is not None and self._said_elsewhere(said, topic):
                continue
            if topic is None and len(self._by_speaker[said.speaker]) > 1:
                continue
            template = ABOUT if topic is not None else SAID
            question = template[said.article.language or ""].format(speaker=said.speaker, topic=topic)
            if question not in asked:
                asked.add(question)
                words = said.sentence(topic.split()[-1] if topic else "").of(article.text)
                yield draft_about(
                    article, question, said.quote.span, tags=("quote",), contains=(words,), speaker=said.speaker
                )

    def who_said(self, article: Article) -> Iterator[Draft]:
        """`Who said “...”?` of a short sentence that nobody else said."""
        for said in self._by_article[article.id]:
            gold = said.sentence()
            words = gold.of(article.text)
            holders = self._lexicon.holding(words, said.language)
            unique = sum(self._texts[holder].count(words) for holder in holders) == 1
            plain = said.quote.kind == "direct" and re.search(r"[”“\"?!]", words) is None
            if unique and plain and _SHORT <= len(words.split()) <= _LONG:
                question = WHO[article.language or ""].format(words=words)
                yield draft_about(
                    article, question, gold, tags=("who_said",), contains=(said.speaker,), speaker=said.speaker
                )

    def never_said(self, article: Article) -> Iterator[Draft]:
        """Somebody quoted here, asked about what another article is about: no article that names the one speaks of the other."""
        for said in self._by_article[article.id][:1]:
            surname = said.speaker.split()[-1]
            naming = {holder for language in ABOUT for holder in self._lexicon.holding(surname, language)}
            for other, topic in sorted(self._topics, key=lambda pair: draft_id(pair[1], said.speaker)):
                same = other.article.id == article.id or other.article.language != article.language
                if same or naming & self._lexicon.holding(topic.split()[-1], article.language):
                    continue
                question = ABOUT[article.language or ""].format(speaker=said.speaker, topic=topic)
                yield Draft(
                    id=draft_id(question, article.id),
                    question=question,
                    language=article.language or "en",
                    answerable=False,
                    tags=("draft", "unanswerable", "other_article"),
                )

    def _about(self, said: Said) -> Sequence[str]:
        """What the quotation may be said to be about, best first: noun phrases of its own that the article comes back to."""
        article, span = said.article, said.quote.span
        if said.language != article.language:
            return ()
        language = article.language or ""
        title = stems(article.title or "", language)
        rest = title | stems(article.text[: span.start] + "\n" + article.text[span.end :], language)
        named = stems(f"{said.speaker} {said.quote.role or ''}", language)
        rated = []
        for place, phrase in enumerate(noun_phrases(said.words, language, self._lexicon)):
            head, own = stems(phrase.split()[-1], language), stems(phrase, language)
            if head and head <= rest and not own & named:
                rated.append((len(own & title) > 0, len(own), -place, phrase))
        return [phrase for *_, phrase in sorted(rated, reverse=True)]

    def _said_elsewhere(self, said: Said, topic: str) -> bool:
        """Whether another article quotes the same person on the same thing, so that there is no one right article."""
        head = stems(topic.split()[-1], said.article.language)
        return any(
            other.article.id != said.article.id and head <= stems(other.words, other.language)
            for other in self._by_speaker[said.speaker]
        )


def noun_phrases(text: str, language: str, lexicon: Lexicon) -> Iterator[str]:
    """Noun phrases that can stand after `about` or `om` as they are, in order: `the supply chain`, `cheap imports`, `ljudet`."""
    tokens = TOKEN.findall(text)
    openers = DETERMINERS[language] | PREPOSITIONS[language]
    for position, opener in enumerate(tokens[:-1], start=1):
        if opener.casefold() not in openers:
            continue
        run = list(takewhile(lambda token: not is_boundary(token), tokens[position : position + _LONGEST_TOPIC + 1]))
        if not 1 <= len(run) <= _LONGEST_TOPIC or not VAGUE.isdisjoint(word.casefold() for word in run):
            continue
        phrase = _after_about(opener.casefold(), run, language)
        if phrase is not None and lexicon.is_noun(run[-1]) and not _NOT_NOUNS[language].fullmatch(run[-1].casefold()):
            yield phrase


def _after_about(opener: str, run: Sequence[str], language: str) -> str | None:
    """The noun phrase `run` that `opener` stands before, as it is written after `about` or `om`; None where it cannot."""
    phrase = " ".join(run)
    if language == "en":
        if opener in DETERMINERS["en"]:
            return phrase if opener in {"any", "no", "such"} and phrase.endswith("s") else f"the {phrase}"
        return phrase if len(run) > 1 or phrase.endswith("s") else None
    definite = _DEFINITE.fullmatch(run[-1]) is not None
    if opener in PREPOSITIONS["sv"]:
        return phrase if len(run) == 1 or not definite else None
    return f"{opener} {phrase}" if opener in {"den", "det", "de"} and len(run) > 1 and definite else None


def _said_in(article: Article, lexicon: Lexicon) -> Iterator[Said]:
    """Quotations that can be asked for: in a language with templates, by a name, not a fragment."""
    if article.language not in ABOUT:
        return
    for quote in find_quotes(article):
        words = quote.span.of(article.text)
        name = quote.speaker or ""
        person = name if len(name) > 2 and " of " not in name and lexicon.is_name(name.split()[0]) else None
        if person and quote.kind != "indirect" and len(words.split()) >= _MIN_WORDS and "\n" not in words:
            yield Said(article, quote, person)
