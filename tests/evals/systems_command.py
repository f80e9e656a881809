"""A small system that speaks the lines of `evals.systems.command`: finds by shared words, cites what it found.

The only argument says how it fails: `dies` and `hangs` at the question about the harbour master, `floods` there, or a line to say instead
of every answer, in which `{id}` stands for the question's number. Each start leaves a line in `starts` in its home.
"""

from __future__ import annotations

import json
import re
import sys
import time
from pathlib import Path


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


said = sys.argv[1] if len(sys.argv) > 1 else ""
hello = json.loads(sys.stdin.readline())
articles = [json.loads(line) for line in Path(hello["corpus"]).read_text("utf-8").splitlines()]
with (Path(hello["home"]) / "starts").open("a") as file:
    file.write("started\n")
say(json.dumps({"chunks": len(articles), "seconds": 0.5, "versions": {"words": "1.0"}}))


def words(text: str) -> set[str]:
    return {word for word in re.findall(r"\w+", text.lower()) if len(word) > 3}


for line in sys.stdin:
    asked = json.loads(line)
    question = asked.get("ask") or asked["search"]
    if said == "dies" and "master" in question:
        sys.exit("out of luck")
    if said == "hangs" and "master" in question:
        time.sleep(600)
    while said == "floods" and "master" in question:
        say("{}")
    sentences = [(a["article_id"], match[0]) for a in articles for match in re.finditer(r"[^.]+\.", a["text"])]
    ranked = sorted(sentences, key=lambda found: -len(words(found[1]) & words(question)))
    found = [each for each in ranked if words(each[1]) & words(question)]
    passages = [{"article_id": name, "text": text.strip(), "score": 0.5} for name, text in found]
    reply = {"id": asked["id"], "passages": passages[: asked.get("limit", 3)]}
    if "ask" in asked and found:
        name, text = found[0]
        citation = {"marker": 1, "article_id": name, "quote": "\n ".join(text.split())}
        reply |= {"text": f"{text.strip()[:-1]} [1].", "citations": [citation], "timings_ms": {"find": 1.5}}
    elif "ask" in asked:
        reply |= {"text": "I don’t know."}
    spoken = (
        said.replace("{id}", str(asked["id"])) if said not in ("", "dies", "hangs", "floods") else json.dumps(reply)
    )
    say(spoken)
