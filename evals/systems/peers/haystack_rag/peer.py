"""Haystack: splitter, in-memory store, embedding retriever, prompt, chat generator, and its own `AnswerBuilder` for references.

Arguments: the embedding model's folder, the chat endpoint's base URL, the chat model's name.
"""

from __future__ import annotations

import sys
from typing import Any

from haystack import Document, Pipeline
from haystack.components.builders import AnswerBuilder, ChatPromptBuilder
from haystack.components.generators.chat import OpenAIChatGenerator
from haystack.components.preprocessors import DocumentSplitter
from haystack.components.retrievers.in_memory import InMemoryEmbeddingRetriever
from haystack.components.writers import DocumentWriter
from haystack.dataclasses import ChatMessage
from haystack.document_stores.in_memory import InMemoryDocumentStore
from haystack.utils import Secret
from haystack_integrations.components.embedders.sentence_transformers import (
    SentenceTransformersDocumentEmbedder,
    SentenceTransformersTextEmbedder,
)
from lines import serve

TEMPLATE = """Answer the question from the documents below, shortly. After each sentence name the document that it is taken
from by its number in brackets, like this: [2]. If the documents do not hold the answer, say that you don't know.
{% for document in documents %}
[{{ loop.index }}] {{ document.content }}
{% endfor %}
Question: {{ question }}
Answer:"""


class Haystack:
    def __init__(self, folder: str, base_url: str, chat_model: str) -> None:
        self.folder = folder
        self.store = InMemoryDocumentStore(embedding_similarity_function="cosine")
        self.embedder = SentenceTransformersTextEmbedder(model=folder, prefix="query: ", progress_bar=False)
        self.embedder.warm_up()
        self.retriever = InMemoryEmbeddingRetriever(self.store)
        generator = OpenAIChatGenerator(
            api_key=Secret.from_token("none"),
            model=chat_model,
            api_base_url=base_url,
            generation_kwargs={"temperature": 0, "max_tokens": 200},
            timeout=600,
        )
        self.answering = Pipeline()
        self.answering.add_component("embedder", self.embedder)
        self.answering.add_component("retriever", self.retriever)
        self.answering.add_component(
            "prompt", ChatPromptBuilder([ChatMessage.from_user(TEMPLATE)], required_variables="*")
        )
        self.answering.add_component("generator", generator)
        self.answering.add_component(
            "answers", AnswerBuilder(reference_pattern=r"\[(\d+)\]", return_only_referenced_documents=False)
        )
        self.answering.connect("embedder.embedding", "retriever.query_embedding")
        self.answering.connect("retriever.documents", "prompt.documents")
        self.answering.connect("prompt.prompt", "generator.messages")
        self.answering.connect("generator.replies", "answers.replies")
        self.answering.connect("retriever.documents", "answers.documents")

    def read(self, articles: list[dict[str, Any]]) -> int:
        indexing = Pipeline()
        indexing.add_component("splitter", DocumentSplitter())
        indexing.add_component(
            "embedder",
            SentenceTransformersDocumentEmbedder(model=self.folder, prefix="passage: ", progress_bar=False),
        )
        indexing.add_component("writer", DocumentWriter(self.store))
        indexing.connect("splitter", "embedder")
        indexing.connect("embedder", "writer")
        documents = [
            Document(content=article["text"], meta={"article_id": article["article_id"]}) for article in articles
        ]
        indexing.run({"splitter": {"documents": documents}})
        return self.store.count_documents()

    def read_stored(self, chunks: list[dict[str, Any]], vectors: Any) -> int:
        documents = [
            Document(
                content=chunk["text"],
                meta={"article_id": chunk["article_id"], "split_idx_start": chunk["start"]},
                embedding=vector,
            )
            for chunk, vector in zip(chunks, vectors.tolist(), strict=True)
        ]
        return self.store.write_documents(documents)

    def search(self, question: str, limit: int) -> list[dict[str, Any]]:
        vector = self.embedder.run(text=question)["embedding"]
        found = self.retriever.run(query_embedding=vector, top_k=limit)
        return [_passage(document) for document in found["documents"]]

    def ask(self, question: str) -> dict[str, Any]:
        asked = {
            "embedder": {"text": question},
            "prompt": {"question": question},
            "answers": {"query": question},
        }
        answer = self.answering.run(asked)["answers"]["answers"][0]
        cited = [document for document in answer.documents if document.meta["referenced"]]
        citations = [
            {
                "marker": document.meta["source_index"],
                "article_id": document.meta["article_id"],
                "quote": document.content,
            }
            for document in cited
        ]
        passages = [_passage(document) for document in answer.documents]
        return {"text": answer.data, "citations": citations, "passages": passages}


def _passage(document: Document) -> dict[str, Any]:
    start = document.meta["split_idx_start"]
    return {
        "article_id": document.meta["article_id"],
        "text": document.content,
        "start": start,
        "end": start + len(document.content),
        "score": document.score,
    }


serve(
    lambda: Haystack(*sys.argv[1:]), ["haystack-ai", "sentence-transformers-haystack", "sentence-transformers", "torch"]
)
