"""An ingest seen from the terminal: its progress on stderr, and Ctrl-C that stops it between two transactions."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from index.ingest_report import IngestProgress

DOING = {"reading": "Reading articles", "embedding": "Embedding passages", "writing": "Writing the index"}
SECONDS_BETWEEN_LINES = 10
"""Where stderr is no terminal."""


@contextmanager
def progress_on_stderr() -> Iterator[Callable[[IngestProgress], None]]:
    """A callback for `Assistant.ingest`: a bar with counts and an estimate on a terminal, a line now and then elsewhere."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    if not console.is_terminal:
        yield _lines()
        return
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[articles]:,} articles"),
        TimeRemainingColumn(elapsed_when_finished=True),
    )
    with Progress(*columns, console=console, transient=True, speed_estimate_period=300) as bars:
        task = bars.add_task(DOING["reading"], total=None, articles=0)

        pace = _Pace()

        def draw(step: IngestProgress) -> None:
            rate = pace.heard(step)
            counted = "" if step.stage == "reading" else f" {step.done:,} of {step.total:,}"
            counted += f", {rate:,.0f} a second" if step.stage == "embedding" and rate else ""
            bars.update(task, description=f"{DOING[step.stage]}{counted}", articles=step.articles)
            if step.stage == "reading":
                bars.update(task, completed=step.done, total=step.total)

        yield draw


def _lines() -> Callable[[IngestProgress], None]:
    start = said = monotonic()
    pace = _Pace()
    typer.echo(f"{DOING['reading']}…", err=True)

    def say(step: IngestProgress) -> None:
        nonlocal said
        rate = pace.heard(step)
        now = monotonic()
        if step.stage != "reading" or not step.done or not step.total or now - said < SECONDS_BETWEEN_LINES:
            return
        said = now
        left = (now - start) * (step.total - step.done) / step.done
        share = f"{step.done / step.total:.1%} of {step.total / 1e6:,.1f} MB"
        passages = f", {rate:,.0f} passages a second" if rate else ""
        typer.echo(f"{step.articles:,} articles, {share}{passages}, about {left / 60:,.0f} min left", err=True)

    return say


class _Pace:
    """How many passages are embedded a second, over all that were since the ingest began."""

    def __init__(self) -> None:
        self._passages = 0
        self._seconds = 0.0
        self._done = 0
        self._at = monotonic()

    def heard(self, step: IngestProgress) -> float | None:
        now = monotonic()
        if step.stage == "embedding":
            self._passages += step.done - self._done
            self._seconds += now - self._at
        self._done = step.done if step.stage == "embedding" and step.done != step.total else 0
        self._at = now
        return self._passages / self._seconds if self._seconds else None


@contextmanager
def stop_on_interrupt() -> Iterator[Callable[[], bool]]:
    """Whether Ctrl-C was pressed. A second one interrupts at once, which loses no more than the batch at work."""
    asked = False

    def ask(*_: object) -> None:
        nonlocal asked
        if asked:
            raise KeyboardInterrupt
        asked = True
        typer.echo("\nStopping after this batch. Ctrl-C again stops at once.", err=True)

    before = signal.signal(signal.SIGINT, ask)
    try:
        yield lambda: asked
    finally:
        signal.signal(signal.SIGINT, before)
