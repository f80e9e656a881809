"""`citera eval`: measure how well questions are answered. Nothing heavy is imported before a command runs."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from ui.terminal import AsJson, Home, Model, print_json, print_table, say, settings_of

eval_app = typer.Typer(help="Measure how well questions are answered.", no_args_is_help=True)


@eval_app.command("run")
def eval_run(
    name: Annotated[str, typer.Argument(help="A data set, or a .jsonl file of your own questions.")],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", help="Folder for the run, resumed if it was stopped; else a new one that the chat shows."
        ),
    ] = None,
    data: Annotated[
        Path | None, typer.Option("--data", help="Where the data set lies, or what to ask your own questions of.")
    ] = None,
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="Questions to sample.")] = None,
    workers: Annotated[int, typer.Option("--workers", min=1, help="Questions asked at a time.")] = 1,
    system: Annotated[
        str | None,
        typer.Option("--system", help="Another system: command:COMMAND (JSON Lines) or openai:BASE_URL#MODEL."),
    ] = None,
    model: Model = None,
    as_json: AsJson = False,
    home: Home = None,
) -> None:
    """Answer a data set's questions and score them."""
    import evals

    settings = settings_of(home, model)
    if out is None:
        out = evals.runs_folder(settings.home) / f"{Path(name).stem}-{datetime.now().astimezone():%Y-%m-%d-%H%M%S}"
        say(f"The run is written to {out}")
    if data is None and name.endswith(".jsonl"):
        data = settings.home
    asked = evals.system_named(system, settings) if system else None
    result = evals.run_dataset(name, out=out, data=data, limit=limit, workers=workers, settings=settings, system=asked)
    if as_json:
        print_json(result.scores)
    elif sys.stdout.isatty():
        from rich.console import Console

        Console().print(result.table())
    else:
        print_table(("Score", "Value"), [(score, f"{value:.4f}") for score, value in result.scores.items()])


@eval_app.command("corpus")
def eval_corpus(
    name: str,
    out: Annotated[Path, typer.Option("--out", help="Folder for corpus.jsonl and questions.jsonl.")],
    data: Annotated[Path | None, typer.Option("--data", help="Where the data set lies.")] = None,
    as_json: AsJson = False,
) -> None:
    """Write a data set's articles and questions, without the gold, to give to another product."""
    import evals

    _say_written(evals.export_dataset(name, out=out, data=data), as_json)


@eval_app.command("compare")
def eval_compare(
    a: Annotated[Path, typer.Argument(metavar="A", help="Folder of a run.")],
    b: Annotated[Path, typer.Argument(metavar="B", help="Folder of another run of the same questions.")],
    as_json: AsJson = False,
) -> None:
    """Say whether run B is better than run A, score by score."""
    import evals

    comparison = evals.compare(a, b)
    columns = ("score", "tag", "n", "changed", "a", "b", "mean", "low", "high", "p", "verdict")
    if as_json:
        print_json([{name: getattr(row, name) for name in columns} for row in comparison.rows])
        return
    if sys.stdout.isatty():
        from rich.console import Console

        Console().print(comparison.table())
        return
    rows = [
        [f"{value:.4f}" if isinstance(value, float) else value for value in (getattr(row, name) for name in columns)]
        for row in comparison.rows
    ]
    print_table(columns, rows)
    say(comparison.caption)


@eval_app.command("report")
def eval_report(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of a finished run.")], as_json: AsJson = False
) -> None:
    """Write a run's report.html, and report.md for a pull request, into its folder."""
    import evals

    written = evals.report(folder)
    _say_written((written.html, written.markdown), as_json)


@eval_app.command("sweep")
def eval_sweep(
    grid: Annotated[Path, typer.Argument(metavar="GRID", help="YAML: data sets, and the values of settings to try.")],
    out: Annotated[Path, typer.Option("--out", help="Folder for the runs and the tables; it is resumed.")],
    model: Model = None,
    as_json: AsJson = False,
    home: Home = None,
) -> None:
    """Measure every combination of some settings: quality against time."""
    import evals

    found = evals.sweep(grid, out=out, settings=settings_of(home, model), note=say)
    if as_json:
        typer.echo((out / "sweep.json").read_text(encoding="utf-8"))
        return
    for measured in found.measured:
        if sys.stdout.isatty():
            from rich.console import Console

            Console().print(measured.table())
        else:
            print_table(("data set", *measured.columns), [(measured.label, *row) for row in measured.rows])
    say(f"Written: {out / 'sweep.html'}, {out / 'sweep.md'}, {out / 'sweep.json'}")


@eval_app.command("judge")
def eval_judge(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of a finished run.")],
    model: Annotated[str, typer.Option("--model", help="The judge, as PROVIDER:MODEL.")],
    labels: Annotated[
        Path | None,
        typer.Option("--labels", help='People\'s labels, JSON Lines of {"id", "right"}: how far they agree.'),
    ] = None,
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="Answers to sample.")] = None,
    as_json: AsJson = False,
    home: Home = None,
) -> None:
    """Have a language model judge a run's answers, or measure how far it agrees with people."""
    import evals

    judged = evals.judge(folder, settings=settings_of(home, model), labels=labels, limit=limit)
    if as_json:
        print_json(asdict(judged))
        return
    for line in judged.lines():
        typer.echo(line)


@eval_app.command("export")
def eval_export(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of a finished run.")], as_json: AsJson = False
) -> None:
    """Write a run as a data set for ragas, ragas.jsonl, into its folder."""
    import evals

    _say_written((evals.export_ragas(folder),), as_json)


def _say_written(paths: Iterable[Path], as_json: bool) -> None:
    written = [str(path) for path in paths]
    print_json({"written": written}) if as_json else typer.echo("\n".join(written))
