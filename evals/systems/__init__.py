"""Other systems than ours, asked the same questions of the same corpus and scored by the same scores.

run_dataset("sample", out=out, settings=Settings(), system=Command("./my-system --json"))
run_dataset("sample", out=out, settings=Settings(), system=Endpoint("http://127.0.0.1:8080/v1", "any-model"))
run_dataset("sample", out=out, settings=Settings(), system=RunnableSystem("my chain", build_my_chain))
"""

from __future__ import annotations

from evals.errors import SystemUnusableError
from evals.systems.command import Command
from evals.systems.endpoint import Endpoint
from evals.systems.runnable import RunnableSystem
from evals.systems.system import System
from rag import Settings

__all__ = ["Command", "Endpoint", "RunnableSystem", "System", "system_named"]

FORMS = "Use command:COMMAND or openai:BASE_URL#MODEL."


def system_named(name: str, settings: Settings) -> System:
    """The system of a command line, with the settings' key and time for a question.

    Raises:
        SystemUnusableError: there is no such form.
    """
    kind, _, rest = name.partition(":")
    if kind == "command" and rest.strip():
        return Command(rest.strip(), timeout=settings.model_timeout)
    if kind == "openai":
        base_url, hash_sign, model = rest.rpartition("#")
        if hash_sign and model and base_url.startswith(("http://", "https://")):
            key = settings.model_api_key.get_secret_value() if settings.model_api_key else None
            return Endpoint(base_url, model, key, timeout=settings.model_timeout)
    raise SystemUnusableError(f"{name!r} names no system.", FORMS)
