# Two commands: `make demo` and `make test`. Everything happens in .venv and build/.

PYTHON ?= python3
BIN := .venv/bin
INSTALL := $(BIN)/python -m pip install --disable-pip-version-check --quiet

.PHONY: help demo test check bench chaos clean

help:
	@echo "make demo    install, then turn the pictures in examples/ into assets in demo-out/"
	@echo "make test    install what the tests need and run them"
	@echo "make check   formatting, lint and types"
	@echo "make bench   the time of every stage of one asset"
	@echo "make chaos   kill, fill, damage and flood the daemon for 80 minutes, and print what was wrong afterwards"
	@echo "make clean   remove .venv, build/ and demo-out/"

demo: build/installed
	$(BIN)/importer demo --out demo-out

test: build/installed-test build/node
	$(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile $(PYTEST)

check: build/installed-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/pyright

bench: build/installed
	$(BIN)/python -m benchmarks.asset

chaos: build/installed-test
	$(BIN)/python -m benchmarks.chaos $(CHAOS)

clean:
	rm -rf .venv build demo-out

$(BIN)/python:
	$(PYTHON) -m venv .venv

# One stamp for each set of requirements: a second run installs nothing.
build/installed: pyproject.toml | $(BIN)/python
	$(INSTALL) --editable .
	@mkdir -p build && touch $@

build/installed-test: pyproject.toml | $(BIN)/python
	tests/support/debian-packages
	$(INSTALL) --editable ".[test]"
	@mkdir -p build && touch $@ build/installed

build/installed-dev: pyproject.toml | $(BIN)/python
	$(INSTALL) --editable ".[dev]"
	@mkdir -p build && touch $@ build/installed

# The Khronos validator. Its tests say that they were skipped where there is no npm.
build/node: tests/js/package-lock.json
	@if command -v npm >/dev/null; then npm ci --prefix tests/js --no-audit --no-fund --loglevel=error; \
	else echo "npm is missing: the tests with the Khronos glTF validator will be skipped"; fi
	@mkdir -p build && touch $@
