"""The report of an ingest as JSON and as a page, and Ctrl-C."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ui.errors import ReportNotWrittenError
from ui.ingest_report import MAX_LINES, MAX_SHOWN, reports_to

EVIL = "<script>alert(1)</script>\x1b[31m"
OUTCOME: dict[str, Any] = {
    "added": 1,
    "updated": 0,
    "unchanged": 0,
    "withdrawn": 0,
    "teasers": 0,
    "chunks": 1,
    "rejections": 0,
    "rejected": [],
    "stopped": False,
}


def page(source: str = "a.txt", state: str = "added", **facts: Any) -> dict[str, Any]:
    article = {
        "title": "Harbour to close",
        "kind": "article",
        "outlet": "Lindvik Courier",
        "authors": ["Anna Berg"],
        "published": "2026-02-04",
        "url": "javascript:alert(1)",
        "language": "en",
        "paragraphs": ["The harbour closes."],
    }
    nothing: dict[str, Any] = {"reason": None, "remedy": None, "articles": [], "dropped": []}
    kept = {"articles": [article], "dropped": [{"text": "Share this", "rule": "share-bar"}]} if state == "added" else {}
    return {"source": source, "state": state, **nothing, **kept, **facts}


def written(path: Path, *pages: dict[str, Any], **outcome: Any) -> str:
    with reports_to([path]) as reports:
        for one in pages:
            reports.page(one)
        reports.finish(OUTCOME | outcome)
    return path.read_text(encoding="utf-8")


def test_json_has_every_page_and_the_sums(tmp_path: Path) -> None:
    rejected = page("b.txt", "rejected", reason="b.txt is empty.", remedy="Remove it.")

    report = json.loads(written(tmp_path / "report.json", page(), rejected, *[page(f"{n}.txt") for n in range(300)]))

    assert len(report["pages"]) == 302
    assert report["pages"][1] == rejected
    assert report["added"] == 1
    assert report["rules"] == {"share-bar": 301}
    assert json.loads(written(tmp_path / "none.json"))["pages"] == []


def test_the_page_shows_what_was_kept_and_dropped_and_why(tmp_path: Path) -> None:
    html = written(
        tmp_path / "report.html", page(), page("b.txt", "rejected", reason="b.txt is empty.", remedy="Remove it.")
    )

    for said in (
        "a.txt",
        "Harbour to close",
        "Anna Berg",
        "2026-02-04",
        "The harbour closes.",
        "share-bar",
        "Share this",
    ):
        assert said in html
    assert html.index("b.txt is empty.") < html.index("a.txt")
    assert "<script" not in html
    assert "href=" not in html
    assert "src=" not in html


def test_the_page_shows_a_limited_number_and_says_so(tmp_path: Path) -> None:
    long = page(dropped=[{"text": f"line {n}", "rule": "tags"} for n in range(MAX_LINES + 5)])

    html = written(tmp_path / "report.html", long, *[page(f"{n}.txt") for n in range(MAX_SHOWN + 7)])

    assert f"Added: {MAX_SHOWN + 8}" in html
    assert f"the first {MAX_SHOWN} are shown; a report in JSON has all" in html
    assert html.count("<article") == MAX_SHOWN
    assert "… and 5 more" in html
    assert "line 0" in html


def test_the_page_does_not_grow_with_its_pages(tmp_path: Path) -> None:
    large = page(dropped=[{"text": "word " * 100_000, "rule": "tags"}] * 8)

    html = written(tmp_path / "report.html", *[large] * 20)

    assert html.count("<article") == 3
    assert "Added: 20" in html


@pytest.mark.parametrize("name", ["report.html", "report.json"])
def test_hostile_pages_stay_text(tmp_path: Path, name: str) -> None:
    evil = page(EVIL, dropped=[{"text": EVIL, "rule": EVIL}])
    evil["articles"][0] |= {"title": EVIL, "paragraphs": [EVIL], "language": '" onload="x', "authors": [EVIL]}

    report = written(tmp_path / name, evil, page("\ud800"))

    if name.endswith("html"):
        assert "<script" not in report
        assert 'lang="" onload' not in report
    else:
        assert json.loads(report)["pages"][0] == evil
    assert "\x1b" not in report


def test_a_report_that_cannot_be_written_is_an_error_before_the_ingest(tmp_path: Path) -> None:
    with (
        pytest.raises(ReportNotWrittenError, match="Nothing was ingested"),
        reports_to([tmp_path / "no" / "report.json"]),
    ):
        pytest.fail("it was begun")


def test_a_stopped_ingest_says_so(tmp_path: Path) -> None:
    assert "stopped before its end" in written(tmp_path / "report.html", page(), stopped=True)


INTERRUPTED = """
import os, signal
from ui.progress import stop_on_interrupt
before = signal.getsignal(signal.SIGINT)
try:
    with stop_on_interrupt() as stop:
        print(stop())
        os.kill(os.getpid(), signal.SIGINT)
        print(stop())
        os.kill(os.getpid(), signal.SIGINT)
except KeyboardInterrupt:
    print("interrupted", signal.getsignal(signal.SIGINT) is before)
"""


def test_the_first_interrupt_asks_and_the_second_interrupts() -> None:
    """In a process of its own: a signal in the tests' process meets what other libraries made of its signal stack."""
    done = subprocess.run([sys.executable, "-c", INTERRUPTED], capture_output=True, text=True, check=True)

    assert done.stdout.split() == ["False", "True", "interrupted", "True"]
    assert "Stopping" in done.stderr
