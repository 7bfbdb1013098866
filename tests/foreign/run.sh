#!/usr/bin/env bash
# A chain is right when clients and contracts that nobody here wrote agree with it, by suites:
#
#   tests/foreign/run.sh [SUITE...]     default: every file of suites/
#
# Needs Go 1.26 (builds op-node, op-batcher, op-geth and op-proposer into $FOREIGN_CLIENTS, or target/foreign), Node 20, npm, and the
# binary: $TANDEM, or target/debug/tandem as `cargo test --workspace` builds it.
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
export FOREIGN_CLIENTS=${FOREIGN_CLIENTS:-$here/../../target/foreign}

"$here/build.sh" "$FOREIGN_CLIENTS" || exit 1
. "$here/../e2e/packages.sh" "$here/../e2e" || exit 1
. "$here/../e2e/packages.sh" "$here" || exit 1

suites=("$@")
[ ${#suites[@]} -gt 0 ] || mapfile -t suites < <(basename -s .mjs "$here"/suites/*.mjs)
# Suites mostly wait for blocks: two at a time. Each is printed when it is over.
export here
printf '%s\n' "${suites[@]}" | xargs -P 2 -I SUITE bash -c 'output=$(node "$here/suites/SUITE.mjs" 2>&1); status=$?; echo "$output"; exit $status'
