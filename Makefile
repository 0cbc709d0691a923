# M3ak's commands. `make run` and `make test` need Python >= 3.11 and make, nothing else.
# Every target is a file that says what is done already, so that a second `make run` starts at once.
# ARGS is handed on: make run ARGS="--port 9000", make test ARGS="-k testimony".

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
MAKEFLAGS += --no-builtin-rules

# Without the bytecode of the first run each further start would take seconds.
unexport PYTHONDONTWRITEBYTECODE
PYTHON ?=
ARGS ?=
bin := .venv/bin
rooms := bot nlu dialogs handoff store
compile = .uv/uv pip compile --quiet --upgrade --generate-hashes --no-emit-index-url --no-annotate --python-version 3.11

# --- for people -------------------------------------------------------------------------------------------------------

.PHONY: help setup run chat test lint format bench bench-nlu bench-turns bench-desk growth fuzz sbom audit chaos lock rasa test-rasa clean

help:
	@echo "make run        the whole helpline on this machine: simulator, desk, channels"
	@echo "make chat       a chat in the terminal"
	@echo "make test       the linters and the whole test suite"
	@echo "make setup      the environment, the model and the database; starts nothing"
	@echo "make lint       ruff, mypy and the import rules; make format mends the layout"
	@echo "make bench      how fast messages are understood and turns are kept, side by side"
	@echo "make growth     the same with up to a million stored conversations (half an hour, 10 GB of disk)"
	@echo "make fuzz       200,000 mutated bodies and forms at the whole application, within an hour"
	@echo "make chaos      200 children, 30 kills, failing platforms, on both databases; the counts"
	@echo "make rasa       Rasa 3.6 in its own environment, trained (Python 3.11 alone)"
	@echo "make test-rasa  the tests against a real Rasa server"
	@echo "make sbom       what a helpline runs on, as CycloneDX, in reports/sbom.json"
	@echo "make audit      known holes in the locked versions, where the database of them can be reached"
	@echo "make lock       new locked versions in requirements/"
	@echo "make clean      removes the environments; never the data in var/"

setup: .venv/run.done var/model.npz var/m3ak.db

run: setup
	@exec $(bin)/m3ak run $(ARGS)

chat: setup
	@exec $(bin)/m3ak chat $(ARGS)

# Two at a time: much of the suite waits, for a browser, a database or a platform.
test: setup lint
	@$(bin)/pytest -n 2 --dist loadfile $(ARGS)

lint: .venv/test.done
	@$(bin)/ruff check $(rooms) tests
	@$(bin)/ruff format --check $(rooms) tests
	@$(bin)/mypy --strict $(rooms) tests
	@$(bin)/lint-imports

format: .venv/test.done
	@$(bin)/ruff check --fix $(rooms) tests
	@$(bin)/ruff format $(rooms) tests

bench: bench-nlu bench-turns bench-desk

bench-nlu: setup .venv/test.done
	@$(bin)/python -m tests.rasa.bench

bench-turns: setup .venv/test.done
	@$(bin)/python -m tests.bench.turns

bench-desk: setup .venv/test.done
	@$(bin)/python -m tests.bench.desk $(ARGS)

growth: setup .venv/test.done
	@$(bin)/python -m tests.bench.growth $(ARGS)

sbom: .venv/run.done
	@mkdir -p reports && $(bin)/python -m bot.sbom > reports/sbom.json && echo "reports/sbom.json"

# What could not be looked up counts as a finding: silence must mean that all was looked at.
audit: .uv/bootstrap.done
	@test -x .uv/uv || { echo "make audit needs uv, which could not be installed on this machine." >&2; exit 1; }
	@for name in run train test; do \
	    .uv/uv tool run pip-audit --strict --require-hashes --disable-pip -r requirements/$$name.txt || exit 1; \
	done

fuzz: setup .venv/test.done
	@$(bin)/python -m tests.fuzz $(ARGS)

chaos: setup .venv/test.done
	@$(bin)/python -m tests.chaos $(ARGS)

rasa: .rasa/models/m3ak.tar.gz

test-rasa: setup .venv/test.done rasa
	@$(bin)/pytest tests/rasa -m rasa $(ARGS)

clean:
	rm -rf .venv .uv .rasa

# --- the environment --------------------------------------------------------------------------------------------------

# uv from PATH or from the package index; where it has no wheel for this machine, pip does its work (and .uv/uv is not).
.uv/bootstrap.done: requirements/bootstrap.txt
	@mkdir -p .uv && rm -rf .uv/lib .uv/uv
	@for python in $(or $(PYTHON),python3 python3.14 python3.13 python3.12 python3.11); do \
	    if $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	        $$python -c 'import sys; print(sys.executable)' > .uv/python; break; \
	    fi; \
	done; \
	test -s .uv/python || { echo "M3ak needs Python 3.11 or newer; none was found (name one with make PYTHON=...)." >&2; exit 1; }
	@python="$$(cat .uv/python)"; \
	if uv --version >/dev/null 2>&1; then \
	    ln -s "$$(command -v uv)" .uv/uv; \
	elif $$python -c 'import ensurepip, venv' 2>/dev/null; then \
	    $$python -m venv --clear .uv/lib; \
	    if .uv/lib/bin/python -m pip install --quiet --require-hashes --no-deps -r $<; then ln -s lib/bin/uv .uv/uv; \
	    else echo "uv could not be installed; pip does its work." >&2; fi; \
	elif $$python -m pip --version >/dev/null 2>&1; then \
	    $$python -m pip install --quiet --require-hashes --no-deps --target .uv/lib -r $< && ln -s lib/bin/uv .uv/uv; \
	else \
	    echo "Python lacks its venv and pip modules; install them: apt install python3-venv" >&2; exit 1; \
	fi
	@touch $@

.venv/bin/python: | .uv/bootstrap.done
	@echo "Making the environment in .venv"
	@if test -x .uv/uv; then .uv/uv venv --quiet --clear --python "$$(cat .uv/python)" .venv; \
	else $$(cat .uv/python) -m venv --clear .venv; fi

# What `uv pip` and pip have in common.
define install
@if test -x .uv/uv; then .uv/uv pip install --quiet --python $(bin)/python $(1); \
else $(bin)/python -m pip install --quiet $(1); fi
endef

.venv/run.done: requirements/run.txt requirements/train.txt pyproject.toml .venv/bin/python
	@echo "Installing what the helpline needs"
	$(call install,--require-hashes --no-deps -r requirements/run.txt -r requirements/train.txt)
	$(call install,--no-deps --no-build-isolation -e .)
	@touch $@

.venv/test.done: requirements/test.txt .venv/run.done
	@echo "Installing what the tests need"
	$(call install,--require-hashes --no-deps -r requirements/test.txt)
	@touch $@

# `m3ak train` and `m3ak db upgrade` look for themselves what has changed; the times of their files spare the asking.
var/model.npz: $(wildcard nlu/*.py nlu/*.yml nlu/*/*.py nlu/*/*.yml) | .venv/run.done
	@$(bin)/m3ak train && touch -c $@

var/m3ak.db: $(wildcard store/*.py store/*/*.py store/*/*/*.py) | .venv/run.done
	@$(bin)/m3ak db upgrade && touch -c $@

# The locked versions: hashes, no index address. Rasa's are those of Python 3.11 on Linux, x86-64.
lock: .uv/bootstrap.done
	@test -x .uv/uv || { echo "make lock needs uv, which could not be installed on this machine." >&2; exit 1; }
	$(compile) --universal requirements/bootstrap.in -o requirements/bootstrap.txt
	$(foreach name,run train test,$(compile) --universal --override requirements/leave-out.txt \
	    requirements/$(name).in -o requirements/$(name).txt &&) true
	$(compile) --python-platform x86_64-manylinux_2_28 --override requirements/rasa-overrides.txt \
	    requirements/rasa.in -o requirements/rasa.txt

# --- Rasa -------------------------------------------------------------------------------------------------------------

.rasa/venv/install.done: requirements/rasa.txt | .uv/bootstrap.done
	@test "$$(uname -sm)" = "Linux x86_64" || { echo "Rasa 3.6 is installed on Linux on x86-64 alone." >&2; exit 1; }
	@python=; for candidate in "$$(cat .uv/python)" python3.11; do \
	    python="$$($$candidate -c 'import sys; sys.version_info[:2] == (3, 11) and print(sys.executable)' 2>/dev/null)"; \
	    test -z "$$python" || break; \
	done; \
	test -n "$$python" || { echo "Rasa 3.6 runs on Python 3.11 alone, and there is none here; M3ak itself works without Rasa." >&2; exit 1; }; \
	test -x .uv/uv || { echo "Rasa is installed with uv, which could not be installed on this machine." >&2; exit 1; }; \
	echo "Installing Rasa 3.6 (2.5 GB) in .rasa/venv"; \
	.uv/uv venv --quiet --clear --python "$$python" .rasa/venv
	@.uv/uv pip install --quiet --python .rasa/venv/bin/python --require-hashes --no-deps -r $<
	@touch $@

# Rasa looks for itself what has changed; the time of its model spares the asking, which takes half a minute.
.rasa/models/m3ak.tar.gz: .rasa/venv/install.done config.yml nlu/domain.yml $(wildcard nlu/data/*.yml)
	@echo "Training Rasa (some minutes)"
	@RASA_TELEMETRY_ENABLED=false TF_CPP_MIN_LOG_LEVEL=2 SQLALCHEMY_SILENCE_UBER_WARNING=1 \
	    .rasa/venv/bin/rasa train nlu --config config.yml --domain nlu/domain.yml --nlu nlu/data \
	    --out .rasa/models --fixed-model-name m3ak && touch $@
