"""Reads data sets: `.jsonl`, `.json`, `.csv`, `.tsv`, `.parquet`. One record is one article; a bad one is rejected by its line and
the rest go in. Files of any size are read in constant memory.
"""

from __future__ import annotations

import codecs
import csv
import json
from collections.abc import Iterator, Sequence
from typing import IO, Any, Self

from corpus.errors import BinarySourceError, EmptySourceError, SourceTooLargeError, UnreadableSourceError
from corpus.readers.columns import Place, holds_text, known_columns, record_from
from corpus.readers.limits import MAX_DOCUMENT_BYTES, MAX_MARKUP_BYTES, bounded_lines, read_whole
from corpus.readers.records import RawRecord, Rejected

_LISTS = ("articles", "items", "data", "results", "records", "documents", "docs", "rows", "stories", "news", "hits")
_MAX_DEPTH = 100
_MAX_ITEM_BYTES = 4_000_000
"""One item of a JSON list, which is parsed more slowly than a line of JSON Lines: 2 s for the worst of this size."""
_BATCH = 100
"""Parquet rows held at a time."""


def read_json_lines(source: str, stream: IO[bytes]) -> Iterator[RawRecord | Rejected]:
    """A record or a rejection for every line that is not blank."""
    for number, line in enumerate(bounded_lines(stream), start=1):
        place = Place(source, "line", number)
        if line is None:
            yield _too_long(place)
        elif line.strip():
            yield _json_record(place, line.removeprefix(codecs.BOM_UTF8) if number == 1 else line, "jsonl")


def read_json(source: str, stream: IO[bytes]) -> Iterator[RawRecord | Rejected]:
    """A list of articles, one article, an object that holds a list of them, or JSON Lines under another name.

    Raises:
        UnreadableSourceError: it is not JSON, or too large to be taken whole.
    """
    head = stream.read(1_000)
    start = len(codecs.BOM_UTF8) if head.startswith(codecs.BOM_UTF8) else 0
    stream.seek(start)
    if head[start:].lstrip().startswith(b"["):
        yield from _json_list(source, stream)
        return
    line = next(bounded_lines(stream), None)
    more = stream.read(1)
    stream.seek(start)
    if line is not None and more and isinstance(_parsed(line), dict):
        yield from read_json_lines(source, stream)
        return
    whole = _parsed(read_whole(source, stream, MAX_DOCUMENT_BYTES))
    if not isinstance(whole, dict):
        raise UnreadableSourceError(f"{source} is not JSON.", "Save it as JSON Lines: one article a line.")
    if holds_text(whole):
        yield from _json_items(source, [whole])
        return
    lists = [whole[name] for name in (*_LISTS, *whole) if isinstance(whole.get(name), list)]
    items = next((items for items in lists if any(isinstance(item, dict) and holds_text(item) for item in items)), None)
    if items is None:
        raise EmptySourceError(
            f"{source} holds no list of articles.", "Give each article a text, in a list named articles."
        )
    yield from _json_items(source, items)


def read_csv(source: str, stream: IO[bytes]) -> Iterator[RawRecord | Rejected]:
    """A record or a rejection for every row under the header.

    Raises:
        UnreadableSourceError: the header names no text column.
    """
    csv.field_size_limit(MAX_MARKUP_BYTES)  # the module has one limit for the whole process, by default 131,072
    lines = _CsvLines(stream)
    first = [next(lines, "")]
    delimiter = max(",;\t|", key=lambda sign: len(known_columns(next(csv.reader(first, delimiter=sign), []))))
    header = [name.strip() for name in next(csv.reader(first, delimiter=delimiter), [])]
    if not holds_text(header):
        raise _no_text_column(source, header)
    rows = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        lines.taken.clear()
        place = Place(source, "line", lines.number + 1)
        try:
            row = next(rows, None)
        except csv.Error as error:
            yield place.rejected(f"{error}.", "Check its quotation marks.")
            continue
        yield from map(_too_long, lines.passed_over(source))
        if row is None:
            return
        if row and len(row) != len(header):
            yield place.rejected(f"{len(row)} cells stand under {len(header)} columns.", "Check its quotation marks.")
        elif row:
            yield record_from(place, dict(zip(header, row, strict=True)), b"".join(lines.taken), "csv")


class _CsvLines:
    """The decoded lines of a stream, for the csv module. `taken` holds their bytes until somebody clears it."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._lines = bounded_lines(stream)
        self._too_long: list[int] = []
        self.number = 0
        self.taken: list[bytes] = []

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> str:
        for line in self._lines:
            self.number += 1
            if line is not None:
                self.taken.append(line)
                return _decoded(line.removeprefix(codecs.BOM_UTF8) if self.number == 1 else line)
            self._too_long.append(self.number)
        raise StopIteration

    def passed_over(self, source: str) -> list[Place]:
        """Lines that were too long since this was last asked."""
        places = [Place(source, "line", number) for number in self._too_long]
        self._too_long.clear()
        return places


def _decoded(line: bytes) -> str:
    """Text of a line that ends with a newline; a carriage return within it, which the csv module refuses, becomes a space."""
    try:
        text = line.decode()
    except UnicodeDecodeError:
        text = line.decode("cp1252", errors="replace")
    return text.rstrip("\r\n").replace("\r", " ") + "\n"


def read_parquet(source: str, stream: IO[bytes]) -> Iterator[RawRecord | Rejected]:
    """A record or a rejection for every row.

    Raises:
        UnreadableSourceError: the file is damaged, or has no text column.
    """
    import pyarrow
    from pyarrow import parquet

    try:
        table = parquet.ParquetFile(stream, buffer_size=1_000_000)
        names = table.schema_arrow.names
        columns = known_columns(names)
        if not holds_text(columns):
            raise _no_text_column(source, names)
        batches = table.iter_batches(_BATCH, columns=columns, use_threads=False)
        for number, row in enumerate((row for batch in batches for row in batch.to_pylist()), start=1):
            raw = json.dumps(row, ensure_ascii=False, default=str).encode("utf-8", "replace")
            yield record_from(Place(source, "row", number), row, raw, "parquet")
    except (pyarrow.ArrowException, OSError, ValueError, OverflowError) as error:
        raise BinarySourceError(
            f"{source} is a damaged Parquet file ({_brief(error)}).", "Write it again, or save it as JSON Lines."
        ) from error


def _no_text_column(source: str, names: Sequence[str]) -> UnreadableSourceError:
    found = ", ".join(names)[:200] or "nothing"
    return UnreadableSourceError(
        f"{source} has no column named text, body or content, but {found}.",
        "Rename the column that holds the articles.",
    )


def _json_list(source: str, stream: IO[bytes]) -> Iterator[RawRecord | Rejected]:
    """A list of objects that is never held as a whole."""
    import ijson

    metered = _Metered(source, stream)
    number = 0
    try:
        for number, item in enumerate(_items(metered), start=1):
            yield from _json_items(source, [item], number)
            metered.next_record()
    except (ijson.JSONError, ValueError, OverflowError) as error:
        yield Rejected(
            source,
            f"{source}, item {number + 1}: not JSON ({_brief(error)}); what follows it was not read.",
            "Mend it, or save the file as JSON Lines, where one bad line costs only itself.",
        )


def _items(stream: _Metered) -> Iterator[Any]:
    """The items of a JSON list.

    Raises:
        ValueError: one is nested too deep.
        ijson.JSONError
    """
    import ijson

    depth, item = 0, ijson.ObjectBuilder()
    for event, value in ijson.basic_parse(stream, use_float=True):
        depth += event.startswith("start_") - event.startswith("end_")
        if depth > _MAX_DEPTH:
            raise ValueError("nested too deep")
        if depth == 0 or (depth == 1 and event == "start_array"):
            continue
        item.event(event, value)
        if depth == 1:
            yield item.value
            item = ijson.ObjectBuilder()


class _Metered:
    """A stream that no record may take more than its share of."""

    def __init__(self, source: str, stream: IO[bytes]) -> None:
        self._source, self._stream, self._since = source, stream, 0

    def read(self, size: int = -1) -> bytes:
        part = self._stream.read(size)
        self._since += len(part)
        if self._since > _MAX_ITEM_BYTES:
            raise SourceTooLargeError(
                f"{self._source}: one record is larger than {_MAX_ITEM_BYTES / 1e6:g} MB.",
                "Leave it out, or split it.",
            )
        return part

    def next_record(self) -> None:
        self._since = 0


def _json_items(source: str, items: Sequence[Any], start: int = 1) -> Iterator[RawRecord | Rejected]:
    for number, item in enumerate(items, start=start):
        raw = json.dumps(item, ensure_ascii=False).encode("utf-8", "replace")
        yield _json_record(Place(source, "item", number), raw, "json")


def _json_record(place: Place, raw: bytes, form: str) -> RawRecord | Rejected:
    fields = _parsed(raw)
    if isinstance(fields, dict):
        return record_from(place, fields, raw, form)
    return place.rejected("not a JSON object.", "Mend it, or leave it out.")


def _parsed(raw: bytes) -> Any:
    """None for what is not JSON."""
    try:
        return json.loads(raw)
    except (ValueError, RecursionError):
        return None


def _too_long(place: Place) -> Rejected:
    return place.rejected(f"longer than {MAX_MARKUP_BYTES / 1e6:.0f} MB.", "Leave it out, or split it.")


def _brief(error: BaseException) -> str:
    return " ".join(str(error).split())[:120]
