"""`citera doctor`, `--json` and completion, each command in a process of its own; and what a terminal sees."""

from __future__ import annotations

import json
import os
import pty
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rag import Assistant, Settings
from ui.doctor import Check, examine

ROOT = Path(__file__).parents[2]
ARTICLE = (
    "Harbour to close\n\nThe harbour of Lindvik closes on Monday for repairs.\n\n"
    "“The piles are rotten,” said Maja Horii, head of the port authority.\n"
)

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def environment(tmp_path: Path, cache: Path) -> dict[str, str]:
    return {
        **os.environ,
        "CITERA_HOME": str(tmp_path / "home"),
        "CITERA_CACHE": str(cache),
        "PYTHONPATH": str(ROOT),
        "TERM": "xterm",
    }


@pytest.fixture
def citera(environment: dict[str, str], tmp_path: Path) -> Run:
    def run(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "ui.cli", *arguments]
        how = {**environment, **variables}
        return subprocess.run(command, capture_output=True, text=True, env=how, cwd=tmp_path, timeout=120)

    return run


def checks(settings: Settings) -> dict[str, Check]:
    return {check.name: check for check in examine(settings)}


def test_doctor_finds_nothing_wrong_with_a_new_home_and_leaves_it_new(tmp_path: Path, cache: Path) -> None:
    found = checks(Settings(home=tmp_path / "home", cache=cache))

    assert not [check for check in found.values() if check.state == "wrong"]
    assert found["index"] == Check(
        "index", "note", "nothing has been ingested", "citera ingest PATH, or citera serve for the samples"
    )
    assert found["embedding model"].found.startswith("multilingual-e5-small on ")
    assert "citera" in found["versions"].found
    assert not (tmp_path / "home").exists()


def test_doctor_counts_what_is_indexed(tmp_path: Path, cache: Path) -> None:
    settings = Settings(home=tmp_path / "home", cache=cache)
    (tmp_path / "a.txt").write_text(ARTICLE)
    with Assistant.open(settings) as assistant:
        assistant.ingest([tmp_path / "a.txt"])

    assert checks(settings)["index"].found == "1 articles, 1 chunks, 1 quotations"


def test_doctor_says_what_is_wrong_and_what_to_do(tmp_path: Path, cache: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    (tmp_path / "damaged").mkdir()
    (tmp_path / "damaged" / "citera.db").write_bytes(b"no database" * 100)
    model = {"embedding_model": "no/such-model", "model": "ollama"}
    found = checks(Settings(home=tmp_path / "file", cache=cache, **model))
    damaged = checks(Settings(home=tmp_path / "damaged", cache=cache))

    for check in (found["home"], found["embedding model"], found["language model"], damaged["index"]):
        assert check.state == "wrong", check
        assert check.remedy
    assert found["language model"].remedy.startswith("Use extractive, or PROVIDER:MODEL")


def test_doctor_notes_a_port_in_use(tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(home=tmp_path, cache=cache)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        monkeypatch.setattr("ui.doctor.PORT", taken.getsockname()[1])
        found = checks(settings)["port"]

    assert (found.state, "in use" in found.found) == ("note", True)


@pytest.mark.slow
def test_doctor_exits_1_where_something_is_wrong(citera: Run) -> None:
    good, bad = citera("doctor", "--json"), citera("doctor", "--json", CITERA_EMBEDDING_MODEL="no/such-model")

    assert (good.returncode, json.loads(good.stdout)["ok"]) == (0, True)
    assert (bad.returncode, json.loads(bad.stdout)["ok"]) == (1, False)
    wrong = [check for check in json.loads(bad.stdout)["checks"] if check["state"] == "wrong"]
    assert [check["name"] for check in wrong] == ["embedding model"]


@pytest.mark.slow
def test_json_from_every_command_and_no_colours_in_a_pipe(citera: Run, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(ARTICLE)
    ingested = json.loads(citera("ingest", "a.txt", "--json").stdout)
    (article,) = json.loads(citera("articles", "list", "--json").stdout)
    removed = citera("articles", "remove", article["id"], "--json")

    assert ingested["added"] == 1
    assert json.loads(removed.stdout) == {"removed": article["id"]}
    for command in (["ask", "what did Horii say?"], ["status"], ["articles", "list"], ["doctor"], ["--help"]):
        piped = citera(*command, FORCE_COLOR="")
        assert "\x1b" not in piped.stdout, command


@pytest.mark.slow
def test_a_terminal_gets_colours_and_headed_tables(environment: dict[str, str], citera: Run, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(ARTICLE)
    assert citera("ingest", "a.txt").returncode == 0

    def seen(*arguments: str) -> str:
        ours, theirs = pty.openpty()
        done = subprocess.Popen(
            [sys.executable, "-m", "ui.cli", *arguments], stdout=theirs, stderr=theirs, env=environment, cwd=tmp_path
        )
        os.close(theirs)
        output = b""
        try:
            while part := os.read(ours, 4096):
                output += part
        except OSError:  # how Linux says that the other end is closed
            pass
        assert done.wait(60) == 0
        os.close(ours)
        return output.decode()

    asked = seen("ask", "what did Horii say?")
    assert "“The piles are rotten" in asked
    assert "\x1b[1;36m[1]" in asked
    assert "Outlet" in seen("articles", "list")
    assert "What to do" in seen("doctor")


@pytest.mark.slow
def test_shells_are_told_how_to_complete(citera: Run) -> None:
    script = citera("--show-completion", "bash", _TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION="1")
    words = {"COMP_WORDS": "citera art", "COMP_CWORD": "1", "_CITERA_COMPLETE": "complete_bash"}
    program = "import sys; sys.argv = ['citera']; from ui.cli import main; main()"
    completed: Any = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        env={**os.environ, **words},
        cwd=ROOT,
        timeout=60,
    )

    assert "_CITERA_COMPLETE" in script.stdout or "_COMPLETE" in script.stdout
    assert completed.stdout.split() == ["articles"]
