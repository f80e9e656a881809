"""How many articles a second one core cleans, with languages told: `python -m evals.ingest_speed [INPUT...] [--seconds 10]`.

INPUT is what `citera ingest` takes from disk; without any, the sample corpus. Reading the files is not counted, nor are quotations
and the index.
For HTML against trafilatura see `evals.html_extraction`.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import process_time

from corpus.extraction import extract
from corpus.readers import RawRecord, find_files, read_file
from corpus.samples import samples_folder


@dataclass(frozen=True, slots=True)
class Speed:
    """What was cleaned in how many seconds of one core, and how long the texts were in the mean."""

    records: int
    seconds: float
    characters: float

    @property
    def rate(self) -> float:
        """Records a second."""
        return self.records / self.seconds


def measure(paths: Sequence[Path], seconds: float) -> Speed:
    """Cleans all records of `paths` over and over for `seconds` of processor time, after once that is not counted."""
    records = [record for path in find_files(paths) for record in read_file(path) if isinstance(record, RawRecord)]
    for record in records:
        extract(record)
    cleaned = 0
    start = process_time()
    while (spent := process_time() - start) < seconds:
        for record in records:
            extract(record)
        cleaned += len(records)
    return Speed(cleaned, spent, sum(len(record.text) for record in records) / len(records))


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        prog="python -m evals.ingest_speed", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("inputs", type=Path, nargs="*", metavar="INPUT")
    parser.add_argument("--seconds", type=float, default=10.0)
    given = parser.parse_args(arguments)
    speed = measure(given.inputs or [samples_folder()], given.seconds)
    sys.stdout.write(f"{speed.rate:.0f} articles a second, of {speed.characters:,.0f} characters in the mean\n")


if __name__ == "__main__":
    main()
