"""The examples in the docstrings of what other programs call."""

from __future__ import annotations

import doctest
from pathlib import Path
from types import ModuleType

import pytest

import corpus
import rag
from rag import assistant as assistant_module
from rag import langchain_retriever


@pytest.mark.parametrize("module", [corpus, rag, assistant_module, langchain_retriever], ids=lambda one: one.__name__)
def test_the_examples_do_what_they_show(
    module: ModuleType, assistant: rag.Assistant, tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CITERA_CACHE", str(cache))
    done = doctest.testmod(module, extraglobs={"assistant": assistant, "home": tmp_path / "home"})

    assert done.attempted > 0
    assert done.failed == 0
