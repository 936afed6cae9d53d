# What to do with this repository. Everything is done by `xtask/`; these are short names for it.

XTASK = cargo xtask
# Where cargo builds; only asked when it is not `target`.
CLAIM = $(CARGO_TARGET_DIR)/.clone

.PHONY: help run test build dev bench size fuzz-api fmt clean tool

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: tool ## install what is missing, build everything, run the demo (ARGS="--listen 127.0.0.1:4000")
	@$(XTASK) run $(ARGS)

test: tool ## run every test suite, or some of them (SUITES="fmt rust")
	@$(XTASK) test $(SUITES)

build: tool ## build the one file to deploy, target/release/switchboard
	@$(XTASK) build

dev: tool ## run the demo, and build and restart it on every change
	@$(XTASK) dev $(ARGS)

bench: tool ## measure start, memory, intake, sending, reading back and reading against their targets (PARTS="start")
	@$(XTASK) bench $(PARTS)

size: tool ## print the sizes of the browser bundle against its budget
	@$(XTASK) size

fuzz-api: tool ## ask the API for whatever its document allows, and for what it does not, for ten minutes
	@$(XTASK) fuzz-api

fmt: tool ## format the code
	@$(XTASK) fmt

clean: ## remove what was built
	cargo clean

# Cargo tells two clones of this repository on one target folder apart by the age of their files alone, and would take
# one's crates for the other's. So a clone that finds the folder in another's hands makes its own files new.
# `cargo xtask` is silent, and the first build of xtask takes a minute: here it is seen.
tool:
ifdef CARGO_TARGET_DIR
	@mkdir -p "$(CARGO_TARGET_DIR)"
	@if [ "$$(cat "$(CLAIM)" 2>/dev/null)" != "$(CURDIR)" ]; then \
		find . \( -name target -o -name node_modules -o -name .git \) -prune -o -name '*.rs' -exec touch {} +; \
		echo "$(CURDIR)" > "$(CLAIM)"; \
	fi
endif
	@cargo build --package xtask
