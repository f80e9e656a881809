"""The folder in which a system keeps what it made of a corpus, used again while it would come out the same."""

from __future__ import annotations

import shutil
from pathlib import Path

from evals.errors import RunFolderError


def kept_home(home: Path, built_from: str) -> Path:
    """`home`, emptied if something else than `built_from` stands in it. A file beside it says what it was built from.

    Raises:
        RunFolderError: it holds something that no run made.
    """
    stamp = home.with_name(f"{home.name}.digest")
    if home.exists():
        if not stamp.is_file():
            raise RunFolderError(f"{home} was not made by a run.", "Name another folder with --out.")
        if stamp.read_text("utf-8") != built_from:
            shutil.rmtree(home)
    if not home.exists():
        home.with_name("ingest.json").unlink(missing_ok=True)
    home.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(built_from, "utf-8")
    return home
