"""Texts that answer no question, to make a corpus large: the English Wikipedia articles and short news stories that gensim's
wheel carries for its tests, as lines `{"_id", "title", "text"}` on stdout. The texts are not ours and are not kept in the project.

With the test pages of Mozilla's Readability in a folder, named as the only argument, the texts that it expects of them come too.
"""

from __future__ import annotations

import bz2
import json
import re
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from importlib import resources
from pathlib import Path

from gensim.corpora.wikicorpus import extract_pages, filter_wiki

FOLDER = resources.files("gensim") / "test" / "test_data"
DUMPS = (
    "enwiki-latest-pages-articles1.xml-p000000010p000030302-shortened.bz2",
    "enwiki-table-markup.xml.bz2",
)
STORIES = ("lee_background.cor", "lee.cor")
MARKUP = "|!{="
"""What a line of a table or a heading opens with."""


INLINE = {"a", "abbr", "b", "cite", "code", "em", "i", "q", "s", "small", "span", "strong", "sub", "sup", "time", "u"}


class Blocks(HTMLParser):
    """The text of a page, a line a block."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - the base class's signature
        self.pieces += [] if tag in INLINE else ["\n"]

    def handle_endtag(self, tag: str) -> None:
        self.pieces += [] if tag in INLINE else ["\n"]

    def handle_data(self, data: str) -> None:
        self.pieces.append(re.sub(r"\s+", " ", data))


def pages(folder: Path) -> Iterator[tuple[str, str]]:
    for page in sorted(folder.glob("*/expected.html")):
        blocks = Blocks()
        blocks.feed(page.read_text("utf-8"))
        title = json.loads(page.with_name("expected-metadata.json").read_text("utf-8")).get("title")
        yield title or "", "\n\n".join(line.strip() for line in "".join(blocks.pieces).split("\n") if line.strip())


def texts() -> Iterator[tuple[str, str]]:
    """Titles, as far as there are any, and texts."""
    for name in DUMPS:
        with (FOLDER / name).open("rb") as file, bz2.open(file) as dump:
            for title, markup, _ in extract_pages(dump, filter_namespaces=("0",)):
                text = re.sub("'{2,}", "", filter_wiki(markup))
                if text.lstrip().upper().startswith("#REDIRECT"):
                    continue
                lines = (line.strip() for line in text.splitlines())
                yield title, "\n\n".join(line for line in lines if len(line) >= 8 and line[0] not in MARKUP)
    for name in STORIES:
        for line in (FOLDER / name).read_text("latin-1").splitlines():
            yield "", line.strip()
    for folder in sys.argv[1:]:
        yield from pages(Path(folder))


for number, (title, text) in enumerate(texts()):
    if text:
        print(json.dumps({"_id": str(number), "title": title, "text": text}))  # noqa: T201 - what it is for
