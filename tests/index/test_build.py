"""Pages in, one truth on disk, Chroma in step with it; whatever happens in between."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import pytest

from corpus.article import Article, Span, article_id
from corpus.errors import SourceNotFoundError
from index import build
from index.errors import ArticleNotFoundError, CorruptStoreError, ManifestMismatchError
from index.ingest_report import IngestReport, PageReport
from index.quote_index import QuoteIndex
from index.store import Store

BUDGET = """Almviken passes budget by a single vote

The town council approved its budget on Thursday after a long debate. The vote was 18 to 17.

"It keeps every school open," said Mayor Elin Strand after the vote.
"""
FERRY = """Skerrin gets its winter ferry back

A ferry will run between Port Ellery and the island all year round from the month of May.

Related articles

The keeper's cottage at the lighthouse will be auctioned on 30 April by the county.
"""


class CrashError(Exception):
    """Stands for a power cut."""


def crash(*_: object) -> NoReturn:
    raise CrashError


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    folder = tmp_path / "pages"
    folder.mkdir()
    (folder / "budget.txt").write_text(BUDGET)
    (folder / "ferry.txt").write_text(FERRY)
    return folder


def counts(report: IngestReport) -> tuple[int, int, int, int]:
    return report.added, report.updated, report.unchanged, report.withdrawn


def in_step(index: Any) -> bool:
    """Whether SQLite has told Chroma everything, Chroma holds just that, and the totals are right."""
    stored, known = index.chunk_ids()
    kinds = [article.kind for article in index.store.live_articles()]
    counted = {"articles": kinds.count("article"), "teasers": kinds.count("teaser"), "chunks": len(stored)}
    counted["quotes"] = len(index.store.quotes())
    return bool(stored == known and not index.store.outbox() and index.store.counts() == counted)


def test_pages_become_articles_chunks_stems_quotes_and_vectors(index: Any, pages: Path) -> None:
    stages = []
    report = index.builder.ingest([pages], progress=lambda step: stages.append((step.stage, step.done, step.total)))
    assert counts(report) == (3, 0, 0, 0)
    assert report.teasers == 1
    assert report.chunks == index.store.chunk_count() == len(index.vectors) == 3
    assert index.store.counts() == {"articles": 2, "teasers": 1, "chunks": 3, "quotes": 1}
    assert [quote.text for quote in index.store.quotes(["Elin Strand"])] == ["It keeps every school open"]
    sizes = [len(BUDGET), len(FERRY)]
    assert stages == [
        ("reading", 0, sum(sizes)),
        ("reading", sizes[0], sum(sizes)),
        ("embedding", 3, 3),
        ("writing", 1, 2),
        ("writing", 2, 2),
    ]
    assert in_step(index)


def whole_database(folder: Path) -> list[str]:
    """Every row of every table, as SQL."""
    with closing(sqlite3.connect(folder / "citera.db")) as connection:
        return list(connection.iterdump())


def test_ingesting_twice_changes_nothing(index: Any, pages: Path, fake_embedder: Any, tmp_path: Path) -> None:
    index.builder.ingest([pages])
    before, rows = index.chunk_ids(), whole_database(tmp_path)
    fake_embedder.embedded.clear()
    assert counts(index.builder.ingest([pages, pages / "ferry.txt"])) == (0, 0, 3, 0)
    assert (index.chunk_ids(), whole_database(tmp_path)) == (before, rows)
    assert fake_embedder.embedded == []


def test_a_changed_page_is_a_new_version_and_the_old_one_stays_readable(index: Any, pages: Path) -> None:
    index.builder.ingest([pages])
    old = next(article for article in index.store.live_articles() if "budget" in article.source)
    (pages / "budget.txt").write_text(BUDGET.replace("18 to 17", "19 to 16").replace("every school", "the library"))
    assert counts(index.builder.ingest([pages])) == (0, 1, 2, 0)
    new = index.store.article(old.id)
    assert "19 to 16" in new.text
    assert index.store.current_sha256(old.id) == new.text_sha256 != old.text_sha256
    assert index.store.article(old.id, old.text_sha256) == old
    assert not any("18 to 17" in hit.text for hit in index.retriever.search("the vote was 18 to 17"))
    assert [quote.text for quote in index.store.quotes()] == ["It keeps the library open"]
    assert in_step(index)


def test_a_pruned_file_is_withdrawn_but_readable(index: Any, pages: Path) -> None:
    index.builder.ingest([pages])
    gone = next(article for article in index.store.live_articles() if "budget" in article.source)
    (pages / "budget.txt").unlink()
    assert counts(index.builder.ingest([pages])) == (0, 0, 2, 0)
    assert counts(index.builder.ingest([pages], prune=True)) == (0, 0, 2, 1)
    assert index.store.current_sha256(gone.id) is None
    assert index.store.article(gone.id, gone.text_sha256) == index.store.article(gone.id) == gone
    assert index.store.quotes() == []
    assert in_step(index)


def test_pruning_leaves_other_folders_alone(index: Any, pages: Path, tmp_path: Path) -> None:
    index.builder.ingest([pages])
    other = tmp_path / "pages-of-another"
    other.mkdir()
    (pages / "budget.txt").rename(tmp_path / "budget.txt")
    assert counts(index.builder.ingest([other], prune=True)) == (0, 0, 0, 0)
    with pytest.raises(SourceNotFoundError):
        index.builder.ingest([tmp_path / "no-such"])
    for path in pages.iterdir():
        path.unlink()
    pages.rmdir()
    assert index.builder.ingest([pages], prune=True).withdrawn == 3


def test_a_teaser_that_vanished_from_its_page_is_withdrawn(index: Any, pages: Path) -> None:
    index.builder.ingest([pages])
    (pages / "ferry.txt").write_text(FERRY.split("Related articles")[0])
    assert counts(index.builder.ingest([pages])) == (0, 0, 2, 1)
    assert not any(article.kind == "teaser" for article in index.store.live_articles())
    assert in_step(index)


def test_bad_files_are_reported_and_stop_no_good_one(index: Any, pages: Path) -> None:
    (pages / "a-photo.txt").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(200))
    (pages / "blank.txt").write_text(" \n")
    (pages / "cookies.txt").write_text("We use cookies to improve this site.\n\nAccept all\n")
    (pages / "later.pdf").write_bytes(b"%PDF-1.7")
    told: list[PageReport] = []
    report = index.builder.ingest([pages], pages=told.append)
    assert counts(report) == (3, 0, 0, 0)
    assert report.rejections == len(report.rejected)
    assert [Path(item.source).name for item in report.rejected] == [
        "a-photo.txt",
        "blank.txt",
        "cookies.txt",
        "later.pdf",
    ]
    assert all(item.reason.endswith(".") and item.remedy.endswith(".") for item in report.rejected)
    of = {Path(page.source).name: page for page in told}
    assert sorted(of) == sorted(path.name for path in pages.iterdir())
    assert ("Related articles", "related-heading") in {(item.text, item.rule) for item in of["ferry.txt"].dropped}
    assert [article.kind for article in of["ferry.txt"].articles] == ["article", "teaser"]
    assert (of["cookies.txt"].state, of["ferry.txt"].state) == ("rejected", "added")
    assert {item.rule for item in of["cookies.txt"].dropped} == {"cookie-notice", "consent-button"}


@pytest.mark.parametrize("verb", ["upsert", "remove"])
def test_a_crash_beside_chroma_is_mended_on_opening(
    index: Any,
    pages: Path,
    verb: str,
    open_index: Callable[..., Any],
    fake_embedder: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Before the new chunks are live, and before the dead ones are gone."""
    index.builder.ingest([pages / "ferry.txt"])
    (pages / "ferry.txt").write_text(FERRY.replace("year round", "winter"))
    before = index.live()
    monkeypatch.setattr(index.vectors, verb, crash)
    with pytest.raises(CrashError):
        index.builder.ingest([pages])
    assert index.store.outbox()
    assert (index.live() == before) == (verb == "upsert")
    assert any("winter" in hit.text for hit in index.retriever.search("all winter")) == (verb == "remove")
    reopened = open_index(fake_embedder)
    assert in_step(reopened)
    reopened.builder.ingest([pages])
    assert any("winter" in hit.text for hit in reopened.retriever.search("all winter"))
    assert in_step(reopened)


@pytest.mark.parametrize("place", ["put_embedding", "put_article", "put_source"])
def test_a_crash_inside_the_transaction_leaves_the_old_state(
    index: Any,
    pages: Path,
    place: str,
    open_index: Callable[..., Any],
    fake_embedder: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    index.builder.ingest([pages])
    before = (index.live(), index.store.counts(), index.chunk_ids())
    (pages / "ferry.txt").write_text(FERRY.replace("year round", "winter").replace("lighthouse", "harbour"))
    with monkeypatch.context() as patch:
        patch.setattr(index.store, place, crash)
        with pytest.raises(CrashError):
            index.builder.ingest([pages])
    reopened = open_index(fake_embedder)
    assert (reopened.live(), reopened.store.counts(), reopened.chunk_ids()) == before
    assert counts(reopened.builder.ingest([pages])) == (1, 1, 1, 1)
    assert in_step(reopened)


def test_chroma_is_rebuilt_from_the_database(
    index: Any, pages: Path, open_index: Callable[..., Any], fake_embedder: Any
) -> None:
    index.builder.ingest([pages])
    index.vectors.remove(index.store.chunk_ids_of([article.id for article in index.store.live_articles()]))
    assert len(index.vectors) == 0
    with index.store.transaction():
        for key in index.chunk_ids()[0]:
            index.store._run("INSERT INTO outbox (verb, chunk_id) VALUES ('upsert', ?)", key)
    assert in_step(open_index(fake_embedder))


def test_an_index_of_the_first_version_is_brought_up_to_date(
    index: Any,
    pages: Path,
    open_index: Callable[..., Any],
    fake_embedder: Any,
    tmp_path: Path,
    back_to_version_2: str,
) -> None:
    index.builder.ingest([pages])
    query = "the vote was 18 to 17"
    found = [(hit.chunk.id, hit.score) for hit in index.retriever.search(query)]
    held, strand = index.store.counts(), QuoteIndex(index.store).named("Strand")
    assert held["quotes"]
    assert strand
    index.close()
    with closing(sqlite3.connect(tmp_path / "citera.db")) as old:
        old.executescript(
            f"""
            {back_to_version_2}
            CREATE TEMP TABLE kept AS SELECT rowid AS number, replace(body, char(10), ' ') AS body, header FROM stems;
            DROP TABLE stem_counts; DROP TABLE stems; DROP TABLE article_stems;
            ALTER TABLE sources DROP COLUMN etag; ALTER TABLE sources DROP COLUMN last_modified;
            CREATE VIRTUAL TABLE stems USING fts5 (body, header, tokenize = "unicode61 remove_diacritics 0");
            CREATE VIRTUAL TABLE stem_counts USING fts5vocab (stems, row);
            INSERT INTO stems (rowid, body, header) SELECT * FROM kept;
            PRAGMA user_version = 1;
            """
        )
    reopened = open_index(fake_embedder)
    assert [(hit.chunk.id, hit.score) for hit in reopened.retriever.search(query)] == found
    assert (reopened.store.counts(), QuoteIndex(reopened.store).named("Strand")) == (held, strand)
    assert counts(reopened.builder.ingest([pages])) == (0, 0, 3, 0)


def test_nothing_is_embedded_twice(index: Any, pages: Path, fake_embedder: Any) -> None:
    index.builder.ingest([pages])
    assert len(fake_embedder.embedded) == 3
    budget = next(article for article in index.store.live_articles() if "budget" in article.source)
    index.builder.remove(budget.id)
    assert in_step(index)
    assert budget.id not in {hit.article_id for hit in index.retriever.search("the vote was 18 to 17")}
    fake_embedder.embedded.clear()
    assert counts(index.builder.ingest([pages])) == (1, 0, 2, 0)
    assert fake_embedder.embedded == []
    assert in_step(index)
    with pytest.raises(ArticleNotFoundError):
        index.builder.remove("no such id")


def test_another_model_is_refused_with_the_way_out(index: Any, pages: Path, open_index: Callable[..., Any]) -> None:
    other = type(index.retriever._embedder)("another")
    assert open_index(other).store.counts()["articles"] == 0, "an empty index takes any model"
    open_index(index.retriever._embedder).builder.ingest([pages])
    with pytest.raises(ManifestMismatchError, match=r"built with fake \(model, weights_sha256 differ") as caught:
        open_index(other)
    assert "CITERA_EMBEDDING_MODEL=fake" in caught.value.remedy


@pytest.mark.parametrize("damage", ["not a database", "cut short", "another schema", "a newer schema", "a folder"])
def test_a_database_that_is_none_is_refused_by_name(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "citera.db"
    if damage == "a folder":
        path.mkdir()
    elif damage == "not a database":
        path.write_text("The harbour closes on Monday. " * 200)
    elif damage == "another schema":
        with sqlite3.connect(path) as other:
            other.execute("CREATE TABLE articles (headline)")
        other.close()
    else:
        Store(path).close()
        whole = path.read_bytes()
        newer = whole[:60] + (99).to_bytes(4, "big") + whole[64:]
        path.write_bytes(newer if damage == "a newer schema" else whole[:5000])
    with pytest.raises(CorruptStoreError, match=r"citera\.db"):
        Store(path)


def test_a_database_damaged_inside_is_refused_too(tmp_path: Path) -> None:
    path = tmp_path / "citera.db"
    Store(path).close()
    whole = path.read_bytes()
    path.write_bytes(whole[:4096] + b"\xa5" * (len(whole) - 4096))
    with pytest.raises(CorruptStoreError):
        Store(path).counts()


def test_a_snapshot_does_not_see_a_writer(index: Any, pages: Path) -> None:
    index.builder.ingest([pages / "budget.txt"])

    def write() -> None:
        index.builder.ingest([pages / "ferry.txt"])
        index.builder.remove(article_id(str(pages / "budget.txt")))

    def seen() -> tuple[list[str], int, list[str]]:
        hits = index.retriever.search("ferry and vote on the budget of the island")
        return sorted(index.live()), len(index.store.quotes()), sorted(str(hit.title) for hit in hits)

    budget, ferry = "Almviken passes budget by a single vote", "Skerrin gets its winter ferry back"
    with index.store.snapshot():
        assert seen() == ([budget], 1, [budget])
        writer = threading.Thread(target=write)
        writer.start()
        writer.join()
        assert seen() == ([budget], 1, [budget])
    assert seen()[0] == [ferry, "The keeper's cottage at the lighthouse will be auctioned on 30 April by the county."]


def test_articles_are_taken_as_they_are(index: Any, make_article: Callable[..., Article]) -> None:
    first = make_article(
        "a", "A", "The harbour closes on Monday for repairs.", outlet="Post", published=date(2026, 2, 4)
    )
    second = make_article(
        "b", None, "Hamnen stänger på måndag för reparation.", authors=("Per Ek",), url="https://b.example"
    )
    assert counts(index.builder.ingest_articles([first, second])) == (2, 0, 0, 0)
    assert [index.store.article(one.id) for one in (first, second)] == [first, second]
    renamed = replace(first, title="A, corrected")
    assert counts(index.builder.ingest_articles(iter([renamed, second]))) == (0, 1, 1, 0)
    assert index.store.article(first.id).title == "A, corrected"
    assert index.builder.ingest_articles([]).added == 0
    assert in_step(index)


def test_long_articles_are_embedded_some_at_a_time(
    index: Any, make_article: Callable[..., Article], fake_embedder: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build, "BATCH_CHUNKS", 10)
    embed, batches = fake_embedder.embed_documents, []
    monkeypatch.setattr(
        fake_embedder, "embed_documents", lambda given, *rest: batches.append(len(given)) or embed(given, *rest)
    )
    long = [" ".join(f"Sentence {at} of story {story} is here." for at in range(100)) for story in range(8)]

    report = index.builder.ingest_articles(make_article(str(at), None, text) for at, text in enumerate(long))

    assert (report.added, sum(batches)) == (8, report.chunks)
    assert max(batches) <= 2 * 10
    assert in_step(index)


def test_of_one_article_twice_in_a_batch_the_last_counts(index: Any, make_article: Callable[..., Article]) -> None:
    versions = [make_article("a", "A", f"The harbour closes on {day} for repairs.") for day in ("Monday", "Friday")]
    index.builder.ingest_articles(versions)
    assert index.live() == {"A": versions[1].text}
    assert [hit.text for hit in index.retriever.search("harbour")] == [versions[1].text]
    assert in_step(index)


def test_the_last_version_of_a_withdrawn_article_is_read(index: Any, make_article: Callable[..., Article]) -> None:
    versions = [make_article("a", "A", f"The harbour closes in {number} days.") for number in range(9)]
    last = max(versions, key=lambda version: version.text_sha256)
    index.builder.ingest_articles([version for version in versions if version is not last])
    index.builder.ingest_articles([last])
    index.builder.remove(last.id)
    assert index.store.article(last.id) == last


def test_vectors_survive_storing(index: Any, make_article: Callable[..., Article]) -> None:
    one = make_article("a", "A", "The harbour closes on Monday. Boats must leave before noon.")
    index.builder.ingest_articles([one])
    (chunk,) = index.store.chunks(index.retriever._embedder.digest, index.store.chunk_ids_of([one.id])).values()
    original = index.retriever._embedder.embed_queries([one.text, *(span.of(one.text) for span in chunk.sentences)])
    assert chunk.sentences == (Span(0, 29), Span(30, 59))
    assert np.array_equal(chunk.vector, original[0])
    assert (chunk.sentence_vectors * original[1:]).sum(axis=1).min() > 0.999
