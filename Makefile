# The menu: one line of recipe for each verb; what is longer lives in scripts/ and xtask/.
# CI runs `make test` and nothing else, so whatever is red there can be repeated here.

# Outside the checkout, so that clones and work trees on one machine share what was built.
export CARGO_TARGET_DIR ?= $(HOME)/.cache/iter8/target

# Cheap checks first: a misformatted line is told in seconds, not after the long tests.
TEST_STEPS := setup fmt-check tidy lint unit doc gen-check e2e

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help setup demo cluster cluster-up cluster-down test fmt fmt-check tidy lint unit e2e doc gen gen-check oracle deny typos fuzz bench clean-cache

help: ## print this menu
	@sed -n 's/^\([a-z0-9-]*\):.*## \(.*\)/\1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{ printf "  make %-12s %s\n", $$1, $$2 }'

setup: ## install what the tests need and is missing; says first what that is
	@scripts/setup.sh test

demo: ## see iter8 judge a release, in a minute or two
	@scripts/demo.sh

test: ## all that CI checks, in CI's order
	@for step in $(TEST_STEPS); do scripts/step.sh "$$step" $(MAKE) --no-print-directory "$$step" || exit 1; done

fmt: ## format the sources
	cargo fmt --all

fmt-check:
	cargo fmt --all --check

tidy: ## check layers, sizes, marks, links and the code map
	cargo xtask tidy

lint: ## run clippy; warnings are errors
	cargo clippy --workspace --all-targets --locked -- -D warnings

unit: ## run every test that needs no cluster
	cargo test --workspace --exclude iter8-e2e --locked

e2e: ## run the stories on real processes
	cargo test --package iter8-e2e --locked --lib --test it

cluster: ## run the stories in a real Kubernetes cluster, which is started for it
	@scripts/cluster.sh test

cluster-up: ## start a Kubernetes cluster to try things on, and tell how to reach it
	@scripts/cluster.sh up

cluster-down: ## end that cluster and remove what it stored
	@scripts/cluster.sh down

doc: ## build the API documentation; warnings are errors
	RUSTDOCFLAGS="-D warnings" cargo doc --no-deps --workspace --locked

gen: ## write the generated references
	cargo xtask gen

gen-check:
	cargo xtask gen --check

oracle: ## record what Go makes of the template cases; needs Go
	cargo xtask oracle

deny: ## check licences, bans and advisories of all dependencies
	@scripts/tool.sh cargo-deny "cargo install --locked cargo-deny" cargo deny check

typos: ## look for misspelt words
	@scripts/tool.sh typos "cargo install --locked typos-cli" typos

fuzz: ## fuzz one target: make fuzz TARGET=name [SECONDS=60]
	@scripts/fuzz.sh "$(TARGET)" "$(SECONDS)"

bench: ## measure against the peers; prints machine, versions and raw output
	cargo run --release --package iter8-bench --locked

clean-cache: ## remove everything that was built
	cargo clean
