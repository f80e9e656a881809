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

        def draw(step: IngestProgress) -> None:
            counted = "" if step.stage == "reading" else f" {step.done:,} of {step.total:,}"
            bars.update(task, description=f"{DOING[step.stage]}{counted}", articles=step.articles)
            if step.stage == "reading":
                bars.update(task, completed=step.done, total=step.total)

        yield draw


def _lines() -> Callable[[IngestProgress], None]:
    start = said = monotonic()
    typer.echo(f"{DOING['reading']}…", err=True)

    def say(step: IngestProgress) -> None:
        nonlocal said
        now = monotonic()
        if step.stage != "reading" or not step.done or not step.total or now - said < SECONDS_BETWEEN_LINES:
            return
        said = now
        left = (now - start) * (step.total - step.done) / step.done
        share = f"{step.done / step.total:.1%} of {step.total / 1e6:,.1f} MB"
        typer.echo(f"{step.articles:,} articles, {share}, about {left / 60:,.0f} min left", err=True)

    return say


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
