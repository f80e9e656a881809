"""The command line through its own process entry: exit codes, what goes to stdout and what to stderr."""

from __future__ import annotations

import csv
import errno
import io
import json
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import typer

from corpus.article import Article
from index.filters import SearchFilters
from index.lock import FolderLock
from rag.conversation import Turn
from ui import cli
from ui.remote import Remote, ServerFile

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Outcome:
    code: int
    out: str
    err: str


Citera = Callable[..., Outcome]


@pytest.fixture
def citera(opened: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Citera:
    def run(*arguments: object) -> Outcome:
        monkeypatch.setattr(sys, "argv", ["citera", *map(str, arguments)])
        with pytest.raises(SystemExit) as exit_:
            cli.main()
        written = capsys.readouterr()
        code = exit_.value.code
        assert isinstance(code, int)
        return Outcome(code, written.out, written.err)

    return run


def one_line(text: str) -> str:
    assert text.count("\n") == 1, text
    assert "Traceback" not in text
    return text


@pytest.mark.parametrize("arguments", [["--help"], ["--version"]])
def test_starting_loads_nothing_heavy(arguments: list[str]) -> None:
    heavy = (
        "gradio fastapi uvicorn chromadb torch sentence_transformers langchain langchain_core numpy pandas httpx rag"
    )
    program = (
        "import sys, atexit\n"
        f"atexit.register(lambda: print('HEAVY', *(name for name in {heavy.split()} if name in sys.modules)))\n"
        f"sys.argv = ['citera', *{arguments}]\n"
        "from ui.cli import main\n"
        "main()\n"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=60)

    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1].split() == ["HEAVY"]


def test_ask_prints_the_answer_and_its_sources(citera: Citera, opened: list[dict[str, Any]]) -> None:
    outcome = citera("ask", "what did Horii say?")

    assert outcome.code == 0
    assert outcome.err == ""
    assert outcome.out.splitlines()[:4] == [
        "Maja Horii: “The piles are rotten.” [1]",
        "Maja Horii: “We have waited as long as we could,” [2]",
        "",
        "[1] Harbour to close for repairs, Lindvik Courier, 2024-02-04, Maja Horii",
    ]
    assert [(how["exclusive"], how["model"]) for how in opened] == [(False, "extractive")]


def test_ask_json_is_the_public_form(citera: Citera, assistant: Any) -> None:
    outcome = citera("ask", "what did Horii say?", "--json")

    assert json.loads(outcome.out) == assistant.ask("what did Horii say?").to_dict()


@pytest.mark.parametrize("command", ["ask", "search"])
def test_filters_are_options(citera: Citera, opened: list[dict[str, Any]], command: str) -> None:
    options = "--since 2026-02-01 --until 2026-02-28 --language en --language sv --outlet Nordbladet --speaker Horii --kind article"
    assert citera(command, "harbour", *options.split()).code == 0
    assert citera(command, "harbour").code == 0

    assert [how["filters"] for how in opened] == [
        [
            SearchFilters(
                language=["en", "sv"],
                outlet=["Nordbladet"],
                kind="article",
                published_from=date(2026, 2, 1),
                published_to=date(2026, 2, 28),
                speaker="Horii",
            )
        ],
        [None],
    ]


@pytest.mark.parametrize(
    "wrong", ["--since February", "--since 2026-02-30", "--kind blog", "--since 2026-02-02 --until 2026-02-01"]
)
def test_a_filter_that_cannot_be_is_wrong_usage(citera: Citera, wrong: str) -> None:
    assert citera("search", "harbour", *wrong.split()).code == 2


def test_quotes_since_a_day(citera: Citera) -> None:
    assert "The piles are rotten." in citera("quotes", "--since", "2024-02-04").out
    assert citera("quotes", "--since", "2024-02-05", "--csv").out.splitlines() == [
        "speaker,role,kind,cue,article_id,text_sha256,start,end,text"
    ]


def test_a_refusal_is_an_answer(citera: Citera) -> None:
    outcome = citera("ask", "Who won?")

    assert (outcome.code, outcome.out) == (0, "The articles do not say.\n")


def test_home_and_model_reach_the_settings(citera: Citera, opened: list[dict[str, Any]], tmp_path: Path) -> None:
    citera("ask", "Who won?", "--home", tmp_path / "other", "--model", "ollama:some")
    citera("ask", "Who won?")

    assert [(how["home"], how["model"]) for how in opened] == [
        (tmp_path / "other", "ollama:some"),
        (tmp_path / "home", "extractive"),
    ]


def test_hostile_text_cannot_drive_the_terminal(citera: Citera, evil: Article) -> None:
    for arguments in (["ask", "evil"], ["search", "second"], ["articles", "show", evil.id], ["articles", "list"]):
        outcome = citera(*arguments)
        assert outcome.code == 0
        assert "alert(1)" in outcome.out
        assert "\x1b" not in outcome.out


def test_a_draft_is_checked(citera: Citera, assistant: Any, tmp_path: Path) -> None:
    draft = tmp_path / "draft.md"
    draft.write_text("“The piles are sound,” she said.")
    shown = citera("check", draft)
    found = json.loads(citera("check", draft, "--json").out)["findings"]

    assert shown.code == 0
    assert "ALTERED  quotation: The piles are sound\n    article: rotten | draft: sound\n" in shown.out
    assert "“The piles are rotten.” Maja Horii, " in shown.out
    assert shown.out.endswith("0 found, 1 altered, 0 wrong speaker, 1 not found.\n")
    assert "\x1b" not in shown.out
    assert [finding["verdict"] for finding in found] == ["altered", "not_found"]
    (empty := tmp_path / "empty.txt").write_text("")
    assert (citera("check", empty).code, citera("check", tmp_path / "nowhere.md").code) == (1, 2)


def test_search_and_articles_are_tab_separated_when_piped(citera: Citera, harbour: Article) -> None:
    hits = [line.split("\t") for line in citera("search", "harbour", "--limit", 1).out.splitlines()]
    articles = [line.split("\t") for line in citera("articles", "list").out.splitlines()]

    also = "Norrbro Post 2024-02-05 (edited)"
    assert hits == [["0.500", "Harbour to close for repairs", harbour.text[:20].strip(), harbour.id, also]]
    assert articles[0] == [harbour.id, "article", "2024-02-04", "Lindvik Courier", "Harbour to close for repairs", ""]
    assert f"\nAlso in: {also}\n\n" in citera("articles", "show", harbour.id).out


def test_quotes_as_text_json_and_csv(citera: Citera) -> None:
    text = citera("quotes", "--speaker", "Horii").out
    found = json.loads(citera("quotes", "--json").out)
    rows = list(csv.DictReader(io.StringIO(citera("quotes", "--csv").out)))

    assert text.startswith("Maja Horii\thead of the port authority\tThe piles are rotten.\t")
    assert found[0]["speaker"] == rows[0]["speaker"] == "Maja Horii"
    assert rows[0]["text"] == "The piles are rotten."
    assert citera("quotes", "--speaker", "nobody").out == ""
    assert citera("quotes", "--json", "--csv").code == 2


def test_ingest_takes_what_it_can_and_exits_3(citera: Citera, opened: list[dict[str, Any]], tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    outcome = citera("ingest", "good.txt", "empty.txt", "--report", report)

    assert outcome.code == 3
    assert outcome.out == "1 added, 0 updated, 0 unchanged, 0 withdrawn\n"
    rejected = [line for line in outcome.err.splitlines() if line.startswith("Rejected")]
    path = Path("empty.txt").absolute()
    assert rejected == [f"Rejected: {path} is empty. Remove it, or save the page again."]
    written = json.loads(report.read_text())
    kept, refused = written["pages"]
    assert (kept["source"], kept["state"]) == ("a.txt", "added")
    assert kept["dropped"] == [{"text": "Share this story", "rule": "boilerplate"}]
    assert kept["articles"][0]["title"] == "Harbour to close for repairs"
    assert (refused["state"], refused["reason"]) == ("rejected", f"{path} is empty.")
    assert (written["added"], written["rejections"], written["rules"]) == (1, 1, {"boilerplate": 1})
    assert opened[0]["exclusive"] is True


def test_ingest_without_rejections_exits_0(citera: Citera) -> None:
    outcome = citera("ingest", "good.txt")

    assert outcome.code == 0
    assert "Rejected" not in outcome.err


def test_urls_stay_urls_beside_paths(citera: Citera, assistant: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    import rag

    monkeypatch.setattr(rag.Assistant, "open", classmethod(lambda *_, **__: assistant))

    assert citera("ingest", "good.txt", "https://news.example/feed", "--limit", 20).code == 0
    assert assistant.ingested == [str(Path("good.txt").absolute()), "https://news.example/feed"]
    assert assistant.limits == [20]
    assert citera("ingest", "https://news.example/feed", "--limit", 0).code == 2


def test_a_report_that_cannot_be_written_is_one_line(citera: Citera, tmp_path: Path) -> None:
    outcome = citera("ingest", "good.txt", "--report", tmp_path / "missing" / "report.json")

    assert outcome.code == 1
    assert "cannot be written" in outcome.err.splitlines()[-1]
    assert "Nothing was ingested" in outcome.err


def test_ctrl_c_stops_with_a_message_and_130(citera: Citera, assistant: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    ingest = type(assistant).ingest

    def interrupted(*given: Any, **how: Any) -> Any:
        interrupt = signal.getsignal(signal.SIGINT)
        assert callable(interrupt)
        interrupt(signal.SIGINT, None)  # a real signal in the tests' own process meets other libraries' signal stacks
        return ingest(*given, **how)

    monkeypatch.setattr(type(assistant), "ingest", interrupted)
    outcome = citera("ingest", "good.txt")

    assert outcome.code == 130
    assert outcome.out == "1 added, 0 updated, 0 unchanged, 0 withdrawn\n"
    assert "the same command goes on from there" in outcome.err


def test_status_and_remove(citera: Citera, harbour: Article) -> None:
    assert "articles\t3" in citera("status").out.splitlines()
    assert json.loads(citera("status", "--json").out)["embedder"] == "fake"
    assert citera("articles", "remove", harbour.id).code == 0


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["articles", "show", "0000"], 1, "There is no article 0000. See citera articles list."),
        (["ask", " "], 2, "The question is empty. Ask something, such as: what did Horii say?"),
        (["serve", "--host", "0.0.0.0"], 2, "Citera does not listen on 0.0.0.0"),
        (["serve", "--host", "example.org"], 2, "example.org is no address of this machine."),
    ],
)
def test_errors_are_one_line_with_a_remedy(citera: Citera, arguments: list[str], code: int, said: str) -> None:
    outcome = citera(*arguments)

    assert outcome.code == code
    assert outcome.out == ""
    assert one_line(outcome.err).startswith(said)


def test_a_busy_index_is_one_line(citera: Citera, monkeypatch: pytest.MonkeyPatch) -> None:
    import rag

    monkeypatch.setattr(rag.Assistant, "busy", True, raising=False)
    outcome = citera("ask", "what did Horii say?")

    assert outcome.code == 1
    assert one_line(outcome.err) == "Process 4242 holds the index. Wait until it is done.\n"


def test_a_full_disk_anywhere_is_one_line(citera: Citera, assistant: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(type(assistant), "ingest", full)
    outcome = citera("ingest", "good.txt")

    assert outcome.code == 1
    assert outcome.err.splitlines()[-1] == (
        "A temporary file cannot be written (No space left on device). Free some space, or make it writable."
    )


def test_wrong_settings_are_one_line(citera: Citera, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CITERA_TOP_K", "many")
    outcome = citera("ask", "what did Horii say?")

    assert outcome.code == 2
    assert "top_k" in one_line(outcome.err).lower()


def test_a_port_in_use_is_one_line_that_names_it(citera: Citera, opened: list[dict[str, Any]]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        outcome = citera("serve", "--port", port)

    assert outcome.code == 2
    assert one_line(outcome.err) == (
        f"Port {port} is in use by another program. Choose another one, for example --port {port + 1}.\n"
    )
    assert opened == []


@pytest.mark.parametrize("arguments", [["ask"], ["search", "a", "--limit", "0"], ["nonsense"], ["ask", "a", "--nope"]])
def test_wrong_usage_exits_2(citera: Citera, arguments: list[str]) -> None:
    assert citera(*arguments).code == 2


def test_a_stale_server_file_is_ignored(citera: Citera, tmp_path: Path, opened: list[dict[str, Any]]) -> None:
    home = tmp_path / "home"
    home.mkdir()
    for stale in ('{"url": "http://127.0.0.1:9", "token": "t", "pid": 1}', "{", "[]", '{"url": 1}'):
        ServerFile.path(home).write_text(stale)
        assert citera("ask", "Who won?").code == 0
    assert len(opened) == 4


def test_the_server_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    ServerFile.write(tmp_path, "http://127.0.0.1:7860", "secret")

    assert ServerFile.path(tmp_path).stat().st_mode & 0o777 == 0o600
    server = ServerFile.read(tmp_path)
    assert server is not None
    assert (server.url, server.token) == ("http://127.0.0.1:7860", "secret")
    assert [path.name for path in tmp_path.iterdir()] == ["server.json"]


def test_every_command_but_the_servers_prints_json() -> None:
    def without(group: Any, name: str = "") -> list[str]:
        if hasattr(group, "commands"):
            return [
                found for key, command in group.commands.items() for found in without(command, f"{name} {key}".strip())
            ]
        return [] if any("--json" in option.opts for option in group.params) else [name]

    assert without(typer.main.get_command(cli.app)) == ["serve", "mcp"]


def test_articles_are_listed_in_part_or_whole(
    citera: Citera, monkeypatch: pytest.MonkeyPatch, opened: list[dict[str, Any]]
) -> None:
    whole = citera("articles", "list")
    parts = [citera("articles", "list", "--limit", 2, "--offset", offset) for offset in (0, 2)]
    assert [len(part.out.splitlines()) for part in parts] == [2, 1]
    assert "".join(part.out for part in parts) == whole.out
    assert (whole.err, parts[0].err) == ("", "2 of 3 articles.\n")
    monkeypatch.setattr("ui.local.PAGE", 1)
    assert citera("articles", "list").out == whole.out
    assert [one["title"] for one in json.loads(citera("articles", "list", "--search", "HARBOUR", "--json").out)] == [
        "Harbour to close for repairs"
    ]


def test_nothing_found_is_said_beside_an_empty_list(citera: Citera) -> None:
    for command in (["quotes", "--speaker", "nobody"], ["search", "zebra"], ["articles", "list", "--search", "zebra"]):
        outcome = citera(*command)
        assert (outcome.code, outcome.out, outcome.err) == (0, "", "Nothing found.\n")
    assert json.loads(citera("quotes", "--speaker", "nobody", "--json").out) == []
    assert citera("search", " ").code == 2


@pytest.fixture
def running(client: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[str]:
    """A server that holds the home; the command's HTTP goes to it without a socket."""
    import httpx

    url = "http://127.0.0.1:7860"
    home = tmp_path / "home"
    home.mkdir()
    lock = FolderLock(home, exclusive=True, address=url)
    ServerFile.write(home, url, "owner-token")

    def request(method: str, address: str, **options: Any) -> httpx.Response:
        options = {name: value for name, value in options.items() if name not in ("timeout", "trust_env")}
        reply: httpx.Response = client.request(method, address.removeprefix(url), **options)
        return reply

    monkeypatch.setattr(httpx, "request", request)
    monkeypatch.setattr(httpx, "get", lambda address, **options: request("GET", address, **options))
    yield url
    lock.release()


@pytest.mark.usefixtures("running")
def test_commands_use_the_running_server(
    citera: Citera, assistant: Any, opened: list[dict[str, Any]], harbour: Article, teaser: Article, tmp_path: Path
) -> None:
    (tmp_path / "draft.txt").write_text("The piles are sound.")
    assert "rotten | draft: sound" in citera("check", tmp_path / "draft.txt").out
    assert citera("ask", "what did Horii say?").out.startswith("Maja Horii: “The piles are rotten.” [1]")
    assert harbour.id in citera("search", "harbour").out
    assert "Maja Horii" in citera("quotes", "--speaker", "Horii").out
    assert harbour.id in citera("articles", "list").out
    assert harbour.text in citera("articles", "show", harbour.id).out
    assert citera("ingest", "good.txt", "empty.txt").code == 3
    assert assistant.ingested == [str(Path("good.txt").absolute()), str(Path("empty.txt").absolute())]
    assert citera("ingest", "https://news.example/", "--limit", 7).code == 0
    assert (assistant.ingested[2:], assistant.limits) == (["https://news.example/"], [None, 7])
    assert citera("articles", "remove", teaser.id).code == 0
    assert teaser.id not in assistant.live
    assert "server\thttp://127.0.0.1:7860" in citera("status").out
    assert opened == []


@pytest.mark.usefixtures("running")
def test_what_the_server_refuses_is_one_line(citera: Citera) -> None:
    missing = citera("articles", "show", "0000")
    model = citera("ask", "Who won?", "--model", "ollama:some")

    assert missing.code == model.code == 1
    assert citera("ask", " ").code == citera("search", "").code == 2
    assert "There is no article 0000." in one_line(missing.err)
    assert "--model" in one_line(model.err)


def test_the_turns_before_a_question_reach_the_server(running: str, assistant: Any, harbour: Article) -> None:
    server = Remote(ServerFile(running, "owner-token", 1))
    turns = [Turn("user", "what did Horii say?"), Turn("assistant", "That the piles are rotten.")]
    narrowed = SearchFilters(outlet="Lindvik Courier", published_from=date(2024, 2, 1))
    answer = server.ask("and when?", turns, narrowed)

    assert assistant.histories == [tuple(turns)]
    assert assistant.filters == [narrowed]
    assert answer["question"] == "and when?"
    assert server.articles("harbour", limit=1)["articles"][0]["id"] == harbour.id
    assert server.articles(limit=2, offset=2)["total"] == 3


def test_no_server_file_means_no_server(tmp_path: Path) -> None:
    assert Remote.of(tmp_path) is None
