"""Readers turn files into raw records; they alter no character beyond decoding. One module a format.

`read_records` walks files and folders, `read_bytes` takes what is in memory already. What cannot be read becomes a
`Rejected`, never an exception that would take the readable files with it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path

from corpus.errors import SourceNotFoundError, UnreadableSourceError
from corpus.readers.records import RawRecord, Rejected
from corpus.readers.text import read_text

__all__ = ["RawRecord", "Rejected", "list_files", "read_bytes", "read_records"]

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
    """The records and rejections of every file, in order."""
    for file in files:
        try:
            with file.open("rb") as stream:
                yield from read_text(str(file), stream)
        except UnreadableSourceError as error:
            yield Rejected(str(file), error.what, error.remedy)
        except OSError as error:
            yield Rejected(str(file), f"{file} cannot be read: {error.strerror}.", "Check its permissions.")


def read_bytes(source: str, raw: bytes, *, content_type: str | None = None) -> Iterator[RawRecord | Rejected]:
    """The records in `raw`, which came from `source` (a URL, or a path). `content_type` is a MIME type, parameters allowed; without
    one the ending of `source` says what `raw` is."""
    try:
        yield from read_text(source, BytesIO(raw))
    except UnreadableSourceError as error:
        yield Rejected(source, error.what, error.remedy)
