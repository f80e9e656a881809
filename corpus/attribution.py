"""The grammar of attribution: which verb of saying belongs to a quotation, and who its subject is.

Works on a text in which everything between quotation marks is blanked out with NUL characters, so that only the reporter's own
words are read. A `Voice` without a person is somebody who is not named, or named in a way that leaves doubt.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from corpus.article import Span
from corpus.cues import CUE, LEADING_CUE, NOUN_CUE, is_swedish, is_weak
from corpus.people import Gender, Person, is_calling
from corpus.resolution import Mention, People


@dataclass(frozen=True, slots=True)
class Voice:
    """Who says something, and the word of saying."""

    person: Person | None
    cue: str | None


@dataclass(frozen=True, slots=True)
class Subject:
    """A grammatical subject; `person` is None if it names nobody, or nobody for certain."""

    person: Person | None


NOBODY = Subject(None)
Antecedent = Callable[[int, Gender | None], Person | None]
"""Whom a pronoun of that gender at that position means."""

ACCORDING = re.compile(
    r"\b(?P<cue>[Aa]ccording to|[Ee]nligt|[Ii]n the words of|[Mm]ed \w+ ord|[Ii]n the view of)\s(?!plan\b|planerna\b|plans\b|planen\b)"
)
_GENDER: dict[str, Gender] = {
    **dict.fromkeys(("she", "her", "hon", "henne"), "f"),
    **dict.fromkeys(("he", "him", "han", "honom"), "m"),
}
_PRONOUN = re.compile(r"\b(?P<who>he|she|han|hon|they|we|it|I|you|de|vi|jag|that|this)\b", re.IGNORECASE)
_NAMED_PRONOUN = re.compile(r"\s*(?P<who>he|she|han|hon|henne|honom|him|her)\b(?!\s[a-zåäö]+)", re.IGNORECASE)
_SPOKEN_PRONOUN = re.compile(r"\s*(?P<who>he|she|han|hon|henne|honom|him|her)\b(?!\s[a-zåäö]*s\b)", re.IGNORECASE)
_OBLIQUE = re.compile(
    r"\b(?:for|of|to|from|about|by|with|till|för|av|från|om|med|hos|at|against|mot|between|mellan|on|in|near|over|behind|like"
    r"|under|and|vid|i|på)\s(?:the\s|former\s|then-)?$",
    re.IGNORECASE,
)
_ADVERB = (
    r"(?:has|have|had|is|was|were|been|heard|seen|caught|'s|’s|also|later|then|earlier|again|further|himself|herself|once|now|today|yesterday|first|still|even|just|too"
    r"|often|never|repeatedly|twice|long|always|soon|instead|would|will|could|might|did|does|(?!daily|weekly|monthly|family|ally\b|rally|reply|assembly|supply|bully)\w+ly|as|who|both|all|alike|so|far"
    r"|har|hade|också|senare|sedan|igen|nu|idag|igår|själv|ändå|däremot|däremot|dock|ska|skulle|tidigare|dag|går"
    r"|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|(?:mån|tis|ons|tors|fre|lör|sön)dagen|[Tt]onight|night|morning|afternoon|evening|week|month|year"
    r"|last|this|that|same)"
)
_PHRASE = (
    r"(?:on|in|at|of|from|to|during|after|before|via|through|with|for|over|earlier|later|last|this|about|under|i|på|vid|från|till|under|efter)"
    r"(?:\s(?!(?:that|who|whom|whose|which|and|but|when|while|because|if|whether|where|said|had|has|have|was|were|is|are|would|will|could|som|att|och|men|när)\b)[^\s,;:.\0()]+){1,8}?"
)
_GAP = re.compile(
    rf"(?:\s?\([^()]{{1,40}}\))?(?:,\s[RDI]-[\w. ]{{1,15}},?)?(?:[\s(),.]+(?:{_ADVERB}|{_PHRASE}))*[\s(),.]*(?:to\s)?"
)
"""What may stand between a subject and its verb without another subject having come in."""
_PASSIVE = re.compile(r"\b(?:was|were|is|are|been|being|be|gets?|got|blev|blir|blivit|gets)\s(?:\w+ly\s|also\s|not\s)?$")
_QUOTED_AS = re.compile(r"\b(?P<verb>quoted|cited|citerade|citerar|quotes|heard|overheard)\b[^\0.;]*\bas\s$")
_NEGATED = re.compile(r"(?:\b(?:never|not|neither|nor|cannot|inte|aldrig|varken|ej)|n['’]t)\s(?:\w+\s)?$", re.IGNORECASE)
_NEVER_INVERTED = frozenset(("told", "tells", "reminded", "informed", "assured"))
_NO_INVERSION = re.compile(r"\s*(?:that|whether|how|why|what|if|att|om)\b")
_AFTER_NAME = re.compile(
    r"\s?\([^()]*\)|\s*[,.;:!?–—\0\"”]|\s*$|\s(?:in|on|at|of|from|to|for|during|after|before|when|while|as|about|with|who|last|this|late"
    r"|earlier|and|but|via|by|through|told|said|outside|inside|where|because|since|under|over|recently|afterward|later|yesterday|today"
    r"|tonight|following|early|again|i|på|till|vid|från|av|efter|under|som|och|när|om|för|med|ombord|utanför|är|har|blir|kommer|ska|kan|var|finns|måste|får|går|[A-Z]\w+|\w+ing|\w+ly)\b"
)
_JOINED = re.compile(r"\s?(?:\([^()]*\)\s?)?,?\s?(?:and|och|samt|&)\s(?:[A-ZÅÄÖ]|(?:his|her|the|other|an?|several|hans|hennes)\s)")
_JOINED_BEFORE = re.compile(r"[\w)’']\s(?:and|och|samt|nor|&)\s(?:(?:his|her|the|former|[a-zåäö-]+)\s){0,3}$")
_INTRO = re.compile(
    r"\s*(?:(?:But|And|Yet|So|Still|Meanwhile|However|Also|Then|Later|Men|Och|Samtidigt)\b,?\s+"
    r"|(?:In|On|At|After|Before|During|Since|With|Without|Despite|For|From|By|As|Under|When|While|Although|Though|Because|If|Earlier|Later"
    r"|Asked|Pressed|Speaking|I|På|Efter|Under|Vid|\w+ing|Last|This)\b[^,;]{1,90},[\0\s]*\s)"
)
_NOUN_PHRASE = re.compile(
    r"(?P<det>[Tt]he|[Aa]n?|[Oo]ne|[Aa]nother|[Hh]is|[Hh]er|[Tt]heir|[Ii]ts|[Ss]ome|[Ss]everal|[Mm]any|[Oo]ther|[Mm]ost|[Ee]n|[Ee]tt|[Dd]en|[Dd]et|[Dd]e"
    r"|[\w’']+[’']s)\s(?P<words>[^,;:.\0]{2,70})$"
)
_STARTING_PHRASE = re.compile(
    r"\s*(?P<det>the|an?|one|another|his|her|their|its|some|several|many|en|ett)\s(?P<words>[^,;:.\0]{2,60})", re.IGNORECASE
)
_OTHER_CLAUSE = re.compile(
    r"[\s,–—]*(?:which|that|but|whose|where|who|and|or|with|for|in|on|at|until|after|before|to|from|by|when|while|because|since|som|men|och)\b"
)
_PREPOSITION = re.compile(r"\s(?:of|for|from|in|at|on|with|to|into|by|as|who|that|familiar|close|near|av|för|från|i|på|som|till|med|vid)\b")
_TITLES_ONLY = re.compile(r"(?:[Tt]he\s)?(?:(?:[Ff]ormer|[Ll]ate|[Oo]utgoing|[Ii]ncoming|[Cc]urrent|[Tt]hen|[Ff]örre|[Tt]idigare)\s)?")
_BODY = re.compile(
    r"company|agency|department|group|organi[sz]ation|union|firm|bureau|commission|committee|statement|board|ministry|association|campaign|newspaper"
    r"|network|bolaget|företaget|myndigheten|facket|förbundet|organisationen|partiet|kommunen|regionen"
)
_FINITE = re.compile(r"\b(?:is|was|are|were|has|had|have|will|would|är|var|har|hade|ska|skulle|blir|blev)\b")
_MAX_LEAD = 130
_MAX_GAP = 60


class Attribution:
    """Reads who speaks off the reporter's words of one article."""

    def __init__(
        self, masked: str, people: People, antecedent: Antecedent, latest_body: Callable[[], Person | None]
    ) -> None:
        """`latest_body` tells which company or office spoke last, if one did just now."""
        self._text = masked
        self._people = people
        self._antecedent = antecedent
        self._latest_body = latest_body
        self.swedish = False

    def behind(self, tail: Span) -> Voice | None:
        """`, said Mayor Elin Strand`, `, Strand told reporters`, `, according to X`, `, säger hon`."""
        clause = tail.of(self._text)
        according = ACCORDING.search(clause)
        first = CUE.search(clause)
        if according is not None and according.start() < 40 and (first is None or according.start() < first.start()):
            return self._according(Span(tail.start + according.end(), tail.end), according["cue"])
        if _OTHER_CLAUSE.match(clause):
            return None
        for cue in CUE.finditer(clause):
            if cue.start() > _MAX_LEAD:
                break
            lead = Span(tail.start, tail.start + cue.start())
            inverted = re.search(r"\w", lead.of(self._text)) is None
            if re.search(r"\bas\s$", lead.of(self._text)):
                return self._quoted_as(lead, cue["cue"])
            if inverted and (cue["cue"].endswith("ing") or cue["cue"] in _NEVER_INVERTED):
                return None
            if inverted:
                subject = self.named(Span(tail.start + cue.end(), tail.end))
            elif _PASSIVE.search(clause, 0, cue.start()) and not cue["cue"].endswith("ing"):
                return None
            else:
                subject = self.subject(lead, cue["cue"], lead.start)
            if subject is not None and not self._too_weak(subject, cue["cue"]):
                return Voice(subject.person, cue["cue"])
        return None

    def ahead(self, head: Span, sentence_start: int) -> Voice | None:
        """`Strand said: `, `X emphasised cooperation, saying, `, `According to X, `, `Strand's promise to `."""
        clause = head.of(self._text)
        cues = list(LEADING_CUE.finditer(clause))
        according = list(ACCORDING.finditer(clause))
        if according and (not cues or cues[-1].start() > according[-1].start() or according[-1].start() > cues[-1].start()):
            last = according[-1]
            if not cues or cues[-1].start() < last.start() or head.start + last.start() == sentence_start:
                return self._according(Span(head.start + last.end(), head.end), last["cue"])
        noun = self._noun(head)
        if noun is not None and (not cues or head.start + cues[-1].end() < noun[1]):
            return noun[0]
        for cue in reversed(cues):
            voice = self._leading(head, sentence_start, cue)
            if voice is not None:
                return voice
        return self._colon(head, sentence_start)

    def _according(self, clause: Span, cue: str) -> Voice:
        subject = self.named(clause, before_verb=self.swedish)
        return Voice(subject.person if subject else None, cue)

    def _leading(self, head: Span, sentence_start: int, cue: re.Match[str]) -> Voice | None:
        """What one verb before a quotation says of its speaker; None if it is not its verb."""
        at = head.start + cue.start()
        before = self._text[max(sentence_start, at - 40) : at]
        if _NEGATED.search(before):
            return Voice(None, cue["cue"])
        if re.search(r"\bas\s$", before):
            return self._quoted_as(Span(sentence_start, at), cue["cue"])
        if _PASSIVE.search(before) and not cue["cue"].endswith("ing"):
            by = re.search(r"\bby\s", self._text[head.start + cue.end() : head.end])
            if by is None:
                return None
            return Voice(self._person(self.named(Span(head.start + cue.end() + by.end(), head.end))), cue["cue"])
        lead = Span(head.start, at)
        if sentence_start < head.start and not re.search(r"\w", lead.of(self._text)) and self._text[sentence_start] != "\0":
            lead = Span(sentence_start, at)
        subject = self.subject(lead, cue["cue"], sentence_start)
        if self.swedish and subject is not None and subject.person is None:
            subject = self.named(Span(head.start + cue.end(), head.end)) or subject
        if subject is None and (self.swedish or is_swedish(cue["cue"]) or not re.search(r"\w", self._text[head.start : at])):
            subject = self.named(Span(head.start + cue.end(), head.end))
        if subject is None or self._too_weak(subject, cue["cue"]):
            return None
        return Voice(subject.person, cue["cue"])

    def _quoted_as(self, clause: Span, cue: str) -> Voice | None:
        """`X was quoted as saying`: X. `Y quoted X as saying`: X too."""
        quoted = _QUOTED_AS.search(clause.of(self._text))
        if quoted is None:
            return None
        at = clause.start + quoted.start()
        if _PASSIVE.search(self._text[max(clause.start, at - 25) : at]):
            subject = self.subject(Span(clause.start, at), cue, clause.start)
            return Voice(subject.person, cue) if subject else None
        mentions = self._people.within(Span(at, clause.end))
        return Voice(mentions[0].person if len(mentions) == 1 else None, cue)

    def _noun(self, head: Span) -> tuple[Voice, int] | None:
        """`Roe's promise to `, `his claim that `: the owner, and where the noun stands."""
        clause = head.of(self._text)
        for noun in reversed(list(NOUN_CUE.finditer(clause))):
            if not re.fullmatch(r"(?:\s(?!who\b|and\b|but\b)[\w'’-]+){0,6}:?,?\s*", clause[noun.end() :]):
                continue
            owner = re.search(r"(?:(?P<his>\b(?:[Hh]is|[Hh]er|[Hh]ans|[Hh]ennes)\b)|['’]s)\s(?:[\w-]+\s){0,2}$", clause[: noun.start()])
            if owner is None:
                continue
            at = head.start + owner.start()
            if owner["his"]:
                gender: Gender = "f" if owner["his"].casefold() in {"her", "hennes"} else "m"
                return Voice(self._antecedent(at, gender), noun["cue"]), head.start + noun.start()
            owners = [mention for mention in self._people.within(head) if mention.span.end == at]
            return Voice(owners[0].person if owners else None, noun["cue"]), head.start + noun.start()
        return None

    def _colon(self, head: Span, sentence_start: int) -> Voice | None:
        """`Roe: `, and `Roe disputed that account: `."""
        if not head.of(self._text).endswith(": "):
            return None
        last = self._people.within(head)[-1:]
        if last and re.fullmatch(r":\s*", self._text[last[0].span.end : head.end]) and last[0].person:
            opens = not re.search(r"[\w,]", self._text[head.start : last[0].span.start])
            return Voice(last[0].person, ":") if opens or self._people.is_person(last[0].person) else None
        subject = self.leading_subject(Span(sentence_start, head.end))
        acts = subject is not None and subject.person is not None and self._people.is_person(subject.person)
        return Voice(subject.person, ":") if subject and acts else None

    def subject(self, clause: Span, cue: str, sentence_start: int) -> Subject | None:
        """Who does the saying, in the words before a verb; None where they hold no subject."""
        words = clause.of(self._text)
        if not re.search(r"\w", words):
            return None
        if cue.endswith("ing") and not re.search(r"\b(?:is|was|are|were|been|be|kept|keeps|started|began|by|of)\s(?:\w+ly\s|also\s|heard\s|seen\s|caught\s|recorded\s)?$", words):
            return self.leading_subject(Span(sentence_start, clause.end)) if re.search(r"[,–—\0]\s*(?:\w+ly\s|also\s|then\s)?$|\b(?:and|before|after|while|och)\s$", words) else None
        if re.search(r"\b(?:and|but|then|or|och|men|to|att|by|of|before|after|while)(?: (?:\w+ly|also|then|later|have|has))*\s*$", words):
            return self.leading_subject(Span(sentence_start, clause.end))
        mentions = self._people.within(clause)
        plain = re.sub(rf"(?:[\s]+(?:{_ADVERB}))+\s*$", "", words).rstrip(" \0")
        pronouns = [match for match in _PRONOUN.finditer(words) if _GAP.fullmatch(words[match.end() :])]
        if pronouns:
            at = clause.start + pronouns[-1].start()
            if not any(mention.span.start > at and not self._is_oblique(mention, at) for mention in mentions):
                return self._pronoun(pronouns[-1]["who"], at)
        for mention in reversed(mentions):
            gap = self._text[mention.span.end : clause.end]
            if gap.startswith(("'s ", "’s ", "'s,", "’s,")) or self._is_genitive(mention):
                continue
            if re.match(r"\s?(?:\([^()]*\))?,\s", gap) and plain.endswith(","):
                if self._is_oblique(mention, clause.start) or self._is_object(mention, clause.start):
                    continue
                return self._unjoined(mention, clause)
            if _GAP.fullmatch(gap) and not _ends_in_noun(gap):
                if self._is_oblique(mention, clause.start):
                    continue
                return self._unjoined(mention, clause)
            if re.search(r",\s*who(?:\s\w+){0,2}\s*$|\bsom(?:\s\w+){0,5}\s*$", gap) and "," not in gap[1:].rsplit(", who", 1)[0][30:]:
                return Subject(mention.person)
        return self._described(words)

    def _described(self, words: str) -> Subject | None:
        """`the Ohio Republican`, `a spokesman for Roe`: whom it fits, if it is definite."""
        bare = re.sub(rf"(?:[\s]+(?:{_ADVERB}))+\s*$", "", words.rstrip().rstrip(","))
        office = re.search(r"(?:^|[\s,.\0])(\w+)$", bare)
        if self.swedish and office is not None and is_calling(office[1]):
            return Subject(self._people.described([office[1]]))
        phrase = _NOUN_PHRASE.search(bare)
        if phrase is not None and phrase["det"].casefold() == "the":
            listed = re.findall(r"[\w.’'-]+", re.split(r"\s(?:on|in|at|told|who)\s", phrase["words"])[0])
            return Subject(self._described_as(listed))
        return NOBODY if re.search(r"\w\s*$", bare) else None

    def _described_as(self, words: list[str]) -> Person | None:
        """Whom a definite description means: `the Ohio Republican`, or `the company` that spoke just now."""
        if len(words) <= 2 and words and _BODY.fullmatch(words[-1].casefold()):
            return self._latest_body()
        return self._people.described(words)

    def named(self, clause: Span, *, before_verb: bool = False) -> Subject | None:
        """Who is named at the start of `clause`: `said X`, `according to her`; None if nothing stands there.

        With `before_verb` any word may follow the name, as in `enligt X handlar det om`.
        """
        words = clause.of(self._text)
        if not re.search(r"\w", words) or _NO_INVERSION.match(words):
            return None
        pronoun = _SPOKEN_PRONOUN.match(words)
        owns = pronoun is not None and pronoun["who"] == "her" and is_calling(words[pronoun.end() :].split(",")[0].split()[-1:][0] if words[pronoun.end() :].split(",")[0].split() else "")
        if pronoun is not None and not owns:
            return self._pronoun(pronoun["who"], clause.start + pronoun.start("who"))
        for mention in self._people.within(clause):
            gap = self._text[clause.start : mention.span.start]
            following = self._text[mention.span.end : clause.end]
            if len(gap) > _MAX_GAP or ";" in gap or re.search(r":(?!n\b|s\b)", gap):
                break
            if following.startswith(("'s ", "’s ")) or self._is_genitive(mention):
                continue
            if not _leads_to_name(gap, mention.written.name, strict=before_verb):
                break
            if not before_verb and not _AFTER_NAME.match(following) and not (self.swedish and is_calling(following.split()[0])):
                break
            joined = _JOINED.match(following)
            return NOBODY if joined else Subject(mention.person)
        if self.swedish:
            office = re.match(r"\s*(?P<word>[a-zåäö]+)(?=[,.;\0]|$|\s(?:i|på|till|om|vid|och|efter|när)\b)", words)
            return Subject(self._described_as([office["word"]])) if office else NOBODY
        definite = re.match(r"\s*the\s(?P<words>(?:[\w.’'-]+\s?){1,6}?)(?=[,.;\0]|$|\s(?:in|on|at|who|during|after|told|when|as|to)\b)", words)
        if definite is not None:
            return Subject(self._described_as(definite["words"].split()))
        return NOBODY

    def leading_subject(self, sentence: Span) -> Subject | None:
        """The subject of a sentence's main clause: what stands first, after an introduction of time or place."""
        start = sentence.start
        while (intro := _INTRO.match(self._text, start, sentence.end)) is not None:
            start = intro.end()
        words = self._text[start : sentence.end]
        skipped = re.match(r"[\s\0,.–—\"“”]*", words)
        start += skipped.end() if skipped else 0
        words = self._text[start : sentence.end]
        pronoun = re.match(r"(?P<who>he|she|they|it|we|I|han|hon|de|vi|det)\b", words, re.IGNORECASE)
        if pronoun is not None:
            return self._pronoun(pronoun["who"], start)
        inverted = CUE.match(words)
        if inverted is not None:
            return self.named(Span(start + inverted.end(), sentence.end))
        for mention in self._people.within(Span(start, sentence.end)):
            gap = self._text[start : mention.span.start]
            if self._text.startswith(("'s ", "’s "), mention.span.end) or self._is_genitive(mention):
                continue
            if re.fullmatch(r"(?:(?:[Tt]he|[Aa]n?|[Hh]is|[Hh]er|[Ff]or|[Tt]o)\s)?(?:[\w’'-]+\s){0,4}", gap) is None:
                if re.search(r",\s$", gap) and _leads_to_name(gap, mention.written.name):
                    return self._unjoined(mention, Span(start, sentence.end))
                break
            if self._is_oblique(mention, start) or not _TITLES_ONLY.fullmatch(gap) and not is_calling(gap.split()[-1]):
                break
            return self._unjoined(mention, Span(start, sentence.end))
        phrase = re.match(r"[Tt]he\s(?P<words>(?:[\w.’'-]+\s?){1,4})", words)
        if phrase is not None:
            listed = phrase["words"].split()
            if _BODY.fullmatch(listed[0].casefold()):
                return Subject(self._latest_body())
            for length in range(len(listed), 0, -1):
                person = self._people.described(listed[:length]) if is_calling(listed[length - 1]) else None
                if person is not None:
                    return Subject(person)
        return NOBODY if re.search(r"\w", words) else None

    def _too_weak(self, subject: Subject, cue: str) -> bool:
        """Whether a word that may as well be a noun has nobody beside it to make it a verb."""
        return is_weak(cue) and (subject.person is None or not self._people.is_person(subject.person))

    def is_oblique(self, mention: Mention) -> bool:
        return self._is_oblique(mention, 0)

    def _pronoun(self, word: str, position: int) -> Subject:
        if word.casefold() == "it":
            return Subject(self._latest_body())
        gender = _GENDER.get(word.casefold())
        return Subject(self._antecedent(position, gender)) if gender else NOBODY

    def _unjoined(self, mention: Mention, clause: Span) -> Subject:
        """The person mentioned, unless with others, `Roe and Berg said`, or with an indefinite article."""
        if _vague(self._text, mention):
            return NOBODY
        start = mention.span.start
        joined = self._joins(clause.start, start)
        followed = _JOINED.match(self._text, mention.span.end, clause.end)
        return NOBODY if joined or followed else Subject(mention.person)

    def _joins(self, start: int, end: int) -> bool:
        """Whether `and` before `end` joins two subjects, `Roe and `, `her aides and `, and not two clauses."""
        joined = _JOINED_BEFORE.search(self._text[start:end])
        if joined is None:
            return False
        before = start + joined.start() + 1
        named = any(
            re.fullmatch(r"\s?(?:\([^()]*\))?,?\s?", self._text[mention.span.end : max(before, mention.span.end)]) is not None
            and mention.span.end <= before
            for mention in self._people.within(Span(start, end))
        )
        return named or len(self._text[start:before].replace("\0", "").split()) <= 4

    def _is_oblique(self, mention: Mention, start: int) -> bool:
        before = _OBLIQUE.search(self._text[max(start, mention.span.start - 20) : mention.span.start])
        stands_in_place = mention.written.titled and before is not None and before[0].strip().casefold() in {"in", "i"}
        return before is not None and not stands_in_place

    def _is_object(self, mention: Mention, start: int) -> bool:
        """`quoting Roe, `: another verb stands right before the name."""
        word = re.search(r"(\w+)\s$", self._text[start : mention.span.start])
        return word is not None and word[1].endswith(("ing", "ed")) and word[1].islower()

    def _is_genitive(self, mention: Mention) -> bool:
        return self.swedish and self._people.is_genitive(mention)

    @staticmethod
    def _person(subject: Subject | None) -> Person | None:
        return subject.person if subject else None


def _vague(text: str, mention: Mention) -> bool:
    """`a stone-faced Hizzoner`, `a Trump`: an indefinite article before a single word."""
    bare = " " not in mention.written.name and mention.written.honorific is None and mention.written.role is None
    return bare and re.search(r"\b(?:an?|one|en|ett)\s(?:[\w-]+\s)?$", text[max(0, mention.span.start - 25) : mention.span.start]) is not None


def _ends_in_noun(gap: str) -> bool:
    """`Trump campaign` said: a word after the name that is neither an adverb nor part of a phrase."""
    return re.match(r"\s(?=[a-z])", gap) is not None and re.match(rf"\s(?:{_ADVERB}|{_PHRASE})(?![\w-])", gap) is None


def _leads_to_name(gap: str, name: str, *, strict: bool = False) -> bool:
    """Whether `gap`, between `said` and a name, is what may stand before that name: an office, `its president, `."""
    bare = re.sub(r"(?:\b(?:von|van|der|den|de|di|da|al|af|bin|la|le)\s+)+$", "", gap).strip()
    if not bare:
        return True
    if _PREPOSITION.search(f" {bare} "):
        report = re.match(r"(?:an? |the |ett )?(?:statement|report|document|uttalande|rapport)\b", bare)
        words = bare.rstrip(",").split()
        return report is not None or (bare.endswith(",") and is_calling(words[-1]) is False and _headed_by_calling(words))
    if bare.endswith(","):
        return is_calling(bare.rstrip(",").split()[-1])
    if "," in bare or re.search(r"[–—\0]", bare):
        return False
    words = bare.split()
    if words[0].casefold() in {"the", "den", "det"} and len(words) <= 2:
        return True
    return is_calling(words[-1]) or (" " in name and not strict and not _FINITE.search(bare))


def _headed_by_calling(words: list[str]) -> bool:
    """`the head of the museum`: an office before the first preposition."""
    for word in words:
        if _PREPOSITION.match(f" {word} "):
            return False
        if is_calling(word):
            return True
    return False
