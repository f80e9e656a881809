"""One assistant over the sample corpus, with the packaged model."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from corpus.samples import samples_folder
from rag import Assistant, Settings


@pytest.fixture(scope="session")
def assistant(tmp_path_factory: pytest.TempPathFactory, cache: Path) -> Iterator[Assistant]:
    with Assistant.open(Settings(home=tmp_path_factory.mktemp("sample"), cache=cache)) as opened:
        report = opened.ingest(samples_folder())
        assert (report.added, report.rejected) == (35, [])
        yield opened
