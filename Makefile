# The one doorway for people and CI. `make help` lists what it can do.
# Targets below "for people who change Connect" install the tools into .venv first.

PORT ?= 8000
DATA ?= data
PYTHON ?= .venv/bin/python
BIN = $(dir $(PYTHON))
MANAGE = $(PYTHON) manage.py
ARGS ?=
WORKERS ?= 3
.DEFAULT_GOAL := help

# What a production installation behind HTTPS would set; checked, never served.
PRODUCTION = CONNECT_SECURE=1 CONNECT_DEBUG=0 CONNECT_ALLOWED_HOSTS=connect.example \
	CONNECT_SECRET_KEY=$$(head -c 48 /dev/urandom | base64 -w0)

# What locks, races, ends and recovers: must hold on row locks as behind SQLite's gate.
ON_POSTGRES = tests/postgres \
	$(addprefix tests/apps/core/test_,mailbox_and_pool.py pagination.py unit_of_work.py watch.py) \
	$(addprefix tests/journeys/test_,claims_at_once.py hanging_up.py many_rings.py media_events.py \
	model.py parallel_creates.py races.py recovery.py ringing.py)

.PHONY: help
help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2} \
		/^## / {printf "\n%s\n", substr($$0, 4)}' $(MAKEFILE_LIST)

## For people who use Connect

.PHONY: run
run: ## install what is missing and serve: PORT=8000 DATA=data
	@python3 manage.py serve --port "$(PORT)" --data-dir "$(DATA)"

.PHONY: seed
seed: tools ## create the demo instance, its people and its flow in DATA
	@$(MANAGE) seed --data-dir "$(DATA)"

## For people who change Connect

.PHONY: check
check: tools lint types imports django schema-check promises ## everything that needs no running tests

# Two workers wait for servers and browsers, a third does the rest meanwhile (tests/conftest.py).
SHARED = -n $(WORKERS) --dist loadscope
# Each of the many processes that tests start would compile our modules anew.
unexport PYTHONDONTWRITEBYTECODE

# Locks, races and endings on PostgreSQL come first, so that the last summary is that of all tests;
# with two workers, which fill the cores together with the server.
.PHONY: test
test: tools ## the tests CI runs (ARGS="-k word" narrows them, WORKERS=3)
	@$(if $(ARGS),,$(PYTHON) -m tests.on_postgres -m "not long" -n 2 $(ON_POSTGRES))
	@$(PYTHON) -m pytest -m "not long" $(or $(ARGS),$(SHARED))

.PHONY: test-postgres
test-postgres: tools ## the journeys, all of them, on PostgreSQL (ARGS chooses others)
	@$(PYTHON) -m tests.on_postgres -m "not long" $(or $(ARGS),tests/postgres tests/journeys)

# Of the long ones only those about PostgreSQL itself run there: a million events would take days.
.PHONY: test-long
test-long: tools ## all tests, the full matrix included
	@$(if $(ARGS),,$(PYTHON) -m tests.on_postgres -m "not long" -n 2 $(ON_POSTGRES))
	@$(if $(ARGS),,$(PYTHON) -m tests.on_postgres -m long -rP tests/postgres)
	@$(PYTHON) -m pytest $(ARGS)

.PHONY: lint
lint: tools
	@$(BIN)ruff check .
	@$(BIN)ruff format --check .

.PHONY: fmt
fmt: tools ## put the code into the house's form
	@$(BIN)ruff check --fix .
	@$(BIN)ruff format .

.PHONY: types
types: tools ## mypy, strict
	@$(BIN)mypy manage.py connect apps tests

.PHONY: imports
imports: tools ## floors and rooms: who may import whom
	@$(BIN)lint-imports

.PHONY: promises
promises: tools ## every promise we claim has its test
	@$(PYTHON) -m tests.architecture.promises

# Django's own checks, in a data folder of their own that is gone afterwards.
.PHONY: django
django: tools
	@folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && export CONNECT_DATA_DIR="$$folder" \
	&& $(MANAGE) makemigrations --check --dry-run \
	&& $(PRODUCTION) $(MANAGE) check --deploy --fail-level WARNING \
	&& $(MANAGE) collectstatic --dry-run --no-input --verbosity 0 \
	&& echo "Django: migrations, deployment checks and static files are fine."

.PHONY: schema
schema: tools ## write the OpenAPI document, docs/openapi.yaml
	@folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && CONNECT_DATA_DIR="$$folder" \
		$(MANAGE) spectacular --validate --fail-on-warn --file docs/openapi.yaml

.PHONY: schema-check
schema-check: tools
	@folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && CONNECT_DATA_DIR="$$folder" \
		$(MANAGE) spectacular --validate --fail-on-warn --file "$$folder/openapi.yaml" \
	&& { diff -u docs/openapi.yaml "$$folder/openapi.yaml" \
		|| { echo "docs/openapi.yaml is not what the code says: run make schema."; exit 1; }; }

.PHONY: bench
bench: tools ## measure ourselves beside others: docs/benchmarks.md
	@$(PYTHON) -m tests.benchmarks $(ARGS)

.PHONY: shots
shots: tools ## take the pictures of the README
	@$(PYTHON) -m tests.browser.shots $(ARGS)

# In this order: base is the constraint of the other two. uv comes from pip: pip install uv
.PHONY: lock
lock: ## resolve requirements/*.in into hashed *.txt (needs uv)
	@command -v uv > /dev/null || { echo "uv is missing: pip install uv"; exit 1; }
	@cd requirements && for set in base speech scale dev; do uv pip compile --quiet --python-version 3.11 --universal \
		--generate-hashes --no-header --no-annotate --no-emit-index-url \
		"$$set.in" --output-file "$$set.txt" || exit 1; done

# Only our own .venv is ours to fill; PYTHON=/another/python is used as it is.
.PHONY: tools
tools:
	@if [ "$(PYTHON)" = .venv/bin/python ]; then \
		CONNECT_REQUIREMENTS=dev python3 -m connect.bootstrap; fi
