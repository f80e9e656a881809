"""The runs of `citera eval run` as a page: one by itself, or two side by side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from rag.dates import format_date
from ui.rendering import attribute, escaped, page_html
from ui.swedish_report import report_in
from ui.texts import Look, Texts

if TYPE_CHECKING:
    from evals import CasePair, Comparison, Run, SideBySide
    from ui.forms import Said

NONE_SHOWN = "no difference shown"
STYLE_SHEET = "/evaluations/report.css"


def evaluations_page(runs: Mapping[str, Run], a: str, b: str, content: str, look: Look) -> str:
    """The choice of runs, and below it `content`; without a choice all runs are listed. `a` and `b` are those chosen."""
    texts = look.texts
    listed = "".join(_listed(name, run, texts) for name, run in runs.items())
    empty = f'<p class="empty">{texts.runs_empty.format(command="<code>citera eval run sample</code>")}</p>'
    shown = content or (f'<ul class="listed">{listed}</ul>' if runs else empty)
    return page_html(
        texts.evaluations,
        f'<h1>{texts.evaluations}</h1><p class="lead">{texts.runs_intro}</p>{_choice(runs, a, b, texts) if runs else ""}{shown}',
        look,
        script=True,
        style=STYLE_SHEET,
    )


def one_run(html: str, name: str) -> str:
    return f"<section><h2>{escaped(name)}</h2>{html}</section>"


def compared(both: SideBySide, a: str, b: str, texts: Texts) -> str:
    """The verdict on each score, then plots and cases in two columns."""
    heads = f"<h3>A: {escaped(a)}</h3>", f"<h3>B: {escaped(b)}</h3>"
    plots = "".join(f"<div>{head}{plotted}</div>" for head, plotted in zip(heads, both.plots, strict=True))
    cases = "".join(_case(case, texts) for case in both.cases)
    return (
        f'{_verdicts(both.comparison, texts)}<h2>{texts.plots}</h2><div class="pair">{plots}</div>'
        f"<h2>{texts.worst_cases}</h2>{cases or f'<p>{texts.nothing_wrong}</p>'}"
    )


def problem(said: Said) -> str:
    return f'<p class="problem" role="alert" lang="{said.language}">{escaped(said.words)}</p>'


def _choice(runs: Mapping[str, Run], a: str, b: str, texts: Texts) -> str:
    def select(name: str, label: str, chosen: str) -> str:
        options = "".join(
            f'<option value="{attribute(run)}"{" selected" if run == chosen else ""}>{escaped(run)}</option>'
            for run in runs
        )
        return f'<label>{label}<select name="{name}"><option value="">–</option>{options}</select></label>'

    return (
        f'<form class="choice" action="/evaluations">{select("a", texts.run_a, a)}{select("b", texts.run_b, b)}'
        f"<button>{texts.show}</button></form>"
    )


def _listed(name: str, run: Run, texts: Texts) -> str:
    day = f"{format_date(run.finished, texts.code)} {run.finished:%H:%M} UTC"
    facts = (run.system, run.dataset, texts.questions.format(count=f"{run.n:,}"), day)
    return (
        f'<li><div><a href="/evaluations?{attribute(urlencode({"a": name}))}">{escaped(name)}</a> '
        f'<span class="facts">{escaped(" · ".join(facts))}</span></div></li>'
    )


def _verdicts(comparison: Comparison, texts: Texts) -> str:
    """What `citera eval compare` says of the scores that changed; by tag only where a difference is shown."""
    rows = [row for row in comparison.rows if row.changed and (row.tag is None or row.verdict != NONE_SHOWN)]
    same = ", ".join(f"{row.score} {row.a:.3f}" for row in comparison.rows if row.tag is None and not row.changed)
    said = {
        "better": texts.b_better,
        "worse": texts.b_worse,
        "different": texts.b_different,
        NONE_SHOWN: texts.b_alike,
    }
    lines = "".join(
        f'<tr class="{row.verdict.split()[0]}"><th scope="row">{escaped(row.score)}'
        f"{f'<small>{escaped(row.tag)}</small>' if row.tag else ''}</th><td>{said[row.verdict]}</td>"
        f'<td class="number">{row.a:.3f}</td><td class="number">{row.b:.3f}</td>'
        f'<td class="number">{row.mean:+.3f}<small>{row.low:+.3f} – {row.high:+.3f}</small></td></tr>'
        for row in sorted(rows, key=lambda row: row.verdict == NONE_SHOWN)
    )
    names = (texts.score, texts.verdict, "A", "B", f"B − A<small>{texts.interval}</small>")
    kinds = ("", "", "number", "number", "number")
    head = "".join(f'<th scope="col" class="{kind}">{name}</th>' for kind, name in zip(kinds, names, strict=True))
    table = (
        '<div class="wide" tabindex="0"><table class="verdicts">'
        f"<thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table></div>"
    )
    return (
        f'<h2>{texts.scores}</h2><p class="quiet">{escaped(report_in(texts)(comparison.caption))}</p>{table if rows else ""}'
        f"<p>{texts.same_in_both} {same or '–'}</p>"
    )


def _case(case: CasePair, texts: Texts) -> str:
    verdict = {"better": texts.b_better, "worse": texts.b_worse, "alike": texts.both_wrong}[case.b_is]
    return (
        f'<article class="case"><p class="verdict {case.b_is}">{verdict}</p>{case.asked}<div class="pair">'
        f"<section><h5>A</h5>{case.a}</section><section><h5>B</h5>{case.b}</section></div></article>"
    )
