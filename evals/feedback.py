"""What people said of answers: thumbs with a note, one a line, only ever added to."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, NonNegativeInt, StringConstraints

from evals.cases import TurnRecord
from evals.records import append_json_line, read_json_lines

MAX_NOTE = 2_000
"""Characters of a note."""
_Id = Annotated[str, StringConstraints(max_length=200)]


class _Sent(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class CitedPlace(_Sent):
    """A citation of the answer: where it points to, and whose words it holds."""

    article_id: _Id
    text_sha256: _Id
    start: NonNegativeInt
    end: NonNegativeInt
    speaker: Annotated[str, StringConstraints(max_length=500)] | None = None


class PassagePlace(_Sent):
    """A passage that the answer was sought in."""

    article_id: _Id
    start: NonNegativeInt
    end: NonNegativeInt


class JudgedAnswer(_Sent):
    """What is kept of an answer's public JSON form: its words, and the places that it names."""

    text: Annotated[str, StringConstraints(max_length=20_000)]
    refused: bool
    language: Annotated[str, StringConstraints(max_length=10)]
    model: _Id
    settings_digest: _Id
    citations: Annotated[tuple[CitedPlace, ...], Field(max_length=50)] = ()
    passages: Annotated[tuple[PassagePlace, ...], Field(max_length=50)] = ()


class Judgement(BaseModel):
    """A thumb up or down for an answer, in the conversation that it was given in."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    question: Annotated[str, StringConstraints(min_length=1, max_length=2_000, strip_whitespace=True)]
    history: Annotated[tuple[TurnRecord, ...], Field(max_length=100)] = ()
    answer: JudgedAnswer
    verdict: Literal["up", "down"]
    note: Annotated[str, StringConstraints(max_length=MAX_NOTE, strip_whitespace=True)] = ""


class Feedback(Judgement):
    """A judgement as it was written down."""

    time: AwareDatetime


def feedback_file(home: Path) -> Path:
    return home / "evals" / "feedback.jsonl"


def record_feedback(home: Path, judgement: Judgement) -> None:
    """Adds a line to the home's file, with the time.

    Raises:
        DatasetError: it cannot be written.
    """
    now = datetime.now(UTC).replace(microsecond=0)
    append_json_line(feedback_file(home), Feedback(**dict(judgement), time=now))


def read_feedback(home: Path) -> list[Feedback]:
    """Everything said of answers in this home, the last word of each answer alone: a thumb can be turned, and a note added.

    Raises:
        DatasetError: naming the line that is broken.
    """
    path = feedback_file(home)
    if not path.is_file():
        return []
    latest = {
        (feedback.question, feedback.history, feedback.answer): feedback
        for _, feedback in read_json_lines(path, Feedback)
    }
    return list(latest.values())
