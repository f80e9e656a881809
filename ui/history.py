"""The conversations of the chat, kept in a SQLite file of the home: each one's user alone finds, opens and deletes it."""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter, ValidationError

from rag.answer import Answer
from rag.conversation import Turn
from ui.errors import HistoryError, NoSuchConversationError

if TYPE_CHECKING:
    from index.filters import SearchFilters

FILE = "conversations.db"
MAX_TITLE = 120
"""Characters of the first question that name a conversation."""
LISTED = 200
"""Conversations that one look at the list shows; a search finds the older ones."""
_SCHEMA = """
CREATE TABLE IF NOT EXISTS conversations (
    id TEXT PRIMARY KEY, user TEXT NOT NULL, title TEXT NOT NULL, changed TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS conversations_by_user ON conversations (user, changed);
CREATE TABLE IF NOT EXISTS exchanges (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,
    conversation TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    question TEXT NOT NULL, filters TEXT NOT NULL, answer TEXT NOT NULL, said TEXT NOT NULL, asked TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS exchanges_by_conversation ON exchanges (conversation);
"""


@dataclass(frozen=True, slots=True)
class Conversation:
    """One line of the list. `title` is the first question."""

    id: str
    title: str
    changed: datetime
    questions: int


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question of a conversation, the filters it was asked under as `/api/ask` reads them, and what was answered."""

    id: str
    conversation: str
    question: str
    filters: dict[str, Any]
    answer: Answer
    asked: datetime


def turns_of(exchanges: Sequence[Exchange]) -> list[Turn]:
    """A conversation as the history of its next question."""
    return [
        turn
        for exchange in exchanges
        for turn in (Turn(role="user", text=exchange.question), Turn(role="assistant", text=exchange.answer.text))
    ]


class History:
    """The conversations of one home. Any thread may use it.

    Raises:
        HistoryError: the file cannot be read or written, or was written by another version.
    """

    def __init__(self, home: Path) -> None:
        self._path = home / FILE

    def add(
        self, user: str, conversation: str | None, question: str, filters: SearchFilters | None, answer: Answer
    ) -> Exchange:
        """Keeps an exchange: in that conversation, or in a new one.

        Raises:
            NoSuchConversationError: the user has no such conversation.
        """
        from ui.filters import filters_json

        now, exchange_id = datetime.now(UTC), secrets.token_urlsafe(12)
        narrowed = filters_json(filters) if filters else {}
        with self._opened() as database:
            if conversation is None:
                conversation = secrets.token_urlsafe(12)
                title = " ".join(question.split())[:MAX_TITLE]
                database.execute("INSERT INTO conversations VALUES (?, ?, ?, '')", (conversation, user, title))
            self._own(database, user, conversation)
            database.execute("UPDATE conversations SET changed = ? WHERE id = ?", (now.isoformat(), conversation))
            database.execute(
                "INSERT INTO exchanges VALUES (NULL, ?, ?, ?, ?, ?, ?, ?)",
                (
                    exchange_id,
                    conversation,
                    question,
                    json.dumps(narrowed),
                    _answers().dump_json(answer).decode(),
                    answer.text,
                    now.isoformat(),
                ),
            )
        return Exchange(exchange_id, conversation, question, narrowed, answer, now)

    def conversations(self, user: str, words: str = "") -> list[Conversation]:
        """The user's conversations in which `words` were asked or answered, the latest first."""
        with self._opened() as database:
            rows = database.execute(
                "SELECT c.id, title, changed, count(*) FROM conversations AS c JOIN exchanges ON conversation = c.id WHERE user = ?"
                " AND EXISTS (SELECT 1 FROM exchanges WHERE conversation = c.id AND instr(folded(question || ' ' || said), folded(?)))"
                " GROUP BY c.id ORDER BY changed DESC LIMIT ?",
                (user, words.strip(), LISTED),
            ).fetchall()
        return [Conversation(row[0], row[1], datetime.fromisoformat(row[2]), row[3]) for row in rows]

    def exchanges(self, user: str, conversation: str) -> list[Exchange]:
        """All of a conversation.

        Raises:
            NoSuchConversationError: the user has no such conversation.
        """
        with self._opened() as database:
            self._own(database, user, conversation)
            rows = database.execute(f"{_EXCHANGES} WHERE conversation = ? ORDER BY number", (conversation,)).fetchall()
        return [self._exchange(row) for row in rows]

    def exchange(self, user: str, exchange_id: str) -> Exchange | None:
        """One exchange of the user's, None if there is no such one."""
        with self._opened() as database:
            row = database.execute(
                f"{_EXCHANGES} JOIN conversations AS c ON c.id = conversation WHERE e.id = ? AND user = ?",
                (exchange_id, user),
            ).fetchone()
        return None if row is None else self._exchange(row)

    def delete(self, user: str, conversation: str) -> None:
        """Deletes a conversation for good.

        Raises:
            NoSuchConversationError: the user has no such conversation.
        """
        with self._opened() as database:
            self._own(database, user, conversation)
            database.execute("DELETE FROM conversations WHERE id = ?", (conversation,))

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        """One transaction."""
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            database = sqlite3.connect(self._path, timeout=10)
            try:
                database.create_function("folded", 1, str.casefold, deterministic=True)
                database.execute("PRAGMA foreign_keys = ON")
                database.execute("PRAGMA secure_delete = ON")
                database.executescript(_SCHEMA)
                with database:
                    yield database
            finally:
                database.close()
        except (sqlite3.Error, OSError) as error:
            raise HistoryError(str(self._path), str(error)) from error

    def _own(self, database: sqlite3.Connection, user: str, conversation: str) -> None:
        own = "SELECT 1 FROM conversations WHERE id = ? AND user = ?"
        if database.execute(own, (conversation, user)).fetchone() is None:
            raise NoSuchConversationError

    def _exchange(self, row: tuple[str, ...]) -> Exchange:
        try:
            answer = _answers().validate_json(row[4])
        except ValidationError as error:
            raise HistoryError(str(self._path), "an answer in it was written by another version") from error
        return Exchange(row[0], row[1], row[2], json.loads(row[3]), answer, datetime.fromisoformat(row[5]))


_EXCHANGES = "SELECT e.id, conversation, question, filters, answer, asked FROM exchanges AS e"


@cache
def _answers() -> TypeAdapter[Answer]:
    return TypeAdapter(Answer)
