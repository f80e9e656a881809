"""Countries and what is theirs, by every name that English and Swedish have for them: China, Kina, Chinese, kinesiska.

From Unicode's Common Locale Data Repository (cldr.unicode.org), as Babel carries it: names of territories, and of the official languages
that are named after them. Names of two words and more are left out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import cache

_ALIKE = 2
"""Letters that a country and its language begin with in English: China and Chinese, but not Austria and German."""


def other_names(word: str) -> frozenset[str]:
    """The other names of what a case folded word names, perhaps in a Swedish genitive; none of a word that names no country.

    >>> sorted(other_names("kinas"))
    ['china', 'chinese', 'kinesiska']
    """
    names = _names()
    return names.get(word) or names.get(word.removesuffix("s")) or frozenset()


@cache
def _names() -> Mapping[str, frozenset[str]]:
    from babel import Locale
    from babel.languages import get_official_languages

    english, swedish = Locale("en"), Locale("sv")
    groups = defaultdict[str, set[str]](set)
    for code in english.territories:
        country = english.territories[code]
        official = {name.partition("_")[0] for name in get_official_languages(str(code), de_facto=True)}
        spoken = [name for name in official if english.languages.get(name, "")[:_ALIKE] == country[:_ALIKE]]
        named = [country, swedish.territories.get(code, "")]
        named += [locale.languages.get(name, "") for name in spoken for locale in (english, swedish)]
        group = {name.casefold() for name in named if name.isalpha()}
        for name in group:
            groups[name] |= group - {name}
    return {name: frozenset(others) for name, others in groups.items() if others}
