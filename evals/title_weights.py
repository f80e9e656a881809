"""Fits the weights by which the title of a flattened page is told (`corpus/headline.py`) to labelled pages.

    python -m evals.title_weights FOLDER...

FOLDERs hold `.page` files; those set aside are not read, as by `evals.line_weights`, which comes second: what is the title counts there.
Prints, leaving one folder out at a time, how many of its titles the weights of the others find, and then the weights of all, to be put
into `corpus/headline.py`. A conditional logistic regression: the title against the other candidates of its page, shrunk.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpus.cleaning import clean_characters
from corpus.headline import title_signs
from corpus.page_lines import read_lines
from evals.line_weights import training_pages
from evals.page_cleaning import LabelledPage

SHRINKAGE = 1.0


@dataclass(frozen=True, slots=True)
class Choice:
    """The candidates of a page, a row of signs each: shape (candidates, signs); and which of them is the title, if one is."""

    names: tuple[str, ...]
    signs: NDArray[np.float64]
    title: int | None


def choice(page: LabelledPage) -> Choice:
    signs = title_signs(read_lines(clean_characters(page.text)[0]))
    rows = [[float(value) for value in told.values()] for told in signs.values()]
    texts = [line.text.casefold() for line in signs]
    title = texts.index(page.title.casefold()) if page.title and page.title.casefold() in texts else None
    return Choice(tuple(next(iter(signs.values()), {})), np.array(rows), title)


def fitted(choices: Sequence[Choice]) -> NDArray[np.float64]:
    import torch

    torch.set_num_threads(1)
    told = [(torch.tensor(one.signs), one.title) for one in choices if one.title is not None]
    weights = torch.zeros(told[0][0].shape[1], dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.LBFGS([weights], max_iter=200)

    def loss() -> torch.Tensor:
        optimizer.zero_grad()
        likely = sum((torch.log_softmax(signs @ weights, 0)[title] for signs, title in told), torch.tensor(0.0))
        lost = SHRINKAGE * (weights**2).sum() / 2 - likely
        lost.backward()  # type: ignore[no-untyped-call]
        return lost

    optimizer.step(loss)  # type: ignore[no-untyped-call]
    found: NDArray[np.float64] = weights.detach().numpy()
    return found


def found(choices: Sequence[Choice], weights: NDArray[np.float64]) -> int:
    return sum(one.title is not None and int((one.signs @ weights).argmax()) == one.title for one in choices)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m evals.title_weights", description="Fits the weights of titles.")
    parser.add_argument("folders", nargs="+", type=Path, metavar="FOLDER")
    given = parser.parse_args()
    read = {folder.name: [choice(page) for page in training_pages(folder)] for folder in given.folders}
    for name, choices in read.items() if len(read) > 1 else ():
        weights = fitted([one for other, some in read.items() if other != name for one in some])
        sys.stdout.write(f"{name}: {found(choices, weights)} of {len(choices)}\n")
    everything = [one for choices in read.values() for one in choices]
    for sign, weight in zip(everything[0].names, fitted(everything), strict=True):
        sys.stdout.write(f'    "{sign}": {weight:.2f},\n')


if __name__ == "__main__":
    main()
