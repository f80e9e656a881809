"""Measuring Citera: data sets in, scores and their reasons out; two runs compared, one run reported.

result = run_dataset("sample", out=Path("runs/today"), settings=Settings())
print(result.scores["recall@5"])
compare(Path("runs/yesterday"), Path("runs/today")).table()
report(Path("runs/today")).html
"""

from __future__ import annotations

from evals.compare import Comparison, Difference, compare
from evals.datasets import NAMES
from evals.errors import DatasetError, EvalError, GridError, ReviewError, RunFolderError
from evals.judge import Judged, judge
from evals.ragas_export import export_ragas
from evals.report import Report, report
from evals.run_folder import Run, finished_runs, runs_folder
from evals.runner import RunResult, run_dataset
from evals.side_by_side import CasePair, SideBySide, run_html, side_by_side
from evals.sweep import Sweep, sweep
from evals.systems import Command, Endpoint, RunnableSystem, system_named
from evals.systems.corpus_file import export_dataset

__all__ = [
    "NAMES",
    "CasePair",
    "Command",
    "Comparison",
    "DatasetError",
    "Difference",
    "Endpoint",
    "EvalError",
    "GridError",
    "Judged",
    "Report",
    "ReviewError",
    "Run",
    "RunFolderError",
    "RunResult",
    "RunnableSystem",
    "SideBySide",
    "Sweep",
    "compare",
    "export_dataset",
    "export_ragas",
    "finished_runs",
    "judge",
    "report",
    "run_dataset",
    "run_html",
    "runs_folder",
    "side_by_side",
    "sweep",
    "system_named",
]
