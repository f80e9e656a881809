"""Disks that are full, folders that cannot be written to, files that are damaged: said in one line with a way out, and nothing lost."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from corpus.article import Article
from corpus.errors import CiteraError
from index.errors import CorruptStoreError
from rag import Assistant, Settings
from rag.assembly import check_home, rebuild_home

ROOT = Path(__file__).parents[2]
PROGRAM = """
import resource, signal, sys
import rag.assembly
from tests.conftest import FakeEmbedder
rag.assembly.open_embedder = lambda *_, **__: FakeEmbedder()
limit = int(sys.argv.pop(1))
if limit:
    from corpus.language import detect_language
    detect_language("Its model is unpacked into a temporary file.")
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
from ui.cli import main
main()
"""


def citera(
    home: Path, *arguments: object, limit: int = 0, unprivileged: bool = False
) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own that writes no file over `limit` bytes; `unprivileged` takes root's way around modes."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "CITERA_HOME": str(home), "CITERA_CACHE": str(home.parent)}
    return subprocess.run(
        [
            *(["setpriv", "--bounding-set", "-dac_override,-dac_read_search"] if unprivileged else []),
            sys.executable,
            "-c",
            PROGRAM,
            str(limit),
            *map(str, arguments),
        ],
        capture_output=True,
        text=True,
        timeout=120,
        env=environment,
        cwd=ROOT,
        check=False,
    )


def failed_with(done: subprocess.CompletedProcess[str], *said: str) -> None:
    assert "Traceback" not in done.stderr, done.stderr
    assert done.returncode == (2 if "cannot be used" in done.stderr else 1), done.stderr
    assert done.stdout == ""
    last = done.stderr.splitlines()[-1]
    for words in said:
        assert words in last


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    """20 articles, 80 kilobytes."""
    folder = tmp_path / "pages"
    folder.mkdir()
    for number in range(20):
        body = "\n\n".join(
            f"Boat {number} leaves pier {n} at {n + number} for the islands beyond Skerrin." for n in range(120)
        )
        (folder / f"{number}.txt").write_text(f"Boats of day {number}\n\n{body}\n")
    return folder


@pytest.fixture
def _fake(monkeypatch: pytest.MonkeyPatch, fake_embedder: Any) -> None:
    monkeypatch.setattr("rag.assembly.open_embedder", lambda *_, **__: fake_embedder)


def sound(home: Path) -> int:
    """Fails unless the home is sound; gives its articles."""
    assert check_home(Settings(home=home)).problems == ()
    with Assistant.open(Settings(home=home)) as assistant:
        return assistant.status().articles


@pytest.mark.slow
@pytest.mark.usefixtures("_fake")
def test_a_disk_that_runs_full_is_said_and_the_next_run_goes_on(tmp_path: Path, pages: Path) -> None:
    home = tmp_path / "home"
    (tmp_path / "first.txt").write_text("First\n\nThe first boat leaves pier 1 for the islands.\n")
    assert citera(home, "ingest", tmp_path / "first.txt").returncode == 0
    told = [citera(home, "ingest", pages, limit=limit) for limit in (150_000, 300_000)]
    for done in told:
        failed_with(done, str(home), "full", "what was ingested is kept")
    assert sound(home) >= 1
    assert citera(home, "ingest", pages).returncode == 0
    assert sound(home) == 21


@pytest.mark.slow
@pytest.mark.usefixtures("_fake")
@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs a mount of its own")
def test_a_small_disk(tmp_path: Path, pages: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=900k", "none", str(disk)], capture_output=True, check=False
    )
    if mount.returncode:
        pytest.skip("may not mount")
    try:
        failed_with(citera(disk / "home", "ingest", pages), str(disk), "full")
        subprocess.run(["mount", "-o", "remount,size=64m", str(disk)], check=True)
        assert citera(disk / "home", "ingest", pages).returncode == 0
        assert sound(disk / "home") == 20
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        for command in (["ask", "which boat?"], ["ingest", str(pages)], ["index", "verify"], ["index", "rebuild"]):
            failed_with(citera(disk / "home", *command), str(disk / "home"), "cannot be", "another --home")
        failed_with(citera(disk / "other", "status"), str(disk / "other"), "cannot be used")
        subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)
        assert sound(disk / "home") == 20
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)


@pytest.mark.slow
@pytest.mark.usefixtures("_fake")
@pytest.mark.parametrize("closed", ["home", "citera.db", "lock.db", "chroma", "parent"])
def test_what_may_not_be_written_is_named(tmp_path: Path, pages: Path, closed: str) -> None:
    root = os.geteuid() == 0
    if root and not shutil.which("setpriv"):
        pytest.skip("root may write anywhere, and there is no setpriv to take that away")
    home = tmp_path / "home"
    with Assistant.open(Settings(home=home)) as assistant:
        assistant.ingest(pages / "1.txt")
    targets = {"parent": tmp_path, "home": home, "chroma": next((home / "chroma").iterdir())}
    target = targets.get(closed, home / closed)
    asked = tmp_path / "new" if closed == "parent" else home
    before = target.stat().st_mode
    target.chmod(0o555 if target.is_dir() else 0o444)
    done = citera(asked, "ingest", pages / "2.txt", unprivileged=root)
    target.chmod(before)
    failed_with(done, str(asked), "cannot be", "--home")
    assert sound(home) == 1


@pytest.mark.usefixtures("_fake")
def test_a_home_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("no folder")
    with pytest.raises(CiteraError, match=r"home cannot be used .*--home"):
        Assistant.open(Settings(home=tmp_path / "home"))


def use(home: Path, articles: list[Article]) -> None:
    with Assistant.open(Settings(home=home)) as assistant:
        assistant.ask("which boat leaves pier 3?")
        assistant.quotes()
        assistant.articles()
        assistant.ingest_articles(articles)
    check_home(Settings(home=home))
    rebuild_home(Settings(home=home))


@pytest.mark.usefixtures("_fake")
def test_a_damaged_database_is_named_wherever_it_is_damaged(
    tmp_path: Path, make_article: Callable[..., Article], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every other page of it in turn, some bytes anywhere: either all goes well, or the error is one for a person."""
    articles = [
        make_article(str(n), f"Boats {n}", f"Boat {n} leaves pier {n * 7}. It is {n} years old.") for n in range(30)
    ]
    home = tmp_path / "home"
    with Assistant.open(Settings(home=home)) as assistant:
        assistant.ingest_articles(articles)
    whole = (home / "citera.db").read_bytes()
    damaged = {"header": b"\xa5" * 100 + whole[100:], "half": whole[: len(whole) // 2], "stub": whole[:5000]}
    for page in range(0, len(whole) // 4096, 2):
        damaged[f"page {page}"] = whole[: page * 4096] + b"\xa5" * 4096 + whole[page * 4096 + 4096 :]
    chance = random.Random(11)
    for case in range(30):
        flipped = bytearray(whole)
        start = chance.randrange(200, len(whole) - 60)
        flipped[start : start + 60] = chance.randbytes(60)
        damaged[f"bytes {case}"] = bytes(flipped)
    damaged["last"] = b"\xa5" * 9000
    raised = 0
    for what, content in damaged.items():
        broken = tmp_path / "broken"
        shutil.rmtree(broken, ignore_errors=True)
        shutil.copytree(home, broken)
        (broken / "citera.db").write_bytes(content)
        with suppress(CiteraError):
            use(broken, [*articles, make_article("new", "New", f"A new boat, {what}.")])
            continue
        raised += 1
    assert len(damaged) / 3 < raised < len(damaged)
    with pytest.raises(CorruptStoreError, match=rf"{tmp_path}/broken/citera\.db .*ingest your sources again"):
        use(broken, articles)


@pytest.mark.usefixtures("_fake")
def test_a_damaged_log_costs_no_more_than_what_it_held(tmp_path: Path, make_article: Callable[..., Article]) -> None:
    articles = [
        make_article(str(n), f"Boats {n}", f"Boat {n} leaves pier {n * 7}. It is {n} years old.") for n in range(30)
    ]
    home, killed = tmp_path / "home", tmp_path / "killed"
    with Assistant.open(Settings(home=home)) as assistant:
        assistant.ingest_articles(articles[:20])
    with Assistant.open(Settings(home=home)) as assistant:
        assistant.ingest_articles(articles[20:])
        shutil.copytree(home, killed)  # as a kill leaves it: the log not yet taken over
    log = killed / "citera.db-wal"
    whole = log.read_bytes()
    for content in (whole[: len(whole) // 3], whole[:5000] + b"\xa5" * 9000 + whole[14000:], b"\xa5" * len(whole), b""):
        broken = tmp_path / "broken"
        shutil.rmtree(broken, ignore_errors=True)
        shutil.copytree(killed, broken)
        (broken / "citera.db-wal").write_bytes(content)
        with Assistant.open(Settings(home=broken)) as assistant:
            assert {one.id for one in articles[:20]} <= {one.id for one in assistant.articles()}
            assistant.ingest_articles(articles)
            assert assistant.status().articles == 30
        assert check_home(Settings(home=broken)).problems == ()
