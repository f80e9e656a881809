"""One owner per index folder: writers and servers hold it alone, readers share it."""

from __future__ import annotations

import json
import os
import sqlite3
from dataclasses import asdict, dataclass
from pathlib import Path

from filelock import ReadWriteLock, Timeout

from index.errors import IndexBusyError, NotWritableError

WAIT_SECONDS = 10.0
LOCK = "lock.db"
OWNER = "owner.json"


@dataclass(frozen=True, slots=True)
class Owner:
    """Who holds a folder alone: a process (None if it has not said yet), and its URL if it is a server."""

    pid: int | None = None
    address: str | None = None

    def __str__(self) -> str:
        who = "another process" if self.pid is None else f"process {self.pid}"
        return f"{who}, serving at {self.address}" if self.address else who


class FolderLock:
    """Held from construction to `release`.

    Raises:
        IndexBusyError: another process holds the folder and did not let go within `wait` seconds.
        NotWritableError: the folder cannot be written to, as even readers must to say that they are there.
    """

    def __init__(
        self, folder: Path, *, exclusive: bool, address: str | None = None, wait: float = WAIT_SECONDS
    ) -> None:
        self._owner = folder / OWNER
        self._exclusive = exclusive
        try:
            self._lock = ReadWriteLock(folder / LOCK, timeout=wait, is_singleton=False)
            if exclusive:
                self._lock.acquire_write()
                self._owner.write_text(json.dumps(asdict(Owner(os.getpid(), address))))
            else:
                self._lock.acquire_read()
                self._owner.unlink(missing_ok=True)
        except Timeout:
            raise IndexBusyError(f"{folder} is in use by {_read(self._owner)}.", "Wait for it, or stop it.") from None
        except (OSError, sqlite3.Error) as error:
            raise NotWritableError(
                f"{folder} cannot be written to ({error}).",
                "Free space on its disk, make it writable for you, or name another --home.",
            ) from error

    def release(self) -> None:
        if self._exclusive:
            self._owner.unlink(missing_ok=True)
        self._lock.release(force=True)
        self._lock.close()


def owner_of(folder: Path) -> Owner | None:
    """Who holds `folder` alone at this moment. None if nobody does, whatever a killed process left in its files."""
    if not (folder / LOCK).is_file():
        return None
    try:
        lock = ReadWriteLock(folder / LOCK, timeout=0, is_singleton=False)
        try:
            lock.acquire_read()
        except Timeout:
            return _read(folder / OWNER)
        finally:
            lock.release(force=True)
            lock.close()
    except (OSError, sqlite3.Error):
        pass  # whoever opens the folder in earnest says what is wrong with it
    return None


def _read(file: Path) -> Owner:
    try:
        return Owner(**json.loads(file.read_text()))
    except (OSError, ValueError, TypeError):
        return Owner()
