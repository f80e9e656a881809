"""Any LangChain chat model, by `provider:model`, as a source of text. The only module that calls one.

Its provider may be gone, slow, overrun or mad: whatever it does, `ChatModel.stream` ends in time, with text or with a `ChatModelError`
that says in plain words what happened.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from contextvars import copy_context
from queue import Empty, Queue
from time import monotonic
from typing import TYPE_CHECKING, cast

from rag.answer import Usage
from rag.errors import ChatModelError, UnknownModelError
from rag.provider_faults import passes, pause, told
from rag.settings import Settings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import AIMessageChunk

_EXTRAS = ("openai", "ollama")
_ENDS = ("finish_reason", "stop_reason", "done_reason")
"""Where providers say why a text ends."""
_UNFINISHED = {
    **dict.fromkeys(("length", "max_tokens"), "ran into the limit of its length"),
    **dict.fromkeys(("content_filter", "refusal", "safety"), "was stopped by its provider"),
}
_READ_AHEAD = 16
"""Pieces of text that may wait for whoever reads them."""


class ChatModel:
    """A chat model that streams text; `name` is what answers say about who wrote them.

    `seconds` is the time for one answer in all, waits and new attempts included, None for any. It is asked again up to `retries` times if
    it fails before it has said anything. One that `says_why_it_ends` has been cut off if it ends without saying so.
    """

    def __init__(
        self,
        name: str,
        model: BaseChatModel,
        *,
        seconds: float | None = None,
        retries: int = 0,
        says_why_it_ends: bool = False,
    ) -> None:
        self.name = name
        self._model = model
        self._seconds = seconds
        self._retries = retries
        self._says_why_it_ends = says_why_it_ends

    def stream(
        self, messages: Sequence[tuple[str, str]], report: Callable[[Usage], None] = lambda _: None
    ) -> Iterator[str]:
        """The model's answer to `messages` ((role, text) pairs), piece by piece; leaving early stops the model.

        A provider says what it counted when it is done: then `report` is called, and never if the model was stopped.

        Raises:
            ChatModelError: the provider cannot be reached, refuses, takes too long or breaks off.
        """
        counted: list[tuple[int, int]] = []
        ended = ""
        with _plainly_told(self.name), closing(self._chunks(messages)) as chunks:
            for chunk in chunks:
                if said := chunk.usage_metadata:
                    counted.append((said["input_tokens"], said["output_tokens"]))
                ended = next((str(why) for key in _ENDS if (why := chunk.response_metadata.get(key))), ended)
                yield chunk.text
        if ended.casefold() in _UNFINISHED or (self._says_why_it_ends and not ended):
            how = _UNFINISHED.get(ended.casefold(), "was cut off")
            raise ChatModelError(f"What {self.name} wrote {how}.", "Ask again.")
        if counted:
            report(Usage(*map(sum, zip(*counted, strict=True))))

    def _chunks(self, messages: Sequence[tuple[str, str]]) -> Generator[AIMessageChunk]:
        """What the model says, read by a thread, since a client's own time limit holds for each read alone.

        Who stops reading leaves the thread to end with the next piece, or when the client's time for it is up.
        """
        arrived: Queue[AIMessageChunk | Exception | None] = Queue(_READ_AHEAD)
        left = threading.Event()
        until = monotonic() + self._seconds if self._seconds is not None else float("inf")

        def read() -> None:
            for attempt in range(self._retries + 1):
                begun = False
                try:
                    with closing(cast("Generator[AIMessageChunk]", self._model.stream(list(messages)))) as stream:
                        for chunk in stream:
                            if left.is_set():
                                return
                            begun = True
                            arrived.put(chunk)
                except Exception as error:  # noqa: BLE001 - raised again where it is read
                    wait = pause(error, attempt)
                    again = attempt < self._retries and not begun and passes(error) and monotonic() + wait < until
                    if not again:
                        arrived.put(error)
                        return
                    if left.wait(wait):
                        return
                else:
                    arrived.put(None)
                    return

        threading.Thread(target=copy_context().run, args=(read,), name="chat-model", daemon=True).start()
        try:
            while True:
                got = arrived.get(timeout=max(0.0, until - monotonic()) if self._seconds is not None else None)
                if got is None:
                    return
                if isinstance(got, Exception):
                    raise got
                yield got
        except Empty:
            raise ChatModelError(
                f"{self.name} took longer than {self._seconds:g} s.", "Ask again, or raise CITERA_MODEL_TIMEOUT."
            ) from None
        finally:
            left.set()
            with suppress(Empty):
                while True:
                    arrived.get_nowait()


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
        options |= {"timeout": settings.model_timeout, "max_retries": 0}
    if settings.model_base_url is not None:
        options["base_url"] = settings.model_base_url
        if provider == "openai":
            options["stream_usage"] = True  # the client asks for it unbidden only of OpenAI's own server
    if settings.model_api_key is not None:
        options["api_key"] = settings.model_api_key.get_secret_value()
    elif settings.model_base_url is not None and provider == "openai":
        options["api_key"] = "none"
    with _plainly_told(settings.model):
        try:
            model = init_chat_model(name, model_provider=provider, **options)  # type: ignore[call-overload]  # each provider has options of its own
        except ImportError:
            package = f"'citera[{provider}]'" if provider in _EXTRAS else f"langchain-{provider}"
            raise UnknownModelError(
                f"{settings.model} needs a package that is not installed.", f"pip install {package}"
            ) from None
        except ValueError as error:
            why = " ".join(str(error).split())[:400]
            raise UnknownModelError(
                f"{settings.model} cannot be used: {why.rstrip('.')}.", "Correct --model or CITERA_MODEL."
            ) from None
    return ChatModel(
        settings.model,
        model,
        seconds=settings.model_timeout,
        retries=settings.model_retries,
        says_why_it_ends=provider in _EXTRAS,
    )


@contextmanager
def _plainly_told(model: str) -> Iterator[None]:
    try:
        yield
    except (UnknownModelError, ChatModelError):
        raise
    except Exception as error:
        raise ChatModelError(
            f"{model} failed: {told(error).rstrip('.')}.", "Check the model's name, its server and its key."
        ) from error
