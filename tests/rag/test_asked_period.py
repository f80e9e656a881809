"""Which dates in a question narrow the search, asked on Wednesday 18 February 2026: half of these do, half do not."""

from __future__ import annotations

from datetime import date

import pytest

from rag.asked_period import asked_period

TODAY = date(2026, 2, 18)
NARROWING = {
    "What did Horii say in February?": ("2026-02-01..2026-02-28", "What did Horii say?"),
    "What did Horii say last week?": ("2026-02-09..2026-02-15", "What did Horii say?"),
    "What did Horii say yesterday about supply chains?": (
        "2026-02-17..2026-02-18",
        "What did Horii say about supply chains?",
    ),
    "what did horii say about supply chains yesterday": (
        "2026-02-17..2026-02-18",
        "what did horii say about supply chains",
    ),
    "What did Iwao Horii say on 4 February?": ("2026-02-04..2026-02-05", "What did Iwao Horii say?"),
    "What did Horii say on February 4, 2026 about China?": (
        "2026-02-04..2026-02-05",
        "What did Horii say about China?",
    ),
    "What has Rubio said since Monday?": ("2026-02-16..", "What has Rubio said?"),
    "What has the mayor said about the pool in the last three days?": (
        "2026-02-15..2026-02-18",
        "What has the mayor said about the pool?",
    ),
    "In February, what did Horii say?": ("2026-02-01..2026-02-28", "What did Horii say?"),
    "Last week, what did the mayor say about the pool?": (
        "2026-02-09..2026-02-15",
        "What did the mayor say about the pool?",
    ),
    "What did Horii say in Washington in February?": ("2026-02-01..2026-02-28", "What did Horii say in Washington?"),
    "What did Reeve announce last month?": ("2026-01-01..2026-01-31", "What did Reeve announce?"),
    "Quote Horii from last week": ("2026-02-09..2026-02-15", "Quote Horii"),
    "statements by Karin Holm since January": ("2026-01-01..", "statements by Karin Holm"),
    "Tell me what Horii said yesterday": ("2026-02-17..2026-02-18", "Tell me what Horii said"),
    "What do articles published in February say about the ferry?": (
        "2026-02-01..2026-02-28",
        "What do articles published say about the ferry?",
    ),
    "What do articles from last week say about the strike?": (
        "2026-02-09..2026-02-15",
        "What do articles say about the strike?",
    ),
    "What does last week's news say about the ferry?": (
        "2026-02-09..2026-02-15",
        "What does news say about the ferry?",
    ),
    "According to articles from 2024, who runs the ferry?": (
        "2024-01-01..2024-12-31",
        "According to articles who runs the ferry?",
    ),
    "What has been reported since Monday about the strike?": (
        "2026-02-16..",
        "What has been reported about the strike?",
    ),
    "What happened in Lindvik last week?": ("2026-02-09..2026-02-15", "What happened in Lindvik?"),
    "What happened yesterday?": ("2026-02-17..2026-02-18", "What happened?"),
    "What is new since Monday?": ("2026-02-16..", "What is new?"),
    "Vad sa Horii i februari?": ("2026-02-01..2026-02-28", "Vad sa Horii?"),
    "Vad sa Horii förra veckan om hamnen?": ("2026-02-09..2026-02-15", "Vad sa Horii om hamnen?"),
    "Vad har Karin Holm sagt om vindkraft i går?": ("2026-02-17..2026-02-18", "Vad har Karin Holm sagt om vindkraft?"),
    "Vad har Karin Holm sagt sedan i måndags?": ("2026-02-16..", "Vad har Karin Holm sagt?"),
    "Vad sade Horii den 4 februari?": ("2026-02-04..2026-02-05", "Vad sade Horii?"),
    "Vad sa Horii under 2024?": ("2024-01-01..2024-12-31", "Vad sa Horii?"),
    "Förra veckan, vad sa Holm?": ("2026-02-09..2026-02-15", "Vad sa Holm?"),
    "Vad hände i Lindvik förra veckan?": ("2026-02-09..2026-02-15", "Vad hände i Lindvik?"),
    "Nyheter från i går om färjan": ("2026-02-17..2026-02-17", "Nyheter om färjan"),
    "Vad säger förra veckans nyheter om färjan?": ("2026-02-09..2026-02-15", "Vad säger nyheter om färjan?"),
    "Vad står det i artiklar från januari om färjan?": ("2026-01-01..2026-01-31", "Vad står det i artiklar om färjan?"),
    "Vad har skrivits i veckan om strejken?": ("2026-02-16..2026-02-18", "Vad har skrivits om strejken?"),
}
NOT_NARROWING = (
    "Who won the election in 1994?",
    "When did the storm hit in March?",
    "When did the two sides meet in February?",
    "What did the minister say about the election in 1994?",
    "What did Horii say at the meeting in February?",
    "What did Horii say about the meeting in February?",
    "What did the mayor say about next year's budget?",
    "What did police say about what happened last week?",
    "What did the mayor say about the plan to close the school last week?",
    "What did Strand say about yesterday's vote?",
    "What did Holm say about the ferry that sank on Monday?",
    "What did the mayor elected in 2022 say?",
    "What did Horii say in February about the meeting on 4 February?",
    "What did the report from 2019 say?",
    "What does the law of 4 May 1886 say?",
    "What happened on 4 February?",
    "What happened in 1973?",
    "What was published in 1987?",
    "Which book was written in 1843?",
    "How many people died in the flood last week?",
    "Who was mayor last year?",
    "Where did the ferry run on Monday?",
    "Is the pool open today?",
    "What will Horii say next week?",
    "What did May say?",
    "Did the strike begin last month?",
    "How much did the ticket cost in January?",
    "Vem vann valet 1994?",
    "Vem vann valet i fjol?",
    "Vad hände 1994?",
    "Vad hände den 4 februari?",
    "Vad sa Holm om mötet i februari?",
    "Vad sa Holm om olyckan som inträffade förra veckan?",
    "Vad kostade biljetten i januari?",
    "När öppnade skolan i augusti?",
    "Hur många röster fick förslaget förra året?",
    "Vad skrev Dagens Nyheter?",
    "Vad sa Horii?",
)


@pytest.mark.parametrize(("question", "read"), NARROWING.items())
def test_a_date_narrows_where_the_words_say_so(question: str, read: tuple[str, str]) -> None:
    asked = asked_period(question, TODAY)
    assert asked is not None
    assert (f"{asked.period.first or ''}..{asked.period.last or ''}", asked.rest) == read
    assert asked.words in question


@pytest.mark.parametrize("question", NOT_NARROWING)
def test_a_date_that_belongs_to_what_is_asked_does_not(question: str) -> None:
    assert asked_period(question, TODAY) is None


def test_what_is_said_on_a_day_may_appear_the_day_after_but_not_tomorrow() -> None:
    published = asked_period("articles published on 4 February", TODAY)
    said, new = (
        asked_period("What did Horii say on 4 February?", TODAY),
        asked_period("What did Horii say today?", TODAY),
    )
    assert published
    assert said
    assert new
    assert (published.period.last, said.period.last, new.period.last) == (date(2026, 2, 4), date(2026, 2, 5), TODAY)


def test_only_a_time_of_saying_with_its_year_is_distant() -> None:
    distant = {
        "What did Kennedy say in 1962?": True,
        "What did Horii say in February?": False,
        "articles published in 1962": False,
        "What has Horii said since 2024?": False,
    }
    assert {question: getattr(asked_period(question, TODAY), "distant", None) for question in distant} == distant
