"""Who speaks to the server, and how often one may: the owner, holders of an API key, or anybody on this machine."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic

OPEN_PATHS = ("/healthz",)
"""What needs no key: a container's health check has none."""
BURST_SECONDS = 10
"""A client may spend this much of its rate at once: a chat page that opens asks for some dozens of things."""
MAX_CLIENTS = 10_000
"""Clients remembered. Past it those whose buckets are full, which is as good as never seen, are forgotten."""


@dataclass(frozen=True, slots=True)
class Client:
    """Whoever sent a request. `name` is a key's fingerprint, never the key; an address where no key is asked for."""

    name: str
    owner: bool = False


class Access:
    """Knows clients by `Authorization: Bearer KEY`, or by Basic with the key as the password, which browsers ask for.

    Without `keys` everybody who reaches the server is let in: it listens on this machine alone then.
    """

    def __init__(self, owner_token: str, keys: Sequence[str] = ()) -> None:
        self._owner = _digest(owner_token)
        self._keys = [_digest(key) for key in keys]

    def client(self, authorization: str, address: str) -> Client | None:
        """None for a stranger: a key is asked for, and `authorization` has none that fits."""
        shown = _digest(_secret(authorization))
        fits = [hmac.compare_digest(shown, known) for known in (self._owner, *self._keys)]
        if fits[0]:
            return Client("owner", owner=True)
        if any(fits):
            return Client(f"key:{shown.hex()[:8]}")
        return None if self._keys else Client(address)


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
    return hashlib.sha256(secret.encode()).digest()


def _secret(authorization: str) -> str:
    """What an Authorization header shows; empty for none, or none of ours."""
    scheme, _, value = authorization.partition(" ")
    if scheme.lower() == "bearer":
        return value.strip()
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(value.strip(), validate=True).decode().partition(":")[2]
    except (binascii.Error, ValueError):
        return ""
