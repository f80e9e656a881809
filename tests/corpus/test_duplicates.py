"""Near copies: light edits, cuts and other datelines are found; other stories on the event are not."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from corpus.duplicates import SHORTEST, band_keys, near_copies, publication_order

STORY = """
The harbour of Lindvik closes on Monday for repairs that will take three weeks, the port authority said on Thursday. Divers found in
January that the oldest piles under the long quay have rotted through, and a crane was moved away the same night. "We have waited as
long as we could," said Maja Horii, head of the port authority, who had asked the county for money four years in a row. Ferries to the
islands will leave from the old fish quay, where the water is shallow and boats must wait for the tide twice a day. Fares stay the same
until the end of May. The fishermen's union said its members would lose two landings a week and asked for a grant. The county council
meets on Tuesday to decide who pays for the steel, which has doubled in price since the first estimate was made. School children from
Skarv will be taken across by the lifeboat, as they were during the storm of 1987.
""".replace("\n", " ").strip()
SAME_EVENT = """
Islanders gathered on the long quay in Lindvik on Thursday evening after the port authority said that the harbour would close. Many had
brought lanterns. "My mother came here by rowing boat, and now I shall have to do it too," said Anna Berg, who keeps a shop on Skarv.
The head of the port authority, Maja Horii, told them that the oldest piles have rotted through and that nobody could answer for the
crane. She promised that fares would not be raised. Ferries to the islands will leave from the old fish quay during the three weeks that
the repairs are expected to take. A petition asking the county council to pay for the steel had gathered four hundred names by midnight.
""".replace("\n", " ").strip()
SENTENCES = STORY.split(". ")


def edited(text: str, share: float, seed: int) -> str:
    chance = random.Random(seed)
    return " ".join("altogether" if chance.random() < share else word for word in text.split())


COPIES = {
    "light edits": edited(STORY, 0.03, 2),
    "cut ending": ". ".join(SENTENCES[:5]) + ".",
    "a sentence out": ". ".join(SENTENCES[:2] + SENTENCES[3:]),
    "dateline and outlet": f"LINDVIK (Norrland Wire) — {STORY} Reporting by Per Ek for the Norrland Wire.",
    "capitals and typography": STORY.replace('"', "”").upper(),
    "dateline, edits and cut": "OSLO, Feb 4 — " + edited(". ".join(SENTENCES[:6]), 0.02, 2),
}


@pytest.mark.parametrize("copy", COPIES.values(), ids=COPIES)
def test_a_copy_is_found_and_known(copy: str) -> None:
    assert set(band_keys(STORY)) & set(band_keys(copy))
    assert near_copies(STORY, copy)
    assert near_copies(copy, STORY)


@pytest.mark.parametrize(
    "other",
    [
        SAME_EVENT,
        " ".join(SENTENCES[:2]),
        f"{SAME_EVENT} {STORY} {' '.join(reversed(STORY.split()))}",
        STORY[: len(STORY) // 2] + SAME_EVENT[len(SAME_EVENT) // 2 :],
        "",
    ],
    ids=["same event", "only its beginning", "a round-up", "half of each", "nothing"],
)
def test_another_story_on_the_event_is_no_copy(other: str) -> None:
    assert not near_copies(STORY, other)
    assert not near_copies(other, STORY)


def test_short_notices_are_copies_only_word_for_word() -> None:
    notice = " ".join(STORY.split()[: SHORTEST - 1])
    assert band_keys(notice) == []
    assert len(set(band_keys(STORY))) == len(band_keys(STORY)) == 42
    assert not near_copies("", "")


def test_keys_are_the_same_wherever_they_are_made() -> None:
    """They are kept on disk: other keys need a migration."""
    assert [key.hex() for key in band_keys(STORY)[:2]] == ["00ee485b01ecf7150450f13103", "01d0e009012aa4e7005d262402"]


def test_publications_sort_by_what_is_stated() -> None:
    morning = datetime(2026, 2, 4, 7, 30, tzinfo=timezone(timedelta(hours=1)))
    stated = [None, date(2026, 2, 5), date(2026, 2, 4), datetime(2026, 2, 4, 7, 0, tzinfo=UTC), morning]
    assert sorted(stated, key=publication_order) == [morning, stated[3], date(2026, 2, 4), date(2026, 2, 5), None]
    assert publication_order(datetime(2026, 2, 4, 7, 0)) == stated[3]  # noqa: DTZ001  # a source states no zone
