# Two commands do all the set-up on a fresh machine: `make demo` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
LOCK := requirements/dev.txt
COMPAT := oqtopus-client quri-parts-oqtopus quri-parts-oqtopus-1.0
CONSOLE := src/qumulus/http/console/assets/index.html
NPM := $(shell command -v npm)
MODULES := console/node_modules/.package-lock.json
PINNED := --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url

.PHONY: help install console demo test check format bench budgets screens faults physics api lock coverage clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

install: $(VENV)/.installed ## create .venv with everything: Cloud, Providers, SDK, CLI, development tools

$(VENV)/.installed: $(LOCK) pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' \
	  || { echo "Qumulus needs Python 3.11 to 3.13: make PYTHON=python3.12 …"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(LOCK)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

console: install $(CONSOLE) ## build the web console; needs Node 20.19 or later

$(MODULES): console/package-lock.json
	@test -n "$(NPM)" || { echo "The console needs Node 20.19 or later with npm."; exit 1; }
	cd console && npm ci --no-audit --no-fund
	@touch $@

$(CONSOLE): $(MODULES) $(shell find console api -type f -not -path '*/node_modules/*' 2>/dev/null)
	cd console && npm run types && npm run build
	@touch $@

demo: install $(if $(NPM),$(CONSOLE)) ## start everything on SQLite and play the three sequences of a job on real circuits
	$(BIN)/qumulus demo

test: install $(if $(NPM),$(CONSOLE)) ## run the whole suite; measures the coverage of domain and service
	$(BIN)/python -m tests.run

check: install $(if $(NPM),$(MODULES)) ## format, lint, types, imports; the console's too, where Node is installed
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(if $(NPM),cd console && npm run check,@echo "NOT CHECKED: the console; there is no npm here")

format: install ## put the code into shape
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: install ## measure this machine: prints tables, writes benchmarks/results/*.json
	$(BIN)/python -m benchmarks

budgets: install console ## measure the console against its budgets: sizes, requests, time to pixel, long lists
	$(BIN)/python -m tests.browser.budgets

screens: install console ## take the console's pictures for the documents anew: docs/images
	$(BIN)/python -m scripts.screens

faults: install ## kill, stop, cut and repeat for minutes on both stores; then check that nothing was lost
	$(BIN)/python -m campaign

physics: install ## the correctness suite in its long form, with fresh seeds, printed; PHYSICS_SEED=n repeats one
	$(BIN)/python -m tests.physics

api: install $(if $(NPM),$(MODULES)) ## write api/*.json, the generated client and the console's types anew
	$(BIN)/python scripts/export_openapi.py
	$(BIN)/python scripts/generate_sync.py
	$(if $(NPM),cd console && npm run types)

lock: install ## pin the newest fitting dependencies, with hashes, naming no host
	$(BIN)/uv pip compile $(PINNED) --extra cloud --extra provider --extra s3 --extra dev --output-file $(LOCK) pyproject.toml
	for client in $(COMPAT); do $(BIN)/uv pip compile $(PINNED) --output-file requirements/compat-$$client.txt requirements/compat-$$client.in; done

clean: ## remove what the other targets made
	rm -rf $(VENV) .venv-compat .demo dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage
