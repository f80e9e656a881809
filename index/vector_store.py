"""Chroma behind three verbs: upsert, remove, nearest. The only module that imports chromadb.

Everything here can be rebuilt from the store; ids are chunk ids. A collection is either a folder of its own, opened by this process
alone or by readers alone (Chroma's embedded client is not process-safe), or lies on a Chroma server. It has a part for each language of
`PARTS`, a Chroma collection of its own: of a question's nearest neighbours nearly all are in its own language, whatever they are about, so
that those in another are found only where they are looked for apart (among 100,000 chunks, a third of them English, the 4,000 nearest to
some Swedish questions held not one English one).

Distributed Chroma and Chroma Cloud are servers too: the client differs (`chromadb.CloudClient`, with its key), the verbs do not. Their
quotas hold already: no write has more than 300 records, no read asks for more than 300, and a record is an id of 32 characters and a
vector, without metadata (32 keys at most there) or document (16 KB at most). Cloud's own hybrid search would take the place of
`nearest` and `Store.lexical` behind `Retriever`: upsert the stems as a sparse vector under a key of the collection's schema
(`SparseVectorIndexConfig`), and let `nearest` send one `Search` that ranks by `Rrf` over two `Knn`, dense and sparse. The local client
raises NotImplementedError for all of these, which is why fusion is ours.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import numpy as np

from index.embedding import Vector
from index.errors import DiskFullError, NotWritableError, VectorServerError, VectorsLostError
from index.seal import break_seal, broken_seal, seal

if TYPE_CHECKING:
    import httpx
    from chromadb.api import ClientAPI

RECORDS = 300
"""Most records of one write or read: Chroma Cloud's quota. The embedded client takes 5,461."""
SERVER_SECONDS = 30.0
"""How long a Chroma server may be silent. The client itself would wait for ever."""
PREFIX = "citera-"
PARTS = ("en", "sv", "other")
"""The languages whose zero points are known (`index.reference_texts`), and all others together."""
REBUILD = "citera index rebuild makes it anew from the database, without embedding anything again."


class VectorStore:
    """Cosine nearest neighbours over unit vectors: the collection `collection`, in `folder` or on the Chroma server at `url`.

    Raises:
        VectorsLostError: on opening what should exist (`create` False) and does not, or cannot be read.
        VectorServerError: the server does not answer.
        DiskFullError, NotWritableError: from the folder.
    """

    def __init__(self, folder: Path, collection: str, url: str | None = None, *, create: bool = True) -> None:
        self._folder = folder / collection
        self._url = url
        self._wrote = False
        os.environ["ANONYMIZED_TELEMETRY"] = "False"
        if url is None and not create:
            if not self._folder.is_dir():
                raise VectorsLostError(f"There is no vector index in {self._folder}.", REBUILD)
            if (broken := broken_seal(self._folder)) is not None:
                raise VectorsLostError(f"The vector index is damaged: {broken} is not as it was written.", REBUILD)
        with self._errors():
            self._client = _server(url) if url else _embedded(self._folder)
            try:
                names = {part: f"{PREFIX}{collection}.{part}" for part in PARTS}
                self._parts = {part: self._opened(name, create=create) for part, name in names.items()}
                self._empty = {part for part, collection in self._parts.items() if not collection.count()}
            except BaseException:
                self.close()
                raise

    def _opened(self, name: str, *, create: bool) -> Any:
        if not create:
            return self._client.get_collection(name, embedding_function=None)
        return self._client.get_or_create_collection(
            name, configuration={"hnsw": {"space": "cosine"}}, embedding_function=None
        )

    def __len__(self) -> int:
        with self._errors():
            return sum(int(collection.count()) for collection in self._parts.values())

    def upsert(self, ids: Sequence[str], vectors: Vector, languages: Sequence[str | None]) -> None:
        """Puts chunks into the parts of their languages."""
        parts = [part_of(language) for language in languages]
        with self._writing():
            for part in sorted(set(parts)):
                self._empty.discard(part)
                rows = [row for row, its in enumerate(parts) if its == part]
                for at in range(0, len(rows), RECORDS):
                    some = rows[at : at + RECORDS]
                    self._parts[part].upsert([ids[row] for row in some], embeddings=vectors[some])

    def remove(self, ids: Sequence[str]) -> None:
        with self._writing():
            for collection in self._parts.values():
                for at in range(0, len(ids), RECORDS):
                    collection.delete(list(ids[at : at + RECORDS]))

    def nearest(self, vector: Vector, limit: int, part: str) -> list[tuple[str, float]]:
        """Ids and cosines of the nearest chunks of one of `PARTS`, best first. A server gives 300 at most."""
        if part in self._empty:
            return []
        with self._errors():
            found = self._parts[part].query(
                query_embeddings=vector[None, :].astype(np.float32),
                n_results=min(limit, RECORDS) if self._url else limit,
                include=["distances"],
            )
        distances = found["distances"]
        assert distances is not None
        return [(key, 1 - float(distance)) for key, distance in zip(found["ids"][0], distances[0], strict=True)]

    def vectors(self, ids: Sequence[str]) -> dict[str, Vector]:
        """The vectors of those of `ids` that are here."""
        found: dict[str, Vector] = {}
        for collection in self._parts.values():
            for at in range(0, len(ids), RECORDS):
                with self._errors():
                    got = collection.get(list(ids[at : at + RECORDS]), include=["embeddings"])
                found |= {
                    key: np.asarray(one, np.float32) for key, one in zip(got["ids"], got["embeddings"], strict=True)
                }
        return found

    def ids(self) -> Iterator[str]:
        """Every id, in no order that means anything."""
        for collection in self._parts.values():
            at = 0
            while True:
                with self._errors():
                    got = collection.get(limit=RECORDS, offset=at, include=[])["ids"]
                yield from got
                at += len(got)
                if len(got) < RECORDS:
                    break

    def sweep(self) -> None:
        """Deletes the collections that this home no longer points at, such as those that a crash left half built."""
        if self._url is None:
            for other in self._folder.parent.iterdir():
                if other != self._folder:
                    shutil.rmtree(other) if other.is_dir() else other.unlink()
            return
        with self._errors():
            mine = {collection.name for collection in self._parts.values()}
            ours = next(iter(mine)).rpartition("-")[0] + "-"
            for name in [one.name for one in self._client.list_collections()]:
                if name not in mine and name.startswith(ours):
                    self._client.delete_collection(name)

    def close(self) -> None:
        """Lets go of Chroma's files."""
        self._client.close()  # type: ignore[attr-defined]  # the base class of clients leaves it out
        if self._url is not None:
            for session in _sessions(self._client):
                session.close()
        elif self._wrote:
            with self._errors():
                seal(self._folder)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        with self._errors():
            if self._url is None:
                break_seal(self._folder)
            self._wrote = True
            yield

    @contextmanager
    def _errors(self) -> Iterator[None]:
        """What Chroma raises, as what a person can act on."""
        import httpx
        from chromadb.errors import ChromaError, NotFoundError

        try:
            yield
        except (ChromaError, ValueError, httpx.HTTPError, OSError) as error:
            said = " ".join(str(error).split()) or type(error).__name__
            if self._url is not None and not isinstance(error, NotFoundError):
                raise VectorServerError(
                    f"The Chroma server at {self._url} does not do what it was asked ({said}).",
                    "Start it, or unset CITERA_CHROMA_URL to keep the vectors in the home. Nothing is lost: the database has them all.",
                ) from error
            if "disk is full" in said or "No space left" in said:
                raise DiskFullError(
                    f"The disk that holds {self._folder} is full.",
                    "Free some space and run the same command again; what was ingested is kept.",
                ) from error
            if "readonly database" in said or isinstance(error, PermissionError):
                raise NotWritableError(
                    f"{self._folder} cannot be written to ({said}).", "Make it writable, or name another --home."
                ) from error
            where = self._url or self._folder
            raise VectorsLostError(f"The vector index in {where} cannot be used ({said}).", REBUILD) from error


def part_of(language: str | None) -> str:
    """The part that holds a language."""
    return language if language in PARTS else PARTS[-1]


def _embedded(folder: Path) -> ClientAPI:
    import chromadb
    from chromadb.api.shared_system_client import SharedSystemClient
    from chromadb.config import Settings

    try:
        return chromadb.PersistentClient(str(folder), settings=Settings(anonymized_telemetry=False))
    except BaseException:
        if str(folder) not in SharedSystemClient._identifier_to_refcount:  # chromadb keeps what did not start
            SharedSystemClient._identifier_to_system.pop(str(folder), None)
        raise


def _server(url: str) -> ClientAPI:
    import chromadb
    import httpx
    from chromadb.config import Settings

    parts = urlsplit(url)
    secure = parts.scheme == "https"
    httpx.get(f"{url.rstrip('/')}/api/v2/heartbeat", timeout=SERVER_SECONDS).raise_for_status()
    client = chromadb.HttpClient(
        parts.hostname or "",
        parts.port or (443 if secure else 80),
        ssl=secure,
        settings=Settings(anonymized_telemetry=False),
    )
    for session in _sessions(client):
        session.timeout = SERVER_SECONDS
    return client


def _sessions(client: Any) -> tuple[httpx.Client, httpx.Client]:
    """What speaks to the server. There is no public way to give them a timeout, and `close` leaves their connections open."""
    return client._server._session, client._admin_client._server._session
