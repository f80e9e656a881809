"""Reads `.md` with markdown-it: text without its markup, and the YAML front matter as what the source states."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from corpus.readers.columns import Columns
from corpus.readers.records import RawRecord
from corpus.readers.stated import stated_line
from corpus.readers.text import decode

if TYPE_CHECKING:
    from markdown_it.token import Token

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.{0,20000}?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)


def read_markdown(source: str, raw: bytes) -> RawRecord:
    """The page in `raw`. Its title is what the front matter states, else its first heading, if that is of the first level.

    Raises:
        UnreadableSourceError: it is empty, or no text.
    """
    from markdown_it import MarkdownIt

    text = "\n".join(decode(source, raw).splitlines())
    front = _FRONT_MATTER.match(text)
    stated = Columns.of(_front_matter(front[1]) if front else {})
    tokens = MarkdownIt("commonmark", {"maxNesting": 20}).enable("table").parse(text[front.end() :] if front else text)
    heading = tokens[1].content if tokens and tokens[0].tag == "h1" else None
    return RawRecord(
        source,
        raw,
        "\n\n".join(line for line in _lines(tokens) if line.strip()),
        format="md",
        title=stated.title or stated_line(heading),
        authors=stated.authors,
        outlet=stated.outlet,
        published=stated.published,
        url=stated.url,
        language=stated.language,
        dropped=stated.unread,
    )


def _front_matter(yaml_text: str) -> dict[str, object]:
    """Its keys, with every value a string, a list or an object; empty if it is not YAML."""
    import yaml

    try:
        found = yaml.load(yaml_text, Loader=yaml.BaseLoader)  # noqa: S506  # makes nothing but strings, lists and dicts
    except (yaml.YAMLError, ValueError, RecursionError):
        return {}
    return {str(name): value for name, value in found.items()} if isinstance(found, dict) else {}


def _lines(tokens: Sequence[Token]) -> Iterator[str]:
    """One line a paragraph, heading, list item or table row; code as it stands."""
    cells: list[str] | None = None
    item = False
    for token in tokens:
        if token.type == "inline":
            text = _plain(token)
            if cells is not None:
                cells.append(text)
            else:
                yield f"- {text}" if item else text
                item = False
        elif token.type in ("fence", "code_block"):
            yield token.content.rstrip()
        elif token.type == "html_block":
            yield re.sub(r"<[^<>]*>|<!--|-->", " ", token.content)
        elif token.type == "list_item_open":
            item = True
        elif token.type == "tr_open":
            cells = []
        elif token.type == "tr_close" and cells is not None:
            yield " | ".join(cells)
            cells = None


def _plain(inline: Token) -> str:
    """The words of a paragraph, without emphasis, link targets and pictures."""
    parts = []
    for token in inline.children or ():
        if token.type in ("text", "code_inline"):
            parts.append(token.content)
        elif token.type in ("softbreak", "hardbreak"):
            parts.append(" ")
    return "".join(parts)
