"""What stands around a line tells what it is: pages on which a section, a caption or a list stands in an odd place."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from corpus.extraction import Extraction

Extract = Callable[..., Extraction]
TITLE = "Norrvik pool to close on Monday"
STORY = (
    "The pool in Norrvik closes on Monday because the roof leaks over the large basin, the council said on Friday.",
    "“There was no other choice,” the manager Olle Strand told the parents of Norrvik.",
    "The swimming school moves to Solvik, and the pool opens again in August, when the roof has been mended.",
)
IMPRINT = ("By Anna Berg", "3 March 2026")


def read(page: Extract, *lines: str) -> tuple[str | None, str | None, tuple[str, ...], list[str]]:
    """Title, day and paragraphs of the host, and the texts of the teasers."""
    host, *teasers = page("\n".join(lines)).articles
    day = host.published.isoformat()[:10] if host.published else None
    return host.title, day, tuple(host.text.split("\n\n")), [teaser.text for teaser in teasers]


@pytest.mark.parametrize(
    "above",
    [
        ("Latest news", "Ferry cancelled after engine trouble", "Council votes to close two schools", TITLE, *IMPRINT),
        (TITLE, "Most read", "Dog wins prize at a country fair in Holm", *IMPRINT),
        ("Just nu", TITLE, *IMPRINT),
    ],
)
def test_a_section_above_the_text_takes_none_of_it(page: Extract, above: tuple[str, ...]) -> None:
    assert read(page, "Log in", *above, *STORY, "Share") == (TITLE, "2026-03-03", STORY, [])


def test_a_story_goes_on_below_what_was_reported_by_ai(page: Extract) -> None:
    teaser = ("Read also", "Manager gets a new post in Solvik after the summer", "Reported by AI")
    more = (*STORY, "– The roof will hold for fifty years, says the builder.")

    assert read(page, TITLE, *IMPRINT, *STORY, *teaser, *more)[2:] == ((*STORY, *more), [teaser[1]])


def test_a_subheading_below_an_advertisement_is_no_teaser(page: Extract) -> None:
    between = ("Read also", "Manager gets a new post in Solvik after the summer", "Advertisement")
    heading = "“We all learned to swim here”"

    found = read(page, TITLE, *IMPRINT, *STORY, *between, heading, *STORY)

    assert found[2:] == ((*STORY, heading, *STORY), [between[1]])


@pytest.mark.parametrize("label", ["Read more: ", "LÄS OCKSÅ: ", "Les også: ", "Lire aussi : ", "More:"])
def test_another_story_announced_in_one_line_is_a_teaser(page: Extract, label: str) -> None:
    headline = "Dog wins prize at a country fair"

    extraction = page("\n".join((TITLE, *IMPRINT, *STORY[:2], label + headline, STORY[2])))

    host, teaser = extraction.articles
    assert host.text == "\n\n".join(STORY)
    assert (teaser.kind, teaser.text) == ("teaser", headline)
    assert label.strip() in {dropped.text.strip() for dropped in extraction.dropped if dropped.rule == "read-more"}


def test_a_label_over_no_headline_is_only_dropped(page: Extract) -> None:
    assert read(page, TITLE, *IMPRINT, *STORY, "Read more: The pool")[3] == []


def test_a_list_below_the_title_and_entries_of_a_live_report_stay(page: Extract) -> None:
    listed = ("The bridge is closed in both directions", "41,000 homes without light")
    entry = ("Power back for some",)

    found = read(page, TITLE, "3 March 2026", *listed, STORY[0], "15.42 GMT", *entry, *STORY[1:], "Updated 15.47")

    assert found[2] == (*listed, STORY[0], *entry, *STORY[1:])


def test_parts_of_a_long_read_keep_their_numbers(page: Extract) -> None:
    assert read(page, TITLE, *IMPRINT, STORY[0], "I", STORY[1], "II", STORY[2])[2] == (
        *(STORY[0], "I", STORY[1], "II", STORY[2]),
    )


@pytest.mark.parametrize(
    ("caption", "credit"),
    [
        ("Only one swimmer at a time: the small basin.", "Photo: Uwe Lenz"),
        ("The basin on Monday morning, empty. (Photo Jan Le Bris)", None),
        ("The basin is emptied in Norrvik, March 2, 2026. CP/Ida Kessler/File", None),
    ],
)
def test_captions_are_told_by_their_credit(page: Extract, caption: str, credit: str | None) -> None:
    lines = (caption, credit) if credit else (caption,)

    extraction = page("\n".join((TITLE, *IMPRINT, "Share", "", *lines, *STORY)))

    assert extraction.articles[0].text == "\n\n".join(STORY)
    assert {"caption", "photo-credit"} & {dropped.rule for dropped in extraction.dropped if dropped.text == caption}


def test_a_paragraph_above_a_credit_stays(page: Extract) -> None:
    assert read(
        page, TITLE, *IMPRINT, STORY[0], "The roof fell in before anybody saw it.", "Photo: Uwe Lenz", STORY[2]
    )[2] == (STORY[0], "The roof fell in before anybody saw it.", STORY[2])


@pytest.mark.parametrize(
    ("stamp", "day"), [("Published: 04.03.26 07:30", "2026-03-04"), ("Publié le 24/02/26 à 18h20", "2026-02-24")]
)
def test_a_year_may_be_short_after_a_word_for_publishing(page: Extract, stamp: str, day: str) -> None:
    assert read(page, TITLE, stamp, *STORY)[1] == day
    assert read(page, TITLE, stamp.partition(" ")[2].removeprefix("le "), *STORY)[1] is None


def test_a_headline_that_ends_in_a_quotation_ends_no_text(page: Extract) -> None:
    assert read(page, TITLE, *IMPRINT, *STORY, "Comments (12)", "Share", "Driver quits: ”My body says no”")[2] == STORY


def test_words_set_large_are_dropped_and_a_subheading_is_not(page: Extract) -> None:
    said = "”Det fanns inget annat val. Taket rasade in över oss alla.”"
    spoken = "– Det fanns inget annat val. Taket rasade in över oss alla, säger Olle Strand som sköter badet."
    heading = "”Inget annat val”"

    found = read(page, TITLE, *IMPRINT, STORY[0], said, spoken, heading, STORY[2])

    assert found[2] == (STORY[0], spoken, heading, STORY[2])


def test_a_note_on_who_wrote_is_dropped_below_the_text_and_a_standfirst_naming_them_stays(page: Extract) -> None:
    standfirst = "Anna Berg has seen the roof of the pool in Norrvik, and what lies under it."
    note = "Anna Berg writes about water."

    assert read(page, TITLE, standfirst, *IMPRINT, *STORY, note)[2] == (standfirst, *STORY)


def test_a_standfirst_above_a_credit_is_no_caption(page: Extract) -> None:
    standfirst = "Council closes the pool over a leaking roof"

    assert read(page, TITLE, standfirst, "Photo: Uwe Lenz", *IMPRINT, *STORY)[2] == (standfirst, *STORY)


def test_the_site_s_name_above_a_headline_that_the_text_does_not_take_up(page: Extract) -> None:
    site = ("The Norrvik", "Dispatches", "Water under a tired old ceiling")

    assert read(page, *site, *IMPRINT, *STORY)[0] == site[2]
