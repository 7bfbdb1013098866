#!/usr/bin/env bash
# After a change of the contracts: formats, compiles, and rewrites the committed artifacts and snapshots.
set -euo pipefail
cd "$(dirname "$0")/.."

[ -d node_modules ] || npm ci --no-audit --no-fund
forge=node_modules/.bin/forge

"$forge" fmt src interfaces test
"$forge" build
node scripts/artifacts.mjs
"$forge" snapshot --no-match-test testFuzz --snap snapshots/gas.txt
