"""Chroma behind three verbs: upsert, remove, nearest. The only module that imports chromadb.

Everything here can be rebuilt from the store; ids are chunk ids. A Chroma server or Chroma Cloud would fill the same three.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from index.embedding import Vector
from index.errors import CorruptStoreError


class VectorStore:
    """Cosine nearest neighbours over unit vectors, one collection a manifest digest.

    Raises:
        CorruptStoreError: on opening, if Chroma cannot read its files.
    """

    def __init__(self, folder: Path, collection: str) -> None:
        os.environ["ANONYMIZED_TELEMETRY"] = "False"
        import chromadb
        from chromadb.api.client import Client
        from chromadb.config import Settings
        from chromadb.errors import ChromaError

        try:
            self._client = chromadb.PersistentClient(str(folder), settings=Settings(anonymized_telemetry=False))
            self._collection = self._client.get_or_create_collection(
                f"chunks-{collection[:16]}", configuration={"hnsw": {"space": "cosine"}}, embedding_function=None
            )
        except (ChromaError, ValueError) as error:
            raise CorruptStoreError(
                f"The vectors in {folder} cannot be opened ({error}).",
                "Delete that folder; they are rebuilt from the database.",
            ) from error
        assert isinstance(self._client, Client)
        self._close = self._client.close
        self._batch = self._client.get_max_batch_size()

    def __len__(self) -> int:
        return self._collection.count()

    def upsert(self, ids: Sequence[str], vectors: Vector) -> None:
        for at in range(0, len(ids), self._batch):
            self._collection.upsert(list(ids[at : at + self._batch]), embeddings=vectors[at : at + self._batch])

    def remove(self, ids: Sequence[str]) -> None:
        for at in range(0, len(ids), self._batch):
            self._collection.delete(list(ids[at : at + self._batch]))

    def nearest(self, vector: Vector, limit: int) -> list[tuple[str, float]]:
        """Ids and cosines of the nearest chunks, best first."""
        found = self._collection.query(
            query_embeddings=vector[None, :].astype(np.float32), n_results=limit, include=["distances"]
        )
        distances = found["distances"]
        assert distances is not None
        return [(key, 1 - float(distance)) for key, distance in zip(found["ids"][0], distances[0], strict=True)]

    def close(self) -> None:
        """Lets go of Chroma's files."""
        self._close()
