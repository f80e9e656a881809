"""Settings: every name known, every value in range."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from rag import Settings
from rag.errors import SettingsError
from rag.settings import load_settings


@pytest.fixture(autouse=True)
def _folders(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CITERA_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("CITERA_CACHE", str(tmp_path / "cache"))


def test_the_environment_is_read_and_a_command_line_overrides_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CITERA_PASSAGES", "12")
    assert (load_settings().passages, load_settings().home) == (12, tmp_path / "home")
    overridden = load_settings(home=tmp_path / "other", model="ollama:tiny")
    assert (overridden.home, overridden.model, overridden.passages) == (tmp_path / "other", "ollama:tiny", 12)
    assert Settings(passages=3).passages == 3


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("CITERA_PASAGES", "12", "CITERA_PASAGES"),
        ("CITERA_PASSAGES", "0", "CITERA_PASSAGES"),
        ("CITERA_PASSAGES", "many", "CITERA_PASSAGES"),
        ("CITERA_MAX_WORDS", "9", "CITERA_MAX_WORDS"),
        ("CITERA_EMBEDDING_RUNTIME", "cuda", "CITERA_EMBEDDING_RUNTIME"),
        ("CITERA_CHUNK_TOKENS", "351", "CITERA_CHUNK_TOKENS"),
        ("CITERA_MODEL_PRICE_IN", "3", "model_price_out are set together"),
    ],
)
def test_a_wrong_variable_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str, told: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=told) as caught:
        load_settings()
    assert caught.value.remedy


def test_a_wrong_name_in_code_is_refused() -> None:
    with pytest.raises(ValidationError, match="pasages"):
        Settings(pasages=3)  # type: ignore[call-arg]  # what is tested


def test_the_place_of_test_pages_is_no_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CITERA_SEEDS", "anywhere")
    assert load_settings().model == "extractive"


def test_the_digest_names_what_changes_answers_and_no_place(tmp_path: Path) -> None:
    here, there = Settings(home=tmp_path / "a"), Settings(home=tmp_path / "b", cache=tmp_path / "c")
    assert here.digest == there.digest
    assert here.digest != Settings(home=tmp_path / "a", passages=9).digest
    assert here.digest != Settings(home=tmp_path / "a", embedding_model="other").digest
    assert here.digest != Settings(home=tmp_path / "a", chunk_tokens=100).digest
    assert here.digest != Settings(home=tmp_path / "a", lexical_weight=1).digest
    priced = Settings(home=tmp_path / "a", model_price_in=3, model_price_out=15)
    assert (here.digest, here.model_prices, priced.model_prices) == (priced.digest, None, (3, 15))
