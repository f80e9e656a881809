"""Text to vectors: the `Embedder` protocol and its two runtimes, OpenVINO and sentence-transformers on torch.

One pass over a chunk gives the chunk's vector and one vector a sentence: the mean of the sentence's token vectors, taken
after the whole chunk has been read (late chunking, Günther et al. 2024, arXiv:2409.04701).
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from corpus.article import Span
from index.errors import ModelNotFoundError
from index.packaged_weights import MODEL_NAME, WEIGHTS_SHA256, sentence_transformer_folder

Vector = NDArray[np.float32]
BATCH = 16


@dataclass(frozen=True, slots=True)
class Document:
    """What is embedded of a chunk: a header (title, date) that is never quoted, the text, and its sentences' spans."""

    header: str
    text: str
    sentences: tuple[Span, ...]

    @property
    def digest(self) -> str:
        """sha256 over everything that the vectors depend on, the model aside."""
        borders = ",".join(f"{span.start}-{span.end}" for span in self.sentences)
        return hashlib.sha256("\x00".join((self.header, self.text, borders)).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Embedded:
    """A document's vector, shape (dimension,), and its sentences', shape (sentences, dimension); all of unit length."""

    vector: Vector
    sentences: Vector


class Embedder(Protocol):
    """Embeds documents and queries. `digest` names the weights; vectors of two digests are never compared."""

    name: str
    digest: str
    runtime: str
    dimension: int
    max_tokens: int

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text in the model's own vocabulary, special tokens left out."""
        ...

    def embed_documents(
        self, documents: Sequence[Document], progress: Callable[[int], None] | None = None
    ) -> list[Embedded]:
        """One `Embedded` a document, in order. `progress` is called with the number done so far."""
        ...

    def embed_queries(self, queries: Sequence[str]) -> Vector:
        """Unit vectors, shape (queries, dimension)."""
        ...


class _Runtime(Protocol):
    """Runs a batch: token ids and mask, shape (batch, tokens), to token vectors and pooled unit vectors."""

    name: str

    def run(self, ids: NDArray[np.int64], mask: NDArray[np.int64]) -> tuple[Vector, Vector]: ...


def open_embedder(
    name: str, cache: Path, *, runtime: str = "auto", note: Callable[[str], None] = lambda _: None
) -> Embedder:
    """The embedder called `name`: the packaged default, or any sentence-transformers model by hub name or path.

    `runtime` is `"openvino"`, `"torch"` or `"auto"` (OpenVINO for the packaged model where it is installed).

    Raises:
        WeightsError: the packaged weights are missing or altered.
        ModelNotFoundError: a named model cannot be loaded, or not in that runtime.
    """
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    if not name.strip():
        raise ModelNotFoundError(
            "The embedding model has no name.", f"Use {MODEL_NAME}, or unset CITERA_EMBEDDING_MODEL."
        )
    if runtime == "openvino" and (name != MODEL_NAME or not _openvino_installed()):
        why = "is not installed" if name == MODEL_NAME else f"runs {MODEL_NAME} only"
        raise ModelNotFoundError(f"OpenVINO is asked for and {why}.", "Unset CITERA_EMBEDDING_RUNTIME.")
    if name != MODEL_NAME:
        return _named_model(name)
    folder = _prepared(cache, note)
    if runtime == "torch" or (runtime == "auto" and not _openvino_installed()):
        return _packaged(folder, _TorchRuntime(_load_sentence_transformer(str(folder))))
    return _packaged(folder, _OpenVinoRuntime(folder, note))


def _prepared(cache: Path, note: Callable[[str], None]) -> Path:
    return sentence_transformer_folder(cache, note=note)


def _packaged(folder: Path, runtime: _Runtime) -> Embedder:
    from tokenizers import Tokenizer

    return _TransformerEmbedder(
        name=MODEL_NAME,
        digest=WEIGHTS_SHA256,
        tokenizer=Tokenizer.from_file(str(folder / "tokenizer.json")),
        runtime=runtime,
        dimension=384,
        max_tokens=512,
        query_prompt="query: ",
        document_prompt="passage: ",
    )


def _named_model(name: str) -> Embedder:
    model = _load_sentence_transformer(name)
    digest = hashlib.sha256()
    for key, tensor in sorted(model.state_dict().items()):
        digest.update(key.encode())
        digest.update(tensor.cpu().numpy().tobytes())
    prompts = model.prompts
    return _TransformerEmbedder(
        name=name,
        digest=digest.hexdigest(),
        tokenizer=model.tokenizer.backend_tokenizer,
        runtime=_TorchRuntime(model),
        dimension=int(model.get_embedding_dimension()),
        max_tokens=int(model.max_seq_length),
        query_prompt=prompts.get("query") or "",
        document_prompt=prompts.get("document") or prompts.get("passage") or "",
    )


def _load_sentence_transformer(name: str) -> Any:
    import transformers
    from sentence_transformers import SentenceTransformer

    transformers.utils.logging.disable_progress_bar()
    transformers.utils.logging.set_verbosity_error()
    try:
        return SentenceTransformer(name, device="cpu")
    except (OSError, ValueError) as error:
        raise ModelNotFoundError(
            f"The embedding model {name!r} cannot be loaded ({str(error).splitlines()[0]}).",
            f"Use {MODEL_NAME}, a folder, or a name that the Hugging Face hub or its cache holds.",
        ) from error


def _openvino_installed() -> bool:
    from importlib.util import find_spec

    return find_spec("openvino") is not None


class _TransformerEmbedder:
    """Tokenises, batches by length, runs and pools; the runtime alone differs."""

    def __init__(
        self,
        *,
        name: str,
        digest: str,
        tokenizer: Any,
        runtime: _Runtime,
        dimension: int,
        max_tokens: int,
        query_prompt: str,
        document_prompt: str,
    ) -> None:
        self.name = name
        self.digest = digest
        self.runtime = runtime.name
        self.dimension = dimension
        self.max_tokens = max_tokens
        self._runtime = runtime
        self._tokenizer = tokenizer
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self._query_prompt = query_prompt
        self._document_prompt = document_prompt

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(encoding.ids) for encoding in self._tokenizer.encode_batch(list(texts), add_special_tokens=False)]

    def embed_queries(self, queries: Sequence[str]) -> Vector:
        encodings = self._tokenizer.encode_batch([self._query_prompt + query for query in queries])
        pooled = [self._run([encoding])[1][0] for encoding in encodings]
        return np.stack(pooled) if pooled else np.zeros((0, self.dimension), np.float32)

    def embed_documents(
        self, documents: Sequence[Document], progress: Callable[[int], None] | None = None
    ) -> list[Embedded]:
        prefixes = [
            self._document_prompt + (document.header + "\n" if document.header else "") for document in documents
        ]
        texts = [prefix + document.text for prefix, document in zip(prefixes, documents, strict=True)]
        encodings = self._tokenizer.encode_batch(texts)
        by_length = sorted(range(len(documents)), key=lambda position: len(encodings[position].ids))
        results: dict[int, Embedded] = {}
        for start in range(0, len(by_length), BATCH):
            batch = by_length[start : start + BATCH]
            tokens, pooled = self._run([encodings[position] for position in batch])
            for row, position in enumerate(batch):
                sentences = _pool_sentences(
                    tokens[row],
                    encodings[position].offsets,
                    len(prefixes[position]),
                    documents[position].sentences,
                    pooled[row],
                )
                results[position] = Embedded(pooled[row], sentences)
            if progress is not None:
                progress(min(start + BATCH, len(by_length)))
        return [results[position] for position in range(len(documents))]

    def _run(self, encodings: Sequence[Any]) -> tuple[Vector, Vector]:
        kept = [encoding.ids[: self.max_tokens] for encoding in encodings]
        width = max(map(len, kept))
        ids = np.ones((len(kept), width), np.int64)
        mask = np.zeros((len(kept), width), np.int64)
        for row, tokens in enumerate(kept):
            ids[row, : len(tokens)] = tokens
            mask[row, : len(tokens)] = 1
        return self._runtime.run(ids, mask)


def _pool_sentences(
    tokens: Vector, offsets: Sequence[tuple[int, int]], prefix: int, sentences: Sequence[Span], whole: Vector
) -> Vector:
    """Mean token vector a sentence, unit length; a sentence with no token of its own gets the chunk's vector."""
    if not sentences:
        return np.zeros((0, whole.shape[0]), np.float32)
    places = np.array(offsets[: len(tokens)])
    pooled = []
    for span in sentences:
        inside = (
            (places[:, 0] < prefix + span.end) & (places[:, 1] > prefix + span.start) & (places[:, 1] > places[:, 0])
        )
        pooled.append(_unit(tokens[: len(places)][inside].mean(axis=0)) if inside.any() else whole)
    return np.stack(pooled).astype(np.float32)


def _unit(vector: Vector) -> Vector:
    return (vector / max(float(np.linalg.norm(vector)), 1e-12)).astype(np.float32)


class _TorchRuntime:
    name = "torch"

    def __init__(self, model: Any) -> None:
        self._model = model.eval()

    def run(self, ids: NDArray[np.int64], mask: NDArray[np.int64]) -> tuple[Vector, Vector]:
        import torch

        with torch.inference_mode():
            output = self._model({"input_ids": torch.from_numpy(ids), "attention_mask": torch.from_numpy(mask)})
        pooled = torch.nn.functional.normalize(output["sentence_embedding"].float(), dim=-1)
        return output["token_embeddings"].float().numpy(), pooled.numpy()


class _OpenVinoRuntime:
    """The packaged model compiled by OpenVINO; bf16 where the processor has it. Converted once into the model's folder."""

    name = "openvino"

    def __init__(self, folder: Path, note: Callable[[str], None]) -> None:
        os.environ.setdefault("OPENVINO_TELEMETRY", "0")
        import openvino

        graph = folder / "openvino.xml"
        if not graph.is_file():
            note("Converting the embedding model for OpenVINO (once, about 10 s)")
            _convert(folder, graph)
        core = openvino.Core()
        self._compiled = core.compile_model(core.read_model(graph), "CPU", {"PERFORMANCE_HINT": "LATENCY"})

    def run(self, ids: NDArray[np.int64], mask: NDArray[np.int64]) -> tuple[Vector, Vector]:
        request = self._compiled.create_infer_request()
        tokens = np.array(request.infer([ids, mask])[0], dtype=np.float32)
        weights = mask[:, :, None].astype(np.float32)
        mean = (tokens * weights).sum(axis=1) / weights.sum(axis=1)
        return tokens, (mean / np.linalg.norm(mean, axis=1, keepdims=True)).astype(np.float32)


def _convert(folder: Path, graph: Path) -> None:
    import warnings

    import openvino
    import torch
    import transformers

    class LastHiddenState(torch.nn.Module):
        def __init__(self, model: Any) -> None:
            super().__init__()
            self.model = model

        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> Any:
            return self.model(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state

    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # tracing warns of Python branches that do not depend on the input
        model = transformers.AutoModel.from_pretrained(str(folder), add_pooling_layer=False).eval()
        example = {
            "input_ids": torch.tensor([[0, 10, 20, 2], [0, 11, 2, 1]]),
            "attention_mask": torch.tensor([[1, 1, 1, 1], [1, 1, 1, 0]]),
        }
        converted = openvino.convert_model(LastHiddenState(model), example_input=example)
    with tempfile.TemporaryDirectory(prefix=".converting-", dir=folder) as building:
        openvino.save_model(converted, Path(building) / "openvino.xml")
        (Path(building) / "openvino.bin").replace(graph.with_suffix(".bin"))
        (Path(building) / "openvino.xml").replace(graph)
