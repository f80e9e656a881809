"""Questions that a language model asks: what is kept of what a scripted one writes."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from langchain_core.language_models.fake_chat_models import FakeListChatModel

from corpus.article import Article
from evals.drafting import Draft, propose_by_model
from rag.chat_model import ChatModel
from rag.errors import ChatModelError

PASSAGE = (
    "The harbour in Lindvik closes on Monday for the first time in forty years, and the ferries to the island will leave from "
    "Norrbro until the spring, when the new piles are in place."
)


def pair(question: str, answer: str) -> str:
    return json.dumps({"question": question, "answer": answer})


@pytest.fixture
def written(make_article: Callable[..., Article]) -> Callable[..., list[Draft]]:
    """`written(reply, ...)` is what is kept of a model's replies about one article of as many passages."""

    def propose(*replies: str, **how: Any) -> list[Draft]:
        article = make_article("/pages/harbour.txt", "Harbour closes", *[PASSAGE] * len(replies), language="en")
        model = ChatModel("openai:scripted", FakeListChatModel(responses=list(replies)))
        return list(propose_by_model([article], model, **how))

    return propose


def test_a_question_is_kept_with_the_place_of_its_answer(written: Callable[..., list[Draft]]) -> None:
    said = f"Here they are:\n{pair('Where do ferries leave from while Lindvik harbour is closed?', 'Norrbro')}\n"
    (draft,) = written(said)
    start, end = draft.spans[0]

    assert draft.question == "Where do ferries leave from while Lindvik harbour is closed?"
    assert (PASSAGE[start:end], draft.contains, draft.article) == ("Norrbro", ("Norrbro",), ("harbour",))
    assert draft.tags == ("draft", "model", "prompt_1")


@pytest.mark.parametrize(
    "line",
    [
        pair("Where do the Lindvik ferries leave from?", "Norrbro harbour"),
        pair("Where do the Lindvik ferries leave from?", "norrbro"),
        pair("Where do the Lindvik ferries leave from?", "rbro"),
        pair("Where do the Lindvik ferries leave from?", "the"),
        pair("Where do the Lindvik ferries leave from?", ""),
        pair("Do the Lindvik ferries leave from Norrbro?", "Norrbro"),
        pair("The Lindvik ferries leave from where", "Norrbro"),
        pair("Where does he say that ferries leave from?", "Norrbro"),
        pair("According to the passage, where do ferries leave from?", "Norrbro"),
        pair("Var lägger färjorna till när hamnen är stängd?", "Norrbro"),
        '{"question": "Where do the Lindvik ferries leave from?"}',
        '{"question": ["Where?"], "answer": "Norrbro"}',
        "Where do the Lindvik ferries leave from? Norrbro",
        "{{{",
    ],
)
def test_what_does_not_stand_in_the_passage_or_alone_is_dropped(written: Callable[..., list[Draft]], line: str) -> None:
    assert written(line) == []


def test_no_more_passages_are_read_than_are_needed(written: Callable[..., list[Draft]]) -> None:
    first = pair("Where do the Lindvik ferries leave from?", "Norrbro")
    second = pair("When does Lindvik harbour close?", "Monday")

    assert [draft.contains for draft in written(first, second)] == [("Norrbro",), ("Monday",)]
    assert [draft.contains for draft in written(first, second, limit=1)] == [("Norrbro",)]
    assert [draft.contains for draft in written(first, first, second)] == [("Norrbro",), ("Monday",)]


def test_a_provider_that_fails_is_an_error(make_article: Callable[..., Article]) -> None:
    model = FakeListChatModel(responses=["x"], error_on_chunk_number=0)

    with pytest.raises(ChatModelError):
        list(
            propose_by_model([make_article("/pages/a.txt", None, PASSAGE, language="en")], ChatModel("openai:x", model))
        )
