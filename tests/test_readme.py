"""Every command, call and answer in the README, run as a reader would run it, on one page of the sample corpus."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from corpus.samples import samples_folder
from rag import Settings

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
SHOWN = " ".join(re.findall(r"^    (Iwao Horii.*\n(?:    .+\n)*)", README, re.MULTILINE)[0].split())


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the reader stands: a folder with `my-pages` in it."""
    folder = tmp_path_factory.mktemp("reader")
    pages = folder / "my-pages"
    pages.mkdir()
    shutil.copy(samples_folder() / "same-boat-minerals.txt", pages)
    return folder


@pytest.fixture(scope="module")
def environment(cache: Path) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), "CITERA_CACHE": str(cache)}


def run(folder: Path, environment: dict[str, str], command: list[str]) -> str:
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def citera(line: str) -> list[str]:
    return [sys.executable, "-m", "ui.cli", *shlex.split(line)[1:]]


def test_the_commands_give_the_answer_that_is_shown(folder: Path, environment: dict[str, str]) -> None:
    lines = re.findall(r"^    (citera .+)$", README, re.MULTILINE)
    assert [line.split()[1] for line in lines] == ["ingest", "ask"]

    outputs = [run(folder, environment, citera(line)) for line in lines]

    assert SHOWN in " ".join(outputs[-1].split())


def test_the_python_call_gives_it_too(folder: Path, environment: dict[str, str]) -> None:
    code, _ = re.findall(r"```python\n(.+?)```", README, re.DOTALL)

    assert SHOWN in " ".join(run(folder, environment, [sys.executable, "-c", code]).split())


@pytest.fixture
def port(folder: Path, environment: dict[str, str]) -> Iterator[int]:
    """A server on the sample page, at a free port."""
    run(folder, environment, citera("citera ingest my-pages/ --home h"))
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = int(probe.getsockname()[1])
    server = subprocess.Popen(
        citera(f"citera serve --home h --port {port}"),
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert server.stdout is not None
    assert str(port) in server.stdout.readline()
    yield port
    server.terminate()
    server.wait(timeout=30)
    server.stdout.close()


def test_the_http_call_gives_it_too(folder: Path, environment: dict[str, str], port: int) -> None:
    (line,) = re.findall(r"^    (curl .+)$", README, re.MULTILINE)

    answer = run(folder, environment, shlex.split(line.replace("7860", str(port))))

    assert SHOWN.split("“")[1].split("”")[0] in answer


def test_the_call_of_openai_s_client_gives_it_too(folder: Path, environment: dict[str, str], port: int) -> None:
    _, code = re.findall(r"```python\n(.+?)```", README, re.DOTALL)
    code = code.replace("7860", str(port)) + "print(reply.choices[0].message.content)"

    assert SHOWN.split("“")[1].split("”")[0] in run(folder, environment, [sys.executable, "-c", code])


def test_every_setting_named_exists() -> None:
    named = set(re.findall(r"CITERA_([A-Z_]+)", README))
    assert named <= {name.upper() for name in Settings.model_fields}
    assert {"MODEL", "MODEL_BASE_URL", "MODEL_API_KEY"} <= named


@pytest.mark.parametrize("row", re.findall(r"^\| `(citera .+?)` \|", README, re.MULTILINE))
def test_every_command_of_the_table_exists_with_its_options(environment: dict[str, str], row: str) -> None:
    command = row.replace("\\|", "|").split()[1:]
    several = command[1].split("|") if len(command) > 1 and command[1][0].islower() else [""]
    for sub in several:
        words = [command[0], *filter(None, [sub])]
        said = run(ROOT, environment, [sys.executable, "-m", "ui.cli", *words, "--help"])
        for option in re.findall(r"--[a-z-]+", row):
            assert option in said
