"""A running server, spoken to over HTTP: what a command uses when `citera serve` holds the index."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import quote

from ui.errors import ServerRefusedError
from ui.filters import filters_json
from ui.local import PAGE
from ui.private_file import write_private

if TYPE_CHECKING:
    from index.filters import SearchFilters
    from index.ingest_report import IngestProgress
    from rag.answer import AnswerJson
    from rag.checking import FindingJson
    from rag.conversation import Turn
    from ui.local import Json

STARTING_SECONDS = 30.0
"""How long a command waits for a server that is starting: the model, the chat page, the sample articles on first run."""
ALIVE_SECONDS = 5.0
"""How long a server may take to say that it is there, whatever its workers are at."""


@dataclass(frozen=True, slots=True)
class ServerFile:
    """What HOME/server.json says of the server that holds HOME. Only its owner can read the file."""

    url: str
    token: str
    pid: int

    @staticmethod
    def path(home: Path) -> Path:
        return home / "server.json"

    @classmethod
    def write(cls, home: Path, url: str, token: str) -> None:
        write_private(cls.path(home), json.dumps(asdict(cls(url, token, os.getpid()))))

    @classmethod
    def read(cls, home: Path) -> ServerFile | None:
        """None when there is no file, or none that this version understands."""
        try:
            return cls(**json.loads(cls.path(home).read_text(encoding="utf-8")))
        except (FileNotFoundError, NotADirectoryError, ValueError, TypeError):
            return None


class Remote:
    """The methods of `Local`, answered by the server.

    Raises:
        ServerRefusedError: the server answered with a problem, or stopped answering.
    """

    def __init__(self, server: ServerFile) -> None:
        self.server = server

    @classmethod
    def of(cls, home: Path, wait: float = STARTING_SECONDS) -> Remote | None:
        """The server that holds `home`; None when none does. Only a server that holds the home's lock at this moment is believed, so
        that the token never goes to a program that took the port of one that was killed.

        Raises:
            ServerRefusedError: one holds the home, and is not ready within `wait` seconds or does not answer.
        """
        from index.lock import owner_of

        until = monotonic() + wait
        while (owner := owner_of(home)) is not None and owner.address is not None:
            server = ServerFile.read(home)
            if server is not None and server.pid == owner.pid:
                return cls(server)._answering()
            if monotonic() > until:
                raise ServerRefusedError(
                    f"The server at {owner.address} (process {owner.pid}) holds {home} and is not ready yet.",
                    "Try again in a moment; if it stays like that, stop the process.",
                )
            sleep(0.2)
        return None

    def _answering(self) -> Self:
        import httpx

        try:
            httpx.get(f"{self.server.url}/livez", timeout=ALIVE_SECONDS, trust_env=False)
        except httpx.HTTPError as error:
            raise ServerRefusedError(
                f"The server at {self.server.url} holds the index and does not answer ({error}).",
                f"Try again; if it hangs, stop process {self.server.pid} and start citera serve again.",
            ) from error
        return self

    def ask(self, question: str, history: Sequence[Turn] = (), filters: SearchFilters | None = None) -> AnswerJson:
        turns = [{"role": turn.role, "text": turn.text} for turn in history]
        body = {"question": question, "history": turns, **({"filters": filters_json(filters)} if filters else {})}
        answer: AnswerJson = self._call("POST", "/api/ask", body=body)
        return answer

    def search(self, query: str, limit: int, filters: SearchFilters | None = None) -> list[Json]:
        body = {"query": query, "limit": limit, **({"filters": filters_json(filters)} if filters else {})}
        hits: list[Json] = self._call("POST", "/api/search", body=body)["hits"]
        return hits

    def quotes(self, speaker: str | None = None, about: str | None = None, since: date | None = None) -> list[Json]:
        given = (("speaker", speaker), ("about", about), ("since", since.isoformat() if since else None))
        wanted = {name: value for name, value in given if value is not None}
        quotes: list[Json] = self._call("GET", "/api/quotes", params=wanted)["quotes"]
        return quotes

    def check(self, text: str) -> list[FindingJson]:
        findings: list[FindingJson] = self._call("POST", "/api/check", body={"text": text})["findings"]
        return findings

    def articles(self, search: str = "", limit: int = PAGE, offset: int = 0) -> Json:
        wanted = {"search": search, "limit": str(limit), "offset": str(offset)}
        page: Json = self._call("GET", "/api/articles", params=wanted)
        return page

    def article(self, article_id: str, text_sha256: str | None = None) -> Json:
        wanted = {} if text_sha256 is None else {"text_sha256": text_sha256}
        article: Json = self._call("GET", f"/api/articles/{quote(article_id, safe='')}", params=wanted)
        return article

    def remove(self, article_id: str) -> None:
        self._call("DELETE", f"/api/articles/{quote(article_id, safe='')}")

    def ingest(
        self,
        sources: Sequence[str],
        *,
        prune: bool = False,
        limit: int | None = None,
        progress: Callable[[IngestProgress], None] = lambda _: None,  # noqa: ARG002  # a server shows no progress yet
        pages: Callable[[Json], None] | None = None,
        stop: Callable[[], bool] = lambda: False,  # noqa: ARG002  # nor does it stop on request
    ) -> Json:
        body = {"paths": list(sources), "limit": limit, "prune": prune, "pages": pages is not None}
        report: Json = self._call("POST", "/api/ingest", body=body, timeout=None)
        for page in report.pop("pages"):
            if pages is not None:
                pages(page)
        return report

    def verify_index(self) -> Json:
        check: Json = self._call("GET", "/api/index", timeout=None)
        return check

    def rebuild_index(self, embedding_model: str | None = None, chunk_tokens: int | None = None) -> Json:
        body = {"embedding_model": embedding_model, "chunk_tokens": chunk_tokens}
        report: Json = self._call("POST", "/api/index/rebuild", body=body, timeout=None)
        return report

    def status(self) -> Json:
        status: Json = self._call("GET", "/healthz")
        return {"server": self.server.url, "pid": self.server.pid, **status}

    def _call(
        self,
        method: str,
        path: str,
        *,
        body: Json | None = None,
        params: dict[str, str] | None = None,
        timeout: float | None = 300,
    ) -> Any:
        import httpx

        token = {"Authorization": f"Bearer {self.server.token}"}
        try:
            reply = httpx.request(
                method,
                f"{self.server.url}{path}",
                json=body,
                params=params,
                headers=token,
                timeout=timeout,
                trust_env=False,
            )
            said: Any = reply.json() if reply.content else None
        except (httpx.HTTPError, ValueError) as error:
            raise ServerRefusedError(
                f"The server at {self.server.url} stopped answering ({error}).",
                f"Try again; if it hangs, stop process {self.server.pid} and start citera serve again.",
            ) from error
        if reply.is_error:
            refused = ServerRefusedError(f"The server at {self.server.url} said:", said["detail"])
            refused.wrong_usage = reply.status_code in (413, 422)  # then it is the command that must change
            raise refused
        return said
