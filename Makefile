# The two commands of the README: `make demo` and `make test`. Both set up what they need. `make test-browser` and
# `make test-sql` are for CI too.
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
export PYTHONUTF8 = 1

.PHONY: demo test test-browser test-sql test-lowest audit-dependencies check fix golden docs lock bench worst fuzz clean

DEMO = $(addprefix examples/,langfang-change.json $(DEMO_OTHERS))
DEMO_OTHERS = dongying-accepted-unreviewed.json lushan-off-plan-early-start.json shizuishan-region-skipped.json yunan-fees-over-threshold.json

demo: $(VENV)/user
	@echo '$$ govproj check $(DEMO) --as-of 2026-06-30'
	@$(BIN)/govproj check $(DEMO) --as-of 2026-06-30 || test $$? -eq 1 -o $$? -eq 3

test: $(VENV)/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/pytest -n 2
	$(BIN)/govproj lint
	$(BIN)/govproj test

check: test

# What a test needs of Debian: the packages, and the question whether they are there; if not, they are installed.
define from_debian
	@if $(2); then exit 0; fi; \
	if test "$$(id -u)" -ne 0 || ! command -v apt-get >/dev/null; then \
		echo 'make $@ needs $(1); as root on Debian: apt-get update && apt-get install $(1)' >&2; \
		exit 1; \
	fi; \
	echo 'installing $(1)'; \
	apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install --no-install-recommends $(1) >/dev/null
endef

# The pages in a real Chromium. It, its driver and a Chinese font are Debian's; what is missing is installed.
BROWSER = chromium chromium-driver fonts-noto-cjk

test-browser: $(VENV)/dev
	$(call from_debian,$(BROWSER),test -x /usr/bin/chromium && test -x /usr/bin/chromedriver && fc-list :lang=zh | grep -q .)
	$(BIN)/pytest tests/browser

# The SQL of every city in DuckDB, PostgreSQL and Spark. The server and the Java that Spark needs are Debian's; what is
# missing is installed. The tests start the server themselves, in a folder of their own.
SQL = postgresql default-jre-headless

test-sql: $(VENV)/dev
	$(call from_debian,$(SQL),ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 && command -v java >/dev/null)
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r tests/sql/requirements.txt
	$(BIN)/pytest -n 2 --dist loadgroup tests/sql

# The suite with the oldest versions that pyproject.toml promises to work with; tools as in the development lock.
LOWEST = .venv-lowest

test-lowest: $(LOWEST)/made
	$(LOWEST)/bin/pytest -n 2

$(LOWEST)/made: pyproject.toml requirements-dev.lock requirements-lowest.lock
	@test -x $(LOWEST)/bin/python || $(PYTHON) -m venv $(LOWEST)
	@$(LOWEST)/bin/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@$(LOWEST)/bin/pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements-lowest.lock
	@$(LOWEST)/bin/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

# Known vulnerabilities of everything pinned. Needs the network, and says so where it has none (exit 3).
AUDIT = .venv-audit

audit-dependencies:
	@test -x $(AUDIT)/bin/pip-audit || { $(PYTHON) -m venv $(AUDIT) && \
		$(AUDIT)/bin/pip install --quiet --disable-pip-version-check pip-audit==2.10.1; } || \
		{ rm -rf $(AUDIT); echo 'not known: pip-audit could not be installed (no network?)'; exit 3; }
	@$(PYTHON) .ci/audit_dependencies.py $(AUDIT)/bin/pip-audit requirements-dev.lock requirements-lowest.lock

fix: $(VENV)/dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

golden: $(VENV)/dev
	$(BIN)/pytest --update-golden

# Has an environment of its own, with the rule engines that are measured beside this one. ARGS=--quick tries it out.
bench: bench/.venv/made
	@bench/.venv/bin/python -m bench $(ARGS)

bench/.venv/made: bench/requirements.txt bench/install.py pyproject.toml
	@$(PYTHON) bench/install.py
	@touch $@

# The worst inputs that are accepted, and those just beyond: time and memory of whole commands. ARGS='"rules, table"' picks.
worst: $(VENV)/dev
	@$(BIN)/python -m bench.worst $(ARGS)

# Has an environment of its own as well. EXAMPLES: inputs by Hypothesis; TIME: seconds of the processor for each target; TARGET: only one; ARGS=--keep adds
# small new inputs to the kept ones. What is found goes to fuzz/found.
TIME ?= 600
EXAMPLES ?= 2000
fuzz: fuzz/.venv/made $(VENV)/dev
	@FUZZ_EXAMPLES=$(EXAMPLES) $(BIN)/pytest tests/test_fuzz.py
	@fuzz/.venv/bin/python -m fuzz --time $(TIME) $(if $(TARGET),--target $(TARGET)) $(ARGS)

fuzz/.venv/made: fuzz/requirements.txt pyproject.toml
	@test -x fuzz/.venv/bin/python || $(PYTHON) -m venv fuzz/.venv
	@fuzz/.venv/bin/pip install --quiet --disable-pip-version-check -r fuzz/requirements.txt
	@fuzz/.venv/bin/pip install --quiet --disable-pip-version-check --no-deps -e .
	@touch $@

docs: $(VENV)/dev
	$(BIN)/govproj compare langfang shizuishan dongying yunan lushan --lang zh --format markdown > docs/compare.md

# Everything pinned with hashes: what develops this project, and the oldest versions that users may have.
LOCK = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header pyproject.toml

lock: $(VENV)/dev
	@$(BIN)/pip install --quiet uv
	$(LOCK) --group dev -o requirements-dev.lock
	$(LOCK) --resolution lowest-direct -o requirements-lowest.lock
	@echo pyspark | $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		- -o tests/sql/requirements.txt

# For users: the package and what it needs to run. For developers: everything, at the pinned versions.
$(VENV)/user: pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@test -e $(VENV)/dev || $(BIN)/pip install --quiet --disable-pip-version-check -e .
	@touch $@

$(VENV)/dev: pyproject.toml requirements-dev.lock
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

clean:
	rm -rf $(VENV) $(LOWEST) $(AUDIT) bench/.venv fuzz/.venv fuzz/found build dist .mypy_cache .ruff_cache .hypothesis
