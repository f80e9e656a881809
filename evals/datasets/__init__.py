"""Data sets by name, one module a family. Each loader takes a file or folder and gives a `Dataset`."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from evals.cases import Dataset
from evals.datasets import beir, mixed, mtrag, multihop, own, quotesum, realtimeqa, sample, squad, swefaq, swequad
from evals.errors import DatasetError

LOADERS: dict[str, Callable[[Path], Dataset]] = {
    "squad": squad.load,
    "norquad": squad.load,
    "swequad": swequad.load,
    "swefaq": swefaq.load,
    "beir": beir.load,
    "multihop": multihop.load,
    "realtimeqa": realtimeqa.load,
    "mtrag": mtrag.load,
    "quotesum": quotesum.load,
}
LOADERS["mixed"] = partial(mixed.load, loaders=dict(LOADERS))
NAMES = ("sample", *LOADERS)


def load_dataset(name: str, data: Path | None = None) -> Dataset:
    """The data set `name`; `sample` is packaged, every other one is read from the file or folder `data`.

    A name that ends in `.jsonl` is a file of one's own questions, and `data` the corpus that they are asked of.

    Raises:
        DatasetError: an unknown name, a missing file or folder, or a file that is not what the name says.
    """
    if name.endswith(".jsonl"):
        return own.load(Path(name), data)
    if name == "sample" and data is None:
        return sample.load()
    if name == "sample":
        raise DatasetError("The sample is packaged and takes no data file.", "Leave --data out.")
    if name not in LOADERS:
        raise DatasetError(
            f"There is no data set {name!r}.", f"Choose one of {', '.join(NAMES)}, or a .jsonl file of questions."
        )
    if data is None:
        raise DatasetError(f"The data set {name} is not packaged.", "Name its file or folder with --data PATH.")
    return LOADERS[name](data)
