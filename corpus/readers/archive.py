"""Opens `.zip` files within limits; nothing is ever written to disk. Members go through the reader of their own format."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import IO
from zipfile import BadZipFile, ZipFile, ZipInfo

from corpus.errors import BinarySourceError, SourceTooLargeError
from corpus.readers.records import Rejected

MAX_MEMBERS = 100_000
MAX_UNPACKED_BYTES = 10_000_000_000
MAX_RATIO = 200
"""Unpacked over packed bytes, of a member over a megabyte. Text packs 3 to 10 times, repetitive JSON Lines up to 50; zip bombs 1,000."""


def checked_archive(source: str, stream: IO[bytes], limit: int = MAX_UNPACKED_BYTES) -> ZipFile:
    """The opened archive, if what it says of its members keeps within the limits; zipfile unpacks no more than that.

    Raises:
        BinarySourceError, SourceTooLargeError
    """
    try:
        archive = ZipFile(stream)
    except (BadZipFile, ValueError, NotImplementedError, OverflowError) as error:
        raise BinarySourceError(
            f"{source} is a damaged ZIP file.", "Pack it again, or ingest its folder unpacked."
        ) from error
    members = archive.infolist()
    unpacked = sum(member.file_size for member in members)
    swollen = [m for m in members if m.file_size > 1_000_000 and m.file_size > MAX_RATIO * max(1, m.compress_size)]
    if len(members) > MAX_MEMBERS or unpacked > limit or swollen:
        archive.close()
        raise SourceTooLargeError(
            f"{source} unpacks to {len(members):,} files and {unpacked / 1e6:,.0f} MB, more than is safe to open.",
            "Unpack it yourself if you trust it, and ingest the folder.",
        )
    return archive


def readable_members(source: str, archive: ZipFile) -> Iterator[ZipInfo | Rejected]:
    """The files of an archive in order of name, hidden ones and folders left out."""
    for member in sorted(archive.infolist(), key=lambda member: member.filename):
        path = PurePosixPath(member.filename.replace("\\", "/"))
        hidden = any(part.startswith((".", "__MACOSX")) and part != ".." for part in path.parts)
        if member.is_dir() or hidden:
            continue
        reason = _refused(member, path)
        if reason is None:
            yield member
        else:
            yield Rejected(
                f"{source}#{member.filename}",
                f"{source}: {member.filename!r} {reason}.",
                "Unpack the archive yourself if you trust it.",
            )


def _refused(member: ZipInfo, path: PurePosixPath) -> str | None:
    if path.is_absolute() or ".." in path.parts or ":" in path.parts[0]:
        return "points outside the archive"
    if stat.S_ISLNK(member.external_attr >> 16):
        return "is a link"
    if member.flag_bits & 0x1:
        return "is encrypted"
    if path.suffix.lower() == ".zip":
        return "is an archive within an archive"
    return None
