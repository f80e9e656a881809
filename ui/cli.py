"""The command line. Data on stdout, progress and messages on stderr.

Exit codes: 0 done (a refusal is an answer), 1 failed, 2 wrong usage, 3 some inputs were rejected, 130 stopped by Ctrl-C.
Nothing heavy is imported before a command runs.
"""

from __future__ import annotations

import csv
import errno
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from corpus.errors import CiteraError
from ui.draft_commands import draft_app
from ui.error_messages import one_line
from ui.errors import ServerRefusedError
from ui.eval_commands import eval_app
from ui.filters import Kind, Language, Outlet, Since, Speaker, Until, day_of, filters_of
from ui.index_commands import index_app
from ui.terminal import AsJson, Home, Model, print_json, print_table, print_text, say, settings_of

if TYPE_CHECKING:
    from ui.local import Json, Local
    from ui.remote import Remote

app = typer.Typer(
    help="Verified, cited answers over your news articles.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
articles_app = typer.Typer(help="List, show and remove articles.", no_args_is_help=True)
app.add_typer(articles_app, name="articles")
app.add_typer(eval_app, name="eval")
app.add_typer(index_app, name="index")
eval_app.add_typer(draft_app)


def main() -> None:
    try:
        app()
    except CiteraError as error:
        typer.echo(one_line(error), err=True)
        sys.exit(2 if error.wrong_usage else 1)
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES):
            raise
        what = error.filename or "A temporary file"
        typer.echo(f"{what} cannot be written ({error.strerror}). Free some space, or make it writable.", err=True)
        sys.exit(1)


@app.callback(invoke_without_command=True)
def citera(version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False) -> None:
    if version:
        from ui import citera_version

        typer.echo(f"citera {citera_version()}")
        raise typer.Exit


@app.command()
def ingest(
    sources: Annotated[
        list[str],
        typer.Argument(
            metavar="PATH|URL...", help="Files, folders and patterns of articles; web pages, feeds and sitemaps."
        ),
    ],
    prune: Annotated[bool, typer.Option("--prune", help="Withdraw articles that are no longer there.")] = False,
    report: Annotated[
        list[Path] | None,
        typer.Option("--report", help="Write what was kept and dropped, and why: a page (.html) or all of it (.json)."),
    ] = None,
    limit: Annotated[
        int | None, typer.Option("--limit", min=1, help="Pages read of one feed or sitemap; 200 unless given.")
    ] = None,
    as_json: AsJson = False,
    home: Home = None,
) -> None:
    """Read articles into the index. Ctrl-C stops it; the same command then goes on from there."""
    from corpus.readers.records import is_url
    from ui.ingest_report import reports_to
    from ui.progress import progress_on_stderr, stop_on_interrupt

    with _index(home, exclusive=True) as index, reports_to(report or []) as reports:
        with progress_on_stderr() as progress, stop_on_interrupt() as stop:
            outcome = index.ingest(
                [source if is_url(source) else str(Path(source).absolute()) for source in sources],
                prune=prune,
                limit=limit,
                progress=progress,
                pages=reports.page if report else None,
                stop=stop,
            )
        reports.finish(outcome)
    for rejected in outcome["rejected"]:
        source, reason = rejected["source"], rejected["reason"]
        say(f"Rejected{'' if source in reason else f' {source}'}: {reason} {rejected['remedy']}")
    unlisted = outcome["rejections"] - len(outcome["rejected"])
    if unlisted > 0:
        say(f"… and {unlisted:,} more were rejected: --report FILE.json lists all.")
    counts = ", ".join(f"{outcome[name]} {name}" for name in ("added", "updated", "unchanged", "withdrawn"))
    print_json(outcome) if as_json else typer.echo(counts)
    if outcome["stopped"]:
        say("Stopped. What is done is kept; the same command goes on from there.")
        raise typer.Exit(130)
    if outcome["rejections"]:
        raise typer.Exit(3)


@app.command()
def ask(
    question: str,
    as_json: AsJson = False,
    since: Since = None,
    until: Until = None,
    language: Language = None,
    outlet: Outlet = None,
    speaker: Speaker = None,
    kind: Kind = None,
    model: Model = None,
    home: Home = None,
) -> None:
    """Answer a question, every sentence with its source."""
    from ui.rendering import answer_text

    filters = filters_of(since, until, language, outlet, speaker, kind)
    with _index(home, model=model) as index:
        answer = index.ask(question, filters=filters)
    marked = {r"\[\d+\]": "bold cyan", r"(?m)^    \S+$": "dim"}
    print_json(answer) if as_json else print_text(answer_text(answer), marked)


@app.command()
def search(
    query: str,
    as_json: AsJson = False,
    limit: Annotated[int, typer.Option("--limit", min=1, max=100)] = 10,
    since: Since = None,
    until: Until = None,
    language: Language = None,
    outlet: Outlet = None,
    speaker: Speaker = None,
    kind: Kind = None,
    home: Home = None,
) -> None:
    """Find passages."""
    from ui.rendering import also_in

    filters = filters_of(since, until, language, outlet, speaker, kind)
    with _index(home) as index:
        hits = index.search(query, limit, filters)
    if as_json:
        print_json(hits)
    else:
        rows = [
            (f"{hit['score']:.3f}", hit["title"], hit["text"], hit["article_id"], also_in(hit["copies"]))
            for hit in hits
        ]
        print_table(("Score", "Title", "Passage", "Article", "Also in"), rows)


@app.command()
def quotes(
    speaker: Annotated[str | None, typer.Option("--speaker", help="Name or office.")] = None,
    about: Annotated[str | None, typer.Option("--about", help="What was spoken about.")] = None,
    since: Since = None,
    as_json: AsJson = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV.")] = False,
    home: Home = None,
) -> None:
    """List who said what."""
    if as_json and as_csv:
        raise typer.BadParameter("choose one of --json and --csv")
    with _index(home) as index:
        found = index.quotes(speaker, about, day_of(since))
    if as_json:
        print_json(found)
    elif as_csv:
        columns = ("speaker", "role", "kind", "cue", "article_id", "text_sha256", "start", "end", "text")
        writer = csv.DictWriter(sys.stdout, columns)
        writer.writeheader()
        writer.writerows(found)
    else:
        rows = [(quote["speaker"], quote["role"], quote["text"], quote["article_id"]) for quote in found]
        print_table(("Speaker", "Role", "Words", "Article"), rows)


@app.command()
def check(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Your own text: .txt, .md, .html, .docx, .pdf.")],
    as_json: AsJson = False,
    home: Home = None,
) -> None:
    """Check your own text: every quotation, figure and named claim against the articles."""
    from corpus.errors import UnreadableSourceError
    from corpus.readers import RawRecord, Rejected, find_files, read_file
    from ui.rendering import findings_text

    record = next((one for found in find_files([file]) for one in read_file(found)), None)
    if isinstance(record, Rejected):
        raise UnreadableSourceError(record.reason, record.remedy)
    with _index(home) as index:
        findings = index.check(record.text if isinstance(record, RawRecord) else "")
    print_json({"findings": findings}) if as_json else typer.echo(findings_text(findings))


@articles_app.command("list")
def articles_list(
    search: Annotated[
        str, typer.Option("--search", help="Only those with these words in their title, outlet or address.")
    ] = "",
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="This many; all unless given.")] = None,
    offset: Annotated[int, typer.Option("--offset", min=0, help="Leave out the first ones.")] = 0,
    as_json: AsJson = False,
    home: Home = None,
) -> None:
    """List the articles that are searched, the newest first, exact copies once."""
    from ui import local
    from ui.rendering import also_in

    found: list[Json] = []
    with _index(home) as index:
        while True:
            wanted = local.PAGE if limit is None else min(local.PAGE, limit - len(found))
            page = index.articles(search, wanted, offset + len(found))
            found += page["articles"]
            if len(page["articles"]) < local.PAGE or len(found) == limit:
                break
    if len(found) < page["total"]:
        say(f"{len(found):,} of {page['total']:,} articles.")
    if as_json:
        print_json(found)
    else:
        facts = ("id", "kind", "published", "outlet", "title")
        rows = [(*(item[fact] for fact in facts), also_in(item["copies"])) for item in found]
        print_table(("Article", "Kind", "Published", "Outlet", "Title", "Also in"), rows)


@articles_app.command("show")
def articles_show(
    article_id: Annotated[str, typer.Argument(metavar="ID")], as_json: AsJson = False, home: Home = None
) -> None:
    """Print one article."""
    from ui.rendering import article_text

    with _index(home) as index:
        article = index.article(article_id)
    print_json(article) if as_json else print_text(article_text(article), {r"\A.*": "bold"})


@articles_app.command("remove")
def articles_remove(
    article_id: Annotated[str, typer.Argument(metavar="ID")], as_json: AsJson = False, home: Home = None
) -> None:
    """Withdraw one article from search."""
    with _index(home, exclusive=True) as index:
        index.remove(article_id)
    print_json({"removed": article_id}) if as_json else say(f"Removed {article_id}.")


@app.command()
def status(as_json: AsJson = False, home: Home = None) -> None:
    """Say what the index holds."""
    with _index(home) as index:
        facts = index.status()
    print_json(facts) if as_json else print_table(("Fact", "Value"), list(facts.items()))


@app.command()
def doctor(as_json: AsJson = False, model: Model = None, home: Home = None) -> None:
    """Check models, index, port, versions and disk, and say what to do. Exit code 1 where something is wrong."""
    from ui.doctor import examine

    checks = list(examine(settings_of(home, model)))
    healthy = all(check.state != "wrong" for check in checks)
    if as_json:
        print_json({"ok": healthy, "checks": [asdict(check) for check in checks]})
    else:
        rows = [(check.name, check.state, check.found, check.remedy) for check in checks]
        print_table(("Check", "State", "Found", "What to do"), rows)
    if not healthy:
        raise typer.Exit(1)


@app.command()
def serve(
    host: Annotated[
        str,
        typer.Option(
            "--host", help="An address of this machine; CITERA_API_KEYS must be set for one that others reach."
        ),
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="0 takes a free one.")] = 7860,
    model: Model = None,
    home: Home = None,
) -> None:
    """Open the web chat, the HTTP API, /v1 for OpenAI's clients, and the MCP tools."""
    from ui.server import serve as serve_until_interrupted

    try:
        serve_until_interrupted(settings_of(home, model), host, port)
    except KeyboardInterrupt:
        say("Stopped.")


@app.command()
def mcp(model: Model = None, home: Home = None) -> None:
    """Offer ask, search, quotes_by_speaker and get_article as MCP tools on stdin and stdout."""
    import anyio.to_thread

    from ui.mcp_server import mcp_server

    with _index(home, model=model) as index:
        mcp_server(index, anyio.to_thread.run_sync).run("stdio")


@contextmanager
def _index(home: Path | None, *, model: str | None = None, exclusive: bool = False) -> Iterator[Local | Remote]:
    """The index at `home`: through the server that holds it, else opened here."""
    from ui.local import Local
    from ui.remote import Remote

    settings = settings_of(home, model)
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

    with Assistant.open(settings, exclusive=exclusive, note=say) as assistant:
        yield Local(assistant)


if __name__ == "__main__":
    main()
