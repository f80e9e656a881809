"""An ingest that is killed at any moment and run again leaves what an undisturbed one leaves."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOPICS = (
    (
        "Budget",
        "The council of {} approved its budget on Thursday. The vote was {} to 17 after a long debate in the hall.",
    ),
    ("Ferry", "A winter ferry will run between {} and the island from May. It takes {} passengers, the company says."),
    (
        "School",
        "“The school in {} stays open,” said Mayor Elin Strand. “We have {} pupils, and more are on their way.”",
    ),
    (
        "Hamn",
        "Hamnen i {} stänger på måndag för reparation. Arbetet tar {} veckor, säger hamnchefen Per Ek i ett uttalande.",
    ),
)
Run = Callable[..., dict[str, Any]]


def write_pages(folder: Path, *, changed: bool) -> Path:
    """Eight pages; `changed` alters three of them, takes two away and brings two more."""
    folder.mkdir()
    for number in range(10):
        if number in ((3, 7) if changed else (8, 9)):
            continue
        topic, text = TOPICS[number % 4]
        place = ("Almviken", "Skerrin", "Lindvik")[number % 3]
        body = "\n\n".join(
            text.format(place, number + part + (90 if changed and number < 3 else 10)) for part in range(3)
        )
        teaser = (
            ""
            if number % 5
            else "\n\nRelated articles\n\nThe keeper's cottage at the lighthouse will be auctioned on 30 April."
        )
        (folder / f"{number}.txt").write_text(f"{topic} in {place}, part {number}\n\n{body}{teaser}\n")
    return folder


@dataclass
class Undisturbed:
    """The two ingests, one upon the other, without a kill: what each leaves, and what it took."""

    run: Run
    pages: list[Path]
    homes: list[Path]
    left: list[dict[str, Any]] = field(default_factory=list)
    places: list[dict[str, int]] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Undisturbed]:
    folder = tmp_path_factory.mktemp("crashes")
    program = Path(__file__).with_name("ingest_process.py")
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "CITERA_CACHE": str(folder)}
    process = subprocess.Popen(
        [sys.executable, str(program), str(folder / "answer")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=environment,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    stdin, stdout = process.stdin, process.stdout

    def run(home: Path, pages: Path, **how: Any) -> dict[str, Any]:
        stdin.write(json.dumps({"home": str(home), "pages": str(pages), **how}) + "\n")
        stdin.flush()
        answer: dict[str, Any] = json.loads(stdout.readline())
        return answer

    # the same folder for both ingests, as the sources are paths in it
    pages = [write_pages(folder / "first", changed=False), write_pages(folder / "second", changed=True)]
    known = Undisturbed(run, pages, [folder / "home-0", folder / "home-1"])
    for number, version in enumerate(pages):
        live = show(folder, version)
        timed = folder / "timed"
        if number:
            shutil.copytree(known.homes[0], known.homes[1])
            shutil.copytree(known.homes[0], timed)
        counted = run(known.homes[number], live, count=True, dump=True)
        assert counted["status"] == 0
        known.left.append(counted["dump"])
        known.places.append(counted["places"])
        known.seconds.append(run(timed, live)["seconds"])
        shutil.rmtree(timed)
    yield known
    stdin.close()
    process.wait(timeout=60)
    stdout.close()


def show(folder: Path, version: Path) -> Path:
    """Puts a version of the pages where the ingest reads them."""
    live = folder / "pages"
    shutil.rmtree(live, ignore_errors=True)
    shutil.copytree(version, live)
    return live


def kill_and_run_again(known: Undisturbed, home: Path, number: int, chance: random.Random, *, timed: bool) -> str:
    """Kills the first or second ingest at a random place or moment, and gives it. Fails unless the next run makes good."""
    folder = home.parent
    if number:
        shutil.copytree(known.homes[0], home)
    live = show(known.homes[0].parent, known.pages[number])
    if timed:
        killed = known.run(home, live, kill_after=chance.random(), seconds=known.seconds[number])
    else:
        place = chance.choice(sorted(known.places[number]))
        killed = known.run(home, live, kill_at=(place, chance.randint(1, known.places[number][place])))
    assert killed["status"] in (-9, 0), killed
    assert timed or killed["status"] == -9
    again = known.run(home, live, dump=True)
    assert again["status"] == 0, f"after {killed['place']}"
    for part, held in known.left[number].items():
        assert again["dump"][part] == held, f"{part} after {killed['place']}"
    shutil.rmtree(home)
    assert folder.is_dir()
    return killed["place"] or "by the clock"


def test_the_undisturbed_runs_are_what_they_should_be(undisturbed: Undisturbed) -> None:
    for left, live in zip(undisturbed.left, (8, 8), strict=True):
        assert left["problems"] == left["outbox"] == []
        assert left["in chroma"] == left["in chroma as in the database"]
        assert len(left["in chroma"]) == len(left["chunks"]) > live
        assert left["collections"] == 1
        assert all(left["found"].values())
    assert len(undisturbed.left[1]["versions"]) > len(undisturbed.left[0]["versions"])


@pytest.mark.parametrize("number", [0, 1], ids=["creating", "updating"])
def test_killed_and_run_again(undisturbed: Undisturbed, tmp_path: Path, number: int) -> None:
    chance = random.Random(20260 + number)
    for timed in (False, False, True):
        kill_and_run_again(undisturbed, tmp_path / "home", number, chance, timed=timed)


@pytest.mark.full
def test_killed_at_fifty_points_and_run_again(undisturbed: Undisturbed, tmp_path: Path) -> None:
    chance = random.Random(5)
    places = [
        kill_and_run_again(undisturbed, tmp_path / "home", case % 2, chance, timed=case % 5 == 4) for case in range(50)
    ]
    assert len(set(places)) > 30
