"""Which Chroma collection holds a store's vectors, and how the two are kept in step.

The store points at a collection, and where it lies. One that is built anew gets a name of its own and is pointed at once it is complete,
so that the old one serves until then and a crash on the way costs nothing but what `VectorStore.sweep` deletes. The first half of a
name is the home's own: two homes may share a Chroma server.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from index.errors import VectorsLostError
from index.manifest import built_by
from index.store import Store
from index.vector_store import REBUILD, VectorStore

SETTLED_TOGETHER = 2000


@dataclass(frozen=True, slots=True)
class Pointer:
    """A collection's name, and the Chroma server that it is on (None: a folder of the home)."""

    name: str
    url: str | None

    @classmethod
    def of(cls, store: Store) -> Pointer | None:
        stored = store.meta("collection")
        return None if stored is None else cls(**json.loads(stored))

    @classmethod
    def fresh(cls, store: Store, url: str | None) -> Pointer:
        """A name that no collection has yet."""
        before = cls.of(store)
        home = before.name.split("-")[0] if before else secrets.token_hex(8)
        return cls(f"{home}-{secrets.token_hex(4)}", url)

    def point(self, store: Store) -> None:
        """Makes the store point here, at a collection that is complete; in the caller's transaction."""
        store.set_meta("collection", json.dumps(asdict(self)))
        store.forget_outbox()

    def open(self, folder: Path, *, create: bool = False) -> VectorStore:
        return VectorStore(folder, self.name, self.url, create=create)


def pointed_at(store: Store, folder: Path, url: str | None) -> VectorStore:
    """The collection that the store points at, whatever it holds.

    Raises:
        VectorsLostError: there is none, it lies elsewhere than the settings say, or it cannot be read.
        VectorServerError: the Chroma server does not answer.
    """
    pointer = Pointer.of(store)
    if pointer is None or pointer.url != url:
        raise VectorsLostError(f"There is no vector index in {url or folder}.", REBUILD)
    return pointer.open(folder)


def open_collection(store: Store, folder: Path, url: str | None) -> VectorStore:
    """`pointed_at`, unless it holds another number of passages than the store though nothing waits to be settled."""
    vectors = pointed_at(store, folder, url)
    try:
        held, wanted = len(vectors), store.chunk_count()
        if held != wanted and not store.outbox(1):
            what = f"The vector index in {url or folder} holds {held:,} passages, and the database {wanted:,}."
            raise VectorsLostError(what, REBUILD)
    except BaseException:
        vectors.close()
        raise
    return vectors


def settle(store: Store, vectors: VectorStore, model: str) -> None:
    """Makes Chroma agree with the store on every chunk of the outbox: the live ones are put in, the others taken out."""
    while pending := store.outbox(SETTLED_TOGETHER):
        ids = list(dict.fromkeys(chunk_id for _, _, chunk_id in pending))
        live = store.chunks(model, ids)
        if live:
            stacked = np.stack([chunk.vector for chunk in live.values()])
            vectors.upsert(list(live), stacked, [chunk.language for chunk in live.values()])
        if dead := [chunk_id for chunk_id in ids if chunk_id not in live]:
            vectors.remove(dead)
        with store.transaction():
            store.acknowledge(pending[-1][0])


def mended(store: Store, folder: Path, url: str | None, note: Callable[[str], None] = lambda _: None) -> VectorStore:
    """`open_collection` for a writer: settles what a crash left open, and fills a new collection where the old one is lost."""
    manifest = built_by(store)
    model = manifest.weights_sha256 if manifest else ""
    try:
        vectors = _settled(store, folder, url, model)
    except VectorsLostError as error:
        if store.chunk_count():
            note(f"{error.what} It is made anew from the database")
        vectors = refilled(store, folder, url, model)
    vectors.sweep()
    return vectors


def _settled(store: Store, folder: Path, url: str | None, model: str) -> VectorStore:
    vectors = open_collection(store, folder, url)
    if not store.outbox(1):
        return vectors
    try:
        settle(store, vectors, model)
    finally:
        vectors.close()
    return open_collection(store, folder, url)


def refilled(store: Store, folder: Path, url: str | None, model: str) -> VectorStore:
    """A new collection with the stored vectors of all live chunks, which the store points at from then on."""
    pointer = Pointer.fresh(store, url)
    vectors = pointer.open(folder, create=True)
    try:
        for part in store.vectors(model):
            if part:
                languages, rows = zip(*part.values(), strict=True)
                vectors.upsert(list(part), np.stack(rows), languages)
        with store.transaction():
            pointer.point(store)
    except BaseException:
        vectors.close()
        raise
    return vectors
