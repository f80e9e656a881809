"""Several people in one question."""

from __future__ import annotations

import pytest

from rag.comparison import people_in

QUOTED = ("Vance", "Rubio", "JD Vance", "the mayor", "opposition leader Frisk", "vance", "the minister of trade")


@pytest.mark.parametrize(
    ("phrase", "people"),
    [
        ("Vance and Rubio", ("Vance", "Rubio")),
        ("both JD Vance and Rubio", ("JD Vance", "Rubio")),
        ("Vance, Rubio and Emmanuel Macron", ("Vance", "Rubio", "Emmanuel Macron")),
        ("Vance, Rubio, and Macron", ("Vance", "Rubio", "Macron")),
        ("Vance och Rubio", ("Vance", "Rubio")),
        ("the mayor and opposition leader Frisk", ("the mayor", "opposition leader Frisk")),
        ("vance & macron", ("vance", "macron")),
        ("Vance", ()),
        ("Merkel and Macron", ()),
        ("the minister of trade and industry", ()),
        ("the Minister of Trade and industry", ()),
        ("the mayor of Sand and his wife", ()),
    ],
)
def test_people_are_told_from_one_person_with_an_and(phrase: str, people: tuple[str, ...]) -> None:
    assert people_in(phrase, QUOTED.__contains__) == people
