"""Body extraction against trafilatura alone, on pages written here and on the Readability set where it is at hand."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from evals.html_extraction import main, score_pages

READABILITY = os.environ.get("CITERA_READABILITY")
STORY = "".join(
    f"<p>The pier at Grum is shut until the storm has passed over the island, the harbour master said on day {day}.</p>"
    for day in range(6)
)


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    """A page with a hidden paragraph and a byline, and one where both sides should agree."""
    hidden = "<p hidden>Please enable all scripts of this page to see the gallery that is here.</p>"
    for name, body in (("hidden", hidden + STORY), ("plain", STORY)):
        (tmp_path / name).mkdir()
        source = f"<html><head><title>Pier</title></head><body><nav>Home</nav><article>{body}</article></body></html>"
        (tmp_path / name / "source.html").write_text(source)
        (tmp_path / name / "expected.html").write_text(f"<div>{STORY}<script>no words</script></div>")
    (tmp_path / "notes").mkdir()
    return tmp_path


def test_pages_are_scored_in_pairs(pages: Path, capsys: pytest.CaptureFixture[str]) -> None:
    hidden, plain = score_pages(pages)

    assert (hidden.name, hidden.ours) == ("hidden", 1)
    assert hidden.theirs < 1
    assert (plain.ours, plain.theirs) == (1, 1)
    main([str(pages), "--all"])
    assert "2 pages: F1 1.0000" in capsys.readouterr().out


@pytest.mark.slow
@pytest.mark.skipif(not READABILITY, reason="CITERA_READABILITY names no folder of Readability's test pages")
def test_the_body_is_no_worse_than_trafilaturas_on_real_pages() -> None:
    scores = score_pages(Path(READABILITY or ""))
    ours, theirs = (sum(getattr(page, side) for page in scores) / len(scores) for side in ("ours", "theirs"))

    assert len(scores) > 100
    assert ours > theirs
    assert sum(page.ours - page.theirs < -0.02 for page in scores) <= 5  # formulas, code, lists of features
