"""One writer, or any number of readers, across processes."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from index.errors import IndexBusyError
from index.lock import FolderLock

HOLDER = """
import sys
from pathlib import Path
from index.lock import FolderLock
lock = FolderLock(Path(sys.argv[1]), exclusive=sys.argv[2] == "writer", address="127.0.0.1:7860")
print("held", flush=True)
sys.stdin.read()
lock.release()
"""


@pytest.fixture
def hold(tmp_path: Path) -> Iterator[Callable[[str], subprocess.Popen[str]]]:
    """`hold("writer")` or `hold("reader")`: another process that holds the test's folder until its input ends."""
    started: list[subprocess.Popen[str]] = []

    def start(kind: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", HOLDER, str(tmp_path), kind]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        started.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        return process

    yield start
    for process in started:
        process.communicate(timeout=20)


@pytest.mark.parametrize("exclusive", [True, False])
def test_a_writer_keeps_everyone_out_and_is_named(
    tmp_path: Path, hold: Callable[[str], subprocess.Popen[str]], exclusive: bool
) -> None:
    other, started = hold("writer"), time.monotonic()
    with pytest.raises(IndexBusyError) as caught:
        FolderLock(tmp_path, exclusive=exclusive, wait=0.3)
    assert 0.2 < time.monotonic() - started < 5
    assert f"process {other.pid}" in caught.value.what
    assert "127.0.0.1:7860" in caught.value.what
    assert caught.value.retry


def test_readers_share_and_keep_a_writer_out(tmp_path: Path, hold: Callable[[str], subprocess.Popen[str]]) -> None:
    other = hold("reader")
    FolderLock(tmp_path, exclusive=False, wait=0.3).release()
    with pytest.raises(IndexBusyError, match="another process"):
        FolderLock(tmp_path, exclusive=True, wait=0.3)
    other.communicate(timeout=20)
    FolderLock(tmp_path, exclusive=True, wait=0.3).release()


def test_waiting_ends_when_the_writer_lets_go(tmp_path: Path, hold: Callable[[str], subprocess.Popen[str]]) -> None:
    other = hold("writer")
    assert other.stdin is not None
    other.stdin.close()
    FolderLock(tmp_path, exclusive=True, wait=10).release()
    assert not (tmp_path / "owner.json").exists()
    other.stdin = None


def test_a_killed_writer_holds_nothing(tmp_path: Path, hold: Callable[[str], subprocess.Popen[str]]) -> None:
    hold("writer").kill()
    FolderLock(tmp_path, exclusive=True, wait=10).release()


def test_a_killed_writer_is_not_blamed(tmp_path: Path, hold: Callable[[str], subprocess.Popen[str]]) -> None:
    dead = hold("writer")
    dead.kill()
    reader = FolderLock(tmp_path, exclusive=False, wait=10)
    try:
        with pytest.raises(IndexBusyError) as caught:
            FolderLock(tmp_path, exclusive=True, wait=0.3)
        assert str(dead.pid) not in caught.value.what
    finally:
        reader.release()
