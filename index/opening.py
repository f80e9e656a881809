"""A home's index opened: its lock, its database and its vectors, mended where a crash or damage left them apart."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from index.collection import mended, open_collection
from index.errors import IndexBusyError, VectorsLostError
from index.lock import WAIT_SECONDS, FolderLock
from index.store import Store
from index.vector_store import VectorStore


@dataclass(slots=True)
class OpenIndex:
    """What is open of one home."""

    lock: FolderLock
    store: Store
    vectors: VectorStore

    def close(self) -> None:
        self.vectors.close()
        self.store.close()
        self.lock.release()


def database(home: Path) -> Path:
    return home / "citera.db"


def vector_folder(home: Path) -> Path:
    return home / "chroma"


def open_index(
    home: Path,
    *,
    exclusive: bool,
    url: str | None = None,
    address: str | None = None,
    note: Callable[[str], None] = lambda _: None,
) -> OpenIndex:
    """Opens the index of `home`, creating it if there is none. A writer mends what it finds; a reader becomes the writer for a moment
    where there is something to mend, and nobody else is there.

    Raises:
        IndexBusyError: another process holds the home.
        VectorsLostError: the vectors cannot be used, and others who read keep them from being mended.
        CorruptStoreError, DiskFullError, NotWritableError, VectorServerError: each says what to do.
    """
    if exclusive:
        return _open(home, url, note, exclusive=True, address=address)
    try:
        index = _open(home, url, note, exclusive=False)
        if not index.store.outbox(1):
            return index
        index.close()
    except VectorsLostError:
        pass
    with suppress(IndexBusyError):  # whoever is there answers for it; what cannot be used is said below
        _open(home, url, note, exclusive=True, wait=0).close()
    return _open(home, url, note, exclusive=False)


def _open(
    home: Path,
    url: str | None,
    note: Callable[[str], None],
    *,
    exclusive: bool,
    address: str | None = None,
    wait: float = WAIT_SECONDS,
) -> OpenIndex:
    lock = FolderLock(home, exclusive=exclusive, address=address, wait=wait)
    store: Store | None = None
    try:
        store = Store(database(home))
        folder = vector_folder(home)
        vectors = mended(store, folder, url, note) if exclusive else open_collection(store, folder, url)
    except BaseException:
        if store is not None:
            store.close()
        lock.release()
        raise
    return OpenIndex(lock, store, vectors)
