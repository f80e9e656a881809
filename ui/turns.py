"""The conversation as HTML: a question, what is known of its answer so far, and what an answer rests on.

Each turn is one line (a blank line would end the block of Markdown that it stands in).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from corpus.article import Span
from rag.dates import format_date
from rag.refusals import NOTICES
from ui.error_messages import told
from ui.reasons import reason_in
from ui.rendering import answer_text, article_link, attribute, escaped, heading, iso_to_date, shortened
from ui.texts import EN, TEXTS, Texts

if TYPE_CHECKING:
    from corpus.article import Article
    from rag.answer import Answer, Citation, PassageRef, Sentence
    from rag.conversation import Turn
    from ui.forms import Said
    from ui.history import Exchange

NEAREST = 3
"""Passages that are shown beside a refusal."""
MAX_WORDS = 280
"""Characters of a passage or a quotation where it is shown in short."""


def working_html(question: str, stage: str | None, sentences: Sequence[Sentence] = (), texts: Texts = EN) -> str:
    """An answer in the making: the sentences that are verified, and what is being done."""
    doing = texts.of(stage) if stage else texts.working
    said = "".join(_sentence(sentence) for sentence in sentences)
    return _turn(
        question,
        f'<div class="answer">{said}</div><p class="progress" data-announce="{attribute(doing)}">{escaped(doing)}…</p>',
        texts,
    )


def problem_html(question: str, problem: Said, texts: Texts = EN) -> str:
    """A question that an error kept from being answered."""
    return _turn(
        question,
        f'<div class="refusal" data-announce="{attribute(problem.words)}"><p lang="{problem.language}">{escaped(problem.words)}</p></div>',
        texts,
    )


def answered_html(
    exchange: Exchange,
    history: Sequence[Turn],
    articles: Mapping[str, Article],
    texts: Texts = EN,
    trouble: Said | None = None,
) -> str:
    """A question with its answer or refusal.

    `articles` are those of the answer's passages, as far as they are still there; `history` is what was said before, and goes with what
    the reader says of the answer; `trouble` is what went wrong beside it.
    """
    answer = exchange.answer
    parts = [
        _within(exchange.filters, texts),
        _refusal(answer, articles, texts) if answer.refused else _answer(exchange, texts),
        f'<p class="notice" lang="{trouble.language}">{escaped(trouble.words)}</p>' if trouble else "",
        "" if answer.refused else _why(answer, articles, texts),
        _afterwards(exchange, history, texts),
    ]
    return _turn(exchange.question, "".join(parts), texts, exchange.conversation)


def _turn(question: str, content: str, texts: Texts, conversation: str = "") -> str:
    kept = f' data-conversation="{attribute(conversation)}"' if conversation else ""
    asked = f'<p class="question"><span class="sr-only">{texts.you_asked} </span>{escaped(question)}</p>'
    return f'<section class="turn"{kept}>{asked}{content}</section>'.replace("\n", " ")


def _answer(exchange: Exchange, texts: Texts) -> str:
    answer = exchange.answer
    by_marker = {citation.marker: citation for citation in answer.citations}
    announced = texts.answer_ready.format(count=len(by_marker))
    sentences = "".join(_sentence(sentence, by_marker, exchange.id, texts) for sentence in answer.sentences)
    citations = "".join(_citation(citation, exchange.id, texts) for citation in answer.citations)
    return (
        f'<div class="answer" lang="{attribute(answer.language)}" data-announce="{attribute(announced)}">{sentences}</div>'
        f"{_notices(answer, texts)}"
        f'<ol class="citations" aria-label="{texts.sources}">{citations}</ol>{_removed(answer, texts)}'
    )


def _refusal(answer: Answer, articles: Mapping[str, Article], texts: Texts) -> str:
    shown = "".join(_closest(answer, articles, texts))
    closest = f'<div class="closest"><p class="name">{texts.closest}</p><ul>{shown}</ul></div>' if shown else ""
    return (
        f'<div class="refusal" data-announce="{attribute(answer.text)}"><p class="name">{texts.not_answered}</p>'
        f'<p lang="{attribute(answer.language)}">{escaped(answer.text)}</p>{_notices(answer, texts)}</div>{closest}'
    )


def _closest(answer: Answer, articles: Mapping[str, Article], texts: Texts) -> Iterator[str]:
    """What the corpus holds that comes nearest to a refused question: as the answer says, else the best passages, one an article."""
    for citation in answer.nearest[:NEAREST]:
        facts = (citation.outlet, iso_to_date(citation.published, texts.code), citation.speaker)
        yield _near(_citation_link(citation, ""), heading(citation.title, citation.quote), facts, citation.quote)
    if answer.nearest:
        return
    best: dict[str, PassageRef] = {}
    for passage in answer.passages:
        if passage.article_id in articles:
            best.setdefault(passage.article_id, passage)
    for passage in [*best.values()][:NEAREST]:
        article = articles[passage.article_id]
        inside, link = _inside(passage, article), _passage_link(passage, article)
        day = format_date(article.published, texts.code) if article.published else None
        title = heading(article.title, article.text)
        yield _near(link, title, (article.outlet, day), inside.of(article.text), article.language)


def _passage_link(passage: PassageRef, article: Article | None) -> str:
    """Opens the article at the passage, as far as it is still there."""
    inside = _inside(passage, article) if article else None
    return (
        article_link(passage.article_id, article.text_sha256, inside)
        if article and inside
        else article_link(passage.article_id)
    )


def _inside(passage: PassageRef, article: Article) -> Span:
    """The passage's span; an article that has changed since may be shorter."""
    return Span(min(passage.span.start, len(article.text)), min(passage.span.end, len(article.text)))


def _near(link: str, title: str, facts: Sequence[str | None], words: str, language: str | None = None) -> str:
    return (
        f'<li><a href="{attribute(link)}" target="source">{escaped(title)}</a> '
        f'<span class="facts">{escaped(" · ".join(fact for fact in facts if fact))}</span>'
        f'<blockquote lang="{attribute(language or "")}">{escaped(shortened(words, MAX_WORDS))}</blockquote></li>'
    )


def _sentence(
    sentence: Sentence, citations: Mapping[int, Citation] | None = None, exchange: str = "", texts: Texts = EN
) -> str:
    words = "".join(f'<span class="{part.kind}">{escaped(part.text)}</span>' for part in sentence.parts)
    markers = "".join(
        _marker(citations[marker], exchange, texts)
        if citations and marker in citations
        else f'<span class="marker">{marker}</span>'
        for marker in sentence.markers
    )
    return f"<p>{words}&nbsp;{markers}</p>"


def _marker(citation: Citation, exchange: str, texts: Texts) -> str:
    """The chip after a sentence: a link to the words, which it shows in short while it is pointed at."""
    quote = f"“{shortened(citation.quote, MAX_WORDS)}”"
    number, title = texts.source_number.format(marker=citation.marker), heading(citation.title, citation.quote)
    facts = " · ".join(fact for fact in (citation.outlet, iso_to_date(citation.published, texts.code)) if fact)
    return (
        f'<a class="marker" href="{attribute(_citation_link(citation, exchange))}" target="source" '
        f'aria-label="{attribute(f"{number}: {title}. {quote}")}">{citation.marker}'
        f'<span class="tip" aria-hidden="true">{escaped(quote)}<span class="facts">{escaped(facts or title)}</span></span></a>'
    )


def _citation(citation: Citation, exchange: str, texts: Texts) -> str:
    kind = texts.teaser if citation.kind == "teaser" else None
    facts = (citation.outlet, iso_to_date(citation.published, texts.code), citation.speaker, kind)
    return (
        f'<li><a href="{attribute(_citation_link(citation, exchange))}" target="source">'
        f'<span class="number">{citation.marker}</span> '
        f'<span class="title">{escaped(heading(citation.title, citation.quote))}</span> '
        f'<span class="facts">{escaped(" · ".join(fact for fact in facts if fact))}</span></a></li>'
    )


def _citation_link(citation: Citation, exchange: str) -> str:
    of_answer = (exchange, citation.marker) if exchange else None
    return article_link(citation.article_id, citation.text_sha256, citation.span, of_answer)


def _notices(answer: Answer, texts: Texts) -> str:
    notice = _notice(answer)
    notices = [f'<p class="notice" lang="{attribute(answer.language)}">{escaped(notice)}</p>'] if notice else []
    if any(part.kind == "paraphrase" for sentence in answer.sentences for part in sentence.parts):
        notices.append(f'<p class="notice">{escaped(texts.paraphrased.format(model=answer.model))}</p>')
    return "".join(notices)


def _notice(answer: Answer) -> str:
    """The answer's notice, with what went wrong at a provider in the answer's language as well."""
    for kind in ("failed", "broke_off"):
        rest = NOTICES[answer.language][kind].removeprefix("{reason}")
        reason, found, more = (answer.notice or "").partition(rest)
        if found:
            return f"{told(TEXTS[answer.language], reason).words}{found}{more}"
    return answer.notice or ""


def _removed(answer: Answer, texts: Texts) -> str:
    if not answer.removed:
        return ""
    reasons = ""
    for item in answer.removed:
        reason = reason_in(texts, item.reason)
        reasons += (
            f'<li><del>{escaped(item.text)}</del> <span lang="{reason.language}">{escaped(reason.words)}</span></li>'
        )
    summary = texts.removed.format(count=len(answer.removed))
    return f'<details class="removed"><summary>{summary}</summary><ul>{reasons}</ul></details>'


def _within(filters: Mapping[str, Any], texts: Texts) -> str:
    """The filters that the question was asked under."""
    tags = "".join(
        f'<span class="tag">{escaped(filter_name(name, texts))}: {escaped(filter_value(name, value, texts))}</span>'
        for name, value in filters.items()
    )
    return f'<p class="within">{texts.within} {tags}</p>' if tags else ""


def filter_name(name: str, texts: Texts) -> str:
    return texts.article_language if name == "language" else texts.of(name)


def filter_value(name: str, value: str | Sequence[str], texts: Texts) -> str:
    if name in ("published_from", "published_to") and isinstance(value, str):
        return iso_to_date(value, texts.code) or value
    return value if isinstance(value, str) else ", ".join(value)


# Why these sources?


def _why(answer: Answer, articles: Mapping[str, Article], texts: Texts) -> str:
    """A table of the passages with their scores, each as a bar of its two parts; and the quotations that no passage holds."""
    if not answer.passages:
        return ""
    most = max(1.0, *(passage.score for passage in answer.passages))
    rows = [_ranked(passage, answer, articles, most, texts) for passage in answer.passages]
    rows += [
        f'<tr><th scope="row"><span class="number">{citation.marker}</span> {escaped(heading(citation.title, citation.quote))}</th>'
        f'<td colspan="3">{escaped(texts.found_as_quote.format(speaker=citation.speaker))}</td></tr>'
        for citation in answer.citations
        if citation.speaker and not any(_holds(passage, citation) for passage in answer.passages)
    ]
    names = (texts.passage, texts.by_meaning, texts.by_words, texts.score)
    head = "".join(f'<th scope="col" class="{"" if name == texts.passage else "figure"}">{name}</th>' for name in names)
    return (
        f'<details class="why"><summary>{texts.why_sources}</summary><p>{texts.ranking}</p>'
        f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table></details>"
    )


def _ranked(passage: PassageRef, answer: Answer, articles: Mapping[str, Article], most: float, texts: Texts) -> str:
    article = articles.get(passage.article_id)
    title = heading(article.title, article.text) if article else passage.article_id
    link = _passage_link(passage, article)
    numbers = "".join(
        f'<span class="number"><span class="sr-only">{texts.cited_as} </span>{citation.marker}</span> '
        for citation in answer.citations
        if _holds(passage, citation)
    )
    meaning, words = passage.score - passage.lexical, passage.lexical
    widths = [max(0.0, part) / most * 100 for part in (meaning, words)]
    bar = (
        f'<svg class="bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect class="meaning" width="{widths[0]:.1f}" height="6"/>'
        f'<rect class="words" x="{widths[0]:.1f}" width="{widths[1]:.1f}" height="6"/></svg>'
    )
    figures = "".join(f'<td class="figure">{figure:.1f}</td>' for figure in (meaning, words, passage.score))
    return f'<tr><th scope="row">{numbers}<a href="{attribute(link)}" target="source">{escaped(title)}</a>{bar}</th>{figures}</tr>'


def _holds(passage: PassageRef, citation: Citation) -> bool:
    return passage.article_id == citation.article_id and passage.span.overlaps(citation.span)


# What the reader does with it


def _afterwards(exchange: Exchange, history: Sequence[Turn], texts: Texts) -> str:
    """Copying, and two thumbs with a line for a note. What is sent to /api/feedback is in the markup, so that the server need not
    remember it."""
    said = exchange.answer.to_dict()
    wanted = ("text", "refused", "language", "model", "settings_digest", "citations", "passages")
    places = {"article_id", "text_sha256", "start", "end", "speaker"}
    kept: dict[str, Any] = {name: said[name] for name in wanted}  # type: ignore[literal-required]  # of its keys
    for name in ("citations", "passages"):
        kept[name] = [{key: value for key, value in place.items() if key in places} for place in kept[name]]
    turns = [{"role": turn.role, "text": turn.text} for turn in history]
    sent = json.dumps({"question": exchange.question, "history": turns, "answer": kept})
    copied = json.dumps(f"{exchange.question}\n\n{answer_text(said)}")
    buttons = "".join(
        f'<button type="button" class="thumb {verdict}" data-verdict="{verdict}" aria-pressed="false" title="{name}">'
        f'<span class="sr-only">{name}</span></button>'
        for verdict, name in (("up", texts.good), ("down", texts.bad))
    )
    copy = f'<button type="button" class="copy" data-copied="{attribute(copied)}">{texts.copy}</button>'
    return (
        f'<div class="feedback" role="group" aria-label="{texts.judge}" data-sent="{attribute(sent)}">{copy}{buttons}'
        f'<form hidden><input name="note" maxlength="2000" aria-label="{texts.note}" placeholder="{texts.why}" autocomplete="off">'
        f'<button type="submit">{texts.save_note}</button></form><span class="saved" role="status"></span></div>'
    )
