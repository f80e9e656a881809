"""Several people in one question: each is looked for alone, all are given, and who has said nothing is named."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from rag.draft import Draft, DraftSentence
from rag.telling import Teller

MOST_PEOPLE = 4
_AND = re.compile(r"\s*(?:,\s*(?:(?:and|och|samt)\s+)?|\s(?:and|och|samt|versus|vs\.?|&)\s)\s*", re.IGNORECASE)
_BOTH = re.compile(r"^(?:both|både|respektive)\s+", re.IGNORECASE)


def people_in(phrase: str, quoted: Callable[[str], bool]) -> tuple[str, ...]:
    """The people that `phrase` names, if they are several and one of them at least is `quoted`; else none.

    `the minister of trade and industry` is one: each part must be quoted or look like a name.
    """
    parts = tuple(part for part in _AND.split(_BOTH.sub("", phrase)) if part)
    if not 1 < len(parts) <= MOST_PEOPLE:
        return ()
    known = [quoted(part) for part in parts]
    names = all(held or _looks_like_a_name(part, parts) for held, part in zip(known, parts, strict=True))
    return parts if any(known) and names else ()


def compared(drafts: Mapping[str, Draft], teller: Teller) -> Draft:
    """One draft of those of each person; if nobody has said anything, the first one's refusal."""
    if all(draft.refusal for draft in drafts.values()):
        return next(iter(drafts.values()))
    sentences: list[DraftSentence] = []
    for who, draft in drafts.items():
        sentences += draft.sentences
        if draft.refusal in ("no_quote_by_speaker", "speaker_unknown"):
            sentences.append(teller.nothing_from(who, draft.refusal))
    return Draft(tuple(sentences), quotations=True)


def _looks_like_a_name(part: str, parts: tuple[str, ...]) -> bool:
    """By its capital; where all is written small, a word beside other single words."""
    if any(character.isupper() for other in parts for character in other):
        return part.split()[-1][0].isupper()
    return not any(" " in other for other in parts)
