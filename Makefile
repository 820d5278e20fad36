# Vermilion (朱印). `make help` lists what there is; both `make demo` and `make test` set up everything they need.
.DEFAULT_GOAL := help
.PHONY: help demo run test audit lint style types format baseline bench late fuzz torture interoperability setup lock compile-lock clean
PORT ?= 8000
# One more than the smallest machine has cores: each waits for its database and its browser now and then.
WORKERS ?= 3
B := .venv/bin
# Many short processes are started; without compiled modules each takes seconds longer.
unexport PYTHONDONTWRITEBYTECODE

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 10

demo: ## from nothing to a running demo that has sold one policy; Ctrl-C ends it, ONCE=1 ends by itself
	@tools/setup run
	@exec $(B)/vermilion run --demo --port $(PORT) --then-demo $(if $(ONCE),--once)

run: ## run the platform (settings: docs/operator.md)
	@tools/setup run
	@exec $(B)/vermilion run --port $(PORT)

setup: ## make .venv/ with everything for development
	@tools/setup test

lint: style types ## style, types, import rules, migrations, translations

style: setup
	$(B)/ruff check .
	$(B)/ruff format --check .
	$(B)/lint-imports
	@# By the product's settings, whose database is not asked: the tests' would start one.
	VERMILION_HOME=.mypy_cache/home DJANGO_SETTINGS_MODULE=vermilion.site.settings $(B)/python -W ignore -m django makemigrations --check --dry-run
	$(B)/python tools/translations.py check

types: setup
	VERMILION_HOME=.mypy_cache/home $(B)/mypy

format: setup ## put the code into shape
	$(B)/ruff check --fix .
	$(B)/ruff format .

test: setup ## lint and all tests, the browser's too
	@# Style and types are looked at beside the tests: on their own they leave all cores but one idle for most of two minutes.
	@mkdir -p .mypy_cache; $(MAKE) --no-print-directory lint >.mypy_cache/said 2>&1 & lint=$$!; \
	$(B)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder; tests=$$?; \
	wait $$lint || { cat .mypy_cache/said; exit 1; }; exit $$tests

baseline: setup ## write the schema that an empty database begins with anew, from the migrations
	$(B)/python tools/make_baseline.py >.baseline.sql && mv .baseline.sql src/vermilion/base/database/baseline.sql

audit: setup ## ask the network for known vulnerabilities of what we depend on
	AUDIT=1 $(B)/python -m pytest tests/tools/test_audit.py

bench: setup ## measure, next to the peer in the same run
	$(B)/vermilion bench seal
	$(B)/vermilion bench verify
	$(B)/vermilion bench issue

interoperability: setup ## ask other people's verifiers and write docs/interoperability.md
	WRITE_INTEROPERABILITY=1 $(B)/python -m pytest -q tests/interop

late: setup ## the browser's tests with every page half a second (LATE) late, to find what reads a page before it is there
	LATE=$(or $(LATE),0.5) $(B)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder tests/browser

fuzz: setup ## change own signed files in 100,000 ways (COUNT) and ask the verifier; an hour or many
	$(B)/python tools/fuzz_verifier.py --count $(or $(COUNT),100000)

torture: setup ## give the verifier hostile files of 50 MB (MEGABYTES) and measure time and memory
	$(B)/python tools/torture_verifier.py --megabytes $(or $(MEGABYTES),50)

lock: setup ## take newer versions of what we depend on into the locks
	UV_PYTHON_DOWNLOADS=never $(B)/uv lock -q --upgrade
	$(MAKE) compile-lock

compile-lock: ## write the locks from uv.lock (which stays out of the repository: it names hosts)
	UV_PYTHON_DOWNLOADS=never $(B)/uv lock -q
	UV_PYTHON_DOWNLOADS=never $(B)/uv export -q --frozen --format requirements-txt --no-emit-project --no-dev --group build --no-header -o requirements.lock
	UV_PYTHON_DOWNLOADS=never $(B)/uv export -q --frozen --format requirements-txt --no-emit-project --all-groups --no-header -o requirements-dev.lock
	echo uv | UV_PYTHON_DOWNLOADS=never $(B)/uv pip compile -q --universal --generate-hashes --no-header --no-annotate - -o tools/uv.lock.txt

clean: ## remove the environment and caches; the instance in var/ stays
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .import_linter_cache dist
