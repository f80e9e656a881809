"""Why a sentence was removed is said in the language of the page."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from rag import claims, contradiction, paraphrase, verification
from ui.reasons import reason_in
from ui.texts import EN, SV


def forms(path: Path) -> Iterator[str]:
    """Every reason that a function returns, its values as `x`."""
    for function in ast.walk(ast.parse(path.read_text())):
        if isinstance(function, ast.FunctionDef) and function.returns and ast.unparse(function.returns) == "str | None":
            for node in ast.walk(function):
                if isinstance(node, ast.Return) and node.value:
                    yield from said(node.value)


def said(value: ast.expr) -> Iterator[str]:
    if isinstance(value, ast.IfExp):
        yield from (*said(value.body), *said(value.orelse))
    elif isinstance(value, ast.Constant) and isinstance(value.value, str):
        yield value.value
    elif isinstance(value, ast.JoinedStr):
        yield "".join(str(part.value) if isinstance(part, ast.Constant) else "x" for part in value.values)


FORMS = [form for module in (verification, paraphrase, claims, contradiction) for form in forms(Path(module.__file__))]


@pytest.mark.parametrize("reason", sorted(set(FORMS)))
def test_every_reason_of_verification_has_swedish_words(reason: str) -> None:
    words, language = reason_in(SV, reason)

    assert language == "sv"
    assert words != reason
    assert words.count("x") >= reason.split().count("x")


def test_the_reasons_are_found() -> None:
    assert {"it asks", "the cited words do not name x", "x and x have each other's place in the cited words"} <= {
        *FORMS
    }


@pytest.mark.parametrize(
    ("reason", "swedish"),
    [
        ("the cited words do not state '12 million'", "de citerade orden anger inte ”12 million”"),
        ("the cited words do not state the office 'mayor'", "de citerade orden nämner inte ämbetet ”mayor”"),
        ("the cited words are Ann Lee's, not Bo Ek's", "de citerade orden är sagda av Ann Lee, inte av Bo Ek"),
        (
            "the cited words say that it is certain and possible, not intended",
            "de citerade orden säger att det är säkert och möjligt, inte avsett",
        ),
    ],
)
def test_what_a_reason_names_stays(reason: str, swedish: str) -> None:
    assert reason_in(SV, reason) == (swedish, "sv")
    assert reason_in(EN, reason) == (reason, "en")


def test_a_reason_of_another_form_stays_english() -> None:
    assert reason_in(SV, "No article says so.") == ("No article says so.", "en")
