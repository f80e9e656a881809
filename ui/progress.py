"""Ingest progress on stderr: a bar on a terminal, a line per stage elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from index.build import IngestProgress

DOING = {"reading": "Reading articles", "embedding": "Embedding passages", "writing": "Writing the index"}


@contextmanager
def progress_on_stderr() -> Iterator[Callable[[IngestProgress], None]]:
    """A callback for `Assistant.ingest`."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    if not console.is_terminal:
        stages: set[str] = set()

        def say(progress: IngestProgress) -> None:
            if progress.stage not in stages:
                stages.add(progress.stage)
                typer.echo(f"{DOING[progress.stage]}…", err=True)

        yield say
        return
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True) as bars:
        tasks = {}

        def draw(progress: IngestProgress) -> None:
            if progress.stage not in tasks:
                tasks[progress.stage] = bars.add_task(DOING[progress.stage], total=None)
            bars.update(tasks[progress.stage], completed=progress.done, total=progress.total)

        yield draw
