# The two commands of the README, and a few for working on specmill itself. All that they need is Python 3.11 or later, with pip.
# They make their own .venv, again whenever pyproject.toml changes; uv is used where it is installed.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

PYTHONS ?= python3.11 python3.12 python3.13 python3.14
OF_GENERATED := $(addprefix tests/test_,python_target.py package_layout.py library.py samples.py checks.py patterns.py hostile_data.py oracle.py)

.PHONY: generate test pythons fuzz lint update conformance examples bench bench-serializers bench-generation

generate: $(READY)  ## make generated/ from spec/
	$(BIN)/specmill generate

test: lint  ## all checks: style, types, tests
	$(BIN)/pytest -n auto

pythons:  ## the tests of generated code on each of PYTHONS that is there (with pyenv: PYENV_VERSION=3.12.1:3.13.0 make pythons)
	for python in $(PYTHONS); do \
	    if $$python -c pass 2>/dev/null; then \
	        echo $$python && $$python tests/make_venv.py $(VENV)/$$python && $(VENV)/$$python/bin/pytest -n auto $(OF_GENERATED) || exit 1; \
	    else \
	        echo "$$python is not there"; \
	    fi; \
	done

fuzz: $(READY)  ## the tests that try at random, a hundred times as long
	$(BIN)/pytest -n auto --fuzz 100 tests/test_fuzz.py tests/test_hostile.py tests/test_hostile_data.py

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/black --check --quiet .
	$(BIN)/mypy

update: $(READY)  ## rewrite what the tests expect, and generated/
	$(BIN)/specmill generate
	$(BIN)/pytest -n auto --update tests/test_cases.py tests/test_samples.py

conformance: $(READY)  ## how exactly the generated code means what schemas say: docs/conformance.md
	$(BIN)/python tests/conformance/report.py

examples: $(READY)  ## run every example on every page of every document of the corpora: takes an hour
	$(BIN)/pytest -n auto --everything tests/test_examples.py

bench: $(READY)  ## how long the commands take
	$(BIN)/python benchmarks/first_look.py

bench-serializers: $(VENV)/bench/.ready  ## what we generate beside the libraries that do the same: docs/performance.md
	$(VENV)/bench/bin/python benchmarks/serializers.py --write

bench-generation: $(VENV)/bench/.ready  ## specmill beside other generators, on a folder of large specs: make bench-generation CORPUS=folder NODE=node_modules/.bin
	$(VENV)/bench/bin/python benchmarks/generation.py $(CORPUS) $(if $(NODE),--node $(NODE)) --write

$(VENV)/bench/.ready: pyproject.toml
	$(PYTHON) tests/make_venv.py $(VENV)/bench bench
	touch $@

$(READY): pyproject.toml
	$(PYTHON) tests/make_venv.py $(VENV)
	touch $@
