//! Contracts of other projects that stand in a genesis at their usual addresses (`protocol/preinstalls.md`), and the system
//! contracts of Ethereum's forks. The bytecode is data, see `data/README.md`.

use std::sync::LazyLock;

use alloy_primitives::{Address, Bytes};
use serde::Deserialize;

const DATA: &[u8] = include_bytes!("../data/preinstalls.json.zst");

/// A contract whose bytecode is given rather than compiled here.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Preinstall {
    /// Its usual name.
    pub name: String,
    /// Its usual address.
    pub address: Address,
    /// Its code.
    pub code: Bytes,
    /// Whether the L1 genesis has it.
    pub l1: bool,
    /// Whether the L2 genesis has it.
    pub l2: bool,
}

static PREINSTALLS: LazyLock<Vec<Preinstall>> = LazyLock::new(|| {
    let json = zstd::decode_all(DATA).expect("invariant: committed data decompresses");
    serde_json::from_slice(&json).expect("invariant: committed data parses")
});

/// Every preinstall and system contract of both layers. Permit2's code carries the chain it was taken from: see
/// `genesis::l2_allocation`, which sets the chain's own.
pub fn preinstalls() -> &'static [Preinstall] {
    &PREINSTALLS
}
