"""Checksums of Chroma's graph files, written when they are closed and compared before they are opened.

Chroma loads a damaged graph without looking: of 20 ways to damage its files (1.5.9, 2,500 vectors), 4 end the process with SIGSEGV and 8
go unnoticed. A folder without a seal, as a crash leaves it, is opened on trust. Below 1,000 vectors there is no graph on disk, and what
lies in its place is rewritten by every reader.
"""

from __future__ import annotations

import json
import zlib
from pathlib import Path

SEAL = "seal.json"
BLOCK = 1 << 20


def seal(folder: Path) -> None:
    """Notes what `folder` holds now."""
    if folder.is_dir():
        draft = folder / f"{SEAL}.new"
        draft.write_text(json.dumps({str(file.relative_to(folder)): _checksum(file) for file in _files(folder)}))
        draft.replace(folder / SEAL)


def break_seal(folder: Path) -> None:
    """To be called before the folder is written to."""
    (folder / SEAL).unlink(missing_ok=True)


def broken_seal(folder: Path) -> Path | None:
    """The first file that is not as it was sealed; None if all are, or there is no seal."""
    try:
        sealed: dict[str, int] = json.loads((folder / SEAL).read_text())
    except FileNotFoundError:
        return None
    except ValueError:
        return folder / SEAL
    for name, checksum in sealed.items():
        if not (folder / name).is_file() or _checksum(folder / name) != checksum:
            return folder / name
    return None


def _files(folder: Path) -> list[Path]:
    return [file for written in folder.glob("*/index_metadata.pickle") for file in sorted(written.parent.iterdir())]


def _checksum(file: Path) -> int:
    value = 0
    with file.open("rb") as content:
        while block := content.read(BLOCK):
            value = zlib.crc32(block, value)
    return value
