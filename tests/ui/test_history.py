"""Conversations that survive a restart, and that nobody but their user finds."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from index.filters import SearchFilters
from index.stories import Copy
from rag.answer import AppliedDates, PassageRef, Usage
from rag.conversation import Turn
from ui.errors import HistoryError, NoSuchConversationError
from ui.history import FILE, History, turns_of
from ui.history_page import conversation_json, conversation_markdown, history_page
from ui.texts import EN, SV, Look

HORII = "what did Horii say?"


@pytest.fixture
def history(tmp_path: Path) -> History:
    return History(tmp_path / "home")


def test_a_conversation_comes_back_as_it_was(history: History, assistant: Any, harbour: Any, tmp_path: Path) -> None:
    answer = assistant.ask(HORII)
    copies = (Copy.of(replace(harbour, published=date(2024, 2, 5)), "near"),)
    whole = replace(
        answer,
        citations=tuple(replace(citation, copies=copies) for citation in answer.citations),
        passages=(PassageRef(harbour.id, harbour.paragraphs[0].span, 1.5, ("dense",), 0.5),),
        timings_ms={"search": 1.5},
        notice="Så.",
        usage=Usage(1, None),
        applied=AppliedDates(None, date(2024, 2, 5), "until then"),
    )
    filters = SearchFilters(published_from=date(2024, 1, 2), outlet=["Post", "Courier"], speaker="Horii")
    first = history.add("anna", None, HORII, filters, whole)
    second = history.add("anna", first.conversation, "and Rubio?", None, assistant.ask("Who won?"))

    again = History(tmp_path / "home")
    assert again.exchanges("anna", first.conversation) == [first, second]
    assert again.exchange("anna", second.id) == second
    assert first.filters == {"published_from": "2024-01-02", "outlet": ["Courier", "Post"], "speaker": "Horii"}
    assert turns_of([first])[0] == Turn("user", HORII)
    (listed,) = again.conversations("anna")
    assert (listed.title, listed.questions, listed.changed) == (HORII, 2, second.asked)


def test_nobody_reaches_another_s_conversation(history: History, assistant: Any) -> None:
    answer = assistant.ask(HORII)
    hers = history.add("anna", None, HORII, None, answer)

    assert history.conversations("bo") == []
    assert history.exchange("bo", hers.id) is None
    for reach in (history.exchanges, history.delete):
        with pytest.raises(NoSuchConversationError):
            reach("bo", hers.conversation)
    with pytest.raises(NoSuchConversationError):
        history.add("bo", hers.conversation, "mine now", None, answer)
    assert history.exchanges("anna", hers.conversation) == [hers]


def test_words_asked_or_answered_find_a_conversation(history: History, assistant: Any) -> None:
    older = history.add("anna", None, "Vad sa ÖBERG om % och _?", None, assistant.ask("Who won?"))
    newer = history.add("anna", None, HORII, None, assistant.ask(HORII))

    def found(words: str) -> list[str]:
        return [conversation.id for conversation in history.conversations("anna", words)]

    assert found("") == [newer.conversation, older.conversation]
    assert found(" öberg ") == [older.conversation]
    assert found("PILES ARE") == [newer.conversation]
    assert found("% och _") == [older.conversation]
    assert found("%x%") == []
    assert history.conversations("bo", "öberg") == []


def test_what_is_deleted_is_gone_from_the_file(history: History, assistant: Any, tmp_path: Path) -> None:
    kept = history.add("anna", None, "keep me", None, assistant.ask("Who won?"))
    gone = history.add("anna", None, "a most private question", None, assistant.ask(HORII))
    history.delete("anna", gone.conversation)

    assert [conversation.id for conversation in history.conversations("anna")] == [kept.conversation]
    assert history.exchange("anna", gone.id) is None
    assert b"most private" not in (tmp_path / "home" / FILE).read_bytes()


def test_a_file_that_cannot_be_read_says_so(history: History, assistant: Any, tmp_path: Path) -> None:
    exchange = history.add("anna", None, HORII, None, assistant.ask(HORII))
    with closing(sqlite3.connect(tmp_path / "home" / FILE)) as database, database:
        database.execute("UPDATE exchanges SET answer = '{}'")
    with pytest.raises(HistoryError, match="another version"):
        history.exchanges("anna", exchange.conversation)

    (tmp_path / "home" / FILE).write_bytes(b"no database " * 1_000)
    with pytest.raises(HistoryError, match="cannot be used"):
        history.conversations("anna")


def test_exports_carry_every_footnote(history: History, assistant: Any, evil: Any) -> None:
    first = history.add("anna", None, HORII, None, assistant.ask(HORII))
    second = history.add("anna", first.conversation, "evil [x](y) <b>", None, assistant.ask("evil"))
    markdown = conversation_markdown([first, second], EN)
    told = json.loads(conversation_json([first, second]))

    assert "## what did Horii say?" in markdown
    assert "Maja Horii: “The piles are rotten.”[^1]" in markdown
    assert (
        "[^2]: [Harbour to close for repairs](<https://example.org/harbour>), Lindvik Courier, 4 February 2024, Maja Horii: “We"
        in markdown
    )
    assert "\n[^3]: \\<script\\>alert\\(1\\)" in markdown
    assert "](javascript" not in markdown
    assert "## evil \\[x\\]\\(y\\) \\<b\\>" in markdown
    assert [exchange["answer"] for exchange in told["exchanges"]] == [first.answer.to_dict(), second.answer.to_dict()]


def test_the_list_is_inert_and_in_its_reader_s_language(history: History, assistant: Any) -> None:
    history.add("anna", None, '<img src=x onerror=alert(1)>"', None, assistant.ask("Who won?"))
    page = history_page(history.conversations("anna"), '"><script>', Look(SV))

    assert "<img" not in page
    assert "<script>" not in page
    assert "&lt;img src=x onerror=alert(1)&gt;" in page
    assert "Frågor: 1" in page
