"""Questions proposed by rule: that they read as questions, that their gold is where they say, and that they are spread."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus import read_articles
from corpus.article import Article, Paragraph, Span
from corpus.language import question_language
from corpus.samples import samples_folder
from evals.cases import by_file, read_cases
from evals.datasets.own import articles_of
from evals.drafting import Draft, Review, propose
from evals.drafting.drafts import read_drafts
from evals.drafting.lexicon import Lexicon
from evals.drafting.quotations import Quotations
from evals.drafting.review import add_drafts
from rag.question import parse_question

Make = Callable[..., Article]


@pytest.fixture(scope="module")
def samples() -> tuple[Article, ...]:
    return articles_of(samples_folder())


@pytest.fixture(scope="module")
def drafts(samples: tuple[Article, ...]) -> list[Draft]:
    return propose(samples)


def by_question(drafts: list[Draft]) -> dict[str, Draft]:
    return {draft.question: draft for draft in drafts}


def one_article(make_article: Make, title: str, *paragraphs: str, language: str = "en") -> dict[str, Draft]:
    return by_question(propose([make_article("/pages/story.txt", title, *paragraphs, language=language)]))


def test_a_quotation_becomes_a_question_about_its_own_words(make_article: Make) -> None:
    asked = one_article(
        make_article,
        "Lindvik closes its harbour",
        "The harbour in Lindvik closes for repairs, after years of talk about money and a new harbour wall.",
        "“We have waited for the harbour to be mended, and now it is,” said Maja Horii, head of the port authority.",
    )
    draft = asked["What did Maja Horii say about the harbour?"]
    (start, end), (passage,) = draft.spans[0], draft.passages

    assert (draft.speaker, draft.language, draft.article) == ("Maja Horii", "en", ("story",))
    assert draft.tags == ("draft", "quote")
    assert draft.contains == ("We have waited for the harbour to be mended, and now it is",)
    assert passage.text[start - passage.start : end - passage.start] == draft.contains[0]
    who = asked["Who said “We have waited for the harbour to be mended, and now it is”?"]
    assert (who.contains, who.speaker) == (("Maja Horii",), "Maja Horii")


def test_swedish_articles_are_asked_about_in_swedish(make_article: Make) -> None:
    asked = one_article(
        make_article,
        "Lindvik stänger färjan",
        "Kommunen stänger färjan till ön i höst, och många är oroliga för hur de ska ta sig till arbetet.",
        "– Vi har väntat länge på besked om färjan och nu vet vi, säger Maja Lind, ordförande i byalaget.",
        language="sv",
    )

    assert asked["Vad sa Maja Lind om färjan?"].speaker == "Maja Lind"


def test_nobody_is_asked_about_what_the_article_does_not_come_back_to(make_article: Make) -> None:
    """The other article shows that `boat` is a noun; this one has it in a figure of speech, and `way` says nothing."""
    here = make_article(
        "/pages/here.txt",
        "Ministers meet",
        "The ministers met in Lindvik. They had a long way to go before the evening came and the doors were shut.",
        "“We are all in the same boat and it has been that way for a long time now,” said Maja Horii, a delegate.",
        language="en",
    )
    there = make_article(
        "/pages/there.txt", "A boat", "She sold the boat. It was the boat of her father.", language="en"
    )
    asked = by_question(propose([here, there]))

    assert "What did Maja Horii say?" in asked
    assert not [question for question in asked if " about " in question]


def test_who_said_it_is_not_asked_where_two_articles_have_it(make_article: Make) -> None:
    said = "“Nobody has asked the port about it,” said Maja Horii, head of the port."
    here, there = (
        make_article(f"/pages/{name}.txt", name, said, f"This is the story of the {name} and of nothing else at all.")
        for name in ("harbour", "ferry")
    )
    question = "Who said “Nobody has asked the port about it”?"

    assert question in by_question(propose([here]))
    assert question not in by_question(propose([here, there]))


def test_nobody_is_called_silent_about_what_an_article_that_names_them_is_about(make_article: Make) -> None:
    """Horii is quoted here and named in the story of the ferry; Lind is in neither."""
    pages = {
        "port": [
            "“Nobody has asked the port about the piles,” said Maja Horii, head of the port.",
            "The piles of the port are old.",
        ],
        "ferry": [
            "“The ferry is late and the ferry is full,” said Per Ek, skipper. Maja Horii, head of the port, listened."
        ],
        "school": ["“The school is too small for us,” said Eva Lind, a teacher.", "The school opened long ago."],
    }
    articles = [
        make_article(f"/pages/{name}.txt", name.title(), *texts, language="en") for name, texts in pages.items()
    ]
    silent = {
        draft.question for article in articles for draft in Quotations(articles, Lexicon(articles)).never_said(article)
    }

    assert "What did Eva Lind say about the ferry?" in silent
    assert "What did Maja Horii say about the school?" in silent
    assert "What did Maja Horii say about the ferry?" not in silent


@pytest.mark.parametrize(
    ("sentence", "question", "answer"),
    [
        (
            "About 90 people spent the night in the sports hall of Weir School.",
            "How many people spent the night in the sports hall of Weir School?",
            "90",
        ),
        (
            "The new Lindvik ferry will carry 140 passengers in bad weather.",
            "How many passengers will the new Lindvik ferry carry in bad weather?",
            "140",
        ),
        (
            "The new ferry to Lindvik cost £1.3 million.",
            "How much did the new ferry to Lindvik cost?",
            "£1.3 million",
        ),
        (
            "The lighthouse in Lindvik is 40 metres tall.",
            "How tall is the lighthouse in Lindvik?",
            "40",
        ),
        (
            "Some 12 percent of the voters in Lindvik have moved away.",
            "What percentage of the voters in Lindvik have moved away?",
            "12 percent",
        ),
        (
            "The museum in Lindvik opened on 4 May 1998.",
            "When did the museum in Lindvik open?",
            "4 May 1998",
        ),
        (
            "The Lindvik museum was founded in 1912 by two sisters.",
            "When was the Lindvik museum founded by two sisters?",
            "1912",
        ),
        (
            "The Lindvik museum has employed four guides since the fire.",
            "How many guides has the Lindvik museum employed?",
            "four",
        ),
    ],
)
def test_figures_and_dates_are_asked_for(make_article: Make, sentence: str, question: str, answer: str) -> None:
    filler = "It was a quiet day in the town, and the sea was grey and flat as far as anybody could see."
    draft = one_article(make_article, "News from Lindvik", filler, sentence)[question]
    start, end = draft.spans[0]

    assert draft.contains == (answer,)
    assert f"{filler}\n\n{sentence}"[start:end] == answer


@pytest.mark.parametrize(
    ("sentence", "question", "answer"),
    [
        (
            "Den 6 juni slår Lindviks museum upp portarna efter tre års renovering.",
            "När slår Lindviks museum upp portarna efter tre års renovering?",
            "6 juni",
        ),
        (
            "Lindviks museum kostade 47 miljoner kronor.",
            "Hur mycket kostade Lindviks museum?",
            "47 miljoner kronor",
        ),
        (
            "Bygget av Lindviks nya museum kan börja våren 2028.",
            "När kan bygget av Lindviks nya museum börja?",
            "våren 2028",
        ),
        (
            "Lindviks nya museum visar 3 400 föremål i de stora salarna.",
            "Hur många föremål visar Lindviks nya museum i de stora salarna?",
            "3 400",
        ),
    ],
)
def test_swedish_figures_and_dates_too(make_article: Make, sentence: str, question: str, answer: str) -> None:
    filler = "Det var en stilla dag i Lindvik och havet låg grått och blankt så långt någon kunde se från torget."
    asked = one_article(make_article, "Nytt från Lindvik", filler, sentence, language="sv")

    assert asked[question].contains == (answer,)


@pytest.mark.parametrize(
    "sentence",
    [
        "It will cost the people of Lindvik 40 million pounds.",
        "The council in Lindvik said that the new ferry will carry 140 passengers.",
        "Lindvik is one of the 14 towns that lost a school.",
        "The plan (agreed in 1998) will cost Lindvik 4 million pounds.",
        "In Lindvik the ferry carried 140 passengers and 22 cars.",
        "The vote in Lindvik was 18 to 17.",
        "Two years later the ferry left Lindvik for good.",
    ],
)
def test_what_does_not_turn_cleanly_is_left(make_article: Make, sentence: str) -> None:
    filler = "It was a quiet day in the town, and the sea was grey and flat as far as anybody could see."

    assert one_article(make_article, "News from Lindvik", filler, sentence) == {}


def test_a_question_that_two_articles_would_answer_is_left(make_article: Make) -> None:
    sentence = "The museum in Lindvik opened on 4 May 1998."
    here = make_article("/pages/here.txt", "News from Lindvik", sentence, language="en")
    there = make_article(
        "/pages/there.txt", "More news", f"{sentence} It rained all that day in Lindvik.", language="en"
    )

    assert [draft.question for draft in propose([here])] == ["When did the museum in Lindvik open?"]
    assert propose([here, there]) == []


def test_the_gold_of_every_draft_is_where_it_says(samples: tuple[Article, ...], drafts: list[Draft]) -> None:
    by_id = {article.id: article for article in samples}
    answerable = [draft for draft in drafts if draft.answerable]
    placed = by_file([draft.case() for draft in answerable], samples)

    assert len(answerable) > 40
    for draft, case in zip(answerable, placed, strict=True):
        (passage,) = draft.passages
        article = by_id[passage.article_id]
        assert case.articles == (article.id,)
        assert passage.text_sha256 == article.text_sha256
        assert passage.span.of(article.text) == passage.text
        assert all(passage.span.contains(Span(*span)) for span in draft.spans)
        assert all(words in article.text for words in draft.contains)
        assert question_language(draft.question) == article.language == draft.language


def test_what_is_called_unanswerable_is_nowhere_said(samples: tuple[Article, ...], drafts: list[Draft]) -> None:
    unanswerable = [draft for draft in drafts if not draft.answerable]

    assert len(unanswerable) >= 10
    for draft in unanswerable:
        asked = parse_question(draft.question)
        assert asked.speaker
        assert asked.topic
        topic = re.compile(rf"\b{asked.topic.split()[-1]}\b", re.IGNORECASE)
        assert "unanswerable" in draft.tags
        for article in samples:
            assert asked.speaker.split()[-1] not in article.text or topic.search(article.text) is None


def test_drafts_are_the_same_every_time_and_spread_over_articles(
    samples: tuple[Article, ...], drafts: list[Draft]
) -> None:
    first = [draft.article[0] for draft in drafts[:10] if draft.answerable]

    assert propose(samples) == drafts
    assert len(set(first)) >= 7
    assert len({draft.id for draft in drafts}) == len(drafts)
    assert {tag for draft in drafts for tag in draft.tags} == {
        *("draft", "quote", "who_said", "number", "date", "unanswerable", "other_article")
    }


def test_what_is_accepted_is_a_file_of_cases(tmp_path: Path, drafts: list[Draft]) -> None:
    written, accepted = tmp_path / "drafts.jsonl", tmp_path / "cases.jsonl"
    assert add_drafts(written, drafts, 5) == 5
    assert add_drafts(written, drafts, 5) == 5
    assert add_drafts(written, drafts[:10]) == 0
    read = read_drafts(written)
    review = Review(read, accepted)
    for draft in review.pending():
        review.accept(draft.accepted())

    assert read == drafts[:10]
    assert read_cases(accepted) == tuple(draft.case() for draft in drafts[:10])


SENTENCES = [
    "“The harbour is closed and the harbour wall will not hold much longer,” said Maja Horii.",
    "Maja Horii, head of the port, said: “Nobody has asked the port about the wall.”",
    "The harbour in Lindvik was opened on 4 May 1998.",
    "About 90 people spent the night in Lindvik church.",
    "Lindvik museum cost £1.3 million – a lot.",
    "\N{WOMAN}\N{ZERO WIDTH JOINER}\N{PERSONAL COMPUTER} 12 percent of Åre has moved to Lindvik.",
    "– Vi väntar på besked om hamnen, säger Maja Lind.",
    "Den 6 juni öppnar Lindviks museum igen.",
    "“",
    "3",
]


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.tuples(st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=4), st.sampled_from(["en", "sv"])),
        min_size=1,
        max_size=3,
    )
)
def test_spans_hold_for_any_text(pages: list[tuple[list[str], Any]]) -> None:
    articles = []
    for number, (paragraphs, language) in enumerate(pages):
        spans, text = [], ""
        for paragraph in paragraphs:
            text += "\n\n" if text else ""
            spans.append(Paragraph(Span(len(text), len(text) + len(paragraph)), "body", language))
            text += paragraph
        articles.append(
            Article(
                f"id-{number}", text, tuple(spans), f"/pages/{number}.txt", title="Lindvik harbour", language=language
            )
        )
    texts = {article.id: article.text for article in articles}
    for draft in propose(articles):
        for passage in draft.passages:
            assert passage.span.of(texts[passage.article_id]) == passage.text
            assert all(passage.span.contains(Span(*span)) for span in draft.spans)
            assert all(words in texts[passage.article_id] for words in draft.contains)


def test_a_corpus_without_articles_proposes_nothing() -> None:
    assert propose([]) == []
    assert propose(list(read_articles([]))) == []
