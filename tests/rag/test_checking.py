"""A draft about the sample corpus, with true sentences and with every fault that a draft may have."""

from __future__ import annotations

import json

import pytest

from rag import Assistant
from rag.assistant import MAX_DRAFT
from rag.checking import Finding, findings_json
from rag.errors import DraftTooLongError

FERRY = (
    "The route will be operated by Ellery Crossings with the ship Grey Petrel, which takes 140 passengers and 22 cars."
)


def verdicts(assistant: Assistant, text: str) -> list[tuple[str, str]]:
    return [(finding.kind, finding.verdict) for finding in assistant.check(text)]


def only(assistant: Assistant, text: str, kind: str) -> Finding:
    (finding,) = (finding for finding in assistant.check(text) if finding.kind == kind)
    return finding


def test_what_the_articles_say_is_found(assistant: Assistant) -> None:
    found = assistant.check(FERRY)
    assert [(finding.kind, finding.verdict, finding.text) for finding in found] == [
        ("claim", "found", FERRY),
        ("figure", "found", "140"),
        ("figure", "found", "22"),
    ]
    for finding in found:
        assert finding.sources[0].outlet == "The Ellery Gazette"
        assert "Grey Petrel" in finding.sources[0].words
    assert (found[0].note, found[0].changes) == (None, ())


def test_findings_stand_where_the_draft_and_the_articles_have_them(assistant: Assistant) -> None:
    text = f"# Ferries\n\n{FERRY}\n\n“The berth at Skerrin is the weak point,” said harbour master Donal Reeve. In 2031 £4.80 and £4.80."
    found = assistant.check(text)
    assert [finding.text for finding in found if finding.kind != "claim"] == [
        *("140", "22", "The berth at Skerrin is the weak point"),
        *("2031", "£4.80", "£4.80"),
    ]
    assert [finding.span for finding in found] == sorted({finding.span for finding in found})
    for finding in found:
        assert finding.span.of(text) == finding.text
        for source in finding.sources:
            article = assistant.article(source.article_id, source.text_sha256)
            assert source.span.of(article.text) == source.words


def test_a_quotation_altered_or_given_to_another(assistant: Assistant) -> None:
    altered = only(
        assistant, "“The berth at Skerrin is the weakest point,” said harbour master Donal Reeve.", "quotation"
    )
    assert (altered.verdict, altered.speaker) == ("altered", "Donal Reeve")
    assert [(change.original, change.given) for change in altered.changes] == [("weak", "weakest")]
    stolen = only(assistant, "“The berth at Skerrin is the weak point,” said Hugh Abara.", "quotation")
    assert (stolen.verdict, stolen.note) == ("wrong_speaker", "the articles give these words to Donal Reeve")
    assert stolen.sources[0].speaker == "Donal Reeve"
    surname = only(assistant, '"Vi måste bygga nu", säger Karin Holm.', "quotation")
    assert surname.verdict == "found"
    assert only(assistant, "“Nobody will ever build a bridge,” said Moira Tansley.", "quotation").verdict == "not_found"


@pytest.mark.parametrize(
    ("draft", "given", "original"),
    [
        (FERRY.replace("22 cars", "24 cars"), "24", "22"),
        ("The county pays a subsidy of £1.5 million a year.", "£1.5 million", "£1.3 million"),
        ("Verken på Hällåsen blir 260 meter höga.", "260 meter", "240 meter"),
    ],
)
def test_a_figure_that_the_article_states_otherwise(
    assistant: Assistant, draft: str, given: str, original: str
) -> None:
    (altered,) = (one for one in assistant.check(draft) if one.kind == "figure" and one.verdict == "altered")
    assert [(change.original, change.given) for change in altered.changes] == [(original, given)]
    assert all(one.verdict == "altered" for one in assistant.check(draft) if one.kind == "claim")


@pytest.mark.parametrize(
    ("draft", "verdict", "note"),
    [
        ("JD Vance spoke about prices.", "found", None),
        ("Hugh Abara denied that the council had been slow to act.", "found", None),
        ("Hugh Abara admitted that the council had been slow to act.", "altered", "says not"),
        ("Donal Reeve denied that the council had been slow to act.", "wrong_speaker", "Hugh Abara"),
        (FERRY.replace("Grey Petrel", "Grey Cormorant"), "altered", "does not name Cormorant"),
        ("Oppositionsrådet Mattias Wrede röstade ja.", "altered", "says not"),
        ("JD Vance talked warmly about prices.", "found", "does not use: talked, warmly"),
        ("Angela Merkel opened a factory in Berlin.", "not_found", None),
    ],
)
def test_a_claim_about_somebody(assistant: Assistant, draft: str, verdict: str, note: str | None) -> None:
    finding = only(assistant, draft, "claim")
    assert (finding.verdict, finding.text) == (verdict, draft)
    assert finding.note is None if note is None else note in (finding.note or "")
    assert bool(finding.sources) == (verdict != "not_found")


def test_what_states_nothing_is_passed_over(assistant: Assistant) -> None:
    assert assistant.check("") == assistant.check(" \n\n ") == []
    assert assistant.check("So it goes, and nobody minds at all. Well, well.") == []
    with pytest.raises(DraftTooLongError, match="50,001"):
        assistant.check("a" * (MAX_DRAFT + 1))


def test_findings_as_json(assistant: Assistant) -> None:
    (found, *_) = findings_json(assistant.check(FERRY))
    assert json.loads(json.dumps(found)) == found
    assert list(found) == "kind verdict start end text speaker note changes sources".split()
    assert list(found["sources"][0]) == (
        "article_id text_sha256 start end quote title outlet published url speaker role kind".split()
    )
    assert found["sources"][0]["published"] == "2026-03-17"
