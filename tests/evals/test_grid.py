from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from evals.errors import GridError
from evals.grid import read_grid

Write = Callable[[str, object], Path]
GRID = """\
datasets:
  - name: squad
    data: sub/squad_sv.json
  - name: sample
limit: 50
quality: [contains_gold, mrr]
settings:
  chunk_tokens: [100, 200]
  passages: [4, 8]
  model: extractive
"""


def test_a_grid_is_every_combination_of_its_values(write: Write, tmp_path: Path) -> None:
    grid = read_grid(write("grid.yaml", GRID))

    assert [source.label for source in grid.datasets] == ["squad squad_sv", "sample"]
    assert grid.datasets[0].data == tmp_path / "sub/squad_sv.json"
    assert (grid.limit, grid.quality) == (50, ("contains_gold", "mrr"))
    assert [tuple(values.values()) for values in grid.combinations()] == [
        (100, 4, "extractive"),
        (100, 8, "extractive"),
        (200, 4, "extractive"),
        (200, 8, "extractive"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "line", "complaint"),
    [
        ("passages:", "pasages:", 9, "'pasages' is no setting to vary; those are"),
        ("passages:", "home:", 9, "'home' is no setting to vary"),
        ("passages:", "model_api_key:", 9, "'model_api_key' is no setting to vary"),
        ("[4, 8]", "[4, 0]", 9, "passages 0: Input should be greater than or equal to 1"),
        ("[4, 8]", "[4, many]", 9, "passages 'many'"),
        ("[4, 8]", "\n    - 4\n    - 51", 11, "passages 51"),
        ("[4, 8]", "[4, 4]", 9, "passages 4 comes a second time"),
        ("[4, 8]", "[]", 9, "should have at least 1 item"),
        ("mrr]", "clarity]", 6, "there is no score 'clarity'"),
        ("name: sample", "name: samples", 4, "there is no data set 'samples'; choose one of"),
        ("name: sample", "name: squad\n    data: squad_sv.json", 4, "squad squad_sv comes a second time"),
        ("limit: 50", "limit: none", 5, "limit: Input should be a valid integer"),
        ("limit: 50", "limits: 50", 5, "limits: Extra inputs are not permitted"),
        ("limit: 50", "limit: [50", 6, "expected ',' or ']'"),
        ("limit: 50", "limit: @50", 5, "cannot start any token"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(write: Write, old: str, new: str, line: int, complaint: str) -> None:
    path = write("grid.yaml", GRID.replace(old, new, 1))

    with pytest.raises(GridError) as raised:
        read_grid(path)
    assert raised.value.what.startswith(f"{path}, line {line}: ")
    assert complaint in raised.value.what


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "line 1: datasets: Field required"),
        ("- 1", "line 1: Input should be a valid dictionary"),
        ("datasets: [{name: sample}]\n", "line 1: settings: Field required"),
        ("datasets: [{name: sample}]\nsettings: {}\n", "line 2: settings: "),
        ("datasets: []\nsettings: {passages: [1]}\n", "line 1: datasets: "),
    ],
)
def test_an_empty_grid_is_named(write: Write, text: str, complaint: str) -> None:
    with pytest.raises(GridError, match=complaint):
        read_grid(write("grid.yaml", text))


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(GridError, match=r"none\.yaml: No such file"):
        read_grid(tmp_path / "none.yaml")
    (tmp_path / "latin.yaml").write_bytes("datasets: å".encode("latin-1"))
    with pytest.raises(GridError, match="is not UTF-8"):
        read_grid(tmp_path / "latin.yaml")
