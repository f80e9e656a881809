"""An open assistant answering in JSON: the one form that the command line, the HTTP API and `ui.remote` share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Any

from rag.answer import copies_json

if TYPE_CHECKING:
    from corpus.article import Article
    from corpus.readers.records import Upload
    from index.consistency import IndexCheck
    from index.filters import SearchFilters
    from index.ingest_report import IngestProgress, PageReport
    from rag import Assistant
    from rag.answer import AnswerJson, CopyJson
    from rag.checking import FindingJson
    from rag.conversation import Turn

Json = dict[str, Any]
PAGE = 1_000
"""Articles that one page of the list may hold."""


class Local:
    """The assistant's methods with JSON out. What they raise is what the assistant raises."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant

    def ask(self, question: str, history: Sequence[Turn] = (), filters: SearchFilters | None = None) -> AnswerJson:
        return self._assistant.ask(question, history, filters=filters).to_dict()

    def search(self, query: str, limit: int, filters: SearchFilters | None = None) -> list[Json]:
        """Passages, each with the other articles that carry its story.

        Raises:
            EmptyQuestionError
        """
        from rag.errors import EmptyQuestionError

        if not query.strip():
            raise EmptyQuestionError("There is nothing to search for.", "Name some words, such as: critical minerals.")
        return [
            {
                "article_id": hit.article_id,
                "text_sha256": hit.text_sha256,
                "start": hit.span.start,
                "end": hit.span.end,
                "text": hit.text,
                "score": hit.score,
                "found_by": list(hit.found_by),
                "title": hit.title,
                "copies": self._copies(hit.article_id, hit.text_sha256),
            }
            for hit in self._assistant.retriever.search(query, filters, limit)
        ]

    def quotes(self, speaker: str | None = None, about: str | None = None, since: date | None = None) -> list[Json]:
        return [
            {
                "speaker": quote.speaker,
                "role": quote.role,
                "kind": quote.kind,
                "cue": quote.cue,
                "article_id": quote.article_id,
                "text_sha256": quote.text_sha256,
                "start": quote.span.start,
                "end": quote.span.end,
                "text": quote.text,
            }
            for quote in self._assistant.quotes(speaker=speaker, about=about, since=since)
        ]

    def check(self, text: str) -> list[FindingJson]:
        """What the articles say to a person's own text."""
        from rag.checking import findings_json

        return findings_json(self._assistant.check(text))

    def articles(self, search: str = "", limit: int = PAGE, offset: int = 0) -> Json:
        """How many articles are searched, and a page of them, the newest first; exact copies once, as their earliest publication with the
        others as `copies`. `search` keeps those that hold these words in their title, outlet or address."""
        total, articles = self._assistant.catalogue(search.strip(), first=offset, limit=limit, copies=False)
        return {"total": total, "articles": [self._listed(article) for article in articles]}

    def _listed(self, article: Article) -> Json:
        copies = self._assistant.copies(article.id, article.text_sha256)
        return {**_record(article), "copies": copies_json([copy for copy in copies if copy.kind == "exact"])}

    def article(self, article_id: str, text_sha256: str | None = None) -> Json:
        article = self._assistant.article(article_id, text_sha256)
        story = self._assistant.full_story(article)
        return {
            **_record(article),
            "points_to": story.id if story else None,
            "current": self._assistant.is_current(article),
            "copies": self._copies(article_id, text_sha256),
            "text": article.text,
            "paragraphs": [
                {"start": part.span.start, "end": part.span.end, "kind": part.kind, "language": part.language}
                for part in article.paragraphs
            ],
        }

    def _copies(self, article_id: str, text_sha256: str | None) -> list[CopyJson]:
        return copies_json(self._assistant.copies(article_id, text_sha256))

    def remove(self, article_id: str) -> None:
        self._assistant.remove(article_id)

    def ingest(
        self,
        sources: Sequence[str],
        *,
        prune: bool = False,
        limit: int | None = None,
        progress: Callable[[IngestProgress], None] = lambda _: None,
        pages: Callable[[Json], None] | None = None,
        stop: Callable[[], bool] = lambda: False,
    ) -> Json:
        """The counts, and the first rejections as {source, reason, remedy}. `pages` is told what became of each page."""
        tell = (lambda _: None) if pages is None else (lambda page: pages(_page(page)))
        report = self._assistant.ingest(sources, prune=prune, limit=limit, progress=progress, pages=tell, stop=stop)
        return asdict(report)

    def ingest_uploads(self, uploads: Sequence[Upload], *, trust_urls: bool, pages: Callable[[Json], None]) -> Json:
        """As `ingest`, of files that were sent."""
        report = self._assistant.ingest_uploads(uploads, trust_urls=trust_urls, pages=lambda page: pages(_page(page)))
        return asdict(report)

    def verify_index(self) -> Json:
        return check_json(self._assistant.verify_index())

    def rebuild_index(self, embedding_model: str | None = None, chunk_tokens: int | None = None) -> Json:
        return asdict(self._assistant.rebuild_index(embedding_model=embedding_model, chunk_tokens=chunk_tokens))

    def status(self) -> Json:
        status = self._assistant.status()
        return {
            "articles": status.articles,
            "teasers": status.teasers,
            "chunks": status.chunks,
            "quotes": status.quotes,
            "embedder": status.embedder,
            "embedder_runtime": status.embedder_runtime,
            "manifest_digest": status.manifest_digest,
        }


def check_json(check: IndexCheck) -> Json:
    return {"sound": check.sound, **asdict(check)}


def _record(article: Article) -> Json:
    return {
        "id": article.id,
        "text_sha256": article.text_sha256,
        "kind": article.kind,
        "title": article.title,
        "outlet": article.outlet,
        "authors": list(article.authors),
        "published": article.published.isoformat() if article.published else None,
        "url": article.url,
        "language": article.language,
        "found_on": article.found_on,
    }


def _page(page: PageReport) -> Json:
    return {
        "source": page.source,
        "state": page.state,
        "articles": [
            {**_record(article), "paragraphs": [part.span.of(article.text) for part in article.paragraphs]}
            for article in page.articles
        ],
        "dropped": [{"text": dropped.text, "rule": dropped.rule} for dropped in page.dropped],
        "reason": page.rejected.reason if page.rejected else None,
        "remedy": page.rejected.remedy if page.rejected else None,
    }
