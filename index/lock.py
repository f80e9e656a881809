"""One owner per index folder: writers and servers hold it alone, readers share it."""

from __future__ import annotations

import json
import os
from pathlib import Path

from filelock import ReadWriteLock, Timeout

from index.errors import IndexBusyError

WAIT_SECONDS = 10.0


class FolderLock:
    """Held from construction to `release`.

    Raises:
        IndexBusyError: another process holds the folder and did not let go within `wait` seconds.
    """

    def __init__(
        self, folder: Path, *, exclusive: bool, address: str | None = None, wait: float = WAIT_SECONDS
    ) -> None:
        self._owner = folder / "owner.json"
        self._exclusive = exclusive
        self._lock = ReadWriteLock(folder / "lock.db", timeout=wait, is_singleton=False)
        try:
            if exclusive:
                self._lock.acquire_write()
            else:
                self._lock.acquire_read()
                self._owner.unlink(missing_ok=True)
        except Timeout:
            raise IndexBusyError(f"{folder} is in use{self._holder()}.", "Wait for it, or stop it.") from None
        if exclusive:
            self._owner.write_text(json.dumps({"pid": os.getpid(), "address": address}))

    def release(self) -> None:
        if self._exclusive:
            self._owner.unlink(missing_ok=True)
        self._lock.release(force=True)
        self._lock.close()

    def _holder(self) -> str:
        try:
            owner = json.loads(self._owner.read_text())
        except (OSError, ValueError):
            return " by another process"
        serving = f", serving at {owner['address']}" if owner.get("address") else ""
        return f" by process {owner.get('pid')}{serving}"
