#!/usr/bin/env bash
# Builds the foreign clients that the suites here run against, op-node, op-batcher and op-geth, from their Go modules:
#
#   tests/foreign/build.sh DIR     puts them into DIR/bin (does nothing if they are current)
#
# Versions are pinned by clients/go.mod and clients/go.sum. Their source stays in Go's module cache and in DIR.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
out=$(mkdir -p "${1:?usage: build.sh DIR}" && cd "$1" && pwd)

stamp=$(cat "$here"/clients/go.mod "$here"/clients/go.sum "${BASH_SOURCE[0]}" | sha256sum | cut -c1-64)
if [ -x "$out/bin/op-node" ] && [ -x "$out/bin/op-batcher" ] && [ -x "$out/bin/op-geth" ] && [ "$(cat "$out/stamp" 2>/dev/null)" = "$stamp" ]; then
    echo "foreign clients: current in $out/bin"
    exit 0
fi

version() { awk -v module="$1" '{ for (i = 1; i < NF; i++) if ($i == module && $(i + 1) ~ /^v[0-9]/) { print $(i + 1); exit } }' "$here/clients/go.mod"; }
optimism=github.com/ethereum-optimism/optimism
geth=github.com/ethereum-optimism/op-geth
optimism_version=$(version $optimism)
geth_version=$(version $geth)

echo "foreign clients: fetching op-node and op-batcher $optimism_version and op-geth $geth_version"
cd "$out"
cp "$here"/clients/go.* .
(cd / && go mod download "$optimism@$optimism_version" "$geth@$geth_version")
cache=$(go env GOMODCACHE)/github.com/ethereum-optimism

# The tree that op-node and op-batcher are built from: their module, without what no Go package there embeds.
rm -rf optimism && mkdir -p optimism bin
tar -C "$cache/optimism@$optimism_version" -cf - --exclude=./rust --exclude=./docs --exclude=./packages . | tar -C optimism -xf -
tar -C "$cache/optimism@$optimism_version" -cf - ./packages/contracts-bedrock/snapshots | tar -C optimism -xf -
chmod -R u+w optimism

# The generated file that is missing: op-geth's module carries the same archive of chain configurations.
chains=superchain-configs.zip
cp "$cache/op-geth@$geth_version/superchain/$chains" optimism/op-core/superchain/$chains
(cd optimism/op-core/superchain && sha256sum $chains >$chains.sha256)

echo "foreign clients: building (some minutes on two cores)"
export GOFLAGS="-mod=${FOREIGN_GO_MOD:-readonly}"
go build -o bin/op-node $optimism/op-node/cmd
go build -o bin/op-batcher $optimism/op-batcher/cmd
go build -o bin/op-geth github.com/ethereum/go-ethereum/cmd/geth
echo "$stamp" >stamp
echo "foreign clients: built in $out/bin"
