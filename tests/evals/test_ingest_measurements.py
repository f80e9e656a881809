from __future__ import annotations

import json
from pathlib import Path
from typing import Literal

import pytest

from corpus.samples import samples_folder
from evals import ingest_memory, ingest_speed


@pytest.mark.parametrize("part", ["index", "store"])
def test_articles_of_the_memory_test_are_all_different_and_all_taken(
    tmp_path: Path, part: Literal["index", "store"]
) -> None:
    said: list[str] = []

    figures = ingest_memory.measure(tmp_path, 60, 20, said.append, part=part)

    lines = [json.loads(line) for line in (tmp_path / "articles.jsonl").read_text("utf-8").splitlines()]
    assert len({line["text"] for line in lines}) == 60
    assert said[-1].startswith("60 added in ")
    assert figures
    assert all(megabytes > 0 for megabytes in figures)


def test_reading_alone_holds_one_article_at_a_time(tmp_path: Path) -> None:
    figures = ingest_memory.measure(tmp_path, 60, 20, lambda _: None, part="reading", sentences=60)

    assert len(figures) == 3
    assert figures[-1] - figures[0] < 5


def test_speed_counts_whole_rounds(tmp_path: Path) -> None:
    for sample in sorted(samples_folder().glob("*.txt"))[:3]:
        (tmp_path / sample.name).write_bytes(sample.read_bytes())

    speed = ingest_speed.measure([tmp_path], 0.05)

    assert speed.records > 0
    assert speed.records % 3 == 0
    assert speed.rate == speed.records / speed.seconds
