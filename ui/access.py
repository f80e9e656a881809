"""Who speaks to the server, and how often one may: the owner, users, holders of an API key, or anybody on this machine."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from time import monotonic

from ui.sessions import Sessions

OPEN_PATHS = ("/livez", "/healthz", "/login", "/citera-static/")
"""What needs no key: a container's health check has none, and whoever logs in has shown none yet."""
SESSION_COOKIE = "citera-session"
TRIES_PER_MINUTE = 30
"""Passwords that one address may try."""
BURST_SECONDS = 10
"""A client may spend this much of its rate at once: a chat page that opens asks for some dozens of things."""
MAX_CLIENTS = 10_000
"""Clients remembered. Past it those whose buckets are full, which is as good as never seen, are forgotten."""


@dataclass(frozen=True, slots=True)
class Client:
    """Whoever sent a request. `name` is a user's, a key's fingerprint (never the key), or `here`'s address: one of those at this machine,
    where no key is asked for."""

    name: str
    owner: bool = False
    here: bool = False

    @property
    def user(self) -> str:
        """Whose conversations they have: at this machine everybody's are the same."""
        return "here" if self.here else self.name


class Access:
    """Knows clients by `Authorization: Bearer KEY`; by Basic with a user's name and password, or a key as the password; and by the
    cookie of who has logged in with those.

    Without `keys` and `users` everybody who reaches the server is let in: it listens on this machine alone then.
    """

    def __init__(
        self, sessions: Sessions, owner_token: str, keys: Sequence[str] = (), users: Mapping[str, str] | None = None
    ) -> None:
        self._sessions = sessions
        self._owner = _digest(owner_token)
        self._keys = [_digest(key) for key in keys]
        self._users = {name: _digest(password) for name, password in (users or {}).items()}
        self._tries = RateLimit(TRIES_PER_MINUTE)

    @property
    def asks(self) -> bool:
        """Whether a password or key is asked for."""
        return bool(self._keys or self._users)

    def client(self, authorization: str, address: str, session: str = "") -> Client | None:
        """None for a stranger: a key is asked for, and neither `authorization` nor `session` will do."""
        name, secret = _secret(authorization)
        return (
            self._logged_in(session)
            or self._shown(name, _digest(secret))
            or (None if self.asks else Client(address, here=True))
        )

    def log_in(self, name: str, secret: str, address: str) -> str | None:
        """What the cookie of a session will hold; None for a wrong password, or too many tries."""
        shown = _digest(secret)
        if self._tries.wait(address) or self._shown(name, shown) is None:
            return None
        return self._sessions.begin(name, shown)

    def log_out(self, session: str) -> None:
        self._sessions.end(session)

    def _logged_in(self, cookie: str) -> Client | None:
        session = self._sessions.find(cookie)
        if session is None:
            return None
        return next((client for client, known in self._secrets(session.name) if session.is_of(cookie, known)), None)

    def _shown(self, name: str, secret: bytes) -> Client | None:
        """Who shows that name (empty for a key) and the secret of that digest."""
        return next(
            (client for client, known in self._secrets(name) if hmac.compare_digest(secret, known)),
            None,
        )

    def _secrets(self, name: str) -> Iterator[tuple[Client, bytes]]:
        """Whom somebody of that name may be, each with the digest of their secret."""
        yield Client("owner", owner=True), self._owner
        if name in self._users:
            yield Client(f"user:{name}"), self._users[name]
        for key in self._keys:
            yield Client(f"key:{key.hex()[:8]}"), key


class RateLimit:
    """A token bucket for every client: `per_minute` on the long run, some more at once. 0 lets everything through."""

    def __init__(self, per_minute: int) -> None:
        self._per_second = per_minute / 60
        self._most = max(1.0, self._per_second * BURST_SECONDS)
        self._buckets: dict[str, tuple[float, float]] = {}

    def wait(self, client: str) -> float:
        """Takes one request from a client's bucket: 0, or the seconds until there is one again."""
        if not self._per_second:
            return 0.0
        now = monotonic()
        held = self._held(client, now)
        if held < 1:
            return (1 - held) / self._per_second
        self._buckets[client] = (held - 1, now)
        if len(self._buckets) > MAX_CLIENTS:
            self._buckets = {
                name: bucket for name, bucket in self._buckets.items() if self._held(name, now) < self._most
            }
        return 0.0

    def _held(self, client: str, now: float) -> float:
        held, then = self._buckets.get(client, (self._most, now))
        return min(self._most, held + (now - then) * self._per_second)


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()


def _secret(authorization: str) -> tuple[str, str]:
    """The name and the secret that an Authorization header shows; empty for none, or none of ours."""
    scheme, _, value = authorization.partition(" ")
    if scheme.lower() == "bearer":
        return "", value.strip()
    if scheme.lower() != "basic":
        return "", ""
    try:
        name, _, secret = base64.b64decode(value.strip(), validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return "", ""
    return name, secret
