"""JSON Lines, JSON, CSV and Parquet: names of columns, bad records, dates, and files that are hostile or huge."""

from __future__ import annotations

import csv
import io
import json
import tracemalloc
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.readers import RawRecord, Rejected, read_bytes, read_file
from corpus.readers.columns import Columns
from corpus.readers.limits import MAX_MARKUP_BYTES
from corpus.readers.stated import stated_authors, stated_date, stated_language, stated_url
from corpus.readers.tabular import read_csv, read_json_lines

TEXT = "The pier at Grum is shut until the storm has passed."


def read(name: str, raw: bytes | str) -> tuple[list[RawRecord], list[Rejected]]:
    found = list(read_bytes(f"/news/{name}", raw.encode() if isinstance(raw, str) else raw))
    records = [one for one in found if isinstance(one, RawRecord)]
    return records, [one for one in found if isinstance(one, Rejected)]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"Headline": "Pier shut", "articleBody": TEXT}, {"title": "Pier shut", "text": TEXT}),
        ({"title": "", "headline": "Pier shut", "content": TEXT}, {"title": "Pier shut"}),
        ({"text": TEXT, "publishedAt": "2026-02-04"}, {"published": date(2026, 2, 4)}),
        ({"text": TEXT, "date_published": 1770186600}, {"published": datetime(2026, 2, 4, 6, 30, tzinfo=UTC)}),
        ({"text": TEXT, "author": ["Anna Berg", {"name": "Per Ek"}]}, {"authors": ("Anna Berg", "Per Ek")}),
        ({"text": TEXT, "byline": "By Anna Berg and Per Ek"}, {"authors": ("Anna Berg", "Per Ek")}),
        ({"text": TEXT, "source": {"id": None, "name": "Grum Post"}}, {"outlet": "Grum Post"}),
        ({"text": TEXT, "link": "javascript:alert(1)"}, {"url": None}),
        (
            {"rubrik": "Bryggan stängd", "brödtext": TEXT, "språk": "sv-SE"},
            {"title": "Bryggan stängd", "language": "sv"},
        ),
        ({"text": TEXT, "id": 17}, {"source": "/news/a.jsonl#17"}),
        ({"text": TEXT}, {"source": "/news/a.jsonl#1"}),
        ({"content_html": f"<p>{TEXT}</p><p>It <b>blows</b>.</p>"}, {"text": f"{TEXT}\n\nIt blows."}),
        ({"text": f"{TEXT} 2 < 3 and a > b"}, {"text": f"{TEXT} 2 < 3 and a > b"}),
    ],
)
def test_columns_are_known_by_their_usual_names(row: dict[str, Any], expected: dict[str, Any]) -> None:
    ((record,), rejected) = read("a.jsonl", json.dumps(row))

    assert rejected == []
    assert {name: getattr(record, name) for name in expected} == expected


def test_a_bad_line_costs_itself_alone() -> None:
    lines = [
        json.dumps({"text": TEXT}),
        "{nonsense",
        "[1, 2]",
        "",
        json.dumps({"title": "No text"}),
        json.dumps({"text": TEXT}),
    ]

    records, rejected = read("a.jsonl", "\n".join(lines))

    assert [record.source for record in records] == ["/news/a.jsonl#1", "/news/a.jsonl#6"]
    assert [one.source for one in rejected] == ["/news/a.jsonl#2", "/news/a.jsonl#3", "/news/a.jsonl#5"]
    assert all("/news/a.jsonl, line " in one.reason for one in rejected)
    assert records[0].raw == lines[0].encode() + b"\n"


def test_a_date_that_cannot_be_read_is_on_record() -> None:
    ((record,), _) = read("a.jsonl", json.dumps({"text": TEXT, "date": "3/4/2026"}))

    assert record.published is None
    assert [(dropped.text, dropped.rule) for dropped in record.dropped] == [("3/4/2026", "unreadable-date")]


@pytest.mark.parametrize(
    ("raw", "count"),
    [
        (json.dumps([{"text": TEXT}] * 3), 3),
        (json.dumps({"articles": [{"text": TEXT}, {"text": TEXT}]}), 2),
        (json.dumps({"status": "ok", "tags": ["a"], "found": [{"text": TEXT}]}), 1),
        (json.dumps({"title": "Pier", "text": TEXT}), 1),
        (json.dumps({"title": "Pier", "text": TEXT}, indent=2), 1),
        ("\ufeff" + json.dumps([{"text": TEXT}]), 1),
        (json.dumps({"text": TEXT}) + "\n" + json.dumps({"text": TEXT}), 2),
    ],
    ids=["list", "articles", "found", "one", "indented", "mark", "lines"],
)
def test_json_may_hold_its_articles_in_any_usual_way(raw: str, count: int) -> None:
    records, rejected = read("a.json", raw)

    assert (len(records), rejected) == (count, [])


def test_a_json_list_that_breaks_off_gives_what_came_before() -> None:
    records, (rejected,) = read("a.json", json.dumps([{"text": TEXT}] * 3)[:-20])

    assert len(records) == 2
    assert "item 3" in rejected.reason


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_csv_in_its_dialects(delimiter: str, end: str) -> None:
    rows = [
        "id|Title|Text|Date",
        f'a|"Pier, ""shut"""|"{TEXT}\nIt; blows, {{hard}}"|2026-02-04',
        "b|Only two",
        f"c|Pier|{TEXT}|",
    ]

    records, (rejected,) = read("a.csv", end.join(row.replace("|", delimiter) for row in rows))

    assert [record.title for record in records] == ['Pier, "shut"', "Pier"]
    assert records[0].text.replace("\r", "").startswith(f"{TEXT}\nIt")
    assert records[0].published == date(2026, 2, 4)
    assert [record.source for record in records] == ["/news/a.csv#a", "/news/a.csv#c"]
    assert "line 4: 2 cells" in rejected.reason


def test_csv_that_is_not_utf8_is_read_as_windows_1252() -> None:
    ((record,), _) = read("a.csv", "title,text\nBryggan stängd,Åskan går över Åmsele i natt.\n".encode("cp1252"))

    assert (record.title, record.text) == ("Bryggan stängd", "Åskan går över Åmsele i natt.")


def test_a_csv_quote_that_is_never_closed_costs_no_more_than_the_limit() -> None:
    raw = b'title,text\n"' + b"The pier is shut,\n" * (MAX_MARKUP_BYTES // 15) + f"\nPier,{TEXT}\n".encode()

    records, rejected = read("a.csv", raw)

    assert "line 2" in rejected[0].reason
    assert records[-1].text == TEXT


class _Endless(io.RawIOBase):
    """A stream of one line that never ends, up to `size` bytes, made as it is read."""

    def __init__(self, head: bytes, size: int, tail: bytes) -> None:
        self._parts = iter([head, *(b"a" * 1_000_000 for _ in range(size // 1_000_000)), tail])
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._rest = self._rest or next(self._parts, b"")
        part, self._rest = self._rest[: len(buffer)], self._rest[len(buffer) :]
        buffer[: len(part)] = part
        return len(part)


@pytest.mark.parametrize(("reader", "head"), [(read_json_lines, b'{"text": "'), (read_csv, b"title,text\n")])
def test_a_line_of_a_gigabyte_is_refused_without_being_held(reader: Any, head: bytes) -> None:
    good = json.dumps({"text": TEXT}) if reader is read_json_lines else f"Pier,{TEXT}"
    stream = io.BufferedReader(_Endless(head, 1_000_000_000, f'"}}\n{good}\n'.encode()))
    tracemalloc.start()
    try:
        rejected, record = reader("/news/huge", stream)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert isinstance(rejected, Rejected)
    assert "longer than 10 MB" in rejected.reason
    assert record.text == TEXT
    assert peak < 50_000_000


@pytest.mark.slow
@pytest.mark.parametrize("name", ["large.jsonl", "large.json", "large.csv", "large.parquet"])
def test_memory_does_not_grow_with_the_file(tmp_path: Path, name: str) -> None:
    import pyarrow
    from pyarrow import parquet

    def peak_of(count: int) -> int:
        rows = ({"title": f"Pier {number}", "text": f"{number} {TEXT} " * 40} for number in range(count))
        path = tmp_path / name
        if name.endswith("parquet"):
            parquet.write_table(pyarrow.Table.from_pylist(list(rows)), path, row_group_size=1_000)
        else:
            with path.open("w") as file:
                if name.endswith("csv"):
                    writer = csv.DictWriter(file, ["title", "text"])
                    writer.writeheader()
                    writer.writerows(rows)
                else:
                    start, between, end = ("[", ",\n", "]") if name.endswith("json") else ("", "\n", "\n")
                    file.write(start)
                    for number, row in enumerate(rows):
                        file.write((between if number else "") + json.dumps(row))
                    file.write(end)
        tracemalloc.start()
        try:
            read = sum(isinstance(record, RawRecord) for record in read_file(path))
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert read == count
        return peak

    peak_of(500)
    small, large = peak_of(1_000), peak_of(16_000)

    assert large < small + 2_000_000


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-02-04", date(2026, 2, 4)),
        ("20260204", date(2026, 2, 4)),
        ("2026-02-04T07:30:00+01:00", datetime(2026, 2, 4, 7, 30, tzinfo=timezone(timedelta(hours=1)))),
        ("2026-02-04T07:30:00+0100", datetime(2026, 2, 4, 7, 30, tzinfo=timezone(timedelta(hours=1)))),
        ("2026-02-04T07:30Z", datetime(2026, 2, 4, 7, 30, tzinfo=UTC)),
        ("2026-02-04 07:30:00.123456", datetime(2026, 2, 4, 7, 30, 0, 123456)),  # noqa: DTZ001  # none was stated
        ("Wed, 04 Feb 2026 07:30:00 +0100", datetime(2026, 2, 4, 7, 30, tzinfo=timezone(timedelta(hours=1)))),
        ("February 4, 2026", date(2026, 2, 4)),
        ("4 februari 2026 kl. 07.30", datetime(2026, 2, 4, 7, 30)),  # noqa: DTZ001
        (1770186600, datetime(2026, 2, 4, 6, 30, tzinfo=UTC)),
        ("1770186600000", datetime(2026, 2, 4, 6, 30, tzinfo=UTC)),
        (date(2026, 2, 4), date(2026, 2, 4)),
        ("3/4/2026", None),
        ("4 February", None),
        ("2026", None),
        ("yesterday", None),
        ("2026-02-31", None),
        (True, None),
        (17, None),
        (float("nan"), None),
        (float("inf"), None),
        (["2026-02-04"], None),
    ],
)
def test_only_whole_dates_count_and_their_zone_stays(value: object, expected: object) -> None:
    found = stated_date(value)

    assert found == expected
    assert isinstance(found, datetime) == isinstance(expected, datetime)
    if isinstance(found, datetime) and isinstance(expected, datetime):
        assert found.utcoffset() == expected.utcoffset()


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("HTTPS://Grum.example/a/?utm_source=x&id=3#top", "https://grum.example/a/?id=3"),
        ("https://grum.example/å", "https://grum.example/%C3%A5"),
        ("https://grum.example/#a", None),
        ("grum.example/a", None),
        ("ftp://grum.example/a", None),
        ("https://grum.example/a b", None),
        ("https://[::1", None),
        ("javascript:alert(1)//", None),
        (None, None),
    ],
)
def test_addresses_lose_what_only_counts_readers(value: object, expected: str | None) -> None:
    assert stated_url(value) == expected


def test_authors_and_languages() -> None:
    assert stated_authors("By Anna Berg, Per Ek & Bo Alm") == ("Anna Berg", "Per Ek", "Bo Alm")
    assert stated_authors("https://grum.example/anna") == ()
    assert [stated_language(tag) for tag in ("sv_SE", "nb-NO", "eng", "EN", "english", "", 3)] == [
        *("sv", "no", "en", "en"),
        *(None, None, None),
    ]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
names = st.sampled_from(
    ["text", "title", "author", "published", "url", "language", "source", "id", "content_html", "x"]
)


@given(st.dictionaries(names, json_values, max_size=8))
def test_whatever_stands_in_the_columns_nothing_breaks(fields: dict[str, Any]) -> None:
    columns = Columns.of(fields)
    records, rejected = read("a.jsonl", json.dumps(fields))

    assert len(records) + len(rejected) == 1
    assert bool(records) == bool(columns.text or columns.html)


@given(st.binary(max_size=400), st.sampled_from(["a.jsonl", "a.json", "a.csv", "a.parquet"]))
def test_any_bytes_are_records_or_rejections(raw: bytes, name: str) -> None:
    records, rejected = read(name, raw)

    assert all(record.text.strip() for record in records)
    assert all(name in one.reason for one in rejected)
