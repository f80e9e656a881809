"""A language model writes, verification decides: what a scripted model's words become."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from langchain_core.language_models.fake_chat_models import FakeListChatModel
from langchain_core.messages import AIMessageChunk
from langchain_core.messages.ai import UsageMetadata
from langchain_core.outputs import ChatGenerationChunk

from corpus.samples import samples_folder
from rag import Answer, Assistant, Settings
from rag.answer import Sentence, Usage
from rag.chat_model import ChatModel

BOAT = (
    "We have come to understand that we are in the same boat, as any supply chain disruption would bring significant"
    " impact on the global economy."
)
QUESTION = "What did Horii say about supply chains?"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, cache: Path) -> Path:
    folder = tmp_path_factory.mktemp("model-path")
    with Assistant.open(Settings(home=folder, cache=cache)) as assistant:
        assistant.ingest(samples_folder())
    return folder


@pytest.fixture
def scripted(home: Path, cache: Path) -> Iterator[Callable[..., Assistant]]:
    """`scripted(text)`: an assistant whose model writes `text`, one character at a time, failing at the `breaks_at`th if given."""
    opened: list[Assistant] = []

    def open_(text: str, breaks_at: int | None = None) -> Assistant:
        model = FakeListChatModel(responses=[text], error_on_chunk_number=breaks_at)
        opened.append(
            Assistant.open(
                Settings(home=home, cache=cache), exclusive=False, chat_model=ChatModel("openai:scripted", model)
            )
        )
        return opened[-1]

    yield open_
    for assistant in opened:
        assistant.close()


class CountingModel(FakeListChatModel):
    """Says what it read as it begins and what it wrote when it is done, as providers do."""

    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[ChatGenerationChunk]:
        yield ChatGenerationChunk(message=AIMessageChunk("", usage_metadata=_counted(1200, 0)))
        yield from super()._stream(*args, **kwargs)
        yield ChatGenerationChunk(message=AIMessageChunk("", usage_metadata=_counted(0, 50)))


def _counted(read: int, written: int) -> UsageMetadata:
    return UsageMetadata(input_tokens=read, output_tokens=written, total_tokens=read + written)


@pytest.fixture
def counting(home: Path, cache: Path) -> Iterator[Callable[..., Assistant]]:
    """`counting(text)`: an assistant whose model writes `text` and says how many tokens that took."""
    opened: list[Assistant] = []

    def open_(text: str, breaks_at: int | None = None) -> Assistant:
        model = ChatModel("openai:counting", CountingModel(responses=[text], error_on_chunk_number=breaks_at))
        opened.append(Assistant.open(Settings(home=home, cache=cache), exclusive=False, chat_model=model))
        return opened[-1]

    yield open_
    for assistant in opened:
        assistant.close()


def test_what_the_provider_counted_is_in_the_answer(counting: Callable[..., Assistant]) -> None:
    answer = counting(f"Iwao Horii said: “{BOAT}” [1]").ask(QUESTION)
    assert answer.usage == Usage(1200, 50)
    assert answer.to_dict()["usage"] == {"tokens_in": 1200, "tokens_out": 50}


def test_words_that_were_all_removed_are_paid_for_too(counting: Callable[..., Assistant]) -> None:
    answer = counting("Elon Musk agreed [2].").ask(QUESTION)
    assert (answer.model, answer.usage) == ("extractive", Usage(1200, 50))


def test_a_refusal_by_the_model_is_paid_for_too(counting: Callable[..., Assistant]) -> None:
    answer = counting("NO ANSWER").ask("How much will the U.S. invest in stockpiling?")
    assert (answer.refusal, answer.usage) == ("no_support", Usage(1200, 50))


def test_a_count_that_did_not_come_is_not_made_up(
    counting: Callable[..., Assistant], scripted: Callable[..., Assistant]
) -> None:
    words = f"Iwao Horii said: “{BOAT}” [1]"
    assert scripted(words).ask(QUESTION).usage == Usage(None, None)
    assert counting(words, breaks_at=len(words) - 1).ask(QUESTION).usage == Usage(None, None)


def test_where_no_model_is_asked_nothing_is_used(counting: Callable[..., Assistant]) -> None:
    assistant = counting("Argentina won the 2022 World Cup [1].")
    assert assistant.ask("Who won the 2022 World Cup?").usage is None


def assert_every_citation_is_exact(assistant: Assistant, answer: Answer) -> None:
    for citation in answer.citations:
        article = assistant.article(citation.article_id, citation.text_sha256)
        assert citation.span.of(article.text) == citation.quote


def test_a_quotation_becomes_source_text_cited_at_its_words(scripted: Callable[..., Assistant]) -> None:
    assistant = scripted(f'Iwao Horii said: "{BOAT}" [1]')
    answer = assistant.ask(QUESTION)
    assert answer.model == "openai:scripted"
    assert answer.notice is None
    assert [part.kind for part in answer.sentences[0].parts] == ["paraphrase", "frame", "source", "frame"]
    assert (answer.citations[0].quote, answer.citations[0].speaker) == (BOAT, "Iwao Horii")
    assert_every_citation_is_exact(assistant, answer)


def test_a_wrong_or_missing_passage_number_is_put_right(scripted: Callable[..., Assistant]) -> None:
    for marker in ("", " [8]", " [99]"):
        answer = scripted(f"Iwao Horii said: “{BOAT}”{marker}").ask(QUESTION)
        assert [citation.quote for citation in answer.citations] == [BOAT]


@pytest.mark.parametrize(
    "lie",
    [
        "Elon Musk said that supply chains are essential [1].",
        "Horii said: “We are in a different boat” [1].",
        f"Marco Rubio said: “{BOAT}” [1]",
        "Horii will invest $13 billion in supply chains [1].",
    ],
)
def test_where_nothing_can_be_verified_the_articles_own_words_answer(
    scripted: Callable[..., Assistant], lie: str
) -> None:
    assistant = scripted(lie)
    answer = assistant.ask(QUESTION)
    assert answer.model == "extractive"
    assert answer.notice == "Nothing that openai:scripted wrote could be verified. These are the articles' own words."
    assert BOAT in answer.text
    assert len(answer.removed) == 1
    assert_every_citation_is_exact(assistant, answer)


def test_what_passes_stays_and_what_does_not_is_kept_with_its_reason(scripted: Callable[..., Assistant]) -> None:
    answer = scripted(f"Elon Musk agreed [2]. Iwao Horii said: “{BOAT}” [1]").ask(QUESTION)
    assert len(answer.sentences) == 1
    assert [(item.text, item.reason) for item in answer.removed] == [
        ("Elon Musk agreed.", "the cited words do not name 'Elon'")
    ]


def test_who_asks_for_words_gets_them_beside_a_paraphrase(scripted: Callable[..., Assistant]) -> None:
    answer = scripted("Horii said any supply chain disruption would bring impact on the global economy [1].").ask(
        QUESTION
    )
    assert [part.kind for part in answer.sentences[0].parts] == ["paraphrase"]
    assert f"“{BOAT}”" in answer.text
    assert answer.model == "openai:scripted"


def test_a_model_may_decline_a_question_of_fact(scripted: Callable[..., Assistant]) -> None:
    answer = scripted("NO ANSWER").ask("How much will the U.S. invest in stockpiling?")
    assert (answer.refusal, answer.citations) == ("no_support", ())


def test_a_model_cannot_decline_what_the_quotations_hold(scripted: Callable[..., Assistant]) -> None:
    answer = scripted("The passages do not say what he said.").ask(QUESTION)
    assert BOAT in answer.text


def test_what_the_corpus_does_not_carry_is_refused_before_a_model_is_asked(
    scripted: Callable[..., Assistant],
) -> None:
    answer = scripted("Argentina won the 2022 World Cup [1].").ask("Who won the 2022 World Cup?")
    assert answer.refusal == "no_support"
    assert answer.removed == ()


def test_a_provider_that_fails_leaves_the_articles_own_words_and_says_so(scripted: Callable[..., Assistant]) -> None:
    answer = scripted("Horii", breaks_at=0).ask(QUESTION)
    assert answer.model == "extractive"
    assert answer.notice is not None
    assert answer.notice.startswith("openai:scripted failed")
    assert BOAT in answer.text


def test_a_provider_that_breaks_off_leaves_what_was_verified(scripted: Callable[..., Assistant]) -> None:
    text = f"Iwao Horii said: “{BOAT}” [1] And then he went"
    answer = scripted(text, breaks_at=len(text) - 1).ask(QUESTION)
    assert answer.model == "openai:scripted"
    assert len(answer.sentences) == 1
    assert answer.notice is not None
    assert answer.notice.endswith("The answer may be incomplete.")


def test_sentences_are_streamed_as_they_pass(scripted: Callable[..., Assistant]) -> None:
    assistant = scripted(f"Iwao Horii said: “{BOAT}” [1] Elon Musk agreed [2].")
    *_, sentence, answer = assistant.stream(QUESTION)
    assert isinstance(sentence, Sentence)
    assert isinstance(answer, Answer)
    assert answer.sentences == (sentence,)


def test_an_answer_in_another_language_than_the_question_is_told(scripted: Callable[..., Assistant]) -> None:
    crossings = "From 4 May there will be seven crossings a day [1]."
    told = "openai:scripted svarade på ett annat språk än frågans."
    for question, written, notice in (
        ("Hur många turer om dagen gör färjan till Skerrin?", crossings, told),
        ("How many crossings a day will the Skerrin ferry make?", crossings, None),
        ("Vad sa Horii om leveranskedjor?", f"Enligt Iwao Horii ”{BOAT}” [1]", None),
    ):
        answer = scripted(written).ask(question)
        assert (answer.model, answer.notice) == ("openai:scripted", notice)
