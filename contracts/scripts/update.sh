#!/usr/bin/env bash
# After a change of the contracts: formats, compiles, and rewrites the committed artifacts and snapshots.
set -euo pipefail
. "$(dirname "$0")/setup.sh"

"$forge" fmt src interfaces test
"$forge" build
node scripts/artifacts.mjs
"$forge" snapshot --no-match-test testFuzz --no-match-path 'test/invariant/*' --snap snapshots/gas.txt
