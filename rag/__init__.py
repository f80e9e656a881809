"""Questions in, verified answers out.

from rag import Assistant, Settings

with Assistant.open(Settings(home="h")) as assistant:
    print(assistant.ask("what did Horii say?").text)
"""

from rag.answer import Answer
from rag.assistant import Assistant
from rag.settings import Settings

__all__ = ["Answer", "Assistant", "Settings"]
