"""Citera as a link in somebody else's chain."""

from __future__ import annotations

import asyncio

from rag import Answer, Assistant
from rag.langchain_retriever import CiteraRetriever, as_runnable


def test_documents_are_exact_spans_and_stay_citable(assistant: Assistant) -> None:
    documents = CiteraRetriever(retriever=assistant.retriever, limit=3).invoke("Who is mediating in the bus strike?")
    assert len(documents) == 3
    for document in documents:
        article = assistant.article(document.metadata["article_id"], document.metadata["text_sha256"])
        assert document.page_content == article.text[document.metadata["start"] : document.metadata["end"]]
        assert document.metadata["title"] == article.title
    assert len({document.id for document in documents}) == 3
    scores = [document.metadata["score"] for document in documents]
    assert scores == sorted(scores, reverse=True)


def test_the_pipeline_is_a_runnable(assistant: Assistant) -> None:
    chain = as_runnable(assistant) | (lambda answer: answer.text)
    assert chain.invoke("what did Horii say?") == assistant.ask("what did Horii say?").text
    assert [type(answer) for answer in as_runnable(assistant).batch(["Vad sa Horii?", "Who is Elon Musk?"])] == [
        Answer
    ] * 2
    assert asyncio.run(chain.ainvoke("Vad sa Horii?")).startswith("Iwao Horii")
