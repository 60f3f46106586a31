# make run    set up, then open the workbench on the sample data
# make test   set up, then check and test everything
# Both do all the set-up there is: environment in .venv, pinned dependencies, embedded model.

PYTHON ?= $(shell for p in python3 python3.12 python3.13 python3.11; do command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(not (3,11) <= sys.version_info[:2] < (3,14))' 2>/dev/null && { echo $$p; break; }; done)
VENV := .venv
BIN := $(VENV)/bin
# Models and runs of a checkout stay beside it unless MEMISIS_HOME says otherwise.
export MEMISIS_HOME ?= $(CURDIR)/.setup/home
DATA ?= sample_data/schizophrenia.csv

.PHONY: run setup anonymeter test test-setup lint unit contract tui e2e clean

run: setup
	@$(BIN)/memisis $(DATA)

setup: .setup/environment .setup/model

test: setup test-setup
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/pytest

.setup/environment: pyproject.toml
	@test -n "$(PYTHON)" || { echo "Memisis needs Python 3.11, 3.12 or 3.13; found none. Install one, or name it: make $(MAKECMDGOALS) PYTHON=/path/to/python3.12" >&2; exit 1; }
	@mkdir -p .setup
	@echo "Setting up: environment in $(VENV), pinned dependencies (about 2 GB on disk, minutes)"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@# torch first and alone: an index or folder with the CPU build is then used for everything after
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check $(TORCH_ARGS) "torch==2.13.0"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

.setup/model: .setup/environment $(wildcard core/memisis_core/agent/adapter/*)
	@$(BIN)/memisis models install
	@touch $@

test-setup: .setup/test-environment
.setup/test-environment: .setup/environment pyproject.toml
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[dev]"
	@touch $@

# Compares our attacks with Anonymeter's; it pins an old numpy, so it gets an environment of its own.
anonymeter: test-setup
	@$(BIN)/python benchmarks/anonymeter_agreement.py --install

clean:
	@rm -rf .setup build dist .mypy_cache .ruff_cache .pytest_cache
