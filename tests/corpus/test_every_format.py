"""The same story in every format: the same text, and what each format can state of it."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from corpus import Article, read_articles

STOCKHOLM = datetime(2026, 2, 4, 7, 30, tzinfo=timezone(timedelta(hours=1)))
FULL = ("Anna Berg",), "Lindvik Courier", STOCKHOLM
EXPECTED = {
    "a.txt": ((), "Lindvik Courier", date(2026, 2, 4)),
    "b.md": (("Anna Berg",), None, STOCKHOLM),
    "c.html": FULL,
    "d.mhtml": FULL,
    "e.pdf": (("Anna Berg",), None, None),
    "f.docx": (("Anna Berg",), None, None),
    "g.jsonl": FULL,
    "h.json": FULL,
    "i.csv": FULL,
    "j.parquet": FULL,
    "k.zip": FULL,
}


@pytest.mark.parametrize("name", EXPECTED)
def test_one_story_is_the_same_in_every_format(
    tmp_path: Path, every_format: dict[str, bytes], harbour_text: tuple[str, ...], name: str
) -> None:
    (tmp_path / name).write_bytes(every_format[name])

    found = [article for article in read_articles(tmp_path) if article.kind == "article"]

    text = "\n\n".join(harbour_text)
    for article in found:
        plain = article.text.replace('"', "“", 1).replace('"', "”", 1).replace('"', "“", 1).replace('"', "”", 1)
        assert plain == text
        assert (article.authors, article.outlet, article.published) == EXPECTED[name]
        assert article.title is not None
        assert article.title.startswith("Harbour to close (")
        assert article.language == "en"
    several = name[0] in "ghij"
    assert len(found) == (3 if name == "k.zip" else 2 if several else 1)
    assert len({article.id for article in found}) == len(found)


def test_every_format_is_in_the_set(every_format: dict[str, bytes]) -> None:
    assert set(every_format) == set(EXPECTED)


def test_a_story_keeps_its_id_wherever_its_file_lies(tmp_path: Path, every_format: dict[str, bytes]) -> None:
    def ids(folder: str, name: str) -> list[str]:
        (tmp_path / folder).mkdir(exist_ok=True)
        (tmp_path / folder / name).write_bytes(every_format[name])
        return [article.id for article in read_articles(tmp_path / folder / name) if article.kind == "article"]

    assert ids("old", "c.html") == ids("new", "c.html")
    assert ids("old", "g.jsonl") == ids("new", "g.jsonl")
    assert ids("old", "a.txt") != ids("new", "a.txt")


def test_a_box_of_related_stories_is_a_teaser(tmp_path: Path, every_format: dict[str, bytes]) -> None:
    (tmp_path / "c.html").write_bytes(every_format["c.html"])

    host, teaser = read_articles(tmp_path)

    assert isinstance(host, Article)
    assert host.url == "https://lindvik.example/html"
    assert (teaser.kind, teaser.found_on, teaser.title) == ("teaser", host.id, "Lighthouse for sale")
    assert teaser.text == "The lighthouse at Skarv will be sold to the highest bidder in May."
