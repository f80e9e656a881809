"""`citera serve` on every address of the machine: only with a key, and with a line for every request."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

KEY = "a-key-of-sixteen-and-more"


@pytest.mark.slow
def test_a_server_that_others_reach_asks_for_a_key_and_writes_down_who_came(tmp_path: Path, cache: Path) -> None:
    environment = {
        **os.environ,
        "CITERA_HOME": str(tmp_path / "home"),
        "CITERA_CACHE": str(cache),
        "CITERA_API_KEYS": KEY,
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    command = [sys.executable, "-m", "ui.cli", "serve", "--host", "0.0.0.0", "--port", "0"]
    with (tmp_path / "stderr").open("w") as stderr:
        server = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=stderr, text=True)
        assert server.stdout is not None
        try:
            url = server.stdout.readline().split()[-1]
            stranger = httpx.get(url, timeout=30, trust_env=False)
            known = httpx.get(
                f"{url}/v1/models", headers={"Authorization": f"Bearer {KEY}"}, timeout=30, trust_env=False
            )
            spoofed = httpx.get(
                f"{url}/healthz", headers={"X-Forwarded-For": "203.0.113.9"}, timeout=30, trust_env=False
            )
        finally:
            server.terminate()
            server.wait(30)
            server.stdout.close()
    lines = [json.loads(line) for line in (tmp_path / "stderr").read_text().splitlines() if line.startswith("{")]

    assert (stranger.status_code, known.status_code, spoofed.status_code) == (401, 200, 200)
    assert [(line["path"], line["status"]) for line in lines] == [
        ("other", 401),
        ("/v1/models", 200),
        ("/healthz", 200),
    ]
    assert [line["client"][:4] for line in lines] == ["127.", "key:", "127."]
