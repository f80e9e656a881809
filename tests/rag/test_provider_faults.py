"""A provider that misbehaves in every way, over HTTP and through its own client: a person always gets an answer, and is told."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count, repeat
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from corpus.samples import samples_folder
from rag import Assistant, Settings
from rag.answer import Sentence
from rag.chat_model import ChatModel, open_chat_model

QUESTION = "How many crossings a day will the Skerrin ferry make?"
TRUTH = "From 4 May there will be seven crossings a day"
STREAM = {"Content-Type": "text/event-stream"}


class Provider(ThreadingHTTPServer):
    """A server in OpenAI's and in Ollama's form. `plan` holds what it does to each request, the last one to all that follow.

    `hung_up` is set when somebody stops reading; `stopping` when a test is over.
    """

    daemon_threads = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Asked)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.plan: list[Callable[[Asked], None]] = []
        self.asked = 0
        self.hung_up, self.stopping = Event(), Event()

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients may hang up."""


class Asked(BaseHTTPRequestHandler):
    server: Provider
    timeout = 20

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked += 1
        self.server.plan[min(self.server.asked, len(self.server.plan)) - 1](self)

    def send(self, parts: Iterable[bytes], status: int = 200, headers: dict[str, str] = STREAM) -> None:
        """An answer without a length, which ends where the connection does."""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        try:
            for part in parts:
                if self.server.stopping.is_set():
                    return
                self.wfile.write(part)
                self.wfile.flush()
        except OSError:
            self.server.hung_up.set()

    def wait(self, seconds: float | None = None) -> None:
        self.server.stopping.wait(seconds)

    def log_message(self, *_: object) -> None:
        pass


def says(text: str, why_it_ends: str | None = None) -> bytes:
    """One event of a stream."""
    choice = {"index": 0, "delta": {"role": "assistant", "content": text}, "finish_reason": why_it_ends}
    event = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}
    return f"data: {json.dumps(event, ensure_ascii=False)}\n\n".encode()


DONE = says("", "stop") + b"data: [DONE]\n\n"


def well(asked: Asked) -> None:
    asked.send([says(f"{TRUTH} [1]."), DONE])


def sending(*parts: bytes, status: int = 200, **headers: str) -> Callable[[Asked], None]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda asked: asked.send(parts, status, STREAM | named)


def failing(status: int, said: str = "no", **headers: str) -> Callable[[Asked], None]:
    return sending(json.dumps({"error": {"message": said}}).encode(), status=status, **headers)


def silent(asked: Asked) -> None:
    asked.wait(20)


def dripping(part: bytes) -> Callable[[Asked], None]:
    def drip(asked: Asked) -> None:
        def drops() -> Iterator[bytes]:
            while True:
                yield part
                asked.wait(0.02)

        asked.send(drops())

    return drip


def flooding(piece: str, times: Iterable[object]) -> Callable[[Asked], None]:
    return lambda asked: asked.send(says(piece) for _ in times)


def breaking_off(asked: Asked) -> None:
    """Promises more than it sends."""
    asked.send([says(f"{TRUTH} [1]. The ferry")], headers=STREAM | {"Content-Length": "100000"})


@pytest.fixture
def provider() -> Iterator[Provider]:
    server = Provider()
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.stopping.set()
    server.shutdown()
    thread.join()
    server.server_close()


class Exchangeable(ChatModel):
    """Any model, as one that an assistant keeps: `model` may be another one for each question."""

    def __init__(self) -> None:
        self.model: ChatModel | None = None

    @property
    def name(self) -> str:  # type: ignore[override]  # that of the model
        return self.model.name if self.model else ""

    def stream(self, *args: Any) -> Iterator[str]:
        assert self.model is not None
        return self.model.stream(*args)


@pytest.fixture(scope="module")
def asking(tmp_path_factory: pytest.TempPathFactory, cache: Path) -> Iterator[tuple[Assistant, Exchangeable]]:
    model = Exchangeable()
    settings = Settings(home=tmp_path_factory.mktemp("provider"), cache=cache)
    with Assistant.open(settings, chat_model=model) as assistant:
        assistant.ingest(samples_folder())
        yield assistant, model


Behind = Callable[..., Assistant]


@pytest.fixture
def behind(asking: tuple[Assistant, Exchangeable], provider: Provider) -> Behind:
    """`behind(*plan)`: the assistant with a model behind the provider, which will do what is planned."""

    def placed(*plan: Callable[[Asked], None], model: str = "openai:bad", **settings: Any) -> Assistant:
        provider.plan = list(plan)
        address = f"{provider.url}/v1" if model.startswith("openai") else provider.url
        given = {"model": model, "model_base_url": address, "model_timeout": 20, "model_retries": 0} | settings
        asking[1].model = open_chat_model(Settings(**given))
        return asking[0]

    return placed


FAULTS: dict[str, tuple[Callable[[Asked], None], str]] = {
    "rate-limited": (failing(429, Retry_After="3600"), "it was asked more than its provider allows (429)"),
    "overrun": (failing(503), "its server has a fault (503)"),
    "a fault told as a page": (sending(b"<html>Bad Gateway</html>", status=502), "its server has a fault (502)"),
    "wrong key": (failing(401, "Incorrect API key provided: sk-1234"), "the key was not accepted (401)"),
    "too long": (failing(413), "too long for it (413)"),
    "no such model": (failing(404, "The model bad does not exist"), "The model bad does not exist"),
    "nothing at all": (sending(), "its server sent nothing"),
    "done at once": (sending(b"data: [DONE]\n\n"), "its server sent nothing"),
    "empty text": (sending(says(""), DONE), "wrote no sentence"),
    "white space": (sending(says(" \n\n \t"), DONE), "wrote no sentence"),
    "markers alone": (sending(says("[1] [2]"), DONE), "wrote no sentence"),
    "broken JSON": (sending(b'data: {"choices": [{"del\n\n'), "its server sent something that cannot be read"),
    "JSON of another form": (sending(b"data: [1, 2]\n\n"), "its server sent something that cannot be read"),
    "JSON with holes": (sending(b'data: {"choices": [{"delta": null, "index": 0}]}\n\n'), "its server sent nothing"),
    "a web page": (sending(b"<html><body>Welcome</body></html>", Content_Type="text/html"), "its server sent nothing"),
    "an error in the stream": (sending(b'data: {"error": {"message": "out of memory"}}\n\n'), "out of memory"),
    "Latin-1": (sending(says("Ferjan går från Skärgården").decode().encode("latin-1"), DONE), "cannot be read"),
    "UTF-16": (sending((says(TRUTH) + DONE).decode().encode("utf-16")), ""),
    "no UTF-8": (sending(b'data: {"choices": "\xff\xfe\x80"}\n\n'), "cannot be read"),
    "packed wrongly": (sending(says(TRUTH), DONE, Content_Encoding="gzip"), "failed"),
    "one endless word": (flooding("a" * 400_000, repeat(None, 1)), ""),
    "an endless flood": (flooding("x" * 40, count()), ""),
    "an endless flood of marks": (flooding("“[【<`", count()), ""),
    "cut off at once": (breaking_off, ""),
    "cut off in a word": (sending(says("From 4 May there will be sev")), "What openai:bad wrote was cut off"),
    "filtered": (sending(says("The ferry "), says("", "content_filter")), "was stopped by its provider"),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_whatever_the_provider_does_a_person_gets_an_answer_and_is_told(behind: Behind, fault: str) -> None:
    behaviour, says_why = FAULTS[fault]
    answer = behind(behaviour).ask(QUESTION)
    assert TRUTH in answer.text
    assert answer.citations
    assert answer.notice is not None
    assert answer.notice.startswith(("openai:bad", "What openai:bad", "Nothing that openai:bad"))
    assert says_why in answer.notice
    assert answer.notice.endswith(("own words.", "may be incomplete."))
    assert "\n" not in answer.notice
    assert "sk-1234" not in answer.notice


def test_a_provider_that_is_not_there(behind: Behind, provider: Provider) -> None:
    answer = behind(well, model_base_url="http://127.0.0.1:9/v1").ask(QUESTION)
    assert (answer.model, provider.asked) == ("extractive", 0)
    assert str(answer.notice) == "openai:bad failed: Connection error. What follows are the articles' own words."


@pytest.mark.parametrize(
    "slowly",
    [silent, dripping(b": still here\n\n"), dripping(says("")), dripping(b" ")],
    ids=["silent", "comments", "nothing", "no event"],
)
def test_a_slow_provider_is_waited_for_no_longer_than_set(behind: Behind, slowly: Callable[[Asked], None]) -> None:
    answer = behind(slowly, model_timeout=0.5, model_retries=5).ask(QUESTION)
    assert answer.text.startswith(TRUTH)
    assert "openai:bad took longer than 0.5 s." in str(answer.notice) or "did not answer in time" in str(answer.notice)


def test_what_was_verified_before_the_time_was_up_stays(behind: Behind) -> None:
    def slow_end(asked: Asked) -> None:
        asked.send(part for wait, part in ((0, says(f"{TRUTH} [1]. The")), (20, DONE)) if not asked.wait(wait))

    answer = behind(slow_end, model_timeout=1).ask(QUESTION)
    assert (answer.text, answer.model) == (f"{TRUTH}. [1]", "openai:bad")
    assert answer.notice == "openai:bad took longer than 1 s. The answer may be incomplete."


@pytest.mark.parametrize("fault", [failing(429, Retry_After="0.01"), failing(500), failing(503, Retry_After="0")])
def test_a_fault_that_passes_is_waited_out(behind: Behind, provider: Provider, fault: Callable[[Asked], None]) -> None:
    answer = behind(fault, fault, well, model_retries=2).ask(QUESTION)
    assert (answer.text, answer.model, answer.notice) == (f"{TRUTH}. [1]", "openai:bad", None)
    assert provider.asked == 3


def test_ollama_is_asked_again_too(behind: Behind, provider: Provider) -> None:
    lines = [
        {"message": {"role": "assistant", "content": f"{TRUTH} [1]."}, "done": False},
        {"message": {"role": "assistant", "content": ""}, "done": True, "done_reason": "stop"},
    ]
    events = [json.dumps({"model": "bad", **line}).encode() + b"\n" for line in lines]
    told = sending(*events, Content_Type="application/x-ndjson")
    answer = behind(failing(503), told, model="ollama:bad", model_retries=1).ask(QUESTION)
    assert (answer.text, answer.model, answer.notice) == (f"{TRUTH}. [1]", "ollama:bad", None)
    assert provider.asked == 2


@pytest.mark.parametrize(
    "fault", [failing(401), failing(400), failing(404), failing(429, Retry_After="3600"), sending(b"data: {\n\n")]
)
def test_a_fault_that_does_not_pass_is_not_repeated(
    behind: Behind, provider: Provider, fault: Callable[[Asked], None]
) -> None:
    answer = behind(fault, model_retries=5).ask(QUESTION)
    assert (answer.model, provider.asked) == ("extractive", 1)


def test_a_text_that_had_begun_is_not_asked_for_again(behind: Behind, provider: Provider) -> None:
    answer = behind(breaking_off, model_retries=5).ask(QUESTION)
    assert (answer.text, provider.asked) == (f"{TRUTH}. [1]", 1)
    assert str(answer.notice).endswith("The answer may be incomplete.")


@pytest.mark.parametrize("end", [b"", says("", "length")], ids=["the line", "the length"])
def test_half_a_sentence_is_not_released(behind: Behind, end: bytes) -> None:
    answer = behind(sending(says(f"{TRUTH} [1]. The ferry takes 140 passengers"), end)).ask(QUESTION)
    assert answer.text == f"{TRUTH}. [1]"
    assert str(answer.notice).endswith("The answer may be incomplete.")


def test_who_leaves_stops_the_model(behind: Behind, provider: Provider) -> None:
    events = behind(flooding(f"{TRUTH} [1].\n", count())).stream(QUESTION)
    assert any(isinstance(event, Sentence) for event in events)
    events.close()  # type: ignore[attr-defined]  # it is a generator
    assert provider.hung_up.wait(20)


def test_a_model_that_never_stops_is_hung_up_on(behind: Behind, provider: Provider) -> None:
    answer = behind(flooding("a b c d e f g h ", count())).ask(QUESTION)
    assert answer.model == "extractive"
    assert provider.hung_up.wait(20)


def test_who_waits_to_try_again_leaves_at_once(provider: Provider) -> None:
    provider.plan = [failing(503, Retry_After="15")]
    settings = Settings(model="openai:bad", model_base_url=f"{provider.url}/v1", model_timeout=0.3, model_retries=3)
    pieces = open_chat_model(settings).stream([("human", "hello")])
    with pytest.raises(Exception, match="its server has a fault"):
        next(iter(pieces))
    assert provider.asked == 1
