"""Measuring Citera: data sets in, scores and their reasons out; two runs compared, one run reported.

result = run_dataset("sample", out=Path("runs/today"), settings=Settings())
print(result.scores["recall@5"])
compare(Path("runs/yesterday"), Path("runs/today")).table()
report(Path("runs/today")).html
"""

from __future__ import annotations

from evals.compare import Comparison, Difference, compare
from evals.datasets import NAMES
from evals.errors import DatasetError, EvalError, RunFolderError
from evals.report import Report, report
from evals.runner import RunResult, run_dataset
from evals.systems import Command, Endpoint, RunnableSystem, system_named
from evals.systems.corpus_file import export_dataset

__all__ = [
    "NAMES",
    "Command",
    "Comparison",
    "DatasetError",
    "Difference",
    "Endpoint",
    "EvalError",
    "Report",
    "RunFolderError",
    "RunResult",
    "RunnableSystem",
    "compare",
    "export_dataset",
    "report",
    "run_dataset",
    "system_named",
]
