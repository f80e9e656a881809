"""A model's words are recorded, replayed and counted before and after verification."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from langchain_core.language_models.fake_chat_models import FakeListChatModel

from corpus.article import Article
from corpus.quotes import find_quotes
from corpus.samples import samples_folder
from evals.errors import QuestionFailedError
from evals.model_faults import Source, Statement, faults, raw_statements
from evals.model_run import Material, main, read_drafts, record, score, table
from rag import Assistant, Settings
from rag.answer import Usage
from rag.chat_model import ChatModel
from rag.model_answer import Written

CROSSINGS = "From 4 May there will be seven crossings a day"
QUESTIONS = (
    {
        "id": "crossings",
        "question": "How often will the Skerrin ferry cross?",
        "answers": ["seven"],
        "article": "port-ellery-ferry",
    },
    {
        "id": "mayor",
        "question": "What did Elin Strand say about schools?",
        "contains": ["it keeps every school open"],
        "article": "almviken-budget",
    },
    {"id": "cup", "question": "Who won the 2022 World Cup?", "answerable": False},
)


@pytest.fixture(scope="module")
def material(tmp_path_factory: pytest.TempPathFactory, cache: Path) -> Material:
    folder = tmp_path_factory.mktemp("model-run")
    lines = [json.dumps({"language": "en", "answerable": True} | question) for question in QUESTIONS]
    (folder / "mine.jsonl").write_text("\n".join(lines), encoding="utf-8")
    with Assistant.open(Settings(home=folder / "home", cache=cache)) as assistant:
        assistant.ingest(samples_folder())
    return Material("mine", str(folder / "mine.jsonl"), folder / "home", samples_folder())


class Citing(ChatModel):
    """Another chat model, in whose words `[1]` is the marker of the first passage that it is shown."""

    def stream(
        self, messages: Sequence[tuple[str, str]], report: Callable[[Usage], None] = lambda _: None
    ) -> Iterator[str]:
        markers = re.findall(r"^\[([a-z]{3})\] ", messages[-1][1], re.MULTILINE)
        yield "".join(super().stream(messages, report)).replace("[1]", f"[{markers[0]}]")


def model(*texts: str) -> ChatModel:
    return Citing("openai:scripted", FakeListChatModel(responses=list(texts)))


def test_what_a_model_wrote_is_told_before_and_after_verification(
    material: Material, tmp_path: Path, cache: Path
) -> None:
    settings, drafts = Settings(cache=cache), tmp_path / "drafts.jsonl"
    lies = "Elin Strand said: “every school will close” [9]. Marco Rubio said: “it keeps every school open” [1]."
    said = model(f"{CROSSINGS} [1]. The ferry takes 999 passengers [1].", lies)
    assert record([material], drafts, None, settings, said) == 3
    assert [(draft.case, draft.prompt is not None) for draft in read_drafts(drafts).values()] == [
        ("mine/crossings", True),
        ("mine/mayor", True),
        ("mine/cup", False),
    ]
    asked, stale = score([material], drafts, settings)
    assert stale == []
    crossings, mayor, cup = asked
    assert crossings.before.faults == {"unsupported number": 1}
    assert mayor.before.faults == {"invented citation": 1, "quotation not verbatim": 1, "wrong speaker": 1}
    assert crossings.after.faults == mayor.after.faults == Counter()
    assert (crossings.before.right, crossings.after.right, crossings.fell_back) == (True, True, False)
    assert (mayor.before.right, mayor.after.right, mayor.fell_back) == (True, True, True)
    assert (cup.raw, cup.answer["refused"]) == (None, True)
    lines = {line[:44].strip(): line[44:].split() for line in table(asked)}
    assert lines["right answers, of 2 answerable"] == ["2", "2"]
    assert lines["wrong speaker"][:3] == ["1", "of", "2"]
    assert lines["quotation not verbatim"][:3] == ["1", "of", "2"]
    assert lines["refused, of 1 unanswerable"] == ["0", "1"]


def test_what_is_recorded_is_not_asked_again(material: Material, tmp_path: Path, cache: Path) -> None:
    settings, drafts = Settings(cache=cache), tmp_path / "drafts.jsonl"
    assert record([material], drafts, None, settings, model(f"{CROSSINGS} [1].")) == 3
    assert record([material], drafts, None, settings, model("Never asked.")) == 0


def test_a_provider_that_fails_leaves_no_draft(material: Material, tmp_path: Path, cache: Path) -> None:
    broken = ChatModel("openai:broken", FakeListChatModel(responses=["Horii"], error_on_chunk_number=0))
    with pytest.raises(QuestionFailedError, match="mine/crossings"):
        record([material], tmp_path / "drafts.jsonl", None, Settings(cache=cache), broken)
    assert not (tmp_path / "drafts.jsonl").exists()


def test_a_draft_to_other_messages_is_left_out_and_named(
    material: Material, tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    drafts = tmp_path / "drafts.jsonl"
    record([material], drafts, None, Settings(cache=cache), model(f"{CROSSINGS} [1]."))
    kept = [draft.model_copy(update={"prompt": "0" * 64}) for draft in read_drafts(drafts).values()]
    drafts.write_text("".join(f"{draft.model_dump_json()}\n" for draft in kept[:1]), encoding="utf-8")
    monkeypatch.setenv("CITERA_CACHE", str(cache))
    on = ["--on", material.name, material.dataset, str(material.home), str(material.data)]
    assert main(["score", "--drafts", str(drafts), *on]) == 1
    assert "mine/crossings" in capsys.readouterr().err


STATEMENTS = {
    "Iwao Horii said: “we are in the same boat”.": {},
    "Iwao Horii said: “we are in the same car”.": {"quotation not verbatim": 1},
    "Marco Rubio said: “we are in the same boat”.": {"wrong speaker": 1},
    "Elon Musk said that we are in the same boat.": {"wrong speaker": 1},
    "Horii said that we are in the same boat.": {},
    "The fund holds $12 billion.": {},
    "The fund holds 12 miljarder dollar and 31 ships.": {"unsupported number": 1},
}


@pytest.mark.parametrize("text", STATEMENTS)
def test_faults_are_counted(text: str, make_article: Callable[..., Article]) -> None:
    article = make_article(
        "fund",
        "A fund",
        "“We have come to understand that we are in the same boat,” said Iwao Horii, Japanese State Minister.",
        "Secretary of State Marco Rubio said the fund holds $12 billion.",
    )
    (statement,) = raw_statements([Written(text, ("bkd",))], {"bkd": [Source.of(article, article.text)]})
    assert faults(statement, find_quotes, "en") == STATEMENTS[text]


def test_a_marker_that_no_passage_has_is_an_invented_citation(make_article: Callable[..., Article]) -> None:
    source = Source.of(make_article("a", None, "It rained."), "It rained.")
    (statement,) = raw_statements([Written("It rained.", ("bkd", "fgh", "0"))], {"bkd": [source]})
    assert statement == Statement("It rained.", (source,), 2, (source,))
