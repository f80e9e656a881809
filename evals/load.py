"""Many people asking one server at once: `python -m evals.load --users 50 --every 5 --seconds 60 --home DIR`.

It starts a server of its own on the corpus in DIR (the sample corpus where DIR is empty) and asks it over HTTP, without a language
model. A question's time runs from the moment it was due, so that a server that falls behind is not asked more gently.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter

import httpx
import numpy as np

MEMORY = "process_resident_memory_bytes "
WARM_UP = 20
"""Questions asked before anything is measured: the first ones load what a server loads once."""


@dataclass(frozen=True, slots=True)
class Load:
    """What came of it. Milliseconds; megabytes of the server's resident memory, None where its system does not say."""

    questions: int
    errors: dict[str, int]
    p50_ms: float
    p95_ms: float
    max_ms: float
    memory_start_mb: float | None
    memory_end_mb: float | None

    def lines(self) -> Iterator[str]:
        yield f"questions  {self.questions}"
        yield f"errors     {sum(self.errors.values())} {self.errors or ''}".rstrip()
        yield f"ms         p50 {self.p50_ms:.0f}, p95 {self.p95_ms:.0f}, max {self.max_ms:.0f}"
        if self.memory_start_mb and self.memory_end_mb:
            yield f"memory MB  {self.memory_start_mb:.0f} at the start, {self.memory_end_mb:.0f} at the end"


async def load(url: str, *, users: int, every: float, seconds: float) -> Load:
    """Has `users` ask the server at `url` every `every` seconds for `seconds`, evenly spread."""
    limits = httpx.Limits(max_connections=users + 1, max_keepalive_connections=users + 1)
    async with httpx.AsyncClient(base_url=url, limits=limits, timeout=120, trust_env=False) as client:
        questions = await _questions(client)
        for question in (questions * WARM_UP)[:WARM_UP]:
            await client.post("/api/ask", json={"question": question})
        before, start = await _memory(client), perf_counter()
        times: list[float] = []
        errors: Counter[str] = Counter()

        async def user(number: int) -> None:
            due, turn = start + every * number / users, number
            while due < start + seconds:
                await asyncio.sleep(due - perf_counter())
                try:
                    reply = await client.post("/api/ask", json={"question": questions[turn % len(questions)]})
                    reply.raise_for_status()
                except httpx.HTTPStatusError as error:
                    errors[str(error.response.status_code)] += 1
                except httpx.HTTPError as error:
                    errors[type(error).__name__] += 1
                else:
                    times.append((perf_counter() - due) * 1000)
                due, turn = due + every, turn + users

        await asyncio.gather(*map(user, range(users)))
        after = await _memory(client)
    p50, p95 = (float(np.percentile(times, percent)) for percent in (50, 95)) if times else (0.0, 0.0)
    return Load(len(times) + errors.total(), dict(errors), p50, p95, max(times, default=0.0), before, after)


@contextmanager
def serving(home: Path) -> Iterator[str]:
    """The address of a server over `home`, in a process of its own."""
    command = [sys.executable, "-m", "ui.cli", "serve", "--port", "0", "--home", str(home), "--model", "extractive"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        try:
            ready = process.stdout.readline()
            if not ready:
                raise SystemExit(f"The server did not start: citera serve --home {home} says why.")
            yield ready.split()[-1]
        finally:
            process.terminate()


async def _questions(client: httpx.AsyncClient) -> list[str]:
    """Questions that the corpus has something on: about those it quotes, and about its headlines."""
    quotes = (await client.get("/api/quotes")).raise_for_status().json()["quotes"]
    articles = (await client.get("/api/articles")).raise_for_status().json()["articles"]
    said = [f"What did {name} say?" for name in dict.fromkeys(quote["speaker"] for quote in quotes) if name]
    told = [f"What is known about this: {article['title']}" for article in articles if article["title"]]
    return [question for pair in zip(said, told, strict=False) for question in pair][:1_000] or said or told


async def _memory(client: httpx.AsyncClient) -> float | None:
    lines = (await client.get("/metrics")).text.splitlines()
    return next((float(line.removeprefix(MEMORY)) / 1e6 for line in lines if line.startswith(MEMORY)), None)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m evals.load", description="Many people asking one server at once.")
    parser.add_argument("--users", type=int, default=50)
    parser.add_argument("--every", type=float, default=5, help="seconds between two questions of a user")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--home", type=Path, required=True, help="data folder; the samples are put into an empty one")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(arguments)
    with serving(given.home) as url:
        found = asyncio.run(load(url, users=given.users, every=given.every, seconds=given.seconds))
    shown = [json.dumps(asdict(found), indent=2)] if given.json else found.lines()
    for line in shown:
        print(line)  # noqa: T201  # it is what the command is for
    return 1 if found.errors else 0


if __name__ == "__main__":
    sys.exit(main())
