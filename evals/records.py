"""Bytes of a data file -> checked records, or a `DatasetError` that names the file, the place and the reason; and back to lines."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from evals.errors import DatasetError

Record = TypeVar("Record", bound=BaseModel)


def read_json(path: Path, model: type[Record]) -> Record:
    """The whole file as one record; an error names the path into it, as in `data.3.paragraphs.0.context`."""
    try:
        return model.model_validate_json(_bytes(path))
    except ValidationError as error:
        raise broken(path, *_first(error)) from error


def read_json_lines(path: Path, model: type[Record]) -> Iterator[tuple[int, Record]]:
    """Every line that is not blank, with its number from 1."""
    for number, line in enumerate(_bytes(path).splitlines(), start=1):
        if not line.strip():
            continue
        try:
            yield number, model.model_validate_json(line)
        except ValidationError as error:
            place, why = _first(error)
            raise broken(path, f"line {number}, {place}" if place else f"line {number}", why) from error


def read_table(path: Path, model: type[Record]) -> Iterator[tuple[int, Record]]:
    """Every line of a tab-separated file that is not blank, after its header, with its number from 1.

    The columns are the model's fields in their order, whatever the header calls them.
    """
    fields = list(model.model_fields)
    for number, line in enumerate(_bytes(path).splitlines(), start=1):
        if not line.strip():
            continue
        columns = line.split(b"\t")
        if len(columns) != len(fields):
            wanted = f"{len(fields)} columns ({', '.join(fields)}) belong here, separated by tabs"
            raise broken(path, f"line {number}", f"{wanted}, and {len(columns)} are there")
        try:
            record = model.model_validate(dict(zip(fields, columns, strict=True)))
        except ValidationError as error:
            if number == 1:
                continue
            place, why = _first(error)
            raise broken(path, f"line {number}, {place}", why) from error
        if number == 1:
            raise broken(path, "line 1", "a record stands where the header belongs")
        yield number, record


def write_json_lines(path: Path, records: Iterable[BaseModel]) -> None:
    """Replaces a file of records in one step, its folder made if need be.

    Raises:
        DatasetError: the file cannot be written.
    """
    new = path.with_name(f"{path.name}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        new.write_bytes(b"".join(map(_line, records)))
        new.replace(path)
    except OSError as error:
        raise _unwritten(path, error) from error


def append_json_line(path: Path, record: BaseModel) -> None:
    """Adds one record to a file, as one write that is on the disk when this returns; after a line left open, on a new one.

    Raises:
        DatasetError: the file cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a+b", buffering=0) as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - 1))
            file.write((b"" if file.read(1) in (b"", b"\n") else b"\n") + _line(record))
            os.fsync(file.fileno())
    except OSError as error:
        raise _unwritten(path, error) from error


def _line(record: BaseModel) -> bytes:
    return f"{record.model_dump_json(exclude_defaults=True)}\n".encode()


def _unwritten(path: Path, error: OSError) -> DatasetError:
    return DatasetError(
        f"{path} cannot be written: {error.strerror}.", "Name a file in a folder that you may write to."
    )


def broken(path: Path, place: str, why: str) -> DatasetError:
    where = f"{path}, {place}" if place else str(path)
    return DatasetError(f"{where}: {why}.", "Mend the file there, or name another one.")


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise DatasetError(f"{path} cannot be read: {error.strerror}.", "Name a data file that can be read.") from error


def _first(error: ValidationError) -> tuple[str, str]:
    first = error.errors(include_url=False)[0]
    return ".".join(str(step) for step in first["loc"]), first["msg"]
