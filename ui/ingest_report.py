"""`citera ingest --report`: what was kept of each page, what was dropped and by which rule. A `.html` file is for reading and shows
the first pages; any other is JSON and has all. Both are written in constant memory.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from ui.errors import ReportNotWrittenError

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from ui.local import Json

MAX_SHOWN = 200
"""Pages of each kind on the HTML page: some megabytes, which a browser opens at once."""
MAX_CHARACTERS = 10_000_000
"""Of the pages on the HTML page, as JSON: 20 times what 200 news articles have."""
MAX_LINES = 40
"""Lines shown of one page, kept and dropped each."""
COUNTS = ("added", "updated", "unchanged", "withdrawn")


@dataclass(slots=True)
class Reports:
    """The files of one ingest. `page` takes what became of each page; `finish` closes with the sums."""

    json_files: list[TextIO] = field(default_factory=list)
    html_files: list[TextIO] = field(default_factory=list)
    states: Counter[str] = field(default_factory=Counter)
    rules: Counter[str] = field(default_factory=Counter)
    shown: dict[str, list[Json]] = field(default_factory=dict)
    size: int = 0

    def page(self, page: Json) -> None:
        between = ",\n" if self.states.total() else "\n"
        for file in self.json_files:
            file.write(between + json.dumps(page, ensure_ascii=False))
        self.states[page["state"]] += 1
        self.rules.update(dropped["rule"] for dropped in page["dropped"])
        of_state = self.shown.setdefault(page["state"], [])
        if self.html_files and len(of_state) < MAX_SHOWN and self.size < MAX_CHARACTERS:
            of_state.append(page)
            self.size += len(json.dumps(page))

    def finish(self, outcome: Json) -> None:
        sums = {**outcome, "rules": dict(self.rules.most_common())}
        for file in self.json_files:
            file.write("\n],\n" + json.dumps(sums, ensure_ascii=False, indent=2).removeprefix("{\n") + "\n")
        for file in self.html_files:
            file.write(_html(self, outcome))


@contextmanager
def reports_to(paths: Sequence[Path]) -> Iterator[Reports]:
    """Raises ReportNotWrittenError: a file cannot be written."""
    reports = Reports()
    with ExitStack() as files:
        for path in paths:
            try:
                file = files.enter_context(path.open("w", encoding="utf-8", errors="replace"))
            except OSError as error:
                raise ReportNotWrittenError(str(path), error.strerror or "unknown reason") from error
            if path.suffix.lower() in (".html", ".htm"):
                reports.html_files.append(file)
            else:
                reports.json_files.append(file)
                file.write('{"pages": [')
        yield reports


def _html(reports: Reports, outcome: Json) -> str:
    from evals.markup import document, el
    from evals.report_html import POLICY, STYLE

    facts = ", ".join(f"{outcome[name]:,} {name}" for name in COUNTS)
    body = el(
        "main",
        el("h1", "What Citera read"),
        el(
            "p.quiet",
            f"{reports.states.total():,} pages. Articles: {facts}; {outcome['teasers']:,} of the new ones are teasers.",
        ),
        *(
            [el("p", "The ingest was stopped before its end; the next one goes on from there.")]
            if outcome["stopped"]
            else []
        ),
        *_rules(reports),
        *(part for state in ("rejected", "added", "updated", "unchanged") for part in _pages(state, reports)),
    )
    head = el(
        "head",
        el("meta", {"charset": "utf-8"}),
        el("meta", {"http-equiv": "Content-Security-Policy", "content": POLICY}),
        el("meta", {"name": "viewport", "content": "width=device-width, initial-scale=1"}),
        el("title", "What Citera read"),
        el("style", STYLE + _MORE_STYLE),
    )
    return document(el("html", {"lang": "en"}, head, el("body", body)))


_MORE_STYLE = """
.case h4 { overflow-wrap: anywhere; } .case > details { margin-top: .25rem; }
.lines { list-style: none; margin: .25rem 0 .5rem; padding: 0; } .lines li { padding-left: .75rem; border-left: 3px solid var(--soft); }
.lines.gone li { border-color: var(--line); } .rule { font-size: .75rem; color: var(--accent); margin-right: .5rem; }
"""


def _rules(reports: Reports) -> Iterator[Element]:
    from evals.markup import el

    if not reports.rules:
        return
    yield el("h2", "What was dropped, by rule")
    rows = [el("tr", el("td", rule), el("td.number", f"{count:,}")) for rule, count in reports.rules.most_common()]
    yield el("div.wide", el("table", el("tr", el("th", "rule"), el("th.number", "lines")), *rows))


def _pages(state: str, reports: Reports) -> Iterator[Element]:
    from evals.markup import el

    total, shown = reports.states[state], reports.shown.get(state, [])
    if not total:
        return
    rest = f" (the first {len(shown):,} are shown; a report in JSON has all)" if total > len(shown) else ""
    yield el("h2", f"{state.capitalize()}: {total:,}", el("span.quiet", rest))
    for page in shown:
        yield _page(page)


def _page(page: Json) -> Element:
    from evals.markup import el

    parts: list[Element] = [el("h4", page["source"])]
    if page["reason"]:
        parts += [el("p", page["reason"]), el("p.quiet", page["remedy"])]
    for article in page["articles"]:
        named = [
            article["kind"],
            article["outlet"],
            ", ".join(article["authors"]),
            article["published"],
            article["language"],
        ]
        parts += [
            el("p", el("strong", article["title"] or "without a title")),
            el("p.quiet", " · ".join(filter(None, [*named, article["url"]]))),
            _folded(
                "Kept", "lines", [el("li", {"lang": article["language"] or ""}, text) for text in article["paragraphs"]]
            ),
        ]
    if page["dropped"]:
        dropped = [el("li", el("span.rule", item["rule"]), item["text"]) for item in page["dropped"]]
        parts.append(_folded("Dropped", "lines gone", dropped))
    return el("article.case", *parts)


def _folded(name: str, style: str, items: list[Element]) -> Element:
    from evals.markup import el

    more = [el("li", f"… and {len(items) - MAX_LINES:,} more")] if len(items) > MAX_LINES else []
    listed = el("ul", {"class": style}, *items[:MAX_LINES], *more)
    return el("details", el("summary", f"{name}: {len(items):,} lines"), listed)
