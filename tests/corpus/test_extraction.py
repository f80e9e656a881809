from __future__ import annotations

import os
import textwrap
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import Article, find_quotes, read_articles
from corpus.cleaning import clean_characters
from corpus.extraction import Extraction
from corpus.readers.records import RawRecord
from corpus.samples import samples_folder

Extract = Callable[..., Extraction]

TITLE = "Sellby, Port Ansel and Grum to plan a common lifeboat service"
LEDE = "The three coastal towns said on Tuesday that they would share one lifeboat crew from the spring."
BODY = [
    "At a meeting in Sellby on May 12, the mayors signed a letter of intent and had themselves photographed.",
    'Harbour commissioner Edda Strom stated, "One crew that sleeps is worth more than three that do not."',
    "The boathouse in Grum will be sold, and the 40-year-old boat goes to the museum.",
]
TEASERS = [
    "Ett nytt båthus i Grum ska byggas av ek från trakten, enligt kommunens förslag som läggs fram på måndag.",
    "Volunteers in Port Ansel have restored the steam pump that drained the dock for ninety years. It runs on Sundays.",
    "Fyren på Skarv släcks i oktober när elkabeln byts ut. Sjöfarten varnas i fyra veckor.",
]
TEASER_TITLE = "Edda Strom lovar lägre avgifter i hamnen när tre kommuner delar på kostnaden"
CAPTION = "Edda Strom raises her hand at a long table covered with charts of the coast."
PAGE = f"""{TITLE}

{LEDE}

{BODY[0]}

{BODY[1]}

{BODY[2]}

Relaterade artiklar

{CAPTION}
Bild genererad av AI

{TEASER_TITLE}

Rapporterad av AI Bild genererad av AI Faktagranskad

{TEASERS[0]}

{TEASERS[1]}

Rapporterad av AI

{TEASERS[2]}

{" "}

{" "}

Den här sajten använder kakor

Vi använder kakor för statistik så att vi kan göra vår webbplats bättre. Läs vår integritetspolicy för mer information.
Avböj"""


def everything_shown(extraction: Extraction) -> set[str]:
    """Every line that became text or title, or is on record as dropped."""
    shown = {dropped.text for dropped in extraction.dropped}
    for article in extraction.articles:
        shown |= {article.title or "", *article.text.split("\n\n")}
    labels = [dropped.text for dropped in extraction.dropped if dropped.rule == "read-more"]
    teasers = [article.text for article in extraction.articles if article.kind == "teaser"]
    return shown | {label + text for label in labels for text in teasers}


def assert_tiled(article: Article) -> None:
    """Paragraphs cover the text in order; only the blank lines between them are left out."""
    assert "\n\n".join(paragraph.span.of(article.text) for paragraph in article.paragraphs) == article.text
    assert all(paragraph.span.of(article.text).strip() for paragraph in article.paragraphs)


def test_a_flattened_page_is_one_article_and_its_teasers(page: Extract) -> None:
    article, *teasers = page(PAGE).articles

    assert (article.title, article.kind, article.language) == (TITLE, "article", "en")
    assert article.text == "\n\n".join([LEDE, *BODY])
    assert (article.published, article.outlet, article.authors, article.found_on) == (None, None, (), None)
    assert [teaser.text for teaser in teasers] == TEASERS
    assert [teaser.title for teaser in teasers] == [TEASER_TITLE, None, None]
    assert [teaser.language for teaser in teasers] == ["sv", "en", "sv"]
    assert {(teaser.kind, teaser.found_on, len(teaser.paragraphs)) for teaser in teasers} == {("teaser", article.id, 1)}
    assert len({article.id, *(teaser.id for teaser in teasers)}) == 4


def test_no_line_of_it_vanishes_without_a_record(page: Extract) -> None:
    extraction = page(PAGE)

    lines = {line.strip() for line in PAGE.splitlines() if line.strip()}
    assert lines == everything_shown(extraction) - {""}
    rules = {dropped.text: dropped.rule for dropped in extraction.dropped}
    assert rules[CAPTION] == "caption"
    assert rules["Relaterade artiklar"] == "related-heading"
    assert rules["Avböj"] == "consent-button"


CLUTTER = st.sampled_from(
    """
    Annons;Rapporterad av AI;Dela: Facebook E-post;Foto: Ebba Kroon;Read more: The steam pump;12 comments;* * *
    Sign up for our newsletter;© 2026 Kustbladet;Lyssna på artikeln (2 min);Updated 3 days ago;Av Disa Malm
    We use cookies. Accept | Manage choices;Tags: boats, crews;Home > World;Publicerad 2026-03-05 06:12
    """.strip()
    .replace("\n    ", ";")
    .split(";")
)


@given(st.lists(st.lists(CLUTTER, max_size=3), min_size=5, max_size=5))
def test_clutter_between_paragraphs_takes_no_paragraph_with_it(page: Extract, clutter: list[list[str]]) -> None:
    blocks = ["\n\n".join(lines) for lines in clutter]
    paragraphs = [TITLE, LEDE, *BODY]
    text = "\n\n".join(part for pair in zip(paragraphs, blocks, strict=True) for part in pair if part)

    extraction = page(text)

    (article,) = extraction.articles
    assert article.title == TITLE
    assert article.text == "\n\n".join([LEDE, *BODY])
    assert {line for line in text.splitlines() if line} == everything_shown(extraction)
    assert_tiled(article)


lines_of_any_page = st.lists(
    st.sampled_from([*PAGE.splitlines(), "Grum", "Läs också", "\u200bSoft \u00adlines."]),
    unique_by=lambda line: line.strip() or object(),
)


@given(lines_of_any_page.map("\n".join))
def test_lines_in_any_order_are_all_accounted_for(page: Extract, text: str) -> None:
    extraction = page(text)

    shown = " ".join(everything_shown(extraction))
    for article in extraction.articles:
        assert_tiled(article)
        assert article.kind == "article" or len(article.paragraphs) == 1
    assert [line for line in clean_characters(text)[0].split("\n") if line not in shown] == []


@pytest.mark.parametrize("path", sorted(samples_folder().glob("*.txt")), ids=lambda path: path.stem)
def test_the_sample_pages_lose_nothing(page: Extract, path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    extraction = page(text)

    shown = " ".join(everything_shown(extraction))
    assert extraction.articles[0].kind == "article"
    assert [line for line in clean_characters(text)[0].split("\n") if line not in shown] == []
    for article in extraction.articles:
        assert_tiled(article)


def test_what_stands_above_the_text_becomes_metadata(page: Extract) -> None:
    head = [
        "Hem > Kusten",
        TITLE,
        "Av Disa Malm och Per Ek",
        "Publicerad 5 mars 2026 kl. 14.30",
        "Uppdaterad 2026-03-07",
    ]
    (article,) = page("\n".join([*head, "Kustbladet | 5 mars 2026", "", LEDE, "", *BODY])).articles

    assert article.title == TITLE
    assert article.authors == ("Disa Malm", "Per Ek")
    assert article.published == datetime(2026, 3, 5, 14, 30)  # noqa: DTZ001 (pages state no zone)
    assert article.outlet == "Kustbladet"
    assert article.text.startswith(LEDE)


@pytest.mark.parametrize(
    ("stamp", "published"),
    [
        ("The Sellby Post | 6 March 2026", date(2026, 3, 6)),
        ("Published March 6, 2026", date(2026, 3, 6)),
        ("Updated 6 March 2026", None),
        ("Published on Wednesday", None),
        ("The boat left on 6 March 2026.", None),
    ],
)
def test_only_a_stated_day_of_publication_counts(page: Extract, stamp: str, published: date | None) -> None:
    assert page(f"{TITLE}\n\n{stamp}\n\n{LEDE}").articles[0].published == published


@pytest.mark.parametrize("width", [64, 72, 80])
def test_lines_wrapped_at_a_column_are_joined(page: Extract, width: int) -> None:
    wrapped = textwrap.fill(f"{LEDE} {BODY[0]} {BODY[2]}", width)

    assert page(f"{TITLE}\n\n{wrapped}").articles[0].text == wrapped.replace("\n", " ")


def test_a_page_of_clutter_holds_no_article(page: Extract) -> None:
    clutter = ["Hem > Kusten", "Annons", "Vi använder cookies på vår webbplats.", "Avböj", "© 2026 Kustbladet", " "]
    extraction = page("\n\n".join(clutter))

    assert extraction.articles == ()
    assert [dropped.text for dropped in extraction.dropped] == clutter[:-1]


def test_a_changed_page_keeps_its_id_and_shows_its_change(page: Extract) -> None:
    old, new = page(PAGE).articles[0], page(PAGE.replace("40-year-old", "ancient")).articles[0]

    assert page(PAGE).articles == page(PAGE).articles
    assert old.id == new.id
    assert old.text_sha256 != new.text_sha256
    assert page(PAGE, source="quay.txt").articles[0].id != old.id
    assert RawRecord("a", b"one", "one").raw_sha256 != RawRecord("a", b"two", "two").raw_sha256


def test_a_teaser_shown_twice_loses_no_title(page: Extract) -> None:
    twice = f"{TITLE}\n\n{LEDE}\n\nRelated\n\nA first title\n{TEASERS[1]}\n\nA second title\n{TEASERS[1]}"

    assert {"A first title", "A second title"} <= everything_shown(page(twice))


@pytest.mark.parametrize(
    "lede", ["Nobody in the three towns had expected that!", '"We share one boat now," the mayor said, "at last."']
)
def test_a_short_headline_is_not_replaced_by_the_lede(page: Extract, lede: str) -> None:
    article = page(f"Lifeboat crew shared\n\n{lede}\n\n{LEDE}").articles[0]

    assert (article.title, article.text) == ("Lifeboat crew shared", f"{lede}\n\n{LEDE}")


def test_a_link_block_in_the_middle_does_not_end_the_article(page: Extract) -> None:
    article = page("\n\n".join([TITLE, LEDE, "LÄS OCKSÅ", "Ångpumpen går igen", *BODY])).articles[0]

    assert article.text.endswith(BODY[-1])


def test_a_page_in_spanish_states_the_day_first(page: Extract) -> None:
    text = "La playa pierde su arena en una noche\n\n06/04/2025 - 14:22\n\n"
    text += "El temporal del domingo se llevó la mitad de la arena de la playa, según el Ayuntamiento."

    assert page(text).articles[0].published == datetime(2025, 4, 6, 14, 22)  # noqa: DTZ001 (pages state no zone)


def test_teasers_in_the_middle_take_no_paragraph_with_them(page: Extract) -> None:
    pair = [
        "Fyren på Skarv släcks",
        TEASERS[2],
        "Ångpumpen går igen",
        "Ångpumpen har lagats av volontärer och går på söndagar.",
    ]
    article, *teasers = page("\n\n".join([TITLE, LEDE, "Läs också", *pair, *BODY])).articles

    assert article.text == "\n\n".join([LEDE, *BODY])
    assert [teaser.title for teaser in teasers] == ["Fyren på Skarv släcks", "Ångpumpen går igen"]


def test_a_headline_alone_is_a_teaser_below_related_and_dropped_below_most_read(page: Extract) -> None:
    related = page("\n\n".join([TITLE, LEDE, "Relaterade artiklar", "Ångpumpen går igen"]))
    popular = page("\n\n".join([TITLE, LEDE, "Mest läst", "Ångpumpen går igen"]))

    assert [(teaser.kind, teaser.title, teaser.text) for teaser in related.articles[1:]] == [
        ("teaser", None, "Ångpumpen går igen")
    ]
    assert popular.articles[1:] == ()
    assert {item.text: item.rule for item in popular.dropped}["Ångpumpen går igen"] == "popular-headline"


def test_the_site_s_name_and_its_menu_are_not_the_title(page: Extract) -> None:
    site = [f"{TITLE} | Kustbladet", "Kustbladet", "Nyheter", "Logga in", "Allt om kusten och havet"]
    article = page(
        "\n".join([*site, TITLE, "Disa Malm", "Reporter", "5 mars 2026", LEDE, *BODY, "© 2026 Kustbladet"])
    ).articles[0]

    assert (article.title, article.outlet, article.authors) == (TITLE, "Kustbladet", ("Disa Malm",))
    assert article.text == "\n\n".join([LEDE, *BODY])


def test_a_long_page_of_short_lines_takes_no_longer_than_its_length(page: Extract) -> None:
    for line in ("Disa Malm", "Grum", "5 mars 2026", "Läs också", "A headline of some words here"):
        extraction = page("\n".join([line] * 20_000))
        assert extraction.articles or extraction.dropped


@pytest.mark.skipif("CITERA_SEEDS" not in os.environ, reason="CITERA_SEEDS names no folder of scraped pages")
def test_a_real_scraped_page() -> None:
    folder = Path(os.environ["CITERA_SEEDS"])
    article, *teasers = read_articles(next(folder.glob("*3b187ffe0f3e724a.txt")))

    assert article.title == "U.S., Japan and EU to develop critical minerals action plan"
    assert [teaser.kind for teaser in teasers] == ["teaser"] * 7
    assert {teaser.found_on for teaser in teasers} == {article.id}
    assert [teaser.language for teaser in teasers] == ["sv", "en", "en", "en", "en", "en", "sv"]
    said = {quote.speaker: quote.span.of(article.text) for quote in find_quotes(article) if quote.kind != "indirect"}
    assert said["Iwao Horii"].startswith("We have come to understand that we are in the same boat")
    assert said["JD Vance"].startswith("We want to eliminate that problem of people flooding")
    assert said["Marco Rubio"] == "a tool of leverage in geopolitics."
    for part in (article, *teasers):
        for clutter in (
            "cookies",
            "integritetspolicy",
            "Avböj",
            "Rapporterad",
            "genererad",
            "Faktagranskad",
            "Relaterade",
        ):
            assert clutter not in f"{part.title} {part.text}"
