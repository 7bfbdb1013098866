#!/usr/bin/env bash
# Builds the foreign clients that the suites here run against, op-node, op-batcher, op-geth and op-proposer, from their Go modules:
#
#   tests/foreign/build.sh DIR     puts them into DIR/bin (does nothing for those that are current)
#
# Versions are pinned by clients/go.mod and clients/go.sum, op-proposer's by those of clients/op-proposer. Their source stays in Go's
# module cache and in DIR.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
out=$(mkdir -p "${1:?usage: build.sh DIR}" && cd "$1" && pwd)
optimism=github.com/ethereum-optimism/optimism
export GOFLAGS="-mod=${FOREIGN_GO_MOD:-readonly}"

# What clients are built from: their module's files, and the function here that builds them.
stamp() { (cat "$1"/go.mod "$1"/go.sum && declare -f "$2") | sha256sum | cut -c1-64; }

# current STAMP_FILE STAMP CLIENT...
current() {
    [ "$(cat "$out/$1" 2>/dev/null)" = "$2" ] || return 1
    for client in "${@:3}"; do [ -x "$out/bin/$client" ] || return 1; done
}

# op-node, op-batcher and op-geth, in the module of DIR.
build_clients() {
    version() { awk -v module="$1" '{ for (i = 1; i < NF; i++) if ($i == module && $(i + 1) ~ /^v[0-9]/) { print $(i + 1); exit } }' "$here/clients/go.mod"; }
    local geth=github.com/ethereum-optimism/op-geth
    local optimism_version geth_version cache chains
    optimism_version=$(version $optimism)
    geth_version=$(version $geth)

    echo "foreign clients: fetching op-node and op-batcher $optimism_version and op-geth $geth_version"
    cd "$out"
    cp "$here"/clients/go.* .
    (cd / && GOFLAGS='' go mod download "$optimism@$optimism_version" "$geth@$geth_version")
    cache=$(go env GOMODCACHE)/github.com/ethereum-optimism

    # The tree that op-node and op-batcher are built from: their module, without what no Go package there embeds.
    rm -rf optimism && mkdir -p optimism
    tar -C "$cache/optimism@$optimism_version" -cf - --exclude=./rust --exclude=./docs --exclude=./packages . | tar -C optimism -xf -
    tar -C "$cache/optimism@$optimism_version" -cf - ./packages/contracts-bedrock/snapshots | tar -C optimism -xf -
    chmod -R u+w optimism

    # The generated file that is missing: op-geth's module carries the same archive of chain configurations.
    chains=superchain-configs.zip
    cp "$cache/op-geth@$geth_version/superchain/$chains" optimism/op-core/superchain/$chains
    (cd optimism/op-core/superchain && sha256sum $chains >$chains.sha256)

    echo "foreign clients: building (some minutes on two cores)"
    go build -o bin/op-node $optimism/op-node/cmd
    go build -o bin/op-batcher $optimism/op-batcher/cmd
    go build -o bin/op-geth github.com/ethereum/go-ethereum/cmd/geth
}

# op-proposer, of an older release: in a module of its own.
build_op_proposer() {
    echo "foreign clients: fetching and building op-proposer"
    mkdir -p "$out/op-proposer"
    cd "$out/op-proposer"
    cp "$here"/clients/op-proposer/go.* .
    go build -o ../bin/op-proposer $optimism/op-proposer/cmd
}

# ensure FOLDER BUILDER STAMP_FILE CLIENT...
ensure() {
    local now
    now=$(stamp "$1" "$2")
    if ! current "$3" "$now" "${@:4}"; then
        mkdir -p "$out/bin"
        rm -f "$out/$3"
        "$2"
        echo "$now" >"$out/$3"
    fi
}

ensure "$here/clients" build_clients stamp op-node op-batcher op-geth
ensure "$here/clients/op-proposer" build_op_proposer stamp-op-proposer op-proposer
echo "foreign clients: current in $out/bin"
