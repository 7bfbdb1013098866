# Sourced with a folder: installs its npm packages when they are missing or older than its lockfile.
(
    cd "$1" || exit 1
    if [ ! -e node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
        # Not `npm ci`: it refuses the lockfile where the registry lacks Foundry's packages for platforms other than this one.
        npm install --no-save --no-audit --no-fund --loglevel=error
    fi
)
