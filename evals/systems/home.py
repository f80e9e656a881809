"""The folder in which a system keeps what it made of a corpus, used again while it would come out the same."""

from __future__ import annotations

import shutil
from pathlib import Path

from evals.errors import RunFolderError


def kept_home(out: Path, built_from: str) -> Path:
    """`out/home`, emptied if something else than `built_from` stands in it.

    Raises:
        RunFolderError: it holds something that no run made.
    """
    home, stamp = out / "home", out / "home.digest"
    if home.exists():
        if not stamp.is_file():
            raise RunFolderError(f"{home} was not made by a run.", "Name another folder with --out.")
        if stamp.read_text("utf-8") != built_from:
            shutil.rmtree(home)
    if not home.exists():
        (out / "ingest.json").unlink(missing_ok=True)
    out.mkdir(parents=True, exist_ok=True)
    stamp.write_text(built_from, "utf-8")
    return home
