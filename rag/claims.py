"""What of a sentence can be checked by value against its source: figures, dates, names, offices, negation.

Used on a language model's paraphrase. What these checks cannot see, such as a verb turned into its opposite without a `not`, stays
unseen: a paraphrase is checked, not proved.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from decimal import Decimal

from corpus.dates import MONTH, MONTHS
from corpus.people import is_role_word
from index.lexical import FUNCTION_WORDS, stem, words
from index.quote_index import same_office

_SCALES = {
    **dict.fromkeys(("hundred", "hundra"), 10**2),
    **dict.fromkeys(("thousand", "tusen"), 10**3),
    **dict.fromkeys(("million", "millions", "miljon", "miljoner", "milj"), 10**6),
    **dict.fromkeys(("billion", "billions", "bn", "miljard", "miljarder", "mdr"), 10**9),
    **dict.fromkeys(("trillion", "trillions", "biljon", "biljoner"), 10**12),
}
_UNITS = {
    **dict.fromkeys(("%", "percent", "procent", "per cent"), "%"),
    **dict.fromkeys(("$", "us$", "usd", "dollar", "dollars"), "dollar"),
    **dict.fromkeys(("€", "eur", "euro", "euros"), "euro"),
    **dict.fromkeys(("£", "gbp", "pound", "pounds", "pund"), "pound"),
    **dict.fromkeys(("kr", "sek", "krona", "kronor", "kronors"), "krona"),
    **dict.fromkeys(("¥", "yen"), "yen"),
    **dict.fromkeys(("ruble", "rubles", "rubel"), "ruble"),
    **dict.fromkeys(("yuan", "renminbi"), "yuan"),
    **dict.fromkeys(("percentage point", "percentage points", "procentenhet", "procentenheter"), "percentage point"),
}
_MEASURES = {
    form: unit
    for unit, forms in {
        "metre": "metre metres meter meters", "kilometre": "kilometre kilometres kilometer kilometers km", "foot": "feet foot fot",
        "year": "year years år", "month": "month months månad månader", "week": "week weeks vecka veckor", "day": "day days dag dagar",
        "hour": "hour hours timme timmar", "minute": "minute minutes minut minuter",
    }.items()
    for form in forms.split()
}  # fmt: skip
_NUMBER_WORDS = {
    form: Decimal(str(value))
    for value, forms in {
        2: "two två", 3: "three tre", 4: "four fyra", 5: "five fem", 6: "six sex", 7: "seven sju", 8: "eight åtta", 9: "nine nio",
        10: "ten tio", 11: "eleven elva", 12: "twelve tolv dozen dussin", 13: "thirteen tretton", 14: "fourteen fjorton",
        15: "fifteen femton", 16: "sixteen sexton", 17: "seventeen sjutton", 18: "eighteen arton", 19: "nineteen nitton",
        20: "twenty tjugo", 30: "thirty trettio", 40: "forty fyrtio", 50: "fifty femtio", 60: "sixty sextio", 70: "seventy sjuttio",
        80: "eighty åttio", 90: "ninety nittio", "0.5": "half hälften",
    }.items()
    for form in forms.split()
}  # fmt: skip
_CALENDAR = {
    form: day
    for row in (
        "monday måndag|tuesday tisdag|wednesday onsdag|thursday torsdag|friday fredag|saturday lördag|sunday söndag"
        "|january januari|february februari|april|june juni|july juli|august augusti|september|october oktober|november|december"
        "|spring våren|summer sommaren|autumn hösten|winter vintern"
    ).split("|")
    for day, *others in (row.split(),)
    for form in (day, *others)
}
"""Weekdays, months and seasons, save for those that are other words too: March, May, fall, vår."""
_DATE = re.compile(
    rf"\b(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th|:?e|:?a)?\.? (?:of )?(?P<month>{MONTH})\b"
    rf"|(?P<month_first>{MONTH})\.? (?P<day_after>\d{{1,2}})(?:st|nd|rd|th)?\b(?! ?(?:{'|'.join(_SCALES)})))",
    re.IGNORECASE,
)
_FIGURE = re.compile(
    r"(?P<before>us\$|[$€£¥])? ?(?P<number>\d{1,3}(?:[ .,]\d{3})+(?:[.,]\d+)?(?!\d)|\d+(?:[.,:]\d+)?|\b(?:"
    + "|".join(_NUMBER_WORDS)
    + r")\b)(?:[ -]?(?P<scale>"
    + "|".join(sorted(_SCALES, key=len, reverse=True))
    + r")\b\.?)?(?:[ -]?(?P<after>%|(?:us )?(?:"
    + "|".join(sorted((unit for unit in _UNITS | _MEASURES if unit[0].isalpha()), key=len, reverse=True))
    + r")\b))?",
    re.IGNORECASE,
)
_NAME = re.compile(r"[^\W\d_](?:[\w'’&-]|\.(?=\w))*")
_NEGATION = re.compile(
    r"\b(?:not|never|no|nor|neither|none|nobody|nothing|without|cannot|hardly|barely|scarcely|unlikely|fail(?:s|ed)?|refus(?:es|ed|e)"
    r"|den(?:y|ies|ied)|reject(?:s|ed)?|inte|icke|ej|nej|aldrig|ingen|inget|inga|varken|utan|knappast|vägra(?:r|de)?|neka(?:r|de)?|avslog"
    r"|förneka(?:r|de)?)\b|n['’]t\b",
    re.IGNORECASE,
)
_POSSESSIVES = ("", "s", "'s", "’s")
_INFLECTIONS = (*_POSSESSIVES, *"n en ns ens a e an ans ese ish sk ska skt ske".split())
"""What may differ between a name and its mention: `Horii` and `Horiis`, `Japan` and `Japanese`, `Sundhamra` and `Sundhamras`."""

_OPENERS = frozenset(
    """about according additionally almost although approximately around as because both by despite during each every finally
    for further furthermore he her his however instead it its later moreover nearly no officials one only overall people recently
    researchers several she similarly since some that their there therefore these they this those though through thus today under until
    what when while with yes alla bara båda cirka därför däremot dessutom enligt flera forskare genom han hans hennes hon idag ja knappt
    men myndigheter nej nyligen nästan omkring senare slutligen sedan somliga trots totalt ungefär vissa även är återigen
    """.split()
)
"""Words that may open a sentence without standing in its source. Any other must stand there: it might be a name."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A number by value. `unit` is a currency, `%`, a measure, `date` (value: month * 100 + day) or None; `text` is how it is written."""

    value: Decimal
    unit: str | None
    text: str

    def stated_by(self, others: Collection[Figure]) -> bool:
        """Whether one of `others` has this value and unit. A measure may go unnamed there (`a two-day meeting`), a currency may not."""
        free = {self.unit, None} if self.unit in _MEASURES.values() else {self.unit}
        return any(
            self.value == other.value and (other.unit in free or (self.unit is None and other.unit != "date"))
            for other in others
        )


def figures(text: str) -> list[Figure]:
    """Every number, amount, share and day of the year in `text`, in digits or in plain words, by value.

    `$12 billion` and `12 miljarder dollar` are the same figure, and so are `4 February` and `den 4 februari`.
    """
    flat = re.sub(r"\s", " ", text)
    found: list[Figure] = []

    def day(match: re.Match[str]) -> str:
        month = MONTHS[(match["month"] or match["month_first"]).casefold()]
        found.append(Figure(Decimal(month * 100 + int(match["day"] or match["day_after"])), "date", match[0]))
        return " " * len(match[0])

    flat = _DATE.sub(day, flat)
    for match in _FIGURE.finditer(flat):
        scale = _SCALES[match["scale"].casefold()] if match["scale"] else 1
        unit = (match["before"] or match["after"] or "").casefold().removeprefix("us ")
        found.append(Figure(_value(match["number"]) * scale, (_UNITS | _MEASURES).get(unit), match[0].strip()))
    return found


def _value(written: str) -> Decimal:
    """`1,204`, `1 204` and `1.204` are whole; `2.5` and `2,5` are not; `10:30` is 10.30."""
    if written.casefold() in _NUMBER_WORDS:
        return _NUMBER_WORDS[written.casefold()]
    whole = re.fullmatch(r"(\d{1,3}(?:[ .,]\d{3})+)(?:[.,](\d+))?", written)
    if whole is not None:
        return Decimal(re.sub(r"[ .,]", "", whole[1]) + (f".{whole[2]}" if whole[2] else ""))
    return Decimal(re.sub(r"[,:]", ".", written))


def calendar(text: str) -> set[str]:
    """The weekdays, months and seasons that `text` names, in English."""
    found = set()
    for word in re.findall(r"[^\W\d_]+", text.casefold()):
        weekday = next((form for form in _CALENDAR if form.endswith("dag") and word.startswith(form)), word)
        if weekday in _CALENDAR:
            found.add(_CALENDAR[weekday])
    return found


def names(text: str) -> Iterator[str]:
    """Capitalised words past the first one, and the first too where another follows it: `Elon Musk`. Offices and days are none."""
    found = list(_NAME.finditer(text))
    for place, match in enumerate(found):
        word = re.sub(r"['’]s$", "", match[0])
        bare = word.casefold()
        if not word[0].isupper() or len(word) < 2 or bare in FUNCTION_WORDS or bare in _CALENDAR or is_role_word(word):
            continue
        following = found[place + 1][0] if place + 1 < len(found) else ""
        if place > 0 or (following[:1].isupper() and text[match.end() : found[place + 1].start()] == " "):
            yield word


def unstated(claim: str, stated: str) -> str | None:
    """The first figure, day, name or office of `claim` that `stated` does not hold, as a reason; None if it holds them all."""
    known = figures(stated)
    for figure in figures(claim):
        if not figure.stated_by(known):
            return f"the cited words do not state {figure.text!r}"
    for day in sorted(calendar(claim) - calendar(stated)):
        return f"the cited words do not state {day!r}"
    if (name := unnamed(claim, stated)) is not None:
        return f"the cited words do not name {name!r}"
    stated_words = words(stated)
    opening = next(iter(words(claim)), "")
    if opening and opening not in FUNCTION_WORDS | _OPENERS and _stems(opening).isdisjoint(_stems(*stated_words)):
        return f"the cited words do not hold {opening!r}"
    for word in words(claim):
        if (
            is_role_word(word)
            and word not in _NUMBER_WORDS
            and not any(same_office(word, other) for other in stated_words)
        ):
            return f"the cited words do not state the office {word!r}"
    return None


def unnamed(claim: str, stated: str) -> str | None:
    """The first name of `claim` that `stated` does not hold."""
    held = {match[0].casefold() for match in _NAME.finditer(stated)}
    return next((name for name in names(claim) if not any(_inflected(name.casefold(), word) for word in held)), None)


def _stems(*tokens: str) -> frozenset[str]:
    return frozenset((*tokens, *stem(tokens, "en"), *stem(tokens, "sv")))


def _inflected(name: str, word: str) -> bool:
    shorter, longer = sorted((name.replace(".", ""), word.replace(".", "")), key=len)
    endings = _INFLECTIONS if len(shorter) > 2 else _POSSESSIVES
    return longer.startswith(shorter) and longer[len(shorter) :] in endings


def negated(text: str) -> bool:
    """Whether `text` holds a negation, English or Swedish."""
    return _NEGATION.search(text) is not None


def shared_words(claim: str, stated: str) -> float:
    """The share (0-1) of the claim's content words whose stem `stated` holds; 1 if it has none."""
    wanted = [word for word in words(claim) if word not in FUNCTION_WORDS]
    held = _stems(*words(stated))
    return sum(not _stems(word).isdisjoint(held) for word in wanted) / len(wanted) if wanted else 1.0
