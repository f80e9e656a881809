"""The index: chunks, vectors, stems and quotations of a corpus, and the search over them."""

from index.filters import SearchFilters
from index.retrieval import Hit, Retriever

__all__ = ["Hit", "Retriever", "SearchFilters"]
