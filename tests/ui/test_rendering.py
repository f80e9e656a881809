"""Articles and answers as HTML: the words of the corpus exactly, and never as markup."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from html import escape
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.article import Article, Paragraph, Span
from corpus.cleaning import printable
from evals.cases import TurnRecord
from evals.drafting import Draft
from evals.drafting.drafts import passage_around
from evals.feedback import Judgement
from index.stories import Copy
from rag.answer import Answer, Citation, PassageRef
from rag.conversation import Turn
from ui.errors import SpanOutsideTextError
from ui.forms import Said
from ui.history import Exchange
from ui.rendering import (
    Cited,
    answer_text,
    article_page,
    cited_span,
    on_one_line,
    safe_url,
)
from ui.review_html import draft_html, review_status_html, waiting_html
from ui.texts import SV, Look
from ui.turns import answered_html, problem_html, working_html

WORDS = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00"), min_size=1, max_size=30)


class Marks(HTMLParser):
    """The text inside each <mark>, the whole text of <article>, and every tag and attribute met."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.marks: list[str] = []
        self.ids: list[str | None] = []
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str | None]] = []
        self._inside = False
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += attrs
        if tag == "mark":
            self._inside = True
            self.marks.append("")
            self.ids.append(dict(attrs).get("id"))

    def handle_endtag(self, tag: str) -> None:
        if tag == "mark":
            self._inside = False

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.marks[-1] += data


@st.composite
def articles_with_spans(draw: st.DrawFn) -> tuple[Article, Span]:
    text, paragraphs = "", []
    for words in draw(st.lists(WORDS, min_size=1, max_size=5)):
        text += "\n\n" if text else ""
        kind = draw(st.sampled_from(["body", "heading"]))
        paragraphs.append(Paragraph(Span(len(text), len(text) + len(words)), kind, draw(st.sampled_from([None, "sv"]))))
        text += words
    start = draw(st.integers(0, len(text) - 1))
    end = draw(st.integers(start + 1, len(text)))
    return Article(id="a" * 16, text=text, paragraphs=tuple(paragraphs), source="s", title=draw(WORDS)), Span(
        start, end
    )


@given(articles_with_spans())
def test_marks_hold_exactly_the_cited_characters(case: tuple[Article, Span]) -> None:
    article, span = case
    separators = set(range(len(article.text)))
    for paragraph in article.paragraphs:
        separators -= set(range(paragraph.span.start, paragraph.span.end))
    cited = "".join(article.text[at] for at in range(span.start, span.end) if at not in separators)

    seen = Marks(article_page(article, span, host=None, current=True))

    assert "".join(seen.marks) == cited
    assert seen.ids == (["cited"] + [None] * (len(seen.marks) - 1) if seen.marks else [])


def test_a_span_over_a_paragraph_border_has_one_mark_a_paragraph(harbour: Article) -> None:
    second = harbour.paragraphs[1].span
    span = Span(second.start - 8, second.start + 5)

    seen = Marks(article_page(harbour, span, host=None, current=True))

    assert seen.marks == ["years.", "“We h"]


def test_text_that_no_paragraph_covers_is_shown_and_marked(harbour: Article) -> None:
    bare = dataclasses.replace(harbour, paragraphs=())

    seen = Marks(article_page(bare, Span(4, 11), host=None, current=True))

    assert seen.marks == ["harbour"]


@pytest.mark.parametrize(("start", "end"), [(5, 5), (9, 3), (-1, 4), (0, 10_000), (3, None), (None, 3)])
def test_a_span_outside_the_text_is_refused(harbour: Article, start: int | None, end: int | None) -> None:
    with pytest.raises(SpanOutsideTextError, match="not in this article"):
        cited_span(harbour, start, end)


def test_a_superseded_version_and_a_teaser_say_so(harbour: Article, teaser: Article) -> None:
    old = article_page(harbour, host=None, current=False)
    found = article_page(teaser, host=harbour, current=True)
    whole = article_page(teaser, host=harbour, story=replace(harbour, id="0123456789abcdef"), current=True)

    assert "superseded" in old
    assert f'href="/articles/{harbour.id}"' in old
    assert "superseded" not in found
    assert f'teaser found on <a href="/articles/{harbour.id}">Harbour to close for repairs</a>' in found
    assert '<a href="/articles/0123456789abcdef">Open the whole article</a>' in whole
    assert "whole article</a>" not in found


def test_a_page_names_where_else_its_story_stands(harbour: Article, evil: Article) -> None:
    exact = replace(harbour, id="c0ffee", outlet="Norrbro Post", published=date(2024, 2, 5))
    copies = [Copy.of(exact, "exact"), Copy.of(evil, "near")]
    page = article_page(harbour, host=None, current=True, copies=copies)
    many = article_page(harbour, host=None, current=True, copies=copies[:1] * 10)

    assert 'Also in: <a href="/articles/c0ffee">Norrbro Post</a>, 5 February 2024, <a' in page
    assert "(edited)</p>" in page
    assert not Marks(page).tags & {"script", "img"}
    assert " and 2 more</p>" in many
    assert "Also in" not in article_page(harbour, host=None, current=True)


def test_hostile_articles_stay_text(evil: Article) -> None:
    page = article_page(evil, Span(0, len(evil.text)), host=evil, current=False)
    seen = Marks(page)

    assert evil.text.replace("\n", "") == "".join(seen.marks).replace("\n", "")
    assert not seen.tags & {"script", "img", "iframe", "svg", "style"}
    assert not [name for name, _ in seen.attributes if name.startswith("on")]
    assert "javascript:" not in [(value or "").partition("alert")[0] for _, value in seen.attributes]


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://example.org/a?b=c", True),
        ("http://example.org/", True),
        ("javascript:alert(1)", False),
        ("JAVASCRIPT://example.org/%0aalert(1)", False),
        ("data:text/html,<script>alert(1)</script>", False),
        ("file:///etc/passwd", False),
        ("https://", False),
        ("https://exa mple.org/", False),
        ("http://[broken", False),
        (None, False),
    ],
)
def test_only_web_links_are_links(url: str | None, kept: bool) -> None:
    assert safe_url(url) == (url if kept else None)


def turn(
    question: str, answer: Answer, history: Sequence[Turn] = (), nearest: Sequence[Article] = (), **more: Any
) -> str:
    """The turn as it stands on the page, in no conversation that is kept."""
    exchange = Exchange("", "", question, more.pop("filters", {}), answer, datetime.now(UTC))
    return answered_html(exchange, history, {article.id: article for article in nearest}, **more)


def test_an_answer_links_every_marker_to_its_span(assistant: Any) -> None:
    answer = assistant.ask("what did Horii say?")
    html = turn("what did Horii say?", answer)

    for citation in answer.citations:
        place = f"start={citation.span.start}&amp;end={citation.span.end}#cited"
        link = f'href="/articles/{citation.article_id}?sha={citation.text_sha256}&amp;{place}" target="source"'
        assert html.count(link) == 2
    assert "Lindvik Courier · 4 February 2024 · Maja Horii" in html
    assert '<del>He lied.</del> <span lang="en">No article says so.</span>' in html


def test_what_the_questions_dates_did_is_said_beside_an_answer_and_a_refusal(assistant: Any) -> None:
    said = "Searched articles published 1–28 February 2026 (“in <b>February</b>”)."
    for question in ("what did Horii say?", "Who won?"):
        answer = replace(assistant.ask(question), notice=said)
        assert "(“in &lt;b&gt;February&lt;/b&gt;”)." in turn(question, answer)
        assert said in answer_text(answer.to_dict()).splitlines()


def test_a_refusal_is_marked_and_shows_the_closest_articles(assistant: Any, harbour: Article) -> None:
    answer = assistant.ask("Who won?")
    html = turn("Who won?", answer, nearest=[harbour])

    assert 'class="refusal"' in html
    assert "The articles do not say." in html
    assert ">Harbour to close for repairs</a>" in html
    assert f'<blockquote lang="en">{harbour.text[:9].strip()}</blockquote>' in html
    assert "<ol" not in html


def test_a_refusal_that_names_what_is_nearest_shows_that(assistant: Any, harbour: Article) -> None:
    refused, cited = assistant.ask("Who won?"), assistant.ask("what did Horii say?").citations
    html = turn("Who won?", replace(refused, nearest=cited), nearest=[harbour])

    assert html.count("<blockquote") == 2
    assert "Lindvik Courier · 4 February 2024 · Maja Horii" in html
    assert f"start={cited[0].span.start}&amp;end={cited[0].span.end}#cited" in html


def test_the_filters_of_a_question_stand_above_its_answer(assistant: Any) -> None:
    filters = {"published_from": "2024-02-01", "outlet": ["Post <b>"], "language": "sv"}
    html = turn("Who won?", assistant.ask("Who won?"), filters=filters, texts=SV)

    assert "Från: 1 februari 2024" in html
    assert "Tidning: Post &lt;b&gt;" in html
    assert "Artikelns språk: sv" in html
    assert "within" not in turn("Who won?", assistant.ask("Who won?"))


def test_the_ranking_adds_up_and_names_what_the_answer_cites(
    assistant: Any, harbour: Article, words_of: Callable[[str], str]
) -> None:
    answer = assistant.ask("what did Horii say?")
    cited = answer.citations[0].span
    passages = (PassageRef(harbour.id, cited, 8.0, ("dense",), 6.0), PassageRef("gone", Span(0, 5), 2.0, (), -1.0))
    html = turn("what did Horii say?", replace(answer, passages=passages), nearest=[harbour])
    rows = re.findall(r"<tr>.*?</tr>", html)

    assert words_of(rows[1]).split() == [*"Cited as 1 Harbour to close for repairs2.06.08.0".split()]
    assert 'class="meaning" width="25.0"' in rows[1]
    assert 'class="words" x="25.0" width="75.0"' in rows[1]
    assert words_of(rows[2]) == "gone3.0-1.02.0"
    assert 'class="words" x="37.5" width="0.0"' in rows[2]
    assert "by its speaker, Maja Horii" in words_of(rows[3])
    assert 'class="why"' not in turn("what did Horii say?", answer)


def test_an_article_leads_on_to_the_other_sources_of_the_answer(assistant: Any, harbour: Article) -> None:
    citations = assistant.ask("what did Horii say?").citations
    first, second = (citation.span for citation in citations)
    page = article_page(harbour, first, host=None, current=True, cited=Cited("e1", 1, citations), look=Look(SV, "dark"))

    assert f"answer=e1&amp;marker=2&amp;start={second.start}&amp;end={second.end}#cited" in page
    assert page.count("aria-current") == 1
    assert "Sagt av Maja Horii" in page
    assert f'<span class="also">{second.of(harbour.text)}</span>' in page
    assert Marks(page).marks == [first.of(harbour.text)]
    assert '<html lang="sv" data-theme="dark">' in page


@given(articles_with_spans(), st.data())
def test_other_spans_of_an_answer_lose_no_character(case: tuple[Article, Span], data: st.DataObject) -> None:
    article, span = case
    ends = st.integers(0, len(article.text))
    others = [Span(*sorted((data.draw(ends), data.draw(ends)))) for _ in range(3)]
    plain = article_page(article, span, host=None, current=True)
    page = article_page(
        article, span, host=None, current=True, cited=Cited("e", 9, tuple(map(_citing(article), others)))
    )
    bare = re.sub(r'<span class="also">(.*?)</span>', r"\1", page, flags=re.DOTALL)

    assert bare == plain


def _citing(article: Article) -> Callable[[Span], Citation]:
    facts = {"title": None, "outlet": None, "published": None, "url": None, "speaker": None, "kind": article.kind}
    return lambda span: Citation(1, article.id, article.text_sha256, span, span.of(article.text), **facts)


def test_a_refusal_in_the_terminal_shows_what_comes_nearest_with_its_source(assistant: Any) -> None:
    answered = assistant.ask("what did Horii say?")
    refused = replace(assistant.ask("Who won?"), nearest=answered.citations[:1], language="sv")
    lines = answer_text(refused.to_dict()).splitlines()

    at = lines.index("Närmast i artiklarna:")
    assert lines[0] == refused.text
    assert lines[at + 2] == f"“{answered.citations[0].quote}”"
    assert "Lindvik Courier, 2024-02-04" in lines[at + 3]
    assert answer_text(answered.to_dict()).count("Nearest") == 0


def test_a_turn_is_one_line_of_inert_markup(assistant: Any, evil: Article, words_of: Callable[[str], str]) -> None:
    question = "evil\n\n<script>alert(5)</script>\n\n**bold**"
    turns = [
        turn(question, assistant.ask(question), nearest=[evil]),
        working_html(question, "reading", assistant.ask(question).sentences),
        problem_html(question, Said(evil.text, "en")),
        turn("?", assistant.ask("Who won?"), nearest=[evil]),
    ]
    for html in turns:
        seen = Marks(html)
        assert "\n" not in html
        assert not seen.tags & {"script", "img"}
        assert not [name for name, _ in seen.attributes if name.startswith("on")]
        assert re.findall(r'href="(?!/articles/)', html) == []
    assert "**bold**" in words_of(turns[0])


def test_thumbs_send_the_answer_that_they_stand_under(assistant: Any, evil: Article) -> None:
    history = [Turn("user", 'Hi "there"\n\n<b>'), Turn("assistant", "Hello")]
    answer = assistant.ask("evil")
    (sent,) = [
        json.loads(value or "")
        for name, value in Marks(turn("evil", answer, history)).attributes
        if name == "data-sent"
    ]
    judged = Judgement.model_validate(sent | {"verdict": "up"})

    assert [turn.text for turn in judged.history] == ['Hi "there"\n\n<b>', "Hello"]
    assert judged.answer.text == answer.text
    assert [(place.article_id, place.end) for place in judged.answer.citations] == [(evil.id, len(evil.title or ""))]
    assert "data-sent" not in working_html("evil", "reading")
    assert "data-sent" not in problem_html("evil", Said("Busy.", "en"))


def test_a_draft_is_one_line_of_inert_markup(evil: Article, words_of: Callable[[str], str]) -> None:
    hostile = evil.title or ""
    passage = passage_around(evil, Span(2, 9))
    draft = Draft(
        id="d",
        question=f"{hostile}\n\n**bold**",
        language='en" onclick="x',
        answerable=False,
        undecided=True,
        article=("evil",),
        spans=((2, 9),),
        speaker=hostile,
        note=hostile,
        answered=hostile,
        tags=("draft", hostile),
        history=(TurnRecord(role="user", text=hostile),),
        passages=(passage,),
    )
    pieces = [
        draft_html(draft),
        waiting_html([draft]),
        review_status_html([hostile], cases=hostile, problem=Said(hostile, "en")),
    ]
    for html in pieces:
        seen = Marks(html)
        assert "\n" not in html
        assert not seen.tags & {"script", "img"}
        assert not [name for name, _ in seen.attributes if name.startswith("on")]
        assert re.findall(r'href="(?!/articles/)', html) == []
    assert f"<mark>{escape(evil.text[2:9], quote=False)}</mark>" in pieces[0]
    assert f"start={2}&amp;end={9}#cited" in pieces[0]
    assert words_of(pieces[0]).count(hostile) >= 5


def test_a_terminal_gets_no_control_characters(evil: Article) -> None:
    assert "\x1b" in evil.text
    assert printable("a\x1b[31m\x07\u202eb\tc\nå") == "a[31mb\tc\nå"
    assert on_one_line(["a\tb\nc", None, 3]) == "a b c\t\t3"
