"""Questions in one language to paragraphs in another: two SQuAD files whose articles have the same paragraphs in the same order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from evals.cases import Dataset
from evals.datasets import squad
from evals.errors import DatasetError

SQUAD_EN_SV = {
    "Huguenot": "Huguenot",
    "Steam engine": "Ångmotor",
    "1973 oil crisis": "1973 oljekris",
    "European Union law": "European Union law",
    "Computational complexity theory": "Beräkningskomplexitetsteori",
}
"""Articles of SQuAD 2.0's development set and of its Swedish translation, paragraph for paragraph the same."""
SQUAD_SV_EN = {swedish: english for english, swedish in SQUAD_EN_SV.items()}


def load_crossed(questions: Path, corpus: Path, titles: Mapping[str, str], *, among_both: bool = False) -> Dataset:
    """The answerable questions to the articles that `titles` names in `questions`, put to all paragraphs of `corpus`, where the
    article has the title that it maps to. Only the paragraph is expected: where the words stand in it is not known. `among_both` puts
    beside them those paragraphs of `questions` that are no translations of theirs.

    Raises:
        DatasetError: a file is broken, or an article has not as many paragraphs in both.
    """
    asked, searched = squad.load(questions), squad.load(corpus)
    ids_asked, ids_searched = _by_title(asked), _by_title(searched)
    counterpart: dict[str, str] = {}
    for title, other in titles.items():
        ours, theirs = ids_asked[title], ids_searched[other]
        if not ours or len(ours) != len(theirs):
            raise DatasetError(
                f"{title!r} has {len(ours)} paragraphs in {questions} and {other!r} {len(theirs)} in {corpus}.",
                "Name two files whose articles are translations of each other.",
            )
        counterpart |= dict(zip(ours, theirs, strict=True))
    cases = tuple(
        replace(case, articles=(counterpart[case.articles[0]],), answers=(), spans=())
        for case in asked.cases
        if case.answerable and case.articles[0] in counterpart
    )
    beside = [one for one in asked.articles if one.id not in counterpart] if among_both else []
    return replace(searched, name="crossed", cases=cases, articles=(*searched.articles, *beside))


def _by_title(dataset: Dataset) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for article in dataset.articles:
        found[article.title or ""].append(article.id)
    return found
