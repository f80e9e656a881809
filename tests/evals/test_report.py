"""What a report says, and that nothing in a run can become markup, a script, a request or a mention."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from corpus.article import Span
from evals import RunFolderError, report
from evals.evidence import Place
from evals.markup import document, el
from evals.plots import curve_plot, interval_bar, time_plot
from evals.report import WORST, findings_of
from evals.resampling import Interval
from evals.run_folder import ArticleText, Row, Run, finish
from rag.conversation import Turn

MakeRow = Callable[..., Row]
HOSTILE = '<script src="//x.example/a.js">alert(1)</script>"\'> <img src=x onerror=alert(1)> `@team` ```|[a](//x.example) ]]>&amp;'
TEXT = "The harbour opened in 1912. It closed in 1950."


def answered(question: str = "When?", text: str = "In 1912. [1]", **facts: Any) -> dict[str, Any]:
    """An answer in its JSON form, with one citation and two passages."""
    citation = {"marker": 1, "article_id": "a1", "text_sha256": "x", "start": 0, "end": 27, "quote": TEXT[:27]}
    citation |= {
        "title": "Harbour",
        "outlet": None,
        "published": None,
        "url": None,
        "speaker": "Ann",
        "kind": "article",
    }
    passage = {"article_id": "a1", "start": 0, "end": len(TEXT), "score": 7.5, "found_by": ["dense", "lexical"]}
    return {
        **{"question": question, "standalone_question": question, "text": text, "refused": False},
        **{"refusal_reason": None, "language": "en", "citations": [citation], "removed": [], "passages": [passage]},
        **{"timings_ms": {"search": 4.0, "write": 2.0}, "model": "extractive", "settings_digest": "s"},
        **facts,
    }


@pytest.fixture
def reported(tmp_path: Path, make_run: Callable[..., Run]) -> Callable[..., tuple[str, str]]:
    """`reported(rows, texts)` gives the HTML and the Markdown of a run of those rows."""

    def make(rows: list[Row], *texts: ArticleText, **facts: Any) -> tuple[str, str]:
        finish(
            tmp_path,
            make_run(rows, **facts),
            rows,
            {},
            texts or [ArticleText(article_id="a1", title="Harbour", text=TEXT)],
        )
        written = report(tmp_path)
        assert (written.html, written.markdown) == (tmp_path / "report.html", tmp_path / "report.md")
        return written.html.read_text("utf-8"), written.markdown.read_text("utf-8")

    return make


@pytest.fixture
def wrong(make_row: MakeRow) -> Row:
    """An answered question whose answer is not right."""
    scores = {"right": 0.0, "mrr": 1.0, "contains_gold": 0.0, "citation_exact": 1.0}
    return make_row(
        1,
        scores,
        question="When did it close?",
        expected=("a1",),
        gold_words=("1950",),
        gold=(Place("a1", Span(41, 45)),),
        answer=answered(removed=[{"text": "It sank.", "reason": "not in the article"}]),
        tags=("fact",),
    )


class Elements(HTMLParser):
    """The tags and attributes that a browser would see."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes.update(name for name, _ in attrs)


def text_of(page: str) -> str:
    return re.sub(r"<[^>]+>", "\n", page)


def test_a_failure_is_shown_with_all_that_it_takes_to_judge_it(
    reported: Callable[..., tuple[str, str]], wrong: Row
) -> None:
    page, markdown = reported([wrong])

    for said in ("When did it close?", "1950", "Harbour", "In 1912. [1]", "It sank.", "not in the article", "7.50"):
        assert said in text_of(page)
    assert "<mark>1950</mark>" in page
    assert "contains_gold 0.00: so it is" in page
    for said in ("`When did it close?`", "`1950`", "`In 1912. [1]`"):
        assert said in markdown


def test_scores_have_their_intervals_by_tag_too(
    reported: Callable[..., tuple[str, str]], wrong: Row, make_row: MakeRow
) -> None:
    right = [make_row(i, {"right": 1.0, "mrr": 1.0}, tags=("quote",), answer=answered()) for i in range(2, 12)]
    page, markdown = reported([wrong, *right])

    assert "0.909" in page
    assert re.search(r"\| right \| .* \| 0\.909 \| 0\.727–1\.000 \| 11 \|", markdown)
    assert re.search(r"\| `fact` \| 1 \| 0\.00 ", markdown)
    assert re.search(r"\| `quote` \| 10 \| 1\.00 ", markdown)
    assert "100% of the questions answered, 9% of those wrongly" in markdown
    assert re.search(r"\| search \| 4\.0 \| 4\.0 \|", markdown)
    assert page.count("<svg") == 2 + 4


def test_words_of_the_run_stay_words(reported: Callable[..., tuple[str, str]], make_row: MakeRow) -> None:
    """Question, gold, answer, reason, tags, ids, titles, passages and settings are all hostile here."""
    hostile = make_row(
        1,
        {"right": 0.0, "contains_gold": 0.0},
        id=HOSTILE,
        question=HOSTILE,
        tags=(HOSTILE,),
        history=(Turn("user", HOSTILE),),
        speaker=HOSTILE,
        language='en" onclick="x',
        expected=(HOSTILE,),
        gold_words=(HOSTILE,),
        gold=(Place(HOSTILE, Span(3, 9)),),
        why={"right": HOSTILE, "contains_gold": HOSTILE},
        answer=answered(
            HOSTILE, HOSTILE, removed=[{"text": HOSTILE, "reason": HOSTILE}], standalone_question="\x1b[2J\u202e"
        ),
    )
    assert hostile.answer is not None
    hostile.answer["citations"][0].update(quote=HOSTILE, title=HOSTILE, speaker=HOSTILE)
    hostile.answer["passages"][0].update(article_id=HOSTILE, found_by=[HOSTILE])
    page, markdown = reported(
        [hostile], ArticleText(article_id=HOSTILE, title=HOSTILE, text=HOSTILE), settings={"model": HOSTILE}
    )
    seen = Elements(page)

    assert not {"script", "img", "a", "iframe", "link", "object", "form", "base"} & set(seen.tags)
    assert not {name for name in seen.attributes if name.startswith("on") or name in ("src", "href", "style")}
    assert "alert(1)" in text_of(page)
    assert "\x1b" not in page
    assert "\u202e" not in page
    outside_code = re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", "", markdown)
    assert not re.search(r"alert|@team|x\.example|<(?!/?(?:details|summary)>)", outside_code)


def test_nothing_is_fetched_and_nothing_runs(reported: Callable[..., tuple[str, str]], wrong: Row) -> None:
    page, _ = reported([wrong])

    assert "default-src 'none'" in page
    assert not re.search(r"https?://|url\(|@import|javascript:", page)
    assert "prefers-color-scheme: dark" in page
    assert 'name="viewport"' in page


def test_of_wrong_answers_the_surest_come_first_and_no_more_than_a_few(
    tmp_path: Path, make_row: MakeRow, make_run: Callable[..., Run]
) -> None:
    def sure(number: int) -> Row:
        answer = answered()
        answer["passages"][0]["score"] = float(number)
        return make_row(number, {"right": 0.0}, answer=answer)

    refused = make_row(90, {"right": 0.0}, answer=answered(refused=True, refusal_reason="no_support"))
    missed = make_row(91, {"right": 0.0}, answerable=False, answer=answered())
    untrue = make_row(92, {"right": 1.0, "quotes_verbatim": 0.5}, answer=answered())
    rows = [*(sure(number) for number in range(WORST + 2)), refused, missed, untrue]
    finish(tmp_path, make_run(rows), rows, {}, [])
    kinds = {kind.title: (kind.total, [row.id for row in kind.worst]) for kind in findings_of(tmp_path).failures}

    assert kinds == {
        "Cited or quoted what is not in the article": (1, ["q92"]),
        "Answered, and not rightly": (WORST + 2, [f"q{number}" for number in range(WORST + 1, 1, -1)]),
        "Answered, though nothing answers it": (1, ["q91"]),
        "Refused, though an article answers it": (1, ["q90"]),
    }


def test_a_run_of_searches_alone_has_a_report(reported: Callable[..., tuple[str, str]], make_row: MakeRow) -> None:
    page, markdown = reported([make_row(1, {"mrr": 0.5}), make_row(2, {"mrr": 1.0})], retrieval_only=True)

    assert "Searched for, and not found first: 1" in page
    assert "risk-coverage" not in markdown


def test_a_run_without_rows_has_a_report(reported: Callable[..., tuple[str, str]]) -> None:
    page, _ = reported([])

    assert "0 questions asked" in page


def test_only_a_finished_run_is_reported(tmp_path: Path) -> None:
    with pytest.raises(RunFolderError, match="no finished run"):
        report(tmp_path)


def test_an_element_keeps_the_order_of_what_it_holds() -> None:
    root = el("p.note", "a<", el("b", "&"), "c", {"title": '"'}, el("i"), "d")

    assert document(root) == '<!doctype html>\n<p class="note" title="&quot;">a&lt;<b>&amp;</b>c<i></i>d</p>\n'


def test_plots_put_numbers_where_they_belong() -> None:
    bar = interval_bar(Interval(0.5, 0.25, 1.0, 10))
    line, dot = bar.findall("line")[-1], bar.find("circle")
    assert dot is not None
    assert [float(line.get(name, "")) for name in ("x1", "x2")] == [6 + 128 * 0.25, 6 + 128]
    assert float(dot.get("cx", "")) == 70

    path = curve_plot([(share / 1000, 0.5) for share in range(1, 1001)]).find("polyline")
    assert path is not None
    points = path.get("points", "").split()
    assert len(points) <= 501
    assert points[-1].startswith("386.")

    boxes = time_plot({"search": [1.0, 10.0, 100.0], "verify": [0.0]}).findall("rect")
    assert float(boxes[0].get("width", "")) > float(boxes[1].get("width", "")) == 1.0
