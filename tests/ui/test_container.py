"""The container files name what there is: nothing here builds an image."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

from rag import Settings
from ui.access import OPEN_PATHS

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def instruction(name: str) -> list[str]:
    joined = DOCKERFILE.replace("\\\n", " ")
    return re.findall(rf"^{name} (.+)$", joined, re.MULTILINE)


def test_what_the_image_is_made_of_is_sent_to_the_builder() -> None:
    ignored, *let_in = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    let_in = [line.removeprefix("!") for line in let_in if line.startswith("!")]

    assert (ignored, all((ROOT / path).exists() for path in let_in)) == ("*", True)
    needed = {"pyproject.toml", "requirements.lock", PROJECT["readme"], *PROJECT["license-files"]}
    assert needed | {"corpus", "index", "rag", "evals", "ui"} == set(let_in)
    assert instruction("COPY")[0] == ". ."
    (extras,) = re.findall(r"'\.\[(.+?)\]'", DOCKERFILE)
    assert set(extras.split(",")) <= PROJECT["optional-dependencies"].keys()


def test_what_the_image_starts_exists_and_is_nobody_in_particular() -> None:
    (entry,), (command,), (user,) = (instruction(name) for name in ("ENTRYPOINT", "CMD", "USER"))
    assert ast.literal_eval(entry)[0] in PROJECT["scripts"]
    assert ast.literal_eval(command)[0] == "serve"
    assert int(user) > 0
    (volume,) = instruction("VOLUME")
    written = dict(re.findall(r"(CITERA_\w+)=(\S+)", DOCKERFILE))
    assert {name.removeprefix("CITERA_").lower() for name in written} == {"home", "cache"} <= set(Settings.model_fields)
    assert all(folder.startswith(volume) for folder in written.values())
    (check,) = re.findall(r"urlopen\('(.+?)'", DOCKERFILE)
    assert urlsplit(check).path in OPEN_PATHS, "the check has no key"
    assert f"EXPOSE {urlsplit(check).port}" in DOCKERFILE


def test_the_services_are_shut_in() -> None:
    services: dict[str, Any] = COMPOSE["services"]
    app = services["app"]

    assert (app["read_only"], app["cap_drop"], app["ports"]) == (True, ["ALL"], ["127.0.0.1:7860:7860"])
    assert {name.removeprefix("CITERA_").lower() for name in app["environment"]} <= set(Settings.model_fields)
    for name, service in services.items():
        assert "no-new-privileges:true" in service["security_opt"], name
        assert all(volume.split(":")[0] in COMPOSE["volumes"] for volume in service["volumes"])
        assert name == "app" or ("ports" not in service and service["profiles"] == [name])
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert f"chromadb=={services['chroma']['image'].split(':')[1]} " in lock
