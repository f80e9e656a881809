"""How well and how fast HTML pages are read, against trafilatura alone on the same pages: `python -m evals.html_extraction FOLDER`.

FOLDER holds a folder a page, with `source.html` and `expected.html`, as the test pages of the Readability library do. A page's score
is the F1 of the words of the article's text (how often each occurs counts), against those of the expected page. Both sides work on the
same bytes, one after the other, once before the clock runs (the first page that needs them loads a hundred word lists), and the one that
goes first changes from page to page.
Citera's time includes what the page states about itself, cleaning, teasers and languages; trafilatura's is measured with and without the
first of these.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import process_time

from rich.console import Console

from corpus.extraction import extract
from corpus.readers import RawRecord, read_bytes
from corpus.readers.html import trafilatura


@dataclass(frozen=True, slots=True)
class PageScore:
    """One page: F1 of Citera's text and of trafilatura's, and the seconds of processor time that each took, trafilatura with what the
    page states about itself (`full_seconds`) and without."""

    name: str
    ours: float
    theirs: float
    our_seconds: float
    their_seconds: float
    full_seconds: float


def score_pages(folder: Path) -> list[PageScore]:
    """Scores every page folder under `folder`."""
    pages = [page for page in sorted(folder.iterdir()) if (page / "source.html").is_file()]
    return [_score(page, turn) for turn, page in enumerate(pages)]


def _score(page: Path, turn: int) -> PageScore:
    from lxml import html

    raw = (page / "source.html").read_bytes()
    expected = html.fromstring((page / "expected.html").read_text("utf-8", "replace"))
    for code in expected.xpath("//script | //style"):
        code.drop_tree()
    wanted = _words(" ".join(expected.itertext()))
    library = trafilatura()
    sides: list[Callable[[], str]] = [
        lambda: _text(str(page / "source.html"), raw),
        lambda: library.extract(raw) or "",
        lambda: library.extract(raw, with_metadata=True) or "",
    ]
    found, seconds = [side() for side in sides], [0.0] * 3
    for side in (turn % 3, (turn + 1) % 3, (turn + 2) % 3):
        start = process_time()
        sides[side]()
        seconds[side] = process_time() - start
    return PageScore(page.name, _f1(_words(found[0]), wanted), _f1(_words(found[1]), wanted), *seconds)


def _text(source: str, raw: bytes) -> str:
    articles = [
        article
        for record in read_bytes(source, raw)
        if isinstance(record, RawRecord)
        for article in extract(record).articles
    ]
    return next((article.text for article in articles if article.kind == "article"), "")


def _words(text: str) -> Counter[str]:
    return Counter(re.findall(r"\w+", text.casefold()))


def _f1(found: Counter[str], wanted: Counter[str]) -> float:
    both = (found & wanted).total()
    return 2 * both / (found.total() + wanted.total()) if found or wanted else 1.0


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        prog="python -m evals.html_extraction", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--all", action="store_true", help="list every page on which the two differ")
    given = parser.parse_args(arguments)
    scores = score_pages(given.folder)
    out = Console()
    for page in sorted(scores, key=lambda page: page.ours - page.theirs):
        if given.all and abs(page.ours - page.theirs) > 0.0005:
            out.print(
                f"{page.ours - page.theirs:+.3f}  {page.ours:.3f}  {page.theirs:.3f}  {page.name}", highlight=False
            )
    for line in summary(scores):
        out.print(line, highlight=False)


def summary(scores: Sequence[PageScore]) -> list[str]:
    """Means, and how many pages each side has the better text of (by more than a thousandth)."""
    ours, theirs = (sum(getattr(page, side) for page in scores) / len(scores) for side in ("ours", "theirs"))
    better, worse = (sum(sign * (page.ours - page.theirs) > 0.001 for page in scores) for sign in (1, -1))
    spent, alone, full = (
        sum(getattr(page, side) for page in scores) for side in ("our_seconds", "their_seconds", "full_seconds")
    )
    return [
        f"{len(scores)} pages: F1 {ours:.4f}, trafilatura alone {theirs:.4f}; better on {better}, worse on {worse}",
        f"speed: {alone / spent:.2f} of trafilatura's for the text alone, {full / spent:.2f} with what pages state about themselves",
    ]


if __name__ == "__main__":
    main()
