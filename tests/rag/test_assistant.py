"""The whole way of a question, over the sample corpus with the packaged model."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import os
import threading
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from corpus.article import Article
from corpus.furniture import boilerplate_rule
from corpus.samples import samples_folder
from index.errors import ArticleNotFoundError, IndexBusyError, ManifestMismatchError
from index.filters import SearchFilters
from rag import Answer, Assistant, Settings
from rag.answer import Sentence
from rag.assistant import MAX_QUESTION, Progress
from rag.conversation import Turn
from rag.errors import EmptyQuestionError, QuestionTooLongError, SettingsError, UnknownModelError
from rag.question import parse_question

BOAT = (
    "We have come to understand that we are in the same boat, as any supply chain disruption would bring significant"
    " impact on the global economy."
)
QUESTIONS = Path(__file__).resolve().parents[2] / "evals" / "questions" / "sample.jsonl"
CASES = [json.loads(line) for line in QUESTIONS.read_text(encoding="utf-8").splitlines()]


def check_citations(assistant: Assistant, answer: Answer) -> None:
    """Every citation is an exact span of an article, shown in order of first use; a refusal has none."""
    shown = [marker for sentence in answer.sentences for marker in sentence.markers]
    assert list(dict.fromkeys(shown)) == [citation.marker for citation in answer.citations]
    assert [citation.marker for citation in answer.citations] == list(range(1, len(answer.citations) + 1))
    assert answer.refused == (not answer.citations)
    for citation in answer.citations:
        article = assistant.article(citation.article_id, citation.text_sha256)
        assert article.text[citation.span.start : citation.span.end] == citation.quote
        assert assistant.is_current(article)
        for line in citation.quote.split("\n"):
            assert not line or boilerplate_rule(line) is None


# The sample corpus


@pytest.mark.parametrize(
    "question",
    [
        "what did Horii say?",
        "WHAT DID HORII SAY",
        "What did Iwao Horii say about supply chains?",
        "Vad sa Horii?",
        "Vad sade Horii i Washington?",
        "What did the Japanese state minister say?",
        "Who said that we are in the same boat?",
    ],
)
def test_horii_is_quoted_in_his_own_words_with_name_and_office(assistant: Assistant, question: str) -> None:
    answer = assistant.ask(question)
    assert not answer.refused
    (citation,) = answer.citations
    assert citation.quote == BOAT
    assert citation.speaker == "Iwao Horii"
    assert answer.text.startswith(f"Iwao Horii, Japanese State Minister for Foreign Affairs: “{BOAT}”")
    assert ("4 februari 2026" if question.startswith("Vad") else "4 February 2026") in answer.text
    check_citations(assistant, answer)


def test_an_office_in_a_town_is_the_one_that_is_quoted(assistant: Assistant) -> None:
    answer = assistant.ask("How did the mayor of Almviken defend her spending plan?")
    assert {citation.speaker for citation in answer.citations} == {"Elin Strand"}
    assert "it keeps every school open" in answer.text


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("What did Horii say about Taiwan?", "no_quote_by_speaker"),
        ("Vad sade JD Vance om vindkraft?", "no_quote_by_speaker"),
        ("What did Emmanuel Macron say?", "speaker_unknown"),
        ("Vad sade Magdalena Andersson om skatterna?", "speaker_unknown"),
        ("Who won the 2022 World Cup?", "no_support"),
        ("Who is Elon Musk?", "no_support"),
        ("Hur många sidor har loggboken från 1743?", "no_support"),
        ("\x00\u202e?", "no_support"),
    ],
)
def test_what_no_article_carries_is_refused_in_the_question_s_language(
    assistant: Assistant, question: str, reason: str
) -> None:
    answer = assistant.ask(question)
    assert (answer.refusal, answer.refused) == (reason, True)
    assert answer.text.startswith("Artiklarna" if answer.language == "sv" else ("The articles", "Nobody")) or (
        "citeras" in answer.text
    )
    check_citations(assistant, answer)


@pytest.mark.parametrize(
    ("question", "quote", "speaker"),
    [
        ("What did Horii say about Taiwan?", BOAT, "Iwao Horii"),
        ("Hur många sidor har loggboken från 1743?", "1743", None),
    ],
)
def test_a_refusal_says_what_the_articles_hold_that_is_nearest(
    assistant: Assistant, question: str, quote: str, speaker: str | None
) -> None:
    answer = assistant.ask(question)
    assert answer.refused
    assert answer.citations == ()
    assert 1 <= len(answer.nearest) <= 3
    assert quote in answer.nearest[0].quote
    assert answer.nearest[0].speaker == speaker
    for citation in answer.nearest:
        article = assistant.article(citation.article_id, citation.text_sha256)
        assert citation.span.of(article.text) == citation.quote
    assert all(citation.quote not in answer.text for citation in answer.nearest)


def test_an_answer_has_nothing_nearest_beside_it_and_says_how_well_it_is_supported(assistant: Assistant) -> None:
    answer = assistant.ask("How many passengers does the Grey Petrel take?")
    assert not answer.refused
    assert answer.nearest == ()
    assert answer.support is not None
    assert answer.support > 0


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_every_answer_is_exact_and_nothing_foreign_is_answered(assistant: Assistant, case: dict[str, Any]) -> None:
    answer = assistant.ask(case["question"])
    check_citations(assistant, answer)
    assert not answer.removed
    if "off_corpus" in case["tags"]:
        assert answer.refused
    elif case["speaker"]:
        assert {citation.speaker for citation in answer.citations} <= {case["speaker"], None}


def test_questions_are_answered_in_their_language() -> None:
    mistaken = [case["id"] for case in CASES if parse_question(case["question"]).language != case["language"]]
    assert len(mistaken) <= 0.02 * len(CASES), mistaken


@pytest.mark.parametrize("quoted", [True, False])
def test_most_questions_get_the_words_that_answer_them(assistant: Assistant, quoted: bool) -> None:
    cases = [case for case in CASES if case["answerable"] and (case["speaker"] is not None) == quoted]
    held = [
        case["id"] for case in cases if all(words in assistant.ask(case["question"]).text for words in case["contains"])
    ]
    assert len(held) >= 0.7 * len(cases), held


def test_a_filter_narrows_what_a_fact_is_sought_in(assistant: Assistant) -> None:
    question = "What does a single foot passenger ticket to Skerrin Island cost?"
    assert "£4.80" in assistant.ask(question).text
    assert assistant.ask(question, filters=SearchFilters(published_to=date(2026, 1, 1))).refused


def test_a_filter_narrows_whose_words_are_given(assistant: Assistant) -> None:
    assert assistant.ask("what did Horii say?", filters=SearchFilters(published_to=date(2026, 1, 1))).refused


# The ways to ask


@pytest.mark.parametrize("question", ["What did Donal Reeve say?", "Who is Elon Musk?", "How tall are the turbines?"])
def test_a_stream_is_stages_then_sentences_then_the_answer(assistant: Assistant, question: str) -> None:
    *events, answer = assistant.stream(question)
    assert isinstance(answer, Answer)
    stages = [event.stage for event in events if isinstance(event, Progress)]
    assert stages == ["searching", "reading", "checking"]
    assert [type(event) for event in events[:3]] == [Progress] * 3
    streamed = tuple(event for event in events if isinstance(event, Sentence))
    assert streamed == (() if answer.refused else answer.sentences)
    asked = assistant.ask(question)
    assert dataclasses.replace(asked, timings_ms={}) == dataclasses.replace(answer, timings_ms={})


def test_asking_at_the_same_time_gives_the_same_answers(assistant: Assistant) -> None:
    async def several() -> list[Answer]:
        return await asyncio.gather(
            *(assistant.aask(question) for question in ["Vad sa Horii?", "Who is Elon Musk?"] * 3)
        )

    answers = asyncio.run(several())
    assert [answer.refused for answer in answers] == [False, True] * 3
    assert len({answer.text for answer in answers}) == 2


@pytest.mark.parametrize("question", ["what did Horii say?", "Who is Elon Musk?"])
def test_the_json_form_is_the_public_one(assistant: Assistant, question: str) -> None:
    form = json.loads(json.dumps(assistant.ask(question).to_dict()))
    assert set(form) == set(
        "question standalone_question text refused refusal_reason notice applied language citations nearest support removed passages"
        " timings_ms usage model settings_digest".split()
    )
    for citation in form["citations"]:
        assert set(citation) == set(
            "marker article_id text_sha256 start end quote title outlet published url speaker kind copies".split()
        )
        assert citation["published"] in (None, "2026-02-04", "2026-02-04T21:15:00")
        assert citation["kind"] == "article"
    assert form["passages"]
    for passage in form["passages"]:
        assert set(passage) == {"article_id", "start", "end", "score", "found_by"}
    assert (form["model"], form["question"]) == ("extractive", question)
    assert set(form["timings_ms"]) == {"embed", "search", "write", "verify"}
    assert (form["refusal_reason"] is not None) == form["refused"]


@pytest.mark.parametrize(
    ("follow_up", "first", "words"),
    [
        ("and Rubio?", "what did Horii say?", "a tool of leverage in geopolitics"),
        ("och Rubio?", "Vad sa Horii?", "a tool of leverage in geopolitics"),
        ("what did he say about supply chains?", "what did Horii say?", BOAT),
        ("what did she say about the pool?", "What did Elin Strand say?", "a closed pool"),
    ],
)
def test_a_follow_up_is_answered_in_the_light_of_the_turns_before(
    assistant: Assistant, follow_up: str, first: str, words: str
) -> None:
    told = assistant.ask(first).text
    answer = assistant.ask(follow_up, [Turn("user", first), Turn("assistant", told)])
    assert words in answer.text
    assert answer.question == follow_up != answer.standalone_question
    check_citations(assistant, answer)


def test_half_a_character_can_be_asked_and_sent_on(assistant: Assistant) -> None:
    answer = assistant.ask("what did she say?", [Turn("user", "what did \ud800 Strand say?")])
    assert "Elin Strand" in answer.text
    assert json.dumps(assistant.ask("\ud800 Horii?").to_dict(), ensure_ascii=False).encode()


def test_an_empty_or_endless_question_is_refused_before_any_work(assistant: Assistant) -> None:
    for question in ("", " \n\t "):
        with pytest.raises(EmptyQuestionError):
            assistant.ask(question)
    with pytest.raises(QuestionTooLongError, match="2,001"):
        assistant.ask("x" * (MAX_QUESTION + 1))
    assert assistant.ask("x" * MAX_QUESTION).refused


def test_quotes_by_speaker_and_topic(assistant: Assistant) -> None:
    horii = assistant.quotes("Horii")
    assert BOAT in [quote.text for quote in horii]
    for quote in assistant.quotes():
        assert quote.text == quote.span.of(assistant.article(quote.article_id, quote.text_sha256).text)
    assert {quote.speaker for quote in assistant.quotes(about="pool CLASSROOM")} == {"Elin Strand"}
    assert {quote.speaker for quote in assistant.quotes("the mayor")} >= {"Elin Strand"}
    dated = {quote.article_id for quote in assistant.quotes("Horii", since=date(2026, 2, 4))}
    assert dated
    assert all(str(assistant.article(key).published) >= "2026-02-04" for key in dated)
    assert assistant.quotes("Horii", since=date(2030, 1, 1)) == []
    assert assistant.quotes("Macron") == []


def test_status_counts_what_is_held(assistant: Assistant) -> None:
    status = assistant.status()
    assert (status.articles, status.teasers) == (14, 21)
    assert status.quotes == len(assistant.quotes()) > 40
    assert status.articles + status.teasers == len(assistant.articles())
    assert (status.embedder, status.embedder_runtime) == ("multilingual-e5-small", "openvino")
    assert len(status.manifest_digest) == 64


# Homes


@pytest.fixture
def opened(tmp_path: Path, cache: Path) -> Iterator[Callable[..., Assistant]]:
    """`opened(exclusive=False)` opens the test's own home; all are closed at the end."""
    assistants: list[Assistant] = []

    def open_(**how: Any) -> Assistant:
        assistants.append(Assistant.open(Settings(home=tmp_path / "home", cache=cache), **how))
        return assistants[-1]

    yield open_
    for assistant in assistants:
        assistant.close()


@pytest.mark.slow
def test_a_home_opened_for_reading_takes_no_pages(opened: Callable[..., Assistant]) -> None:
    with opened() as writer:
        writer.ingest(samples_folder() / "same-boat-minerals.txt")
    reader, other = opened(exclusive=False), opened(exclusive=False)
    assert BOAT in reader.ask("what did Horii say?").text == other.ask("what did Horii say?").text
    (article,) = (one for one in reader.articles() if one.kind == "article")
    for change in (
        lambda: reader.ingest(samples_folder()),
        lambda: reader.ingest_articles([]),
        lambda: reader.remove(article.id),
    ):
        with pytest.raises(SettingsError, match="opened for reading"):
            change()


def test_a_home_has_one_writer(opened: Callable[..., Assistant], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.lock.FolderLock.__init__.__kwdefaults__", {"address": None, "wait": 0.2})
    opened(address="127.0.0.1:7860")
    with pytest.raises(IndexBusyError, match=r"127\.0\.0\.1:7860"):
        opened()


def test_a_removed_article_answers_nothing_but_can_be_opened(opened: Callable[..., Assistant]) -> None:
    assistant = opened()
    assistant.ingest([samples_folder() / "same-boat-minerals.txt"])
    citation = assistant.ask("what did Horii say?").citations[0]
    assistant.remove(citation.article_id)
    assert assistant.ask("what did Horii say?").refused
    assert citation.article_id not in {hit.article_id for hit in assistant.retriever.search("Horii")}
    article = assistant.article(citation.article_id, citation.text_sha256)
    assert citation.span.of(article.text) == citation.quote
    assert not assistant.is_current(article)
    with pytest.raises(ArticleNotFoundError):
        assistant.article("0" * 16)


def test_copies_of_one_article_are_named_and_outlive_it(
    opened: Callable[..., Assistant], make_article: Callable[..., Article]
) -> None:
    assistant = opened()
    told = tuple(
        part for part in (samples_folder() / "same-boat-minerals.txt").read_text().split("\n\n") if len(part) > 80
    )
    facts = {outlet: {"outlet": outlet, "url": f"https://{outlet}.example"} for outlet in ("Late", "Early", "Edited")}
    late, early, edited = (
        make_article("late", "Boat", *told, published=date(2026, 2, 6), **facts["Late"]),
        make_article("early", "Boat", *told, published=date(2026, 2, 4), **facts["Early"]),
        make_article("edited", "Boat", *told[:-1], **facts["Edited"]),
    )
    assistant.ingest_articles([late, early, edited])

    answer = assistant.ask("what did Horii say?")
    assert {citation.outlet for citation in answer.citations} == {"Early"}
    assert answer.to_dict()["citations"][0]["copies"] == [
        {
            "article_id": late.id,
            "outlet": "Late",
            "published": "2026-02-06",
            "url": "https://Late.example",
            "kind": "exact",
        },
        {
            "article_id": edited.id,
            "outlet": "Edited",
            "published": None,
            "url": "https://Edited.example",
            "kind": "near",
        },
    ]
    assert [copy.article_id for copy in assistant.copies(edited.id)] == [early.id, late.id]
    assert assistant.status().articles == 2
    assert {quote.article_id for quote in assistant.quotes("Horii")} == {early.id, edited.id}
    assert assistant.status().quotes == len(assistant.quotes())

    assistant.remove(early.id)
    again = assistant.ask("what did Horii say?")
    assert {citation.outlet for citation in again.citations} == {"Late"}
    assert [citation.quote for citation in again.citations] == [citation.quote for citation in answer.citations]
    with pytest.raises(ArticleNotFoundError):
        assistant.copies("0" * 16)


def test_an_empty_home_says_so(opened: Callable[..., Assistant], make_article: Callable[..., Article]) -> None:
    assistant = opened()
    assert assistant.ask("How tall are the turbines?").refusal == "nothing_indexed"
    assert assistant.status().articles == 0
    assistant.ingest_articles([make_article("a", "Wind", "The turbines will be 240 metres tall, the company says.")])
    assert "240 metres" in assistant.ask("How tall will the turbines be?").text


def test_an_empty_home_says_so_of_quotations_too(opened: Callable[..., Assistant]) -> None:
    assert opened().ask("what did Horii say?").refusal == "nothing_indexed"


def test_asking_goes_on_while_pages_come_in(opened: Callable[..., Assistant]) -> None:
    assistant, answers = opened(), []
    assistant.ingest(samples_folder() / "same-boat-minerals.txt")
    writer = threading.Thread(target=assistant.ingest, args=(samples_folder(),))
    writer.start()
    while writer.is_alive():
        answers.append(assistant.ask("what did Horii say?"))
    writer.join()
    assert all(BOAT in answer.text for answer in answers)
    assert assistant.status().articles == 14


def test_wrong_settings_are_refused_and_leave_the_home_free(
    opened: Callable[..., Assistant], tmp_path: Path, cache: Path, fake_embedder: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    with pytest.raises(UnknownModelError):
        Assistant.open(Settings(home=home, cache=cache, model="nobody:nothing"))
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(SettingsError, match="cannot be used"):
        Assistant.open(Settings(home=tmp_path / "file", cache=cache))
    with opened() as assistant:
        assistant.ingest(samples_folder() / "lichen-study.txt")
    with monkeypatch.context() as patch:
        patch.setattr("rag.assembly.open_embedder", lambda *_, **__: fake_embedder)
        with pytest.raises(ManifestMismatchError, match="multilingual-e5-small"):
            opened()
    assert opened().status().articles == 1


def test_settings_of_the_index_and_of_the_search_reach_them(tmp_path: Path, cache: Path) -> None:
    """Smaller chunks are more chunks, and a home of its own; without word matches the score is the dense one alone."""

    def settings(home: str, **changed: Any) -> Settings:
        return Settings(home=tmp_path / home, cache=cache, **changed)

    chunks = {}
    for home, changed in {"a": {}, "b": {"chunk_tokens": 50, "lexical_weight": 0}}.items():
        with Assistant.open(settings(home, **changed)) as assistant:
            assistant.ingest(samples_folder())
            chunks[home] = assistant.status().chunks
            best = assistant.retriever.search("lichen study", limit=1)[0]
            assert "lexical" in best.found_by
            assert (best.score > best.dense + 0.01) == (home == "a")
    assert chunks["b"] > chunks["a"]
    with pytest.raises(ManifestMismatchError, match=r"chunk_tokens differ") as caught:
        Assistant.open(settings("b"))
    assert "CITERA_CHUNK_TOKENS=50" in caught.value.remedy


# The real page


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory, cache: Path) -> Iterator[Assistant]:
    """An assistant over the real scraped page."""
    seeds = os.environ.get("CITERA_SEEDS")
    if not seeds:
        pytest.skip("CITERA_SEEDS does not name the folder of the real page")
    with Assistant.open(Settings(home=tmp_path_factory.mktemp("seeded"), cache=cache)) as opened:
        assert opened.ingest(Path(seeds)).rejected == []
        yield opened


@pytest.mark.parametrize(
    "question", ["what did Horii say?", "Vad sa Horii?", "What did the Japanese state minister say?"]
)
def test_the_real_page_gives_horii_s_words(seeded: Assistant, question: str) -> None:
    answer = seeded.ask(question)
    (citation,) = answer.citations
    assert (citation.quote, citation.speaker, citation.kind) == (BOAT, "Iwao Horii", "article")
    assert answer.text.startswith(f"Iwao Horii, Japanese State Minister for Foreign Affairs: “{BOAT}”")
    check_citations(seeded, answer)


@pytest.mark.parametrize(
    ("question", "words", "kind"),
    [
        ("How much will the U.S. invest in stockpiling?", "$12 billion", "article"),
        ("Which ship takes part in the deep-sea experiment?", "Chikyu", "teaser"),
    ],
)
def test_the_real_page_gives_facts(seeded: Assistant, question: str, words: str, kind: str) -> None:
    answer = seeded.ask(question)
    carrying = [citation for citation in answer.citations if words in citation.quote]
    assert [citation.kind for citation in carrying] == [kind]
    check_citations(seeded, answer)


@pytest.mark.parametrize(
    "question", ["Who won the 2022 World Cup?", "Who is Elon Musk?", "What did Emmanuel Macron say?"]
)
def test_the_real_page_does_not_carry_everything(seeded: Assistant, question: str) -> None:
    answer = seeded.ask(question)
    assert answer.refused
    check_citations(seeded, answer)


def test_the_real_page_is_cleaned(seeded: Assistant) -> None:
    (host,) = (article for article in seeded.articles() if article.kind == "article")
    assert str(host.title).startswith("U.S., Japan and EU")
    assert {article.found_on for article in seeded.articles() if article.kind == "teaser"} == {host.id}
    for article in seeded.articles():
        assert not any(word in article.text for word in ("Rapporterad av", "cookies", "genererad", "Relaterade"))


def test_who_holds_an_office_is_answered_by_a_sentence_that_names_that_office(assistant: Assistant) -> None:
    assert "Elin Strand" in assistant.ask("Who is the mayor of Almviken?").text
    assert assistant.ask("Who is the bishop of Almviken?").refused
    assert assistant.ask("Vem är kung i Kvarnholma?").refused
