# `make demo` shows what it does; `make test` proves it. Both set themselves up.

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python3.10; do \
	$$p -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))' 2>/dev/null \
	&& { echo $$p; break; }; done)

NOTEBOOK := ../shared/seed/gradients.ipynb

.PHONY: demo test quick coverage docs bench clean

demo: .venv-demo/ready
	@echo '$$ autograd-lint check' $(wildcard $(NOTEBOOK)) examples
	@.venv-demo/bin/autograd-lint check --exit-zero $(wildcard $(NOTEBOOK)) examples

test: .venv/ready
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/mypy
	.venv/bin/lint-imports
	.venv/bin/pytest -q -n auto
	.venv/bin/autograd-lint confirm

quick: .venv/ready
	.venv/bin/pytest -q -n auto -m 'not slow'

coverage: .venv/ready
	.venv/bin/pytest -q -n auto -m 'not slow' --cov=autograd_lint --cov-report=term-missing:skip-covered --cov-fail-under=95

docs: .venv-docs/ready
	.venv-docs/bin/python docs/pages.py
	.venv-docs/bin/mkdocs build --quiet --strict

bench: .venv/ready
	.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps timm==1.0.31
	.venv/bin/python benchmarks/whole_command.py

# The demo's environment is that of a user who has no torch.
.venv-demo/ready: pyproject.toml
	$(call environment,.venv-demo,.)

.venv/ready: pyproject.toml
	$(call environment,.venv,.[test])

.venv-docs/ready: pyproject.toml
	$(call environment,.venv-docs,.[docs])

define environment
	@test -n '$(PYTHON)' || { echo 'Python 3.10 or later with venv is needed'; exit 1; }
	$(PYTHON) -m venv $(1)
	$(1)/bin/python -m pip install --quiet --disable-pip-version-check --editable '$(2)'
	@touch $@
endef

clean:
	rm -rf .venv .venv-demo .venv-docs build dist site
