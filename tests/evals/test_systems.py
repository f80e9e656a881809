"""Other systems than ours, through `run_dataset`: real processes, a real server on loopback, real LangChain runnables."""

from __future__ import annotations

import json
import shlex
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from langchain_core.documents import Document
from langchain_core.messages import AIMessage
from langchain_core.runnables import RunnableLambda

from evals import Command, Endpoint, RunnableSystem, compare, export_dataset, report, run_dataset, system_named
from evals.errors import SystemUnusableError
from evals.run_folder import Row, read_rows, read_run
from rag import Settings
from rag.conversation import Turn

SYSTEM = Path(__file__).with_name("systems_command.py")


@pytest.fixture
def run(write: Callable[[str, object], Path], squad: dict[str, Any], tmp_path: Path) -> Callable[..., Any]:
    """`run(system)` measures it on the little SQuAD file."""

    def run_it(system: Any, **changed: Any) -> Any:
        given = {"settings": Settings(home=tmp_path / "own"), "out": tmp_path / "run", "data": write("q.json", squad)}
        return run_dataset("squad", system=system, **(given | changed))

    return run_it


@pytest.fixture
def rows(tmp_path: Path) -> Callable[[], dict[str, Row]]:
    return lambda: {row.id: row for row in read_rows(tmp_path / "run")}


def command(*arguments: str, timeout: float = 30) -> Command:
    return Command(shlex.join([sys.executable, str(SYSTEM), *arguments]), timeout=timeout, label="words")


def test_a_command_is_scored_like_citera(run: Callable[..., Any], rows: Any, tmp_path: Path) -> None:
    """It quotes the right sentence for two of three answerable questions, and answers the one that nothing answers."""
    scores = run(command()).scores

    assert scores["recall@1"] == scores["contains_gold"] == pytest.approx(2 / 3)
    assert scores["missed_refusal"] == 1
    assert scores["wrong_refusal"] == pytest.approx(1 / 3)
    assert scores["citation_exact"] == scores["citation_recall"] == 1
    assert scores["invented_citations"] == 0
    assert scores["find_p50_ms"] == 1.5
    assert (scores["articles"], scores["chunks"]) == (2, 2)
    opened = rows()["opened"]
    assert opened.answer["text"] == "The harbour office opened in 1912. [1]"
    assert opened.answer["citations"][0]["quote"] == "The harbour office opened in 1912."
    assert opened.found[0].span.of(opened.answer["citations"][0]["quote"]) == "The harbour office opened in 1912."
    assert rows()["books"].answer["refusal_reason"] == "declined"


def test_a_run_says_which_system_it_was(run: Callable[..., Any], tmp_path: Path) -> None:
    """Its memory is its own, not that of this process with all that is imported and held here."""
    held_here = bytearray(b"x" * 200_000_000)
    run(command())
    del held_here
    described = read_run(tmp_path / "run")

    assert described.system == "words"
    assert described.versions["words"] == "1.0"
    assert described.ingest is not None
    assert (described.ingest.chunks, described.ingest.seconds) == (2, 0.5)
    assert described.peak_memory_mb is not None
    assert 1 < described.peak_memory_mb < 100
    assert "words on squad" in report(tmp_path / "run").html.read_text("utf-8")


def test_two_systems_are_compared_on_the_same_cases(run: Callable[..., Any], fake: Any, tmp_path: Path) -> None:
    run(command())
    run(None, out=tmp_path / "ours", opening=fake.open, settings=Settings(home=tmp_path / "own", model="fake"))
    compared = compare(tmp_path / "ours", tmp_path / "run")

    assert {"contains_gold", "query_ms", "invented_citations"} <= {row.score for row in compared.differences}


def test_retrieval_alone_of_a_command(run: Callable[..., Any], rows: Any) -> None:
    assert run(command(), retrieval_only=True).scores["n"] == 3
    assert all(row.answer is None for row in rows().values())


@pytest.mark.parametrize(
    ("way", "why"),
    [
        ("dies", "it has ended"),
        ("hangs", "it was silent for 3 s"),
        ("floods", "its line 3 is wrong, id: Field required"),
    ],
)
def test_a_command_that_fails_costs_its_question_alone(
    way: str, why: str, run: Callable[..., Any], rows: Any, tmp_path: Path
) -> None:
    scores = run(command(way, timeout=3)).scores
    failed = rows()["master"]

    assert failed.failed == f"words gave no answer: {why}."
    assert failed.scores["right"] == failed.scores["recall@10"] == 0
    assert [name for name, row in rows().items() if row.failed] == ["master"]
    assert rows()["opened"].scores["contains_gold"] == 1
    assert scores["n"] == 4
    assert len((tmp_path / "run" / "home" / "starts").read_text().splitlines()) == 2
    assert failed.failed in report(tmp_path / "run").html.read_text("utf-8")


def test_a_failed_question_is_asked_again_by_the_next_run(run: Callable[..., Any], rows: Any, tmp_path: Path) -> None:
    script = tmp_path / "system.py"
    script.write_text(SYSTEM.read_text().replace('sys.argv[1] if len(sys.argv) > 1 else ""', '"dies"'))
    system = Command(shlex.join([sys.executable, str(script)]))
    run(system)
    script.write_text(SYSTEM.read_text())
    run(system)

    assert rows()["master"].failed is None
    assert rows()["master"].scores["contains_gold"] == 1


def test_a_failure_is_no_right_refusal(run: Callable[..., Any], rows: Any) -> None:
    run(command("no JSON"))

    assert rows()["brigade"].answerable is False
    assert rows()["brigade"].scores["missed_refusal"] == 1
    assert rows()["brigade"].scores["right"] == 0


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("no JSON", "its line 2 is wrong, Invalid JSON"),
        ('{"text": "x"}', "its line 2 is wrong, id: Field required"),
        ('{"id": {id}, "txt": "x"}', "its line 2 is wrong, txt: Extra inputs are not permitted"),
        ('{"id": {id}, "text": 7}', "its line 2 is wrong, text: Input should be a valid string"),
        ('{"id": 77, "text": "x"}', "it replied to 77 when 1 was asked"),
        ('{"id": {id}, "passages": [{"article_id": "a", "score": NaN}]}', "its line 2 is wrong, passages.0.score"),
        ('{"id": {id}, "passages": [{"article_id": "a", "start": -1, "end": 2}]}', "passages.0.start"),
        (
            '{"id": {id}, "passages": [{"article_id": "a", "start": 5}]}',
            "passages.0: Value error, start and end belong",
        ),
        ('{"id": {id}, "timings_ms": {"all": -1}}', "timings_ms.all"),
        (json.dumps({"id": 1, "citations": [{"marker": 1}] * 1001}), "citations: Tuple should have at most 1000 items"),
        ('{"id": {id}, "error": "no memory left"}', "The system says that it failed: no memory left."),
    ],
)
def test_a_wrong_line_is_named(line: str, why: str, run: Callable[..., Any], rows: Any) -> None:
    run(command(line), limit=1)
    (row,) = rows().values()

    assert why in row.failed


def test_an_endless_line_is_not_held(run: Callable[..., Any], rows: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evals.systems.command.MAX_LINE", 5_000)
    run(command('{"id": {id}, "text": "' + "x" * 6_000 + '"}'), limit=1)
    (row,) = rows().values()

    assert row.failed == "words gave no answer: its line 2 has over 5,000 bytes."


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("no-such-program-at-all", "No such file"),
        (f"{sys.executable} -c pass", "it has ended"),
        (f"{sys.executable} -c 'print(1)'", "its line 1 is wrong"),
        ("'unclosed", "No closing quotation"),
    ],
)
def test_a_command_that_takes_no_corpus_ends_the_run(words: str, why: str, run: Callable[..., Any]) -> None:
    with pytest.raises(SystemUnusableError, match=why):
        run(Command(words))


def test_what_a_command_keeps_is_kept_while_the_corpus_is_the_same(
    run: Callable[..., Any], squad: dict[str, Any], tmp_path: Path
) -> None:
    starts = tmp_path / "run" / "home" / "starts"
    run(command())
    run(command())
    assert starts.read_text().count("started") == 2
    squad["data"][1]["paragraphs"][0]["context"] += " It was rebuilt."
    run(command())

    assert starts.read_text().count("started") == 1


@pytest.mark.parametrize("name", ["command:", "openai:http://x", "openai:nowhere#m", "citera", ""])
def test_a_system_that_is_not_understood(name: str, tmp_path: Path) -> None:
    with pytest.raises(SystemUnusableError, match="names no system"):
        system_named(name, Settings(home=tmp_path))


def test_systems_of_the_command_line(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, model_timeout=7, model_api_key="secret")

    assert system_named("command: ./mine --json", settings) == Command("./mine --json", timeout=7)
    endpoint = system_named("openai:http://h/v1#a#b", settings)
    assert endpoint == Endpoint("http://h/v1#a", "b", "secret", timeout=7)
    assert "secret" not in repr(endpoint)


class _Chat(BaseHTTPRequestHandler):
    """Answers with what the test put under the question, and keeps what it was asked."""

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append((self.path, self.headers["Authorization"], body))  # type: ignore[attr-defined]
        status, said = self.server.answers.get(body["messages"][-1]["content"], (200, completion("I do not know.")))  # type: ignore[attr-defined]
        self.send_response(status)
        self.end_headers()
        self.wfile.write(said.encode())

    def log_message(self, *arguments: object) -> None:
        pass


def completion(text: str) -> str:
    return json.dumps({"model": "m-1", "choices": [{"message": {"role": "assistant", "content": text}}]})


@pytest.fixture
def server() -> Iterator[Any]:
    served = HTTPServer(("127.0.0.1", 0), _Chat)
    served.asked, served.answers = [], {}  # type: ignore[attr-defined]
    thread = threading.Thread(target=served.serve_forever)
    thread.start()
    yield served
    served.shutdown()
    thread.join()
    served.server_close()


def test_an_endpoint_is_asked_over_http(run: Callable[..., Any], rows: Any, server: Any) -> None:
    opened = "When was the harbour office opened?"
    server.answers = {
        opened: (200, completion('It opened in 1912, "the first office" [3].')),
        "Who was the first harbour master?": (500, "out of memory"),
        "What destroyed all these books?": (200, '{"choices": []}'),
        "Who leads the fire brigade of Sundvik?": (200, json.dumps({"choices": [{"message": {"refusal": "No."}}]})),
    }
    scores = run(Endpoint(f"http://127.0.0.1:{server.server_port}/v1/", "any", "key")).scores

    assert server.asked[-1][:2] == ("/v1/chat/completions", "Bearer key")
    assert server.asked[0][2] == {
        "model": "any",
        "messages": [{"role": "user", "content": opened}],
        "temperature": 0,
    }
    assert rows()["opened"].scores["contains_gold"] == 1
    assert rows()["opened"].scores["invented_citations"] == 1
    assert rows()["opened"].scores["quotes_verbatim"] == 0
    assert rows()["opened"].answer["model"] == "m-1"
    assert "HTTP status 500, out of memory" in rows()["master"].failed
    assert "choices: List should have at least 1 item" in rows()["books"].failed
    assert rows()["brigade"].scores["right"] == 1
    assert scores["recall@10"] == 0


def test_an_endpoint_hears_the_history(server: Any, tmp_path: Path, write: Callable[[str, object], Path]) -> None:
    write("d_questions.jsonl", json.dumps({"_id": "t<::>2", "text": "|user|: Who is Ada?\n|user|: And Bo?"}))
    write("d_lastturn.jsonl", json.dumps({"_id": "t<::>2", "text": "|user|: And Bo?"}))
    write("d_rewrite.jsonl", json.dumps({"_id": "t<::>2", "text": "|user|: Who is Bo?"}))
    endpoint = Endpoint(f"http://127.0.0.1:{server.server_port}/v1", "any")
    run_dataset("mtrag", out=tmp_path / "run", data=tmp_path, settings=Settings(home=tmp_path / "own"), system=endpoint)

    said = [(message["role"], message["content"]) for message in server.asked[0][2]["messages"]]
    assert said == [("user", "Who is Ada?"), ("user", "And Bo?")]


def test_an_endpoint_that_is_not_there_fails_every_question(run: Callable[..., Any], rows: Any) -> None:
    run(Endpoint("http://127.0.0.1:9/v1", "any", timeout=5))

    assert [row.failed.startswith("openai:http://127.0.0.1:9/v1#any gave no answer") for row in rows().values()] == [
        True
    ] * 4


def test_an_endpoint_cannot_search(run: Callable[..., Any]) -> None:
    with pytest.raises(SystemUnusableError, match="cannot search"):
        run(Endpoint("http://127.0.0.1:9/v1", "any"), retrieval_only=True)


def chain(say: Callable[[list[Document], str], Any]) -> RunnableSystem:
    """A runnable that says something of the corpus as documents, and of the question."""

    def build(articles: Any) -> Any:
        documents = [Document(article.text, metadata={"article_id": article.id}) for article in articles]
        return RunnableLambda(lambda question: say(documents, question))

    return RunnableSystem("a chain", build)


@pytest.mark.parametrize(
    "say",
    [
        lambda documents, _: {"answer": "In 1912.", "context": documents[:1]},
        lambda documents, _: {"output": AIMessage("In 1912."), "documents": documents[:1]},
        lambda documents, _: {"text": "In 1912.", "passages": [{"article_id": documents[0].metadata["article_id"]}]},
    ],
    ids=["dictionary", "message", "our own fields"],
)
def test_what_a_runnable_may_give_back(say: Any, run: Callable[..., Any], rows: Any) -> None:
    run(chain(say))

    assert rows()["opened"].scores["contains_gold"] == 1
    assert rows()["opened"].scores["recall@1"] == 1
    assert not any(row.failed for row in rows().values())


def test_a_retriever_is_a_runnable_too(run: Callable[..., Any], rows: Any) -> None:
    run(chain(lambda documents, _: documents), retrieval_only=True)

    assert rows()["opened"].scores["recall@5"] == 1
    assert rows()["opened"].scores["chunk_recall@5"] == 1


def test_a_plain_text_is_an_answer(run: Callable[..., Any], rows: Any) -> None:
    run(chain(lambda _, question: f"You ask {question}"))

    assert rows()["opened"].answer["text"] == "You ask When was the harbour office opened?"
    assert rows()["opened"].found == ()


def breaks(*_: object) -> None:
    raise KeyError("key")


@pytest.mark.parametrize(
    ("say", "why"),
    [
        (breaks, "KeyError: 'key'"),
        (lambda *_: 7, "int is neither text, message, documents nor a dictionary"),
        (lambda *_: {"input": "x"}, "a dictionary with input, none of which is read"),
        (lambda *_: [Document("x")], "Document without metadata that name its article_id"),
        (lambda *_: {"text": "x", "citations": [{"start": 3, "end": 3}]}, "a span must end after it starts"),
    ],
)
def test_a_runnable_that_fails_costs_its_questions(say: Any, why: str, run: Callable[..., Any], rows: Any) -> None:
    run(chain(say))

    assert all(why in row.failed for row in rows().values())


def test_a_runnable_is_given_what_it_wants(run: Callable[..., Any], rows: Any) -> None:
    def given(question: str, history: Any) -> object:
        assert all(isinstance(turn, Turn) for turn in history)
        return {"input": question, "chat_history": []}

    run(RunnableSystem("a chain", lambda _: RunnableLambda(lambda asked: asked["input"]), given))

    assert rows()["opened"].answer["text"] == "When was the harbour office opened?"


def test_a_corpus_is_written_for_others_without_the_gold(
    write: Callable[[str, object], Path], squad: dict[str, Any], tmp_path: Path
) -> None:
    corpus, questions = export_dataset("squad", out=tmp_path / "given", data=write("q.json", squad))
    articles = [json.loads(line) for line in corpus.read_text("utf-8").splitlines()]
    asked = [json.loads(line) for line in questions.read_text("utf-8").splitlines()]

    assert [article["text"] for article in articles] == [entry["paragraphs"][0]["context"] for entry in squad["data"]]
    assert articles[0]["title"] == "Harbour office"
    assert asked[0] == {"id": "opened", "question": "When was the harbour office opened?", "history": []}
