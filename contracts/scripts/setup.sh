# Sourced: enters the project, installs its packages when they are missing or older than the lockfile, and sets `forge`.
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# Not `npm ci`: it refuses the lockfile where the registry lacks forge for platforms other than this one.
if [ ! -e node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
  npm install --no-save --no-audit --no-fund --loglevel=error
fi

# The binary itself: the package's own launcher loses its exit code.
forge=$(echo node_modules/@foundry-rs/forge-*/bin/forge*)
