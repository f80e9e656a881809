"""LangChain as its tutorials build it: recursive splitter, vector store, retriever, prompt, chat model. It cites nothing.

Arguments: the embedding model's folder, the chat endpoint's base URL, the chat model's name.
"""

from __future__ import annotations

import sys
from typing import Any

from langchain_chroma import Chroma
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate
from langchain_huggingface import HuggingFaceEmbeddings
from langchain_openai import ChatOpenAI
from langchain_text_splitters import RecursiveCharacterTextSplitter
from lines import serve

PROMPT = ChatPromptTemplate.from_messages(
    [
        (
            "system",
            "Answer the question from the context below, in three sentences at most. "
            "If the context does not hold the answer, say that you don't know.\n\n{context}",
        ),
        ("human", "{question}"),
    ]
)


class Stored(Embeddings):
    """Vectors that are known already, by text; questions are embedded as ever."""

    def __init__(self, vectors: dict[str, list[float]], model: Embeddings) -> None:
        self.vectors = vectors
        self.model = model

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [self.vectors[text] for text in texts]

    def embed_query(self, text: str) -> list[float]:
        return self.model.embed_query(text)


class LangChain:
    def __init__(self, folder: str, base_url: str, chat_model: str) -> None:
        self.embeddings = HuggingFaceEmbeddings(
            model_name=folder,
            model_kwargs={"device": "cpu"},
            encode_kwargs={"prompt_name": "document"},
            query_encode_kwargs={"prompt_name": "query"},
        )
        model = ChatOpenAI(
            model=chat_model, base_url=base_url, api_key="none", temperature=0, max_tokens=200, timeout=600
        )
        self.chain = PROMPT | model | StrOutputParser()

    def read(self, articles: list[dict[str, Any]]) -> int:
        documents = [
            Document(page_content=article["text"], metadata={"article_id": article["article_id"]})
            for article in articles
        ]
        splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200, add_start_index=True)
        return self._store(splitter.split_documents(documents), self.embeddings)

    def read_stored(self, chunks: list[dict[str, Any]], vectors: Any) -> int:
        known = dict(zip((chunk["text"] for chunk in chunks), vectors.tolist(), strict=True))
        documents = [
            Document(
                page_content=chunk["text"],
                metadata={"article_id": chunk["article_id"], "start_index": chunk["start"]},
            )
            for chunk in chunks
        ]
        return self._store(documents, Stored(known, self.embeddings))

    def _store(self, documents: list[Document], embeddings: Embeddings) -> int:
        self.store = Chroma(collection_name="corpus", embedding_function=embeddings)
        for start in range(0, len(documents), 1000):
            self.store.add_documents(documents[start : start + 1000])
        self.retriever = self.store.as_retriever()
        return len(documents)

    def search(self, question: str, limit: int) -> list[dict[str, Any]]:
        found = self.store.similarity_search_with_score(question, k=limit)
        return [_passage(document) | {"score": -distance} for document, distance in found]

    def ask(self, question: str) -> dict[str, Any]:
        documents = self.retriever.invoke(question)
        context = "\n\n".join(document.page_content for document in documents)
        text = self.chain.invoke({"context": context, "question": question})
        return {"text": text, "passages": [_passage(document) for document in documents]}


def _passage(document: Document) -> dict[str, Any]:
    start = document.metadata["start_index"]
    words = document.page_content
    return {"article_id": document.metadata["article_id"], "text": words, "start": start, "end": start + len(words)}


serve(lambda: LangChain(*sys.argv[1:]), ["langchain-core", "langchain-chroma", "sentence-transformers", "torch"])
