"""Texts that answer no question, to make a corpus large: the English Wikipedia articles and short news stories that gensim's
wheel carries for its tests, as lines `{"_id", "title", "text"}` on stdout. The texts are not ours and are not kept in the project.
"""

from __future__ import annotations

import bz2
import json
import re
from collections.abc import Iterator
from importlib import resources

from gensim.corpora.wikicorpus import extract_pages, filter_wiki

FOLDER = resources.files("gensim") / "test" / "test_data"
DUMPS = (
    "enwiki-latest-pages-articles1.xml-p000000010p000030302-shortened.bz2",
    "enwiki-table-markup.xml.bz2",
)
STORIES = ("lee_background.cor", "lee.cor")
MARKUP = "|!{="
"""What a line of a table or a heading opens with."""


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


for number, (title, text) in enumerate(texts()):
    if text:
        print(json.dumps({"_id": str(number), "title": title, "text": text}))  # noqa: T201 - what it is for
