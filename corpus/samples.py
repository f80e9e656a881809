"""Where the sample corpus lies."""

from __future__ import annotations

from pathlib import Path


def samples_folder() -> Path:
    """The folder of sample pages that ships with Citera."""
    return Path(__file__).with_name("samples")
