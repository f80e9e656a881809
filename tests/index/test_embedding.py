"""Vectors of the packaged model, on the runtime that ships and on the one it falls back to."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from corpus.article import Span
from corpus.sentences import sentence_spans
from index.embedding import Document, Embedder, open_embedder
from index.errors import ModelNotFoundError
from index.packaged_weights import MODEL_NAME, sentence_transformer_folder

SENTENCES = [
    "The town council approved its budget on Thursday after a debate that lasted six hours.",
    "“You cannot heat a library with promises,” said the opposition leader.",
    "A single ticket for a foot passenger will cost £4.80.",
    "Washington intends to spend roughly $12 billion on a stockpile of critical minerals.",
    "The lichen shrank by 14 percent before any official limit was passed.",
    "No.",
    "Fartyget heter Chikyu och ligger utanför ön Minamitorishima.",
    "– Vi måste bygga nu, säger Karin Holm.",
    "Verken blir 240 meter höga och ska ge el till 90 000 hushåll.",
    "Klockan från 1688 har fått en spricka och skickas till ett gjuteri för lagning.",
    "Kommunen har ägt huset sedan 1938.",
    "Nej!",
]


def document(text: str, header: str = "") -> Document:
    return Document(header, text, tuple(sentence_spans(text)))


def test_every_vector_has_unit_length_and_every_sentence_one(embedder: Embedder) -> None:
    texts = [" ".join(SENTENCES[:3]), SENTENCES[6], " ".join(SENTENCES[6:])]
    embedded = embedder.embed_documents([document(text, "Almviken, 2026-03-12") for text in texts])
    for text, found in zip(texts, embedded, strict=True):
        assert found.vector.shape == (embedder.dimension,)
        assert found.sentences.shape == (len(sentence_spans(text)), embedder.dimension)
        assert np.allclose(np.linalg.norm(found.vector), 1, atol=1e-4)
        assert np.allclose(np.linalg.norm(found.sentences, axis=1), 1, atol=1e-4)
    assert np.allclose(np.linalg.norm(embedder.embed_queries(SENTENCES), axis=1), 1, atol=1e-4)


def test_a_sentence_alone_is_nearest_to_itself_within_the_chunk(embedder: Embedder) -> None:
    chosen = [SENTENCES[place] for place in (0, 2, 6, 9)]
    together = embedder.embed_documents([document(" ".join(chosen), "Klockan och fartyget. " * 8)])[0].sentences
    alone = np.stack([found.vector for found in embedder.embed_documents([document(text) for text in chosen])])
    assert (together @ alone.T).argmax(axis=0).tolist() == [0, 1, 2, 3]


def test_batching_changes_no_vector(embedder: Embedder) -> None:
    documents = [document(text * repeats) for repeats in (1, 5) for text in SENTENCES]
    done: list[int] = []
    together = embedder.embed_documents(documents, done.append)
    for one, found in zip(documents, together, strict=True):
        alone = embedder.embed_documents([one])[0]
        assert found.vector @ alone.vector > 0.999
        assert (found.sentences * alone.sentences).sum(axis=1).min() > 0.999
    assert done == [16, 24]


def test_nothing_to_embed_is_no_error(embedder: Embedder) -> None:
    assert embedder.embed_documents([]) == []
    assert embedder.embed_queries([]).shape == (0, embedder.dimension)
    assert embedder.embed_documents([Document("", "Havet.", ())])[0].sentences.shape == (0, embedder.dimension)


def test_a_sentence_past_the_model_s_reach_still_has_a_vector(embedder: Embedder) -> None:
    long = " ".join(SENTENCES) * 4
    assert embedder.count_tokens([long])[0] > embedder.max_tokens
    found = embedder.embed_documents([Document("", long, (Span(0, 40), Span(len(long) - 40, len(long))))])[0]
    assert np.allclose(np.linalg.norm(found.sentences, axis=1), 1, atol=1e-4)


def test_a_document_s_digest_covers_header_text_and_borders() -> None:
    base = Document("h", "Ett. Två.", (Span(0, 4), Span(5, 9)))
    others = [
        Document("", "Ett. Två.", base.sentences),
        Document("h", "Ett. Tre.", base.sentences),
        Document("h", "Ett. Två.", (Span(0, 9),)),
    ]
    assert base.digest not in {other.digest for other in others}
    assert base.digest == Document("h", "Ett. Två.", base.sentences).digest


@pytest.mark.slow
def test_both_runtimes_agree_with_sentence_transformers(embedder: Embedder, cache: Path) -> None:
    from sentence_transformers import SentenceTransformer

    torch = open_embedder(MODEL_NAME, cache, runtime="torch")
    reference = SentenceTransformer(str(sentence_transformer_folder(cache)), device="cpu")
    queries, passages = reference.encode_query(SENTENCES), reference.encode_document(SENTENCES)
    assert torch.runtime == "torch"
    assert torch.digest == embedder.digest
    for one, least in ((torch, 0.9999), (embedder, 0.99)):
        documents = one.embed_documents([document(text) for text in SENTENCES])
        assert (one.embed_queries(SENTENCES) * queries).sum(axis=1).min() > least
        assert (np.stack([found.vector for found in documents]) * passages).sum(axis=1).min() > least
    ours, theirs = (one.embed_documents([document(" ".join(SENTENCES))])[0].sentences for one in (embedder, torch))
    assert (ours * theirs).sum(axis=1).min() > 0.99
    assert (queries * passages).sum(axis=1).max() < 0.999, "the prompts make no difference"


@pytest.mark.parametrize("name", ["./no-such-folder", "/no/such/folder"])
def test_an_unknown_folder_is_named_at_once(name: str, cache: Path) -> None:
    started = time.monotonic()
    with pytest.raises(ModelNotFoundError, match="no") as caught:
        open_embedder(name, cache)
    assert name in caught.value.what
    assert MODEL_NAME in caught.value.remedy
    assert time.monotonic() - started < 20


@pytest.mark.slow
def test_an_unknown_name_is_refused_at_once_offline(cache: Path) -> None:
    program = (
        "import pathlib, sys; from index.embedding import open_embedder; from index.errors import ModelNotFoundError\n"
        "try: open_embedder('nobody/no-such-model', pathlib.Path(sys.argv[1]))\n"
        "except ModelNotFoundError as error: print(error.what)"
    )
    environment = {"HF_HUB_OFFLINE": "1", "PATH": "", "HF_HOME": str(cache / "hub")}
    ended = subprocess.run(
        [sys.executable, "-c", program, str(cache)], capture_output=True, text=True, timeout=60, env=environment
    )
    assert "'nobody/no-such-model' cannot be loaded" in ended.stdout, ended.stderr


def test_an_empty_name_is_refused(cache: Path) -> None:
    with pytest.raises(ModelNotFoundError):
        open_embedder("", cache)


def test_openvino_where_it_does_not_run_is_an_error_with_a_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ModelNotFoundError, match="runs multilingual-e5-small only"):
        open_embedder("someone/a-model", tmp_path, runtime="openvino")
    monkeypatch.setitem(sys.modules, "openvino", None)
    with pytest.raises(ModelNotFoundError, match="not installed"):
        open_embedder(MODEL_NAME, tmp_path, runtime="openvino")
