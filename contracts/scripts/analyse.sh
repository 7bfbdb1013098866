#!/usr/bin/env bash
# What others' programs find in the contracts, as CI runs it: slither's findings of high and medium impact are none, or each is
# answered in docs/slither.md; halmos finds no counterexample to the checks in test/symbolic. Needs Python 3.
set -euo pipefail
. "$(dirname "$0")/setup.sh"
PATH=$PWD/$(dirname "$forge"):$PATH

python=cache/python
if [ ! -x "$python/bin/python" ] || [ scripts/analysis/requirements.txt -nt "$python/installed" ]; then
  # Debian's Python comes without its own installer.
  python3 -c 'import ensurepip' 2>/dev/null || { apt-get update -qq && apt-get install -qq -y python3-venv >/dev/null; }
  python3 -m venv --clear "$python"
  "$python/bin/pip" install --quiet --disable-pip-version-check --requirement scripts/analysis/requirements.txt
  touch "$python/installed"
fi
PATH=$PWD/$python/bin:$PATH

# A build of its own for each: they want more of the compiler than the other scripts do.
mkdir -p cache/slither
forge build src interfaces --build-info --force --out cache/slither/out --cache-path cache/slither/cache \
  >cache/slither/log 2>&1 || { cat cache/slither/log; exit 1; }
failed=0
python scripts/analysis/slither.py || failed=1
FOUNDRY_TEST=test/symbolic FOUNDRY_OUT=cache/halmos/out FOUNDRY_CACHE_PATH=cache/halmos/cache python scripts/analysis/halmos.py || failed=1
exit "$failed"
