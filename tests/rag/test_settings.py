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


def test_who_may_speak_to_the_server_is_set_in_one_line_each(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = load_settings()
    monkeypatch.setenv("CITERA_API_KEYS", "a-key-of-sixteen-, another-of-sixteen ,")
    monkeypatch.setenv("CITERA_USERS", "anna:with:colons-in-it, bo.ek:twelve-or-more")
    monkeypatch.setenv("CITERA_HOSTS", "Citera.Example,[::1]:81")
    monkeypatch.setenv("CITERA_CORS_ORIGINS", "https://News.example")
    loaded = load_settings()

    assert plain.api_keys == plain.hosts == plain.cors_origins == ()
    assert [key.get_secret_value() for key in loaded.api_keys] == ["a-key-of-sixteen-", "another-of-sixteen"]
    assert (loaded.hosts, loaded.cors_origins) == (("citera.example", "[::1]:81"), ("https://news.example",))
    users = {name: password.get_secret_value() for name, password in loaded.users.items()}
    assert users == {"anna": "with:colons-in-it", "bo.ek": "twelve-or-more"}
    assert not any(word in repr(loaded) for word in ("sixteen", "colons", "twelve"))
    assert loaded.digest == plain.digest


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("API_KEYS", "short"),
        ("USERS", "anna"),
        ("USERS", "anna:short"),
        ("USERS", "an na:twelve-or-more"),
        ("HOSTS", "https://citera.example"),
        ("HOSTS", "*"),
        ("CORS_ORIGINS", "*"),
        ("CORS_ORIGINS", "news.example"),
        ("RATE_LIMIT", "-1"),
    ],
)
def test_what_would_open_the_server_by_mistake_is_refused(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"CITERA_{name}", value)

    with pytest.raises(SettingsError, match=f"CITERA_{name}") as refused:
        load_settings()
    assert "short" not in str(refused.value).removeprefix("CITERA_API_KEYS")
