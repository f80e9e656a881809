"""Settings -> the parts of a working assistant. What the chat, the APIs and the evaluations run is built here and nowhere else."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from index.build import IndexBuilder
from index.embedding import Embedder, open_embedder
from index.lock import FolderLock
from index.manifest import Manifest, check_manifest
from index.reranking import CrossEncoderReranker
from index.retrieval import Retriever
from index.store import Store
from index.vector_store import VectorStore
from rag.chat_model import ChatModel, open_chat_model
from rag.errors import SettingsError
from rag.extractive import ExtractiveWriter
from rag.model_writer import ModelWriter
from rag.settings import EXTRACTIVE, Settings

if TYPE_CHECKING:
    from corpus.fetching import Fetcher


Clock = Callable[[], datetime]
"""Says what time it is, with its zone."""


def now() -> datetime:
    return datetime.now(UTC)


@dataclass(slots=True)
class Engine:
    """The open parts. `building` hands out the index's writer, to one thread at a time; a home opened for reading has none."""

    settings: Settings
    embedder: Embedder
    store: Store
    vectors: VectorStore
    retriever: Retriever
    writer: ExtractiveWriter
    model_writer: ModelWriter | None
    manifest: Manifest
    lock: FolderLock
    exclusive: bool
    clock: Clock
    writing: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def building(self) -> Iterator[IndexBuilder]:
        if not self.exclusive:
            raise SettingsError(
                "This assistant was opened for reading.", "Open it with exclusive=True to change the corpus."
            )
        with self.writing:
            yield IndexBuilder(
                self.store, self.vectors, self.embedder, self.settings.chunk_tokens, open_web=self.open_web
            )

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
        self.vectors.close()
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
) -> Engine:
    """Opens everything `settings` name. See `Assistant.open` for what may be raised."""
    os.environ.setdefault("LANGSMITH_TRACING", "false")
    if chat_model is None and settings.model != EXTRACTIVE:
        chat_model = open_chat_model(settings)
    try:
        settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError(
            f"{settings.home} cannot be used ({error.strerror}).", "Name another folder with --home."
        ) from None
    lock = FolderLock(settings.home, exclusive=exclusive, address=address)
    store: Store | None = None
    try:
        store = Store(settings.home / "citera.db")
        embedder = open_embedder(
            settings.embedding_model, settings.cache, runtime=settings.embedding_runtime, note=note
        )
        manifest = Manifest.of(embedder, settings.chunk_tokens)
        check_manifest(store, manifest)
        vectors = VectorStore(settings.home / "chroma", manifest.digest)
    except BaseException:
        if store is not None:
            store.close()
        lock.release()
        raise
    reranker = CrossEncoderReranker(settings.reranker) if settings.reranker else None
    retriever = Retriever(store, vectors, embedder, settings.lexical_weight, reranker=reranker)
    writer = ExtractiveWriter(store, retriever, embedder, settings)
    model_writer = ModelWriter(chat_model, retriever) if chat_model is not None else None
    engine = Engine(
        settings, embedder, store, vectors, retriever, writer, model_writer, manifest, lock, exclusive, clock
    )
    if exclusive:
        with engine.building():  # making a builder replays what a crash left in the outbox
            pass
    return engine
