"""The chat completions that OpenAI's clients speak: Citera as a model named `citera`, for programs that know nothing of it.

The text is Markdown, as chat programs take it for: whatever an article says is escaped, so that none of its words become a link, an
image or markup there. The exact words are in `citations`, an extension that other clients pass over.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
import uuid
from collections.abc import AsyncIterator, Collection, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from corpus.errors import CiteraError
from rag.answer import Answer, Citation, Part, Sentence
from rag.assistant import MAX_QUESTION
from rag.conversation import Turn
from ui.connections import while_connected
from ui.error_messages import DEFECT
from ui.errors import UnsupportedError
from ui.http_api import EVENTS, UNBUFFERED, EventStream, last_of
from ui.problems import Problem
from ui.rendering import article_link, heading
from ui.replies import CompletionOut, ModelOut, ModelsOut, replies
from ui.request_log import note_answer
from ui.workers import Workers

if TYPE_CHECKING:
    from rag import Assistant
    from rag.assistant import Progress

MODEL = "citera"
MAX_TURNS = 100
"""Turns of the history that are read, the latest; the same as of /api/ask."""
MAX_TURN = 10_000
_MARKUP = re.compile(r"[\\\[\]<>`]")
"""What a link, an image, a tag or code begins or ends with."""
_SPACE = re.compile(r"\s+")


class PartIn(BaseModel):
    type: str
    text: str = ""


class MessageIn(BaseModel):
    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[PartIn] | None = None

    @property
    def text(self) -> str:
        if isinstance(self.content, list):
            return "\n".join(part.text for part in self.content)
        return self.content or ""


class StreamOptionsIn(BaseModel):
    include_usage: bool = False


class CompletionIn(BaseModel):
    """Fields that are not named are tolerated: they tune what Citera does not do. Those that ask for something it cannot give are
    refused by `_refuse`. System messages are passed over: what Citera says is not to be steered."""

    model: str
    messages: Annotated[list[MessageIn], Field(min_length=1, max_length=2_000)]
    stream: bool | None = None
    stream_options: StreamOptionsIn | None = None
    n: int | None = None
    tools: Any = None
    tool_choice: Any = None
    functions: Any = None
    response_format: Any = None
    modalities: Any = None
    logprobs: bool | None = None

    def question(self) -> str:
        return self.messages[-1].text

    def history(self) -> list[Turn]:
        turns = []
        for message in self.messages[:-1]:
            if message.role == "user" or message.role == "assistant":
                turns.append(Turn(role=message.role, text=message.text[:MAX_TURN]))
        return turns[-MAX_TURNS:]


def openai_router(assistant: Assistant, workers: Workers) -> APIRouter:
    router = APIRouter(prefix="/v1", tags=["openai"])
    card = {"id": MODEL, "object": "model", "created": int(time.time()), "owned_by": "citera"}

    @router.get("/models", summary="List the models", responses=replies(ModelsOut))
    async def models() -> Response:
        """There is one: citera."""
        return JSONResponse({"object": "list", "data": [card]})

    @router.get("/models/{model}", summary="Describe a model", responses=replies(ModelOut))
    async def model(model: str) -> Response:
        """The one that there is."""
        _known(model)
        return JSONResponse(card)

    @router.post("/chat/completions", summary="Chat completions", responses=replies(CompletionOut, EVENTS))
    async def complete(body: CompletionIn, request: Request) -> Response:
        """The last message is the question, those before it the history. `stream` sends chunks, each sentence once it is verified."""
        _refuse(body)
        steps = workers.stream(lambda: assistant.stream(body.question(), body.history()))
        completion = _Completion(body, str(request.base_url).rstrip("/"))
        if body.stream:
            first = await while_connected(request, anext(steps))
            events = completion.events(first, steps)
            return EventStream(events, headers=UNBUFFERED)
        answer = await while_connected(request, last_of(steps))
        note_answer(answer.to_dict())
        return JSONResponse(await asyncio.to_thread(completion.whole, answer))

    return router


class _Completion:
    """One completion: the answer in OpenAI's form, whole or in chunks."""

    def __init__(self, asked: CompletionIn, base_url: str) -> None:
        self._asked = asked
        self._base_url = base_url
        self._head = {"id": f"chatcmpl-{uuid.uuid4().hex}", "created": int(time.time()), "model": MODEL}
        self._usage_wanted = asked.stream_options is not None and asked.stream_options.include_usage

    def whole(self, answer: Answer) -> dict[str, Any]:
        text = "\n\n".join((*map(_markdown, answer.sentences), *self._ending(answer)))
        message = {"role": "assistant", "content": text, "refusal": None, **_extension(answer)}
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
        return {
            **self._head,
            "object": "chat.completion",
            "system_fingerprint": answer.settings_digest,
            "choices": [choice],
            "usage": self._usage(answer, text),
        }

    async def events(
        self, first: Progress | Sentence | Answer, rest: AsyncIterator[Progress | Sentence | Answer]
    ) -> AsyncIterator[str]:
        try:
            yield self._chunk({"role": "assistant", "content": ""})
            said: list[str] = []
            for piece in self._pieces(first, said):
                yield piece
            async for step in rest:
                if isinstance(step, Answer):
                    note_answer(step.to_dict())
                for piece in self._pieces(step, said):
                    yield piece
                if isinstance(step, Answer) and self._usage_wanted:
                    usage = await asyncio.to_thread(self._usage, step, "\n\n".join(said))
                    yield _event({**self._head, "object": "chat.completion.chunk", "choices": [], "usage": usage})
        except CiteraError as error:
            yield _event(Problem.of(error).openai())
        except Exception:
            yield _event(Problem(500, DEFECT).openai())
            raise
        yield "data: [DONE]\n\n"

    def _pieces(self, step: Progress | Sentence | Answer, said: list[str]) -> Iterator[str]:
        """The chunks that a step gives. `said` are the blocks of text that have been sent, and grows."""
        if isinstance(step, Sentence):
            yield self._say(_markdown(step), said)
        elif isinstance(step, Answer):
            missing = [_unsaid(sentence, said) for sentence in step.sentences]
            for text in (*filter(None, missing), *self._ending(step)):
                yield self._say(text, said)
            yield self._chunk(_extension(step), "stop", fingerprint=step.settings_digest)

    def _say(self, text: str, said: list[str]) -> str:
        between = "\n\n" if said else ""
        said.append(text)
        return self._chunk({"content": between + text})

    def _chunk(self, delta: dict[str, Any], finish: str | None = None, fingerprint: str | None = None) -> str:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        usage = {"usage": None} if self._usage_wanted else {}
        chunk = {
            **self._head,
            "object": "chat.completion.chunk",
            "system_fingerprint": fingerprint,
            "choices": [choice],
        }
        return _event({**chunk, **usage})

    def _ending(self, answer: Answer) -> Iterator[str]:
        """What stands below the sentences: a notice, and where each citation is to be found."""
        if answer.notice:
            yield _escaped(answer.notice)
        for citation in answer.citations:
            link = article_link(citation.article_id, citation.text_sha256, citation.span)
            yield f"[{citation.marker}] {_escaped(_facts(citation))}: {self._base_url}{link}"

    def _usage(self, answer: Answer, text: str) -> dict[str, int]:
        """What the language model's provider counted; without one, cl100k tokens of what was read and said."""
        from rag.context import count_tokens

        read = answer.usage.tokens_in if answer.usage else None
        written = answer.usage.tokens_out if answer.usage else None
        if read is None:
            read = sum(map(count_tokens, (self._asked.question(), *(turn.text for turn in self._asked.history()))))
        if written is None:
            written = count_tokens(text)
        return {"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written}


def _refuse(body: CompletionIn) -> None:
    """Raises UnsupportedError if the request asks for what Citera does not do: better than an answer that looks as if it did."""
    _known(body.model)
    one_answer = "Leave it out: Citera answers with one text from the articles."
    unsupported = {
        "tools": body.tools,
        "functions": body.functions,
        "tool_choice": body.tool_choice not in (None, "none", "auto"),
        "n": body.n not in (None, 1),
        "logprobs": body.logprobs,
        "response_format": isinstance(body.response_format, dict) and body.response_format.get("type") != "text",
        "modalities": body.modalities not in (None, ["text"]),
    }
    for name, asked in unsupported.items():
        if asked:
            raise UnsupportedError(f"{name} is not supported.", one_answer, param=name, code="unsupported_parameter")
    for number, message in enumerate(body.messages):
        where = f"messages.{number}"
        if message.role in ("tool", "function"):
            raise UnsupportedError(f"{where} is from a tool.", "Citera uses none.", param=where)
        parts = message.content if isinstance(message.content, list) else []
        if any(part.type not in ("text", "refusal") for part in parts):
            raise UnsupportedError(f"{where} holds more than text.", "Citera reads text alone.", param=where)
    if body.messages[-1].role != "user":
        raise UnsupportedError("The last message is not the user's.", "Put the question last.", param="messages")
    length = len(body.question())
    if length > MAX_QUESTION:
        said = f"The question has {length:,} characters; {MAX_QUESTION:,} are read at most."
        raise UnsupportedError(said, "Shorten it.", param="messages", code="context_length_exceeded")


def _known(model: str) -> None:
    if model != MODEL:
        said = f"There is no model {model[:100]}."
        raise UnsupportedError(said, f"Ask for {MODEL}.", param="model", code="model_not_found", status=404)


def _extension(answer: Answer) -> dict[str, Any]:
    return {"citations": [citation.to_dict() for citation in answer.citations], "refused": answer.refused}


def _unsaid(sentence: Sentence, said: Collection[str]) -> str:
    """What of a sentence has not been sent: nothing of it, the translations that came afterwards, or all."""
    if _markdown(sentence) in said:
        return ""
    if _markdown(sentence.untranslated) not in said:
        return _markdown(sentence)
    translations = "".join(part.text for part in sentence.parts if part.kind == "translation")
    return _markdown(replace(sentence, parts=(Part("translation", translations.strip()),)))


def _markdown(sentence: Sentence) -> str:
    words = "".join(_escaped(part.text) for part in sentence.parts)
    return words + "".join(f" [{marker}]" for marker in sentence.markers)


def _escaped(text: str) -> str:
    return _MARKUP.sub(r"\\\g<0>", _SPACE.sub(" ", text))


def _facts(citation: Citation) -> str:
    facts: Sequence[str | None] = (
        heading(citation.title, citation.quote),
        citation.outlet,
        (citation.published or "")[:10],
        citation.speaker,
    )
    return ", ".join(fact for fact in facts if fact)


def _event(data: dict[str, Any]) -> str:
    return f"data: {json.dumps(data)}\n\n"
