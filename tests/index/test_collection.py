"""Chroma's copy of the vectors: compared, mended, made anew, and changed over to other settings."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from corpus.article import Article
from index.collection import Pointer
from index.consistency import IndexCheck
from index.errors import ManifestMismatchError, VectorsLostError
from rag import Assistant, Settings
from rag.assembly import check_home, rebuild_home
from rag.errors import SettingsError

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
QUERY = "which harbour closes on Friday"


class StoppedError(Exception):
    """Stands for a kill."""


@pytest.fixture
def embedders(monkeypatch: pytest.MonkeyPatch, fake_embedder: Any) -> dict[str, Any]:
    """Embedders by the name that settings call them by; any name makes one."""
    made: dict[str, Any] = {}

    def open_(name: str, *_: object, **__: object) -> Any:
        return made.setdefault(name, type(fake_embedder)(name))

    monkeypatch.setattr("rag.assembly.open_embedder", open_)
    return made


@pytest.fixture
def home(tmp_path: Path, embedders: dict[str, Any], make_article: Callable[..., Article]) -> Path:
    """A home of 14 articles, two sentences each, embedded by the model "one"."""
    articles = [
        make_article(
            str(number), f"Harbour {number}", f"The harbour closes on {DAYS[number % 7]}. Repair {number} begins."
        )
        for number in range(14)
    ]
    with Assistant.open(Settings(home=tmp_path / "home", embedding_model="one")) as assistant:
        assistant.ingest_articles(articles)
    return tmp_path / "home"


def graph_of(home: Path) -> Path:
    """The folder of the one part that is large enough to have a graph on disk."""
    (written,) = collection(home).glob("*/index_metadata.pickle")
    return written.parent


def settings(home: Path, **changed: Any) -> Settings:
    return Settings(**{"home": home, "embedding_model": "one", **changed})


def found(home: Path, **changed: Any) -> list[tuple[str, float]]:
    with Assistant.open(settings(home, **changed), exclusive=False) as assistant:
        return [(hit.chunk.id, hit.score) for hit in assistant.retriever.search(QUERY)]


def collection(home: Path) -> Path:
    (folder,) = (home / "chroma").iterdir()
    return folder


def counted(check: IndexCheck) -> tuple[int, int, int]:
    return check.missing, check.superfluous, check.differing


def test_a_sound_index_is_said_to_be_sound(home: Path, tmp_path: Path) -> None:
    check = check_home(settings(home))
    assert (check.sound, check.passages, check.vectors, counted(check)) == (True, 14, 14, (0, 0, 0))
    assert check_home(settings(tmp_path / "empty")).sound


def test_what_differs_is_counted_and_rebuilt_without_embedding(home: Path, embedders: dict[str, Any]) -> None:
    before = found(home)
    with Assistant.open(settings(home)) as assistant:
        vectors = assistant._engine.vectors
        first, second, third, *_ = sorted(vectors.ids())
        other = np.zeros((2, 64), np.float32)
        other[:, 0] = 1
        vectors.remove([first, second])
        language = next(
            chunk.language for chunk in assistant._engine.store.chunks(embedders["one"].digest, [third]).values()
        )
        vectors.upsert([third, "stranger"], other, [language, language])
        assert counted(assistant.verify_index()) == (2, 1, 1)
    check = check_home(settings(home))
    assert counted(check) == (2, 1, 1)
    assert len(check.problems) == 3
    assert not check.sound
    embedders["one"].embedded.clear()
    report = rebuild_home(settings(home))
    assert (report.passages, report.embedded, embedders["one"].embedded) == (14, 0, [])
    assert check_home(settings(home)).problems == ()
    assert found(home) == before


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        ("UPDATE versions SET text = replace(text, 'closes', 'opens!')", "texts are not what"),
        ("DELETE FROM stems WHERE rowid = 3", "not in the word index"),
        ("DELETE FROM article_stems WHERE rowid = 3", "articles are not in the word index"),
        ("INSERT INTO stems (rowid, body, header) VALUES (99, 'a', 'b')", "belong to no passage"),
        ("DELETE FROM embeddings WHERE document IN (SELECT document FROM chunks LIMIT 1)", "have no embedding"),
        ("UPDATE articles SET current_sha256 = NULL WHERE id IN (SELECT id FROM articles LIMIT 1)", "current text"),
        ("INSERT INTO outbox (verb, chunk_id) VALUES ('remove', 'x')", "wait to be settled"),
        ("DELETE FROM stems_data WHERE id > 10", "word index stems is damaged"),
    ],
)
def test_damage_inside_the_database_is_said(home: Path, damage: str, said: str) -> None:
    with closing(sqlite3.connect(home / "citera.db", isolation_level=None)) as db:
        db.execute(damage)
    check = check_home(settings(home))
    assert not check.sound
    assert any(said in problem for problem in check.problems), check.problems


def test_a_rebuild_mends_the_word_index_and_lost_embeddings(home: Path, embedders: dict[str, Any]) -> None:
    before = found(home)
    with closing(sqlite3.connect(home / "citera.db", isolation_level=None)) as db:
        db.execute("DELETE FROM stems WHERE rowid IN (3, 4)")
        db.execute("DELETE FROM embeddings WHERE document IN (SELECT document FROM chunks WHERE number = 5)")
    assert rebuild_home(settings(home)).embedded == 1
    assert check_home(settings(home)).problems == ()
    assert found(home) == before


@pytest.mark.parametrize("damage", ["missing", "a file in its place", "garbled", "cut short", "empty", "another count"])
@pytest.mark.parametrize("exclusive", [True, False], ids=["writer", "reader"])
def test_damaged_vectors_are_found_and_mended_on_opening(
    home: Path, embedders: dict[str, Any], damage: str, exclusive: bool
) -> None:
    before = found(home)
    folder = collection(home)
    database = folder / "chroma.sqlite3"
    whole = database.read_bytes()
    if damage == "missing":
        shutil.rmtree(home / "chroma")
    elif damage == "a file in its place":
        shutil.rmtree(folder)
        folder.write_text("no folder")
    elif damage == "another count":
        with Assistant.open(settings(home)) as assistant:
            vectors = assistant._engine.vectors
            vectors.remove([next(iter(vectors.ids()))])
    else:
        database.write_bytes({"garbled": b"\xa5" * len(whole), "cut short": whole[:5000], "empty": b""}[damage])
    assert not check_home(settings(home)).sound
    embedders["one"].embedded.clear()
    told: list[str] = []
    with Assistant.open(settings(home), exclusive=exclusive, note=told.append) as assistant:
        assert [(hit.chunk.id, hit.score) for hit in assistant.retriever.search(QUERY)] == before
    assert "made anew from the database" in told[0]
    assert check_home(settings(home)).problems == ()
    assert not any("harbour" in text for text in embedders["one"].embedded)
    assert collection(home) != folder


def test_reading_quotations_anew_is_said_once(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.store.QUOTE_READER_VERSION", 99)
    told: list[str] = []
    for _ in range(2):
        with Assistant.open(settings(home), note=told.append):
            pass
    assert len(told) == 1
    assert "quotations" in told[0]


def test_damage_while_others_read_is_said_with_the_way_out(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Assistant.open(settings(home), exclusive=False):
        shutil.rmtree(home / "chroma")
        with pytest.raises(VectorsLostError, match="citera index rebuild"):
            Assistant.open(settings(home), exclusive=False)


def test_a_damaged_graph_is_found_before_chroma_loads_it(home: Path, make_article: Callable[..., Article]) -> None:
    """Chroma writes its graph from 1,000 vectors on, and crashes on a damaged one."""
    with Assistant.open(settings(home)) as assistant:
        assistant.ingest_articles(make_article(f"x{n}", None, f"Boat {n} leaves pier {n * 7}.") for n in range(1100))
    before = found(home)
    graph = sorted(file.name for file in graph_of(home).iterdir() if file.stat().st_size)
    assert "data_level0.bin" in graph
    for name in graph:
        file = graph_of(home) / name
        whole = file.read_bytes()
        file.write_bytes(whole[: len(whole) // 2] + bytes(byte ^ 0x5A for byte in whole[len(whole) // 2 :]))
        assert any(name in problem for problem in check_home(settings(home)).problems)
        assert found(home) == before


# Other settings


def test_other_settings_are_refused_with_the_command_that_takes_them_over(
    home: Path, embedders: dict[str, Any]
) -> None:
    before = found(home)
    for changed, names in (({"embedding_model": "two"}, "model, weights"), ({"chunk_tokens": 20}, "chunk_tokens")):
        with pytest.raises(ManifestMismatchError, match=names) as caught:
            Assistant.open(settings(home, **changed))
        assert "run citera index rebuild" in caught.value.remedy
        assert "CITERA_EMBEDDING_MODEL=one" in caught.value.remedy
    assert found(home) == before

    report = rebuild_home(settings(home, embedding_model="two"))
    assert (report.passages, report.embedded) == (14, len(embedders["two"].embedded)) == (14, 14)
    assert check_home(settings(home)).problems == ()
    assert len(found(home, embedding_model="two")) == len(before)
    with pytest.raises(ManifestMismatchError, match="CITERA_EMBEDDING_MODEL=two"):
        Assistant.open(settings(home))
    embedders["one"].embedded.clear()
    assert rebuild_home(settings(home)).embedded == 0, "switching back costs nothing"
    assert embedders["one"].embedded == []
    assert found(home) == before


def test_other_chunks_are_those_of_a_fresh_ingest(
    home: Path, tmp_path: Path, embedders: dict[str, Any], make_article: Callable[..., Article]
) -> None:
    long = make_article(
        "long", "Long", *(f"Sentence {n} says that the pier is closed for repairs on day {n}." for n in range(9))
    )
    chunks = {}
    for folder, tokens in ((home, 200), (tmp_path / "fresh", 20)):
        with Assistant.open(settings(folder, chunk_tokens=tokens)) as assistant:
            assistant.ingest_articles([long])
    rebuild_home(settings(home, chunk_tokens=20))
    for folder in (home, tmp_path / "fresh"):
        with Assistant.open(settings(folder, chunk_tokens=20)) as assistant:
            chunks[folder] = assistant._engine.store.chunk_ids_of([long.id])
            hits = assistant.retriever.search("the pier is closed on day 7", limit=1)
            assert "day 7" in hits[0].text
    assert chunks[home] == chunks[tmp_path / "fresh"]
    assert len(chunks[home]) > 1
    assert check_home(settings(home)).problems == ()


@pytest.mark.parametrize("place", ["embedding", "vectors", "change-over"])
def test_a_rebuild_that_is_stopped_leaves_the_old_index_and_goes_on(
    home: Path, embedders: dict[str, Any], place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = found(home)
    name = {"embedding": "put_embedding", "vectors": "vectors_of", "change-over": "put_chunks"}[place]
    monkeypatch.setattr("index.rebuild.ARTICLES_TOGETHER", 4)
    with monkeypatch.context() as patch:
        from index.store import Store

        real, calls = getattr(Store, name), []

        def stop_at_the_third(*given: Any) -> Any:
            calls.append(name)
            if len(calls) == (9 if place == "embedding" else 3):
                raise StoppedError
            return real(*given)

        patch.setattr(Store, name, stop_at_the_third)
        with pytest.raises(StoppedError):
            rebuild_home(settings(home, embedding_model="two", chunk_tokens=20))
    assert found(home) == before
    assert check_home(settings(home)).problems == ()
    done = len(embedders["two"].embedded)
    report = rebuild_home(settings(home, embedding_model="two", chunk_tokens=20))
    assert report.embedded == (14 - 8 if place == "embedding" else 0)
    assert done >= 8
    assert check_home(settings(home)).problems == ()
    assert len(list((home / "chroma").iterdir())) == 1
    assert len(found(home, embedding_model="two", chunk_tokens=20)) == len(before)


def test_readers_go_on_while_another_model_embeds(home: Path, embedders: dict[str, Any]) -> None:
    before, seen = found(home), []
    rebuild_home(settings(home, embedding_model="two"), lambda _: seen.append(found(home)))
    assert seen == [before]


def test_an_open_assistant_changes_over_while_it_answers(home: Path, embedders: dict[str, Any]) -> None:
    with Assistant.open(settings(home), address="http://127.0.0.1:1") as assistant:
        before = [hit.chunk.id for hit in assistant.retriever.search(QUERY)]
        asked = assistant.stream("What closes on Friday?")
        next(asked)
        seen: list[list[str]] = []
        report = assistant.rebuild_index(
            embedding_model="two",
            progress=lambda _: seen.append([hit.chunk.id for hit in assistant.retriever.search(QUERY)]),
        )
        assert (report.passages, report.embedded, seen) == (14, 14, [before])
        assert assistant.status().embedder == "two"
        assert [hit.chunk.id for hit in assistant.retriever.search(QUERY)] == before
        *_, answer = asked
        assert answer.passages, "a question that was asked before is answered from the old index"
        assistant.ingest_articles([])
        assert assistant.verify_index().problems == ()
    with Assistant.open(settings(home, embedding_model="two"), exclusive=False) as reader:
        with pytest.raises(SettingsError):
            reader.rebuild_index()
        pointer = Pointer.of(reader._engine.store)
    assert pointer is not None
    assert collection_names(home) >= {pointer.name}


def collection_names(home: Path) -> set[str]:
    return {path.name for path in (home / "chroma").iterdir()}
