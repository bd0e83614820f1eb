# The commands of CONTRIBUTING.md. PYTHON chooses the interpreter: make setup PYTHON=python3.12
PYTHON ?= python3
BIN := .venv/bin

.PHONY: setup run test lint bench

setup: $(BIN)/ruff

$(BIN)/ruff: pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet -e '.[dev]'
	touch $@

run: setup
	$(BIN)/qdit4sr

test: setup
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m pytest

lint: setup
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/vulture

bench: setup
	$(BIN)/qdit4sr bench startup
	$(BIN)/qdit4sr bench nano
	QT_QPA_PLATFORM=offscreen $(BIN)/qdit4sr bench gui
