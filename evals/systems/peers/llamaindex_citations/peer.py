"""LlamaIndex with its `CitationQueryEngine`, everything else as it comes.

Arguments: the embedding model's folder, the chat endpoint's base URL, the chat model's name.
"""

from __future__ import annotations

import re
import sys
from typing import Any

from lines import serve
from llama_index.core import Document, VectorStoreIndex
from llama_index.core.query_engine import CitationQueryEngine
from llama_index.core.schema import NodeWithScore, TextNode
from llama_index.embeddings.huggingface import HuggingFaceEmbedding
from llama_index.llms.openai_like import OpenAILike

MARKER = re.compile(r"\[(\d{1,4}(?:, ?\d{1,4})*)\]")
SHOWN = re.compile(r"Source \d+:\n")
HIDDEN = {"excluded_embed_metadata_keys": ["article_id"], "excluded_llm_metadata_keys": ["article_id"]}


class LlamaIndex:
    def __init__(self, folder: str, base_url: str, chat_model: str) -> None:
        self.embeddings = HuggingFaceEmbedding(
            model_name=folder, query_instruction="query: ", text_instruction="passage: ", device="cpu"
        )
        self.model = OpenAILike(
            model=chat_model,
            api_base=base_url,
            api_key="none",
            is_chat_model=True,
            context_window=4096,
            max_tokens=200,
            temperature=0,
            timeout=600,
        )

    def read(self, articles: list[dict[str, Any]]) -> int:
        documents = [
            Document(
                text=article["text"],
                metadata={"article_id": article["article_id"]}
                | ({"title": article["title"]} if article["title"] else {}),
                **HIDDEN,
            )
            for article in articles
        ]
        return self._engine(VectorStoreIndex.from_documents(documents, embed_model=self.embeddings))

    def read_stored(self, chunks: list[dict[str, Any]], vectors: Any) -> int:
        nodes = [
            TextNode(
                text=chunk["text"],
                metadata={"article_id": chunk["article_id"]},
                start_char_idx=chunk["start"],
                end_char_idx=chunk["end"],
                embedding=vector,
                **HIDDEN,
            )
            for chunk, vector in zip(chunks, vectors.tolist(), strict=True)
        ]
        return self._engine(VectorStoreIndex(nodes, embed_model=self.embeddings))

    def _engine(self, index: VectorStoreIndex) -> int:
        self.index = index
        self.engine = CitationQueryEngine.from_args(index, llm=self.model, similarity_top_k=3, citation_chunk_size=512)
        return len(index.docstore.docs)

    def search(self, question: str, limit: int) -> list[dict[str, Any]]:
        return [_passage(found) for found in self.index.as_retriever(similarity_top_k=limit).retrieve(question)]

    def ask(self, question: str) -> dict[str, Any]:
        response = self.engine.query(question)
        text = str(response)
        sources = [_passage(source) for source in response.source_nodes]
        used = {int(number) for marker in MARKER.findall(text) for number in re.findall(r"\d+", marker)}
        citations = [
            {"marker": number, "article_id": source["article_id"], "quote": source["text"]}
            for number, source in enumerate(sources, start=1)
            if number in used
        ]
        return {"text": text, "citations": citations, "passages": sources}


def _passage(found: NodeWithScore) -> dict[str, Any]:
    """Citation nodes open with `Source 1:` and do not say where they stand."""
    node = found.node
    words = SHOWN.sub("", node.get_content(), count=1).strip()
    passage = {"article_id": node.metadata["article_id"], "text": words, "score": found.score}
    if node.start_char_idx is not None and node.end_char_idx is not None:
        passage |= {"start": node.start_char_idx, "end": node.end_char_idx}
    return passage


serve(
    lambda: LlamaIndex(*sys.argv[1:]),
    ["llama-index-core", "llama-index-embeddings-huggingface", "sentence-transformers", "torch"],
)
