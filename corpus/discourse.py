"""What a reader keeps in mind from sentence to sentence: who spoke, who acted, and whom `she` may therefore mean."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

from corpus.article import Span
from corpus.callings import Gender, gender_of_role, is_calling, is_kin
from corpus.descriptions import OFFICES, PARTIES, plain
from corpus.no_names import is_no_person
from corpus.people import Person
from corpus.resolution import People, is_oblique

_LOOK_BACK = 5
_INDEFINITE = re.compile(
    r"(?<!\bis )(?<!\bwas )(?<!\bbe )(?<!, )\b(?:(?<!\bas )an?|one|another|en|ett)(?P<words>(?:\s[\w-]+){1,4})",
    re.IGNORECASE,
)
_UNNAMED = frozenset(
    """
    man woman boy girl tourist visitor customer passenger source caller heckler person
    kvinna pojke flicka passagerare granne boende vittne källa åskådare tjänsteman
    """.split()
)
"""What somebody without a name is called, besides offices and professions."""
_TRADE = re.compile(r"[a-z]+(?:washer|keeper|maker|worker|seller|dealer|grower|builder|fighter|breeder|smith)")
"""`the dishwasher`, `a steelworker`."""
_ASKING = frozenset(("reporter", "moderator", "aide", "interviewer"))
"""Who stands beside somebody that speaks."""
_DEFINITE = re.compile(
    r"(?:The|His|Her|Their)(?P<words>(?:\s[\w-]+){1,6}?)(?=,|\s(?:is|was|has|had|will|would|also|who|did|does|\w+ed|\w+s)\b)"
)
_DEFINITE_SV = re.compile(r"(?P<word>[A-ZÅÄÖ]\w{3,}(?:[aeo]n|et|na))\b")
_PREPOSITIONS = frozenset(
    "of for to from in on at by with about as into over who that av för till från i på med om som".split()
)
_TURNS = frozenset(
    "asked asks replied replies answered answers responded began interrupted interjected pressed retorted".split()
)
_ASKED = re.compile(
    r"(?:When |Later )?(?:[Aa]sked|[Pp]ressed|[Qq]uestioned|[Cc]onfronted|[Tt]old)\b[^.;\0]*,\s"
    r"|(?:[^,.;\0]{1,60},\s)?(?:[Ll]ed|[Jj]oined|[Ff]lanked|[Aa]ccompanied|[Ii]ntroduced|[Gg]uided|[Pp]rompted)\sby\s[^,.;\0]*,\s"
)
"""`Asked whether he trusted Roe, he said`, `Led by Roe, she told`: he is whoever is asked, she is led, and neither Roe."""
_OBJECT: dict[Gender, re.Pattern[str]] = {
    "f": re.compile(r"\bher(?=\s(?:to|until|for|about|in|on|at|from|with|if|whether|that|what|why|an?|the)\b|[.,;])"),
    "m": re.compile(r"\bhim\b"),
}
"""`A judge had given her until noon.`: she is whoever she was before."""
_KIN_OF: dict[Gender, re.Pattern[str]] = {
    "f": re.compile(r"Her\s(?:\w+\s)?(?:husband|father|son|brother)\b"),
    "m": re.compile(r"His\s(?:\w+\s)?(?:wife|mother|daughter|sister)\b"),
}
"""`Her husband was late.`: she is whoever she was before."""
_IS_ASKED = re.compile(r"\b(?:an?|the|one|another)\s(?:\w+\s){0,2}\w+\s(?:then\s)?(?:asked|asks)\b")
"""`a reporter asked.`: whoever spoke before is the one to answer."""
_AUTHORED = r",\s(?:which was\s)?(?:written|sent|signed|drafted|authored|penned|posted)\sby\s"
_SIGNED = re.compile(r"[^.;]{0,60}?(?<!obtained )(?<!seen )(?<!viewed )\b(?:by|from)\s")
"""`a memo written by `."""
_NAME_FOLLOWS = re.compile(r",?\s[A-ZÅÄÖ]")
_SUBORDINATE = re.compile(r"\b(?:[Ww]hen|[Aa]s|[Aa]fter|[Nn]är)\s(?:\w+\s)?$")


@dataclass(frozen=True, slots=True)
class Voice:
    """Who says something, and the word of saying; `person` is None where nobody is named, or nobody for certain."""

    person: Person | None
    cue: str | None


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence that has been read, in paragraph number `paragraph`: its subject, and `voice` if somebody speaks in it."""

    span: Span
    paragraph: int
    voice: Voice | None
    subject: Person | None


class Discourse:
    """The sentences of one article that have been read so far, and the one being read."""

    def __init__(self, masked: str, people: People) -> None:
        """`masked` is the text with all that is not the reporter's own words blanked out."""
        self._text = masked
        self._people = people
        self._told: list[Told] = []
        self._sentence = Span(0, 0)
        self._paragraph = 0

    def begin(self, sentence: Span, paragraph: int) -> None:
        self._sentence, self._paragraph = sentence, paragraph

    def tell(self, voice: Voice | None, subject: Person | None) -> None:
        """Ends the sentence that was begun."""
        self._told.append(Told(self._sentence, self._paragraph, voice, subject))

    def latest_voice(self) -> Voice | None:
        return next((told.voice for told in reversed(self._told[-_LOOK_BACK:]) if told.voice), None)

    def announcement(self) -> Span | None:
        """The sentence before, if it is one of the paragraph above and ends in a colon."""
        told = self._told[-1] if self._told else None
        ends = told is not None and told.paragraph < self._paragraph and told.span.of(self._text).endswith(":")
        return told.span if told is not None and ends else None

    def latest_body(self) -> Person | None:
        """The company or office that spoke or acted last, unless a person has spoken since."""
        for told in reversed(self._told[-_LOOK_BACK:]):
            body = told.voice.person if told.voice else told.subject
            if told.voice is not None or body is not None:
                return body if body is not None and not self._people.is_person(body) else None
        return None

    def called(self, words: Sequence[str]) -> Person | None:
        """Whom a definite description means: the one it fits, of several the one spoken of last, else whom it may be another word for."""
        fitting = self._people.fitting(words)
        if len(fitting) > 1:
            come_up = self._people.named_before(self._sentence.start)
            fitting = [person for person in fitting if person in come_up]
        if len(fitting) == 1 and self._somebody_unnamed_has_spoken(fitting[0], words):
            return None
        last = (
            fitting[0]
            if len(fitting) == 1
            else self._mentioned_last(fitting)
            or self._spoken_of_last()
            or self._named_alone_last()
            or self._named_alone_so_far()
        )
        if last is None or last in fitting:
            return last
        if self._opens_paragraph() and not self._people.is_most_named(last):
            return None if fitting else self._people.partly_fitting(words)
        return last if not fitting and self._people.take_for(last, words) else None

    def _opens_paragraph(self) -> bool:
        """Whether the sentence being read opens its paragraph, with words of the reporter's: `The real estate mogul lost.`"""
        begun = not self._told or self._told[-1].paragraph != self._paragraph
        return begun and self._text[self._sentence.start] != "\0"

    def _somebody_unnamed_has_spoken(self, since: Person, words: Sequence[str]) -> bool:
        """Whether `another lawmaker`, whom the words may mean, has come in just before, and `since` is not named after that."""
        for told in reversed(self._told[-_LOOK_BACK:]):
            named = any(mention.person == since for mention in self._people.within(told.span))
            if told.paragraph < self._paragraph - 1 or named or (told.subject or (told.voice and told.voice.person)):
                return False
            if any(_may_be_called(head, words) for head in self._unnamed_in(told)):
                return True
        return False

    def _mentioned_last(self, persons: Sequence[Person]) -> Person | None:
        """The only one of `persons` named in the last sentence that names any of them, here or in the paragraph above."""
        for told in reversed(self._told[-_LOOK_BACK:]):
            named = {mention.person for mention in self._people.within(told.span)} & set(persons)
            if told.paragraph < self._paragraph - 1 or len(named) > 1:
                return None
            if named:
                return named.pop()
        return None

    def _named_alone_last(self) -> Person | None:
        """The only person named in the sentence before, `It was a rough night for Roe.`"""
        if not self._told or self._told[-1].paragraph < self._paragraph - 1 or self._told[-1].voice is not None:
            return None
        mentioned = {mention.person for mention in self._people.within(self._told[-1].span)}
        named = {person for person in mentioned if person is not None and self._people.is_person(person)}
        return named.pop() if len(named) == 1 else None

    def just_named(self, words: Sequence[str]) -> Person | None:
        """Whom `her daughter` means, if the article has only one and named her in this paragraph or the one above."""
        person = self._people.described(words)
        near = [told.span for told in self._told[-_LOOK_BACK:] if told.paragraph >= self._paragraph - 1]
        named = any(mention.person == person for span in near for mention in self._people.within(span))
        return person if named else None

    def _named_alone_so_far(self) -> Person | None:
        """The only person named so far, if the article is about them: `The senior senator from Ohio stood`, paragraphs on."""
        persons = [one for one in self._people.named_before(self._sentence.start) if self._people.is_person(one)]
        return persons[0] if len(persons) == 1 and self._people.is_most_named(persons[0]) else None

    def author(self, document: str) -> Person | None:
        """Who issued `the statement`: whoever speaks or acts in the sentence that brought it up, `in a statement`."""
        here = re.compile(rf"\b{document}{_AUTHORED}").search(self._text, self._sentence.start, self._sentence.end)
        if here is not None:
            return self._first_named(here.end())
        brought_up = re.compile(rf"\b(?:an?|his|her|its|their)\s(?:[\w-]+\s){{0,2}}{document}\b", re.IGNORECASE)
        for told in reversed(self._told[-_LOOK_BACK:]):
            if told.voice is not None and told.voice.cue in {"wrote", "writes"}:
                return told.voice.person
            if (match := brought_up.search(told.span.of(self._text))) is not None:
                signed = _SIGNED.match(match.string, match.end())
                if signed is None:
                    return told.voice.person if told.voice else told.subject
                return self._first_named(told.span.start + signed.end())
        return None

    def _first_named(self, at: int) -> Person | None:
        return next((mention.person for mention in self._people.within(Span(at, at + 60))), None)

    def _spoken_of_last(self) -> Person | None:
        """Who spoke or acted in the sentences just before, in this paragraph or the one above; None if somebody unnamed did."""
        for told in reversed(self._told[-_LOOK_BACK:]):
            if told.paragraph < self._paragraph - 1 or self._is_of_somebody_unnamed(told):
                return None
            if told.voice is not None or told.subject is not None:
                return told.voice.person if told.voice else told.subject
        return None

    def running_on(self, *, opens_paragraph: bool, dialogue: bool = False) -> Voice | None:
        """Who speaks in a quotation that stands alone: whoever spoke or acted in the sentence before it.

        A line of dialogue may also be that of the only one named there, `Utanför står Elsa Björk.`, or named at all so far.
        """
        before = next(
            (told for told in reversed(self._told) if not (opens_paragraph and self._is_question(told))), None
        )
        if before is None or before.voice is not None:
            talking = opens_paragraph and before is not None and self._is_talk(before)
            return before.voice if before and not talking else None
        mentioned = (mention.person for mention in self._people.within(before.span))
        named = {person for person in mentioned if person and self._people.is_person(person)}
        if dialogue and before.subject is None and not self._is_of_somebody_unnamed(before):
            named = named or set(filter(self._people.is_person, self._people.named_before(self._sentence.start)))
            return Voice(named.pop(), None) if len(named) == 1 else None
        if before.subject is None and not opens_paragraph and not self._people.within(before.span):
            return self._goes_on(before)
        if before.subject is None or not self._people.is_person(before.subject):
            return None
        return Voice(before.subject, None) if len(named) <= 1 or before.paragraph == self._paragraph else None

    def _goes_on(self, aside: Told) -> Voice | None:
        """Whoever alone speaks in a paragraph so far, if a sentence that names nobody comes between: `It was raining.`"""
        above = list(self._same_paragraph(aside))
        voices = [told.voice for told in above if told.voice]
        others = any(told.subject or self._is_of_somebody_unnamed(told) for told in above if told.voice is None)
        return voices[0] if len({voice.person for voice in voices}) == 1 and not others else None

    def antecedent(self, position: int, gender: Gender) -> Person | None:
        """Whom `he` or `she` at `position` means: somebody of this sentence, else whoever spoke or was named last, if plain."""
        asked = _ASKED.match(self._text, self._sentence.start, position)
        here = self._fitting(
            Span(asked.end() if asked else self._sentence.start, max(position, self._sentence.start)), gender
        )
        sure = [person for person in here if self._people.gender(person) == gender]
        if len(here) == 1 and (sure or self._acts_before(here[0], position)):
            return here[0]
        if len(sure) == 1 or (sure and self._acts_before(sure[0], position)):
            return sure[0]
        if len(here) > 1:
            return None
        for told in reversed(self._told[-_LOOK_BACK:]):
            if told.paragraph < self._paragraph - 2:
                break
            settled, person = self._meant_by(told, gender)
            if settled:
                return None if person and self._stands_beside(person, told, gender) else person
        come_up = {person for person in self._people.named_before(position) if self._fits(person, gender)}
        return here[0] if come_up == set(here) and len(here) == 1 else None

    def _stands_beside(self, person: Person, told: Told, gender: Gender) -> bool:
        """Whether a paragraph that opens anew after the words of her daughter may be about her again."""
        first = next((one.span for one in self._told[-_LOOK_BACK:] if one.paragraph == self._paragraph), self._sentence)
        if self._text[first.start] == "\0":
            return False
        far = told.paragraph < self._paragraph - 1 and self._people.likely_gender(person) is None
        kin = far or any(map(is_kin, (person.role or "").split()))
        come_up = self._people.named_before(self._sentence.start) if kin and told.paragraph < self._paragraph else []
        return any(
            self._people.is_most_named(one) and one != person and self._people.likely_gender(one) == gender
            for one in come_up
        )

    def _meant_by(self, told: Told, gender: Gender) -> tuple[bool, Person | None]:
        """Whether an earlier sentence settles whom a pronoun means, and whom; nobody if it leaves doubt."""
        speaker = told.voice.person if told.voice else None
        sure_subject = (
            told.subject is not None
            and self._fits(told.subject, gender)
            and self._people.likely_gender(told.subject) == gender
        )
        unnamed = list(self._unnamed_in(told))
        elsewhere = all(gender_of_role(head) not in {None, gender} for head in unnamed)
        if told.voice is not None and speaker is None and not (unnamed and elsewhere):
            if _IS_ASKED.search(told.span.of(self._text)) or self._is_of_many(told):
                return False, None
            return True, told.subject if sure_subject else None
        if speaker is not None and self._fits(speaker, gender):
            return True, speaker if not self._is_rivalled(speaker, told, gender) else None
        if (
            told.voice is None
            and not sure_subject
            and unnamed
            and not (elsewhere and _KIN_OF[gender].match(told.span.of(self._text)))
        ):
            return _OBJECT[gender].search(told.span.of(self._text)) is None, None
        if told.subject is not None and self._is_meant_not_named(told) and self._fits(told.subject, gender):
            return True, told.subject
        within = told.span if unnamed or told.paragraph == self._paragraph else self._paragraph_of(told)
        fitting = self._fitting(within, gender)
        sure = [person for person in fitting if self._people.gender(person) == gender]
        if len(fitting) == 1 or (len(sure) == 1 and told.subject not in set(fitting) - set(sure)):
            return True, (sure or fitting)[0]
        if fitting:
            subject = told.subject if told.subject in fitting else None
            acts = subject is not None and (
                self._people.likely_gender(subject) == gender
                or all(
                    mention.person == subject or is_oblique(self._text, mention)
                    for mention in self._people.within(within)
                )
            )
            return True, subject if acts else None
        if told.subject is None:
            return told.voice is not None and speaker is None, None
        if self._fits(told.subject, gender):
            return True, told.subject
        unclear = not self._people.is_person(told.subject) and not is_no_person(told.subject.name)
        return unclear, None

    def _is_of_somebody_unnamed(self, told: Told) -> bool:
        """Whether a sentence speaks of somebody that it does not name."""
        return next(self._unnamed_in(told), None) is not None

    def _unnamed_in(self, told: Told) -> Iterator[str]:
        """`neighbor`, if a sentence speaks of `a neighbor`, or has `the neighbor` for its subject, and does not name them."""
        text = told.span.of(self._text)
        definite = _DEFINITE.match(text) if told.subject is None else None
        office = _DEFINITE_SV.match(text) if told.subject is None else None
        if office is not None and is_calling(office["word"]) and not _NAME_FOLLOWS.match(text, office.end()):
            yield office["word"]
        for match in filter(None, (definite, *_INDEFINITE.finditer(text))):
            words = list(takewhile(lambda word: word not in _PREPOSITIONS, match["words"].split()))
            called = [at for at, word in enumerate(words) if _calls_somebody(word)]
            if not called:
                continue
            head = words[called[-1]].casefold()
            end = match.start("words") + sum(len(word) + 1 for word in words[: called[-1] + 1])
            party = plain(head) in PARTIES and told.subject is not None
            if not (_NAME_FOLLOWS.match(text, end) or (head in _ASKING and told.subject) or party):
                yield head

    def _is_of_many(self, told: Told) -> bool:
        """`Critics said the bill went too far.`: none of them is a `she`."""
        cue = re.escape(told.voice.cue or "") if told.voice else ""
        many = re.search(rf"\b(?P<who>\w+)s\s(?:also\s|have\s|had\s)?{cue}\b", told.span.of(self._text))
        return many is not None and is_calling(many["who"])

    def _is_meant_not_named(self, told: Told) -> bool:
        """Whether the subject of a sentence is a pronoun or a description; who else is named in it is an object then."""
        return all(mention.person != told.subject for mention in self._people.within(told.span))

    def _fits(self, person: Person, gender: Gender) -> bool:
        """Whether a name may be that of a person of `gender`. One that speaks is taken for a person's if it may be one."""
        speaks = any(told.voice is not None and told.voice.person == person for told in self._told[-_LOOK_BACK:])
        likely = speaks and " " in person.name and not is_no_person(person.name)
        return (self._people.is_person(person) or likely) and self._people.may_be(person, gender)

    def _fitting(self, within: Span, gender: Gender) -> list[Person]:
        """Whom of those named in a stretch a pronoun may mean; those named only as owners, `Roe's lawyer`, if nobody else."""
        mentions = self._people.within(within)
        owners = {mention.span for mention in mentions if self._text.startswith(("'s ", "’s "), mention.span.end)}
        standing = (mention.person for mention in mentions if mention.span not in owners)
        for persons in (standing, (mention.person for mention in mentions)):
            fitting = [person for person in dict.fromkeys(persons) if person is not None and self._fits(person, gender)]
            if fitting:
                return fitting
        return []

    def _acts_before(self, person: Person, position: int) -> bool:
        """Whether `person` is named before `position` in this sentence, and not as an object of something."""
        return any(
            mention.person == person
            and not is_oblique(self._text, mention)
            and not _SUBORDINATE.search(
                self._text, max(self._sentence.start, mention.span.start - 20), mention.span.start
            )
            for mention in self._people.within(Span(self._sentence.start, position))
        )

    def _is_rivalled(self, person: Person, told: Told, gender: Gender) -> bool:
        """Whether the sentence also names somebody whose gender is known to fit, while that of `person` is not known."""
        if self._people.gender(person) == gender or person == told.subject:
            return False
        others = self._fitting(told.span, gender)
        return any(other != person and self._people.gender(other) == gender for other in others)

    def _is_talk(self, told: Told) -> bool:
        """Whether two take turns in the paragraphs above: who goes on then is anybody's guess."""
        last = [one for one in self._told[-8:] if one.paragraph >= told.paragraph - 1]
        above = {one.voice.person for one in last if one.voice and one.paragraph < told.paragraph}
        voices = {one.voice.person for one in last if one.voice and one.paragraph == told.paragraph}
        asked = any(one.voice and one.voice.cue in _TURNS for one in last)
        before = {one.voice.person for one in self._told[-8:] if one.voice and one.paragraph == told.paragraph - 2}
        asked = asked or before == voices or self._replies(told)
        return asked and len(above) == 1 == len(voices) and above != voices

    def _replies(self, told: Told) -> bool:
        """Whether a paragraph is nothing but somebody's words, after one that ends in another's."""
        above, *words = [one for one in self._told[-3:] if one.paragraph >= told.paragraph - 1][-2:]
        spoken = all(one.voice and self._text[one.span.start] == "\0" for one in (above, *words))
        apart = [one.paragraph for one in (above, *words)] == [told.paragraph - 1, told.paragraph]
        return spoken and apart and len({one.voice.person for one in (above, *words) if one.voice}) == 2

    def _is_question(self, told: Told) -> bool:
        """A reporter's question between two answers: a paragraph of its own that names nobody."""
        asks = told.voice is None and self._text[told.span.end - 1] == "?" and not self._people.within(told.span)
        return asks and sum(1 for _ in self._same_paragraph(told)) == 1

    def _paragraph_of(self, told: Told) -> Span:
        spans = [other.span for other in self._same_paragraph(told)]
        return Span(spans[-1].start, told.span.end)

    def _same_paragraph(self, told: Told) -> Iterator[Told]:
        """The sentences of its paragraph up to `told`, last first."""
        at = self._told.index(told, max(0, len(self._told) - 50))
        return takewhile(lambda other: other.paragraph == told.paragraph, self._told[at::-1])


def _may_be_called(unnamed: str, words: Sequence[str]) -> bool:
    """Whether `a lawmaker` may be `the senator` next; `a woman` and `a president` are not."""
    office, called = plain(unnamed), set(map(plain, words))
    return office in called or not (called & OFFICES and office in OFFICES | _UNNAMED)


def _calls_somebody(word: str) -> bool:
    return word.casefold() in _UNNAMED or is_calling(word) or _TRADE.fullmatch(word) is not None
