# `make demo` plans the sample site, `make test` runs the tests; both set everything up first.
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.ready

.PHONY: help setup demo test lint types check seeds real bench reliability clean

help:  ## list the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*##/\t/' | expand -t 10

setup: $(STAMP)  ## create .venv with the locked dependencies

# uv comes from the package index into a folder of its own, so that it need not be on the machine.
# Compiled at once: where Python may not write bytecode, every start would cost seconds.
$(STAMP): pyproject.toml uv.lock
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 or newer is needed (set PYTHON=...)"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed (set PYTHON=...)"; exit 1; }
	@test -x .uv/bin/uv || { $(PYTHON) -m venv .uv && .uv/bin/pip install --quiet --disable-pip-version-check "uv>=0.13,<0.14"; }
	@.uv/bin/uv sync --locked --quiet --compile-bytecode --python "$$(command -v $(PYTHON))"
	@touch $(STAMP)

demo: setup  ## plan the sample site returns_peak and print where the report lies
	@$(BIN)/peakcrew plan seeds/returns_peak --out out/returns_peak

test: setup  ## run the tests
	@$(BIN)/python -m pytest -q -n auto

lint: setup  ## style
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .

types: setup  ## static types
	@$(BIN)/mypy

check: lint types test  ## all that the continuous integration runs

seeds: setup  ## write the sample sites again from their generator
	@$(BIN)/python -m seeds.generate

real: setup  ## plan the real contact data, when it is there
	@$(BIN)/python -m benchmarks.real --out out/real --docs

bench: setup  ## measure the sample plan, the optimiser, and peers; about an hour
	@.uv/bin/uv sync --locked --quiet --compile-bytecode --group bench
	@$(BIN)/python -m benchmarks.plan
	@$(BIN)/python -m benchmarks.optimiser --only w200 w1000 w1000_15min peers pyworkforce --docs

reliability: setup  ## kills, load and requests of every kind; some two hours
	@for db in sqlite postgresql; do \
	  $(BIN)/python -m benchmarks.reliability.requests --database $$db && \
	  $(BIN)/python -m benchmarks.reliability.kills --database $$db && \
	  $(BIN)/python -m benchmarks.reliability.load --database $$db || exit 1; done
	@$(BIN)/python -m benchmarks.reliability.kills --database postgresql --dispatch procrastinate
	@$(BIN)/python -m benchmarks.reliability.batch_kills

clean:  ## remove what was built
	rm -rf .venv .uv out dist
