"""Words to stems, for the BM25 lists that SQLite's FTS5 keeps and for counting shared words."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from functools import cache
from typing import Any

from index.bilingual import other_names

_WORD = re.compile(r"([^\W_]+)(?:['’][^\W_]+)?")
_SNOWBALL = {
    "en": "english",
    "sv": "swedish",
    "no": "norwegian",
    "da": "danish",
    "de": "german",
    "fr": "french",
    "es": "spanish",
    "fi": "finnish",
}
MOST_ROWS = 20_000
"""Rows whose BM25 is computed for one list of one question: about 10 ms. Of 100 questions put to 100,000 chunks, the first hit is that of
all rows for 97 (90 with 10,000 rows, 80 with 5,000, 70 with 2,500); of 1,500 chunks no question was seen to have so many."""
FUNCTION_WORDS = frozenset(
    """
    a an the this that these those what which who whom whose when where why how is are was were be been being am do does did done has
    have had having will would can could shall should may might must of in on at by for to from with about into over under between and or
    but not no nor so than then there here it its he she they them his her their him we our us you your i me my as if up out off also
    s t say says said tell told much many any some all more most other such only own same too very just because while during before after
    please thanks
    vad vem vems vilka vilken vilket vilkas när var vart hur varför är var vara varit blev blir bli har hade ha ska skall skulle kan kunde
    kunna må måste vill ville av i på vid för till från med om ur över under mellan och eller men inte nej ja så än då där här det den de
    dem dess deras han hon hans hennes honom henne vi oss vår vårt våra ni er ert era du din ditt dina jag mig min mitt mina sig sin sitt
    sina som ett en att denna detta dessa man också bara mycket många några något någon ingen inga alla allt mer mest andra annan samma
    sa sade säger sagt säga snälla tack
    """.split()
)


@cache
def _stemmer(language: str) -> Any:
    import Stemmer

    return Stemmer.Stemmer(_SNOWBALL[language])


def words(text: str) -> list[str]:
    """The words of `text`, case folded, possessive endings cut, diacritics kept."""
    return [word.casefold() for word in _WORD.findall(text)]


def name_words(text: str) -> list[str]:
    """The words of a name or an office: `J.D. Vance` has two."""
    return words(re.sub(r"(?<=\b[A-Z])\.", "", text))


def surname(name: str) -> str:
    """The last word of a name, empty if it has none."""
    return (name_words(name) or [""])[-1]


def spaced(office: str | None) -> str:
    """The words of an office with a space between them, nothing for None."""
    return " ".join(name_words(office or ""))


def stem(tokens: Iterable[str], language: str | None) -> list[str]:
    """Snowball stems in `language`; English where it is unknown or has no stemmer."""
    stems: list[str] = _stemmer(language if language in _SNOWBALL else "en").stemWords(list(tokens))
    return stems


def content_stems(text: str) -> list[tuple[str, frozenset[str]]]:
    """The words of a question that carry content, each with its stems in English and Swedish; of China with Kina's."""
    return [(word, stems_of(word)) for word in words(text) if word not in FUNCTION_WORDS]


def stems_of(word: str) -> frozenset[str]:
    """The stems of a case folded word in English and Swedish, and those of a country's other names."""
    known = [word, *sorted(other_names(word))]
    return frozenset(stem(known, "en") + stem(known, "sv"))


def query_stems(text: str) -> set[str]:
    """The stems that `text` is searched by: of its content words in English and Swedish, of all its words if it has none."""
    return {form for _, forms in content_stems(text) for form in forms} or {
        form for language in ("en", "sv") for form in stem(words(text), language)
    }


def fts_query(stems: Collection[str], frequencies: Mapping[str, int] | None = None) -> str | None:
    """An FTS5 query that matches any of the stems; None if there is none.

    With `frequencies`, in how many rows each stem stands, the commonest stems are left out (`rarest`).
    """
    kept = stems if frequencies is None else rarest({form: frequencies[form] for form in stems}, MOST_ROWS)
    return " OR ".join(f'"{form}"' for form in sorted(kept)) or None


def phrase_query(text: str) -> str | None:
    """An FTS5 query that matches the words of `text` one after another, the last perhaps cut, in the stemming of any language; None if
    it has no word."""
    phrases = {" ".join(stem(words(text), language)) for language in _SNOWBALL}
    return " OR ".join(f'"{phrase}" *' for phrase in sorted(phrases) if phrase) or None


def rarest(frequencies: Mapping[str, int], most_rows: int) -> list[str]:
    """The rarest stems, as many as stand in at most `most_rows` rows together; at least one that stands anywhere."""
    kept: list[str] = []
    rows = 0
    for form in sorted(frequencies, key=lambda form: (frequencies[form], form)):
        if rows and rows + frequencies[form] > most_rows:
            break
        rows += frequencies[form]
        kept.append(form)
    return kept
