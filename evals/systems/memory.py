"""Peak resident memory, as the operating system counts it."""

from __future__ import annotations

import sys


def own_peak_mb() -> float | None:
    """The most that this process has held so far, in MiB; None on a system that does not say."""
    try:
        import resource
    except ModuleNotFoundError:
        return None
    return mebibytes(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


def mebibytes(max_rss: int) -> float:
    """`ru_maxrss` is in bytes on macOS and in KiB elsewhere."""
    return max_rss / (1024 * 1024 if sys.platform == "darwin" else 1024)
