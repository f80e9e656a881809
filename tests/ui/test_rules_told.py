"""A rule that drops a line has a Swedish name on the Corpus page."""

from __future__ import annotations

import json
import re
import tomllib
from html import unescape
from typing import Any

import pytest

from tests.ui.sentences import ROOT
from ui.swedish_rules import RULES

NAMED = re.compile(
    r'rule = (?:line\.rule or )?"([a-z-]+)"|Dropped\([^"\n]+"([a-z-]+)"|Imprint\("([a-z-]+)"|\("([a-z-]+)", r"'
)
"""How a module of `corpus` names a rule."""


def rules() -> set[str]:
    sections = tomllib.loads((ROOT / "corpus/furniture.toml").read_text())
    kinds = {name for name in sections if name not in ("filler", "voice", "speech") and not name.startswith("heading-")}
    headings = {f"{name.removeprefix('heading-')}-heading" for name in sections if name.startswith("heading-")}
    source = "\n".join(path.read_text() for path in (ROOT / "corpus").rglob("*.py"))
    return kinds | headings | {next(filter(None, names)) for names in NAMED.findall(source)} - {"title"}


def test_every_rule_has_a_swedish_name() -> None:
    assert (
        {"cookie-notice", "beside-text", "date-stamp", "mojibake", "also-heading", "table"} <= rules() <= RULES.keys()
    )


@pytest.mark.parametrize(("language", "names"), [("sv", RULES), ("en", {})])
def test_the_corpus_page_has_the_names_in_its_language(client: Any, language: str, names: dict[str, str]) -> None:
    page = client.get("/corpus", headers={"Accept-Language": language}).text
    held = re.search(r'data-rules="([^"]*)"', page)

    assert held is not None
    assert json.loads(unescape(held[1])) == names
