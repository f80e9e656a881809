"""Whether the database is sound, and whether Chroma holds just what it says."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from index.errors import VectorsLostError
from index.manifest import built_by
from index.store import Store
from index.vector_store import VectorStore

TOLERANCE = 1e-5
"""Of a vector's components: Chroma keeps them as float32, and normalises."""


@dataclass(frozen=True, slots=True)
class IndexCheck:
    """Passages in the database against vectors in Chroma. `pending` are those that Chroma is yet to be told of; `problems` are sentences,
    none if all is well."""

    passages: int
    vectors: int
    missing: int
    superfluous: int
    differing: int
    pending: int
    problems: tuple[str, ...]

    @property
    def sound(self) -> bool:
        return not self.problems


def check_index(store: Store, vectors: VectorStore | VectorsLostError) -> IndexCheck:
    """Compares everything; the vectors may be the reason why there are none. Nobody may write meanwhile."""
    with store.snapshot():
        passages, pending = store.chunk_count(), len(store.outbox())
        problems: list[str] = []
        held = missing = superfluous = differing = 0
        if isinstance(vectors, VectorsLostError):
            problems += [vectors.what] if passages else []
            missing = passages
        else:
            try:
                held, missing, superfluous, differing = _compared(store, vectors)
            except VectorsLostError as error:
                problems.append(error.what)
                missing = passages
    for number, what in (
        (missing, "passages have no vector in Chroma"),
        (superfluous, "vectors in Chroma belong to no passage"),
        (differing, "vectors in Chroma differ from the database"),
        (pending, "passages wait to be settled; the next ingest does that"),
    ):
        if number:
            problems.append(f"{number:,} {what}.")
    problems += store.problems()
    return IndexCheck(passages, held, missing, superfluous, differing, pending, tuple(problems))


def _compared(store: Store, vectors: VectorStore) -> tuple[int, int, int, int]:
    """Vectors held, missing, superfluous and differing."""
    manifest = built_by(store)
    wanted: set[str] = set()
    missing = differing = 0
    for part in store.vectors(manifest.weights_sha256 if manifest else ""):
        held = vectors.vectors(list(part))
        missing += len(part) - len(held)
        differing += sum(not np.allclose(part[key][1], vector, atol=TOLERANCE) for key, vector in held.items())
        wanted |= part.keys()
    number = len(vectors)
    superfluous = sum(key not in wanted for key in vectors.ids())
    return number, missing, superfluous, differing
