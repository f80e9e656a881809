"""A user's conversations: the list as a page, and one of them as Markdown with footnotes or as JSON, to be kept elsewhere."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import datetime

from rag.dates import format_date
from ui.history import Conversation, Exchange
from ui.people_page import search_form
from ui.rendering import attribute, escaped, heading, iso_to_date, page_html, safe_url
from ui.texts import Look, Texts

_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>()#+!|~&-])")


def history_page(conversations: Sequence[Conversation], search: str, look: Look) -> str:
    texts = look.texts
    shown = "".join(_line(conversation, texts) for conversation in conversations)
    empty = texts.nothing_found if search else texts.history_empty
    body = f'<ul class="listed">{shown}</ul>' if shown else f'<p class="empty">{empty}</p>'
    return page_html(
        texts.history,
        f'<h1>{texts.history}</h1><p class="lead">{texts.history_intro}</p>'
        f"{search_form('/history', texts.search_history, search, texts)}{body}",
        look,
        script=True,
    )


def conversation_markdown(exchanges: Sequence[Exchange], texts: Texts) -> str:
    """Questions as headings, answers with footnotes numbered through the whole conversation."""
    blocks: list[str] = []
    notes: list[str] = []
    for exchange in exchanges:
        number = {
            citation.marker: len(notes) + place for place, citation in enumerate(exchange.answer.citations, start=1)
        }
        blocks.append(f"## {_plain(exchange.question)}")
        for sentence in exchange.answer.sentences:
            marks = "".join(f"[^{number[marker]}]" for marker in sentence.markers if marker in number)
            blocks.append(_plain("".join(part.text for part in sentence.parts)) + marks)
        for citation in exchange.answer.citations:
            title, url = _plain(heading(citation.title, citation.quote)), safe_url(citation.url)
            linked = f"[{title}](<{url.replace('<', '%3C').replace('>', '%3E')}>)" if url else title
            facts = (citation.outlet, iso_to_date(citation.published, texts.code), citation.speaker)
            told = ", ".join([linked, *(_plain(fact) for fact in facts if fact)])
            notes.append(f"[^{number[citation.marker]}]: {told}: “{_plain(citation.quote)}”")
    return "\n\n".join([*blocks, *notes]) + "\n"


def conversation_json(exchanges: Sequence[Exchange]) -> str:
    """The exchanges, each answer in its public form."""
    told = [
        {
            "question": exchange.question,
            "asked": exchange.asked.isoformat(),
            "filters": exchange.filters,
            "answer": exchange.answer.to_dict(),
        }
        for exchange in exchanges
    ]
    return json.dumps({"exchanges": told}, ensure_ascii=False, indent=2) + "\n"


def _line(conversation: Conversation, texts: Texts) -> str:
    address = f"/history/{conversation.id}"
    facts = f"{_when(conversation.changed, texts)} · {texts.questions.format(count=conversation.questions)}"
    exports = "".join(
        f'<a class="quiet" href="{address}/{form}" download aria-label="{attribute(f"{name}: {conversation.title}")}">{name}</a>'
        for form, name in (("markdown", texts.export_markdown), ("json", texts.export_json))
    )
    return (
        f'<li><div><a href="/?c={conversation.id}" target="_top">{escaped(conversation.title)}</a> <span class="facts">{facts}</span></div>'
        f'<span class="actions">{exports}<button type="button" class="quiet" data-method="DELETE" data-address="{address}"'
        f' data-sure="{attribute(texts.really_delete)}" aria-label="{attribute(f"{texts.delete}: {conversation.title}")}">'
        f"{texts.delete}</button></span></li>"
    )


def _when(moment: datetime, texts: Texts) -> str:
    here = moment.astimezone()
    return f"{format_date(here, texts.code)} {here:%H:%M}"


def _plain(text: str) -> str:
    """Text that Markdown shows as it is, on one line."""
    return _MARKDOWN.sub(r"\\\1", " ".join(text.split()))
