# Everything a developer types. `make` alone lists it.
PYTHON ?= python3
VENV   ?= .venv
SHARED ?= ../shared
BIN     = $(VENV)/bin
PYTEST ?= -n auto --dist loadfile

.DEFAULT_GOAL := help
.PHONY: help messages venv demo serve-demo test lint docs site wheel sbom bench bench-room bench-search bench-relevance bench-export score faults browser searching everything lock clean preservation standards bench-warc bench-capture bench-custody bench-scale bench-strangers cluster bench-takedown bench-reading bench-reread bench-memory installed growth handbook

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

venv: $(VENV)/installed ## the environment in .venv, from hash-locked requirements (PYTHON=python3.13 chooses another)

# Remade only when the locks or the project's own metadata change.
$(VENV)/installed: requirements/dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "$(PYTHON) is older than Python 3.11: name a newer one, e.g. make $(MAKECMDGOALS) PYTHON=python3.13" >&2; exit 2; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "$(PYTHON) has no venv module: apt-get install python3-venv (Debian, Ubuntu)" >&2; exit 2; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/installed-%: requirements/%.txt $(VENV)/installed
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r $<
	@touch $@

demo: $(VENV)/installed ## the whole road on the sample site: crawl, search, cite, verify
	$(BIN)/python -m demo

serve-demo: $(VENV)/installed ## the sample site alone, on loopback, until Ctrl-C
	$(BIN)/python -m demo.serve

# They write and sync a hundred thousand small files: in memory where there is room, for a disk lets them wait for each.
test: $(VENV)/installed ## the tests, without those in tests/slow
	@room=$$(grep -qs ' /dev/shm .*noexec' /proc/mounts || df -Pk /dev/shm 2>/dev/null | awk 'NR == 2 { print $$4 }'); \
	if [ "$${room:-0}" -gt 2000000 ] && made=$$(mktemp -d -p /dev/shm); then \
	  chmod 711 "$$made"; trap 'rm -rf "$$made"' EXIT; trap 'exit 130' INT TERM; export TMPDIR="$$made"; fi; \
	$(BIN)/python -m pytest -q --ignore=tests/slow $(PYTEST)

lint: $(VENV)/installed ## ruff, mypy, and whether the documents still say what the code does
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/mypy -p demo -p bench -p docs -p release
	$(BIN)/cog --check -I . README.md docs/*.md

messages: $(VENV)/installed ## brings the Vietnamese catalogue up to what the code says; fails while a translation is missing
	$(BIN)/python -m tools.messages

docs: $(VENV)/installed ## writes again what documents, man page and shell completion take from the code
	$(BIN)/cog -r -I . README.md docs/*.md
	$(BIN)/python -m docs.shown
	$(BIN)/python -m release.printed

site: $(VENV)/installed-docs ## the documentation site in build/site, warnings are errors
	$(BIN)/mkdocs build --strict --quiet

bench: $(VENV)/installed-bench ## the road beside bare Scrapy, in one run (ARGUMENTS="--rounds 3 --pages 600" for a short one)
	$(BIN)/python -m bench.road $(ARGUMENTS)

wheel: $(VENV)/installed ## the wheel in dist/; the same commit gives the same bytes
	SOURCE_DATE_EPOCH=$$(git log -1 --format=%ct) $(BIN)/python -m hatchling build -t wheel

sbom: $(VENV)/installed ## the bill of materials in build/sbom.cdx.json
	@mkdir -p build
	$(BIN)/python -m release.sbom > build/sbom.cdx.json

score: $(VENV)/installed-bench ## reads the recorded pages and portals in SHARED=../shared beside trafilatura and other readers, and scores them
	$(BIN)/python -m bench.score $(SHARED)
	$(BIN)/python -m bench.reading --score $(SHARED)
	$(BIN)/python -m bench.calibrate $(SHARED) --judge
	$(BIN)/python -m bench.portals $(SHARED)

faults: $(VENV)/installed ## the whole fault matrix of docs/crawling.md: kills, disk full, hostile servers (20 minutes)
	$(BIN)/python -m pytest -q tests/slow/faults
	$(BIN)/python -m pytest -q -m fault tests --ignore=tests/slow

handbook: $(VENV)/installed ## every command of the handbook typed, in both languages: tests/slow/handbook (2 minutes)
	$(BIN)/python -m pytest -q tests/slow/handbook

preservation: $(VENV)/installed ## every flipped bit found, a takedown killed at every step: tests/slow/preservation (3 minutes)
	$(BIN)/python -m pytest -q -s tests/slow/preservation

# Programs that judge what we write, each in an environment of its own: pywb is GPL, and none of them is a dependency.
STANDARDS = build/standards/bin
PYWB = build/pywb/bin
build/%/installed: requirements/%.txt
	test -x build/$*/bin/python || $(PYTHON) -m venv build/$*
	build/$*/bin/python -m pip install -q --disable-pip-version-check --no-deps --require-hashes -r $<
	@touch $@

standards: $(VENV)/installed build/standards/installed build/pywb/installed ## what we write, before programs of others (wacz, bagit, cdxj-indexer, pywb, a Memento client, Sickle)
	BAOTINH_STANDARDS=$(STANDARDS) BAOTINH_PYWB=$(PYWB) $(BIN)/python -m pytest -q tests/warc/test_warc_standards.py tests/slow/standards

bench-reading: $(VENV)/installed-bench ## CPU of reading a page in SHARED=../shared and generated ones, known layout or not, beside lxml's parse and trafilatura
	$(BIN)/python -m bench.reading --speed $(SHARED) $(ARGUMENTS)

bench-reread: $(VENV)/installed ## stored captures read again, and a rebuild beside a crawl's own reading and filing
	$(BIN)/python -m bench.reread $(ARGUMENTS)
	$(BIN)/python -m bench.reread --rebuild $(ARGUMENTS)

bench-memory: $(VENV)/installed ## whether a crawl's memory stays flat (ARGUMENTS="--pages 50000")
	$(BIN)/python -m bench.memory $(ARGUMENTS)

bench-warc: $(VENV)/installed-bench ## WARC written, read and verified beside warcio, FastWARC and sha256sum
	$(BIN)/python -m bench.warc $(ARGUMENTS)

bench-capture: $(VENV)/installed ## what keeping a page costs a crawl, beside the same fetch without it
	$(BIN)/python -m bench.capture $(ARGUMENTS)

bench-custody: $(VENV)/installed ## verify, recover and index beside sha256sum (ARGUMENTS="--captures 1000000": 20 minutes, 4 GB)
	$(BIN)/python -m bench.custody $(ARGUMENTS)

bench-takedown: $(VENV)/installed ## one article taken down out of archives of two sizes (ARGUMENTS="--sizes 10000,100000": minutes)
	$(BIN)/python -m bench.takedown $(ARGUMENTS)

bench-scale: $(VENV)/installed-bench ## how each stage grows with the archive, to a million articles: hours (ARGUMENTS="--sizes 1000,10000")
	$(BIN)/python -m bench.scale $(ARGUMENTS)

bench-strangers: $(VENV)/installed ## readers on sites in templates by strangers; needs pip's and npm's registries (ARGUMENTS="--only marmite")
	$(BIN)/python -m bench.strangers $(ARGUMENTS)

browser: $(VENV)/installed-browser ## the reading room in Debian's Chromium, which root has installed: tests/slow/browser, build/screenshots
	@command -v chromium >/dev/null || { test "$$(id -u)" = 0 && apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
	  apt-get install -y -qq --no-install-recommends chromium fonts-noto-core nginx >/dev/null; } || { \
	  echo "chromium is missing: apt-get install chromium" >&2; exit 2; }
	$(BIN)/python -m pytest -q -s tests/slow/browser $(ARGUMENTS)

bench-search: $(VENV)/installed-bench ## forty questions to 100,000 articles, beside plain FTS5 and Tantivy (ARGUMENTS="--articles 1000000")
	$(BIN)/python -m bench.search $(ARGUMENTS)

bench-relevance: $(VENV)/installed-bench ## how well the best hits stand first: nDCG@10 of forty judged queries, beside FTS5's bm25 and Tantivy
	$(BIN)/python -m bench.relevance $(ARGUMENTS)

bench-export: $(VENV)/installed-bench ## memory and time of every form of export, of 20,000 articles and of a tenth of them
	$(BIN)/python -m bench.exporting $(ARGUMENTS)

searching: $(VENV)/installed ## 20,000 random queries, 5,200 against a plain reading, eight searchers beside a crawl: tests/slow/search
	$(BIN)/python -m pytest -q -s tests/slow/search

bench-room: $(VENV)/installed ## the reading room over 100,000 articles: server time, 50 readers, size of pages, start-up
	$(BIN)/python -m bench.room $(ARGUMENTS)

everything: $(VENV)/installed $(VENV)/installed-browser build/standards/installed build/pywb/installed ## every slow suite whole, each in a process of its own, and one table (ARGUMENTS="faults browser" for some)
	@for tool in openssl nginx wget chromium; do command -v $$tool >/dev/null || { \
	  echo "$$tool is missing: apt-get install openssl nginx wget chromium" >&2; exit 2; }; done
	$(BIN)/python -m release.everything $(ARGUMENTS)

growth: $(VENV)/installed ## no public function that takes text costs its square: each is found and measured, tests/slow/growth
	$(BIN)/python -m pytest -q -n auto tests/slow/growth

installed: $(VENV)/installed ## the wheel in a bare environment, from the package index: all is there, pages are read each way
	$(BIN)/python -m pytest -q -rs tests/slow/installed

cluster: $(VENV)/installed ## ten machines crawl ten sites, merged while they crawl, one lost and restored: tests/slow/cluster
	$(BIN)/python -m pytest -q tests/slow/cluster

lock: ## writes requirements/*.txt again from pyproject.toml (needs uv)
	uv pip compile $(LOCK) pyproject.toml -o requirements/runtime.txt
	uv pip compile $(LOCK) pyproject.toml --group dev -c requirements/runtime.txt -o requirements/dev.txt
	uv pip compile $(LOCK) --group pyproject.toml:standards -o requirements/standards.txt
	uv pip compile $(LOCK) --group pyproject.toml:pywb -o requirements/pywb.txt
	uv pip compile $(LOCK) --group pyproject.toml:build -c requirements/dev.txt -o requirements/build.txt
	uv pip compile $(LOCK) pyproject.toml --group dev --group bench -c requirements/dev.txt -o requirements/bench.txt
	uv pip compile $(LOCK) pyproject.toml --group docs -c requirements/dev.txt -o requirements/docs.txt
	uv pip compile $(LOCK) pyproject.toml --group browser -c requirements/dev.txt -o requirements/browser.txt

LOCK = -q --universal --generate-hashes --python-version 3.11 --no-config --no-emit-index-url --custom-compile-command "make lock"

clean: ## removes the environment and everything made by tools; archives stay
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
