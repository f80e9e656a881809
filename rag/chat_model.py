"""Any LangChain chat model, by `provider:model`, as a source of text. The only module that calls one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rag.answer import Usage
from rag.errors import ChatModelError, UnknownModelError
from rag.settings import Settings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

_EXTRAS = ("openai", "ollama")


class ChatModel:
    """A chat model that streams text; `name` is what answers say about who wrote them."""

    def __init__(self, name: str, model: BaseChatModel) -> None:
        self.name = name
        self._model = model

    def stream(
        self, messages: Sequence[tuple[str, str]], report: Callable[[Usage], None] = lambda _: None
    ) -> Iterator[str]:
        """The model's answer to `messages` ((role, text) pairs), piece by piece; leaving early stops the model.

        A provider says what it counted when it is done: then `report` is called, and never if the model was stopped.

        Raises:
            ChatModelError: the provider cannot be reached, refuses or breaks off.
        """
        counted: list[tuple[int, int]] = []
        with _provider(self.name):
            for chunk in self._model.stream(list(messages)):
                if said := chunk.usage_metadata:
                    counted.append((said["input_tokens"], said["output_tokens"]))
                yield chunk.text
        if counted:
            report(Usage(*map(sum, zip(*counted, strict=True))))


def open_chat_model(settings: Settings) -> ChatModel:
    """The model that `settings.model` names, such as `openai:gpt-5-mini` or `ollama:qwen3`.

    `settings.model_base_url` points the provider's client at another server, such as an OpenAI-compatible one on this machine.

    Raises:
        UnknownModelError: there is no such provider, or its package is not installed.
        ChatModelError: the provider's client does not start, for want of a key for example.
    """
    from langchain.chat_models import init_chat_model

    provider, colon, name = settings.model.partition(":")
    if not colon or not provider or not name:
        raise UnknownModelError(
            f"{settings.model!r} names no model.",
            "Use extractive, or PROVIDER:MODEL, such as openai:gpt-5-mini or ollama:qwen3.",
        )
    options: dict[str, object] = {"temperature": settings.model_temperature}
    if provider == "ollama":
        options["client_kwargs"] = {"timeout": settings.model_timeout}
    else:
        options |= {"timeout": settings.model_timeout, "max_retries": settings.model_retries}
    if settings.model_base_url is not None:
        options["base_url"] = settings.model_base_url
        if provider == "openai":
            options["stream_usage"] = True  # the client asks for it unbidden only of OpenAI's own server
    if settings.model_api_key is not None:
        options["api_key"] = settings.model_api_key.get_secret_value()
    elif settings.model_base_url is not None and provider == "openai":
        options["api_key"] = "none"
    with _provider(settings.model):
        try:
            model = init_chat_model(name, model_provider=provider, **options)  # type: ignore[call-overload]  # each provider has options of its own
        except ImportError:
            package = f"'citera[{provider}]'" if provider in _EXTRAS else f"langchain-{provider}"
            raise UnknownModelError(
                f"{settings.model} needs a package that is not installed.", f"pip install {package}"
            ) from None
        except ValueError as error:
            raise UnknownModelError(
                f"{settings.model} cannot be used: {_on_one_line(error).rstrip('.')}.",
                "Correct --model or CITERA_MODEL.",
            ) from None
    return ChatModel(settings.model, model)


@contextmanager
def _provider(model: str) -> Iterator[None]:
    """Whatever a provider's client raises becomes a `ChatModelError`: their exceptions have no base in common."""
    try:
        yield
    except (UnknownModelError, ChatModelError):
        raise
    except Exception as error:
        raise ChatModelError(
            f"{model} failed: {_on_one_line(error).rstrip('.')}.", "Check the model's name, its server and its key."
        ) from error


def _on_one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:400] or type(error).__name__
