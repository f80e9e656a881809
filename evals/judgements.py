"""What a judge model said of a run's answers: `judgements.jsonl`, a line an answer, and how far people agree with it.

The judge that judged last stands last in the file, and counts. A judgement of an answer that has changed since does not.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from evals.agreement import Agreement
from evals.run_folder import Row, digest_of, read_lines, read_rows, write_file

FILE = "judgements.jsonl"
AGREEMENT_FILE = "agreement.json"
JUDGED = ("correct", "faithful")


class Finding(BaseModel):
    """One answer of a judge; `verdict` is None where it gave none that can be read, and `why` is all that it wrote."""

    model_config = ConfigDict(frozen=True)

    verdict: bool | None
    why: str


class Judgement(BaseModel):
    """What a judge said of the answer to one case. `key` is the digest of all that it was shown.

    `correct` is None where there are no gold words, `faithful` where nothing is cited.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    key: str
    model: str
    prompt_version: str
    correct: Finding | None
    faithful: Finding | None

    @property
    def findings(self) -> dict[str, Finding]:
        """What was asked of the judge, by its name in `JUDGED`."""
        both = zip(JUDGED, (self.correct, self.faithful), strict=True)
        return {name: finding for name, finding in both if finding is not None}


class MeasuredAgreement(BaseModel):
    """How far a judge agrees with people, by what was judged."""

    model_config = ConfigDict(frozen=True)

    model: str
    prompt_version: str
    agreement: dict[str, Agreement]


def key_of(row: Row, model: str, prompt_version: str) -> str:
    """Names an answer and its judge."""
    assert row.answer is not None
    quotes = (citation["quote"] for citation in row.answer["citations"])
    return digest_of((row.case, row.answer["text"], *quotes, model, prompt_version))


def read_judgements(folder: Path) -> list[Judgement]:
    """All judgements of a run, in the order of the file; none if it was never judged."""
    return read_lines(folder / FILE, Judgement) if (folder / FILE).is_file() else []


def write_judgements(folder: Path, judgements: Iterable[Judgement]) -> None:
    write_file(folder / FILE, "".join(f"{judgement.model_dump_json()}\n" for judgement in judgements))


def counting(folder: Path, rows: Sequence[Row]) -> dict[str, Judgement]:
    """By case id, the judgements that count: of the judge that judged last, on the answers as they are."""
    judgements = read_judgements(folder)
    answered = {row.id: row for row in rows if row.answer is not None}
    return {
        one.id: one
        for one in judgements
        if (one.model, one.prompt_version) == (judgements[-1].model, judgements[-1].prompt_version)
        and one.id in answered
        and one.key == key_of(answered[one.id], one.model, one.prompt_version)
    }


def read_judged_rows(folder: Path) -> list[Row]:
    """The rows of a run, with `judged_correct` and `judged_faithful` among the scores of those that a judge judged.

    Raises:
        RunFolderError: as `read_rows` does.
    """
    rows = read_rows(folder)
    judged = counting(folder, rows)
    return [_with_scores(row, judged[row.id]) if row.id in judged else row for row in rows]


def judge_of(folder: Path, rows: Sequence[Row]) -> str | None:
    """A sentence on who judged the run and how far to trust it; None if nobody did."""
    judged = counting(folder, rows)
    if not judged:
        return None
    one = next(iter(judged.values()))
    said = f"{one.model} with prompts {one.prompt_version} on {len(judged):,} answers; "
    path = folder / AGREEMENT_FILE
    measured = MeasuredAgreement.model_validate_json(path.read_bytes()) if path.is_file() else None
    if measured is None or (measured.model, measured.prompt_version) != (one.model, one.prompt_version):
        return f"{said}its agreement with people is not measured"
    return said + "; ".join(f"{name}: {agreement.said}" for name, agreement in measured.agreement.items())


def _with_scores(row: Row, judgement: Judgement) -> Row:
    given = {f"judged_{name}": one for name, one in judgement.findings.items() if one.verdict is not None}
    scores = {name: float(bool(one.verdict)) for name, one in given.items()}
    why = {name: f"{judgement.model}: {one.why}" for name, one in given.items()}
    return row.model_copy(update={"scores": row.scores | scores, "why": row.why | why})
