"""Fits the weights by which a flattened page's lines are told apart (`corpus/line_model.py`) to labelled pages.

    python -m evals.line_weights FOLDER... [--html FOLDER] [--write]

FOLDERs hold `.page` files (see `evals.page_cleaning`); of folders named `third`, `fourth` and `fifth` only the odd-numbered ones are read,
the others are kept to try the weights on. `--html` names a folder of saved web pages with their articles (see `evals.html_extraction`),
which are flattened: of their lines only those of the article are known, the others may be teasers or not.

First it leaves one folder out at a time and prints how the weights of the others tell its lines apart at several thresholds;
`--write` then fits them to all and stores them.

The sample pages, labelled, are among them (`tests/corpus/pages/samples`). Lines that a word list knows are commoner in pages that the list
was made from than in new ones. So each page is read again with the list's answer forgotten for half of the lines, and with what stands
amid and below the text of other pages of its language; and once without anything but its title and text.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from corpus.cleaning import clean_characters
from corpus.line_features import BESIDE, Features, page_features
from corpus.line_model import REACH, STEPS, Weights, weigh
from corpus.page import Page, told_beforehand
from corpus.page_lines import Line, read_lines
from evals.page_cleaning import LabelledPage, read_pages

STORED = Path(__file__).parent.parent / "corpus" / "line_model.json"
FORGOTTEN = 0.5
"""Share of the lines told by a list that are read as if they were not. Of .3, .5 and .65, tried on pages left out, the best."""
COPIES = (1, 2)
"""How often a page is read again with lines forgotten, and mixed with others besides."""
TEXT_ALONE = 0.3
HTML_WEIGHT = 0.1
"""What a page without furniture, and a window of a saved web page, count beside a labelled page."""
WINDOW = 80
LEAST = 20
"""Lines that a feature must occur in."""
SHRINKAGE = 1.0
ROUNDS = 80
THRESHOLDS = (0.5, 0.35, 0.2, 0.1, 0.07, 0.05, 0.03)
MAY_BE = {
    "B": (1, 0, 0),
    "R": (0, 1, 0),
    "D": (0, 0, 1),
    "M": (0, 0, 1),
    "T": (0, 0, 1),
    "N": (0, 1, 1),
    "?": (1, 1, 1),
}
"""Labels that a line may have in truth. `N` and `?` are those of saved web pages."""


@dataclass(frozen=True, slots=True)
class Example:
    """A page or a part of one: its lines' features, what each may be, and what it counts."""

    seen: list[Features]
    may_be: list[tuple[int, int, int]]
    weight: float


def told_lines(page: LabelledPage, only: str | None = None) -> list[tuple[Line, str]]:
    """The page's lines as the cleaner sees them, each with its label; of those with certain labels `only`."""
    shown = ((label, clean_characters(text)[0]) for label, text in page.lines)
    labelled = [(label, text) for label, text in shown if text]
    told, position = [], 0
    for line in read_lines(clean_characters(page.text)[0]):
        label, text = labelled[position]
        position += 1
        while text != line.text:  # lines wrapped at a column were joined
            text += " " + labelled[position][1]
            position += 1
        told.append((line, label))
    return [(line, label) for line, label in told if only is None or label in only]


def example(told: Sequence[tuple[Line, str]], weight: float, chance: random.Random | None = None) -> Example:
    for line, _ in told if chance else ():
        listed = line.rule is not None and line.imprint is None
        if chance and listed and chance.random() < FORGOTTEN and (line.heading is None or chance.random() < 0.5):
            line.rule = line.heading = None
    lines = [line for line, _ in told]
    told_beforehand(lines, Page())
    return Example(
        page_features(lines),
        [MAY_BE["R" if line.teaser else label if line.kept else "D"] for line, label in told],
        weight,
    )


def mixed(page: LabelledPage, others: Sequence[LabelledPage], chance: random.Random) -> LabelledPage:
    """The page with furniture of another one amid its text, and perhaps below."""
    other = chance.choice(others)
    head, body, tail = _parted(page)
    _, other_body, other_tail = _parted(other)
    amid = [run for run in _runs_of_furniture(other_body) if run]
    inserted = chance.sample(amid, min(len(amid), 2))
    if chance.random() < 0.3 and len(other_tail) > 6:
        start = chance.randrange(len(other_tail) - 6)
        inserted.append([part for part in other_tail[start : start + chance.randint(2, 6)] if part[0] in "DR"])
    for run in inserted:
        spots = [at for at in range(1, len(body)) if body[at][0] == "B" and body[at - 1][0] in "B-"]
        if spots:
            at = chance.choice(spots)
            body[at:at] = run
    return replace(page, lines=(*head, *body, *(tail if chance.random() < 0.5 else other_tail)))


def _parted(page: LabelledPage) -> tuple[list[tuple[str, str]], ...]:
    lines = list(page.lines)
    body = [number for number, (label, _) in enumerate(lines) if label == "B"]
    return lines[: body[0]], lines[body[0] : body[-1] + 1], lines[body[-1] + 1 :]


def _runs_of_furniture(body: Sequence[tuple[str, str]]) -> Iterator[list[tuple[str, str]]]:
    run: list[tuple[str, str]] = []
    for part in body:
        if part[0] in "DR":
            run.append(part)
        elif part[0] == "B":
            yield run
            run = []


def _language(page: LabelledPage) -> str:
    return next(part for part in re.split("[_-]", page.name) if not part.isdigit())


def examples(pages: Sequence[LabelledPage]) -> list[Example]:
    chance = random.Random(1)  # noqa: S311  # the same copies each time
    by_language = defaultdict(list)
    for page in pages:
        by_language[_language(page)].append(page)
    weight = 1 / (1 + sum(COPIES))
    found = []
    for page in pages:
        found.append(example(told_lines(page), weight))
        found += [example(told_lines(page), weight, chance) for _ in range(COPIES[0])]
        others = [other for other in by_language[_language(page)] if other is not page]
        found += [example(told_lines(mixed(page, others, chance)), weight, chance) for _ in range(COPIES[1]) if others]
        found.append(example(told_lines(page, "BT"), TEXT_ALONE))
    return found


def html_examples(folder: Path) -> list[Example]:
    """Windows of saved web pages, their paragraphs apart, or all lines, or none."""
    from lxml import html

    from corpus.readers.html import visible_tree
    from corpus.readers.html_lines import seen_lines

    chance = random.Random(3)  # noqa: S311  # likewise
    found: list[Example] = []
    for page in sorted(folder.iterdir()):
        if not (page / "source.html").is_file():
            continue
        article = html.fromstring((page / "expected.html").read_text("utf-8", "replace"))
        paragraphs, whole = {_letters(line.text) for line in seen_lines(article)}, _letters(article.text_content())
        apart = chance.choice([(), ("p", "h1", "h2", "h3", "ul", "ol"), None, None])
        text, labels = [], []
        for line in seen_lines(visible_tree(page.name, (page / "source.html").read_bytes())):
            letters = _letters(line.text)
            if not letters:
                continue
            above = {element.tag for element in (line.element, *line.element.iterancestors())}
            known = letters in paragraphs or (len(letters) > 40 and letters in whole)
            labels.append("?" if above & {"figcaption", "figure", "table", "pre", "code"} else "B" if known else "N")
            text.append((line.text, "\n\n" if apart is None or line.element.tag in apart else "\n"))
        if labels.count("B") < 4 or len(labels) > 400:
            continue
        flat = "".join(line + gap for line, gap in text)
        lines = read_lines(clean_characters(flat)[0])
        if len(lines) != len(labels):
            continue
        whole_page = example(list(zip(lines, labels, strict=True)), HTML_WEIGHT)
        for start in range(0, len(lines), WINDOW):
            part = slice(start, start + WINDOW)
            found.append(Example(whole_page.seen[part], whole_page.may_be[part], HTML_WEIGHT))
    return found


def _letters(text: str) -> str:
    return re.sub(r"\W+", "", text.casefold())


def fitted(found: Sequence[Example]) -> Weights:
    """The weights under which what the lines may be is the likeliest, shrunk towards nothing."""
    import torch

    torch.set_num_threads(1)
    counts = Counter(name for page in found for features in page.seen for name in features)
    names = {
        name: row for row, name in enumerate(["edge", *sorted(n for n, count in counts.items() if count >= LEAST)])
    }
    longest = max(len(page.seen) for page in found)
    values = torch.zeros(len(found), longest + 2 * REACH, len(names))
    values[:, :REACH, 0] = 1
    impossible, there = torch.zeros(len(found), longest, 3), torch.zeros(len(found), longest, 1)
    for at, page in enumerate(found):
        there[at, : len(page.seen)] = 1
        impossible[at, : len(page.seen)] = (torch.tensor(page.may_be) - 1) * 1e4
        values[at, REACH + len(page.seen) :, 0] = 1
        for number, features in enumerate(page.seen, start=REACH):
            for name, value in features.items():
                if name in names:
                    values[at, number, names[name]] = value
    weight = torch.tensor([page.weight for page in found])
    reaching = torch.zeros(len(names), len(STEPS), 1)
    reaching[:, 0] = 1
    reaching[[row for name, row in names.items() if name in BESIDE], 1:] = 1
    reaching[0, 0] = 0
    rows = torch.zeros(len(names), len(STEPS), 3, requires_grad=True)
    follows = torch.zeros(3, 3, requires_grad=True)

    def total(scores: torch.Tensor) -> torch.Tensor:
        reached = scores[:, 0]
        for number in range(1, longest):
            further = torch.logsumexp(reached[:, :, None] + follows[None], 1) + scores[:, number]
            reached = torch.where(there[:, number] > 0, further, reached)
        return torch.logsumexp(reached, 1)

    optimizer = torch.optim.LBFGS([rows, follows], max_iter=ROUNDS, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimizer.zero_grad()
        spoken = (values @ (rows * reaching).flatten(1)).reshape(len(found), -1, len(STEPS), 3)
        scores = torch.stack([spoken[:, REACH - step :][:, :longest, at] for at, step in enumerate(STEPS)]).sum(0)
        lost = ((total(scores) - total(scores + impossible)) * weight).sum()
        lost = lost + SHRINKAGE / 2 * ((rows**2).sum() + (follows**2).sum())
        lost.backward()  # type: ignore[no-untyped-call]  # torch's own
        return lost

    optimizer.step(loss)  # type: ignore[no-untyped-call]  # torch's own
    unknown = torch.zeros(1, len(STEPS), 3)
    told = torch.cat([rows.detach() * reaching, unknown])
    return Weights(names, told.double().numpy(), follows.detach().double().numpy())


def curve(pages: Sequence[LabelledPage], weights: Weights) -> str:
    """Precision and lost lines of the text at each threshold, lines told by a list dropped."""
    told = []
    for page in pages:
        lines = told_lines(page)
        told_beforehand([line for line, _ in lines], Page())
        chances = weigh(page_features([line for line, _ in lines]), weights)
        told += [(line.kept * chance.story, label) for (line, label), chance in zip(lines, chances, strict=True)]
    of_text = sum(label == "B" for _, label in told)
    parts = []
    for threshold in THRESHOLDS:
        kept = [label for story, label in told if story >= threshold]
        parts.append(f"{threshold}: {kept.count('B') / max(len(kept), 1):.3f}, {of_text - kept.count('B')} lost")
    return f"{of_text} lines of text; " + "; ".join(parts)


def store(weights: Weights) -> None:
    told = {
        name: weights.rows[row][: None if name in BESIDE else 1].round(3).tolist()
        for name, row in weights.names.items()
    }
    lines = ",\n".join(f"  {json.dumps(name)}: {json.dumps(parts)}" for name, parts in told.items())
    follows = json.dumps([[round(float(part), 3) for part in row] for row in weights.follows])
    STORED.write_text(f'{{"labels": ["story", "teaser", "other"], "follows": {follows}, "weights": {{\n{lines}\n}}}}\n')


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        prog="python -m evals.line_weights", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("folders", type=Path, nargs="+", metavar="FOLDER")
    parser.add_argument("--html", type=Path, metavar="FOLDER")
    parser.add_argument("--write", action="store_true", help="store what all pages give")
    parser.add_argument("--only-write", action="store_true", help="leave none out before")
    given = parser.parse_args(arguments)
    sets = {folder.name: training_pages(folder) for folder in given.folders}
    web = html_examples(given.html) if given.html else []
    found = {name: examples(pages) for name, pages in sets.items()}
    for name, pages in sets.items() if not given.only_write else ():
        rest = [page for other, some in found.items() if other != name for page in some]
        sys.stdout.write(f"{name}: {curve(pages, fitted([*rest, *web]))}\n")
    if given.write or given.only_write:
        store(fitted([*(page for some in found.values() for page in some), *web]))


def training_pages(folder: Path) -> list[LabelledPage]:
    """The pages of `folder` that are not set aside."""
    pages = read_pages(folder)
    if folder.name in {"third", "fourth", "fifth"}:
        return [page for page in pages if int(page.name.partition("_")[0]) % 2]
    return pages


if __name__ == "__main__":
    main()
