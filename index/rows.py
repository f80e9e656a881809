"""What a row of the store is: the tables, and the frozen types and conversions between rows and articles."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date, datetime

import numpy as np

from corpus.article import Article, Paragraph, Span
from corpus.quotes import Quote
from index.embedding import Vector

SCHEMA_VERSION = 4

STEM_TABLES = (
    'CREATE VIRTUAL TABLE stems USING fts5 (body, header, tokenize = "unicode61 remove_diacritics 0")',
    "CREATE VIRTUAL TABLE stem_counts USING fts5vocab (stems, row)",
    'CREATE VIRTUAL TABLE article_stems USING fts5 (body, header, tokenize = "unicode61 remove_diacritics 0")',
)
"""`stems` has a row a chunk, under its number; `article_stems` one an article, under the number of its first chunk."""

STORY_TABLES = (
    "CREATE TABLE texts (number INTEGER PRIMARY KEY, kind TEXT NOT NULL, text_sha256 TEXT NOT NULL, story INTEGER NOT NULL,"
    " UNIQUE (text_sha256, kind))",
    "CREATE INDEX texts_by_story ON texts (story)",
    "CREATE TABLE bands (key BLOB NOT NULL, text INTEGER NOT NULL, PRIMARY KEY (key, text)) WITHOUT ROWID",
    "CREATE TABLE alike (one INTEGER NOT NULL, other INTEGER NOT NULL, PRIMARY KEY (one, other)) WITHOUT ROWID",
    "CREATE INDEX articles_by_text ON articles (current_sha256)",
)
"""What `index/stories.py` keeps: live texts, the bands they stand in, and pairs of near copies both ways round."""
SPEAKER_TABLES = (
    'CREATE VIRTUAL TABLE quoted USING fts5 (surname, role, tokenize = "unicode61 remove_diacritics 0")',
    "CREATE INDEX quotes_by_speaker ON quotes (speaker, role)",
)
"""`quoted` has a row a quotation with a speaker, under its number: the last word of the name, and the words of the role."""
TOTALS = "CREATE TABLE totals (what TEXT PRIMARY KEY, number INTEGER NOT NULL) WITHOUT ROWID"
"""How many live chunks there are, so that no question counts them."""
FACT_TABLES = (
    "CREATE TABLE facts (article_id TEXT PRIMARY KEY, language TEXT, outlet TEXT, kind TEXT NOT NULL, published_day TEXT) WITHOUT ROWID",
    "CREATE INDEX facts_by_day ON facts (published_day)",
)
"""`facts` has a row a live article: what filters ask of it, in rows that are small."""
WIDE_TABLES = {
    "versions": "(article_id TEXT NOT NULL, text_sha256 TEXT NOT NULL, record TEXT NOT NULL, text TEXT NOT NULL,"
    " PRIMARY KEY (article_id, text_sha256))",
    "embeddings": "(model TEXT NOT NULL, document TEXT NOT NULL, vector BLOB NOT NULL, sentences BLOB NOT NULL,"
    " PRIMARY KEY (model, document))",
}
"""Rows that fill pages: with a rowid, so that their index is a small one. WITHOUT ROWID a search among 100,000 chunks took 5 ms longer."""

MIGRATIONS = {
    1: (
        "ALTER TABLE sources ADD COLUMN etag TEXT",
        "ALTER TABLE sources ADD COLUMN last_modified TEXT",
        "DROP TABLE stem_counts",
        "DROP TABLE stems",
        *STEM_TABLES,
    ),
    2: (
        *STORY_TABLES,
        "ALTER TABLE articles ADD COLUMN quote_reader TEXT NOT NULL DEFAULT ''",
        "CREATE INDEX articles_by_quote_reader ON articles (quote_reader) WHERE current_sha256 IS NOT NULL",
        *SPEAKER_TABLES,
        "INSERT INTO quoted (rowid, surname, role) SELECT number, surname(speaker), spaced(role) FROM quotes WHERE speaker IS NOT NULL",
        TOTALS,
        "INSERT INTO totals SELECT 'chunks', count(*) FROM chunks",
        "DROP TABLE stem_counts",
        "DROP TABLE stems",
        "DROP TABLE article_stems",
        *STEM_TABLES,
        *FACT_TABLES,
        "INSERT INTO facts SELECT id, json_extract(record, '$.language'), json_extract(record, '$.outlet'), json_extract(record, '$.kind'),"
        " substr(json_extract(record, '$.published'), 1, 10)"
        " FROM articles JOIN versions ON article_id = id AND text_sha256 = current_sha256",
    ),
    3: tuple(
        statement
        for name, columns in WIDE_TABLES.items()
        for statement in (
            f"ALTER TABLE {name} RENAME TO former",
            f"CREATE TABLE {name} {columns}",
            f"INSERT INTO {name} SELECT * FROM former",
            "DROP TABLE former",
        )
    ),
}
"""The statements that turn a database of that version into one of the next; `Store` fills the new tables afterwards. `surname` and
`spaced` are those of `index.lexical`."""

SCHEMA = f"""
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE raw (sha256 TEXT PRIMARY KEY, bytes BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE sources (
    source TEXT PRIMARY KEY, raw_sha256 TEXT NOT NULL, cleaner TEXT NOT NULL, retrieved TEXT NOT NULL,
    etag TEXT, last_modified TEXT
) WITHOUT ROWID;
CREATE TABLE articles (
    id TEXT PRIMARY KEY, source TEXT NOT NULL, page TEXT NOT NULL, current_sha256 TEXT, last_sha256 TEXT NOT NULL,
    quote_reader TEXT NOT NULL DEFAULT ''
) WITHOUT ROWID;
CREATE INDEX articles_by_page ON articles (page);
CREATE INDEX articles_by_quote_reader ON articles (quote_reader) WHERE current_sha256 IS NOT NULL;
{"; ".join(STORY_TABLES)};
{"; ".join(f"CREATE TABLE {name} {columns}" for name, columns in WIDE_TABLES.items())};
CREATE TABLE chunks (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, article_id TEXT NOT NULL, text_sha256 TEXT NOT NULL,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, language TEXT, sentences TEXT NOT NULL, document TEXT NOT NULL
);
CREATE INDEX chunks_by_article ON chunks (article_id);
{"; ".join(STEM_TABLES)};
CREATE TABLE quotes (
    number INTEGER PRIMARY KEY, article_id TEXT NOT NULL, text_sha256 TEXT NOT NULL, speaker TEXT, role TEXT, cue TEXT,
    kind TEXT NOT NULL, start INTEGER NOT NULL, "end" INTEGER NOT NULL,
    context_start INTEGER NOT NULL, context_end INTEGER NOT NULL
);
CREATE INDEX quotes_by_article ON quotes (article_id);
{"; ".join(SPEAKER_TABLES)};
{TOTALS};
{"; ".join(FACT_TABLES)};
CREATE TABLE outbox (number INTEGER PRIMARY KEY AUTOINCREMENT, verb TEXT NOT NULL, chunk_id TEXT NOT NULL);
"""


@dataclass(frozen=True, slots=True)
class StoredChunk:
    """A chunk as it is kept, its words, the number of its article's story, and its vectors: `vector` (dimension,) and
    `sentence_vectors` (sentences, dimension)."""

    number: int
    id: str
    article_id: str
    text_sha256: str
    span: Span
    language: str | None
    sentences: tuple[Span, ...]
    text: str
    story: int
    vector: Vector = field(compare=False)
    sentence_vectors: Vector = field(compare=False)


@dataclass(frozen=True, slots=True)
class StoredQuote:
    """A quotation of a current article version. `text` is its words, without quotation marks."""

    article_id: str
    text_sha256: str
    quote: Quote
    text: str

    @property
    def speaker(self) -> str | None:
        return self.quote.speaker

    @property
    def role(self) -> str | None:
        return self.quote.role

    @property
    def kind(self) -> str:
        return self.quote.kind

    @property
    def cue(self) -> str | None:
        return self.quote.cue

    @property
    def span(self) -> Span:
        return self.quote.span


def sentences_from(blob: bytes, dimension: int) -> Vector:
    stored = np.frombuffer(blob, np.int8).reshape(-1, dimension).astype(np.float32)
    norms = np.maximum(np.linalg.norm(stored, axis=1, keepdims=True), 1e-12)
    return np.asarray(stored / norms, np.float32)


def record_of(article: Article) -> str:
    return json.dumps(
        {
            "id": article.id,
            "source": article.source,
            "title": article.title,
            "kind": article.kind,
            "url": article.url,
            "outlet": article.outlet,
            "authors": article.authors,
            "published": article.published.isoformat() if article.published else None,
            "language": article.language,
            "found_on": article.found_on,
            "paragraphs": [[p.span.start, p.span.end, p.kind, p.language] for p in article.paragraphs],
        },
        ensure_ascii=False,
    )


def article_from(record: str, text: str) -> Article:
    data = json.loads(record)
    return Article(
        id=data["id"],
        text=text,
        paragraphs=tuple(
            Paragraph(Span(start, end), kind, language) for start, end, kind, language in data["paragraphs"]
        ),
        source=data["source"],
        title=data["title"],
        kind=data["kind"],
        url=data["url"],
        outlet=data["outlet"],
        authors=tuple(data["authors"]),
        published=date_from(data["published"]),
        language=data["language"],
        found_on=data["found_on"],
    )


def date_from(stated: str | None) -> date | datetime | None:
    if stated is None:
        return None
    return datetime.fromisoformat(stated) if "T" in stated else date.fromisoformat(stated)
