"""A command that speaks JSON Lines: any system in any language, in a process of its own.

It is told on stdin, and answers on stdout, a JSON object a line each; what it writes to stderr goes to `out/system.log`.

    -> {"corpus": PATH, "home": PATH, "chunks": PATH or null, "vectors": PATH or null}
    <- {"chunks": 10057, "seconds": 84.1, "versions": {"lib": "1.2"}}
    -> {"id": 1, "search": "Who ...?", "limit": 30}
    <- {"id": 1, "passages": [{"article_id": "...", "text": "...", "score": 0.8}, ...]}
    -> {"id": 2, "ask": "Who ...?", "history": [{"role": "user", "text": "..."}]}
    <- {"id": 2, "text": "It was ... [1].", "citations": [{"marker": 1, "article_id": "...", "quote": "..."}], "passages": [...]}

`corpus` is a file as `evals.systems.corpus_file.write_corpus` writes it. In the folder `home`, which is there and empty at first, the
command may keep what it makes of the corpus; the folder is the same while the corpus is, and `seconds` is 0 if that was used again.
`chunks` and `vectors`, if given, are somebody's own: a line `{"article_id", "start", "end"}` a chunk, and a NumPy file of
float32 unit vectors, shape (chunks, dimension), in the same order. `seconds` is what the corpus took to become searchable. Replies have
the fields of `evals.systems.replies.SystemReply` and the `id` they reply to.

A command that dies, hangs or says something else costs the question; for the next one it is started again. If it cannot be
started and given the corpus, the run ends. It is ended by closing its stdin.
"""

from __future__ import annotations

import json
import os
import queue
import shlex
import signal
import subprocess
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, NonNegativeFloat, NonNegativeInt, ValidationError
from rich.progress import Progress

from corpus.article import Article
from evals.cases import Dataset
from evals.errors import QuestionFailedError, SystemUnusableError
from evals.run_folder import Ingest, digest_of, write_ingest
from evals.systems.corpus_file import articles_of, write_corpus
from evals.systems.foreign import ForeignHolding
from evals.systems.home import kept_home
from evals.systems.memory import peak_mb
from evals.systems.replies import SystemReply, fault_of
from evals.systems.system import Facts
from rag.conversation import Turn

MAX_LINE = 20_000_000
"""Bytes of one line of a command."""
MAX_UNREAD = 16
"""Lines that a command may be ahead of what was asked; it waits with more."""
FAREWELL = 10
"""Seconds that a command has to end after its stdin was closed."""

Line = TypeVar("Line", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Vectors:
    """Stored chunks and their vectors, for a command that is not to embed the corpus itself."""

    chunks: Path
    vectors: Path


@dataclass(frozen=True, slots=True)
class Command:
    """`command` is split as a shell would, and run without one. Timeouts are in seconds: for one question, and for the corpus."""

    command: str
    timeout: float = 120
    ingest_timeout: float = 7_200
    stored: Vectors | None = None
    label: str | None = None

    @property
    def name(self) -> str:
        return self.label or f"command:{self.command}"

    @contextmanager
    def hold(self, dataset: Dataset, out: Path, progress: Progress) -> Iterator[ForeignHolding]:
        articles = articles_of(dataset)
        digest = digest_of((self.command, str(self.stored)))
        home = kept_home(out / "home", digest_of((dataset.corpus_digest, digest)))
        home.mkdir(exist_ok=True)
        write_corpus(out / "corpus.jsonl", articles)
        hello = {
            "corpus": str((out / "corpus.jsonl").resolve()),
            "home": str(home.resolve()),
            "chunks": str(self.stored.chunks.resolve()) if self.stored else None,
            "vectors": str(self.stored.vectors.resolve()) if self.stored else None,
        }
        waiting = progress.add_task("the system reads", total=None)
        transport = _Transport(self, hello, out / "system.log")
        try:
            ready = transport.start()
            progress.update(waiting, total=1, completed=1)
            if ready.seconds > 0 and self.stored is None:
                write_ingest(out, Ingest(ready.chunks, ready.seconds))
            facts = _facts(self, digest, articles, ready)
            yield ForeignHolding(articles, transport, self.name, facts)
        finally:
            transport.close()


def _facts(command: Command, digest: str, articles: Sequence[Article], ready: _Ready) -> Facts:
    return Facts(
        settings={"command": command.command, "stored_vectors": command.stored is not None},
        settings_digest=digest,
        index="unknown",
        code="unknown",
        counts={"articles": len(articles), "chunks": ready.chunks},
        versions=ready.versions,
    )


class _Ready(BaseModel):
    """The command has the corpus."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    chunks: NonNegativeInt
    seconds: NonNegativeFloat
    versions: Mapping[str, str] = {}


class _Numbered(SystemReply):
    id: NonNegativeInt


class _BrokenError(Exception):
    """The conversation with the command cannot go on."""


class _Transport:
    """One command, asked one question at a time and started again after a failure."""

    def __init__(self, command: Command, hello: Mapping[str, object], log: Path) -> None:
        self._command = command
        self._hello = hello
        self._log = log
        self._lock = threading.Lock()
        self._process: _Process | None = None
        self._asked = 0
        self._peak: float | None = None

    def start(self) -> _Ready:
        """Starts the command and gives it the corpus.

        Raises:
            SystemUnusableError: it cannot be started, or does not take the corpus.
        """
        try:
            self._process = _Process(self._command.command, self._log)
            self._process.tell(self._hello)
            return self._process.hear(_Ready, self._command.ingest_timeout)
        except (OSError, ValueError, _BrokenError) as error:
            self._stop()
            raise SystemUnusableError(
                f"{self._command.name} did not take the corpus: {error}.", f"Mend the command; see {self._log}."
            ) from error

    def ask(self, question: str, history: Sequence[Turn]) -> SystemReply:
        return self._put({"ask": question, "history": [{"role": turn.role, "text": turn.text} for turn in history]})

    def search(self, question: str, limit: int) -> SystemReply:
        return self._put({"search": question, "limit": limit})

    def peak_memory_mb(self) -> float | None:
        """Of the command's own process, once it has ended."""
        return self._peak

    def close(self) -> None:
        with self._lock:
            self._stop(patience=FAREWELL)

    def _put(self, asked: Mapping[str, object]) -> SystemReply:
        with self._lock:
            if self._process is None:
                self.start()
            assert self._process is not None
            self._asked += 1
            try:
                self._process.tell({"id": self._asked, **asked})
                reply = self._process.hear(_Numbered, self._command.timeout)
                if reply.id != self._asked:
                    raise _BrokenError(f"it replied to {reply.id} when {self._asked} was asked")
            except _BrokenError as error:
                self._stop()
                raise QuestionFailedError(
                    f"{self._command.name} gave no answer: {error}.", f"Mend the command; see {self._log}."
                ) from error
            return reply

    def _stop(self, patience: float = 0) -> None:
        if self._process is not None:
            self._peak = max(filter(None, (self._peak, self._process.peak_mb())), default=None)
            self._process.end(patience)
            self._process = None


class _Process:
    """A running command and its lines."""

    def __init__(self, command: str, log: Path) -> None:
        self._heard = 0
        self._lines: queue.Queue[bytes] = queue.Queue(MAX_UNREAD)
        self._over = threading.Event()
        words = shlex.split(command)
        if not words:
            raise ValueError("there is no command")
        with log.open("ab") as file:
            self._running = subprocess.Popen(
                words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=file, start_new_session=True
            )
        assert self._running.stdin is not None
        assert self._running.stdout is not None
        self._stdin, self._stdout = self._running.stdin, self._running.stdout
        self._reading = threading.Thread(target=self._read, daemon=True)
        self._reading.start()

    def tell(self, said: Mapping[str, object]) -> None:
        try:
            self._stdin.write(json.dumps(said).encode() + b"\n")
            self._stdin.flush()
        except OSError as error:
            raise _BrokenError("it has ended") from error

    def hear(self, form: type[Line], timeout: float) -> Line:
        """The next line; a wrong one is named by its number."""
        try:
            line = self._lines.get(timeout=timeout)
        except queue.Empty:
            raise _BrokenError(f"it was silent for {timeout:g} s") from None
        self._heard += 1
        if not line:
            raise _BrokenError("it has ended")
        if len(line) > MAX_LINE:
            raise _BrokenError(f"its line {self._heard} has over {MAX_LINE:,} bytes")
        try:
            return form.model_validate_json(line)
        except ValidationError as error:
            raise _BrokenError(f"its line {self._heard} is wrong, {fault_of(error)}") from error

    def peak_mb(self) -> float | None:
        return peak_mb(self._running.pid)

    def end(self, patience: float) -> None:
        """Closes its stdin, waits that many seconds for its last line, and ends it and all it started."""
        with suppress(OSError):
            self._stdin.close()
        self._reading.join(timeout=patience)
        with suppress(ProcessLookupError):
            os.killpg(self._running.pid, signal.SIGKILL)
        self._running.wait()
        self._over.set()
        with suppress(queue.Empty):
            self._lines.get_nowait()
        self._reading.join(timeout=1)
        if not self._reading.is_alive():
            self._stdout.close()

    def _read(self) -> None:
        """Lines as they come, an empty one at the end; no more than one over-long line is held."""
        while line := self._stdout.readline(MAX_LINE + 1):
            self._lines.put(line)
            if self._over.is_set() or len(line) > MAX_LINE:
                return
        self._lines.put(b"")
