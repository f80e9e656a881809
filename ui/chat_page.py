"""The web chat: the conversation on the left, the cited article on the right, and a tab for each of the other pages.

Every citation is a real link that opens in the frame named `source`, so the page works with the keyboard alone. The
conversation is HTML made by `ui.turns` inside `gr.Markdown`, which unlike `gr.HTML` needs no `eval` in the browser. The address of the
page holds its state: `c` is the conversation, and the filters of the next question have their own names; so a reload keeps both.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import gradio as gr
from fastapi import FastAPI
from pydantic import ValidationError
from starlette.types import ASGIApp, Receive, Scope, Send

from corpus.cleaning import without_half_characters
from corpus.errors import CiteraError
from index.errors import ArticleNotFoundError
from rag.answer import Answer, Sentence
from rag.assistant import Progress
from ui.access import SESSION_COOKIE
from ui.error_messages import DEFECT, error_told, told
from ui.errors import HistoryError, NoSuchConversationError, UnreadableFiltersError
from ui.filters import filters_json
from ui.history import Exchange, History, turns_of
from ui.http_api import FiltersIn
from ui.looks import look_at
from ui.rendering import STATIC, attribute, escaped
from ui.review_pane import review_pane
from ui.texts import TEXTS, Texts
from ui.turns import answered_html, problem_html, working_html
from ui.web_pages import client_of, http_request
from ui.workers import Workers

if TYPE_CHECKING:
    from corpus.article import Article
    from index.filters import SearchFilters
    from rag import Assistant
    from ui.forms import Said

EXAMPLES = 3
REMEMBERED = 20
"""Questions of one conversation that stay on the page and count as its history."""
FILTERS = ("published_from", "published_to", "outlet", "language", "speaker")
"""What a reader may filter by; the names that the page's address has them under."""
SUGGESTED = 500
"""Outlets and people that are offered to choose from."""


@dataclass(frozen=True, slots=True)
class Shown:
    """An exchange of this conversation, and how it stands on the page."""

    exchange: Exchange
    html: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What a question comes with: whose it is, in which conversation, under which filters, and what was said before."""

    user: str
    question: str
    filters: SearchFilters | None
    before: Sequence[Shown]
    texts: Texts

    @property
    def exchanges(self) -> list[Exchange]:
        return [shown.exchange for shown in self.before]

    @property
    def conversation(self) -> str | None:
        return next((shown.exchange.conversation for shown in self.before if shown.exchange.conversation), None)


def mount_chat(app: FastAPI, assistant: Assistant, workers: Workers, history: History) -> None:
    """Puts the chat at "/" of `app`, in every language. Nothing of it is recorded, reported or fetched from elsewhere."""
    pages: dict[str, FastAPI] = {}
    for code, texts in TEXTS.items():
        pages[code] = FastAPI(openapi_url=None)
        gr.mount_gradio_app(
            pages[code],
            _page(assistant, workers, history, texts),
            "/",
            run_history=False,
            enable_monitoring=False,
            footer_links=[],
            show_error=False,
            theme=gr.themes.Base(font=["system-ui", "sans-serif"], font_mono=["ui-monospace", "monospace"]),
            head=_head(texts),
        )
    around = app.router.lifespan_context

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[Any]:
        async with AsyncExitStack() as running:
            state = await running.enter_async_context(around(app))
            for page in pages.values():
                await running.enter_async_context(page.router.lifespan_context(page))
            yield state

    app.router.lifespan_context = lifespan
    app.mount("/", _ByLanguage(pages))


class _ByLanguage:
    """Hands a request to the page in the language that its sender wants."""

    def __init__(self, pages: Mapping[str, ASGIApp]) -> None:
        self._pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._pages[look_at(scope).texts.code](scope, receive, send)


def _page(assistant: Assistant, workers: Workers, history: History, texts: Texts) -> gr.Blocks:
    async def ask(question: str, before: list[Shown], request: gr.Request) -> AsyncIterator[tuple[Any, ...]]:
        question = without_half_characters(question).strip()
        if not question:
            yield (gr.skip(),) * 6
            return
        past = "".join(shown.html for shown in before)
        hidden, visible, emptied = gr.update(visible=False), gr.update(visible=True), gr.update(value="")
        yield past, working_html(question, "searching", (), texts), before, emptied, hidden, visible
        async for html, exchange in _turns(assistant, workers, history, question, before, request, texts):
            if exchange is not None:
                before = [*before, Shown(exchange, html)][-REMEMBERED:]
            yield gr.skip(), html, before, gr.skip(), gr.skip(), gr.skip()

    async def reopen(request: gr.Request) -> tuple[Any, ...]:
        """The page anew: the filters that can be chosen, and the conversation that its address names."""

        def read() -> tuple[str, list[Shown], str]:
            bar, conversation = _filter_bar(assistant, texts), request.query_params.get("c")
            try:
                user = client_of(http_request(request)).user
                return bar, _reopened(assistant, history, user, conversation, texts) if conversation else [], ""
            except (HistoryError, NoSuchConversationError) as error:
                said = error_told(texts, error)
                return bar, [], f'<p class="notice" role="alert" lang="{said.language}">{escaped(said.words)}</p>'

        bar, before, problem = await workers.run(read)
        *past, last = [shown.html for shown in before] or [""]
        visible = gr.update(visible=not before), gr.update(visible=bool(before or problem))
        leave = f'<button type="button" class="log-out">{texts.log_out}</button>'
        user = leave if SESSION_COOKIE in http_request(request).cookies else ""
        return problem + "".join(past), last, before, gr.skip(), *visible, bar, user

    def clear() -> tuple[Any, ...]:
        return "", "", [], gr.update(value=""), gr.update(visible=True), gr.update(visible=False)

    def html(markup: str, name: str | None = None) -> gr.Markdown:
        return gr.Markdown(markup, elem_id=name, sanitize_html=False, latex_delimiters=[])

    page: gr.Blocks = gr.Blocks(title="Citera", analytics_enabled=False, fill_width=True, fill_height=True)
    with page:
        shown = gr.State([])
        with gr.Row(elem_id="masthead"):
            html(_header(texts))
            who = html("", "who")
        with gr.Row(elem_id="desk"):
            with gr.Tabs(elem_id="talk"):
                with gr.Tab(texts.conversation, elem_id="conversation"):
                    with gr.Column(elem_id="transcript"):
                        past = html("", "past")
                        current = html("", "current")
                        with gr.Column(elem_id="intro") as intro:
                            html(f'<div class="intro"><h2>{texts.intro_heading}</h2><p>{texts.intro}</p></div>')
                            examples = [
                                gr.Button(example, elem_classes="example") for example in _examples(assistant, texts)
                            ]
                    filters = html("", "filters")
                    with gr.Row(elem_id="asking"):
                        question = gr.Textbox(
                            label=texts.your_question,
                            placeholder=texts.placeholder,
                            elem_id="question",
                            max_lines=6,
                            max_length=2_000,
                            autofocus=True,
                        )
                        send = gr.Button(texts.ask, elem_id="send", variant="primary")
                        again = gr.Button(texts.new_conversation, elem_id="again", visible=False)
                for name in ("history", "people", "corpus", "evaluations"):
                    with gr.Tab(texts.of(name), elem_id=f"{name}-tab"):
                        html(f'<iframe class="tab" name="{name}" title="{texts.of(name)}" src="/{name}"></iframe>')
                with gr.Tab(texts.review, elem_id="review-tab") as review:
                    review_pane(assistant, workers, page, review, texts)
            with gr.Column(elem_id="source"):
                html(_source_panel(texts))

        changed = [past, current, shown, question, intro, again]

        def on(
            triggers: list[Callable[..., Any]],
            handler: Callable[..., Any],
            inputs: list[gr.components.Component],
            outputs: list[gr.components.Component],
        ) -> None:
            gr.on(
                triggers,
                handler,
                inputs,
                outputs,
                trigger_mode="once",
                concurrency_limit=None,
                show_progress="hidden",
                api_visibility="private",
            )

        on([page.load], reopen, [], [*changed, filters, who])
        on([question.submit, send.click], ask, [question, shown], changed)
        for example in examples:
            on([example.click], ask, [example, shown], changed)
        on([again.click], clear, [], changed)
    return page


def _examples(assistant: Assistant, texts: Texts) -> list[str]:
    """Questions that this corpus can answer: about those whom it quotes most."""
    return [texts.example.format(speaker=speaker) for speaker, _ in assistant.people()[:EXAMPLES]]


async def _turns(
    assistant: Assistant,
    workers: Workers,
    history: History,
    question: str,
    before: Sequence[Shown],
    request: gr.Request,
    texts: Texts,
) -> AsyncIterator[tuple[str, Exchange | None]]:
    """The turn as HTML, again at every step; with the exchange once it is whole. Errors become the turn's text."""
    stage: str | None = None
    sentences: list[Sentence] = []
    try:
        asked = Asked(client_of(http_request(request)).user, question, _filters(request.query_params), before, texts)
        async for step in workers.stream(lambda: _steps(assistant, history, asked)):
            if isinstance(step, Shown):
                yield step.html, step.exchange
                return
            if isinstance(step, Sentence):
                sentences.append(step)
            else:
                stage = step.stage
            yield working_html(question, stage, sentences, texts), None
    except CiteraError as error:
        yield problem_html(question, error_told(texts, error), texts), None
    except Exception:
        yield problem_html(question, told(texts, DEFECT), texts), None
        raise


def _steps(assistant: Assistant, history: History, asked: Asked) -> Iterator[Progress | Sentence | Shown]:
    """The assistant's steps; the last is the exchange, kept and drawn."""
    before = turns_of(asked.exchanges)
    for step in assistant.stream(asked.question, before, filters=asked.filters):
        if not isinstance(step, Answer):
            yield step
            continue
        exchange, trouble = _kept(history, asked, step)
        html = answered_html(exchange, before, _articles(assistant, step), asked.texts, trouble)
        yield Shown(exchange, html)


def _kept(history: History, asked: Asked, answer: Answer) -> tuple[Exchange, Said | None]:
    """The exchange in the history; an answer that cannot be kept is shown all the same, with what is wrong."""
    try:
        return history.add(asked.user, asked.conversation, asked.question, asked.filters, answer), None
    except (HistoryError, NoSuchConversationError) as error:
        narrowed = filters_json(asked.filters) if asked.filters else {}
        return Exchange("", "", asked.question, narrowed, answer, datetime.now(UTC)), error_told(asked.texts, error)


def _reopened(assistant: Assistant, history: History, user: str, conversation: str, texts: Texts) -> list[Shown]:
    """The last questions of a conversation, drawn anew."""
    exchanges = history.exchanges(user, conversation)[-REMEMBERED:]
    return [
        Shown(
            exchange,
            answered_html(exchange, turns_of(exchanges[:place]), _articles(assistant, exchange.answer), texts),
        )
        for place, exchange in enumerate(exchanges)
    ]


def _articles(assistant: Assistant, answer: Answer) -> dict[str, Article]:
    """Those of the answer's passages, as far as they are still there."""
    found: dict[str, Article] = {}
    for article_id in {passage.article_id for passage in answer.passages}:
        try:
            found[article_id] = assistant.article(article_id)
        except ArticleNotFoundError:
            continue
    return found


def _filters(named: Mapping[str, str]) -> SearchFilters | None:
    """The filters in the page's address, None if there are none.

    Raises:
        UnreadableFiltersError
    """
    given = {name: named[name] for name in FILTERS if named.get(name)}
    try:
        return FiltersIn.model_validate(given).filters() if given else None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or first["msg"].removeprefix("Value error, ")
        raise UnreadableFiltersError(where) from None


# What does not change while the page stands


def _head(texts: Texts) -> str:
    """The style sheets and scripts, and the texts that the scripts say. `theme.js` runs before anything is drawn."""
    said = json.dumps(
        {
            name: texts.of(name)
            for name in ("code", "saved", "saved_note", "no_reply", "copied", "remove_filter", "expired", "log_in")
        }
    )
    return f"""<link rel="stylesheet" href="{STATIC}/colours.css">
<link rel="stylesheet" href="{STATIC}/chat.css">
<link rel="icon" href="{STATIC}/icon.svg">
<script type="application/json" id="citera-texts">{said.replace("<", "")}</script>
<script src="{STATIC}/theme.js"></script>
<script src="{STATIC}/chat.js" defer></script>"""


def _header(texts: Texts) -> str:
    languages = "".join(
        f'<option value="{other.code}" lang="{other.code}"{" selected" if other is texts else ""}>{other.name}</option>'
        for other in TEXTS.values()
    )
    themes = "".join(
        f'<option value="{value}">{name}</option>'
        for value, name in (("", texts.theme_auto), ("light", texts.theme_light), ("dark", texts.theme_dark))
    )
    return (
        f'<header class="masthead"><a class="skip" href="#question">{texts.skip}</a><h1>Citera</h1><p>{texts.tagline}</p>'
        f'<form class="looks" aria-label="{texts.settings}"><select name="citera-language" aria-label="{texts.language}">{languages}'
        f'</select><select name="citera-theme" aria-label="{texts.theme}">{themes}</select></form></header>'
    )


def _source_panel(texts: Texts) -> str:
    return (
        f'<section class="panel" aria-label="{texts.source}"><div class="panel-bar"><h2>{texts.source}</h2>'
        f'<a class="back" href="#question">{texts.back}</a></div>'
        f'<iframe name="source" title="{texts.source}" src="/source" '
        'sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox"></iframe></section>'
    )


def _filter_bar(assistant: Assistant, texts: Texts) -> str:
    """The filters that the next question is asked under. `chat.js` writes them into the page's address, and shows them as chips."""

    def options(values: Iterable[str]) -> str:
        return "".join(f'<option value="{attribute(value)}">{escaped(value)}</option>' for value in values)

    def choice(name: str, label: str, values: Sequence[str]) -> str:
        offered = f'<option value="">{texts.anything}</option>{options(values[:SUGGESTED])}'
        return f'<label>{label}<select name="{name}">{offered}</select></label>'

    names = "".join(f'<option value="{attribute(name)}"></option>' for name, _ in assistant.people()[:SUGGESTED])
    days = "".join(
        f'<label>{texts.of(name)}<input type="date" name="{name}"></label>'
        for name in ("published_from", "published_to")
    )
    return (
        f'<form class="filters" aria-label="{texts.filters}"><ul class="chips" aria-label="{texts.filters}"></ul>'
        f"<details><summary>{texts.filters}</summary><div>{days}{choice('outlet', texts.outlet, assistant.outlets())}"
        f"{choice('language', texts.article_language, assistant.languages())}"
        f'<label>{texts.speaker}<input name="speaker" maxlength="200" list="quoted-people" autocomplete="off"></label>'
        f'<datalist id="quoted-people">{names}</datalist><button type="reset">{texts.clear}</button></div></details></form>'
    ).replace("\n", " ")
