#!/usr/bin/env bash
# Prints what users and the proposer pay on L1, beside the limits and the OP Stack's figures; fails where a limit is exceeded.
set -euo pipefail
. "$(dirname "$0")/setup.sh"
node scripts/gas.mjs "$forge"
