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

.PHONY: install wheels bundle one-folder run test check lint types contracts pythons bench soak lock clean

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

# An archive in dist/ that installs fieldkit without network, compiler or root.
bundle: install
	$(BIN)/python -m bundle.make_bundle

# The same with a Python of its own, in dist/ too, and tried.
ONE_FOLDER := build/one-folder
one-folder: install
	$(PYTHON) -m venv --clear $(ONE_FOLDER)
	wheel=$$($(ONE_FOLDER)/bin/python -m bundle.durable_wheel) && \
		$(ONE_FOLDER)/bin/pip install -q --no-deps "$$wheel"
	$(ONE_FOLDER)/bin/pip install -q --require-hashes --no-deps \
		-r requirements-runtime.lock -r requirements-bundle.lock
	$(ONE_FOLDER)/bin/pip install -q --no-deps .
	archive=$$($(ONE_FOLDER)/bin/python -m bundle.make_one_folder) && \
		$(BIN)/python -m tests.bundle.try_archive "$$archive" && echo "$$archive"

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

# The bundle of each supported Python that is here, tried.
pythons: install
	.ci/smoke-pythons $(BIN)/python

BENCH = $(BIN)/python -m pytest tests/benchmarks -o python_files='bench_*.py'

# What keeps one core busy goes side by side; the tests and the benchmarks share all cores. One
# quick round compares nothing but CPU times that are taken in turns.
check: $(BENCH_STAMP)
	$(MAKE) -j lint types contracts pythons
	$(MAKE) test
	$(BENCH) --quick -n auto --dist loadfile

bench: $(BENCH_STAMP)
	$(BENCH) -s

# The long forms of the tests: N times as long as usual, by a SEED that is told. A run that was
# broken off goes on where it stopped.
N ?= 1
soak: install
	$(BIN)/python -m pytest -m slow --soak $(N) $(if $(SEED),--seed $(SEED)) \
		-n auto --dist worksteal -rP

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
	$(BIN)/uv pip compile --group bundle -c requirements.lock --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-header -q -o requirements-bundle.lock

clean:
	rm -rf $(VENV) .venv-smoke .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist
