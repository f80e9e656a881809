"""What the index bench builds, reuses and reports; how long anything takes is nobody's to assert."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from corpus import find_quotes, read_articles
from corpus.samples import samples_folder
from evals.index_bench import GOALS, main, table
from evals.recombined import PerturbedEmbedder, Recombined
from index.chunking import chunk_article
from index.embedding import Embedder


@pytest.fixture(scope="module")
def recombined() -> Recombined:
    return Recombined(read_articles(samples_folder()))


def test_an_article_is_known_by_its_number_and_quotes_its_speaker(recombined: Recombined) -> None:
    articles = [recombined.article(number) for number in range(20)]

    assert [recombined.article(number) for number in range(20)] == articles
    assert len({article.text_sha256 for article in articles}) == len({article.id for article in articles}) == 20
    assert {article.language for article in articles} == {"en", "sv"}
    for number, article in enumerate(articles):
        assert recombined.speaker(number) in {quote.speaker for quote in find_quotes(article)}
        assert "\n\n".join(paragraph.span.of(article.text) for paragraph in article.paragraphs) == article.text


def test_new_articles_go_on_bringing_new_words(recombined: Recombined) -> None:
    words = [set(recombined.article(number).text.split()) for number in range(60)]

    assert len(set.union(*words[:30])) < len(set.union(*words))


def test_a_perturbed_vector_stays_near_the_real_one(recombined: Recombined, fake_embedder: Embedder) -> None:
    real = recombined.embedded_by(fake_embedder)
    perturbed = PerturbedEmbedder(fake_embedder, recombined, real)
    chunks = chunk_article(recombined.article(3), fake_embedder.count_tokens)
    text = recombined.article(3).text
    rows = [recombined.rows.get(span.of(text)) for chunk in chunks for span in chunk.sentences]

    embedded = perturbed.embed_documents([chunk.document for chunk in chunks])

    sentences = np.concatenate([one.sentences for one in embedded])
    assert np.linalg.norm(sentences, axis=1) == pytest.approx(1)
    cosines = [float(vector @ real[row]) for vector, row in zip(sentences, rows, strict=True) if row is not None]
    assert len(cosines) > 0.7 * len(rows)
    assert min(cosines) > 0.95
    assert recombined.rows == {}, "what is embedded is let go of"


def test_a_table_has_the_growth_and_the_goals() -> None:
    shown = table({1000: {"opening, ms": 200.0, "status, ms": 1.0}, 100_000: {"opening, ms": 500.0, "status, ms": 1.0}})

    cells = [[str(cell) for cell in column.cells] for column in shown.columns]
    assert cells == [
        ["opening, ms", "status, ms"],
        ["200", "1"],
        ["500", "1"],
        ["x 2.5", "x 1.0"],
        [f"{GOALS['opening, ms']:,}", ""],
    ]


def test_importing_it_loads_nothing_heavy() -> None:
    program = "import sys, evals.index_bench; print({'torch', 'openvino', 'chromadb', 'sentence_transformers'} & {*sys.modules})"

    assert subprocess.check_output([sys.executable, "-c", program], text=True, timeout=60) == "set()\n"


@pytest.mark.slow
def test_a_short_run_builds_measures_and_reuses(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CITERA_CACHE", str(cache))
    monkeypatch.setenv("COLUMNS", "200")
    command = ["--sizes", "20,60", "--work", str(tmp_path / "work"), "--json", str(tmp_path / "bench.json")]

    main(command)

    written = json.loads((tmp_path / "bench.json").read_text(encoding="utf-8"))
    assert [int(size) for size in written] == [20, 60]
    assert all(written[size]["chunks"] >= int(size) for size in written)
    assert written["20"].keys() == written["60"].keys() >= GOALS.keys()
    printed = capsys.readouterr().out
    assert all(name in printed for name in written["20"])
    homes = sorted(path for path in (tmp_path / "work").iterdir() if path.is_dir())
    built = [(home / "citera.db").stat().st_ino for home in homes]
    main([*command[:-2], "--sizes", "20"])
    assert [(home / "citera.db").stat().st_ino for home in homes] == built
