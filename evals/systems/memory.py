"""Peak resident memory."""

from __future__ import annotations

import re
from pathlib import Path


def peak_mb(pid: int) -> float | None:
    """The most that a running process has held so far, in MiB, the processes that it started left out; None where Linux does not say.

    `getrusage` would do on more systems, but what it says of a process includes the one that started it.
    """
    try:
        status = Path(f"/proc/{pid}/status").read_text("ascii", errors="replace")
    except OSError:
        return None
    stated = re.search(r"^VmHWM:\s+(\d+) kB$", status, re.MULTILINE)
    return int(stated[1]) / 1024 if stated else None
