# Rooftree: `make demo` shows the main job, `make test` proves it. Everything else is beside them.
UV := $(shell command -v uv 2>/dev/null)
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
PMS ?= buildium
ARGS ?=
export UV_PYTHON_DOWNLOADS := never
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help install demo serve test lint bench soak docs lock clean

help:
	@echo "make demo   watch a tenant's text become a verified work order (simulators, loopback only)"
	@echo "make test   set up and run the tests        make lint   ruff, mypy, import rules"
	@echo "make serve  run the server                  make bench  ratios against peers"
	@echo "make soak   long loops                      make docs   write the generated parts of the documents"

install: .venv/.installed
	@echo "Rooftree is installed: $(BIN)/rooftree --help"

.venv/.installed: pyproject.toml uv.lock requirements/base.txt
	@$(call setup,base,--no-default-groups)
	@touch $@

.venv/.dev: pyproject.toml uv.lock requirements/dev.txt
	@$(call setup,dev,--group dev)
	@touch $@ .venv/.installed

.venv/.bench: pyproject.toml uv.lock requirements/bench.txt
	@$(call setup,bench,--group dev --group bench)
	@touch $@ .venv/.dev .venv/.installed

demo: .venv/.installed
	@$(BIN)/rooftree demo --pms $(PMS) $(ARGS)

serve: .venv/.installed
	@$(BIN)/rooftree serve $(ARGS)

test: .venv/.dev
	$(BIN)/pytest -q -n 2 $(ARGS)

lint: .venv/.dev
	$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && $(BIN)/lint-imports --no-cache

bench: .venv/.bench
	$(BIN)/python -m bench $(ARGS)

soak: .venv/.dev
	$(BIN)/python -m tests.reliability.soak $(ARGS)

docs: .venv/.dev
	$(BIN)/python -m tests.docs.write

lock:
	uv lock
	uv export -q --frozen --no-default-groups --no-emit-project -o requirements/base.txt
	uv export -q --frozen --group dev --no-emit-project -o requirements/dev.txt
	uv export -q --frozen --group dev --group bench --no-emit-project -o requirements/bench.txt

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache

# uv where it is present, else venv and pip with the same pinned hashes.
ifdef UV
setup = echo "Installing with uv ..." && uv sync -q --frozen $(2)
else
setup = test -n "$(PYTHON)" || { echo "Rooftree needs Python 3.11 or newer."; exit 1; }; \
	echo "Installing with venv and pip (about a minute) ..." && \
	{ test -x $(BIN)/pip || $(PYTHON) -m venv .venv; } && \
	$(BIN)/pip install -q --require-hashes -r requirements/$(1).txt && $(BIN)/pip install -q --no-deps -e .
endif
