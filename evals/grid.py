"""The grid of a sweep: a YAML file with data sets and, for some settings, the values to try.

datasets:
  - name: squad
    data: squad_sv.json          # seen from the grid's folder
  - name: sample
limit: 150                       # questions of each; all of them if left out
quality: [right, ndcg@10]        # scores shown; the first is weighed against the time
settings:
  chunk_tokens: [100, 200, 350]
  passages: [4, 8]
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PositiveInt, ValidationError, field_validator

from evals.datasets import NAMES
from evals.errors import GridError
from evals.score import HEADLINE
from rag import Settings
from rag.settings import NOT_ANSWERING

if TYPE_CHECKING:
    import yaml

SWEPT = frozenset(Settings.model_fields) - NOT_ANSWERING
"""Settings that a grid may vary: those that can change an answer."""


def _as_list(value: object) -> object:
    return value if isinstance(value, list) else [value]


class Source(BaseModel):
    """A data set of a grid."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    data: Path | None = None

    @field_validator("name")
    @classmethod
    def _known(cls, name: str) -> str:
        if name not in NAMES:
            raise ValueError(f"there is no data set {name!r}; choose one of {', '.join(NAMES)}")
        return name

    @property
    def label(self) -> str:
        """The data set's name, with its file's where it has one."""
        return f"{self.name} {self.data.stem}" if self.data else self.name


class Grid(BaseModel):
    """What to measure, on what, and by which scores."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    datasets: tuple[Source, ...] = Field(min_length=1)
    limit: PositiveInt | None = None
    quality: tuple[str, ...] = Field(default=("right", "ndcg@10"), min_length=1)
    settings: Mapping[str, Annotated[tuple[Any, ...], BeforeValidator(_as_list), Field(min_length=1)]] = Field(
        min_length=1
    )

    def combinations(self) -> Iterator[dict[str, Any]]:
        """Every way to take one value of each setting, the last setting changing fastest."""
        for values in product(*self.settings.values()):
            yield dict(zip(self.settings, values, strict=True))


def read_grid(path: Path) -> Grid:
    """The grid in a YAML file.

    Raises:
        GridError: the file cannot be read, is no YAML, or asks for something that there is not; it names the line.
    """
    import yaml

    try:
        text = path.read_text("utf-8")
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        grid = Grid.model_validate(yaml.safe_load(text) or {})
    except OSError as error:
        raise GridError(f"{path}: {error.strerror}.", "Name a grid file that can be read.") from error
    except UnicodeDecodeError as error:
        raise GridError(f"{path} is not UTF-8.", "Save it as UTF-8.") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        why = getattr(error, "problem", None) or "it is not YAML"
        raise _broken(path, mark.line + 1 if mark else 1, why) from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        why = str(first["msg"]).removeprefix("Value error, ")
        where = ".".join(map(str, first["loc"]))
        raise _broken(path, _line(root, first["loc"]), f"{where}: {why}" if where else why) from error
    for place, why in _faults(grid):
        raise _broken(path, _line(root, place), why)
    base = path.parent
    placed = [
        source.model_copy(update={"data": base / source.data}) if source.data else source for source in grid.datasets
    ]
    return grid.model_copy(update={"datasets": tuple(placed)})


def _faults(grid: Grid) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """What is wrong with a grid that has the right form, and where."""
    labels = [source.label for source in grid.datasets]
    for position, label in enumerate(labels):
        if label in labels[:position]:
            yield ("datasets", position), f"{label} comes a second time"
    for position, score in enumerate(grid.quality):
        if score not in HEADLINE:
            yield ("quality", position), f"there is no score {score!r} to choose by; there are {', '.join(HEADLINE)}"
    for name, values in grid.settings.items():
        if name not in SWEPT:
            yield ("settings", name), f"{name!r} is no setting to vary; those are {', '.join(sorted(SWEPT))}"
            return
        for position, value in enumerate(values):
            place = ("settings", name, position)
            try:
                Settings(**{name: value})
            except ValidationError as error:
                yield place, f"{name} {value!r}: {error.errors(include_url=False)[0]['msg']}"
            if value in values[:position]:
                yield place, f"{name} {value!r} comes a second time"


def _line(node: yaml.Node | None, place: Sequence[str | int]) -> int:
    """The line, from 1, where `place` stands in the YAML, or the nearest thing around it that is there."""
    import yaml

    line = 1 if node is None else node.start_mark.line + 1
    for step in place:
        if isinstance(node, yaml.MappingNode):
            found = [(key, value) for key, value in node.value if key.value == step]
            if not found:
                break
            key, node = found[-1]
            line = key.start_mark.line + 1
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
            line = node.start_mark.line + 1
        else:
            break
    return line


def _broken(path: Path, line: int, why: str) -> GridError:
    return GridError(f"{path}, line {line}: {why.rstrip('.')}.", "Mend the file there.")
