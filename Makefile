# Driftline's commands. Each makes what it needs: Python 3.11+, make and a package registry are enough.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
DEMO_FLAGS ?=
TEST_FLAGS ?=
# pytest's exit code where TEST_FLAGS leave one of the two parts without tests
NOTHING := 5

# Tests and the demo start many processes: each would compile every module anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help install demo test oldest servers lint format benchmarks calibration picture registry lock clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: $(INSTALLED) ## .venv with everything, from requirements.lock

demo: $(INSTALLED) ## a real model drifts before your eyes; DEMO_FLAGS="--duration 120 --json"
	@$(BIN)/driftline demo $(DEMO_FLAGS)

test: $(INSTALLED) ## every test; real servers are found, or built once; TEST_FLAGS="-k drift"
	@$(BIN)/python -m tests.servers || echo "servers: going on without what is missing; its tests are named at the end"
	@echo "test: everything that needs only Python, on every core ..."
	@$(BIN)/pytest -n auto -m "not end_to_end" --cov --cov-report= --cov-fail-under=0 $(TEST_FLAGS); first=$$?; \
		echo "test: what starts real servers, three files at a time, and the coverage of both ..."; \
		$(BIN)/pytest -n 3 --dist loadfile -m end_to_end --cov --cov-append --cov-report=term-missing:skip-covered $(TEST_FLAGS); \
		second=$$?; \
		[ $$first -eq 0 -o $$first -eq $(NOTHING) ] && [ $$second -eq 0 -o $$second -eq $(NOTHING) ]

oldest: $(INSTALLED) ## what needs only Python, under the oldest versions pyproject.toml allows; TEST_FLAGS="-k drift"
	@echo "oldest: making .venv-oldest ..."
	@$(BIN)/uv venv --quiet --clear --python $(BIN)/python .venv-oldest
	@$(BIN)/uv pip install --quiet --python .venv-oldest/bin/python --resolution lowest-direct -e '.[all]' --group dev
	@.venv-oldest/bin/pytest -n auto -m "not end_to_end" $(TEST_FLAGS)

servers: $(INSTALLED) ## find or build the real servers the tests use
	@$(BIN)/python -m tests.servers

lint: $(INSTALLED) ## ruff, mypy, the floors
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(INSTALLED) ## put the code in its form
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

benchmarks: $(INSTALLED) ## cost against the alternatives, as ratios in one run
	@$(BIN)/python -m tests.benchmarks

calibration: $(INSTALLED) ## false alarms, power, run lengths and delays beside what is promised; minutes
	@$(BIN)/python -m tests.calibration

picture: $(INSTALLED) ## the picture of the README, from a real run of the demo
	@$(BIN)/python -m driftline.processors.demo.picture

registry: $(INSTALLED) ## write the YAML of the telemetry contract from driftline.semconv
	@$(BIN)/python -m tests.semconv.registry_yaml

lock: $(INSTALLED) ## newest versions into requirements.lock
	@$(BIN)/python -m pip install --quiet 'uv>=0.5'
	@$(BIN)/uv lock --quiet --upgrade
	@$(BIN)/uv export --quiet --frozen --format requirements.txt --no-emit-project --all-extras --group dev \
		--no-header --output-file requirements.lock
	@rm -f uv.lock
	@echo "lock: wrote requirements.lock; run make install"

clean: ## remove what make made here; built servers stay in ~/.cache/driftline
	rm -rf $(VENV) .venv-oldest dist build .coverage .coverage.* .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(INSTALLED): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "install: $(PYTHON) is older than 3.11; say which one: make PYTHON=python3.12 ..."; exit 1; }
	@echo "install: making $(VENV) (once; a minute or two) ..."
	@$(PYTHON) -m venv $(VENV) || { echo "install: on Debian, apt-get install python3-venv"; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check 'uv>=0.5' \
		|| echo "install: no uv for this machine; going on with pip, which is slower"
	@echo "install: packages of requirements.lock ..."
	@if [ -x $(BIN)/uv ]; then \
		$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements.lock && \
		$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps -e . ; \
	else \
		$(BIN)/python -m pip install --quiet --require-hashes --no-deps -r requirements.lock && \
		$(BIN)/python -m pip install --quiet --no-deps -e . ; \
	fi
	@touch $@
	@echo "install: done"
