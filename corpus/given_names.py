"""What a given name says of its bearer's gender, as `given_names.toml` lists them, English and Swedish.

It keeps a pronoun from meaning somebody of the other gender; that it may mean somebody it does not make any surer.
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from corpus.callings import Gender


def gender_of_given_name(full: str) -> Gender | None:
    """What the first word of a full name says; None of a surname alone and of a name that either may bear."""
    given, _, rest = full.partition(" ")
    return _genders().get(given.casefold()) if rest else None


@cache
def _genders() -> dict[str, Gender]:
    listed = tomllib.loads(Path(__file__).with_name("given_names.toml").read_text(encoding="utf-8"))
    return dict.fromkeys(listed["women"].split(), "f") | dict.fromkeys(listed["men"].split(), "m")
