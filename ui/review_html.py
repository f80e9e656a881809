"""Drafts of evaluation questions as HTML, and where their review stands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ui.rendering import article_link, attribute, escaped, heading
from ui.texts import EN, Texts

if TYPE_CHECKING:
    from evals.drafting import Draft, Passage
    from ui.forms import Said


def draft_html(draft: Draft, texts: Texts = EN) -> str:
    """A draft with the passages that it is to be judged by, each under a link to its place."""
    facts = [texts.asked_after.format(question=turn.text) for turn in draft.history if turn.role == "user"]
    facts += [texts.was_answered.format(answer=draft.answered)] if draft.answered and draft.undecided else []
    facts += [f"{texts.note}: {draft.note}"] if draft.note else []
    facts += [texts.said_by.format(speaker=draft.speaker)] if draft.speaker else []
    if not draft.answerable and not draft.undecided:
        facts.append(texts.not_expected)
    tags = "".join(f'<span class="tag">{escaped(tag.replace("_", " "))}</span>' for tag in draft.tags if tag != "draft")
    said = "".join(f"<p>{escaped(fact)}</p>" for fact in facts)
    shown = "".join(_draft_passage(draft, passage, number) for number, passage in enumerate(draft.passages, start=1))
    return (
        f'<section class="draft" lang="{attribute(draft.language)}"><p class="tags" lang="en">{tags}</p>'
        f'<h3>{escaped(draft.question)}</h3><div class="said" lang="{texts.code}">{said}</div>{shown}</section>'
    ).replace("\n", " ")


def waiting_html(drafts: Sequence[Draft], texts: Texts = EN) -> str:
    """The questions that come after the one that is shown."""
    questions = "".join(f'<li lang="{attribute(draft.language)}">{escaped(draft.question)}</li>' for draft in drafts)
    listed = f'<p class="after">{texts.next}</p><ol class="later">{questions}</ol>'.replace("\n", " ")
    return listed if drafts else ""


def review_status_html(
    facts: Sequence[str], texts: Texts = EN, *, cases: str | None = None, problem: Said | None = None
) -> str:
    """Where a review stands, how its cases are used, and what is wrong."""
    counts = f'<p class="facts">{escaped(" · ".join(facts))}</p>' if facts else ""
    command = f"<code>citera eval run {escaped(cases)}</code>" if cases else ""
    use = f"<p>{texts.measure_with.format(command=command)}</p>" if cases else ""
    said = f'<p class="problem" lang="{problem.language}">{escaped(problem.words)}</p>' if problem else ""
    return f'<div role="status">{counts}{use}{said}</div>'


def _draft_passage(draft: Draft, passage: Passage, number: int) -> str:
    from evals.drafting import marked

    words, position = "", 0
    spans = marked(draft, passage)
    for span in spans:
        words += f"{escaped(passage.text[position : span.start])}<mark>{escaped(span.of(passage.text))}</mark>"
        position = span.end
    words += escaped(passage.text[position:])
    place = spans[0].shifted(passage.start) if spans else passage.span
    link = attribute(article_link(passage.article_id, passage.text_sha256, place))
    count = f'<span class="number">{number}</span> ' if draft.undecided else ""
    title = f'<a href="{link}" target="source">{escaped(heading(passage.title, passage.text))}</a>'
    short = " short" if draft.undecided else ""
    return f'<figure><figcaption>{count}{title}</figcaption><p class="words{short}">{words}</p></figure>'
