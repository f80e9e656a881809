from __future__ import annotations

import logging
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import read_articles
from corpus.errors import CorpusError, SourceNotFoundError
from corpus.readers import RawRecord, Rejected, Unchanged, find_files, read_bytes, read_file
from corpus.readers.limits import MAX_ARTICLE_BYTES

PAGE = """Bryggan i Åmsele stängs efter stormen

Hamnkapten Märta Öberg stängde bryggan på torsdagen. ”Plankorna är ruttna”, säger hon – och tillägger att det brådskar.

Bygget kostar 40 000 € och väntas ta tre veckor, enligt kommunens beräkning från i våras."""


def read_one(path: Path) -> object:
    (record,) = read_file(path)
    return record


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "iso-8859-1"]
)
def test_the_same_page_in_any_encoding_is_the_same_article(tmp_path: Path, encoding: str) -> None:
    page = PAGE if encoding != "iso-8859-1" else PAGE.translate({ord("”"): '"', ord("–"): "-", ord("€"): "kr"})
    (tmp_path / "brygga.txt").write_bytes(page.encode(encoding))

    (article,) = read_articles(tmp_path)

    assert article.title == "Bryggan i Åmsele stängs efter stormen"
    assert article.text == page.split("\n\n", 1)[1]
    assert article.language == "sv"


@pytest.mark.parametrize("mark", [b"\xfe\xff", b"\xff\xfe"])
def test_either_byte_order_mark_is_obeyed(tmp_path: Path, mark: bytes) -> None:
    encoding = "utf-16-be" if mark == b"\xfe\xff" else "utf-16-le"
    (tmp_path / "brygga.txt").write_bytes(mark + PAGE.encode(encoding))

    assert next(iter(read_articles(tmp_path))).text == PAGE.split("\n\n", 1)[1]


REJECTED = {
    "empty.txt": b"",
    "blank.txt": b" \r\n\t\n  ",
    "blank-with-mark.txt": b"\xef\xbb\xbf\n",
    "noise.txt": bytes(range(256)) * 8,
    "picture.txt": b"\x89PNG\r\n\x1a\n" + bytes(60),
    "report.txt": b"%PDF-1.7\n1 0 obj",
    "letter.txt": b"PK\x03\x04" + bytes(60),
    "packed.txt": b"\x1f\x8b\x08" + bytes(60),
    "large.txt": b"a" * (MAX_ARTICLE_BYTES + 1),
    "page.doc": b"\xd0\xcf\x11\xe0",
    "table.CSV": b"headline,words\n",
    "torn.pdf": b"%PDF-1.7\n1 0 obj",
    "torn.docx": b"PK\x03\x04" + bytes(60),
    "torn.zip": b"PK\x03\x04" + bytes(60),
    "torn.parquet": b"PAR1" + bytes(60),
    "torn.json": b'{"text": ',
    "torn.mhtml": b"MIME-Version: 1.0\r\n\r\nnothing",
    "half.txt": "Bryggan stängs".encode("utf-16")[:-1],
}


@pytest.mark.parametrize("name", REJECTED)
def test_what_is_no_text_is_rejected_by_name_with_a_remedy(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(REJECTED[name])

    rejected = read_one(tmp_path / name)

    assert isinstance(rejected, Rejected)
    assert rejected.source == str(tmp_path / name)
    assert name in rejected.reason
    assert rejected.reason.endswith(".")
    assert rejected.remedy.endswith(".")
    assert len(rejected.remedy.split()) > 3


def test_the_good_files_beside_them_are_still_read(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    for name, raw in REJECTED.items():
        (tmp_path / name).write_bytes(raw)
    (tmp_path / "deep" / "er").mkdir(parents=True)
    (tmp_path / "deep" / "er" / "brygga.txt").write_text(PAGE, encoding="utf-8")

    with caplog.at_level(logging.WARNING):
        articles = list(read_articles(tmp_path))

    assert [Path(article.source).name for article in articles] == ["brygga.txt"]
    assert all(any(name in message for message in caplog.messages) for name in REJECTED)


@given(st.binary(max_size=300))
def test_any_bytes_are_a_record_or_a_rejection_never_a_crash(
    tmp_path_factory: pytest.TempPathFactory, raw: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "bytes.txt"
    path.write_bytes(raw)

    record = read_one(path)

    assert isinstance(record, Rejected) or (isinstance(record, RawRecord) and record.raw == raw and record.text.strip())


def test_a_page_of_the_largest_size_is_read(tmp_path: Path) -> None:
    (tmp_path / "long.txt").write_bytes(b"word " * (MAX_ARTICLE_BYTES // 5))

    record = read_one(tmp_path / "long.txt")

    assert isinstance(record, RawRecord)
    assert len(record.raw) == MAX_ARTICLE_BYTES


def test_a_missing_folder_is_an_error_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(SourceNotFoundError, match="nowhere") as caught:
        list(read_articles([tmp_path, tmp_path / "nowhere"]))

    assert isinstance(caught.value, CorpusError)
    assert caught.value.remedy
    assert not caught.value.retry


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads every file")
def test_a_file_without_permission_is_rejected(tmp_path: Path) -> None:
    path = tmp_path / "secret.txt"
    path.write_text(PAGE, encoding="utf-8")
    path.chmod(0)

    rejected = read_one(path)

    assert isinstance(rejected, Rejected)
    assert "secret.txt" in rejected.reason
    assert "permission" in rejected.remedy


def test_a_file_that_is_gone_when_its_turn_comes_is_rejected(tmp_path: Path) -> None:
    rejected = read_one(tmp_path / "gone.txt")

    assert isinstance(rejected, Rejected)
    assert "gone.txt" in rejected.reason


def test_hidden_files_are_passed_over_and_every_other_is_listed_once(tmp_path: Path) -> None:
    for name in ("b.txt", "a.txt", ".hidden.txt", ".cache/c.txt", "deep/d.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(PAGE, encoding="utf-8")

    files = list(find_files([tmp_path, tmp_path / "a.txt", str(tmp_path / "deep")]))

    assert [file.relative_to(tmp_path.resolve()).as_posix() for file in files] == ["a.txt", "b.txt", "deep/d.txt"]


def test_a_folder_under_a_hidden_one_is_read_when_it_is_named(tmp_path: Path) -> None:
    folder = tmp_path / ".work" / "pages"
    folder.mkdir(parents=True)
    (folder / "a.txt").write_text(PAGE, encoding="utf-8")

    assert len(list(find_files(folder))) == 1
    assert len(list(find_files([tmp_path, folder]))) == 1


def test_patterns_match_files_and_folders(tmp_path: Path) -> None:
    for name in ("a.txt", "b.md", "deep/er/c.txt", "deep/.hidden/d.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True, parents=True)
        (tmp_path / name).write_text(PAGE, encoding="utf-8")

    def found(pattern: str) -> list[str]:
        return [file.relative_to(tmp_path.resolve()).as_posix() for file in find_files(str(tmp_path / pattern))]

    assert found("**/*.txt") == ["a.txt", "deep/er/c.txt"]
    assert found("*.m?") == ["b.md"]
    assert found("d*") == ["deep/er/c.txt"]
    with pytest.raises(SourceNotFoundError, match=r"\*\.csv"):
        found("*.csv")


def test_a_file_whose_name_looks_like_a_pattern_is_read(tmp_path: Path) -> None:
    (tmp_path / "budget [final].txt").write_text(PAGE, encoding="utf-8")

    assert len(list(find_files(tmp_path / "budget [final].txt"))) == 1


def test_a_link_to_a_file_that_is_read_anyway_is_no_second_one(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for folder in ("in", "."):
        (tmp_path / folder / "a.txt").write_text(PAGE, encoding="utf-8")
    (tmp_path / "in" / "same.txt").symlink_to(tmp_path / "in" / "a.txt")
    (tmp_path / "in" / "other.txt").symlink_to(tmp_path / "a.txt")

    assert list(find_files(tmp_path / "in")) == [(tmp_path / "in" / "a.txt").resolve(), (tmp_path / "a.txt").resolve()]


def test_a_known_page_is_not_read_again(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text("<p>The pier is shut until the storm has passed over the island.</p>")
    asked: list[str] = []

    def known(source: str, sha256: str) -> bool:
        asked.append(sha256)
        return source == str(path)

    (record,) = read_file(path)
    assert isinstance(record, RawRecord)
    assert list(read_file(path, known=known)) == [Unchanged(str(path))]
    assert asked == [record.raw_sha256]


STORY = "The pier at Grum is shut until the storm has passed over the island, the harbour master said on Tuesday."


@pytest.mark.parametrize(
    ("source", "content_type", "form"),
    [
        ("https://grum.example/news/pier", "text/html; charset=iso-8859-1", "html"),
        ("https://grum.example/news/pier.html?page=2", None, "html"),
        ("https://grum.example/news/pier", "application/octet-stream", "html"),
        ("https://grum.example/pier.json", "text/html", "html"),
        ("https://grum.example/pier.md#top", "text/plain", "md"),
    ],
)
def test_what_came_from_the_web_is_read_by_its_type_its_name_or_its_looks(
    source: str, content_type: str | None, form: str
) -> None:
    page = f"<!doctype html><html><body><h1>Pier shut</h1><p>{STORY} Å</p></body></html>" if form == "html" else STORY

    (record,) = read_bytes(source, page.encode("iso-8859-1"), content_type=content_type)

    assert isinstance(record, RawRecord)
    assert (record.source, record.format) == (source, form)
    assert STORY in record.text
