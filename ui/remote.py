"""A running server, spoken to over HTTP: what a command uses when `citera serve` holds the index."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from ui.errors import ServerRefusedError
from ui.filters import filters_json

if TYPE_CHECKING:
    from index.filters import SearchFilters
    from index.ingest_report import IngestProgress
    from rag.answer import AnswerJson
    from ui.local import Json


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
        draft = home / f"server.json.{secrets.token_hex(4)}"
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            json.dump(asdict(cls(url, token, os.getpid())), file)
        draft.replace(cls.path(home))

    @classmethod
    def read(cls, home: Path) -> ServerFile | None:
        """None when there is no file, or none that this version understands."""
        try:
            return cls(**json.loads(cls.path(home).read_text(encoding="utf-8")))
        except (FileNotFoundError, ValueError, TypeError):
            return None


class Remote:
    """The methods of `Local`, answered by the server.

    Raises:
        ServerRefusedError: the server answered with a problem, or stopped answering.
    """

    def __init__(self, server: ServerFile) -> None:
        self.server = server

    @classmethod
    def of(cls, home: Path) -> Remote | None:
        """The server that holds `home`; None when none answers there."""
        import httpx

        server = ServerFile.read(home)
        if server is None:
            return None
        try:
            health = httpx.get(f"{server.url}/healthz", timeout=5, trust_env=False)
        except httpx.HTTPError:
            return None
        return cls(server) if "json" in health.headers.get("content-type", "") else None

    def ask(self, question: str, *, filters: SearchFilters | None = None) -> AnswerJson:
        body = {"question": question, **({"filters": filters_json(filters)} if filters else {})}
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

    def articles(self) -> list[Json]:
        articles: list[Json] = self._call("GET", "/api/articles")["articles"]
        return articles

    def article(self, article_id: str) -> Json:
        article: Json = self._call("GET", f"/api/articles/{quote(article_id, safe='')}")
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
            raise ServerRefusedError(f"The server at {self.server.url} said:", said["detail"])
        return said
