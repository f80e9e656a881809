"""`citera index`: is the index sound, and making it anew. Through the server that holds it, else here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from ui.terminal import AsJson, Home, print_json, print_table, say, settings_of

if TYPE_CHECKING:
    from index.rebuild import RebuildProgress

index_app = typer.Typer(help="Check the index, or make it anew.", no_args_is_help=True)


@index_app.command()
def verify(as_json: AsJson = False, home: Home = None) -> None:
    """Compare the database with Chroma, and the database with itself. Exits 1 if something is off."""
    from ui.local import check_json
    from ui.remote import Remote

    settings = settings_of(home)
    server = Remote.of(settings.home)
    if server is not None:
        check = server.verify_index()
    else:
        from rag.assembly import check_home

        check = check_json(check_home(settings))
    if as_json:
        print_json(check)
    else:
        print_table(("Fact", "Value"), [(name, check[name]) for name in check if name != "problems"])
        for problem in check["problems"]:
            say(problem)
    if not check["sound"]:
        say("citera index rebuild makes passages, words and vectors anew from the articles.")
        raise typer.Exit(1)


@index_app.command()
def rebuild(
    embedding_model: Annotated[
        str | None, typer.Option("--embedding-model", help="Another model; CITERA_EMBEDDING_MODEL names it too.")
    ] = None,
    chunk_tokens: Annotated[
        int | None,
        typer.Option("--chunk-tokens", min=20, max=350, help="Another length; CITERA_CHUNK_TOKENS names it too."),
    ] = None,
    as_json: AsJson = False,
    home: Home = None,
) -> None:
    """Make the index anew from the articles in the database. What was embedded before is not embedded again; under another model or
    length the old index serves until the new one is ready. A rebuild that was stopped goes on where it was."""
    from ui.remote import Remote

    given = {"embedding_model": embedding_model, "chunk_tokens": chunk_tokens}
    given = {name: value for name, value in given.items() if value is not None}
    settings = settings_of(home).model_copy(update=given)
    server = Remote.of(settings.home)
    if server is not None:
        stated = settings.model_fields_set | given.keys()  # what is left out stays as the server has it
        done = server.rebuild_index(
            settings.embedding_model if "embedding_model" in stated else None,
            settings.chunk_tokens if "chunk_tokens" in stated else None,
        )
    else:
        from rag.assembly import rebuild_home

        with _progress() as progress:
            done = asdict(rebuild_home(settings, progress, say))
    if as_json:
        print_json(done)
    else:
        typer.echo(f"{done['passages']} passages, {done['embedded']} of them embedded now")
    if given:
        variables = " ".join(f"CITERA_{name.upper()}={value}" for name, value in given.items())
        say(f"The index is of these settings from now on: set {variables} for every other command.")


@contextmanager
def _progress() -> Iterator[Callable[[RebuildProgress], None]]:
    """A bar on a terminal, nothing elsewhere."""
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True, disable=not Console(stderr=True).is_terminal) as bars:
        task = bars.add_task("Embedding articles", total=None)
        yield lambda step: bars.update(task, completed=step.done, total=step.total)
