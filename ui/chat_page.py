"""The web chat: the conversation on the left, the cited article on the right.

Every citation is a real link that opens in the frame named `source`, so the page works with the keyboard alone. The
conversation is HTML made by `ui.rendering` inside `gr.Markdown`, which unlike `gr.HTML` needs no `eval` in the browser.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI

from corpus.errors import CiteraError
from rag.answer import Answer, Sentence
from rag.conversation import Turn
from ui.error_messages import DEFECT, one_line
from ui.rendering import STATIC, turn_html
from ui.review_pane import review_pane
from ui.workers import Workers

if TYPE_CHECKING:
    from gradio import Blocks

    from corpus.article import Article
    from rag import Assistant
    from rag.assistant import Progress

EXAMPLES = 3
NEAREST = 3
REMEMBERED = 20
"""Questions of one conversation that stay on the page and count as its history."""

HEAD = f"""<link rel="stylesheet" href="{STATIC}/chat.css">
<link rel="icon" href="{STATIC}/icon.svg">
<script src="{STATIC}/chat.js" defer></script>"""
HEADER = (
    '<header class="masthead"><a class="skip" href="#question">Skip to the question</a>'
    "<h1>Citera</h1><p>Answers from your articles, with every source shown</p></header>"
)
INTRO = (
    '<div class="intro"><h2>What would you like to know?</h2><p>Citera answers in the words of the articles themselves '
    "and links each sentence to where it was written. When nothing supports an answer, it says so.</p></div>"
)
SOURCE = (
    '<section class="panel" aria-label="Source article"><div class="panel-bar"><h2>Source</h2>'
    '<a class="back" href="#question">Back to the answer</a></div>'
    '<iframe name="source" title="Source article" src="/source" '
    'sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox"></iframe></section>'
)


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question of this conversation, what was answered, and both as they stand on the page."""

    question: str
    answer: Answer
    html: str


def mount_chat(app: FastAPI, assistant: Assistant, workers: Workers) -> None:
    """Puts the chat at "/" of `app`. Nothing of it is recorded, reported or fetched from elsewhere."""
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    import gradio as gr

    gr.mount_gradio_app(
        app,
        _page(assistant, workers),
        "/",
        run_history=False,
        enable_monitoring=False,
        footer_links=[],
        show_error=False,
        theme=gr.themes.Base(font=["system-ui", "sans-serif"], font_mono=["ui-monospace", "monospace"]),
        head=HEAD,
    )


def _page(assistant: Assistant, workers: Workers) -> Blocks:
    import gradio as gr

    async def ask(question: str, exchanges: list[Exchange]) -> AsyncIterator[tuple[Any, ...]]:
        question = question.strip()
        if not question:
            yield (gr.skip(),) * 6
            return
        past = "".join(exchange.html for exchange in exchanges)
        hidden, shown, emptied = gr.update(visible=False), gr.update(visible=True), gr.update(value="")
        yield past, turn_html(question, stage="searching"), exchanges, emptied, hidden, shown
        async for html, answer in _turns(assistant, workers, question, exchanges):
            if answer is not None:
                exchanges = [*exchanges, Exchange(question, answer, html)][-REMEMBERED:]
            yield gr.skip(), html, exchanges, gr.skip(), gr.skip(), gr.skip()

    def clear() -> tuple[Any, ...]:
        return "", "", [], gr.update(value=""), gr.update(visible=True), gr.update(visible=False)

    def html(markup: str, name: str | None = None) -> gr.Markdown:
        return gr.Markdown(markup, elem_id=name, sanitize_html=False, latex_delimiters=[])

    page: Blocks = gr.Blocks(title="Citera", analytics_enabled=False, fill_width=True, fill_height=True)
    with page:
        exchanges = gr.State([])
        html(HEADER, "masthead")
        with gr.Row(elem_id="desk"):
            with gr.Tabs(elem_id="talk"):
                with gr.Tab("Conversation", elem_id="conversation"):
                    with gr.Column(elem_id="transcript"):
                        past = html("", "past")
                        current = html("", "current")
                        with gr.Column(elem_id="intro") as intro:
                            html(INTRO)
                            examples = [gr.Button(example, elem_classes="example") for example in _examples(assistant)]
                    with gr.Row(elem_id="asking"):
                        question = gr.Textbox(
                            label="Your question",
                            placeholder="Ask about the articles",
                            elem_id="question",
                            max_lines=6,
                            max_length=2_000,
                            autofocus=True,
                        )
                        send = gr.Button("Ask", elem_id="send", variant="primary")
                        again = gr.Button("New conversation", elem_id="again", visible=False)
                with gr.Tab("Evaluations", elem_id="evaluations") as evaluations:
                    review_pane(assistant, workers, evaluations)
            with gr.Column(elem_id="source"):
                html(SOURCE)

        changed = [past, current, exchanges, question, intro, again]

        def on(
            triggers: list[Callable[..., Any]], handler: Callable[..., Any], inputs: list[gr.components.Component]
        ) -> None:
            gr.on(
                triggers,
                handler,
                inputs,
                changed,
                trigger_mode="once",
                concurrency_limit=None,
                show_progress="hidden",
                api_visibility="private",
            )

        on([question.submit, send.click], ask, [question, exchanges])
        for example in examples:
            on([example.click], ask, [example, exchanges])
        on([again.click], clear, [])
    return page


def _examples(assistant: Assistant) -> list[str]:
    """Questions that this corpus can answer: about those whom it quotes most."""
    quoted = Counter(quote.speaker for quote in assistant.quotes() if quote.speaker)
    return [f"What did {speaker} say?" for speaker, _ in quoted.most_common(EXAMPLES)]


async def _turns(
    assistant: Assistant, workers: Workers, question: str, exchanges: list[Exchange]
) -> AsyncIterator[tuple[str, Answer | None]]:
    """The turn as HTML, again at every step; with the answer once it is whole. Errors become the turn's text."""
    stage: str | None = None
    sentences: list[Sentence] = []
    history = _history(exchanges)
    try:
        async for step, nearest in workers.stream(lambda: _steps(assistant, question, history)):
            if isinstance(step, Answer):
                yield turn_html(question, answer=step, history=history, nearest=nearest), step
                return
            if isinstance(step, Sentence):
                sentences.append(step)
            else:
                stage = step.stage
            yield turn_html(question, stage=stage, sentences=sentences), None
    except CiteraError as error:
        yield turn_html(question, problem=one_line(error)), None
    except Exception:
        yield turn_html(question, problem=DEFECT), None
        raise


def _history(exchanges: list[Exchange]) -> list[Turn]:
    return [
        turn
        for exchange in exchanges
        for turn in (Turn(role="user", text=exchange.question), Turn(role="assistant", text=exchange.answer.text))
    ]


def _steps(
    assistant: Assistant, question: str, history: Sequence[Turn]
) -> Iterator[tuple[Progress | Sentence | Answer, list[Article]]]:
    """The assistant's steps; beside a refusal the articles whose passages came closest, best first."""
    for step in assistant.stream(question, history):
        passages = step.passages if isinstance(step, Answer) and step.refused else ()
        ids = list(dict.fromkeys(passage.article_id for passage in passages))
        yield step, [assistant.article(article_id) for article_id in ids[:NEAREST]]
