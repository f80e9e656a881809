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


def check_manifest(store: Store, manifest: Manifest) -> None:
    """Raises ManifestMismatchError if the store was built by something else than `manifest`. An empty store passes."""
    stored = store.meta("manifest")
    if stored is None:
        return
    built_by = Manifest(**json.loads(stored))
    if built_by == manifest:
        return
    names = [name for name, value in asdict(built_by).items() if value != asdict(manifest)[name]]
    settings = [f"CITERA_EMBEDDING_MODEL={built_by.model}"]
    if "chunk_tokens" in names:
        settings.append(f"CITERA_CHUNK_TOKENS={built_by.chunk_tokens}")
    raise ManifestMismatchError(
        f"This index was built with {built_by.model} ({', '.join(names)} differ from {manifest.model}).",
        f"Set {' and '.join(settings)}, or use another --home and ingest there.",
    )


def write_manifest(store: Store, manifest: Manifest) -> None:
    store.set_meta("manifest", json.dumps(asdict(manifest), sort_keys=True))
