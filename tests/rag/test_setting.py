"""When and where somebody said something, as far as the article tells."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from corpus.article import Article
from rag.question import Asks
from rag.setting import setting_of

SAID = "“The roof will hold,” said Mayor Elin Strand"


@pytest.fixture
def setting(index: Any, make_article: Callable[..., Article]) -> Callable[..., str | None]:
    """`setting(asks, paragraph, ...)`: the sentence that tells when or where the first quotation was said."""

    def found(asks: Asks, *paragraphs: str) -> str | None:
        article = make_article("a", None, *paragraphs)
        index.builder.ingest_articles([article])
        span = setting_of(index.store.quotes(["Elin Strand"])[0], article, asks)
        return None if span is None else span.of(article.text)

    return found


@pytest.mark.parametrize(
    ("asks", "paragraphs", "told"),
    [
        ("when", (f"{SAID} on Monday.",), f"{SAID} on Monday."),
        ("when", ("The council held a debate on 4 March.", f"{SAID}."), "The council held a debate on 4 March."),
        ("when", ("The debate will be held on 4 March.", f"{SAID}."), None),
        ("when", ("Trains run again from 4 March.", f"{SAID}."), None),
        ("when", (f"{SAID}.", "The council held a debate on 4 March."), None),
        ("when", ("“Come on Monday,” said Mayor Elin Strand.",), None),
        ("where", (f"{SAID} in Almviken.",), f"{SAID} in Almviken."),
        ("where", (f"{SAID} at a press conference.",), f"{SAID} at a press conference."),
        ("where", ("Almviken hosted a meeting of mayors.", f"{SAID}."), "Almviken hosted a meeting of mayors."),
        ("where", (f"{SAID} on Monday.",), None),
        ("where", (f"{SAID} in March.",), None),
        ("words", (f"{SAID} on Monday in Almviken.",), None),
    ],
)
def test_a_setting_is_told_beside_the_words_or_of_an_occasion_shortly_before(
    setting: Callable[..., str | None], asks: Asks, paragraphs: tuple[str, ...], told: str | None
) -> None:
    assert setting(asks, *paragraphs) == told


def test_an_occasion_far_back_is_not_taken_for_the_words(setting: Callable[..., str | None]) -> None:
    between = (
        "The roof was made of oak. It cost a million kronor. Nobody had asked for it. The rain came early that year."
    )
    assert setting("when", "The council held a debate on 4 March.", between, f"{SAID}.") is None
