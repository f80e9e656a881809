"""What of a sentence can be checked by value against its source: figures, dates, names, offices, negation.

Used on a language model's paraphrase. What these checks cannot see, such as a verb turned into its opposite without a `not`, stays
unseen: a paraphrase is checked, not proved.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from corpus.article import Span
from corpus.callings import is_calling, is_role_word
from corpus.cues import CUE_EN, CUE_SV
from corpus.dates import MONTH, MONTHS
from index.lexical import FUNCTION_WORDS, stem, words
from index.quote_index import is_translated, same_office

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
    **dict.fromkeys(("kr", "sek", "krona", "kronor", "kronors", "krone", "kroner"), "krona"),
    **dict.fromkeys(("¥", "yen"), "yen"),
    **dict.fromkeys(("ruble", "rubles", "rubel"), "ruble"),
    **dict.fromkeys(("yuan", "renminbi"), "yuan"),
    **dict.fromkeys(("percentage point", "percentage points", "procentenhet", "procentenheter"), "percentage point"),
}
_SUMS = {"mkr": 10**6, "mnkr": 10**6, "msek": 10**6, "mdkr": 10**9, "tkr": 10**3}
_MEASURES = {
    form: unit
    for unit, forms in {
        "metre": "metre metres meter meters", "kilometre": "kilometre kilometres kilometer kilometers km", "foot": "feet foot fot",
        "year": "year years år års", "month": "month months månad månader månaders", "week": "week weeks vecka veckor veckors", "day": "day days dag dagar dagars",
        "hour": "hour hours timme timmar timmars", "minute": "minute minutes minut minuter minuters", "second": "second seconds sekund sekunder",
        "centimetre": "centimetre centimetres centimeter centimeters cm", "mile": "mile miles", "litre": "litre litres liter liters",
        "kilo": "kilo kilos kilogram kilograms kg", "tonne": "ton tons tonne tonnes", "hectare": "hectare hectares hektar",
    }.items()
    for form in forms.split()
}  # fmt: skip
_IN_OTHERS = {
    "centimetre": ("metre", Decimal("0.01")), "kilometre": ("metre", Decimal(1000)), "week": ("day", Decimal(7)),
    "hour": ("minute", Decimal(60)), "year": ("month", Decimal(12)), "tonne": ("kilo", Decimal(1000)),
}  # fmt: skip
"""Measures told in others: `2.7 metres` is `270 centimetres`."""
_NUMBER_WORDS = {
    form: Decimal(str(value))
    for value, forms in {
        2: "two två", 3: "three tre", 4: "four fyra", 5: "five fem", 6: "six sex", 7: "seven sju", 8: "eight åtta", 9: "nine nio",
        10: "ten tio", 11: "eleven elva", 12: "twelve tolv dozen dussin", 13: "thirteen tretton", 14: "fourteen fjorton",
        15: "fifteen femton", 16: "sixteen sexton", 17: "seventeen sjutton", 18: "eighteen arton", 19: "nineteen nitton",
        20: "twenty tjugo", 30: "thirty trettio", 40: "forty fyrtio", 50: "fifty femtio", 60: "sixty sextio", 70: "seventy sjuttio",
        80: "eighty åttio", 90: "ninety nittio", "0.5": "half hälften halv halva halvt", "0.25": "quarter quarters fjärdedel fjärdedelar",
        "0.333": "third thirds tredjedel tredjedelar tredje", "0.2": "fifth fifths femtedel femtedelar femte",
        "0.1": "tenth tenths tiondel tiondelar tionde",
    }.items()
    for form in forms.split()
}  # fmt: skip
"""A part is told by its name: `third` is .333 whether it counts or divides."""
_NUMBER_WORDS |= {
    f"{ten}{joint}{one}": tens + ones
    for ten, tens in tuple(_NUMBER_WORDS.items())
    if tens in range(20, 100, 10)
    for one, ones in (*_NUMBER_WORDS.items(), ("one", Decimal(1)), ("ett", Decimal(1)), ("en", Decimal(1)))
    if ones in range(1, 10)
    for joint in ("-", " ", "")
}
_NUMBER_WORDS |= {
    f"{form}{hundred}": value * 100
    for form, value in tuple(_NUMBER_WORDS.items())
    if value in range(2, 10)
    for hundred in ("hundra", " hundra", " hundred")
} | {"twice": Decimal(2), "dubbelt": Decimal(2), "double": Decimal(2), "doubled": Decimal(2)}
_CALENDAR = {
    form: day
    for row in (
        "monday måndag|tuesday tisdag|wednesday onsdag|thursday torsdag|friday fredag|saturday lördag|sunday söndag"
        "|january januari|february februari|april|june juni|july juli|august augusti|september|october oktober|november|december"
        "|spring våren|summer sommaren|autumn hösten|winter vintern"
        "|north northern norr norra|south southern söder södra|east eastern öster östra|west western väster västra"
    ).split("|")
    for day, *others in (row.split(),)
    for form in (day, *others)
}
"""Weekdays, months, seasons and quarters of the sky, save for those that are other words too: March, May, fall, vår."""


_NIGHT_BEFORE = re.compile(r"\bnatten (?:till|mot) (\w+?dag)(?:en|ens)?\b", re.IGNORECASE)


def _by_head(forms: Iterable[str]) -> str:
    """An alternation that is fast to leave: the forms under their first two letters, the longest first."""
    rests: dict[str, list[str]] = {}
    for form in sorted(forms, key=len, reverse=True):
        rests.setdefault(form[:2], []).append(re.escape(form[2:]))
    return "|".join(f"{head}(?:{'|'.join(rest)})" for head, rest in rests.items())


_ORDINALS = {
    form: day
    for day, forms in enumerate(
        (
            "first första", "second andra", "third tredje", "fourth fjärde", "fifth femte", "sixth sjätte", "seventh sjunde", "eighth åttonde",
            "ninth nionde", "tenth tionde", "eleventh elfte", "twelfth tolfte", "thirteenth trettonde", "fourteenth fjortonde",
            "fifteenth femtonde", "sixteenth sextonde", "seventeenth sjuttonde", "eighteenth artonde", "nineteenth nittonde",
            "twentieth tjugonde", "twenty-first tjugoförsta", "twenty-second tjugoandra", "twenty-third tjugotredje", "twenty-fourth tjugofjärde",
            "twenty-fifth tjugofemte", "twenty-sixth tjugosjätte", "twenty-seventh tjugosjunde", "twenty-eighth tjugoåttonde",
            "twenty-ninth tjugonionde", "thirtieth trettionde", "thirty-first trettioförsta",
        ),
        start=1,
    )
    for form in forms.split()
}  # fmt: skip
_SPRING = re.compile(r"(?:\b(?:in|of|until|since|i|till|sedan|late|early)|\d)\s(may|maj|march|mars)\b")
"""The months that are other words too, where they are months."""
_DATE = re.compile(
    rf"\b(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th|:?e|:?a)?\.? (?:of )?(?P<month>{MONTH})\b"
    rf"|(?P<month_first>{MONTH})\.? (?P<day_after>\d{{1,2}})(?:st|nd|rd|th)?\b(?! ?(?:{'|'.join(_SCALES)}))"
    r"|\b(?:19|20)\d\d-(?P<month_iso>0[1-9]|1[0-2])-(?P<day_iso>\d\d)\b"
    rf"|\b(?:{_by_head(_ORDINALS)})(?: of)? (?:{MONTH})\b"
    r"|(?<![\d/-])(?P<day_slash>[12]?\d|3[01])/(?P<month_slash>1[0-2]|[1-9])(?![\d/]))",
    re.IGNORECASE,
)
_FIGURE = re.compile(
    r"(?P<before>us\$|[$€£¥]|\b(?:sek|usd|eur|gbp|kr)(?=[ \d]))? ?(?P<number>\d{1,3}(?:[ .,]\d{3})+(?:[.,]\d+)?(?!\d)|\d+(?:[.,:]\d+)?"
    rf"|\b(?:{_by_head(_NUMBER_WORDS)})(?:tal(?:et)?)?\b)"
    r"(?:(?:[ -]?|(?: of)? an? | en )(?P<scale>"
    + "|".join(sorted(_SCALES, key=len, reverse=True))
    + r"|(?(before)mn?|(?!))|(?<=\d)k)\b\.?)?(?:[ -]?(?P<after>[ap]\.?m\b\.?|%|(?:us )?(?:"
    + "|".join(sorted((unit for unit in _UNITS | _MEASURES | _SUMS if unit[0].isalpha()), key=len, reverse=True))
    + r")\b))?",
    re.IGNORECASE,
)
_PERIODS = {
    form: period
    for period, forms in {
        "year": "annual annually yearly årlig årliga årligt årligen året", "month": "monthly månatlig månatligen månaden",
        "week": "weekly veckovis veckan", "day": "daily daglig dagliga dagligen dagen", "hour": "hourly timmen",
    }.items()
    for form in forms.split()
}  # fmt: skip
_RATE = re.compile(r"\b(?:an?|per|each|every|varje|om) (" + "|".join((*_MEASURES, *_PERIODS)) + r")\b")
_NAME = re.compile(r"[^\W\d_](?:[\w'’&-]|\.(?=\w))*")
_NEGATION = re.compile(
    r"\b(?:not|never|no|nor|neither|none|nobody|nothing|without|cannot|hardly|barely|scarcely|unlikely|fail(?:s|ed)?|refus(?:es|ed|e)"
    r"|den(?:y|ies|ied)|reject(?:s|ed)?|inte|icke|ej|nej|aldrig|ingen|inget|inga|varken|utan|knappast|vägra(?:r|de)?|neka(?:r|de)?|avslog"
    r"|förneka(?:r|de)?)\b|n['’]t\b",
    re.IGNORECASE,
)


def word_list(listed: str) -> re.Pattern[str]:
    """Finds the words of a list in which `*` stands for any ending and `_` for a space."""
    forms = (re.escape(form).replace(r"\*", r"\w*").replace("_", " ") for form in listed.split())
    return re.compile(rf"\b(?:{'|'.join(forms)})\b", re.IGNORECASE)


_GRAVE = tuple(
    word_list(row)
    for row in (
        "die dies died dead death* kill* murder* fatal* drown* dog dör dött döda* död dödlig* mörd* mord* omkom* drunkna*",
        "arrest* detained jail* imprison* grips gripen greps gripit häkta* fängsla* fängelse*", "stole stolen steal* theft rob* stal stjäl* stulit stöld* rån*",
        "fraud* embezzl* brib* corrupt* bedräg* förskingra* mut* korrupt*", "rape* assault* abus* våldt* överfall* misshand* övergrepp*",
        "resign* quit step*_down avgå* avgick avgång*", "fired sacked dismissed avskeda* sparka* sparken", "convict* guilty sentenced döms dömts dömdes fälld*",
        "burn* fire blaze brann brinn* brunnit brand bränd*", "sank sink* sunk capsiz* sjönk sjunk* kapsejs* förlis*", "crash* collaps* explo* krasch* kollaps* rasa*",
        "cancer* epidem* poison* gift* förgift*", "drunk* drug* berusad* drog* narkotika", "threat* blackmail* hot hota* utpress*",
        "lied liar ljög ljuger lögn*", "bankrupt* konkurs*", "gangster* criminal* murderer* terrorist* kriminell* brottsling*", "war* krig*",
    )
)  # fmt: skip
"""What does harm if it is untrue must be told by the source in such a word: one kind a row."""
_COMMON = re.compile(r"\w{2,}(?:s|ly|ing|ed|ion|ment|ness|ity|et|en|an|na|ar|or|er|het|ning|ade)")
_NEUTER = re.compile(r"\w{3,}(?:et|erna|arna|orna)")
_DEFINITE = re.compile(r"\w{3,}(?:en|et|an|erna|arna)")
_FIRST = re.compile(
    rf"\W*(?P<word>[^\W_]+)[\w'’-]*(?P<says>,? (?:{CUE_EN}|{CUE_SV})\b)?(?P<office> [a-zåäö]+(?:er|or|man|ssioner|chair|leader)\b)?"
)
"""The first word of a sentence, and whether a verb of saying or an office follows it."""
_SAME_NAMES = tuple(
    frozenset(row.split())
    for row in (
        "us u.s usa united states america american americans amerika förenta staterna amerikansk amerikanska amerikanske",
        "eu european union europe europa europeisk europeiska unionen", "un u.n united nations fn förenta nationerna",
        "uk u.k britain british storbritannien brittisk brittiska", "china chinese kina kinas kinesisk kinesiska kinesiske",
        "japan japanese japansk japanska japanske", "russia russian ryssland rysk ryska ryske",
        "germany german tyskland tysk tyska tyske", "france french frankrike fransk franska franske", "sweden swedish sverige svensk svenska svenske",
        "norway norwegian norge norsk norska norske", "denmark danish danmark dansk danska danske", "finland finnish finsk finska finske",
        "spain spanish spanien spansk spanska", "italy italian italien italiensk italienska", "ukraine ukrainian ukraina ukrainsk ukrainska",
        "poland polish polen polsk polska", "greece greek grekland grekisk grekiska", "turkey turkish turkiet turkisk turkiska",
        "canada canadian kanada kanadensisk kanadensiska", "korea korean sydkorea koreansk koreanska", "iran iranian iransk iranska",
        "gothenburg göteborg", "copenhagen köpenhamn", "beijing peking", "moscow moskva", "brussels bryssel",
    )
)  # fmt: skip
"""Names of countries and peoples, English and Swedish, with what stands for them in the news."""
_POSSESSIVES = ("", "s", "'s", "’s")
_INFLECTIONS = (*_POSSESSIVES, *"n en ns ens a e an ans ese ish sk ska skt ske".split())
"""What may differ between a name and its mention: `Horii` and `Horiis`, `Japan` and `Japanese`, `Sundhamra` and `Sundhamras`."""

_OPENERS = frozenset(
    """about according additionally almost although approximately around as because both by despite during each every finally
    for further furthermore he her his however instead it its later moreover nearly no officials one only overall people recently
    researchers several she similarly since some that their there therefore these they this those though through thus today under until
    what when while with yes alla bara båda cirka därför däremot dessutom enligt flera forskare genom han hans hennes hon idag ja knappt
    men fullmäktige kommunfullmäktige myndigheter nej nyligen nästan omkring senare slutligen sedan somliga trots totalt ungefär vissa även är återigen
    """.split()
)
"""Words that may open a sentence without standing in its source. Any other must stand there: it might be a name."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A number by value. `unit` is a currency, `%`, a measure, `date` (value: month * 100 + day) or None; `text` is how it is written, at `span`.

    `scale` is the million of `3 million`, which counts in `value`.
    """

    value: Decimal
    unit: str | None
    text: str
    span: Span
    scale: int = 1

    @property
    def _measured(self) -> tuple[str, Decimal] | None:
        unit, size = _IN_OTHERS.get(self.unit or "", (self.unit, Decimal(1)))
        return (unit, self.value * size) if unit in _MEASURES.values() and unit is not None else None

    def stated_by(self, others: Collection[Figure]) -> bool:
        """Whether one of `others` has this value and unit. A measure may go unnamed there (`a two-day meeting`), a currency where
        another sum is in it (`418 million kronor, a deficit of 6.2 million`), and so may a scale (`47 million, eight more`)."""
        free = {self.unit, None} if self.unit in _MEASURES.values() else {self.unit}
        alike = {(one.unit, one.scale) for one in others}
        elided = any(self.scale == scale and self.unit in {unit, None} for unit, scale in alike)
        return any(
            (self._measured is not None and self._measured == other._measured)
            or (self.value == other.value and (other.unit in free or (self.unit is None and other.unit != "date")))
            or (self.value == other.value and other.unit is None and (self.unit, max(2, other.scale)) in alike)
            or (
                self.scale > 1 and self.value == other.value * self.scale and other.unit in {self.unit, None} and elided
            )
            for other in others
        )


@lru_cache(maxsize=2_000)
def figures(text: str) -> tuple[Figure, ...]:
    """Every number, amount, share and day of the year in `text`, in digits or in plain words, by value.

    `$12 billion` and `12 miljarder dollar` are the same figure, and so are `4 February` and `den 4 februari`.
    """
    flat = re.sub(r"\s", " ", text)
    found: list[Figure] = []

    def day(match: re.Match[str]) -> str:
        groups = {key: name for key, name in match.groupdict().items() if name}
        if not groups:
            ordinal, *_, last = match[0].casefold().split()
            groups = {"day": str(_ORDINALS[ordinal]), "month": last}
        month = next(
            int(name) if name.isdigit() else MONTHS[name.casefold()] for key, name in groups.items() if "month" in key
        )
        number = next(int(name) for key, name in groups.items() if "day" in key)
        found.append(Figure(Decimal(month * 100 + number), "date", match[0], Span(*match.span())))
        return " " * len(match[0])

    for match in _FIGURE.finditer(_DATE.sub(day, flat)):
        scale = _SCALES.get(
            (match["scale"] or "").casefold(),
            {"k": 10**3}.get((match["scale"] or "").casefold(), 10**6) if match["scale"] else 1,
        )
        unit = (match["before"] or match["after"] or "").casefold().removeprefix("us ").replace(".", "")
        if unit in _SUMS:
            unit, scale = "kr", _SUMS[unit]
        value = _value(match["number"]) * scale
        if unit == "pm" and value < 12:
            value += 12
        found.append(Figure(value, (_UNITS | _MEASURES).get(unit), match[0].strip(), Span(*match.span()), scale))
    return tuple(found)


def _value(written: str) -> Decimal:
    """`1,204`, `1 204` and `1.204` are whole; `2.5` and `2,5` are not; `10:30` is 10.30."""
    word = re.sub(r"(?<=\D)tal(?:et)?$", "", written.casefold())
    if word in _NUMBER_WORDS:
        return _NUMBER_WORDS[word]
    whole = re.fullmatch(r"(\d{1,3}(?:[ .,]\d{3})+)(?:[.,](\d+))?", written)
    if whole is not None:
        return Decimal(re.sub(r"[ .,]", "", whole[1]) + (f".{whole[2]}" if whole[2] else ""))
    return Decimal(re.sub(r"[,:]", ".", written))


def calendar(text: str) -> set[str]:
    """The weekdays, months, seasons and directions that `text` names, in English."""
    spring = {word.replace("maj", "may").replace("mars", "march") for word in _SPRING.findall(text.casefold())}
    return spring | {day for word in re.findall(r"[^\W\d_]+", text.casefold()) if (day := _day(word)) is not None}


def _evening(text: str) -> str:
    """The text with the day that a night begins on: `natten till måndag` is Sunday night."""
    week = [form for form in _CALENDAR if form.endswith("dag")]
    return _NIGHT_BEFORE.sub(lambda night: f"natten {week[week.index(night[1].casefold()) - 1]}", text)


def _day(word: str) -> str | None:
    """`måndagens` and `monday` are Monday."""
    form = next((form for form in _CALENDAR if form.endswith("dag") and word.startswith(form)), word)
    return _CALENDAR.get(form)


def names(text: str) -> Iterator[str]:
    """Capitalised words past the first one, and the first too where another follows it: `Elon Musk`. Offices and days are none."""
    found = list(_NAME.finditer(text))
    for place, match in enumerate(found):
        word = re.sub(r"['’]s$", "", match[0])
        bare = word.casefold()
        if not word[0].isupper() or len(word) < 2 or bare in FUNCTION_WORDS or is_role_word(word):
            continue
        if bare in _UNITS or _day(bare) is not None or (place == 0 and bare in _OPENERS):
            continue
        following = found[place + 1][0] if place + 1 < len(found) else ""
        if place > 0 or (
            not _DEFINITE.fullmatch(bare)
            and following[:1].isupper()
            and text[match.end() : found[place + 1].start()] == " "
        ):
            yield word


def unstated(claim: str, stated: str, context: str = "", *, translated: bool = False) -> str | None:
    """The first figure, day, name or office of `claim` that `stated` does not hold, as a reason; None if it holds them all.

    Names may stand in `context` instead. In a `translated` claim an office that no table translates is let by.
    """
    known = figures(stated)
    for figure in figures(claim):
        if not figure.stated_by(known):
            return f"the cited words do not state {figure.text!r}"
    for day in sorted(calendar(_evening(claim)) - calendar(f"{stated}\n{_evening(stated)}")):
        return f"the cited words do not state {day!r}"
    if (name := unnamed(claim, f"{stated}\n{context}")) is not None:
        return f"the cited words do not name {name!r}"
    stated_words = words(stated)
    opening = next(iter(words(claim)), "")
    if opening and not _plain_opening(claim) and _stems(opening).isdisjoint(_stems(*stated_words, *words(context))):
        return f"the cited words do not hold {opening!r}"
    for word in words(claim):
        if (
            is_role_word(word)
            and word not in _NUMBER_WORDS
            and not (translated and not is_translated(word))
            and not any(same_office(word, other) for other in stated_words)
        ):
            return f"the cited words do not state the office {word!r}"
    return None


def _plain_opening(text: str) -> bool:
    """Whether the first word of `text` can be no name: a small word, a number, an office, a day, or one with a common word's ending."""
    match = _FIRST.match(text)
    if match is None:
        return True
    bare = match["word"].casefold()
    plain = bare in FUNCTION_WORDS | _OPENERS or _day(bare) is not None or is_role_word(bare) or is_calling(bare)
    counted = any(figure.span.start <= match.start("word") < figure.span.end for figure in figures(text))
    common = _COMMON if match["says"] is None else _NEUTER
    return plain or counted or common.fullmatch(bare) is not None or match["office"] is not None


def grave(claim: str, stated: str) -> str | None:
    """The first word of crime, death or disaster in `claim` for which `stated` has none of its kind."""
    for pattern in _GRAVE:
        found = pattern.search(claim)
        if found is not None and not pattern.search(stated):
            return f"the cited words do not say {found[0]!r}"
    return None


def rates(text: str) -> set[str]:
    """`year` for `£1.3 million a year`, `om året`, `annually`."""
    spelled = {_MEASURES.get(word, _PERIODS.get(word, "")) for word in _RATE.findall(text.casefold())}
    return spelled | {_PERIODS[word] for word in re.findall(r"\w+", text.casefold()) if word in _PERIODS} - {""}


def unnamed(claim: str, stated: str) -> str | None:
    """The first name of `claim` that `stated` does not hold."""
    held = _name_words(stated)
    return next((name for name in names(claim) if not _named(name, held)), None)


def _name_words(text: str) -> set[str]:
    return {match[0].casefold() for match in _NAME.finditer(text)}


def _named(name: str, held: set[str]) -> bool:
    bare = name.casefold()
    return any(_inflected(bare, word) for word in held) or any(
        any(_inflected(bare, form) for form in row) and any(_inflected(form, word) for form in row for word in held)
        for row in _SAME_NAMES
    )


def _stems(*tokens: str) -> frozenset[str]:
    return frozenset((*tokens, *stem(tokens, "en"), *stem(tokens, "sv")))


def _inflected(name: str, word: str) -> bool:
    shorter, longer = sorted((name.replace(".", ""), word.replace(".", "")), key=len)
    endings = _INFLECTIONS if len(shorter) > 2 else _POSSESSIVES
    return longer.startswith(shorter) and longer[len(shorter) :] in endings


def negated(text: str) -> bool:
    """Whether `text` holds a negation, English or Swedish."""
    return _NEGATION.search(text) is not None


def without_names(text: str) -> str:
    """The words of `text` that have no capital."""
    return " ".join(word for word in text.split() if not word[0].isupper())


def shared_words(claim: str, stated: str) -> float:
    """The share (0-1) of the claim's content words whose stem `stated` holds; 1 if it has none."""
    wanted = [word for word in words(claim) if word not in FUNCTION_WORDS]
    held = _stems(*words(stated))
    return sum(not _stems(word).isdisjoint(held) for word in wanted) / len(wanted) if wanted else 1.0
