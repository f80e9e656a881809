"""The index: chunks, vectors, stems and quotations of a corpus, and the search over them."""

from index.retrieval import Hit, Retriever, SearchFilters

__all__ = ["Hit", "Retriever", "SearchFilters"]
