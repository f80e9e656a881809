"""Finds the files under paths, folders and patterns."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from corpus.errors import SourceNotFoundError

Paths = str | os.PathLike[str] | Sequence[str | os.PathLike[str]]


def find_files(paths: Paths) -> Iterator[Path]:
    """Every file under `paths`, absolute, each once, a folder's in order of name; hidden ones are left out. A path that does not
    exist may be a pattern such as `news/**/*.html`. No more than one folder's names are held at a time.

    Raises:
        SourceNotFoundError: a path does not exist, or nothing matches a pattern. Raised before the first file.
    """
    roots = [root for path in several(paths) for root in _roots(path)]
    outer = [root for root in roots if not any(_is_found_under(root, other) for other in roots)]
    return (file for root in dict.fromkeys(outer) for file in _walk(root, outer))


def several(paths: Paths) -> list[str]:
    return [os.fspath(path) for path in ([paths] if isinstance(paths, str | os.PathLike) else paths)]


def is_pattern(path: str) -> bool:
    """Whether `path` names no file but may match some."""
    return glob.has_magic(path) and not Path(path).exists()


def _roots(path: str) -> list[Path]:
    if Path(path).exists():
        return [Path(path).resolve()]
    found = sorted(glob.glob(path, recursive=True)) if glob.has_magic(path) else []  # noqa: PTH207  # a Path has no absolute patterns
    if not found:
        raise SourceNotFoundError(f"{path} does not exist.", "Check the path, or quote it if it holds spaces.")
    return [Path(name).resolve() for name in found]


def _is_found_under(root: Path, other: Path) -> bool:
    """Whether walking `other` comes by `root`, which it does not if something on the way is hidden."""
    return root != other and other in root.parents and not _is_hidden(root.relative_to(other))


def _walk(root: Path, roots: Sequence[Path]) -> Iterator[Path]:
    if root.is_file():
        yield root
        return
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            file = Path(folder, name)
            if name.startswith(".") or not file.is_file():
                continue
            if not file.is_symlink():
                yield file
            elif not any(_is_found_under(file.resolve(), other) for other in roots):
                yield file.resolve()


def _is_hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)
