"""A chat endpoint that speaks OpenAI's HTTP: a bare model, or a product that has been given the corpus by hand.

`citera eval corpus NAME --out FOLDER` writes what such a product is to be given. The endpoint sees the history and the question
and nothing else. All it gives back is text: places that it names in its own ways are not read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, Field, ValidationError
from rich.progress import Progress

from evals.cases import Dataset
from evals.errors import QuestionFailedError, SystemUnusableError
from evals.run_folder import digest_of
from evals.systems.corpus_file import articles_of
from evals.systems.foreign import ForeignHolding
from evals.systems.replies import SystemReply, fault_of
from evals.systems.system import Facts
from rag.conversation import Turn

if TYPE_CHECKING:
    import httpx


class _Message(BaseModel):
    content: str | None = None
    refusal: str | None = None


class _Choice(BaseModel):
    message: _Message


class _Completion(BaseModel):
    choices: list[_Choice] = Field(min_length=1)
    model: str | None = None


@dataclass(frozen=True, slots=True)
class Endpoint:
    """`POST base_url/chat/completions`, at temperature 0. `timeout` is in seconds, for one question."""

    base_url: str
    model: str
    api_key: str | None = field(default=None, repr=False)
    timeout: float = 120

    @property
    def name(self) -> str:
        return f"openai:{self.base_url}#{self.model}"

    @contextmanager
    def hold(self, dataset: Dataset, out: Path, progress: Progress) -> Iterator[ForeignHolding]:  # noqa: ARG002 - the protocol's signature
        """It is taken to have the corpus already."""
        import httpx

        out.mkdir(parents=True, exist_ok=True)
        articles = articles_of(dataset)
        settings = {"base_url": self.base_url, "model": self.model, "timeout": self.timeout}
        facts = Facts(
            settings, digest_of(map(str, settings.values())), "unknown", "unknown", {"articles": len(articles)}
        )
        headers = {"Authorization": f"Bearer {self.api_key}"} if self.api_key else {}
        with httpx.Client(headers=headers, timeout=self.timeout) as client:
            yield ForeignHolding(articles, _Transport(client, self), self.name, facts)


class _Transport:
    def __init__(self, client: httpx.Client, endpoint: Endpoint) -> None:
        self._client = client
        self._endpoint = endpoint

    def ask(self, question: str, history: Sequence[Turn]) -> SystemReply:
        messages = [{"role": turn.role, "content": turn.text} for turn in history]
        messages.append({"role": "user", "content": question})
        completion = self._completion({"model": self._endpoint.model, "messages": messages, "temperature": 0})
        message = completion.choices[0].message
        try:
            return SystemReply(
                text=message.refusal or message.content or "",
                refused=True if message.refusal else None,
                model=completion.model or None,
            )
        except ValidationError as error:
            raise self._failed(fault_of(error)) from error

    def search(self, question: str, limit: int) -> SystemReply:  # noqa: ARG002 - the protocol's signature
        raise SystemUnusableError(f"{self._endpoint.name} cannot search.", "Ask it instead.")

    def peak_memory_mb(self) -> None:
        """It is another process, perhaps elsewhere."""

    def _completion(self, body: Mapping[str, object]) -> _Completion:
        import httpx

        try:
            response = self._client.post(f"{self._endpoint.base_url.rstrip('/')}/chat/completions", json=body)
            response.raise_for_status()
            return _Completion.model_validate_json(response.content)
        except httpx.HTTPStatusError as error:
            said = " ".join(error.response.text.split())[:200]
            raise self._failed(f"HTTP status {error.response.status_code}, {said or 'without a word'}") from error
        except httpx.HTTPError as error:
            raise self._failed(str(error) or type(error).__name__) from error
        except ValidationError as error:
            raise self._failed(f"what came is no chat completion, {fault_of(error)}") from error

    def _failed(self, why: str) -> QuestionFailedError:
        return QuestionFailedError(
            f"{self._endpoint.name} gave no answer: {why}.", "Check the address, the model's name and the key."
        )
