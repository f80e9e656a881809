"""Who has logged in, kept in a file of the home, so that a restart of the server ends nobody's session.

The file gives nothing away: of a session's cookie it holds the digest, and of what was shown at login a code that only the cookie makes.
So a session also ends when its password or key is changed.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import secrets
from dataclasses import dataclass
from pathlib import Path
from time import time
from typing import TYPE_CHECKING

from ui.private_file import write_private

if TYPE_CHECKING:
    from pydantic import TypeAdapter

FILE = "sessions.json"
SESSION_SECONDS = 30 * 24 * 3600
MAX_SESSIONS = 10_000
"""Past it the oldest ones are forgotten."""
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Session:
    """`name` is what was typed at login, empty for a key; `until` in seconds since 1970."""

    name: str
    proof: str
    until: float

    def is_of(self, cookie: str, secret: bytes) -> bool:
        """Whether this secret, given as its digest, was shown when the cookie was handed out."""
        return hmac.compare_digest(self.proof, _proof(cookie, secret))


class Sessions:
    """The sessions of one home. A file that cannot be read is none; where it cannot be written, a restart ends them."""

    def __init__(self, home: Path) -> None:
        self._path = home / FILE
        self._kept = self._read()

    def begin(self, name: str, secret: bytes) -> str:
        """What the cookie will hold, for somebody who has shown the secret of that digest."""
        cookie = secrets.token_urlsafe(32)
        self._kept[_digest(cookie)] = Session(name, _proof(cookie, secret), time() + SESSION_SECONDS)
        self._write()
        return cookie

    def find(self, cookie: str) -> Session | None:
        session = self._kept.get(_digest(cookie))
        return session if session is not None and time() < session.until else None

    def end(self, cookie: str) -> None:
        if self._kept.pop(_digest(cookie), None) is not None:
            self._write()

    def _read(self) -> dict[str, Session]:
        try:
            return _form().validate_json(self._path.read_bytes())
        except (OSError, ValueError):
            return {}

    def _write(self) -> None:
        live = [(digest, session) for digest, session in self._kept.items() if time() < session.until]
        self._kept = dict(live[-MAX_SESSIONS:])
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_private(self._path, _form().dump_json(self._kept).decode())
        except OSError as error:
            log.warning("%s cannot be written (%s): a restart will end the sessions.", self._path, error)


def _digest(cookie: str) -> str:
    return hashlib.sha256(cookie.encode("utf-8", "surrogatepass")).hexdigest()


def _proof(cookie: str, secret: bytes) -> str:
    return hmac.new(cookie.encode("utf-8", "surrogatepass"), secret, hashlib.sha256).hexdigest()


def _form() -> TypeAdapter[dict[str, Session]]:
    from pydantic import TypeAdapter

    return TypeAdapter(dict[str, Session])
