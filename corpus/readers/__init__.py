"""Readers turn files into raw records; they alter no character beyond decoding. One module a format.

`read_records` walks files and folders. What cannot be read becomes a `Rejected`, never an exception that would take the
readable files with it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from corpus.errors import SourceNotFoundError, UnreadableSourceError
from corpus.readers.records import RawRecord, Rejected
from corpus.readers.text import read_text

__all__ = ["RawRecord", "Rejected", "list_files", "read_records"]

Paths = str | os.PathLike[str] | Sequence[str | os.PathLike[str]]


def list_files(paths: Paths) -> list[Path]:
    """Every file under `paths`, absolute, sorted, hidden ones left out.

    Raises:
        SourceNotFoundError: a path does not exist.
    """
    roots = [paths] if isinstance(paths, str | os.PathLike) else list(paths)
    files: set[Path] = set()
    for root in map(Path, roots):
        if not root.exists():
            raise SourceNotFoundError(f"{root} does not exist.", "Check the path, or quote it if it holds spaces.")
        if root.is_file():
            files.add(root.resolve())
            continue
        for file in root.rglob("*"):
            hidden = any(part.startswith(".") for part in file.relative_to(root).parts)
            if not hidden and file.is_file():
                files.add(file.resolve())
    return sorted(files)


def read_records(files: Sequence[Path]) -> Iterator[RawRecord | Rejected]:
    """One record or rejection a file, in order."""
    for file in files:
        try:
            yield read_text(file)
        except UnreadableSourceError as error:
            yield Rejected(str(file), error.what, error.remedy)
        except OSError as error:
            yield Rejected(str(file), f"{file} cannot be read: {error.strerror}.", "Check its permissions.")
