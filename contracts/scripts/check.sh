#!/usr/bin/env bash
# What CI runs: the committed artifacts and snapshots are what the sources compile to, and the tests pass.
set -euo pipefail
cd "$(dirname "$0")/.."

[ -d node_modules ] || npm ci --no-audit --no-fund
forge=node_modules/.bin/forge

"$forge" fmt --check src interfaces test
"$forge" build
node scripts/artifacts.mjs --check
"$forge" test
"$forge" snapshot --no-match-test testFuzz --snap snapshots/gas.txt --check
