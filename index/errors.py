"""Errors of the index. (`IndexError` is Python's own, hence the name.)

StoreError
├── IndexBusyError          another process holds the folder
├── ManifestMismatchError   the index was built by something else
├── WeightsError            model weights are missing or not the pinned ones
├── ModelNotFoundError      no embedding model of that name can be loaded
├── RerankerNotFoundError   no cross-encoder of that name can be loaded
├── ArticleNotFoundError    no such article, or no such version of it
├── CorruptStoreError       the database cannot be read
├── DiskFullError           no space is left where the index lies
├── NotWritableError        the index folder cannot be written to, or not be opened
├── VectorsLostError        Chroma's copy of the vectors is missing, damaged or out of step
└── VectorServerError       the Chroma server does not answer
"""

from __future__ import annotations

from corpus.errors import CiteraError


class StoreError(CiteraError):
    """Base of this folder's errors."""


class IndexBusyError(StoreError):
    """The index folder is in use by another process."""

    retry = True


class ManifestMismatchError(StoreError):
    """The index on disk was built by another embedding model, chunking or version."""

    wrong_usage = True


class WeightsError(StoreError):
    """The packaged weights are missing, altered or damaged."""

    wrong_usage = True


class ModelNotFoundError(StoreError):
    """The named embedding model is neither packaged nor reachable."""

    wrong_usage = True


class RerankerNotFoundError(StoreError):
    """The named cross-encoder cannot be loaded, or is none that ranks."""

    wrong_usage = True


class ArticleNotFoundError(StoreError):
    """No article, or no version of it, has that id."""


class CorruptStoreError(StoreError):
    """The database file is damaged or is no Citera database."""


class DiskFullError(StoreError):
    """No space is left on the disk that holds the index."""

    retry = True


class NotWritableError(StoreError):
    """The index folder or a file in it cannot be opened for writing."""


class VectorsLostError(StoreError):
    """Chroma's copy of the vectors is missing, damaged or out of step with the database, which can make it anew."""


class VectorServerError(StoreError):
    """The Chroma server cannot be reached, or broke off."""

    retry = True
