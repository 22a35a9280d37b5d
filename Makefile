# The portal's commands. `make run` and `make test` prepare everything they need themselves.
PYTHON ?= python3
PORT ?= 8000
OURS = .venv/bin/python -m
# Each process we start would compile the whole house anew, and each test be read twice; `make clean` takes it away.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run test openapi bench backup drill chaos security pictures stop code lock clean

help: ## List the commands
	@grep -E '^[a-z]+:.*##' Makefile | sed -E 's/^([a-z]+):[^#]*## */  make \1\t/' | expand -t 16

run: ## Run the portal with demonstration data (PORT=8000) until Ctrl-C
	@$(PYTHON) -m ops.install run
	@exec $(OURS) ops.run --port $(PORT)

test: ## Run all gates and tests (TESTS="tests/kernel -k money" runs some tests only)
	@$(PYTHON) -m ops.install test
	@exec $(OURS) ops.test $(TESTS)

openapi: ## Write docs/openapi.yaml anew from the running code
	@$(PYTHON) -m ops.install run
	@exec $(OURS) ops.gates.openapi

bench: ## Run the benchmarks (ONLY="pulls risk" runs some)
	@$(PYTHON) -m ops.install test
	@exec $(OURS) bench.run $(ONLY)

backup: ## Back up the portal that runs in this folder (TO=folder)
	@exec $(OURS) ops.backup $(if $(TO),--to $(TO))

drill: ## Rehearse the worst day: back up, destroy, restore, verify
	@$(PYTHON) -m ops.install run
	@exec $(OURS) ops.drill

chaos: ## Kill processes under load, then check every promise (SEED=7 repeats a storm, MINUTES=2)
	@$(PYTHON) -m ops.install run
	@exec $(OURS) ops.chaos $(if $(SEED),--seed $(SEED)) $(if $(MINUTES),--minutes $(MINUTES))

security: ## Scanners and our own rules, each first shown a planted fault (ONLY=semgrep runs one)
	@$(PYTHON) -m ops.install test
	@exec $(OURS) ops.security $(ONLY)

stop: ## Stop the portal running in this folder
	@exec $(OURS) ops.stop

pictures: ## Take the pictures of the documents anew (docs/pictures) from a run with the demonstration data
	@$(PYTHON) -m ops.install test
	@exec env PICTURES=docs/pictures $(OURS) ops.test tests/journeys/test_front_doors.py

code: ## Show the current one-time code of the demo staff accounts
	@$(PYTHON) -m ops.demo

lock: ## Write the exact versions the requirements resolve to into constraints.txt
	@$(PYTHON) -m ops.lock

clean: ## Remove the demonstration data, caches and the virtual environment
	@$(PYTHON) -m ops.clean
