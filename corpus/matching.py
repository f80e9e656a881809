"""Finding words in a text although typography differs, with an exact way back to the original characters.

`Normalised` folds case, quotation marks, dashes and white space and keeps, for every character of the folded text, the
offset of the character it came from; a match is therefore always an exact `Span` of the original.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from corpus.article import Span

_FOLD = str.maketrans(
    {
        **dict.fromkeys("“”„‟«»″", '"'),
        **dict.fromkeys("‘’‚‛′`´", "'"),
        **dict.fromkeys("–—‒―−‑", "-"),
        "…": "...",
    }
)


@dataclass(frozen=True, slots=True)
class Normalised:
    """A folded copy of a text. `offsets[i]` is the original offset of folded character `i`."""

    text: str
    offsets: tuple[int, ...]
    length: int

    @classmethod
    def of(cls, original: str) -> Normalised:
        folded: list[str] = []
        offsets: list[int] = []
        for offset, character in enumerate(original):
            if character.isspace():
                if folded and folded[-1] != " ":
                    folded.append(" ")
                    offsets.append(offset)
                continue
            for piece in character.translate(_FOLD).casefold():
                folded.append(piece)
                offsets.append(offset)
        return cls("".join(folded), tuple(offsets), len(original))

    def find_all(self, needle: str) -> Iterator[Span]:
        """Spans of the original text whose folded form equals the folded `needle`, left to right."""
        wanted = Normalised.of(needle).text.strip()
        position = self.text.find(wanted) if wanted else -1
        while position != -1:
            last = position + len(wanted) - 1
            yield Span(self.offsets[position], self.offsets[last] + 1)
            position = self.text.find(wanted, position + 1)
