"""How well flattened pages are cleaned: labelled pages in, line-level precision and recall out.

    python -m evals.page_cleaning FOLDER... [--wrong]

A page is a `.page` file whose every line begins with a label and a bar: `B` paragraph of the body, `T` title, `M` byline, date or
outlet, `R` headline or text of a related teaser, `D` to be dropped; `-` stands before an empty line. The first line may be
`#| date=2026-03-05 title=...`: what the page states, without `date=` if it states none.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from corpus.cleaning import clean_characters
from corpus.extraction import Extraction, extract
from corpus.readers.records import RawRecord


@dataclass(frozen=True, slots=True)
class LabelledPage:
    """The lines of one page, each with its label, and the title and the day that it states."""

    name: str
    lines: tuple[tuple[str, str], ...]
    title: str | None
    day: str | None

    @classmethod
    def read(cls, path: Path) -> LabelledPage:
        """Raises ValueError naming file and line if a line has no label, or the page no title."""
        lines = []
        title = day = None
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            label, bar, text = line.partition("|")
            if label == "#" and bar:
                stated = re.fullmatch(r"\s*(?:date=(\S*)\s+)?title=(.*)", text)
                if stated is None:
                    raise ValueError(f"{path}, line {number}: write it as #| date=2026-03-05 title=...")
                day, title = stated[1] or None, stated[2].strip()
                continue
            if bar != "|" or label not in set("BTMRD-"):
                raise ValueError(f"{path}, line {number}: no label. Begin it with one of B| T| M| R| D| -|")
            lines.append((label, text))
        if title is None:
            raise ValueError(f"{path} states no title. Begin it with #| date=2026-03-05 title=...")
        return cls(path.stem, tuple(lines), clean_characters(title)[0], day)

    @property
    def text(self) -> str:
        return "\n".join(text for _, text in self.lines)


@dataclass(slots=True)
class PageScores:
    """Counts over all pages. `wrong` lists page, label, what became of the line, and the line."""

    pages: int = 0
    right: Counter[str] = field(default_factory=Counter)
    labelled: Counter[str] = field(default_factory=Counter)
    kept_as_body: int = 0
    shown_as_teaser: int = 0
    titles: int = 0
    dates: int = 0
    wrong: list[tuple[str, str, str, str]] = field(default_factory=list)

    @property
    def precision(self) -> float:
        """Share of the lines kept as body that are labelled so."""
        return self.right["B"] / max(self.kept_as_body, 1)

    @property
    def recall(self) -> float:
        """Share of the lines labelled body that were kept as body."""
        return self.right["B"] / max(self.labelled["B"], 1)

    @property
    def lost(self) -> int:
        """Body lines that were not kept as body."""
        return self.labelled["B"] - self.right["B"]

    def summary(self) -> str:
        labelled, right = self.labelled, self.right
        return (
            f"{self.pages} pages, {sum(labelled.values())} lines: body precision {self.precision:.4f}, recall {self.recall:.4f}, "
            f"{self.lost} of {labelled['B']} lost; teaser lines {right['R']}/{labelled['R']} found, {self.shown_as_teaser} shown; "
            f"dropped {right['D']}/{labelled['D']}; imprint {right['M']}/{labelled['M']}; titles {self.titles}/{self.pages}, "
            f"dates {self.dates}/{self.pages}"
        )


def read_pages(folder: Path) -> list[LabelledPage]:
    return [LabelledPage.read(path) for path in sorted(folder.glob("*.page"))]


def extraction_of(page: LabelledPage) -> Extraction:
    return extract(RawRecord(page.name, page.text.encode(), page.text))


def score_pages(pages: Iterable[LabelledPage]) -> PageScores:
    scores = PageScores()
    for page in pages:
        extraction = extraction_of(page)
        host = next((article for article in extraction.articles if article.kind == "article"), None)
        scores.pages += 1
        title = host.title if host else None
        day = host.published.isoformat()[:10] if host and host.published else None
        scores.titles += title == page.title
        scores.dates += day == page.day
        if title != page.title:
            scores.wrong.append((page.name, "title", str(title), page.title or ""))
        if day != page.day:
            scores.wrong.append((page.name, "date", str(day), str(page.day)))
        for (label, text), became in zip(*_fates(page, extraction), strict=True):
            scores.labelled[label] += 1
            scores.kept_as_body += became == "body"
            scores.shown_as_teaser += became == "teaser"
            good = {"B": became == "body", "R": became == "teaser"}.get(label, became not in {"body", "teaser"})
            scores.right[label] += good
            if not good:
                scores.wrong.append((page.name, label, became, text))
    return scores


def _fates(page: LabelledPage, extraction: Extraction) -> tuple[list[tuple[str, str]], list[str]]:
    """Every line that is not empty with its label, and what became of it: body, teaser, title, or the rule that dropped it."""
    lines = [(label, clean_characters(text)[0]) for label, text in page.lines if clean_characters(text)[0]]
    dropped: dict[str, list[str]] = {}
    for item in extraction.dropped:
        dropped.setdefault(item.text, []).append(item.rule)
    body = Counter(paragraph for a in extraction.articles if a.kind == "article" for paragraph in a.text.split("\n\n"))
    joined = "\n".join(body)
    teasers = {text for a in extraction.articles if a.kind == "teaser" for text in (a.title, a.text)}
    titles = Counter(a.title for a in extraction.articles if a.kind == "article")
    fates = []
    for _, text in lines:
        if titles[text]:
            titles[text] -= 1
            fates.append("title")
        elif body[text]:
            body[text] -= 1
            fates.append("body")
        elif dropped.get(text):
            fates.append(dropped[text].pop(0))
        elif text in teasers:
            fates.append("teaser")
        else:
            fates.append("body" if text in joined else _joined_drop(text, extraction))
    return lines, fates


def _joined_drop(text: str, extraction: Extraction) -> str:
    return next((item.rule for item in extraction.dropped if text in item.text), "teaser")


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m evals.page_cleaning", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("folders", type=Path, nargs="+", metavar="FOLDER")
    parser.add_argument(
        "--wrong", action="store_true", help="every line told wrong: not for pages that are to stay unread"
    )
    given = parser.parse_args(arguments)
    for folder in given.folders:
        scores = score_pages(read_pages(folder))
        for page, label, became, text in scores.wrong if given.wrong else ():
            sys.stdout.write(f"{page}: {label} became {became}: {text}\n")
        sys.stdout.write(f"{folder}: {scores.summary()}\n")


if __name__ == "__main__":
    main()
