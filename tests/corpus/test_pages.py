"""Labelled flattened pages in seven languages: what is kept as body, what as teaser, what is dropped, title and date.

`pages/dev` was written beside the rules. `pages/unseen` was written by somebody who had not seen them; on the first look, at
rules that were final then, it gave a body precision of .792 and a recall of .973 (12 of 443 body lines lost), 29 of 34 titles
and 31 of 34 dates. The rules have been mended since with those pages in sight, so the floors below are no first look.

`pages/third` to `pages/seventh` were written by others who had not seen them. The first looks gave .753 and .890 on the third (26 of 236
body lines lost) and .763 and .957 on the fourth (17 of 394), by rules alone; .783 and .912 on the fifth (109 of 1,237; 57 of 73
titles) by the model that dev, unseen, samples and half of the third and the fourth had given; .769 and .967 on the sixth (39 of 1,192;
58 of 77 titles) with half of the fifth besides; .796 and .872 on the seventh (120 of 938, a third of them chapters of recordings; 66 of
72 titles) with the sixth. The models (`corpus/line_model.py`, `corpus/headline.py`) are fitted to dev, unseen, samples, sixth, seventh and
the odd-numbered pages of the others; the even-numbered ones have never been read, and their floors are what to
expect of a page that nobody has looked at, no goal. `pages/samples` are the shipped sample pages, labelled.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.cleaning import clean_characters
from corpus.extraction import extract
from corpus.furniture import boilerplate_rule
from corpus.readers.records import RawRecord
from evals.page_cleaning import LabelledPage, PageScores, extraction_of, read_pages, score_pages

PAGES = Path(__file__).parent / "pages"
FOLDERS = ("dev", "unseen")
LANGUAGES = {"en", "sv", "no", "da", "de", "fr", "es"}


@pytest.fixture(scope="module", params=FOLDERS)
def pages(request: pytest.FixtureRequest) -> list[LabelledPage]:
    return read_pages(PAGES / request.param)


@pytest.fixture(scope="module")
def scores(pages: list[LabelledPage]) -> PageScores:
    return score_pages(pages)


def test_over_sixty_pages_in_seven_languages() -> None:
    names = [path.stem for folder in FOLDERS for path in (PAGES / folder).glob("*.page")]

    assert len(names) >= 60
    assert {part for name in names for part in name.replace("_", "-").split("-")} >= LANGUAGES


def test_no_line_of_a_body_is_lost(scores: PageScores) -> None:
    assert [line for line in scores.wrong if line[1] == "B"] == []
    assert scores.recall == 1
    assert scores.lost == 0


def test_what_is_kept_as_body_is_body() -> None:
    older = score_pages(page for folder in FOLDERS for page in read_pages(PAGES / folder))

    assert older.precision >= 0.96, older.summary()


@pytest.mark.parametrize(
    ("folder", "odd", "even"),
    [
        ("third", (0.92, 1, 12), (0.88, 1, 12)),
        ("fourth", (0.92, 1, 14), (0.88, 7, 14)),
        ("fifth", (0.84, 25, 33), (0.85, 27, 35)),
    ],
)
def test_pages_of_which_half_was_never_read(
    folder: str, odd: tuple[float, int, int], even: tuple[float, int, int]
) -> None:
    pages = read_pages(PAGES / folder)
    for parity, (precision, lost, titles) in ((1, odd), (0, even)):
        scores = score_pages(page for page in pages if int(page.name.partition("_")[0]) % 2 == parity)

        assert scores.precision >= precision, scores.summary()
        assert scores.lost <= lost, scores.summary()
        assert scores.titles >= titles, scores.summary()


@pytest.mark.parametrize(
    ("folder", "precision", "lost", "titles"), [("sixth", 0.84, 19, 71), ("seventh", 0.84, 64, 68)]
)
def test_pages_that_the_model_was_fitted_to(folder: str, precision: float, lost: int, titles: int) -> None:
    scores = score_pages(read_pages(PAGES / folder))

    assert scores.precision >= precision, scores.summary()
    assert scores.lost <= lost, scores.summary()
    assert scores.titles >= titles, scores.summary()


@pytest.mark.parametrize(
    ("times", "kept"),
    [
        (("00:00", "12:40", "1:02:15"), True),
        (("0.00", "6.15", "12.30"), True),
        (("00:00", "12:40"), False),
        (("14:10", "14:32", "15:05"), False),
        (("00:00", "12:40", "11:10"), False),
    ],
)
def test_chapters_of_a_recording_are_of_the_story(times: tuple[str, ...], kept: bool) -> None:
    chapters = [
        f"{time} {name}" for time, name in zip(times, ("The Old Quay", "Storm Night", "Who Pays"), strict=False)
    ]
    story = (
        "The harbour wall fell in the storm, and nobody knows who has to pay for a new one, says the harbour master."
    )
    text = "\n".join(["Who owns the wall?", story, *chapters, story.replace("storm", "night"), "© 2026 The Tide"])

    (article,) = extract(RawRecord("page.txt", text.encode(), text)).articles

    assert all(chapter in article.text for chapter in chapters) is kept


def test_a_row_of_figures_is_no_navigation() -> None:
    assert boilerplate_rule("Net sales / 3 902 / 3 860 / 3 713") is None
    assert boilerplate_rule("News / Sport / Weather") == "navigation"


def test_the_sample_pages_are_told_apart_without_a_fault() -> None:
    scores = score_pages(read_pages(PAGES / "samples"))

    assert scores.lost == 0
    assert scores.precision >= 0.98, scores.summary()


def test_titles_and_dates_are_found(scores: PageScores) -> None:
    assert scores.titles >= scores.pages - 1
    assert scores.dates >= scores.pages - 1


def test_teasers_are_found_where_a_heading_announces_them() -> None:
    scores = score_pages(read_pages(PAGES / "dev"))

    assert scores.right["R"] > 38
    assert scores.shown_as_teaser <= scores.labelled["R"] + 1


def test_every_line_of_every_page_is_accounted_for(pages: list[LabelledPage]) -> None:
    for page in pages:
        extraction = extraction_of(page)
        shown = {item.text for item in extraction.dropped}
        for article in extraction.articles:
            shown |= {article.title or "", *article.text.split("\n\n")}
        labels = {item.text for item in extraction.dropped if item.rule == "read-more"}
        shown |= {
            label + article.text for label in labels for article in extraction.articles if article.kind == "teaser"
        }
        everything = "\n".join(shown)
        lost = [line for line in clean_characters(page.text)[0].split("\n") if line not in everything]
        assert lost == [], page.name


def test_a_dropped_line_names_its_rule(pages: list[LabelledPage]) -> None:
    rules = {item.rule for page in pages for item in extraction_of(page).dropped}

    assert {"cookie-notice", "share-bar", "photo-credit", "paywall", "newsletter", "navigation", "date-stamp"} <= rules
    assert all(rule and rule == rule.lower() for rule in rules)


def test_a_page_without_a_label_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.page").write_text("#| title=A\nT|A\nno label here\n")

    with pytest.raises(ValueError, match=r"a\.page, line 3: no label"):
        read_pages(tmp_path)


def test_a_lost_paragraph_and_a_kept_button_are_counted() -> None:
    lines = [
        ("T", "Ferry sold to the islanders"),
        ("B", "The ferry was sold to the islanders for one pound."),
        ("B", "Dela"),
    ]
    lines += [("D", "Then there is this line, which is a sentence about the ferry.")]

    scores = score_pages([LabelledPage("page", tuple(lines), "Ferry sold to the islanders", None)])

    assert (scores.lost, scores.kept_as_body, scores.right["B"], scores.titles) == (1, 2, 1, 1)
    assert (scores.precision, scores.recall) == (0.5, 0.5)
