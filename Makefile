# The two commands of the README are `make demo` and `make test`; each sets up .venv first and takes moments when that is done.
SHELL := /bin/sh
BIN := .venv/bin
PYTEST_WORKERS ?= auto
DEMO_SECONDS ?= 60
TEST_TOOLS := hatchling|httpx2|hypothesis|import-linter|jsonschema|pypdf|pytest|pytest-xdist|schemathesis|selenium-axe-python
LOCALE := src/spasmograph/data/locale
LOCK := uv pip compile --quiet pyproject.toml --universal --python-version 3.11 --fork-strategy fewest --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-annotate --custom-compile-command "make lock"

.PHONY: help demo test lint types pytest docs translations wheel revalidation bench lock lowest run dev clean
.NOTPARALLEL:

help:
	@echo "make demo          make a test film and a test EMG and measure them; prints where the reports are"
	@echo "make test          all checks: ruff, mypy, import-linter, pytest"
	@echo "make lint types    the first three alone"
	@echo "make docs          the pages that repeat what the command line says of itself"
	@echo "make translations  every string for people into the catalogues of other languages"
	@echo "make wheel         build the wheel into dist/"
	@echo "make revalidation  accuracy against known truth; writes docs/validity.md"
	@echo "make bench         speed and memory; writes docs/speed.md, docs/speed-emg.md and docs/speed-web.md"
	@echo "make lock          resolve the lock files again (needs uv)"
	@echo "make lowest        the tests with the lowest versions that pyproject.toml allows (needs uv)"

run:
	@.ci/venv requirements.txt

dev:
	@.ci/venv requirements-dev.txt

demo: run
	@mkdir -p demo
	$(BIN)/spasmograph phantom --out demo/phantom.mp4 --seconds $(DEMO_SECONDS)
	$(BIN)/spasmograph analyze demo/phantom.mp4 --out demo --task rest
	$(BIN)/spasmograph simulate hemifacial --out demo/emg.edf --seconds $(DEMO_SECONDS)
	$(BIN)/spasmograph emg demo/emg.edf --out demo --task rest
	@echo
	@echo "The report on the film: $(CURDIR)/demo/phantom/report.html, for paper report.pdf"
	@echo "The report on the EMG:  $(CURDIR)/demo/emg/report.html, for paper report.pdf"

test: lint types pytest

lint: dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

types: dev
	$(BIN)/mypy

pytest: dev
	$(BIN)/pytest -n $(PYTEST_WORKERS) --dist worksteal

docs: dev
	$(BIN)/python -m spasmograph.cli.reference docs

# New strings come without a translation; strings that are gone leave the catalogue.
translations: dev
	$(BIN)/pybabel --quiet extract --mapping-file babel.cfg --keyword _ --keyword texts:1,2 --add-location file --sort-by-file --width 150 \
		--project Spasmograph --copyright-holder "The Spasmograph authors" --output-file $(LOCALE)/messages.pot src/spasmograph
	$(BIN)/pybabel --quiet update --input-file $(LOCALE)/messages.pot --output-dir $(LOCALE) --no-fuzzy-matching --ignore-obsolete \
		--ignore-pot-creation-date --width 150
	@echo "Translate what is empty in $(LOCALE)/*/LC_MESSAGES/messages.po; tests/unit/test_translations.py says what is missing."

wheel: dev
	rm -rf dist
	$(BIN)/pip wheel --quiet --no-deps --wheel-dir dist .
	@ls -l dist

revalidation: dev
	$(BIN)/python -m revalidation

bench: dev
	$(BIN)/python -m bench
	$(BIN)/python -m bench.emg
	$(BIN)/python -m bench.web

lock:
	$(LOCK) --output-file requirements.txt
	$(LOCK) --group dev --extra notebook --extra postgresql --constraint requirements.txt --output-file requirements-dev.txt
	$(subst pyproject.toml,,$(LOCK)) --group peers --output-file requirements-peers.txt

lowest:
	uv venv --quiet --clear --python 3.11 .venv-lowest
	uv pip install --quiet --python .venv-lowest --resolution lowest-direct --editable ".[notebook,postgresql]" \
		$$(grep -oE '^($(TEST_TOOLS))==[^ ;]+' requirements-dev.txt)
	.venv-lowest/bin/python -m pytest -n $(PYTEST_WORKERS) --dist worksteal

clean:
	rm -rf .venv .venv-lowest build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache src/spasmograph/data/models
