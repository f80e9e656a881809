"""Ingesting files of many records, folders of every format, and stopping half-way."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from corpus.readers.records import Upload
from index import build
from index.ingest_report import IngestProgress, PageReport

DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]


def lines(*days: str) -> str:
    return "".join(
        json.dumps({"id": day, "title": day, "text": f"The harbour closes on {day} for repairs."}) + "\n"
        for day in days
    )


@pytest.fixture
def news(tmp_path: Path) -> Path:
    folder = tmp_path / "news"
    folder.mkdir()
    (folder / "week.jsonl").write_text(lines(*DAYS))
    return folder


def titles(index: Any) -> set[str]:
    return {article.title for article in index.store.live_articles()}


def test_a_folder_of_every_format_makes_one_report(index: Any, tmp_path: Path, every_format: dict[str, bytes]) -> None:
    folder = tmp_path / "all"
    folder.mkdir()
    for name, raw in every_format.items():
        (folder / name).write_bytes(raw)
    (folder / "z.doc").write_bytes(b"\xd0\xcf\x11\xe0")
    told: list[PageReport] = []

    report = index.builder.ingest([folder], pages=told.append)

    assert (report.added, report.teasers, report.updated, report.unchanged, report.rejections) == (20, 3, 0, 0, 1)
    assert [article.kind for article in index.store.live_articles()].count("article") == 17
    assert index.store.counts()["articles"] == 2, "one text, and the same with the quotation marks of the PDF"
    assert Counter(page.state for page in told) == {"added": 17, "rejected": 1}
    days = Counter(article.published and article.published.isoformat() for page in told for article in page.articles)
    assert days == {"2026-02-04T07:30:00+01:00": 14, "2026-02-04": 1, None: 5}
    assert index.builder.ingest([folder]).unchanged == 20


def test_records_of_one_file_change_come_and_go_each_alone(index: Any, news: Path) -> None:
    assert index.builder.ingest([news]).added == 7
    changed = lines("Monday", "Tuesday", "Friday").replace("on Friday", "at noon on Friday")
    (news / "week.jsonl").write_text(changed + lines("Holiday"))

    report = index.builder.ingest([news])
    assert (report.added, report.updated, report.unchanged, report.withdrawn) == (1, 1, 2, 0)
    assert titles(index) == {*DAYS, "Holiday"}

    report = index.builder.ingest([news], prune=True)
    assert (report.unchanged, report.withdrawn) == (4, 4)
    assert titles(index) == {"Monday", "Tuesday", "Friday", "Holiday"}


@pytest.mark.parametrize("damage", ["gone", "bad line", "not readable", "elsewhere"])
def test_pruning_withdraws_what_is_gone_and_nothing_that_could_not_be_read(index: Any, news: Path, damage: str) -> None:
    file = news / "week.jsonl"
    index.builder.ingest([news])
    if damage == "gone":
        file.unlink()
    elif damage == "bad line":
        file.write_text(lines(*DAYS[:6]) + "{nonsense\n")
    elif damage == "not readable":
        file.rename(news / "week.json")
        file.mkdir()
    (news / "other").mkdir()

    report = index.builder.ingest([news / "other" if damage == "elsewhere" else news], prune=True)

    left = {"gone": 0, "bad line": 6, "not readable": 7, "elsewhere": 7}[damage]
    assert len(titles(index)) == left
    assert report.withdrawn == (7 - left if damage != "not readable" else 0)


def test_a_pattern_prunes_what_it_matches(index: Any, news: Path) -> None:
    (news / "a.txt").write_text("A\n\nThe ferry sails on Monday at noon.")
    (news / "b.md").write_text("# B\n\nThe ferry sails on Sunday at noon.")
    index.builder.ingest([news])
    (news / "a.txt").unlink()
    (news / "b.md").unlink()

    report = index.builder.ingest([str(news / "*.[jt]*")], prune=True)

    assert report.withdrawn == 1
    assert titles(index) == {*DAYS, "B"}


def test_a_stop_loses_nothing_and_the_next_ingest_goes_on(
    index: Any, news: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build, "BATCH_CHUNKS", 2)
    told: list[PageReport] = []

    report = index.builder.ingest([news], prune=True, pages=told.append, stop=lambda: len(told) >= 4)

    assert report.stopped
    assert (report.added, report.withdrawn) == (4, 0)
    stored, known = index.chunk_ids()
    assert stored == known
    assert not index.store.outbox()
    index.retriever._embedder.embedded.clear()

    report = index.builder.ingest([news])

    assert (report.added, report.unchanged, report.stopped) == (3, 4, False)
    assert titles(index) == set(DAYS)
    assert len(index.retriever._embedder.embedded) == 3


def test_progress_counts_bytes_and_articles_and_ends_at_the_end(
    index: Any, news: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build, "BATCH_CHUNKS", 2)
    (news / "a.txt").write_text("A\n\nThe ferry sails on Monday at noon.")
    steps: list[IngestProgress] = []

    index.builder.ingest([news], progress=steps.append)

    total = sum(file.stat().st_size for file in news.iterdir())
    reading = [step for step in steps if step.stage == "reading"]
    assert {step.total for step in reading} == {total}
    assert [step.done for step in reading] == sorted(step.done for step in reading)
    assert 0.8 * total < reading[-1].done <= total
    assert steps[-1].articles >= 7


def test_uploads_are_taken_record_by_record(index: Any, every_format: dict[str, bytes]) -> None:
    told: list[PageReport] = []
    sent = Upload("news.jsonl", every_format["g.jsonl"] + b"{\n")

    report = index.builder.ingest_uploads([sent], trust_urls=False, pages=told.append)

    assert (report.added, report.rejections) == (2, 1)
    assert [page.source for page in told] == [f"{sent.source}#3", f"{sent.source}#1", f"{sent.source}#2"]
    assert index.builder.ingest_uploads([sent], trust_urls=False).unchanged == 2


def test_a_report_lists_the_first_rejections_and_counts_all(
    index: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("index.ingest_report.MAX_LISTED", 2)
    files = [tmp_path / f"{number}.txt" for number in range(5)]
    for file in files:
        file.write_text(" ")

    report = index.builder.ingest(files)

    assert report.rejections == 5
    assert [one.source for one in report.rejected] == [str(file) for file in files[:2]]


def test_an_old_text_file_keeps_its_id(index: Any, tmp_path: Path, make_article: Callable[..., Any]) -> None:
    path = tmp_path / "old.txt"
    path.write_text("The harbour closes on Monday for repairs.")

    index.builder.ingest([path])

    assert [article.id for article in index.store.live_articles()] == [make_article(str(path), None, "x").id]


def test_a_page_with_nothing_but_boilerplate_lists_what_it_held(index: Any, tmp_path: Path) -> None:
    told: list[PageReport] = []

    path = tmp_path / "a.txt"
    path.write_text("Annons\n\nWe use cookies on this site.")
    index.builder.ingest([path], pages=told.append)

    (page,) = told
    assert page.rejected is not None
    assert page.rejected.source == str(path)
    assert {line.rule for line in page.dropped} == {"advertisement", "cookie-notice"}
