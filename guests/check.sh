#!/usr/bin/env bash
# Builds the crates that enter a guest for the guests' target, so that no_std stays true:
#
#   guests/check.sh [CRATE...]     default: protocol trie derive execute
#
# core and alloc are built from Debian's Rust sources, because no published target has RV64IM with compare-and-swap. What is
# missing is installed with apt-get (as root, on Debian 12).
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
crates=("$@")
[ ${#crates[@]} -gt 0 ] || crates=(protocol trie derive execute)

packages=(rustc-web cargo-web rust-web-src lld-22)
missing=()
for package in "${packages[@]}"; do
    dpkg -s "$package" >/dev/null 2>&1 || missing+=("$package")
done
if [ ${#missing[@]} -gt 0 ]; then
    echo "guests: installing ${missing[*]}"
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi

selected=()
for crate in "${crates[@]}"; do
    selected+=(-p "tandem-$crate")
done

# Debian's toolchain by its path: rustup's shims may come first in PATH. Nothing of the caller's flags may leak into the guests'.
cd "$root"
unset RUSTC_WRAPPER CARGO_ENCODED_RUSTFLAGS CARGO_BUILD_TARGET RUSTUP_TOOLCHAIN CARGO RUSTDOC
export RUSTC=/usr/bin/rustc RUSTC_BOOTSTRAP=1
export RUSTFLAGS="-C passes=lower-atomic"
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$root/target}/guests"
/usr/bin/cargo build --locked --lib --no-default-features "${selected[@]}" \
    --target guests/riscv64im-tandem-elf.json \
    -Zjson-target-spec -Zbuild-std=core,alloc -Zbuild-std-features=compiler-builtins-mem
echo "guests: ${crates[*]} built for riscv64im-tandem-elf"
