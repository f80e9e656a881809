"""A run for people to read: `report.html`, one page that needs nothing else, and `report.md` for a pull request."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from evals.judgements import judge_of, read_judged_rows
from evals.risk_coverage import area_under, risk_coverage
from evals.run_folder import ArticleText, Row, Run, read_run, read_texts, row_confidence, stage_times
from evals.score import HEADLINE

if TYPE_CHECKING:
    from evals.markup import Say
    from evals.resampling import Interval

WORST = 8
"""Cases shown of each kind of failure."""


@dataclass(frozen=True, slots=True)
class Report:
    """Where a run's report was written."""

    html: Path
    markdown: Path


@dataclass(frozen=True, slots=True)
class Failures:
    """Cases that went wrong in one way: how many there are, and the worst of them."""

    title: str
    total: int
    worst: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Findings:
    """All that a report says of a run, in numbers and rows. `tags` has the scores of the cases with each tag."""

    run: Run
    texts: Mapping[str, ArticleText]
    scores: Mapping[str, Interval]
    tags: Mapping[str, Mapping[str, Interval]]
    tag_sizes: Mapping[str, int]
    curve: Sequence[tuple[float, float]]
    times: Mapping[str, Sequence[float]]
    workers: int
    judge: str | None
    failures: Sequence[Failures]
    say: Say = str

    @property
    def shares(self) -> dict[str, Interval]:
        """The scores to read first, in their order."""
        return {name: self.scores[name] for name in HEADLINE if name in self.scores}

    @property
    def spending(self) -> str:
        """A sentence on the tokens and the dollars of a question, as far as they are known; empty if they are not."""
        if "tokens_in" not in self.scores:
            return ""
        said = f"A writer reads {self.scores['tokens_in'].mean:,.0f} tokens and writes {self.scores['tokens_out'].mean:,.0f}"
        cost = self.scores.get("cost_usd")
        return (
            f"{said}; {cost.mean:.3g} US dollars a question, over {cost.n:,}."
            if cost
            else f"{said}; prices are not set."
        )

    @property
    def resources(self) -> dict[str, str]:
        """How fast the system took the corpus and how much memory it held, as far as that was measured."""
        ingest, peak = self.run.ingest, self.run.peak_memory_mb
        rate = {"Ingest": f"{ingest.chunks:,} chunks, {ingest.chunks / ingest.seconds:.1f} a second"} if ingest else {}
        return rate | ({"Peak memory": f"{peak:,.0f} MiB"} if peak else {})

    @property
    def aurc(self) -> float:
        return area_under(list(self.curve))


def report(folder: Path) -> Report:
    """Writes the report of a finished run into its folder.

    Raises:
        RunFolderError: the folder holds no finished run.
    """
    from evals.report_html import page
    from evals.report_markdown import markdown

    findings = findings_of(folder)
    written = Report(folder / "report.html", folder / "report.md")
    written.html.write_text(page(findings), encoding="utf-8")
    written.markdown.write_text(markdown(findings), encoding="utf-8")
    return written


def findings_of(folder: Path, say: Say = str) -> Findings:
    """Reads a finished run and works out what there is to say of it, to be told by `say`."""
    from evals.resampling import intervals

    run, rows = read_run(folder), read_judged_rows(folder)
    tagged = {
        tag: [row for row in rows if tag in row.tags] for tag in sorted({tag for row in rows for tag in row.tags})
    }
    return Findings(
        run=run,
        texts=read_texts(folder),
        scores=intervals([row.scores for row in rows]),
        tags={tag: intervals([row.scores for row in having]) for tag, having in tagged.items()},
        tag_sizes={tag: len(having) for tag, having in tagged.items()},
        curve=risk_coverage(row_confidence(row) for row in rows if "right" in row.scores),
        times=stage_times(rows),
        workers=max((row.workers for row in rows), default=1),
        judge=judge_of(folder, rows),
        failures=list(_failures(rows)),
        say=say,
    )


def _failures(rows: Sequence[Row]) -> list[Failures]:
    """What went wrong, kind by kind. Of wrong answers the surest are the worst, of the rest those that came last."""
    kinds: tuple[tuple[str, Callable[[Row], bool], Callable[[Row], float]], ...] = (
        ("The system failed", lambda row: row.failed is not None, _rank_score),
        ("Cited or quoted what is not in the article", _untrue, _doubt),
        ("Answered, and not rightly", _is_wrong(answerable=True, refused=False), _doubt),
        ("Answered, though nothing answers it", _is_wrong(answerable=False, refused=False), _doubt),
        ("Refused, though an article answers it", _is_wrong(answerable=True, refused=True), _rank_score),
        ("Searched for, and not found first", lambda row: row.answer is None and _rank_score(row) < 1, _rank_score),
        ("Follow-up put in other words than a person's", _reworded, lambda row: row.scores["rewrite_f1"]),
    )
    found = []
    for title, failed, badness in kinds:
        if having := sorted(filter(failed, rows), key=badness):
            found.append(Failures(title, len(having), tuple(having[:WORST])))
    return found


def _untrue(row: Row) -> bool:
    untrue = any(row.scores.get(name, 1.0) < 1 for name in ("citation_exact", "quotes_verbatim"))
    return untrue or row.scores.get("invented_citations", 0.0) > 0


def _is_wrong(*, answerable: bool, refused: bool) -> Callable[[Row], bool]:
    return lambda row: (
        row.answer is not None
        and row.failed is None
        and row.scores.get("right", 1.0) < 1
        and (row.answerable, row.answer["refused"]) == (answerable, refused)
    )


def _reworded(row: Row) -> bool:
    return row.scores.get("rewrite_f1", 1.0) < 1


def _doubt(row: Row) -> float:
    return -(row_confidence(row)[0] or 0.0)


def _rank_score(row: Row) -> float:
    return row.scores.get("mrr", 1.0)
