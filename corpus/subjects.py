"""Grammatical subjects: who does the saying, before a verb, behind it, or at the head of a sentence.

Read off a text in which all but the reporter's own words is blanked out with NUL characters.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from corpus.article import Span
from corpus.callings import Gender, is_calling
from corpus.cues import CUE, CUE_EN
from corpus.discourse import Discourse
from corpus.people import Person, office_alone
from corpus.phrases import FINITE, is_adverbial, leads_to_name, presents, without_adverbs, without_asides
from corpus.resolution import Mention, People, holds_two_offices, is_oblique


@dataclass(frozen=True, slots=True)
class Subject:
    """A grammatical subject; `person` is None if it names nobody, or nobody for certain."""

    person: Person | None


NOBODY = Subject(None)
_NEAR = 400
"""Characters before a verb, or behind it, in which its subject is looked for."""
_MAX_GAP = 60
_GENDER: dict[str, Gender] = {
    **dict.fromkeys(("she", "her", "hon", "henne"), "f"),
    **dict.fromkeys(("he", "him", "han", "honom"), "m"),
}
_PRONOUN = re.compile(
    r"\b(?P<who>he|she|han|hon|they|we|it|I|you|de(?!\s[A-Z])|vi|jag|(?:that|this)(?!\s(?:week|month|year|morning|afternoon|evening|spring|summer|fall|winter)\b))\b",
    re.IGNORECASE,
)
_SPOKEN_PRONOUN = re.compile(r"\s*(?P<who>he|she|han|hon|henne|honom|him|her)\b(?!\s[a-zåäö]*s\b)", re.IGNORECASE)
_ENDS_ASIDE = re.compile(r"(?:it|that|this|they|we|you|de)\s?,")
"""`, who runs the campaign against it, `: no subject."""
_FIRST_PRONOUN = re.compile(
    r"(?P<who>[Hh]e|[Ss]he|[Tt]hey|[Ii]t|[Ww]e|I|[Hh]an|[Hh]on|[Dd]e(?!\s[A-Z])|[Vv]i|[Dd]et)\b"
)
_HER_OFFICE = re.compile(r"\s*her\s(?P<office>[^,.;\0]{2,40})", re.IGNORECASE)

_PROGRESSIVE = re.compile(
    r"\b(?:is|was|are|were|been|be|kept|keeps|started|began|by|of)\s(?:\w+ly\s|also\s|heard\s|overheard\s|seen\s|caught\s|recorded\s)?$"
)
_PARTICIPLE = re.compile(
    r"\b(?:statement|letter|email|memo|note|message|post|tweet|ad|ads)\s(?:(?:to|on|last|this)\s[^,;\0]{1,50}\s)?$|[,–—\0]\s*(?:\w+ly\s|also\s|then\s)?$"
    r"|\b(?:and|before|after|while|och)\s$"
)
_SECOND_VERB = re.compile(
    r"\b(?:and|but|then|or|och|men|to|att|by|of|before|after|while)(?: (?:\w+ly|also|then|later|have|has))*\s*$"
    r"|\b(?:and|but)\s(?:at|in|on)\s(?:[\w’'-]+\s){1,4}$"
)
_OBJECT_S_VERB = re.compile(
    r"\b(?:asked|told|urged|begged|ordered|wanted|invited|allowed|instructed|advised|encouraged)\s"
    r"(?:him|her|them|it|us|me|(?:the\s|his\s|her\s|their\s)?[\w.’-]+(?:\s[A-Z][\w.’-]*){0,3})\sto\s$"
)
"""`The clerk asked her to `: what she is to do."""
_RECORDED = re.compile(
    r"\b(?:clip|video|footage|recording|audio|tape|quot(?:ed|es|ing)|cit(?:ed|es|ing)|features?|featur(?:ed|ing)|show(?:s|ed|ing)|play(?:s|ed|ing))\b"
)
"""Words behind which a participle belongs to an object: `played a clip of Roe saying`."""
_REASON = re.compile(r"\bfor\s$")
_RELATIVE = re.compile(r"\b(?:who|whom|which)\b")
_IN_ASIDE = re.compile(r",\s(?:[^,;]*\s)?(?:who|whose|which|that|of|for|in|at|from|with|by|to|on)\s[^,;]*$")
"""`Roe, who leads the `, `Roe, a leader of the `."""
_ASIDE = re.compile(r",\s[^,]+,\s*$")
_FINITE_ASIDE = re.compile(
    rf",\s(?:\w+ly\s|also\s|then\s)?(?!asked|pressed|told)(?:{CUE_EN})\s(?:what|how|that|when)\b"
)
"""`Roe, 61, recalled what her father, a welder, `: the name has its verb already."""
_WHO_ACTS = re.compile(
    r"(?:\s\([^()]*\)|\sof\s[^,;]{1,40}|,\s[RDI]-[\w. ]{1,15}|,\s\d+|,\s[a-z][^,;]{1,100}){0,3},\swho(?:\s\w+){0,2}\s"
)
"""`, 54, a nurse from Toledo, who has `."""
_WHO = re.compile(r",\s*who(?:\s\w+){0,2}\s*$|\bsom(?:\s\w+){0,5}\s*$")
_POSSESSIVE = ("'s ", "’s ", "'s,", "’s,")
_AFTER_NAME = re.compile(
    r"\s?\([^()]*\)|\s*[,.;:!?–—\0\"”]|\s*$|\s(?:in|on|at|of|from|to|for|during|after|before|when|while|as|about|with|who|last|this|late"
    r"|earlier|and|but|via|by|through|told|said|outside|inside|where|because|since|under|over|recently|afterward|later|yesterday|today"
    r"|tonight|following|early|again|i|på|till|vid|från|av|efter|som|och|när|om|för|med|ombord|utanför|är|har|blir|kommer|ska|kan|var"
    r"|finns|måste|får|går|[A-Z]\w+|\w+ing|\w+ly)\b"
)
"""What may follow a name that is no part of something longer: `Roe in Ohio`, but not `Roe supporters`."""
_NO_INVERSION = re.compile(r"\s*(?:that|whether|how|why|what|if|att|om)\b")
_JOINED = re.compile(
    r"(?:,\s[RDI]-[\w. ]{1,15})?\s?(?:\([^()]*\)\s?)?,?\s?(?:and|och|samt|&)\s(?:[A-ZÅÄÖ]|(?:his|her|the|other|an?|several|hans|hennes)\s)"
)
_JOINED_BEFORE = re.compile(r"[\w)’']\s(?:and|och|samt|nor|&)\s(?:(?:his|her|the|former|[a-zåäö-]+)\s){0,3}$")
_INTRODUCTION = re.compile(
    r"\s*(?:[A-Z]{4,}(?:\s[A-Z]+){0,3}:\s|(?:But|And|Yet|So|Still|Meanwhile|However|Also|Then|Later|Here|Men|Och|Samtidigt)\b,?\s+"
    r"|(?:(?i:In|On|At)|After|Before|During|Since|With|Without|Despite|For|From|By|As|Under|When|While|Although|Though|Because|If|Earlier"
    r"|Later|Asked|Pressed|Told|Speaking|Across|Among|Outside|Inside|Near|I|På|Efter|Vid|\w+ing|Last|This)\b[^,;]{1,90},[\0\s]*\s(?:(?:when|while|as|after|before|where|with|at|in|on|led|\w+ed|\w+ing)\b[^,;]{1,90},\s)?)"
)
"""`In Ohio on Tuesday, `, `After meeting Roe, `, `But `."""
_BEFORE_FIRST_NAME = re.compile(r"(?:(?:[Tt]he|[Aa]n?|[Hh]is|[Hh]er|[Ff]or|[Tt]o)\s)?(?:[\w’'-]+\s){0,4}")
_TITLES_ONLY = re.compile(
    r"(?:[Tt]he\s)?(?:(?:[Ff]ormer|[Ll]ate|[Oo]utgoing|[Ii]ncoming|[Cc]urrent|[Tt]hen|[Ff]örre|[Tt]idigare)\s)?"
)
_ATTRIBUTES = re.compile(r"(?:[a-z]+\s){0,2}(?:then-)?")
"""`state Rep. Roe`, `retired Gen. Roe`."""
_NOUN_PHRASE = re.compile(
    r"\b(?P<det>the|an?|one|another|his|her|their|its|some|several|many|other|most|[\w’']+[’']s)\s(?P<words>[^,;:.\0]{2,70})$",
    re.IGNORECASE,
)
_DEFINITE = re.compile(
    r"\s*the\s(?P<words>(?:[\w.’'-]+\s?){1,6}?)(?=[,.;\0]|$|\s(?:in|on|at|who|during|after|told|when|as|to)\b)"
)
_SWEDISH_OFFICE = re.compile(r"\s*(?P<word>[a-zåäö]+)(?=[,.;\0]|$|\s(?:i|på|till|om|vid|och|efter|när)\b)")
_BODY = re.compile(
    r"company|agency|department|group|organi[sz]ation|union|firm|bureau|commission|committee|board|ministry|association|campaign|newspaper"
    r"|network|bolaget|företaget|myndigheten|facket|förbundet|organisationen|partiet|kommunen|regionen"
)
"""What a company or office is called the second time it speaks."""
_DOCUMENT = re.compile(r"statement|letter|email|memo|post|tweet|message|note|uttalandet|brevet|mejlet")
_S_DOCUMENT = re.compile(rf"['’]s\s(?:\w+\s)?(?:{_DOCUMENT.pattern})\s(?:also\s|then\s)?")


class Subjects:
    """Finds subjects in the reporter's words of one article. `swedish` says how the paragraph being read is to be taken."""

    def __init__(self, masked: str, people: People, discourse: Discourse) -> None:
        self._text = masked
        self._people = people
        self._discourse = discourse
        self.swedish = False

    def before(self, clause: Span, cue: str, sentence_start: int) -> Subject | None:
        """Who is the subject of the verb `cue` that follows `clause`; None where the words hold no subject."""
        clause = Span(max(clause.start, clause.end - _NEAR), clause.end)
        words = clause.of(self._text)
        if not re.search(r"\w", words):
            return None
        mentions = self._people.within(clause)
        if cue.endswith("ing") and (recording := _RECORDED.search(words)) is not None:
            heard = {mention.person for mention in mentions if mention.span.start >= clause.start + recording.end()}
            return Subject(heard.pop()) if len(heard) == 1 else NOBODY if heard else self._described(words)
        if cue.endswith("ing") and _REASON.search(words):
            return NOBODY if _RELATIVE.search(words) else self.leading(Span(sentence_start, clause.end))
        if cue.endswith("ing") and not _PROGRESSIVE.search(words):
            return self.leading(Span(sentence_start, clause.end)) if _PARTICIPLE.search(words) else None
        if _OBJECT_S_VERB.search(words):
            return None
        if _SECOND_VERB.search(without_asides(words)):
            opens = sentence_start + 3 * self._text.startswith("As ", sentence_start)
            return self.leading(Span(opens, clause.end))
        pronouns = reversed(list(_PRONOUN.finditer(words)))
        pronoun = next(
            (
                match
                for match in pronouns
                if is_adverbial(words[match.end() :]) and not _ENDS_ASIDE.match(words, match.start())
            ),
            None,
        )
        if pronoun is not None:
            at = clause.start + pronoun.start()
            if all(mention.span.start < at or is_oblique(self._text, mention, at) for mention in mentions):
                return self._pronoun(pronoun["who"], at)
        closes_aside = without_adverbs(words).endswith(",")
        for mention in reversed(mentions):
            gap = self._text[mention.span.end : clause.end]
            if _S_DOCUMENT.fullmatch(gap):
                return Subject(mention.person)
            if gap.startswith(_POSSESSIVE) or self._is_genitive(mention) or self._is_apposed(mention):
                continue
            if _WHO_ACTS.fullmatch(gap):
                return Subject(self._whose_aside(mention, mentions))
            aside = (
                closes_aside
                and re.match(r"\s?(?:\([^()]*\))?,\s", gap) is not None
                and _FINITE_ASIDE.search(gap) is None
            )
            if aside or is_adverbial(without_asides(gap)):
                lead = self._text[clause.start : mention.span.start]
                inside = (aside and self._is_object(mention, clause.start)) or (
                    closes_aside and _IN_ASIDE.search(lead) is not None
                )
                if inside or (
                    is_oblique(self._text, mention, clause.start) and not self._opens_clause(mention, clause.start)
                ):
                    continue
                return self._alone(mention, clause)
            who = _WHO.search(gap)
            if who and is_calling((gap[: who.start()].split() or [""])[-1]):
                return NOBODY
            if who and "," not in gap[1:].rsplit(", who", 1)[0][30:]:
                return Subject(mention.person)
        return self._described(words)

    def after(self, clause: Span, *, before_verb: bool = False) -> Subject | None:
        """Who is named at the start of `clause`: `said X`, `according to her`; None if nothing stands there.

        With `before_verb` any word may follow the name, as in `enligt X handlar det om`.
        """
        clause = Span(clause.start, min(clause.end, clause.start + _NEAR))
        words = clause.of(self._text)
        if not re.search(r"\w", words) or _NO_INVERSION.match(words):
            return None
        pronoun = _SPOKEN_PRONOUN.match(words)
        owned = _HER_OFFICE.match(words)
        if pronoun is not None and not (owned and any(map(is_calling, owned["office"].split()[:3]))):
            return self._pronoun(pronoun["who"], clause.start + pronoun.start("who"))
        for mention in self._people.within(clause):
            gap = self._text[clause.start : mention.span.start]
            following = self._text[mention.span.end : clause.end]
            if len(gap) > _MAX_GAP or re.search(r";|:(?!n\b|s\b)", gap):
                break
            if following.startswith(_POSSESSIVE[:2]) or self._is_genitive(mention):
                continue
            spoken_to = self.swedish and is_calling(following.split()[0]) if following.strip() else True
            if not leads_to_name(gap, mention.written.name, strict=before_verb) or not (
                before_verb or spoken_to or _AFTER_NAME.match(following)
            ):
                break
            return NOBODY if _JOINED.match(following) else Subject(self._meant(mention))
        if self.swedish:
            office = _SWEDISH_OFFICE.match(words)
            return Subject(self._described_as([office["word"]])) if office else NOBODY
        definite = _DEFINITE.match(words)
        return Subject(self._described_as(definite["words"].split())) if definite else NOBODY

    def leading(self, sentence: Span) -> Subject | None:
        """The subject of a sentence's main clause: what stands first, after an introduction of time or place."""
        start, end = sentence.start, min(sentence.end, sentence.start + _NEAR)
        while (introduction := _INTRODUCTION.match(self._text, start, end)) is not None:
            start = introduction.end()
        while start < end and (self._text[start].isspace() or self._text[start] in '\0,.–—"“”'):
            start += 1
        rest = Span(min(start, end), end)
        words = rest.of(self._text)
        if (pronoun := _FIRST_PRONOUN.match(words)) is not None:
            if words.startswith((" and ", " och "), pronoun.end()):
                return NOBODY
            return self._pronoun(pronoun["who"], start)
        if (inverted := CUE.match(words)) is not None:
            return self.after(Span(start + inverted.end(), end))
        for mention in self._people.within(rest):
            gap = self._text[start : mention.span.start]
            ends_phrase = self._text.startswith(",", mention.span.end) and is_oblique(self._text, mention, start)
            if ends_phrase or self._text.startswith(_POSSESSIVE[:2], mention.span.end) or self._is_genitive(mention):
                continue
            apposed = gap.endswith(", ") and leads_to_name(gap, mention.written.name)
            titled = _BEFORE_FIRST_NAME.fullmatch(gap) is not None and not is_oblique(self._text, mention, start)
            attributes = mention.written.titled and _ATTRIBUTES.fullmatch(gap)
            if apposed or (titled and (attributes or _TITLES_ONLY.fullmatch(gap) or presents(gap.split()[-1]))):
                return self._alone(mention, rest)
            break
        return self._leading_description(words) if re.search(r"\w", words) else None

    def _leading_description(self, words: str) -> Subject:
        phrase = re.match(r"[Tt]he\s(?P<words>(?:[\w.’'-]+\s?){1,6})", words)
        listed = phrase["words"].split() if phrase else []
        for length in range(len(listed), 0, -1):
            person = self._described_as(listed[:length])
            if person is not None:
                return Subject(person)
        return NOBODY

    def _described(self, words: str) -> Subject | None:
        """`the Ohio Republican`, `a spokesman for Roe`, `statsministern`: whom it fits, if it is definite."""
        bare = without_adverbs(_ASIDE.sub("", f"{without_adverbs(words)} ").rstrip().rstrip(","))
        office = re.search(r"(?:^|[\s,.\0])(\w+)$", bare)
        if self.swedish and office is not None and is_calling(office[1]):
            return Subject(self._people.described([office[1]]))
        phrase = _NOUN_PHRASE.search(bare)
        if phrase is not None and phrase["det"].casefold() == "the":
            return Subject(self._described_as(re.split(r"\s(?:on|in|at|told|who)\s", phrase["words"])[0].split()))
        if phrase is not None and phrase["det"].casefold() in {"his", "her", "their"}:
            return Subject(self._discourse.just_named(phrase["words"].split()))
        return NOBODY if re.search(r"\w$", bare) else None

    def _described_as(self, words: list[str]) -> Person | None:
        """Whom a definite description means: `the Ohio Republican`, or `the company` that spoke just now."""
        last = words[-1].casefold()
        if len(words) <= 2 and _BODY.fullmatch(last):
            return self._discourse.latest_body()
        if _DOCUMENT.fullmatch(last) and len(words) == 2 and words[0].endswith(("'s", "’s")):
            return self._discourse.called([words[0][:-2]])
        if _DOCUMENT.fullmatch(last):
            return self._discourse.author(last)
        return self._discourse.called(words)

    def _pronoun(self, word: str, position: int) -> Subject:
        gender = _GENDER.get(word.casefold())
        if gender is not None:
            return Subject(self._discourse.antecedent(position, gender))
        return Subject(self._discourse.latest_body()) if word.casefold() == "it" else NOBODY

    def _alone(self, mention: Mention, clause: Span) -> Subject:
        """The person mentioned, unless with others, `Roe and Berg said`, or with an indefinite article, `a Roe`."""
        bare = " " not in mention.written.name and not mention.written.honorific and not mention.written.role
        before = self._text[max(0, mention.span.start - 25) : mention.span.start]
        vague = bare and re.search(r"\b(?:an?|one|en|ett)\s(?:[\w-]+\s)?$", before) is not None
        vague |= (
            office_alone(mention.written.name)
            and re.search(r"\b(?:[Oo]ne|[Aa]nother|[Aa]n?)\s(?:[\w-]+\s)?$", before) is not None
        )
        alone = holds_two_offices(self._text, mention)
        joined = (not alone and self._joins(clause.start, mention.span.start)) or _JOINED.match(
            self._text, mention.span.end, clause.end
        )
        return NOBODY if vague or joined else Subject(self._meant(mention))

    def _meant(self, mention: Mention) -> Person | None:
        """The person mentioned; `the Texas Republican`, capitals throughout, is a description all the same."""
        words = mention.written.name.split()
        if mention.person is None and office_alone(mention.written.name):
            return self._discourse.called(words)
        return mention.person

    def _joins(self, start: int, end: int) -> bool:
        """Whether `and` before `end` joins two subjects, `Roe and `, `her aides and `, and not two clauses."""
        joined = _JOINED_BEFORE.search(self._text[start:end])
        if joined is None:
            return False
        before = start + joined.start() + 1
        bracket = re.compile(r"\s?(?:\([^()]*\))?,?\s?")
        named = any(
            mention.span.end <= before and bracket.fullmatch(self._text, mention.span.end, before)
            for mention in self._people.within(Span(start, end))
        )
        return named or len(self._text[start:before].replace("\0", "").split()) <= 4

    def _whose_aside(self, mention: Mention, mentions: list[Mention]) -> Person | None:
        """`Roe, a nurse from Toledo, who`: Roe."""
        before = [other for other in mentions if other.span.end < mention.span.start]
        if before and before[-1].person and self._people.is_person(before[-1].person):
            between = self._text[before[-1].span.end : mention.span.start]
            if _IN_ASIDE.search(between) and not re.match(r",\s(?:and|or|but)\b", between):
                return before[-1].person
        return mention.person

    def _opens_clause(self, mention: Mention, start: int) -> bool:
        """`They need votes, and Roe `: `and` joins a clause of its own, as the one before it has its verb."""
        before = self._text[start : mention.span.start]
        clause = _FIRST_PRONOUN.match(before.lstrip()) or FINITE.search(without_asides(before))
        return before.endswith(" and ") and clause is not None

    def _is_object(self, mention: Mention, start: int) -> bool:
        """`quoting Roe, `: another verb stands right before the name."""
        word = re.search(r"\b([a-z]+)\s$", self._text[max(start, mention.span.start - 25) : mention.span.start])
        return word is not None and word[1].endswith(("ing", "ed")) and word[1] != "named"

    def _is_apposed(self, mention: Mention) -> bool:
        """`, a New York Democrat, `: what the one named before it is."""
        start = mention.span.start
        return office_alone(mention.written.name) and self._text.endswith((", a ", ", an ", ", the "), 0, start)

    def _is_genitive(self, mention: Mention) -> bool:
        return self.swedish and self._people.is_genitive(mention)
