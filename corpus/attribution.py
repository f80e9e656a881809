"""Attribution: which verb of saying a quotation belongs to, before it or behind it in its sentence, and so who speaks."""

from __future__ import annotations

import re

from corpus.article import Span
from corpus.callings import Gender
from corpus.cues import CUE, CUE_EN, CUE_SV, LEADING_CUE, NOUN_CUE, is_swedish, is_weak
from corpus.discourse import Discourse, Voice
from corpus.people import Person
from corpus.resolution import People, is_oblique
from corpus.subjects import Subject, Subjects

ACCORDING = re.compile(
    r"\b(?P<cue>[Aa]ccording to|[Ee]nligt|[Ii]n the words of|[Mm]ed \w+ ord|[Ii]n the view of)\s(?!plan\b|planerna\b|plans\b|planen\b)"
)
PASSIVE = re.compile(r"\b(?:was|were|is|are|been|being|be|gets?|got|blev|blir|blivit)\s(?:\w+ly\s|also\s|not\s)?$")
_QUOTED_AS = re.compile(r"\b(?:quoted|cited|citerade|citerar|quotes|heard|overheard)\b[^\0.;]*\bas\s$")
_NEGATED = re.compile(
    r"(?:\b(?:never|not|neither|nor|cannot|inte|aldrig|varken|ej)|n['’]t)\s(?:\w+\s)?$", re.IGNORECASE
)
_WOULD = re.compile(r"\b(?:to|would|will|could|might)\s$")
_REPORTED = frozenset(("reported", "reports"))
"""`The Courier reported that aides were `: what a newspaper quotes is somebody else's."""
_WRITTEN = frozenset(("wrote", "written", "writes", "writing"))
_WORK_WRITTEN = re.compile(r"\s(?:by|(?:the|an?|his|her|its|their)\s(?!.*\b(?:that|saying|in which)\b)[^:]*[^:\s]\s*$)")
"""`Berg, who wrote the plan, had produced `: no saying."""
_NEVER_INVERTED = frozenset(("told", "tells", "reminded", "informed", "assured"))
_OTHER_CLAUSE = re.compile(
    r"[\s,–—]*(?:which|that|but|whose|where|who|and|or|with|for|in|on|at|until|after|before|to|from|by|when|while|because|since|as|if|unless|during"
    r"|som|men|och|(?:an?|the)\s(?:\w+\s){0,2}?(?:claim|charge|accusation|suggestion|assertion|remark|comment|line|phrase|description|comparison|notion"
    r"|figure|decision|move|vote|sentiment|statement|view|reference|term)(?=\s(?:that|which|the|[A-Z])))\b"
)
LAST_CLAUSE = re.compile(
    rf"(?<=\w),\s(?:[A-ZÅÄÖ][\w.’'-]*|he|she)\s(?:[A-ZÅÄÖ][\w.’'-]*\s){{0,4}}(?:{CUE_EN}|{CUE_SV})\b[^,\0]*$"
)
"""`... in that law, Roe said.`: an attribution at the end of the words behind a quotation."""
_WORDS_OF = re.compile(r"[\s,–—]*in\s(?:[\w.’'-]+\s){1,3}(?:own\s)?(?:words|telling|phrase)\b")
"""`, in Roe's words`."""
_SIGNED = re.compile(r"\s(?:—|–|--?)\s?(?=[^\n,]*\(@\w+\))")
"""`” — Jane Roe (@roe) May 2, 2016`: a message as it stands on a page."""
_OWNER = re.compile(r"(?:(?P<his>\b(?:[Hh]is|[Hh]er|[Hh]ans|[Hh]ennes)\b)|['’]s)\s(?:[\w-]+\s){0,2}$")
_TO_THE_QUOTATION = re.compile(r"(?:\s(?!who\b|and\b|but\b)[\w'’-]+){0,6}(?::|,\s[–—]|,)?\s*")
_IS = re.compile(r"\s(?:is|was|are|were|had|has)\b")
_CRIES = re.compile(r"\b(?P<cue>[Cc]r(?:y|ies)|[Cc]hants?|[Ss]houts?|[Jj]eers|[Yy]ells|[Ss]creams)\sof\s$")
"""`to chants of `: a crowd's."""
_BEAT = re.compile(r"(?:(?:Then|And|But|Or|Later|Again)\b[\w\s,’']{0,30}|After an? (?:\w+ )?(?:pause|beat|moment)):\s*")
"""`Then, after a pause: `: whoever spoke before goes on."""
_SAYING = re.compile(r"\s(?:as\s)?(?P<cue>saying|telling|asking|shouting|yelling|say|tell|ask)\b")
_TAIL = 300
_HEAD = 600
"""Characters behind a quotation and before one in which its verb is looked for."""
_MAX_LEAD = 130
_ACCORDING_LEAD = 40


class Attribution:
    """Reads who speaks off the reporter's words round the quotations of one article."""

    def __init__(self, masked: str, people: People, discourse: Discourse, subjects: Subjects) -> None:
        self._text = masked
        self._people = people
        self._discourse = discourse
        self._subjects = subjects

    def behind(self, tail: Span) -> Voice | None:
        """`, said Mayor Elin Strand`, `, Strand told reporters`, `, according to X`, `, säger hon`."""
        tail = Span(tail.start, min(tail.end, tail.start + _TAIL))
        clause = tail.of(self._text)
        signed = _SIGNED.match(clause)
        if signed is not None:
            signers = self._people.within(Span(tail.start + signed.end(), tail.end))
            opens = bool(signers) and signers[0].span.start == tail.start + signed.end()
            return Voice(signers[0].person, "—") if opens else None
        according, first = ACCORDING.search(clause), CUE.search(clause)
        if according is not None and according.start() < min(_ACCORDING_LEAD, first.start() if first else _TAIL):
            return self._according(Span(tail.start + according.end(), tail.end), according["cue"])
        own_words = _WORDS_OF.match(clause)
        if own_words is not None:
            return self._owned(Span(tail.start, tail.start + own_words.end()), 0)
        if _OTHER_CLAUSE.match(clause):
            last = LAST_CLAUSE.search(clause)
            return self.behind(Span(tail.start + last.start(), tail.end)) if last else None
        for cue in CUE.finditer(clause):
            lead = Span(tail.start, tail.start + cue.start())
            words, participle = lead.of(self._text), cue["cue"].endswith("ing")
            if len(lead) > _MAX_LEAD:
                return None
            if words.endswith(" as "):
                return self._quoted_as(lead, cue["cue"])
            if re.search(r"\w", words):
                passive = PASSIVE.search(words) is not None and not participle
                subject = None if passive else self._subjects.before(lead, cue["cue"], lead.start)
            elif participle or cue["cue"] in _NEVER_INVERTED:
                return None
            else:
                passive = False
                subject = self._subjects.after(Span(tail.start + cue.end(), tail.end))
            if passive:
                continue
            if subject is not None and not self._is_noun(subject, cue["cue"]):
                return self._heard(Span(tail.start + cue.end(), tail.end)) or Voice(subject.person, cue["cue"])
        return None

    def _heard(self, behind: Span) -> Voice | None:
        """`, Roe recalled Berg saying`: Berg."""
        for mention in self._people.within(Span(behind.start, behind.start + 2)):
            saying = _SAYING.match(self._text, mention.span.end, behind.end)
            if saying is not None:
                return Voice(mention.person, saying["cue"])
        return None

    def ahead(self, head: Span, sentence_start: int) -> Voice | None:
        """`Strand said: `, `X emphasised cooperation, saying, `, `According to X, `, `Strand's promise to `."""
        head = Span(max(head.start, head.end - _HEAD), head.end)
        clause = head.of(self._text)
        if (crowd := _CRIES.search(clause)) is not None:
            return Voice(None, crowd["cue"])
        cues = list(LEADING_CUE.finditer(clause))
        for according in list(ACCORDING.finditer(clause))[-1:]:
            opens = head.start + according.start() == sentence_start
            nested = next(
                (voice for cue in cues if opens and (voice := self._leading(head, sentence_start, cue))), None
            )
            if nested is not None:
                return nested
            if opens or not cues or cues[-1].start() < according.start():
                return self._according(Span(head.start + according.end(), head.end), according["cue"])
        owned = self._owned(head, cues[-1].end() if cues else 0)
        if owned is not None:
            return owned
        for cue in reversed(cues):
            voice = self._leading(head, sentence_start, cue)
            if voice is not None:
                return voice
        passive = any(PASSIVE.search(clause, 0, cue.start()) for cue in cues)
        return self._colon(head, sentence_start) or (Voice(None, cues[-1]["cue"]) if passive else None)

    def _according(self, clause: Span, cue: str) -> Voice:
        return Voice(_person(self._subjects.after(clause, before_verb=self._subjects.swedish)), cue)

    def _leading(self, head: Span, sentence_start: int, cue: re.Match[str]) -> Voice | None:
        """What one verb before a quotation says of its speaker; None if it is not its verb."""
        at = head.start + cue.start()
        behind = Span(head.start + cue.end(), head.end)
        before = self._text[max(sentence_start, at - 40) : at]
        if _NEGATED.search(before):
            return Voice(None, cue["cue"])
        if before.endswith(" as "):
            return self._quoted_as(Span(sentence_start, at), cue["cue"])
        if PASSIVE.search(before) and not cue["cue"].endswith("ing"):
            by = re.search(r"\bby\s", behind.of(self._text))
            agent = self._subjects.after(Span(behind.start + by.end(), behind.end)) if by else None
            return Voice(_person(agent), cue["cue"]) if by else None
        lead = Span(head.start, at)
        empty = not re.search(r"\w", lead.of(self._text))
        if empty and sentence_start < head.start and self._text[sentence_start] != "\0":
            lead = Span(sentence_start, at)
        subject = self._subjects.before(lead, cue["cue"], sentence_start)
        swedish = self._subjects.swedish or is_swedish(cue["cue"])
        if (subject is None and (swedish or empty)) or (subject is not None and subject.person is None and swedish):
            subject = self._subjects.after(behind) or subject
        if subject is None or self._is_noun(subject, cue["cue"]):
            return None
        if subject.person is None and _WOULD.search(before):
            return None
        if cue["cue"] in _WRITTEN and _WORK_WRITTEN.match(behind.of(self._text)):
            return None
        if cue["cue"] in _REPORTED and subject.person and not self._people.is_person(subject.person):
            return Voice(None, cue["cue"])
        return Voice(subject.person, cue["cue"])

    def _quoted_as(self, clause: Span, cue: str) -> Voice | None:
        """`X was quoted as saying`: X. `Y quoted X as saying`: X too."""
        clause = Span(max(clause.start, clause.end - _HEAD), clause.end)
        quoted = _QUOTED_AS.search(clause.of(self._text))
        if quoted is None:
            return None
        at = clause.start + quoted.start()
        if PASSIVE.search(self._text[max(clause.start, at - 25) : at]):
            subject = self._subjects.before(Span(clause.start, at), cue, clause.start)
            return Voice(subject.person, cue) if subject else None
        mentions = self._people.within(Span(at, clause.end))
        return Voice(mentions[0].person if len(mentions) == 1 else None, cue)

    def _owned(self, head: Span, after: int) -> Voice | None:
        """`Roe's promise to `, `his claim that `: the owner, if no verb stands between."""
        clause = head.of(self._text)
        for noun in reversed(list(NOUN_CUE.finditer(clause, after))):
            owner = _OWNER.search(clause[max(0, noun.start() - 60) : noun.start()])
            if owner is None or not _TO_THE_QUOTATION.fullmatch(clause, noun.end()):
                continue
            if after and _IS.match(clause, noun.end()):
                continue
            at = head.start + max(0, noun.start() - 60) + owner.start()
            if owner["his"]:
                gender: Gender = "f" if owner["his"].casefold() in {"her", "hennes"} else "m"
                return Voice(self._discourse.antecedent(at, gender), noun["cue"])
            owners = [mention.person for mention in self._people.within(head) if mention.span.end == at]
            return Voice(owners[0] if owners else None, noun["cue"])
        return None

    def _colon(self, head: Span, sentence_start: int) -> Voice | None:
        """`Roe: `, and `Roe disputed that account: `."""
        if not head.of(self._text).rstrip().endswith(":"):
            return None
        if head.start == sentence_start and _BEAT.fullmatch(head.of(self._text)):
            return self._discourse.latest_voice()
        last = self._people.within(head)[-1:]
        opens = bool(last) and not re.search(r"[\w,]", self._text[head.start : last[0].span.start])
        acts = opens or (bool(last) and not is_oblique(self._text, last[0], head.start))
        if acts and last[0].person and re.fullmatch(r":\s*", self._text[last[0].span.end : head.end]):
            return Voice(last[0].person, ":") if opens or self._people.is_person(last[0].person) else None
        person = _person(self._subjects.leading(Span(sentence_start, head.end)))
        return Voice(person, ":") if person is not None and self._people.is_person(person) else None

    def _is_noun(self, subject: Subject, cue: str) -> bool:
        """Whether a word that may as well be a noun has nobody beside it to make it a verb."""
        return is_weak(cue) and (subject.person is None or not self._people.is_person(subject.person))


def _person(subject: Subject | None) -> Person | None:
    return subject.person if subject else None
