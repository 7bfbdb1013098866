#!/usr/bin/env bash
# Tandem from outside, by suites:
#
#   tests/e2e/run.sh [SUITE...]     default: every file of suites/
#
# Needs Node 20, npm, and the binary: $TANDEM, or target/debug/tandem as `cargo test --workspace` builds it.
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/packages.sh" "$here" || exit 1

suites=("$@")
[ ${#suites[@]} -gt 0 ] || mapfile -t suites < <(basename -s .mjs "$here"/suites/*.mjs)
# Suites mostly wait for blocks: two at a time. Each is printed when it is over.
export here
printf '%s\n' "${suites[@]}" | xargs -P 2 -I SUITE bash -c 'output=$(node "$here/suites/SUITE.mjs" 2>&1); status=$?; echo "$output"; exit $status'
