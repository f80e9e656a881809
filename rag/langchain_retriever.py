"""Citera in somebody else's chain: a LangChain `BaseRetriever`, and the whole pipeline as a `Runnable`."""

from __future__ import annotations

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import Runnable, RunnableLambda
from pydantic import ConfigDict

from index.retrieval import Retriever
from rag.answer import Answer
from rag.assistant import Assistant


class CiteraRetriever(BaseRetriever):
    """Passages as LangChain documents; `metadata` names article, version and span, so that they stay citable.

    >>> from langchain_core.runnables import RunnableLambda
    >>> retriever = CiteraRetriever(retriever=assistant.retriever, limit=2)
    >>> chain = retriever | RunnableLambda(lambda documents: [document.metadata["title"] for document in documents])
    >>> chain.invoke("what did Horii say?")[0]
    'Japan tells minerals meeting: we share one boat'
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    retriever: Retriever
    limit: int = 8

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:  # noqa: ARG002 - the base class's signature
        return [
            Document(
                id=hit.chunk.id,
                page_content=hit.text,
                metadata={
                    "article_id": hit.article_id,
                    "text_sha256": hit.text_sha256,
                    "start": hit.span.start,
                    "end": hit.span.end,
                    "title": hit.title,
                    "score": hit.score,
                },
            )
            for hit in self.retriever.search(query, limit=self.limit)
        ]


def as_runnable(assistant: Assistant) -> Runnable[str, Answer]:
    """Question in, verified `Answer` out: retrieval, writing and verification as one link of a chain.

    >>> (as_runnable(assistant) | (lambda answer: answer.refused)).invoke("what did Horii say?")
    False
    """
    return RunnableLambda(assistant.ask, name="citera")
