# The commands that people and CI run. On a machine with only Python, pip and make they set everything up themselves;
# uv is used when it is there.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := $(shell command -v uv 2>/dev/null)
DEMO := --limit 20 -c none,money,futility -n 1 --name demo

# Tests that compute, or wait for processes of their own, run side by side; the others have the machine to themselves.
PARALLEL := $(filter-out %/__init__.py %/__pycache__ %/runner %/promises %.py,$(wildcard tests/*))

.PHONY: lab demo picture test coverage soak check bench format clean

## lab: set up, fetch the local model, open the console
lab: $(VENV)/.ready
	$(BIN)/motiv models pull
	$(BIN)/motiv

## demo: set up and run a small study on the built-in model, with its scores, a summary and a CSV
demo: $(VENV)/.ready
	$(BIN)/motiv models pull
	$(BIN)/motiv run $(DEMO)
	$(BIN)/motiv export latest -o results.csv --force

## picture: the README's picture, docs/console.svg, made from a real run on the built-in model
picture: $(VENV)/.ready-dev
	$(BIN)/motiv models pull
	$(BIN)/python -m bench.picture

## test: set up what the tests need and run them
test: $(VENV)/.ready-dev
	$(BIN)/motiv models pull
	$(BIN)/python -m pytest -n auto --dist worksteal $(PARALLEL)
	$(BIN)/python -m pytest tests $(addprefix --ignore=,$(PARALLEL))

## coverage: which lines the tests run; takes about twice as long
coverage: $(VENV)/.ready-dev
	$(BIN)/python -m pytest -n auto --dist worksteal --cov --cov-report= $(PARALLEL)
	$(BIN)/python -m pytest --cov --cov-append --cov-report=term tests $(addprefix --ignore=,$(PARALLEL))

## soak: promises, terminal and the coverage of the statistics at full size; half an hour or more, prints every figure
soak: $(VENV)/.ready-dev
	$(BIN)/python -m pytest -s -m soak tests/promises tests/tui tests/simulation

## check: the gate: format, lint, types, import contract, tests
check: $(VENV)/.ready-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(MAKE) test

## bench: start-up times and throughput, as ratios within one run
bench: $(VENV)/.ready-dev
	$(BIN)/python -m bench

## format: mend what can be mended by machine
format: $(VENV)/.ready-dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean:
	rm -rf $(VENV) dist build .coverage .mypy_cache .pytest_cache .ruff_cache .hypothesis

$(VENV)/.ready: pyproject.toml
ifdef UV
	$(UV) venv --quiet --allow-existing --python $(PYTHON) $(VENV)
	$(UV) pip install --quiet --python $(BIN)/python -e .
else
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "motivtui needs Python 3.11 or newer (PYTHON=…)")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
endif
	@touch $@

$(VENV)/.ready-dev: $(VENV)/.ready
ifdef UV
	$(UV) pip install --quiet --python $(BIN)/python -e '.[dev]'
else
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
endif
	@touch $@
