"""What is shipped: names that are ours alone, light imports, and a lock that pins everything."""

from __future__ import annotations

import importlib.metadata
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("corpus", "index", "rag", "evals", "ui")
HEAVY = (
    "torch",
    "sentence_transformers",
    "transformers",
    "chromadb",
    "openvino",
    "gradio",
    "langchain",
    "langchain_core",
)
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def test_no_dependency_ships_a_package_of_our_name() -> None:
    shipped = importlib.metadata.packages_distributions()
    assert {name: set(shipped.get(name, ())) - {"citera"} for name in PACKAGES} == {name: set() for name in PACKAGES}


@pytest.mark.parametrize("package", PACKAGES)
def test_importing_a_package_loads_nothing_heavy(package: str) -> None:
    program = f"import sys, {package}; print(*(name for name in {HEAVY} if name in sys.modules))"
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=True)
    assert ended.stdout.split() == []


def test_every_dependency_is_pinned_within_its_bounds() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    pinned = dict(re.findall(r"^([\w.-]+)==(\S+)", lock, re.MULTILINE))
    pinned = {canonicalize_name(name): version for name, version in pinned.items()}
    asked = [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["dev"]]
    for requirement in map(Requirement, asked):
        assert requirement.specifier.contains(pinned[canonicalize_name(requirement.name)], prereleases=True), (
            requirement
        )
    assert not re.search(r"^(?!#|\s*$)(?![\w.-]+==)", lock, re.MULTILINE), "a line that pins nothing"
