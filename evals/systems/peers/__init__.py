"""Citera beside three products that install from the package registry: same corpus, questions, embedding model and machine.

Each peer is one script in a folder of its own, run in a virtual environment of its own, and speaks the lines of `evals.systems.command`.
They are no part of the tests: what they need is large. `python -m evals.systems.peers --help` says how to run them.
"""
