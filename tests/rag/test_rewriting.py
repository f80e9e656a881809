"""A language model's rewrite of a follow-up: used where it is borne out by the conversation, else the rules' own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from langchain_core.language_models.fake_chat_models import FakeListChatModel
from langchain_core.messages import AIMessageChunk, BaseMessage
from langchain_core.messages.ai import UsageMetadata
from langchain_core.outputs import ChatGenerationChunk

from corpus.samples import samples_folder
from rag import Assistant, Settings
from rag.answer import Usage
from rag.chat_model import ChatModel
from rag.conversation import Turn

ASKED = [
    Turn("user", "What did Elin Strand say about the budget?"),
    Turn("assistant", "Elin Strand, mayor: “it keeps every school open” (12 March 2026) [1]"),
]
FOLLOW_UP = "and what did she think of the pool?"
BY_RULE = "what did Elin Strand think of the pool?"


class Scripted(FakeListChatModel):
    """Says its lines in turn and keeps what it was asked."""

    asked: list[list[BaseMessage]]

    def _stream(self, messages: list[BaseMessage], *args: Any, **kwargs: Any) -> Iterator[Any]:
        self.asked.append(messages)
        yield from super()._stream(messages, *args, **kwargs)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, cache: Path) -> Path:
    folder = tmp_path_factory.mktemp("rewriting")
    with Assistant.open(Settings(home=folder, cache=cache)) as assistant:
        assistant.ingest([samples_folder() / "almviken-budget.txt"])
    return folder


def searched(home: Path, cache: Path, model: Scripted, question: str = FOLLOW_UP, *, alone: bool = False) -> str:
    """What the follow-up is searched for as, with `model` set."""
    chat_model = ChatModel("openai:scripted", model)
    with Assistant.open(Settings(home=home, cache=cache), exclusive=False, chat_model=chat_model) as assistant:
        return assistant.ask(question, [] if alone else ASKED).standalone_question


def test_the_model_s_rewrite_is_searched_for(home: Path, cache: Path) -> None:
    rewrite = "What did Elin Strand, the mayor, think of the swimming pool?"
    model = Scripted(responses=[f'"{rewrite}"\n', "NO ANSWER"], asked=[])

    assert searched(home, cache, model) == rewrite
    told = str(model.asked[0][-1].content)
    assert all(turn.text in told for turn in ASKED)
    assert told.endswith(FOLLOW_UP)


@pytest.mark.parametrize(
    "written",
    [
        "What did Horii think of the pool?",
        "What did Elin Strand think of the pool in 2019?",
        "What did Elin Strand think of the pool? " * 20,
        "What did she think of the pool?",
        "Elin Strand said that it keeps every school open.",
        "What did Elin Strand think of the pool?\nIt is about the pool.",
        "",
        "\n \n",
    ],
)
def test_what_the_conversation_does_not_bear_out_is_not_searched_for(home: Path, cache: Path, written: str) -> None:
    assert searched(home, cache, Scripted(responses=[written, "NO ANSWER"], asked=[])) == BY_RULE


def test_a_model_that_fails_leaves_the_rules_rewrite(home: Path, cache: Path) -> None:
    failing = Scripted(responses=["What did Strand say?"], error_on_chunk_number=3, asked=[])
    assert searched(home, cache, failing) == BY_RULE


@pytest.mark.parametrize(
    ("question", "alone"),
    [("What did Margit Ahl say about the reserves?", False), (FOLLOW_UP, True), ("thanks!", False)],
)
def test_a_question_that_leans_on_nothing_is_not_put_to_the_model(
    home: Path, cache: Path, question: str, alone: bool
) -> None:
    model = Scripted(responses=["What did Tobias Frisk say?"], asked=[])

    assert searched(home, cache, model, question, alone=alone) == question
    assert not any("Last question" in str(messages[-1].content) for messages in model.asked)


class Counting(Scripted):
    """Says what each call took when it is done."""

    def _stream(self, messages: list[BaseMessage], *args: Any, **kwargs: Any) -> Iterator[Any]:
        yield from super()._stream(messages, *args, **kwargs)
        took = UsageMetadata(input_tokens=100, output_tokens=10, total_tokens=110)
        yield ChatGenerationChunk(message=AIMessageChunk("", usage_metadata=took))


@pytest.mark.parametrize(("kind", "usage"), [(Counting, Usage(200, 20)), (Scripted, Usage(None, None))])
def test_the_tokens_of_both_calls_are_counted(home: Path, cache: Path, kind: type[Scripted], usage: Usage) -> None:
    chat_model = ChatModel("openai:scripted", kind(responses=["What did Elin Strand say?", "NO ANSWER"], asked=[]))
    with Assistant.open(Settings(home=home, cache=cache), exclusive=False, chat_model=chat_model) as assistant:
        answer = assistant.ask(FOLLOW_UP, ASKED)

    assert answer.usage == usage
    assert {"rewrite", "model"} <= answer.timings_ms.keys()
