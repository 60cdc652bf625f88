# Koe: `make run` starts the app, `make test` runs the tests. Both first set up
# whatever is missing; the second time there is nothing to set up.

PYTHON = .venv/bin/python
HOST ?= localhost
PORT ?= 8501
ARGS ?=

# TensorFlow's own log stays out of the way; Python still raises its errors.
export TF_CPP_MIN_LOG_LEVEL ?= 3

.PHONY: help run kiosk test check lint format bench setup setup-test gpu lock clean
.DEFAULT_GOAL := help

help:
	@echo "make run      start the app at http://$(HOST):$(PORT)  (HOST=0.0.0.0 PORT=8080 to change)"
	@echo "make kiosk    the same with a page for exhibitions, http://$(HOST):$(PORT)/kiosk"
	@echo "make test     run the tests, two at a time       (ARGS='tests/music -k text' to choose)"
	@echo "make check    format, lint, types and tests, as they must be for a commit"
	@echo "make format   lay out the code and sort its imports"
	@echo "make bench    measure how fast Koe is             (ARGS='continuation midi' to choose)"
	@echo "make setup    set up again, asking the system for what was missing"
	@echo "make gpu      add the CUDA libraries for an NVIDIA GPU (about 3 GB)"
	@echo "make lock     write constraints.txt from what is installed"
	@echo "make clean    remove the environment and all caches"

run:
	@sh tools/setup.sh app
	@exec $(PYTHON) tools/serve.py --host "$(HOST)" --port "$(PORT)"

kiosk:
	@sh tools/setup.sh app
	@echo "The screen: KOE_KIOSK_ADDRESS=http://$(HOST):$(PORT)/kiosk sh docs/operating/koe-kiosk.sh"
	@KOE_KIOSK=1 exec $(PYTHON) tools/serve.py --host "$(HOST)" --port "$(PORT)"

test: setup-test
	@exec $(PYTHON) -m pytest $(or $(ARGS),--numprocesses 2)

check: lint test

lint: setup-test
	@$(PYTHON) -m ruff format --check .
	@$(PYTHON) -m ruff check .
	@$(PYTHON) -m mypy

format: setup-test
	@$(PYTHON) -m ruff check --fix --select I .
	@$(PYTHON) -m ruff format .

bench: setup-test
	@exec $(PYTHON) -m benchmarks $(ARGS)

setup:
	@sh tools/setup.sh --again app

setup-test:
	@sh tools/setup.sh test

gpu:
	@sh tools/setup.sh gpu

lock: setup-test
	@$(PYTHON) tools/lock.py
	@$(PYTHON) -m tools.parts

clean:
	rm -rf .venv .pytest_cache .ruff_cache .mypy_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
