"""What the commands share: their common options, and data on stdout beside messages on stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rag import Settings

Home = Annotated[Path | None, typer.Option("--home", help="Data folder; CITERA_HOME names it too.")]
Model = Annotated[str | None, typer.Option("--model", help="Who writes: extractive, or PROVIDER:MODEL.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def settings_of(home: Path | None, model: str | None = None) -> Settings:
    from rag.settings import load_settings

    return load_settings(home=home, model=model)


def say(message: str) -> None:
    from corpus.cleaning import printable

    typer.echo(printable(message).replace("\n", " "), err=True)


def print_json(data: object) -> None:
    typer.echo(json.dumps(data, ensure_ascii=False, indent=2))


def print_text(text: str, styles: Mapping[str, str]) -> None:
    """Text as it is; on a terminal what each pattern of `styles` finds is set in its style."""
    if not sys.stdout.isatty():
        typer.echo(text)
        return
    from rich.console import Console
    from rich.text import Text

    styled = Text(text)
    for pattern, style in styles.items():
        styled.highlight_regex(pattern, style)
    Console().print(styled, soft_wrap=True)


def print_table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """A table on a terminal; tab-separated lines without a header elsewhere."""
    from ui.rendering import on_one_line

    if not rows:
        say("Nothing found.")
        return
    lines = [on_one_line(row) for row in rows]
    if not sys.stdout.isatty():
        for line in lines:
            typer.echo(line)
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(*columns, box=None, header_style="bold", pad_edge=False)
    for line in lines:
        table.add_row(*(Text(cell) for cell in line.split("\t")))
    Console().print(table)
