# fieldkit: make run, make test and make check create .venv themselves.
# They need CPython 3.11 to 3.14 with headers and venv, make and a C compiler.

PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed
BENCH_STAMP := $(VENV)/.installed-bench

# Hundreds of tests start fieldkit as a process of its own: without stored bytecode each would
# compile all that it imports anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: install wheels run test check lint types contracts pythons bench soak lock clean

install: $(STAMP)

$(STAMP): requirements.lock pyproject.toml bundle/durable_wheel.py
	$(PYTHON) -m venv $(VENV)
	wheel=$$($(BIN)/python -m bundle.durable_wheel) && \
		$(BIN)/pip install -q --no-deps --force-reinstall "$$wheel"
	$(BIN)/pip install -q --require-hashes --no-deps -r requirements.lock
	$(BIN)/pip install -q --no-deps -e .
	touch $(STAMP)

$(BENCH_STAMP): $(STAMP) requirements-bench.lock
	$(BIN)/pip install -q --require-hashes --no-deps -r requirements-bench.lock
	touch $@

# The wheel of durable-rules for $(PYTHON), which is kept in the user's cache: none is published.
wheels:
	$(PYTHON) -m bundle.durable_wheel

run: install
	$(BIN)/fieldkit demo

test: install
	$(BIN)/python -m pytest -n auto --dist worksteal

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: install
	$(BIN)/mypy

contracts: install
	$(BIN)/lint-imports

# A short run on the other supported Pythons that are here.
pythons: install
	.ci/smoke-pythons $(BIN)/python

BENCH = $(BIN)/python -m pytest tests/benchmarks -o python_files='bench_*.py'

check: lint types contracts test pythons $(BENCH_STAMP)
	$(BENCH) --quick

bench: $(BENCH_STAMP)
	$(BENCH) -s

soak: install
	$(BIN)/python -m pytest -m slow --soak -n auto --dist worksteal -rP

# requirements.lock is for working on fieldkit, requirements-runtime.lock for running it: the same
# versions without the tools of the tests.
lock: install
	$(BIN)/pip install -q uv
	$(BIN)/uv pip compile pyproject.toml --all-extras --group dev --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-header -q -o requirements.lock
	$(BIN)/uv pip compile pyproject.toml --all-extras -c requirements.lock --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-header --no-annotate -q -o requirements-runtime.lock
	$(BIN)/uv pip compile --group bench --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-header -q -o requirements-bench.lock

clean:
	rm -rf $(VENV) .venv-smoke .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist
