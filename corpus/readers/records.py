"""What a reader hands on: raw records, and the sources that were no records."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True)
class RawRecord:
    """The bytes of one page as found, and their decoded text. `source` is an absolute path or a URL."""

    source: str
    raw: bytes
    text: str

    @cached_property
    def raw_sha256(self) -> str:
        return hashlib.sha256(self.raw).hexdigest()


@dataclass(frozen=True, slots=True)
class Rejected:
    """A source that could not be read: which, why, and what to do about it."""

    source: str
    reason: str
    remedy: str
