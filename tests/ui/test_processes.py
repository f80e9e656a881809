"""One home and several processes: a real server, and the commands beside it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from index.errors import IndexBusyError
from index.lock import FolderLock, owner_of
from rag import Assistant, Settings
from ui import cli
from ui.errors import ServerRefusedError
from ui.remote import Remote, ServerFile

ROOT = Path(__file__).parents[2]
HARBOUR = """Harbour to close

The harbour of Lindvik closes on Monday for repairs that will take three weeks.

"The piles are rotten," said Maja Horvat, head of the port authority.
"""
FERRY = HARBOUR.replace("Harbour to close", "Ferry moves").replace("The harbour of Lindvik closes", "The ferry moves")


class Server:
    """`citera serve` in a process of its own."""

    def __init__(self, home: Path, cache: Path) -> None:
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "CITERA_HOME": str(home), "CITERA_CACHE": str(cache)}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "ui.cli", "serve", "--port", "0"],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def wait(self) -> None:
        assert self.process.stdout is not None
        assert self.process.stdout.readline().startswith("Citera is ready")

    def end(self, how: signal.Signals) -> None:
        self.process.send_signal(how)
        self.process.wait(timeout=60)
        assert self.process.stdout is not None
        self.process.stdout.close()


@pytest.fixture
def home(tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with one article."""
    monkeypatch.setenv("CITERA_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("CITERA_CACHE", str(cache))
    (tmp_path / "harbour.txt").write_text(HARBOUR)
    with Assistant.open(Settings()) as assistant:
        assistant.ingest(tmp_path / "harbour.txt")
    return tmp_path / "home"


@pytest.fixture
def server(home: Path, cache: Path) -> Iterator[Server]:
    started = Server(home, cache)
    started.wait()
    yield started
    if started.process.poll() is None:
        started.end(signal.SIGTERM)


@pytest.fixture
def citera(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """`citera("ask", "...")` -> exit code, stdout, stderr."""

    def run(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["citera", *map(str, arguments)])
        with pytest.raises(SystemExit) as exit_:
            cli.main()
        said = capsys.readouterr()
        assert isinstance(exit_.value.code, int)
        return exit_.value.code, said.out, said.err

    return run


@pytest.mark.slow
def test_every_command_goes_through_the_server(
    server: Server, home: Path, citera: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rag.Assistant.open", None)  # nothing is opened in this process
    monkeypatch.setattr("rag.assembly.check_home", None)
    monkeypatch.setattr("rag.assembly.rebuild_home", None)
    (tmp_path / "ferry.txt").write_text(FERRY)

    assert citera("ingest", tmp_path / "ferry.txt")[:2] == (0, "1 added, 0 updated, 0 unchanged, 0 withdrawn\n")
    assert "The piles are rotten" in citera("ask", "what did Horvat say?")[1]
    assert "Lindvik" in citera("search", "harbour repairs")[1]
    assert "Maja Horvat" in citera("quotes", "--speaker", "Horvat")[1]
    (ferry,) = [one for one in json.loads(citera("articles", "list", "--json")[1]) if one["title"] == "Ferry moves"]
    assert "rotten" in citera("articles", "show", ferry["id"])[1]
    assert f"pid\t{server.process.pid}" in citera("status")[1].splitlines()
    assert json.loads(citera("index", "verify", "--json")[1])["sound"] is True
    assert citera("index", "rebuild")[:2] == (0, "2 passages, 0 of them embedded now\n")
    code, out, err = citera("index", "rebuild", "--chunk-tokens", 20)
    assert (code, "CITERA_CHUNK_TOKENS=20" in err) == (0, True)
    assert int(out.split()[0]) > 2
    assert "The piles are rotten" in citera("ask", "what did Horvat say?")[1]
    assert json.loads(citera("index", "verify", "--json")[1])["problems"] == []
    assert citera("articles", "remove", ferry["id"])[0] == 0
    assert "articles\t1" in citera("status")[1]


@pytest.mark.slow
def test_a_server_that_hangs_is_named_and_one_that_was_killed_is_forgotten(
    server: Server, home: Path, citera: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    pid = server.process.pid
    with pytest.raises(IndexBusyError, match=rf"process {pid}, serving at http://127.0.0.1:\d+"):
        FolderLock(home, exclusive=True, wait=0.2)
    monkeypatch.setattr("ui.remote.ALIVE_SECONDS", 0.5)
    os.kill(pid, signal.SIGSTOP)
    code, out, err = citera("status")
    os.kill(pid, signal.SIGCONT)
    assert (code, out) == (1, "")
    assert "does not answer" in err
    assert f"stop process {pid}" in err
    server.end(signal.SIGKILL)
    assert ServerFile.path(home).exists()
    assert owner_of(home) is None
    code, out, err = citera("ask", "what did Horvat say?")
    assert (code, "The piles are rotten" in out) == (0, True)


@pytest.mark.slow
def test_commands_wait_for_a_server_that_is_starting(home: Path, cache: Path, citera: Any) -> None:
    server = Server(home, cache)
    while owner_of(home) is None and server.process.poll() is None:
        pass
    assert not ServerFile.path(home).exists()
    code, out, _ = citera("status")
    server.wait()
    server.end(signal.SIGTERM)
    assert (code, f"pid\t{server.process.pid}" in out.splitlines()) == (0, True)
    assert not ServerFile.path(home).exists()


def test_a_server_that_does_not_get_ready_is_named(tmp_path: Path) -> None:
    lock = FolderLock(tmp_path, exclusive=True, address="http://127.0.0.1:1")
    with pytest.raises(ServerRefusedError, match=rf"process {os.getpid()}\) holds .* is not ready yet"):
        Remote.of(tmp_path, wait=0.3)
    lock.release()


def test_the_token_goes_to_no_program_that_took_the_port(tmp_path: Path, web: Any) -> None:
    """Neither when nobody holds the home, nor when a command that is no server does, nor another server."""
    web.put("/livez", b"{}", type="application/json")
    ServerFile.write(tmp_path, web.url, "secret")
    assert Remote.of(tmp_path, wait=0) is None
    lock = FolderLock(tmp_path, exclusive=True)
    assert Remote.of(tmp_path, wait=0) is None
    lock.release()
    ServerFile.path(tmp_path).write_text(json.dumps({"url": web.url, "token": "secret", "pid": os.getpid() + 1}))
    lock = FolderLock(tmp_path, exclusive=True, address="http://127.0.0.1:1")
    with pytest.raises(ServerRefusedError):
        Remote.of(tmp_path, wait=0)
    lock.release()
    assert web.asked == []


def test_readers_share_and_a_second_writer_is_told(home: Path, citera: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.lock.FolderLock.__init__.__kwdefaults__", {"address": None, "wait": 0.2})
    monkeypatch.setattr("index.opening._open.__kwdefaults__", {"address": None, "wait": 0.2})
    with Assistant.open(Settings(), exclusive=False) as reader:
        answers: list[tuple[int, str, str]] = []
        other = Thread(target=lambda: answers.append(citera("ask", "what did Horvat say?")))
        other.start()
        other.join()
        assert answers[0][0] == 0
        assert not reader.ask("what did Horvat say?").refused
        code, out, err = citera("ingest", home.parent / "harbour.txt")
        assert (code, out) == (1, "")
        assert err == f"{home} is in use by another process. Wait for it, or stop it.\n"
