//! What a chain is derived from: the same flags for whoever derives one.

use clap::Args;
use std::path::PathBuf;

/// L1's data, and how to read it.
#[derive(Debug, Args)]
pub(crate) struct DerivationArguments {
    /// L1's JSON-RPC.
    #[arg(long = "l1")]
    pub(crate) l1: String,
    /// L1's beacon API.
    #[arg(long = "l1.beacon")]
    pub(crate) l1_beacon: Option<String>,
    /// Beacon APIs, archives of blobs among them, to ask for what the first does not have.
    #[arg(long = "l1.beacon-fallbacks", value_delimiter = ',')]
    pub(crate) l1_beacon_fallbacks: Vec<String>,
    /// Seconds of a slot, where the beacon API does not say.
    #[arg(long = "l1.beacon.slot-duration-override")]
    pub(crate) l1_beacon_slot_duration_override: Option<u64>,
    /// rollup.json.
    #[arg(long = "rollup.config")]
    pub(crate) rollup_config: PathBuf,
    /// l1-chain-config.json, for an L1 that is not public.
    #[arg(long = "rollup.l1-chain-config")]
    pub(crate) rollup_l1_chain_config: Option<PathBuf>,
}
