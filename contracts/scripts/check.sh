#!/usr/bin/env bash
# What CI runs: the committed artifacts and snapshots are what the sources compile to, and the tests pass.
set -euo pipefail
. "$(dirname "$0")/setup.sh"

"$forge" fmt --check src interfaces test
"$forge" build
node scripts/artifacts.mjs --check
"$forge" test
# Its own report of the same tests is of no interest, only where the gas differs.
"$forge" snapshot --no-match-test testFuzz --no-match-path 'test/invariant/*' --snap snapshots/gas.txt --check | { grep '^Diff in' || true; }
# The tests have held it to its limits; here it is for people.
node scripts/gas.mjs "$forge"
