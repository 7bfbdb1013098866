# The verbs of this repository. Each is a command that CI runs too (.ci/run), so that "works here" means "works there".

# Lists the verbs.
default:
	@just --list

# The whole system on this machine.
devnet *args:
	cargo run --release -- devnet {{args}}

# Every Rust test.
test *args:
	cargo test --workspace {{args}}

# Formatting and lints, as CI sees them.
lint:
	cargo fmt --check
	cargo clippy --workspace --all-targets -- -D warnings

# Builds the crates that enter a guest for the guests' target (Debian: installs its Rust source packages when missing).
guests:
	bash guests/check.sh

# Rebuilds the contracts, compares artifacts and snapshots with the committed ones, runs their tests (needs npm).
contracts:
	bash contracts/scripts/check.sh

# What users and the proposer pay on L1, beside the limits and the OP Stack's figures (needs npm).
gas:
	bash contracts/scripts/gas.sh

# Has slither and halmos read the contracts (needs npm and Python 3).
analysis:
	bash contracts/scripts/analyse.sh

# Drives the binary that `just test` has built with users' tools (needs Node and npm).
e2e *suites:
	bash tests/e2e/run.sh {{suites}}

# Holds the binary that `just test` has built to the OP Stack's clients and contracts (needs Go, Node and npm).
foreign *suites:
	bash tests/foreign/run.sh {{suites}}

# Licences, sources and bans of the dependency graph (needs cargo-deny).
deny:
	cargo deny check licenses bans sources

# Everything, as CI runs it.
ci:
	bash .ci/run
