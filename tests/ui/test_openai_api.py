"""The chat completions, asked by OpenAI's own client, by LangChain, and as Open WebUI asks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import openai
import pytest

KEY = "a-key-of-sixteen-and-more"
HORII = [{"role": "user", "content": "what did Horii say?"}]


@pytest.fixture
def connect() -> Iterator[Any]:
    """`connect(server)` is OpenAI's client for it."""
    clients: list[openai.OpenAI] = []

    def client(server: Any, key: str = "none") -> openai.OpenAI:
        clients.append(openai.OpenAI(base_url=f"{server.url}/v1", api_key=key, max_retries=0))
        return clients[-1]

    yield client
    for made in clients:
        made.close()


def test_the_openai_client_gets_an_answer_with_its_citations(serve: Any, assistant: Any, connect: Any) -> None:
    server = serve(assistant)
    client = connect(server)
    completion = client.chat.completions.create(model="citera", messages=HORII, temperature=0.2, seed=7, user="anna")
    answer = assistant.ask("what did Horii say?").to_dict()
    message = completion.choices[0].message
    extension = message.model_extra or {}

    assert [model.id for model in client.models.list()] == ["citera"]
    assert client.models.retrieve("citera").owned_by == "citera"
    assert message.content.split("\n\n")[0] == "Maja Horii: “The piles are rotten.” [1]"
    assert extension["citations"] == answer["citations"]
    assert extension["refused"] is False
    assert completion.choices[0].finish_reason == "stop"
    assert completion.usage.total_tokens == completion.usage.prompt_tokens + completion.usage.completion_tokens > 20
    assert completion.system_fingerprint == answer["settings_digest"]

    footnote = message.content.split("\n\n")[2]
    said, link = footnote.rsplit(": ", 1)
    assert said == "[1] Harbour to close for repairs, Lindvik Courier, 2024-02-04, Maja Horii"
    assert '<mark id="cited">The piles are rotten.</mark>' in httpx.get(link, timeout=30).text


def test_a_stream_says_the_same_piece_by_piece(serve: Any, assistant: Any, connect: Any) -> None:
    client = connect(serve(assistant))
    whole = client.chat.completions.create(model="citera", messages=HORII)
    usage = {"include_usage": True}
    chunks = list(client.chat.completions.create(model="citera", messages=HORII, stream=True, stream_options=usage))
    deltas = [chunk.choices[0].delta for chunk in chunks[:-1]]

    assert (deltas[0].role, deltas[0].content) == ("assistant", "")
    assert "".join(delta.content or "" for delta in deltas) == whole.choices[0].message.content
    assert len([delta for delta in deltas if delta.content]) == 4
    assert [chunk.choices[0].finish_reason for chunk in chunks[:-1]] == [None] * (len(chunks) - 2) + ["stop"]
    assert (deltas[-1].model_extra or {})["citations"] == whole.choices[0].message.model_extra["citations"]
    assert chunks[-1].choices == []
    assert chunks[-1].usage == whole.usage
    assert {chunk.id for chunk in chunks} == {chunks[0].id}


def test_a_translation_that_comes_after_its_sentence_is_streamed_behind_the_others(
    serve: Any, assistant: Any, connect: Any
) -> None:
    client, asked = connect(serve(assistant)), [{"role": "user", "content": "Vad sa Horii, översatt?"}]
    whole = client.chat.completions.create(model="citera", messages=asked).choices[0].message.content
    chunks = client.chat.completions.create(model="citera", messages=asked, stream=True)
    first, second, third, *_ = "".join(chunk.choices[0].delta.content or "" for chunk in chunks).split("\n\n")

    assert whole.startswith("Maja Horii: “The piles are rotten.” (översättning: Pålarna är ruttna.) [1]\n\n")
    assert (first, second[-3:]) == ("Maja Horii: “The piles are rotten.” [1]", "[2]")
    assert third == "(översättning: Pålarna är ruttna.) [1]"


def test_the_stream_is_as_open_webui_reads_it(serve: Any, assistant: Any) -> None:
    """Models first; then `data:` lines, the role in the first, usage in a chunk without choices, [DONE] last."""
    server = serve(assistant, api_keys=[KEY])
    key = {"Authorization": f"Bearer {KEY}"}
    models = server.get("/v1/models", headers=key).json()
    asked = {"model": "citera", "stream": True, "stream_options": {"include_usage": True}, "messages": HORII}
    reply = server.post("/v1/chat/completions", json=asked, headers=key)
    *events, done, end = reply.text.split("\n\n")
    chunks = [json.loads(event.removeprefix("data: ")) for event in events]

    assert (models["object"], [model["id"] for model in models["data"]]) == ("list", ["citera"])
    assert reply.headers["content-type"].startswith("text/event-stream")
    assert chunks[0]["choices"][0]["delta"] == {"role": "assistant", "content": ""}
    assert all(chunk["object"] == "chat.completion.chunk" and chunk["usage"] is None for chunk in chunks[:-1])
    assert (chunks[-1]["choices"], chunks[-1]["usage"]["completion_tokens"] > 0) == ([], True)
    assert (done, end) == ("data: [DONE]", "")
    assert "usage" not in server.post("/v1/chat/completions", json={**asked, "stream_options": None}, headers=key).text


def test_the_history_comes_from_the_messages(serve: Any, assistant: Any, connect: Any) -> None:
    parts = [{"type": "text", "text": "and"}, {"type": "text", "text": "Rubio?"}]
    messages: list[Any] = [
        {"role": "system", "content": "Obey."},
        *HORII,
        {"role": "assistant", "content": "He said this."},
        {"role": "user", "content": parts},
    ]
    connect(serve(assistant)).chat.completions.create(model="citera", messages=messages)

    assert [(turn.role, turn.text) for turn in assistant.histories[0]] == [
        ("user", "what did Horii say?"),
        ("assistant", "He said this."),
    ]


def test_a_refusal_is_an_answer_without_citations(serve: Any, assistant: Any, connect: Any) -> None:
    client = connect(serve(assistant))
    asked: list[Any] = [{"role": "user", "content": "Who won?"}]
    message = client.chat.completions.create(model="citera", messages=asked).choices[0].message
    chunks = list(client.chat.completions.create(model="citera", messages=asked, stream=True))

    assert message.content == "The articles do not say."
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks) == "The articles do not say."
    assert message.model_extra == {"citations": [], "refused": True}


def test_an_article_s_words_are_never_markup(serve: Any, assistant: Any, connect: Any) -> None:
    """A chat program shows the text as Markdown: hostile words in a quote, a title or a name must stay words there."""
    from markdown_it import MarkdownIt

    asked: list[Any] = [{"role": "user", "content": "evil"}]
    message = connect(serve(assistant)).chat.completions.create(model="citera", messages=asked).choices[0].message
    html = MarkdownIt("commonmark", {"html": True}).render(message.content)

    assert "alert(1)" in html
    assert not any(tag in html for tag in ("<script", "<img", "<a "))
    assert "<script>alert(1)" in message.model_extra["citations"][0]["quote"]


@pytest.mark.parametrize(
    ("asked", "param", "code", "status"),
    [
        ({"model": "gpt-5"}, "model", "model_not_found", 404),
        ({"tools": [{"type": "function", "function": {"name": "f"}}]}, "tools", "unsupported_parameter", 400),
        ({"n": 2}, "n", "unsupported_parameter", 400),
        ({"logprobs": True}, "logprobs", "unsupported_parameter", 400),
        ({"response_format": {"type": "json_object"}}, "response_format", "unsupported_parameter", 400),
        ({"messages": []}, "messages", None, 400),
        ({"messages": [{"role": "assistant", "content": "Hi"}]}, "messages", "unsupported_value", 400),
        ({"messages": [{"role": "user", "content": "x" * 2_001}]}, "messages", "context_length_exceeded", 400),
        (
            {
                "messages": [
                    {
                        "role": "user",
                        "content": [{"type": "image_url", "image_url": {"url": "https://a.example/i.png"}}],
                    }
                ]
            },
            "messages.0",
            "unsupported_value",
            400,
        ),
    ],
)
def test_what_citera_does_not_do_is_refused(
    client: Any, asked: dict[str, Any], param: str, code: str | None, status: int
) -> None:
    reply = client.post("/v1/chat/completions", json={"model": "citera", "messages": HORII, **asked})
    error = reply.json()["error"]

    assert reply.status_code == status
    assert (error["param"], error["code"], error["type"]) == (param, code, "invalid_request_error")
    assert error["message"].endswith(".")


def test_errors_become_the_client_s_own_exceptions(serve: Any, assistant: Any, connect: Any) -> None:
    server = serve(assistant, api_keys=[KEY], rate_limit=12)
    with pytest.raises(openai.AuthenticationError, match="API key"):
        connect(server, "wrong").models.list()
    client = connect(server, KEY)
    with pytest.raises(openai.NotFoundError, match=r"no model gpt-5"):
        client.chat.completions.create(model="gpt-5", messages=HORII)
    with pytest.raises(openai.BadRequestError, match="tools is not supported"):
        client.chat.completions.create(
            model="citera", messages=HORII, tools=[{"type": "function", "function": {"name": "f"}}]
        )
    with pytest.raises(openai.RateLimitError, match="Too many"):
        client.models.list()


def test_a_defect_in_mid_stream_reaches_the_client(serve: Any, assistant: Any, connect: Any) -> None:
    assistant.breaks_off = True
    stream = connect(serve(assistant)).chat.completions.create(model="citera", messages=HORII, stream=True)

    with pytest.raises(openai.APIError, match="Something went wrong inside Citera"):
        list(stream)


def test_langchain_s_chat_model_asks_and_streams(serve: Any, sample_assistant: Any) -> None:
    from langchain_core.messages import AIMessage, HumanMessage
    from langchain_openai import ChatOpenAI

    server = serve(sample_assistant)
    with httpx.Client() as http:
        model = ChatOpenAI(
            model="citera", base_url=f"{server.url}/v1", api_key="none", http_client=http, stream_usage=True
        )
        answer = model.invoke("what did Horii say?")
        streamed = list(model.stream("what did Horii say?"))
        following = model.invoke(
            [HumanMessage("what did Horii say?"), AIMessage(answer.content), HumanMessage("and Rubio?")]
        )

    assert "in the same boat" in answer.content
    assert answer.usage_metadata["output_tokens"] > 10
    assert "".join(chunk.content for chunk in streamed) == answer.content
    assert sum(chunk.usage_metadata["output_tokens"] for chunk in streamed if chunk.usage_metadata) > 10
    assert "Rubio" in following.content
