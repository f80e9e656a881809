"""Answers and articles as HTML and as plain text. The only code that puts words of the corpus into markup.

Text, titles, names and URLs are hostile: everything passes `_text`, `_attribute` or `safe_url` on its way out.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from html import escape
from textwrap import shorten
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode, urlsplit

from corpus.article import Article, Paragraph, Span
from corpus.cleaning import printable
from rag.dates import format_date
from rag.refusals import NEAREST
from rag.settings import EXTRACTIVE
from ui.errors import SpanOutsideTextError

if TYPE_CHECKING:
    from evals.drafting import Draft, Passage
    from index.stories import Copy
    from rag.answer import Answer, AnswerJson, Citation, CitationJson, CopyJson, Sentence
    from rag.checking import FindingJson
    from rag.conversation import Turn

STATIC = "/citera-static"
STAGES = {
    "searching": "Searching the articles",
    "reading": "Reading what was found",
    "checking": "Checking every sentence against its source",
}

NAMED_COPIES = 8
"""Other copies that an article's page names."""
PARAPHRASED = "Written by {model}. Words outside quotation marks are its own: checked against the sources, not proved."


def article_link(article_id: str, text_sha256: str | None = None, span: Span | None = None) -> str:
    """The address of an article's page, opened at `span` of the version `text_sha256`."""
    place: dict[str, str | int] = {} if text_sha256 is None else {"sha": text_sha256}
    if span is not None:
        place |= {"start": span.start, "end": span.end}
    address = f"/articles/{quote(article_id, safe='')}"
    return f"{address}?{urlencode(place)}#cited" if place else address


def safe_url(url: str | None) -> str | None:
    """The URL when it is plain http or https, else None: a link must not run anything."""
    if url is None or any(character.isspace() or not character.isprintable() for character in url):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.netloc else None


# The article page


def cited_span(article: Article, start: int | None, end: int | None) -> Span | None:
    """The span that a link asks for; None when it asks for none.

    Raises:
        SpanOutsideTextError: it is empty, reaches outside the text, or lacks one of its ends.
    """
    if start is None and end is None:
        return None
    if start is None or end is None or not 0 <= start < end <= len(article.text):
        raise SpanOutsideTextError(start, end, len(article.text))
    return Span(start, end)


def article_page(
    article: Article,
    span: Span | None = None,
    *,
    host: Article | None,
    current: bool,
    story: Article | None = None,
    copies: Sequence[Copy] = (),
) -> str:
    """The article as a page of its own, `span` of it marked. `host` is the article a teaser was found on, `story` the one it is for,
    `copies` the others that carry the same story."""
    title = heading(article.title, article.text)
    return _page(
        title,
        article.language,
        f"""<article>
<header>
<h1>{_text(title)}</h1>
<p class="byline">{_byline(article)}</p>
{_copies(copies)}{_notes(article, host, story, current)}</header>
{"".join(_paragraphs(article, span))}</article>""",
    )


def problem_page(document: dict[str, Any]) -> str:
    return _page(
        document["title"],
        "en",
        f'<article class="problem"><h1>{_text(document["title"])}</h1><p>{_text(document["detail"])}</p></article>',
    )


def welcome_page() -> str:
    """What the source panel shows before anything has been cited."""
    return _page(
        "Source",
        "en",
        '<article class="welcome"><h1>Every sentence has a source</h1>'
        "<p>Choose a number in an answer. The article opens here, with the exact words lit up.</p></article>",
    )


def _page(title: str, language: str | None, body: str) -> str:
    return f"""<!doctype html>
<html lang="{_attribute(language or "und")}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{_text(title)} · Citera</title>
<link rel="stylesheet" href="{STATIC}/article.css">
</head>
<body>
<main>
{body}
</main>
</body>
</html>
"""


def _byline(article: Article) -> str:
    facts = [_text(fact) for fact in (article.outlet, ", ".join(article.authors) or None) if fact]
    if article.published is not None:
        facts.append(f'<time datetime="{article.published.isoformat()}">{format_date(article.published, "en")}</time>')
    url = safe_url(article.url)
    if url is not None:
        facts.append(f'<a href="{_attribute(url)}" target="_blank" rel="noopener noreferrer">Original article</a>')
    return '<span aria-hidden="true"> · </span>'.join(facts)


def _copies(copies: Sequence[Copy]) -> str:
    named = ", ".join(map(_copy, copies[:NAMED_COPIES]))
    more = f" and {len(copies) - NAMED_COPIES} more" if len(copies) > NAMED_COPIES else ""
    return f'<p class="copies">Also in: {named}{more}</p>\n' if named else ""


def _copy(copy: Copy) -> str:
    name = _text(copy.outlet or copy.title or copy.article_id)
    day = f", {format_date(copy.published, 'en')}" if copy.published else ""
    edited = " (edited)" if copy.kind == "near" else ""
    return f'<a href="{_attribute(article_link(copy.article_id))}">{name}</a>{day}{edited}'


def _notes(article: Article, host: Article | None, story: Article | None, current: bool) -> str:
    notes = []
    if article.kind == "teaser":
        found_on = f' on <a href="{article_link(host.id)}">{_text(heading(host.title, host.text))}</a>' if host else ""
        whole = f' <a href="{article_link(story.id)}">Open the whole article</a>.' if story else ""
        notes.append(f"This is a teaser found{found_on}, not the whole article.{whole}")
    if not current:
        newer = f'<a href="{article_link(article.id)}">Open the current one</a>'
        notes.append(f"This version has been superseded or withdrawn. {newer}.")
    return "".join(f'<p class="note">{note}</p>\n' for note in notes)


def _paragraphs(article: Article, span: Span | None) -> Iterator[str]:
    first_mark = True
    for paragraph in _covering(article):
        tag = "h2" if paragraph.kind == "heading" else "p"
        foreign = paragraph.language and paragraph.language != article.language
        language = f' lang="{_attribute(paragraph.language)}"' if paragraph.language and foreign else ""
        whole = paragraph.span
        cited = span or Span(0, 0)
        start, end = max(whole.start, cited.start), min(whole.end, cited.end)
        if start < end:
            before, marked, after = Span(whole.start, start), Span(start, end), Span(end, whole.end)
            name = ' id="cited"' if first_mark else ""
            first_mark = False
            mark = f"<mark{name}>{_text(marked.of(article.text))}</mark>"
            content = f"{_text(before.of(article.text))}{mark}{_text(after.of(article.text))}"
        else:
            content = _text(whole.of(article.text))
        yield f"<{tag}{language}>{content}</{tag}>\n"


def _covering(article: Article) -> Iterator[Paragraph]:
    """The article's paragraphs, and any text between them, so that no character of a citation goes unshown."""
    position = 0
    for paragraph in sorted(article.paragraphs, key=lambda paragraph: paragraph.span):
        yield from _gap(article.text, position, paragraph.span.start)
        yield paragraph
        position = paragraph.span.end
    yield from _gap(article.text, position, len(article.text))


def _gap(text: str, start: int, end: int) -> Iterator[Paragraph]:
    if text[start:end].strip():
        yield Paragraph(Span(start, end), "body", None)


# The conversation


def turn_html(
    question: str,
    *,
    stage: str | None = None,
    sentences: Sequence[Sentence] = (),
    answer: Answer | None = None,
    history: Sequence[Turn] = (),
    nearest: Sequence[Article] = (),
    problem: str | None = None,
) -> str:
    """One question and what is known of its answer so far, without line breaks (a blank line would end the block).

    `nearest` are the articles that came closest to carrying a refused answer; `history` is what was said before, and
    goes with what the reader says of a finished one.
    """
    parts = [f'<p class="question"><span class="sr-only">You asked: </span>{_text(question)}</p>']
    if answer is not None:
        parts.append(_refusal(answer, nearest) if answer.refused else _answer(answer))
        parts.append(_thumbs(question, history, answer))
    elif problem is not None:
        parts.append(f'<div class="refusal" data-announce="{_attribute(problem)}"><p>{_text(problem)}</p></div>')
    else:
        parts.append(f'<div class="answer">{"".join(_sentence(sentence, {}) for sentence in sentences)}</div>')
        doing = STAGES.get(stage or "", "Working")
        parts.append(f'<p class="progress" data-announce="{_attribute(doing)}">{_text(doing)}…</p>')
    return f'<section class="turn">{"".join(parts)}</section>'.replace("\n", " ")


def _answer(answer: Answer) -> str:
    by_marker = {citation.marker: citation for citation in answer.citations}
    count = len(by_marker)
    announced = f"Answer ready, {count} {'source' if count == 1 else 'sources'}."
    return (
        f'<div class="answer" lang="{_attribute(answer.language)}" data-announce="{announced}">'
        f"{''.join(_sentence(sentence, by_marker) for sentence in answer.sentences)}</div>{_notices(answer)}"
        f'<ol class="citations" aria-label="Sources">{"".join(map(_citation, answer.citations))}</ol>{_removed(answer)}'
    )


def _refusal(answer: Answer, nearest: Sequence[Article]) -> str:
    links = "".join(
        f'<li><a href="{_attribute(article_link(article.id, article.text_sha256))}" target="source">'
        f"{_text(heading(article.title, article.text))}</a></li>"
        for article in nearest
    )
    closest = f'<p class="closest" lang="en">Closest articles</p><ul>{links}</ul>' if links else ""
    return (
        f'<div class="refusal" lang="{_attribute(answer.language)}" data-announce="{_attribute(answer.text)}">'
        f"<p>{_text(answer.text)}</p>{_notices(answer)}{closest}</div>"
    )


def _sentence(sentence: Sentence, citations: dict[int, Citation]) -> str:
    words = "".join(f'<span class="{part.kind}">{_text(part.text)}</span>' for part in sentence.parts)
    markers = "".join(
        f'<a class="marker" href="{_attribute(_citation_link(citations[marker]))}" target="source" '
        f'aria-label="Source {marker}: {_attribute(heading(citations[marker].title, citations[marker].quote))}">{marker}</a>'
        if marker in citations
        else f'<span class="marker">{marker}</span>'
        for marker in sentence.markers
    )
    return f"<p>{words}&nbsp;{markers}</p>"


def _citation(citation: Citation) -> str:
    kind = "teaser" if citation.kind == "teaser" else None
    facts = [fact for fact in (citation.outlet, iso_to_long_date(citation.published), citation.speaker, kind) if fact]
    return (
        f'<li><a href="{_attribute(_citation_link(citation))}" target="source">'
        f'<span class="number">{citation.marker}</span> '
        f'<span class="title">{_text(heading(citation.title, citation.quote))}</span> '
        f'<span class="facts">{_text(" · ".join(facts))}</span></a></li>'
    )


def _notices(answer: Answer) -> str:
    notices = [answer.notice] if answer.notice else []
    if any(part.kind == "paraphrase" for sentence in answer.sentences for part in sentence.parts):
        notices.append(PARAPHRASED.format(model=answer.model))
    return "".join(f'<p class="notice">{_text(notice)}</p>' for notice in notices)


def _removed(answer: Answer) -> str:
    if not answer.removed:
        return ""
    reasons = "".join(f"<li>{_text(item.reason)}</li>" for item in answer.removed)
    summary = f"Left out because it could not be verified: {len(answer.removed)}"
    return f'<details class="removed"><summary>{summary}</summary><ul>{reasons}</ul></details>'


def _thumbs(question: str, history: Sequence[Turn], answer: Answer) -> str:
    """Two buttons and a line for a note. What they send to /api/feedback is in the markup, so that the server need not remember it."""
    said = answer.to_dict()
    wanted = ("text", "refused", "language", "model", "settings_digest", "citations", "passages")
    places = {"article_id", "text_sha256", "start", "end", "speaker"}
    kept: dict[str, Any] = {name: said[name] for name in wanted}  # type: ignore[literal-required]  # of its keys
    for name in ("citations", "passages"):
        kept[name] = [{key: value for key, value in place.items() if key in places} for place in kept[name]]
    turns = [{"role": turn.role, "text": turn.text} for turn in history]
    sent = json.dumps({"question": question, "history": turns, "answer": kept})
    buttons = "".join(
        f'<button type="button" class="thumb {verdict}" data-verdict="{verdict}" aria-pressed="false" title="{name}">'
        f'<span class="sr-only">{name}</span></button>'
        for verdict, name in (("up", "Good answer"), ("down", "Bad answer"))
    )
    return (
        f'<div class="feedback" role="group" aria-label="What you think of this answer" data-sent="{_attribute(sent)}">{buttons}'
        '<form hidden><input name="note" maxlength="2000" aria-label="Note" placeholder="Why? (optional)" autocomplete="off">'
        '<button type="submit">Save note</button></form><span class="saved" role="status"></span></div>'
    )


def _citation_link(citation: Citation) -> str:
    return article_link(citation.article_id, citation.text_sha256, citation.span)


# Drafts of evaluation questions


def draft_html(draft: Draft) -> str:
    """A draft with the passages that it is to be judged by, each under a link to its place."""
    facts = [f"After “{turn.text}”" for turn in draft.history if turn.role == "user"]
    facts += [f"Answered: {draft.answered}"] if draft.answered and draft.undecided else []
    facts += [f"Note: {draft.note}"] if draft.note else []
    facts += [f"Said by {draft.speaker}"] if draft.speaker else []
    if not draft.answerable and not draft.undecided:
        facts.append("No article is expected to answer this.")
    tags = "".join(f'<span class="tag">{_text(tag.replace("_", " "))}</span>' for tag in draft.tags if tag != "draft")
    said = "".join(f"<p>{_text(fact)}</p>" for fact in facts)
    shown = "".join(_draft_passage(draft, passage, number) for number, passage in enumerate(draft.passages, start=1))
    return (
        f'<section class="draft" lang="{_attribute(draft.language)}"><p class="tags" lang="en">{tags}</p>'
        f'<h3>{_text(draft.question)}</h3><div class="said" lang="en">{said}</div>{shown}</section>'
    ).replace("\n", " ")


def waiting_html(drafts: Sequence[Draft]) -> str:
    """The questions that come after the one that is shown."""
    questions = "".join(f'<li lang="{_attribute(draft.language)}">{_text(draft.question)}</li>' for draft in drafts)
    return f'<p class="after">Next</p><ol class="later">{questions}</ol>'.replace("\n", " ") if drafts else ""


def review_status_html(facts: Sequence[str], *, cases: str | None = None, problem: str = "") -> str:
    """Where a review stands, how its cases are used, and what is wrong."""
    counts = f'<p class="facts">{_text(" · ".join(facts))}</p>' if facts else ""
    use = f"<p>Measure with <code>citera eval run {_text(cases)} --out DIR</code></p>" if cases else ""
    said = f'<p class="problem">{_text(problem)}</p>' if problem else ""
    return f'<div role="status">{counts}{use}{said}</div>'


def _draft_passage(draft: Draft, passage: Passage, number: int) -> str:
    from evals.drafting import marked

    words, position = "", 0
    spans = marked(draft, passage)
    for span in spans:
        words += f"{_text(passage.text[position : span.start])}<mark>{_text(span.of(passage.text))}</mark>"
        position = span.end
    words += _text(passage.text[position:])
    place = spans[0].shifted(passage.start) if spans else passage.span
    link = _attribute(article_link(passage.article_id, passage.text_sha256, place))
    count = f'<span class="number">{number}</span> ' if draft.undecided else ""
    title = f'<a href="{link}" target="source">{_text(heading(passage.title, passage.text))}</a>'
    short = " short" if draft.undecided else ""
    return f'<figure><figcaption>{count}{title}</figcaption><p class="words{short}">{words}</p></figure>'


# Plain text


def answer_text(answer: AnswerJson) -> str:
    """The answer and its numbered sources, for a terminal."""
    lines = [answer["text"], ""]
    if answer["notice"]:
        lines += [answer["notice"], ""]
    if answer["model"] != EXTRACTIVE and not answer["refused"]:
        lines += [PARAPHRASED.format(model=answer["model"]), ""]
    for citation in answer["citations"]:
        lines += _source_lines(f"[{citation['marker']}]", citation)
    if answer["nearest"]:
        lines += [NEAREST[answer["language"]], ""]
    for citation in answer["nearest"]:
        lines += [f"“{_one_line(citation['quote'])}”", *_source_lines("  –", citation), ""]
    return printable("\n".join(lines).rstrip("\n"))


def _source_lines(mark: str, citation: CitationJson) -> list[str]:
    facts = (
        heading(citation["title"], citation["quote"]),
        citation["outlet"],
        (citation["published"] or "")[:10],
        citation["speaker"],
    )
    return [f"{mark} {', '.join(fact for fact in facts if fact)}", f"    {citation['url'] or citation['article_id']}"]


VERDICTS = {
    "found": "FOUND",
    "altered": "ALTERED",
    "wrong_speaker": "WRONG SPEAKER",
    "not_found": "NOT FOUND",
}


def findings_text(findings: Sequence[FindingJson]) -> str:
    """What the articles say to a draft, for a terminal: a block a finding, and the counts."""
    blocks = [
        "\n    ".join(
            [f"{VERDICTS[finding['verdict']]}  {finding['kind']}: {_one_line(finding['text'])}", *_about(finding)]
        )
        for finding in findings
    ]
    counts: Counter[str] = Counter(finding["verdict"] for finding in findings)
    summary = ", ".join(f"{counts[verdict]} {name.lower()}" for verdict, name in VERDICTS.items())
    return printable("\n\n".join([*blocks, f"{summary}."]))


def _about(finding: FindingJson) -> Iterator[str]:
    """What is wrong with it, what differs, and the sources."""
    if finding["note"]:
        yield _one_line(finding["note"])
    for change in finding["changes"]:
        original, given = _one_line(change["original"]) or "(nothing)", _one_line(change["given"]) or "(nothing)"
        yield f"article: {original} | draft: {given}"
    for source in finding["sources"][:NAMED_COPIES]:
        facts = (
            source["speaker"],
            source["outlet"],
            (source["published"] or "")[:10],
            source["url"] or source["article_id"],
        )
        yield f"“{_one_line(source['quote'])}” {', '.join(fact for fact in facts if fact)}"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def article_text(article: dict[str, Any]) -> str:
    """An article's JSON form, for a terminal: title, what is known of it, text."""
    facts = (article["outlet"], article["published"], article["url"], article["id"])
    head = f"{heading(article['title'], article['text'])}\n{', '.join(fact for fact in facts if fact)}"
    copies = f"\nAlso in: {also_in(article['copies'])}" if article["copies"] else ""
    return printable(f"{head}{copies}\n\n{article['text']}")


def also_in(copies: Sequence[CopyJson]) -> str:
    """Who else carries a story, and when: `Post 2026-02-04, Courier (edited)`."""
    named = (
        " ".join(filter(None, (copy["outlet"] or copy["url"] or copy["article_id"], (copy["published"] or "")[:10])))
        + (" (edited)" if copy["kind"] == "near" else "")
        for copy in copies
    )
    return ", ".join(named)


def heading(title: str | None, text: str) -> str:
    """The title; for a teaser that has none, its first words."""
    return title or f"“{shorten(text, 70, placeholder=' …')}”"


def on_one_line(values: Iterable[object]) -> str:
    """Values separated by tabs, each without tabs and line breaks of its own; None is empty."""
    texts = ("" if value is None else str(value) for value in values)
    return "\t".join(printable(" ".join(text.split())) for text in texts)


def iso_to_long_date(published: str | None) -> str | None:
    return format_date(datetime.fromisoformat(published), "en") if published else None


def _text(text: str) -> str:
    return escape(text, quote=False).replace("\r", "&#13;")


def _attribute(text: str) -> str:
    return escape(text, quote=True).replace("\r", "&#13;")
