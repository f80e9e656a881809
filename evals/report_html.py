"""Findings as one HTML page: no script, nothing fetched, light and dark, narrow and wide."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element

from evals.evidence import Place
from evals.markup import Content, Say, document, el
from evals.plots import curve_plot, interval_bar, time_plot
from evals.report import Findings
from evals.run_folder import ArticleText, Row
from evals.score import HEADLINE, LOWER_IS_BETTER, TAG_COLUMNS

if TYPE_CHECKING:
    from evals.resampling import Interval

POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
STYLE = """
:where(:root) { color-scheme: light dark; --paper: #fffdf9; --ink: #1d2530; --quiet: #5c6675; --line: #e3ddd2; --note: #f4efe4;
  --accent: #0b5a6b; --soft: #9cc4cc; --lit: #ffe9a3; }
@media (prefers-color-scheme: dark) { :where(:root) { --paper: #171c22; --ink: #e6e9ed; --quiet: #a0aab6; --line: #2f3843;
  --note: #212933; --accent: #7fcbdc; --soft: #35616d; --lit: #574614; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif;
  overflow-wrap: anywhere; }
main { max-width: 62rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1 { margin: 0; font-size: 1.6rem; line-height: 1.2; }
h2 { margin: 2.5rem 0 .75rem; font-size: 1.2rem; }
h3 { margin: 2rem 0 .5rem; font-size: 1rem; }
p { margin: 0 0 .75rem; max-width: 42rem; }
.quiet, dt, th, td small { color: var(--quiet); }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); gap: 0 2rem; }
figure { margin: 0 0 1rem; }
figcaption { font-size: .875rem; color: var(--quiet); max-width: 26rem; }
svg { display: block; max-width: 100%; height: auto; margin: .5rem 0; font: 12px system-ui, sans-serif; fill: var(--quiet); }
svg .label { fill: var(--ink); } svg .caption { text-anchor: middle; }
svg line, svg polyline { stroke-width: 2; fill: none; } svg .axis { stroke: var(--line); stroke-width: 1; }
svg .interval { stroke: var(--soft); stroke-width: 6; stroke-linecap: round; }
svg .other { fill: var(--paper); stroke: var(--quiet); stroke-width: 1.5; }
svg .mean { fill: var(--accent); } svg .curve { stroke: var(--accent); } svg .whisker { stroke: var(--soft); }
svg .box { fill: var(--soft); } svg .median { stroke: var(--accent); stroke-width: 3; }
.wide { overflow-x: auto; margin: 0 0 1rem; }
table { border-collapse: collapse; font-size: .875rem; font-variant-numeric: tabular-nums; overflow-wrap: normal; }
th, td { padding: .3rem .75rem .3rem 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
th { font-weight: 500; } small { display: block; line-height: 1.3; } .number small { white-space: nowrap; }
.bar { width: clamp(4.75rem, 20vw, 12rem); max-width: none; margin: 0; } .number { text-align: right; }
.case { margin: 0 0 1rem; padding: .75rem 1rem; background: var(--note); border-radius: .5rem; }
.case h4 { margin: 0; font-size: 1rem; } .case p { margin: 0 0 .5rem; font-size: .8125rem; }
dl { display: grid; grid-template-columns: 7.5rem 1fr; gap: .25rem .75rem; margin: 0 0 .5rem; font-size: .9375rem; }
dd { margin: 0; white-space: pre-line; } dt { font-size: .875rem; }
details { font-size: .875rem; } summary { cursor: pointer; padding: .2rem 0; color: var(--accent); }
details ol { margin: .25rem 0 .5rem; padding-left: 1.75rem; } li { margin-bottom: .5rem; }
blockquote { margin: .15rem 0; white-space: pre-line; } mark { background: var(--lit); color: inherit; }
@media (max-width: 32rem) { th, td { padding-right: .5rem; } dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: .5rem; } }
"""


def page(findings: Findings) -> str:
    """The whole page. Every word of the run passes `el`, which escapes it."""
    run = findings.run
    title = f"{run.system} on {run.dataset}"
    done = "searched for" if run.retrieval_only else "asked"
    return whole_page(
        title,
        el("p.quiet", f"{run.n:,} questions {done}, finished {run.finished:%Y-%m-%d %H:%M} UTC"),
        *body(findings),
    )


def body(findings: Findings) -> Iterator[Element]:
    """All that stands below the page's heading."""
    yield from _scores(findings)
    yield plots(findings)
    yield from _tags(findings)
    yield from _worst(findings)
    yield from _made_of(findings)


def whole_page(title: str, *content: Element) -> str:
    """A page in this style, with its title as the first heading."""
    head = el(
        "head",
        el("meta", {"charset": "utf-8"}),
        el("meta", {"http-equiv": "Content-Security-Policy", "content": POLICY}),
        el("meta", {"name": "viewport", "content": "width=device-width, initial-scale=1"}),
        el("title", title),
        el("style", STYLE),
    )
    return document(el("html", {"lang": "en"}, head, el("body", el("main", el("h1", title), *content))))


def _scores(findings: Findings) -> Iterator[Element]:
    shares, say = findings.shares, findings.say
    yield el("h2", say("Scores"))
    if shares:
        yield el(
            "p.quiet",
            say("Mean over the questions that have the score; the bar is its 95% bootstrap interval, from 0 to 1."),
        )
        rows = [
            (with_note(name, say(HEADLINE[name])), interval_bar(score, say), mean_and_interval(score), f"{score.n:,}")
            for name, score in shares.items()
        ]
        yield table((say("score"), "0–1", say("mean"), "n"), rows, numbers=2)
    others = {name: score for name, score in findings.scores.items() if name not in shares}
    if not others:
        return
    more = [
        (name, f"{score.mean:.3f}", f"{score.low:.3f}–{score.high:.3f}", f"{score.n:,}")
        for name, score in others.items()
    ]
    listed = table((say("score"), say("mean"), say("95% interval"), "n"), more, numbers=3)
    yield el("details", el("summary", say(f"{len(others)} more scores")), listed)


def plots(findings: Findings) -> Element:
    """When to trust the answers, and how long they take."""
    figures, say = [], findings.say
    if findings.curve:
        coverage, risk = findings.curve[-1]
        caption = say(
            f"Answers in the order of the best passage's score, which stands for confidence. {coverage:.0%} of the questions "
            f"were answered, {risk:.0%} of those wrongly; area under the curve {findings.aurc:.3f} (less is better)."
        )
        figures.append(
            el("figure", el("h2", say("When to trust it")), curve_plot(findings.curve, say), el("figcaption", caption))
        )
    if findings.times["query"]:
        said = [say("Box: the middle half; line: from the 5th to the 95th percentile; logarithmic.")]
        if findings.workers > 1:
            said.append(say(f"Up to {findings.workers} questions were asked at a time."))
        said.append(say(findings.spending))
        figures.append(
            el(
                "figure",
                el("h2", say("Time")),
                time_plot(findings.times, say),
                el("figcaption", " ".join(filter(None, said))),
            )
        )
    return el("div.plots", *figures)


def _tags(findings: Findings) -> Iterator[Element]:
    columns = [name for name in TAG_COLUMNS if name in findings.scores]
    if not findings.tags or not columns:
        return
    yield el("h2", findings.say("By tag"))
    rows: list[tuple[Content, ...]] = []
    for tag, scores in findings.tags.items():
        cells = [mean_and_interval(scores[name]) if name in scores else "" for name in columns]
        rows.append((tag, f"{findings.tag_sizes[tag]:,}", *cells))
    yield table((findings.say("tag"), "n", *columns), rows, numbers=len(columns) + 1)


def _worst(findings: Findings) -> Iterator[Element]:
    say = findings.say
    yield el("h2", say("What went wrong"))
    if not findings.failures:
        yield el("p", say("Nothing."))
    for kind in findings.failures:
        rest = say(f" (the worst {len(kind.worst)})") if kind.total > len(kind.worst) else ""
        yield el("h3", f"{say(kind.title)}: {kind.total:,}", el("span.quiet", rest))
        for row in kind.worst:
            yield _case(row, findings)


def _case(row: Row, findings: Findings) -> Element:
    return el("article.case", *asked(row, findings), *answered(row, findings))


def asked(row: Row, findings: Findings) -> Iterator[Element]:
    """A case's question, and what would be right."""
    facts: list[tuple[str, Content]] = []
    say = findings.say
    if row.history:
        before = "\n".join(f"{say(turn.role)}: {turn.text}" for turn in row.history)
        facts.append((say("Before it"), _in(row.language, before)))
    gold = " / ".join(row.gold_words)
    nothing = "–" if row.answerable else say("nothing answers it")
    facts.append((say("Gold"), _in(row.language, gold) if gold else nothing))
    if row.speaker:
        facts.append((say("By"), row.speaker))
    if row.expected:
        facts.append((say("Expected"), "\n".join(_title(name, findings.texts) for name in row.expected)))
    yield el("h4", {"lang": row.language}, row.question)
    yield el("p.quiet", " · ".join((row.id, row.language, *row.tags)))
    yield _facts(facts)


def answered(row: Row, findings: Findings) -> Iterator[Element]:
    """What a run made of the case, and what is wrong with that."""
    facts: list[tuple[str, Content]] = []
    answer, say = row.answer, findings.say
    if answer is not None and answer["standalone_question"] != row.question:
        facts.append((say("Asked as"), _in(row.language, answer["standalone_question"])))
    if answer is not None:
        name = say(f"Refused: {answer['refusal_reason']}") if answer["refused"] else say("Answer")
        facts.append((name, _in(row.language, answer["text"])))
    wrong = [f"{name} {row.scores[name]:.2f}: {_why(name, row, say)}" for name in HEADLINE if _is_short(name, row)]
    if row.failed:
        facts.append((say("Failed"), row.failed))
    facts.append((say("Because"), "\n".join(wrong)))
    yield _facts(facts)
    if answer is not None:
        yield from (_citations(row, say), _passages(row, findings), _removed(row, say))


def _why(name: str, row: Row, say: Say) -> str:
    """A judge's reason is in words of its own."""
    return row.why[name] if name.startswith("judged_") else say(row.why[name])


def _in(language: str, words: str) -> Element:
    return el("span", {"lang": language}, words)


def _facts(facts: Iterable[tuple[str, Content]]) -> Element:
    return el("dl", *(part for name, value in facts for part in (el("dt", name), el("dd", value))))


def _is_short(name: str, row: Row) -> bool:
    if name not in row.scores or name in ("right", "exact_match"):
        return False
    return row.scores[name] > 0 if name in LOWER_IS_BETTER else row.scores[name] < 1


def _citations(row: Row, say: Say) -> Element:
    assert row.answer is not None
    items = [
        el(
            "li",
            {"value": citation["marker"]},
            _heading(citation["title"], citation["speaker"]),
            _quote(citation["quote"]),
        )
        for citation in row.answer["citations"]
    ]
    return _folded(say(f"Citations: {len(items)}"), items)


def _passages(row: Row, findings: Findings) -> Element:
    assert row.answer is not None
    items = []
    for passage in row.answer["passages"]:
        text = findings.texts.get(passage["article_id"])
        facts = f"{passage['score']:.2f}, {findings.say(' and '.join(passage['found_by']))}"
        words = _lit(text, passage["start"], passage["end"], row.gold) if text else []
        expected = findings.say("expected") if passage["article_id"] in row.expected else None
        items.append(
            el(
                "li",
                _heading(_title(passage["article_id"], findings.texts), facts, expected),
                el("blockquote", {"lang": ""}, *words),
            )
        )
    return _folded(findings.say(f"Passages: {len(items)}"), items)


def _removed(row: Row, say: Say) -> Element:
    assert row.answer is not None
    items = [el("li", _heading(say(item["reason"])), _quote(item["text"])) for item in row.answer["removed"]]
    return _folded(say(f"Removed: {len(items)}"), items)


def _folded(summary: str, items: Sequence[Element]) -> Element:
    return el("details", el("summary", summary), el("ol", *items)) if items else el("p.quiet", summary)


def _lit(text: ArticleText, start: int, end: int, gold: Sequence[Place]) -> list[Content]:
    """The passage's words, those that are gold marked."""
    here = [place.span for place in gold if place.article_id == text.article_id]
    edges = {start, end, *(edge for span in here for edge in (span.start, span.end) if start < edge < end)}
    return [
        el("mark", text.text[left:right])
        if any(span.start <= left and right <= span.end for span in here)
        else text.text[left:right]
        for left, right in pairwise(sorted(edges))
    ]


def _heading(*facts: str | None) -> Element:
    return el("span.quiet", " · ".join(filter(None, facts)))


def _quote(text: str) -> Element:
    return el("blockquote", {"lang": ""}, text)


def _title(article_id: str, texts: Mapping[str, ArticleText]) -> str:
    text = texts.get(article_id)
    return (text.title or f"{text.text[:70]} …") if text else article_id


def _made_of(findings: Findings) -> Iterator[Element]:
    run, say = findings.run, findings.say
    judge = {"Judge": "; ".join(map(say, findings.judge.split("; ")))} if findings.judge else {}
    facts = judge | {
        "System": run.system,
        "Cases": say(f"{run.n:,}, digest {run.cases}"),
        "Corpus": say(f"digest {run.corpus}"),
        "Index": say(f"digest {run.index}"),
        "Code": say(f"digest {run.code}"),
        "Settings": ", ".join(f"{name} {value}" for name, value in run.settings.items()),
        "Machine": ", ".join(f"{name} {value}" for name, value in run.machine.items()),
        "Workers": str(findings.workers),
        **{name: say(fact) for name, fact in findings.resources.items()},
        "Versions": ", ".join(f"{name} {value}" for name, value in run.versions.items()),
    }
    yield el("h2", say("What was run"))
    yield _facts((say(name), fact) for name, fact in facts.items())


def mean_and_interval(score: Interval) -> Element:
    return with_note(f"{score.mean:.3f}", f"{score.low:.3f}–{score.high:.3f}")


def with_note(text: str, note: str) -> Element:
    return el("span", text, el("small", note))


def table(columns: Sequence[str], rows: Sequence[Sequence[Content]], *, numbers: int) -> Element:
    """A table whose last `numbers` columns hold numbers."""
    kinds = ["" if position < len(columns) - numbers else ".number" for position in range(len(columns))]
    head = el("tr", *(el(f"th{kind}", column) for kind, column in zip(kinds, columns, strict=True)))
    body = [el("tr", *(el(f"td{kind}", cell) for kind, cell in zip(kinds, row, strict=True))) for row in rows]
    return el("div.wide", {"tabindex": "0"}, el("table", el("thead", head), el("tbody", *body)))
