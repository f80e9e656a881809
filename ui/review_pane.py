"""The Review tab: drafts of the home, one at a time, with their passages; accepted, edited or rejected."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import gradio as gr

from corpus.errors import CiteraError
from evals import ReviewError
from evals.drafting import (
    Draft,
    Review,
    add_drafts,
    answer_words,
    cases_file,
    drafts_file,
    home_review,
    propose,
    settled,
)
from index.errors import ArticleNotFoundError
from ui.error_messages import error_told
from ui.review_html import draft_html, review_status_html, waiting_html
from ui.texts import Texts
from ui.web_pages import client_of, http_request, may_withdraw
from ui.workers import Workers

if TYPE_CHECKING:
    from corpus.article import Article
    from rag import Assistant

PROPOSED = 50
"""Drafts that one press of the button makes."""
FOLLOWING = 4
"""Questions listed below the one that is shown."""
_NONE = -1


def review_pane(assistant: Assistant, workers: Workers, page: gr.Blocks, tab: gr.Tab, texts: Texts) -> None:
    """Fills the tab, and reads the drafts with the page and anew whenever the tab is opened: who opens it before the page is ready is not
    heard."""

    def html(markup: str, name: str) -> gr.Markdown:
        return gr.Markdown(markup, elem_id=name, sanitize_html=False, latex_delimiters=[])

    shown, passed = gr.State(None), gr.State([])
    with gr.Column(elem_id="review"):
        intro = texts.review_intro.format(command="<code>citera eval run</code>")
        html(f"<h2>{texts.review_heading}</h2><p>{intro}</p>", "review-intro")
        status = html("", "review-status")
        card = html("", "review-card")
        with gr.Column(elem_id="review-form", visible=False) as form:
            choice = gr.Radio([], label=texts.which_passage, elem_id="review-choice", visible=False)
            question = gr.Textbox(
                label=texts.draft_question, elem_id="review-question", max_length=2_000, lines=1, max_lines=4
            )
            words = gr.Textbox(
                label=texts.answer_words,
                elem_id="review-words",
                max_length=2_000,
                lines=1,
                max_lines=4,
            )
            with gr.Row(elem_id="review-buttons"):
                accept = gr.Button(texts.accept, variant="primary", elem_id="accept")
                reject = gr.Button(texts.reject, elem_id="reject")
                later = gr.Button(texts.later, elem_id="later")
        again = gr.Button(texts.propose, elem_id="propose", visible=False)
        waiting = html("", "review-waiting")

    changed = [status, card, form, choice, question, words, again, waiting, shown, passed]

    def view(review: Review, put_off: list[str], request: gr.Request) -> tuple[Any, ...]:
        """What the tab shows: the first draft that is neither decided nor put off. Where several people log in, what one of them asked
        and judged is for the owner alone."""
        everything = may_withdraw(client_of(http_request(request)))
        pending = [draft for draft in review.pending() if everything or draft.answered is None]
        pending = [draft for draft in pending if draft.id not in put_off]
        accepted, rejected = review.counts()
        facts = [
            texts.to_review.format(count=len(pending)),
            texts.accepted.format(count=accepted),
            texts.turned_down.format(count=rejected),
        ]
        facts += [texts.put_off.format(count=len(put_off))] if put_off else []
        said = review_status_html(facts, texts, cases=str(review.cases) if accepted else None)
        if not pending:
            return said, "", *(gr.update(visible=False),) * 2, "", "", gr.update(visible=True), "", None, put_off
        draft, *rest = pending
        return (
            said,
            draft_html(draft, texts),
            gr.update(visible=True),
            gr.update(choices=_choices(draft, texts), value=None, visible=draft.undecided),
            draft.question,
            gr.update(value=answer_words(draft), visible=draft.answerable or draft.undecided),
            gr.update(visible=False),
            waiting_html(rest[:FOLLOWING], texts),
            draft,
            put_off,
        )

    def refused(error: CiteraError) -> tuple[Any, ...]:
        return review_status_html((), texts, problem=error_told(texts, error)), *(gr.skip(),) * (len(changed) - 1)

    async def act(work: Callable[[Review], None], put_off: list[str], request: gr.Request) -> tuple[Any, ...]:
        """Does `work` on the review and shows what is next; what is wrong is said, and the draft stays."""

        def job() -> tuple[Any, ...]:
            home = assistant.status().home
            review = home_review(home, lambda article_id, _: _article(assistant, article_id), cases_file(home))
            work(review)
            return view(review, put_off, request)

        try:
            return await workers.run(job)
        except CiteraError as error:
            return refused(error)

    async def open_(put_off: list[str], request: gr.Request) -> tuple[Any, ...]:
        return await act(lambda _: None, put_off, request)

    async def on_accept(
        draft: Draft, chosen: int | None, asked: str, answer: str, put_off: list[str], request: gr.Request
    ) -> tuple[Any, ...]:
        def accepted(review: Review) -> None:
            if draft.undecided and chosen is None:
                raise ReviewError(
                    "Nothing is chosen yet.", "Say which passage answers the question, or that none does."
                )
            passage = None if chosen in (None, _NONE) else chosen
            review.accept(settled(draft, question=asked, words=answer, passage=passage))

        return await act(accepted, put_off, request)

    async def on_reject(draft: Draft, put_off: list[str], request: gr.Request) -> tuple[Any, ...]:
        return await act(lambda review: review.reject(draft), put_off, request)

    async def on_later(draft: Draft, put_off: list[str], request: gr.Request) -> tuple[Any, ...]:
        return await open_([*put_off, draft.id], request)

    async def on_propose(request: gr.Request) -> tuple[Any, ...]:
        def propose_more() -> None:
            articles = sorted(assistant.articles(), key=lambda article: (article.source, article.id))
            add_drafts(drafts_file(assistant.status().home), propose(articles), PROPOSED)

        try:
            await workers.run(propose_more)
        except CiteraError as error:
            return refused(error)
        return await open_([], request)

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

    on([page.load, tab.select], open_, [passed])
    on([accept.click], on_accept, [shown, choice, question, words, passed])
    on([reject.click], on_reject, [shown, passed])
    on([later.click], on_later, [shown, passed])
    on([again.click], on_propose, [])


def _choices(draft: Draft, texts: Texts) -> list[tuple[str, int]]:
    passages = [
        (f"{number}. {passage.title or passage.article}", number - 1)
        for number, passage in enumerate(draft.passages, start=1)
    ]
    return [*passages, (texts.no_passage, _NONE)]


def _article(assistant: Assistant, article_id: str) -> Article | None:
    try:
        return assistant.article(article_id)
    except ArticleNotFoundError:
        return None
