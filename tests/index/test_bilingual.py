"""Countries that English and Swedish call by different words are one word to a question."""

from __future__ import annotations

import pytest

from index.bilingual import other_names
from index.lexical import content_stems
from rag.support import mentions


@pytest.mark.parametrize(
    ("word", "others"),
    [
        ("china", {"kina", "chinese", "kinesiska"}),
        ("kinas", {"china", "chinese", "kinesiska"}),
        ("tyska", {"germany", "german", "tyskland"}),
        ("austria", {"österrike"}),
        ("korea", set()),
        ("kom", set()),
    ],
)
def test_what_else_a_country_is_called(word: str, others: set[str]) -> None:
    assert other_names(word) == others


def test_a_question_s_country_is_searched_by_both_names() -> None:
    ((_, english),) = content_stems("China")
    ((_, swedish),) = content_stems("Kina")

    assert english & swedish


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("China", "oro för kinas export"),
        ("Tyskland", "germany votes"),
        ("Germany", "tyskland"),
        ("Chinese", "china's ministry"),
    ],
)
def test_an_article_mentions_a_country_in_either_language(name: str, text: str) -> None:
    assert mentions(name, text.split())
    assert not mentions(name, ["france", "frankrike"])
