"""`citera eval draft` and `citera eval accept`: questions proposed from one's own corpus, and a person's word on each."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ui.terminal import AsJson, Home, print_json, settings_of

if TYPE_CHECKING:
    from rich.text import Text

    from evals.drafting import Draft, Passage, Review

draft_app = typer.Typer()

KEYS = "y accept, n reject, e edit, s later, q stop"


@draft_app.command("draft")
def eval_draft(
    corpus: Annotated[
        Path | None, typer.Option("--from", help="A folder of pages, or a home; by default --home.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="A .jsonl file of drafts; by default the home's own, which the chat shows."),
    ] = None,
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="Questions to propose.")] = None,
    from_feedback: Annotated[
        bool, typer.Option("--from-feedback", help="Propose what the thumbs in the chat say, instead.")
    ] = False,
    model: Annotated[str | None, typer.Option("--model", help="Who asks: PROVIDER:MODEL; by default rules.")] = None,
    as_json: AsJson = False,
    home: Home = None,
) -> None:
    """Propose questions with their answers, for `citera eval accept`."""
    from evals import drafting
    from evals.feedback import read_feedback

    if from_feedback and model is not None:
        raise typer.BadParameter("choose one of --from-feedback and --model")
    settings = settings_of(home, model)
    articles = drafting.articles_of(corpus or settings.home)
    path = out or drafting.drafts_file(settings.home)
    if model is not None:
        from rag.chat_model import open_chat_model

        made = drafting.propose_by_model(articles, open_chat_model(settings), limit)
        new = sum(drafting.add_drafts(path, [draft]) for draft in made)
    elif from_feedback:
        judged = drafting.from_feedback(read_feedback(settings.home), drafting.article_lookup(articles))
        new = drafting.add_drafts(path, judged, limit)
    else:
        new = drafting.add_drafts(path, drafting.propose(articles), limit)
    print_json({"new": new, "drafts": str(path)}) if as_json else typer.echo(f"{new} new drafts in {path}")


@draft_app.command("accept")
def eval_accept(
    drafts: Annotated[Path | None, typer.Argument(help="A file of drafts; by default the home's.")] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="The file of cases to add to; by default the home's.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Accept all that need no decision, unseen.")] = False,
    as_json: AsJson = False,
    home: Home = None,
) -> None:
    """Go through drafts one by one; what is accepted becomes a case. It goes on where it was stopped. --json goes with --all."""
    from evals import drafting

    if as_json and not everything:
        raise typer.BadParameter("--json goes with --all: going through them is a conversation")
    folder = settings_of(home).home
    if drafts is not None:
        review = drafting.Review(drafting.read_drafts(drafts), out or drafts.with_name("cases.jsonl"))
    else:
        articles = drafting.article_lookup(drafting.articles_of(folder))
        review = drafting.home_review(folder, articles, out)
    if everything:
        for draft in review.pending():
            if not draft.undecided:
                review.accept(draft.accepted())
    else:
        _go_through(review)
    accepted, rejected = review.counts()
    pending = len(review.pending())
    if as_json:
        print_json({"accepted": accepted, "cases": str(review.cases), "rejected": rejected, "pending": pending})
    else:
        typer.echo(f"{accepted} cases in {review.cases}, {rejected} rejected, {pending} to decide")


def _go_through(review: Review) -> None:
    pending = review.pending()
    for number, draft in enumerate(pending, start=1):
        typer.echo(f"\n{number} of {len(pending)}")
        _show(draft)
        if not _decide(review, draft):
            return


def _decide(review: Review, draft: Draft) -> bool:
    """Asks until there is a decision; False where the person stops."""
    from evals import ReviewError
    from evals.drafting import answer_words, settled

    question, words = draft.question, ""
    while True:
        key = _key(f"[{KEYS}] ")
        if key in {"q", ""}:
            return False
        if key == "s":
            return True
        if key == "n":
            review.reject(draft)
            return True
        if key == "e":
            question = _line("Question", question)
            words = _line("Answer words", words or answer_words(draft))
        elif key == "y":
            try:
                passage = _passage(draft) if draft.undecided else None
                review.accept(settled(draft, question=question, words=words, passage=passage))
            except ReviewError as error:
                typer.echo(f"{error.what} {error.remedy}")
            else:
                return True


def _show(draft: Draft) -> None:
    from corpus.cleaning import printable
    from evals.drafting import answer_words

    typer.secho(printable(draft.question), bold=True)
    for turn in draft.history:
        typer.echo(printable(f"  after {turn.role}: {turn.text}"))
    if draft.answered is not None:
        typer.echo(printable(f"  answered: {draft.answered}"))
    if draft.note is not None:
        typer.echo(printable(f"  note: {draft.note}"))
    facts = [answer_words(draft), draft.speaker or "", ", ".join(draft.tags)]
    typer.echo(printable("  " + " | ".join(fact for fact in facts if fact)))
    if not draft.answerable and not draft.undecided:
        typer.echo("  Nothing in the corpus is expected to answer this.")
    for number, passage in enumerate(draft.passages, start=1):
        typer.echo(printable(f"  {f'({number}) ' if draft.undecided else ''}{passage.title or passage.article}"))
        _print(_lit(draft, passage))


def _lit(draft: Draft, passage: Passage) -> Text:
    """The passage with its gold in reverse, between brackets where there are no colours."""
    from rich.text import Text

    from corpus.cleaning import printable
    from evals.drafting import marked

    text, position, plain = Text(), 0, not sys.stdout.isatty()
    for span in marked(draft, passage):
        text.append(printable(passage.text[position : span.start]))
        lit = printable(span.of(passage.text))
        text.append(f"[[{lit}]]" if plain else lit, style="reverse")
        position = span.end
    text.append(printable(passage.text[position:]))
    return text


def _print(text: Text) -> None:
    from rich.console import Console
    from rich.padding import Padding

    if sys.stdout.isatty():
        Console().print(Padding(text, (0, 0, 0, 4)))
    else:
        typer.echo("    " + text.plain.replace("\n", "\n    "))


def _passage(draft: Draft) -> int | None:
    """Which passage answers an undecided draft; None for none."""
    given = _line(f"Which passage answers it (1-{len(draft.passages)}, 0 for none)", "0")
    return int(given) - 1 if given.isdigit() and given != "0" else None


def _key(prompt: str) -> str:
    """One key on a terminal, a line's first letter elsewhere; empty at the end of the input."""
    typer.echo(prompt, nl=False)
    if sys.stdin.isatty():
        key = typer.getchar()
        typer.echo(key)
        return key.casefold()
    return sys.stdin.readline().strip()[:1].casefold()


def _line(prompt: str, default: str) -> str:
    """A line; the default where nothing is typed."""
    typer.echo(f"{prompt} [{default}]: ", nl=False)
    return sys.stdin.readline().strip() or default
