"""The command line. Data on stdout, progress and messages on stderr.

Exit codes: 0 done (a refusal is an answer), 1 failed, 2 wrong usage, 3 some inputs were rejected.
Nothing heavy is imported before a command runs.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from corpus.errors import CiteraError
from ui.error_messages import one_line
from ui.errors import ReportNotWrittenError, ServerRefusedError

if TYPE_CHECKING:
    from rag import Settings
    from ui.local import Json, Local
    from ui.remote import Remote

app = typer.Typer(
    help="Verified, cited answers over your news articles.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
articles_app = typer.Typer(help="List, show and remove articles.", no_args_is_help=True)
eval_app = typer.Typer(help="Measure how well questions are answered.", no_args_is_help=True)
app.add_typer(articles_app, name="articles")
app.add_typer(eval_app, name="eval")

Home = Annotated[Path | None, typer.Option("--home", help="Data folder; CITERA_HOME names it too.")]
Model = Annotated[str | None, typer.Option("--model", help="Who writes: extractive, or PROVIDER:MODEL.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def main() -> None:
    try:
        app()
    except CiteraError as error:
        typer.echo(one_line(error), err=True)
        sys.exit(2 if error.wrong_usage else 1)


@app.callback(invoke_without_command=True)
def citera(version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False) -> None:
    if version:
        from ui import citera_version

        typer.echo(f"citera {citera_version()}")
        raise typer.Exit


@app.command()
def ingest(
    paths: Annotated[list[str], typer.Argument(metavar="PATH...", help="Files and folders of articles.")],
    prune: Annotated[bool, typer.Option("--prune", help="Withdraw articles that are no longer there.")] = False,
    report: Annotated[Path | None, typer.Option("--report", help="Write what was dropped, and why, as JSON.")] = None,
    home: Home = None,
) -> None:
    """Read articles into the index."""
    from ui.progress import progress_on_stderr

    with _index(home, exclusive=True) as index, progress_on_stderr() as progress:
        outcome = index.ingest([str(Path(path).absolute()) for path in paths], prune=prune, progress=progress)
    if report is not None:
        _write_report(report, outcome)
    for rejected in outcome["rejected"]:
        source, reason = rejected["source"], rejected["reason"]
        _say(f"Rejected{'' if source in reason else f' {source}'}: {reason} {rejected['remedy']}")
    typer.echo(", ".join(f"{outcome[name]} {name}" for name in ("added", "updated", "unchanged", "withdrawn")))
    if outcome["rejected"]:
        raise typer.Exit(3)


@app.command()
def ask(
    question: str,
    as_json: AsJson = False,
    model: Model = None,
    home: Home = None,
) -> None:
    """Answer a question, every sentence with its source."""
    from ui.rendering import answer_text

    with _index(home, model=model) as index:
        answer = index.ask(question)
    _print_json(answer) if as_json else typer.echo(answer_text(answer))


@app.command()
def search(
    query: str,
    as_json: AsJson = False,
    limit: Annotated[int, typer.Option("--limit", min=1, max=100)] = 10,
    home: Home = None,
) -> None:
    """Find passages."""
    with _index(home) as index:
        hits = index.search(query, limit)
    if as_json:
        _print_json(hits)
    else:
        rows = [(f"{hit['score']:.3f}", hit["title"], hit["text"], hit["article_id"]) for hit in hits]
        _print_table(("Score", "Title", "Passage", "Article"), rows)


@app.command()
def quotes(
    speaker: Annotated[str | None, typer.Option("--speaker", help="Name or office.")] = None,
    about: Annotated[str | None, typer.Option("--about", help="What was spoken about.")] = None,
    as_json: AsJson = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV.")] = False,
    home: Home = None,
) -> None:
    """List who said what."""
    if as_json and as_csv:
        raise typer.BadParameter("choose one of --json and --csv")
    with _index(home) as index:
        found = index.quotes(speaker, about)
    if as_json:
        _print_json(found)
    elif as_csv:
        columns = ("speaker", "role", "kind", "cue", "article_id", "text_sha256", "start", "end", "text")
        writer = csv.DictWriter(sys.stdout, columns)
        writer.writeheader()
        writer.writerows(found)
    else:
        rows = [(quote["speaker"], quote["role"], quote["text"], quote["article_id"]) for quote in found]
        _print_table(("Speaker", "Role", "Words", "Article"), rows)


@articles_app.command("list")
def articles_list(as_json: AsJson = False, home: Home = None) -> None:
    """List the articles that are searched."""
    with _index(home) as index:
        found = index.articles()
    if as_json:
        _print_json(found)
    else:
        rows = [(item["id"], item["kind"], item["published"], item["outlet"], item["title"]) for item in found]
        _print_table(("Article", "Kind", "Published", "Outlet", "Title"), rows)


@articles_app.command("show")
def articles_show(
    article_id: Annotated[str, typer.Argument(metavar="ID")], as_json: AsJson = False, home: Home = None
) -> None:
    """Print one article."""
    from ui.rendering import article_text

    with _index(home) as index:
        article = index.article(article_id)
    _print_json(article) if as_json else typer.echo(article_text(article))


@articles_app.command("remove")
def articles_remove(article_id: Annotated[str, typer.Argument(metavar="ID")], home: Home = None) -> None:
    """Withdraw one article from search."""
    with _index(home, exclusive=True) as index:
        index.remove(article_id)
    _say(f"Removed {article_id}.")


@app.command()
def status(as_json: AsJson = False, home: Home = None) -> None:
    """Say what the index holds."""
    with _index(home) as index:
        facts = index.status()
    _print_json(facts) if as_json else _print_table(("Fact", "Value"), list(facts.items()))


@app.command()
def serve(
    host: Annotated[str, typer.Option("--host", help="A loopback address.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="0 takes a free one.")] = 7860,
    model: Model = None,
    home: Home = None,
) -> None:
    """Open the web chat and the HTTP API on this machine."""
    from ui.server import serve as serve_until_interrupted

    try:
        serve_until_interrupted(_settings(home, model), host, port)
    except KeyboardInterrupt:
        _say("Stopped.")


@eval_app.command("run")
def eval_run(
    name: str,
    out: Annotated[Path, typer.Option("--out", help="Folder for the run; it is resumed if it was stopped.")],
    data: Annotated[Path | None, typer.Option("--data", help="Where the data set lies.")] = None,
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="Questions to sample.")] = None,
    workers: Annotated[int, typer.Option("--workers", min=1, help="Questions asked at a time.")] = 1,
    model: Model = None,
    home: Home = None,
) -> None:
    """Answer a data set's questions and score them."""
    import evals

    result = evals.run_dataset(name, out=out, data=data, limit=limit, workers=workers, settings=_settings(home, model))
    if sys.stdout.isatty():
        from rich.console import Console

        Console().print(result.table())
    else:
        _print_table(("Score", "Value"), [(score, f"{value:.4f}") for score, value in result.scores.items()])


@eval_app.command("compare")
def eval_compare(
    a: Annotated[Path, typer.Argument(metavar="A", help="Folder of a run.")],
    b: Annotated[Path, typer.Argument(metavar="B", help="Folder of another run of the same questions.")],
) -> None:
    """Say whether run B is better than run A, score by score."""
    import evals

    comparison = evals.compare(a, b)
    if sys.stdout.isatty():
        from rich.console import Console

        Console().print(comparison.table())
        return
    columns = ("score", "tag", "n", "changed", "a", "b", "mean", "low", "high", "p", "verdict")
    rows = [
        [f"{value:.4f}" if isinstance(value, float) else value for value in (getattr(row, name) for name in columns)]
        for row in comparison.rows
    ]
    _print_table(columns, rows)
    _say(comparison.caption)


@eval_app.command("report")
def eval_report(folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of a finished run.")]) -> None:
    """Write a run's report.html, and report.md for a pull request, into its folder."""
    import evals

    written = evals.report(folder)
    typer.echo(written.html)
    typer.echo(written.markdown)


@contextmanager
def _index(home: Path | None, *, model: str | None = None, exclusive: bool = False) -> Iterator[Local | Remote]:
    """The index at `home`: through the server that holds it, else opened here."""
    from ui.local import Local
    from ui.remote import Remote

    settings = _settings(home, model)
    server = Remote.of(settings.home)
    if server is not None and model is not None:
        raise ServerRefusedError(
            f"The server at {server.server.url} holds this index and answers with the model it was started with.",
            f"Leave --model out, or stop the server (process {server.server.pid}).",
        )
    if server is not None:
        yield server
        return
    from rag import Assistant

    with Assistant.open(settings, exclusive=exclusive, note=_say) as assistant:
        yield Local(assistant)


def _settings(home: Path | None, model: str | None = None) -> Settings:
    from rag.settings import load_settings

    return load_settings(home=home, model=model)


def _write_report(path: Path, outcome: Json) -> None:
    try:
        path.write_text(json.dumps(outcome, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        raise ReportNotWrittenError(str(path), error.strerror or "unknown reason") from error


def _say(message: str) -> None:
    from corpus.cleaning import printable

    typer.echo(printable(message).replace("\n", " "), err=True)


def _print_json(data: object) -> None:
    typer.echo(json.dumps(data, ensure_ascii=False, indent=2))


def _print_table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """A table on a terminal; tab-separated lines without a header elsewhere."""
    from ui.rendering import on_one_line

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


if __name__ == "__main__":
    main()
