"""Settings -> the parts of a working assistant. What the chat, the APIs and the evaluations run is built here and nowhere else."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from index.build import IndexBuilder
from index.collection import pointed_at
from index.consistency import IndexCheck, check_index
from index.embedding import Embedder, open_embedder
from index.embedding_lane import Lane, QuestionsFirst
from index.errors import VectorsLostError
from index.lock import FolderLock
from index.manifest import Manifest, check_manifest
from index.opening import OpenIndex, database, open_index, vector_folder
from index.rebuild import RebuildProgress, RebuildReport, embed_corpus, rebuild
from index.reranking import CrossEncoderReranker
from index.retrieval import Retriever
from index.store import Store
from index.vector_store import VectorStore
from rag.chat_model import ChatModel, open_chat_model
from rag.errors import SettingsError
from rag.extractive import ExtractiveWriter
from rag.model_writer import ModelWriter
from rag.settings import EXTRACTIVE, Settings
from rag.translation import Translator

if TYPE_CHECKING:
    from corpus.fetching import Fetcher
    from rag.verification import Entailment


Clock = Callable[[], datetime]
"""Says what time it is, with its zone."""


def now() -> datetime:
    return datetime.now(UTC)


@dataclass(slots=True)
class Engine:
    """The open parts. `building` hands out the index's writer, to one thread at a time; a home opened for reading has none.

    `retired` are vectors of an index that was rebuilt meanwhile: questions that began before may still want them."""

    settings: Settings
    embedder: Embedder
    store: Store
    vectors: VectorStore
    retriever: Retriever
    writer: ExtractiveWriter
    model_writer: ModelWriter | None
    translator: Translator | None
    manifest: Manifest
    lock: FolderLock
    exclusive: bool
    lane: Lane | None
    chat_model: ChatModel | None
    clock: Clock
    entailment: Entailment | None = None
    writing: threading.Lock = field(default_factory=threading.Lock)
    retired: tuple[VectorStore, ...] = ()

    @contextmanager
    def building(self) -> Iterator[IndexBuilder]:
        self.require_writing()
        with self.writing:
            yield IndexBuilder(
                self.store, self.vectors, self.embedder, self.settings.chunk_tokens, open_web=self.open_web
            )

    def require_writing(self) -> None:
        if not self.exclusive:
            raise SettingsError(
                "This assistant was opened for reading.", "Open it with exclusive=True to change the corpus."
            )

    def check(self) -> IndexCheck:
        with self.writing:
            return check_index(self.store, self.vectors)

    def rebuilt(
        self, settings: Settings, progress: Callable[[RebuildProgress], None], note: Callable[[str], None]
    ) -> tuple[Engine, RebuildReport]:
        """This engine over an index that was made anew under other settings; the present one serves until it is there."""
        self.require_writing()
        with self.writing:
            embedder = self.embedder
            if settings.embedding_model != self.settings.embedding_model:
                embedder = _embedder(settings, self.lane, note)
            manifest = Manifest.of(embedder, settings.chunk_tokens)
            folder, url = vector_folder(settings.home), settings.chroma_url
            vectors, report = rebuild(self.store, folder, url, embedder, manifest, progress)
        index = OpenIndex(self.lock, self.store, vectors)
        changed = _engine(settings, embedder, index, self.exclusive, self.lane, self.chat_model, self.clock)
        return replace(
            changed, entailment=self.entailment, writing=self.writing, retired=(*self.retired, self.vectors)
        ), report

    def today(self) -> date:
        """The day that it is in the settings' time zone."""
        return self.clock().astimezone(self.settings.zone).date()

    def open_web(self) -> Fetcher:
        from corpus.fetching import Fetcher, FetchRules

        settings = self.settings
        return Fetcher(
            FetchRules(
                private_addresses=settings.fetch_private_addresses,
                seconds=settings.fetch_timeout,
                delay=settings.fetch_delay,
            )
        )

    def close(self) -> None:
        for vectors in (*self.retired, self.vectors):
            vectors.close()
        self.store.close()
        self.lock.release()


def assemble(
    settings: Settings,
    *,
    exclusive: bool,
    address: str | None,
    chat_model: ChatModel | None,
    note: Callable[[str], None],
    clock: Clock = now,
    entailment: Entailment | None = None,
) -> Engine:
    """Opens everything `settings` name. See `Assistant.open` for what may be raised."""
    os.environ.setdefault("LANGSMITH_TRACING", "false")
    if chat_model is None and settings.model != EXTRACTIVE:
        chat_model = open_chat_model(settings)
    _make_home(settings)
    index = open_index(settings.home, exclusive=exclusive, url=settings.chroma_url, address=address, note=note)
    try:
        lane = Lane() if address is not None else None
        embedder = _embedder(settings, lane, note)
        check_manifest(index.store, Manifest.of(embedder, settings.chunk_tokens))
        engine = replace(_engine(settings, embedder, index, exclusive, lane, chat_model, clock), entailment=entailment)
        if exclusive:
            if index.store.read_by_another(1):
                note(
                    "Reading the quotations of the articles anew, as this version does (once; about 2 minutes for 10,000 articles)"
                )
            with engine.building():  # making a builder renews what an older reader of quotations found
                pass
    except BaseException:
        index.close()
        raise
    return engine


def check_home(settings: Settings) -> IndexCheck:
    """Compares the home's database with its vectors, mending nothing."""
    with _locked_store(settings, exclusive=False) as store:
        try:
            vectors = pointed_at(store, vector_folder(settings.home), settings.chroma_url)
        except VectorsLostError as error:
            return check_index(store, error)
        with closing(vectors):
            return check_index(store, vectors)


def rebuild_home(
    settings: Settings,
    progress: Callable[[RebuildProgress], None] = lambda _: None,
    note: Callable[[str], None] = lambda _: None,
) -> RebuildReport:
    """Makes the home's index anew, as `settings` say. What takes long is done while others may read."""
    embedder = _embedder(settings, None, note)
    manifest = Manifest.of(embedder, settings.chunk_tokens)
    with _locked_store(settings, exclusive=False) as store:
        embedded = embed_corpus(store, embedder, settings.chunk_tokens, progress)
    with _locked_store(settings, exclusive=True) as store:
        vectors, report = rebuild(store, vector_folder(settings.home), settings.chroma_url, embedder, manifest)
        with closing(vectors):
            vectors.sweep()
    return replace(report, embedded=report.embedded + embedded)


@contextmanager
def _locked_store(settings: Settings, *, exclusive: bool) -> Iterator[Store]:
    """The home's database without the rest."""
    _make_home(settings)
    lock = FolderLock(settings.home, exclusive=exclusive)
    try:
        with closing(Store(database(settings.home))) as store:
            yield store
    finally:
        lock.release()


def _make_home(settings: Settings) -> None:
    try:
        settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError(
            f"{settings.home} cannot be used ({error.strerror}).", "Name another folder with --home."
        ) from None


def _embedder(settings: Settings, lane: Lane | None, note: Callable[[str], None]) -> Embedder:
    embedder = open_embedder(settings.embedding_model, settings.cache, runtime=settings.embedding_runtime, note=note)
    return embedder if lane is None else QuestionsFirst(embedder, lane)


def _engine(
    settings: Settings,
    embedder: Embedder,
    index: OpenIndex,
    exclusive: bool,
    lane: Lane | None,
    chat_model: ChatModel | None,
    clock: Clock,
) -> Engine:
    store, vectors = index.store, index.vectors
    reranker = CrossEncoderReranker(settings.reranker) if settings.reranker else None
    retriever = Retriever(store, vectors, embedder, settings.lexical_weight, reranker=reranker)
    return Engine(
        settings=settings,
        embedder=embedder,
        store=store,
        vectors=vectors,
        retriever=retriever,
        writer=ExtractiveWriter(store, retriever, embedder, settings),
        model_writer=ModelWriter(chat_model, retriever, store) if chat_model is not None else None,
        translator=Translator(chat_model, retriever) if chat_model is not None else None,
        manifest=Manifest.of(embedder, settings.chunk_tokens),
        lock=index.lock,
        exclusive=exclusive,
        lane=lane,
        chat_model=chat_model,
        clock=clock,
    )
