"""What built the index. A different one is refused with the command that mends it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass

from index.chunking import CHUNK_TOKENS, CHUNKER_VERSION
from index.embedding import Embedder
from index.errors import ManifestMismatchError
from index.store import Store


@dataclass(frozen=True, slots=True)
class Manifest:
    """Everything that vectors and chunk borders depend on."""

    model: str
    weights_sha256: str
    dimension: int
    chunker: str
    chunk_tokens: int

    @classmethod
    def of(cls, embedder: Embedder, chunk_tokens: int = CHUNK_TOKENS) -> Manifest:
        return cls(embedder.name, embedder.digest, embedder.dimension, CHUNKER_VERSION, chunk_tokens)

    @property
    def digest(self) -> str:
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()


def built_by(store: Store) -> Manifest | None:
    """What built the index; None if nothing has yet."""
    stored = store.meta("manifest")
    return None if stored is None else Manifest(**json.loads(stored))


def check_manifest(store: Store, manifest: Manifest) -> None:
    """Raises ManifestMismatchError if the store was built by something else than `manifest`. An empty store passes."""
    builder = built_by(store)
    if builder is None or builder == manifest or not store.chunk_count():
        return
    names = [name for name, value in asdict(builder).items() if value != asdict(manifest)[name]]
    settings = [f"CITERA_EMBEDDING_MODEL={builder.model}"]
    if "chunk_tokens" in names:
        settings.append(f"CITERA_CHUNK_TOKENS={builder.chunk_tokens}")
    raise ManifestMismatchError(
        f"This index was built with {builder.model} ({', '.join(names)} differ from {manifest.model}).",
        f"To take the new settings over, run citera index rebuild; to go on as before, set {' and '.join(settings)}.",
    )


def write_manifest(store: Store, manifest: Manifest) -> None:
    store.set_meta("manifest", json.dumps(asdict(manifest), sort_keys=True))
