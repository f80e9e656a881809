"""`citera doctor`: whether everything that Citera needs is there, and what to do where it is not. It changes nothing."""

from __future__ import annotations

import os
import platform
import shutil
import socket
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from corpus.errors import CiteraError
from ui import citera_version
from ui.remote import Remote

if TYPE_CHECKING:
    from rag import Settings

State = Literal["ok", "note", "wrong"]
PACKAGES = ("chromadb", "gradio", "fastapi", "langchain-core", "sentence-transformers", "torch", "openvino")
LITTLE_DISK = 1_000_000_000
"""Bytes. The prepared model takes 0.5 GB, 10,000 articles with their vectors about as much."""
PORT = 7860


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at: how it is, and what to do about it."""

    name: str
    state: State
    found: str
    remedy: str = ""


def examine(settings: Settings) -> Iterator[Check]:
    """Every check in turn; the later ones take some seconds, since they load the model."""
    yield _versions()
    yield from _folders(settings)
    yield _port()
    server = Remote.of(settings.home)
    yield _told("embedding model", lambda: _embedding(settings))
    yield _told("language model", lambda: _language_model(settings))
    yield _told("index", lambda: _index(settings, server))


def _told(name: str, look: Callable[[], Check]) -> Check:
    """What a look finds; an error that it raises is what is wrong."""
    try:
        return look()
    except CiteraError as error:
        return Check(name, "wrong", error.what, error.remedy)


def _versions() -> Check:
    found, missing = [f"citera {citera_version()}", f"Python {platform.python_version()}"], []
    for package in PACKAGES:
        try:
            found.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            missing.append(package)
    if missing == ["openvino"]:
        return Check(
            "versions", "note", ", ".join(found), "openvino does not install here: torch is used, more slowly."
        )
    if missing:
        return Check("versions", "wrong", f"{', '.join(missing)} missing", "pip install --force-reinstall citera")
    return Check("versions", "ok", ", ".join(found))


def _folders(settings: Settings) -> Iterator[Check]:
    for name, folder, setting in (("home", settings.home, "--home"), ("cache", settings.cache, "CITERA_CACHE")):
        standing = next(path for path in (folder, *folder.absolute().parents) if path.exists())
        free = shutil.disk_usage(standing).free
        found = f"{folder}, {free / 1e9:.1f} GB free"
        if not standing.is_dir() or not os.access(standing, os.W_OK):
            yield Check(name, "wrong", f"{folder} cannot be written to", f"Name another folder with {setting}.")
        elif free < LITTLE_DISK:
            yield Check(name, "wrong", found, f"Make room, or name a folder on another disk with {setting}.")
        else:
            yield Check(name, "ok", found)


def _port() -> Check:
    with socket.socket() as tried:
        if sys.platform != "win32":
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind(("127.0.0.1", PORT))
        except OSError:
            return Check(
                "port", "note", f"{PORT} is in use", f"Fine if that is Citera; else: citera serve --port {PORT + 1}"
            )
    return Check("port", "ok", f"{PORT} is free")


def _embedding(settings: Settings) -> Check:
    from index.embedding import open_embedder

    embedder = open_embedder(settings.embedding_model, settings.cache, runtime=settings.embedding_runtime)
    (vector,) = embedder.embed_queries(["what did she say?"])
    return Check("embedding model", "ok", f"{embedder.name} on {embedder.runtime}, {len(vector)} dimensions")


def _language_model(settings: Settings) -> Check:
    from rag.chat_model import open_chat_model
    from rag.settings import EXTRACTIVE

    if settings.model == EXTRACTIVE:
        return Check("language model", "ok", "none: answers are the articles' own words")
    name = open_chat_model(settings).name
    return Check("language model", "note", f"{name} is set up", "Whether it answers, only a question shows: citera ask")


def _index(settings: Settings, server: Remote | None) -> Check:
    if server is not None:
        return Check("index", "ok", f"served at {server.server.url} by process {server.server.pid}")
    if not _has_index(settings.home):
        return Check(
            "index", "note", "nothing has been ingested", "citera ingest PATH, or citera serve for the samples"
        )
    from rag import Assistant

    with Assistant.open(settings, exclusive=False) as assistant:
        status = assistant.status()
    found = f"{status.articles:,} articles, {status.chunks:,} chunks, {status.quotes:,} quotations"
    return Check("index", "ok", found)


def _has_index(home: Path) -> bool:
    return (home / "citera.db").exists()
