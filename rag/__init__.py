"""Questions in, verified answers out.

>>> from corpus.samples import samples_folder
>>> from rag import Assistant, Settings
>>> with Assistant.open(Settings(home=home)) as assistant:
...     report = assistant.ingest(samples_folder())
...     answer = assistant.ask("what did Horii say?")
>>> report.added, report.rejections, answer.refused
(35, 0, False)
>>> print(answer.citations[0].speaker, answer.citations[0].quote[:26])
Iwao Horii We have come to understand
"""

from rag.answer import Answer
from rag.assistant import Assistant
from rag.settings import Settings

__all__ = ["Answer", "Assistant", "Settings"]
