"""`Assistant`: the whole story of a question, top to bottom."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Literal, Self

from corpus.article import Article
from corpus.cleaning import without_half_characters
from corpus.duplicates import publication_order
from corpus.language import detect_language
from index.consistency import IndexCheck
from index.database import Moment
from index.filters import SearchFilters
from index.full_story import full_story
from index.ingest_report import IngestProgress, IngestReport, PageReport
from index.rebuild import RebuildProgress, RebuildReport
from index.retrieval import Retriever
from index.rows import StoredQuote
from index.stories import Copy
from rag.answer import Answer, Part, PassageRef, Refusal, Sentence, Usage
from rag.checking import Finding, check
from rag.context import passages_within
from rag.conversation import Turn, read_follow_up
from rag.draft import DraftSentence
from rag.errors import ChatModelError, DraftTooLongError, EmptyQuestionError, QuestionTooLongError
from rag.grounding import QUOTATION_FRAMES
from rag.model_writer import Declined
from rag.narrowing import narrowed
from rag.question import parse_question
from rag.refusals import NOTICES, REFUSALS
from rag.rewriting import rewritten
from rag.settings import Settings
from rag.telling import TELLING_FRAMES
from rag.tracing import Trace, trace
from rag.verification import Entailment, Verifier

if TYPE_CHECKING:
    from corpus.readers.records import Upload
    from rag.assembly import Clock, Engine
    from rag.chat_model import ChatModel

MAX_QUESTION = 2_000
"""Characters of a question."""
MAX_DRAFT = 50_000
"""Characters of a text to be checked: some ten pages."""

Stage = Literal["searching", "reading", "checking", "translating"]


@dataclass(frozen=True, slots=True)
class Progress:
    """What an answer in the making is at."""

    stage: Stage


@dataclass(frozen=True, slots=True)
class IndexStatus:
    """What one home holds and what answers from it."""

    home: Path
    articles: int
    teasers: int
    chunks: int
    quotes: int
    embedder: str
    embedder_runtime: str
    manifest_digest: str


class Assistant:
    """Answers questions about one corpus. Use `Assistant.open(settings)` as a context manager.

    A citation leads to the very words; a follow-up brings what was said before; a stream tells each sentence once it is verified:

    >>> answer = assistant.ask("what did Horii say?")
    >>> cited = answer.citations[0]
    >>> cited.span.of(assistant.article(cited.article_id, cited.text_sha256).text) == cited.quote
    True
    >>> from rag.conversation import Turn
    >>> before = [Turn("user", answer.question), Turn("assistant", answer.text)]
    >>> assistant.ask("and Rubio?", before).standalone_question
    'what did Rubio say?'
    >>> [type(step).__name__ for step in assistant.stream("what did Horii say?")]
    ['Progress', 'Progress', 'Progress', 'Sentence', 'Answer']
    >>> import asyncio
    >>> asyncio.run(assistant.aask("Who is Elon Musk?")).refused
    True

    Without answering: passages, and who said what.

    >>> from index.filters import SearchFilters
    >>> hits = assistant.retriever.search("critical minerals", SearchFilters(language="en"), limit=3)
    >>> all(hit.text == hit.span.of(assistant.article(hit.article_id).text) for hit in hits)
    True
    >>> {quote.speaker for quote in assistant.quotes(speaker="Horii")}
    {'Iwao Horii'}
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @classmethod
    def open(
        cls,
        settings: Settings,
        *,
        exclusive: bool = True,
        address: str | None = None,
        chat_model: ChatModel | None = None,
        note: Callable[[str], None] = lambda _: None,
        clock: Clock | None = None,
        entailment: Entailment | None = None,
    ) -> Assistant:
        """Opens the home's index, creating it if there is none. `exclusive=False` shares it with other readers, to ask only.

        `chat_model` writes the answers in place of the one that `settings.model` names; `clock` says what time it is, for "yesterday".
        `entailment` is asked about every sentence of a language model that the rules let pass; by default nobody is.

        Raises:
            IndexBusyError: another process holds the home.
            ManifestMismatchError: the index was built by another embedding model.
            WeightsError, ModelNotFoundError, UnknownModelError, ChatModelError, CorruptStoreError: each says what to do.
        """
        from rag.assembly import assemble, now

        engine = assemble(
            settings,
            exclusive=exclusive,
            address=address,
            chat_model=chat_model,
            note=note,
            clock=clock or now,
            entailment=entailment,
        )
        return cls(engine)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Lets go of the home."""
        self._engine.close()

    @property
    def retriever(self) -> Retriever:
        """Search without answering."""
        return self._engine.retriever

    def ask(self, question: str, history: Sequence[Turn] = (), *, filters: SearchFilters | None = None) -> Answer:
        """The verified answer to `question`, or a refusal. `filters` narrow what it is sought in, beside the question's own dates.

        Raises:
            EmptyQuestionError, QuestionTooLongError
        """
        answer: Answer | None = None
        for event in self.stream(question, history, filters=filters):
            if isinstance(event, Answer):
                answer = event
        assert answer is not None
        return answer

    async def aask(
        self, question: str, history: Sequence[Turn] = (), *, filters: SearchFilters | None = None
    ) -> Answer:
        """`ask` in a worker thread."""
        import asyncio

        return await asyncio.to_thread(self.ask, question, history, filters=filters)

    def stream(
        self, question: str, history: Sequence[Turn] = (), *, filters: SearchFilters | None = None
    ) -> Iterator[Progress | Sentence | Answer]:
        """What `ask` does, as it happens: stages, each sentence once it is verified, and the whole answer last."""
        question = _checked(question)
        engine = self._engine
        with engine.store.moment() as moment:
            yield from self._steps(engine, moment, question, history, filters)

    def _steps(
        self, engine: Engine, moment: Moment, question: str, history: Sequence[Turn], filters: SearchFilters | None
    ) -> Iterator[Progress | Sentence | Answer]:
        clock = _Clock()
        used: list[Usage] = []
        yield Progress("searching")
        follow_up = read_follow_up(question, history)
        standalone = follow_up.text
        if follow_up.leans and engine.chat_model is not None:
            counted = [Usage()]
            standalone = rewritten(question, history, engine.chat_model, counted.append) or standalone
            used.append(counted[-1])
            clock.lap("rewrite")
        with moment.read():
            narrowing = narrowed(standalone, filters, engine.store, engine.today())
            asked = parse_question(narrowing.question)
            vector = engine.retriever.embed(asked.text)
            clock.lap("embed")
            hits = engine.retriever.search_vector(asked.text, vector, narrowing.filters, engine.settings.passages)
            passages = passages_within(hits, question=asked.text)
            clock.lap("search")
        yield Progress("reading")
        with moment.read():
            draft = engine.writer.write(asked, vector, passages, narrowing.filters)
            clock.lap("write")
        yield Progress("checking")
        frames = TELLING_FRAMES | QUOTATION_FRAMES
        verifier = Verifier(engine.store, frames, asked.language, asked.text, engine.entailment, engine.retriever.words)
        model, refusal, notice, failed = engine.writer.name, draft.refusal, None, False
        if engine.model_writer is not None and refusal is None:
            model = engine.model_writer.name
            counted = [Usage()]
            try:
                told = draft.sentences if draft.quotations else ()
                for proposed in engine.model_writer.write(asked, passages, counted.append, told):
                    if isinstance(proposed, Declined):
                        refusal = None if draft.quotations else "no_support"
                        break
                    yield from self._released(moment, verifier, proposed)
            except ChatModelError as error:
                failed = True
                kind = "broke_off" if verifier.result().sentences else "failed"
                notice = NOTICES[asked.language][kind].format(reason=error.what)
            used.append(counted[-1])
            clock.lap("model")
        written = verifier.result().sentences
        if _in_another_language(written, asked.language):
            notice = notice or NOTICES[asked.language]["other_language"].format(model=model)
        if refusal is None:
            if engine.model_writer is not None and not written:
                notice = notice or NOTICES[asked.language]["unverified"].format(model=model)
                model = engine.writer.name
            enough = bool(written) and (not draft.quotations or any(map(_quotes, written)))
            for sentence in draft.sentences:
                if not enough or (draft.quotations and sentence.says_only_of_whom):
                    yield from self._released(moment, verifier, sentence)
        clock.lap("verify")
        with moment.read():
            foreign = verifier.foreign_quotations() if engine.translator is not None and not failed else []
        if engine.translator is not None and foreign:
            yield Progress("translating")
            for quotation, translation in engine.translator.translations(foreign, asked.language, used.append):
                verifier.translate(quotation, translation)
            clock.lap("translate")
        verified = verifier.result()
        refusal = refusal or (None if any(sentence.markers for sentence in verified.sentences) else "nothing_verified")
        nearest = Verifier(engine.store, frames, asked.language, asked.text)
        if refusal is not None:
            with moment.read():
                for sentence in draft.nearest or draft.sentences:
                    nearest.check(sentence)
        notices = (notice, narrowing.notice(asked.language, refused=refusal is not None))
        yield Answer(
            question=question,
            standalone_question=" ".join(standalone.split()),
            sentences=verified.sentences if refusal is None else (_refusal(refusal, asked.language),),
            language=asked.language,
            model=model,
            settings_digest=engine.settings.digest,
            refusal=refusal,
            notice=" ".join(filter(None, notices)) or None,
            citations=verified.citations,
            nearest=nearest.result().citations,
            support=draft.support,
            removed=verified.removed,
            passages=tuple(
                PassageRef(hit.article_id, hit.span, round(hit.score, 3), hit.found_by, round(hit.lexical, 3))
                for hit in hits
            ),
            timings_ms=clock.laps,
            usage=_together(used),
            applied=narrowing.applied,
        )

    def _released(self, moment: Moment, verifier: Verifier, proposed: DraftSentence) -> Iterator[Sentence]:
        with moment.read():
            sentence = verifier.check(proposed)
        if sentence is not None:
            yield sentence

    def ingest(
        self,
        paths: Sequence[Path | str] | Path | str,
        *,
        prune: bool = False,
        limit: int | None = None,
        progress: Callable[[IngestProgress], None] = lambda _: None,
        pages: Callable[[PageReport], None] = lambda _: None,
        stop: Callable[[], bool] = lambda: False,
    ) -> IngestReport:
        """Reads files, folders, patterns and URLs (pages, feeds, sitemaps) into the corpus; what cannot be read is in the report.
        Repeating it changes nothing. `limit` is how many pages of one feed or sitemap are read.

        `pages` hears what became of each page: what was kept of it, and what was dropped by which rule. `stop` is asked now and then
        whether to leave it at that; the next ingest goes on from there.

        Raises:
            SourceNotFoundError: a path does not exist.
        """
        several = [paths] if isinstance(paths, str | Path) else list(paths)
        with self._engine.building() as builder:
            return builder.ingest(several, prune=prune, limit=limit, progress=progress, pages=pages, stop=stop)

    def ingest_uploads(
        self,
        uploads: Iterable[Upload],
        *,
        trust_urls: bool = True,
        pages: Callable[[PageReport], None] = lambda _: None,
    ) -> IngestReport:
        """Reads files that were sent as bytes. `trust_urls` says whether a file is believed the address it claims to be from, under which
        it may become a new version of an article."""
        with self._engine.building() as builder:
            return builder.ingest_uploads(uploads, trust_urls=trust_urls, pages=pages)

    def ingest_articles(
        self, articles: Iterable[Article], *, progress: Callable[[IngestProgress], None] = lambda _: None
    ) -> IngestReport:
        """Takes articles that are clean already, such as a public data set's."""
        with self._engine.building() as builder:
            return builder.ingest_articles(articles, progress=progress)

    def article(self, article_id: str, text_sha256: str | None = None) -> Article:
        """That version of an article, the current one if no digest is given.

        Raises:
            ArticleNotFoundError: there is none.
        """
        return self._engine.store.article(article_id, text_sha256)

    def full_story(self, teaser: Article) -> Article | None:
        """The whole article that a teaser announces, if the corpus holds it."""
        return full_story(self._engine.store, teaser)

    def copies(self, article_id: str, text_sha256: str | None = None) -> list[Copy]:
        """The other articles that carry the story of that version of an article (the current one if no digest is given): the same
        text (exact), or edited or cut (near). The earliest publication first, undated ones last.

        Raises:
            ArticleNotFoundError: there is none.
        """
        return self._engine.store.copies(self.article(article_id, text_sha256))

    def is_current(self, article: Article) -> bool:
        """Whether this version is the one that is searched."""
        return self._engine.store.current_sha256(article.id) == article.text_sha256

    def articles(self) -> list[Article]:
        """Every live article and teaser, exact copies too."""
        return list(self._engine.store.live_articles())

    def catalogue(
        self, words: str = "", *, first: int = 0, limit: int = 50, copies: bool = True
    ) -> tuple[int, list[Article]]:
        """How many live articles hold `words` in their title, outlet or address, and `limit` of them from `first` on, the newest first.
        Without `copies` exact ones count once, as their earliest publication."""
        store = self._engine.store
        with store.snapshot():
            total, ids = store.catalogue(words, first, limit, copies=copies)
            return total, [store.article(article_id) for article_id in ids]

    def outlets(self) -> list[str]:
        """Who published the live articles, the most frequent first."""
        return self._engine.store.outlets()

    def languages(self) -> list[str]:
        """The languages of the live articles, the most frequent first."""
        return self._engine.store.languages()

    def people(self) -> list[tuple[str, int]]:
        """Everybody who is quoted, with the number of quotations, the most quoted first."""
        return self._engine.store.people()

    def quotes_of(self, person: str, limit: int) -> list[StoredQuote]:
        """The first `limit` quotations of the person of exactly that name."""
        return self._engine.store.quotes([person], limit=limit)

    def quotes(
        self, speaker: str | None = None, about: str | None = None, since: date | None = None
    ) -> list[StoredQuote]:
        """Quotations by a speaker (a name, a part of one, or an office), holding the words of `about`, from articles published on the
        day `since` or later; all of them by default. Of exact copies only the earliest publication's."""
        filters = SearchFilters(speaker=speaker, published_from=since)
        found = self._engine.store.quotes(condition=self._engine.retriever.condition(filters))
        wanted = about.casefold().split() if about else []
        about_it = [quote for quote in found if all(word in quote.text.casefold() for word in wanted)]
        carriers: dict[str, set[str]] = {}
        for quote in about_it:
            carriers.setdefault(quote.text_sha256, set()).add(quote.article_id)
        first = {text_sha256: min(ids, key=self._publication) for text_sha256, ids in carriers.items() if len(ids) > 1}
        return [quote for quote in about_it if first.get(quote.text_sha256, quote.article_id) == quote.article_id]

    def _publication(self, article_id: str) -> tuple[datetime, str]:
        return publication_order(self.article(article_id).published), article_id

    def trace(self, quotation: str) -> Trace:
        """Where a quotation, or most of one, stands: who said it, in which articles, the earliest publication first; if the corpus has
        it only altered, the original and what differs.

        Raises:
            EmptyQuestionError, QuestionTooLongError
        """
        return trace(_checked(quotation), self._engine.store)

    def check(self, text: str) -> list[Finding]:
        """What the articles say to every quotation, figure and named claim in a person's own text, in its order.

        Raises:
            DraftTooLongError
        """
        if len(text) > MAX_DRAFT:
            raise DraftTooLongError(
                f"The draft has {len(text):,} characters; {MAX_DRAFT:,} are checked at most.", "Check it in parts."
            )
        return check(without_half_characters(text), self._engine.store, self._engine.retriever)

    def remove(self, article_id: str) -> None:
        """Withdraws an article from search; answers that cite it can still open it.

        Raises:
            ArticleNotFoundError: there is none.
        """
        with self._engine.building() as builder:
            builder.remove(article_id)

    def verify_index(self) -> IndexCheck:
        """Compares the database with Chroma, and the database with itself."""
        return self._engine.check()

    def rebuild_index(
        self,
        *,
        embedding_model: str | None = None,
        chunk_tokens: int | None = None,
        progress: Callable[[RebuildProgress], None] = lambda _: None,
        note: Callable[[str], None] = lambda _: None,
    ) -> RebuildReport:
        """Makes the index anew, under other settings where they are given. Questions are answered from the old one until then; what
        has been embedded before is not embedded again.

        Raises:
            ModelNotFoundError, WeightsError: of the other model.
        """
        given = {"embedding_model": embedding_model, "chunk_tokens": chunk_tokens}
        changed = {name: value for name, value in given.items() if value is not None}
        settings = self._engine.settings.model_copy(update=changed)
        self._engine, report = self._engine.rebuilt(settings, progress, note)
        return report

    def status(self) -> IndexStatus:
        counts = self._engine.store.counts()
        embedder = self._engine.embedder
        return IndexStatus(
            self._engine.settings.home,
            counts["articles"],
            counts["teasers"],
            counts["chunks"],
            counts["quotes"],
            embedder.name,
            embedder.runtime,
            self._engine.manifest.digest,
        )


class _Clock:
    """Milliseconds a stage."""

    def __init__(self) -> None:
        self._last = time.perf_counter()
        self.laps: dict[str, float] = {}

    def lap(self, stage: str) -> None:
        now = time.perf_counter()
        self.laps[stage] = round((now - self._last) * 1000, 2)
        self._last = now


def _checked(question: str) -> str:
    if not question.strip():
        raise EmptyQuestionError("The question is empty.", "Ask something, such as: what did Horii say?")
    if len(question) > MAX_QUESTION:
        raise QuestionTooLongError(
            f"The question has {len(question):,} characters; {MAX_QUESTION:,} are read at most.", "Shorten it."
        )
    return without_half_characters(question)


def _together(used: Sequence[Usage]) -> Usage | None:
    """What all calls took; unknown where one call's is."""

    def total(counts: Sequence[int | None]) -> int | None:
        known = [count for count in counts if count is not None]
        return sum(known) if len(known) == len(counts) else None

    return Usage(total([one.tokens_in for one in used]), total([one.tokens_out for one in used])) if used else None


def _quotes(sentence: Sentence) -> bool:
    return any(part.kind == "source" for part in sentence.parts)


def _in_another_language(sentences: Sequence[Sentence], language: str) -> bool:
    """Whether the model's own words are English where Swedish was asked for, or the other way round; a few words are not told apart."""
    parts = [part for sentence in sentences for part in sentence.parts]
    own = " ".join(part.text for part in parts if part.kind == "paraphrase")
    return detect_language(own) in {"en", "sv"} - {language}


def _refusal(refusal: Refusal, language: str) -> Sentence:
    return Sentence((Part("frame", REFUSALS[language][refusal]),))
