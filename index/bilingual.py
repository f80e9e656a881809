"""Countries, and what is named after them, that English and Swedish call by different words: China and Kina, Chinese and kinesiska.

From Unicode's Common Locale Data Repository (cldr.unicode.org), as Babel carries it. Names of two words and more are left out, and
languages without a code of two letters, whose names are words of everyday besides.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache


def other_name(word: str) -> str | None:
    """What the other of the two languages says for a case folded word, perhaps a Swedish genitive; None if it says the same, or is not
    known to differ.

    >>> other_name("kinas"), other_name("chinese"), other_name("japan")
    ('china', 'kinesiska', None)
    """
    return _names().get(word) or _names().get(word.removesuffix("s"))


@cache
def _names() -> Mapping[str, str]:
    from babel import Locale

    english, swedish = Locale("en"), Locale("sv")
    names: dict[str, str] = {}
    for ours, theirs in ((english.languages, swedish.languages), (english.territories, swedish.territories)):
        codes = [code for code in ours.keys() & theirs.keys() if len(code) == 2]
        pairs = [(ours[code].casefold(), theirs[code].casefold()) for code in codes]
        for one, other in sorted(pairs):
            if one != other and one.isalpha() and other.isalpha():
                names |= {one: other, other: one}
    return names
