"""Which articles are copies of one another, kept beside them in the database.

A text is the wording of one or more live articles of a kind, so that exact copies are compared once. Texts that are near copies are
linked in `alike`, and those that links join tell one story, whose number is that of its oldest text. What is a story follows from
the live texts alone, in whatever order they came or others went (beyond `MET` texts in one band, from the first ones).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from corpus.article import Article, ArticleKind
from corpus.duplicates import band_keys, near_copies, publication_order
from index.rows import date_from

MET = 64
"""Texts of one band that a new one is compared with, the oldest first: what bounds the work where a template fills the corpus."""

_RENUMBER = (
    "WITH RECURSIVE joined (text) AS (SELECT ? UNION SELECT other FROM alike JOIN joined ON one = text)"
    " UPDATE texts SET story = (SELECT min(text) FROM joined) WHERE number IN (SELECT text FROM joined) RETURNING number"
)
"""Gives the texts that links join with one text their story's number."""


Likeness = Literal["exact", "near"]


@dataclass(frozen=True, slots=True)
class Copy:
    """Another article with the same text (exact), or with the same text but for edits and cuts (near)."""

    article_id: str
    text_sha256: str
    title: str | None
    outlet: str | None
    published: date | datetime | None
    url: str | None
    kind: Likeness

    @classmethod
    def of(cls, article: Article, kind: Likeness) -> Copy:
        return cls(article.id, article.text_sha256, article.title, article.outlet, article.published, article.url, kind)


class Stories:
    """The stories of one database. `run` executes a statement with its values and gives the rows; the caller sees to transactions."""

    def __init__(self, run: Callable[..., list[Any]]) -> None:
        self._run = run

    def of(self, article: Article) -> int | None:
        """The number of the story that an article's text tells; None if no live article has that text."""
        row = self._text(article.kind, article.text_sha256)
        return None if row is None else int(row[1])

    def copies(self, article: Article) -> list[Copy]:
        """The other live articles that tell an article's story, the earliest publication first, undated ones last."""
        near = [
            copy
            for text_sha256 in self._column("SELECT text_sha256 FROM texts WHERE story = ?", self.of(article))
            if text_sha256 != article.text_sha256
            for copy in self._with_text(article.kind, text_sha256, "near")
        ]
        return sorted([*self.exact_copies(article), *near], key=_by_publication)

    def exact_copies(self, article: Article) -> list[Copy]:
        """The other live articles with the very same text, in the same order."""
        same = self._with_text(article.kind, article.text_sha256, "exact")
        return sorted((copy for copy in same if copy.article_id != article.id), key=_by_publication)

    def copied(self, texts: Collection[str]) -> set[str]:
        """Those of the texts, by digest, that more than one live article has."""
        return set(
            self._column(
                "SELECT current_sha256 FROM articles WHERE current_sha256 IN (SELECT value FROM json_each(?))"
                " GROUP BY 1 HAVING count(*) > 1",
                json.dumps(sorted(texts)),
            )
        )

    def join(self, article: Article) -> None:
        """Takes in the text of an article that has become live."""
        if self._text(article.kind, article.text_sha256) is not None:
            return
        ((number,),) = self._run(
            "INSERT INTO texts (kind, text_sha256, story) VALUES (?, ?, 0) RETURNING number",
            article.kind,
            article.text_sha256,
        )
        met: set[int] = set()
        for key in band_keys(article.text):
            met |= set(self._column("SELECT text FROM bands WHERE key = ? ORDER BY text LIMIT ?", key, MET))
            self._run("INSERT INTO bands VALUES (?, ?)", key, number)
        alike = [other for other in sorted(met) if self._alike(article, other)]
        for other in alike:
            self._run("INSERT INTO alike VALUES (?, ?), (?, ?)", number, other, other, number)
        told = self._column(f"SELECT DISTINCT story FROM texts WHERE number IN ({','.join('?' * len(alike))})", *alike)
        for story in told:
            self._run("UPDATE texts SET story = ? WHERE story = ?", min(told), story)
        self._run("UPDATE texts SET story = ? WHERE number = ?", min(told, default=number), number)

    def leave(self, article_id: str) -> None:
        """Takes out the text of an article that is about to be live no more, unless another article has it."""
        rows = self._run(
            "SELECT json_extract(record, '$.kind'), text_sha256, text FROM articles JOIN versions"
            " ON article_id = id AND text_sha256 = current_sha256 WHERE id = ?",
            article_id,
        )
        if not rows:
            return
        ((kind, text_sha256, text),) = rows
        others = self._run(
            "SELECT 1 FROM articles JOIN versions ON article_id = id AND text_sha256 = current_sha256"
            " WHERE current_sha256 = ? AND id <> ? AND json_extract(record, '$.kind') = ? LIMIT 1",
            text_sha256,
            article_id,
            kind,
        )
        if others:
            return
        number, story = self._text(kind, text_sha256)
        for key in band_keys(text):
            self._run("DELETE FROM bands WHERE key = ? AND text = ?", key, number)
        left = self._column("SELECT other FROM alike WHERE one = ?", number)
        for other in left:
            self._run("DELETE FROM alike WHERE (one, other) IN ((?, ?), (?, ?))", number, other, other, number)
        self._run("DELETE FROM texts WHERE number = ?", number)
        waiting = set(left) if len(left) > 1 or story == number else set()  # else the rest hangs together as before
        while waiting:
            waiting -= {row[0] for row in self._run(_RENUMBER, min(waiting))}

    def _text(self, kind: ArticleKind, text_sha256: str) -> Any:
        """Number and story of a text."""
        rows = self._run("SELECT number, story FROM texts WHERE text_sha256 = ? AND kind = ?", text_sha256, kind)
        return rows[0] if rows else None

    def _with_text(self, kind: ArticleKind, text_sha256: str, likeness: Likeness) -> list[Copy]:
        """The live articles with a text, as copies of that likeness."""
        rows = self._run(
            "SELECT id, record FROM articles JOIN versions ON article_id = id AND text_sha256 = current_sha256"
            " WHERE current_sha256 = ?",
            text_sha256,
        )
        found = [(article_id, json.loads(record)) for article_id, record in rows]
        return [
            Copy(key, text_sha256, data["title"], data["outlet"], date_from(data["published"]), data["url"], likeness)
            for key, data in found
            if data["kind"] == kind
        ]

    def _alike(self, article: Article, number: int) -> bool:
        """Whether an article is a near copy of the text of that number."""
        ((kind, text),) = self._run(
            "SELECT kind, text FROM texts JOIN articles ON current_sha256 = texts.text_sha256"
            " JOIN versions ON article_id = id AND versions.text_sha256 = current_sha256 WHERE number = ? LIMIT 1",
            number,
        )
        return kind == article.kind and near_copies(article.text, text)

    def _column(self, statement: str, *values: Any) -> list[Any]:
        return [row[0] for row in self._run(statement, *values)]


def _by_publication(copy: Copy) -> tuple[datetime, str]:
    return publication_order(copy.published), copy.article_id
