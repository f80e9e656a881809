"""HTML and SVG as a tree. Text and attributes are escaped where the tree is written, so that data cannot become markup."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from xml.etree.ElementTree import Element, tostring

from corpus.cleaning import printable

Content = Element | str | Mapping[str, object]
Say = Callable[[str], str]
"""Puts a sentence of ours into the language of whoever reads it; `str` leaves it in English."""


def el(name: str, *content: Content) -> Element:
    """An element. `name` may carry a class, as in `p.quiet`; a mapping gives attributes, the rest is what it holds."""
    tag, _, style = name.partition(".")
    element = Element(tag, {"class": style} if style else {})
    last: Element | None = None
    for piece in content:
        if isinstance(piece, str):
            if last is None:
                element.text = (element.text or "") + printable(piece)
            else:
                last.tail = (last.tail or "") + printable(piece)
        elif isinstance(piece, Mapping):
            for key, value in piece.items():
                element.set(key, printable(f"{value:.6g}" if isinstance(value, float) else str(value)))
        else:
            element.append(piece)
            last = piece
    return element


def document(root: Element) -> str:
    """A whole HTML page."""
    return f"<!doctype html>\n{fragment(root)}\n"


def fragment(*parts: Element) -> str:
    """A piece of a page."""
    return "".join(tostring(part, encoding="unicode", method="html") for part in parts)
