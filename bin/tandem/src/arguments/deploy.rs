//! What a person types to put contracts on L1, and to change them.

use super::{Deployer, ForkArgument, KeyArguments, Owner};
use clap::Args;
use std::path::PathBuf;

/// The flags whose values a file of `--config` gives.
const IN_THE_FILE: [&str; 5] = [
    "l2_chain_id",
    "block_time",
    "fork",
    "proposal_interval",
    "finalization_period",
];

#[derive(Debug, Args)]
pub(crate) struct DeployArguments {
    /// L1's JSON-RPC.
    #[arg(long = "l1")]
    pub(crate) l1: String,
    /// Folder for rollup.json, genesis.json, addresses.json, chain.toml, jwt.hex and, for a devnet's L1, l1-chain-config.json. Of a
    /// deployment that was interrupted there, the rest is done.
    #[arg(long)]
    pub(crate) out: PathBuf,
    /// TOML file with everything that is to be deployed: docs/deploy.example.toml explains it. Without it, a devnet's values.
    #[arg(long, conflicts_with_all = IN_THE_FILE)]
    pub(crate) config: Option<PathBuf>,
    /// Sends nothing: holds what is on L1 to what was deployed from --out. One line for each difference, then exit 1.
    #[arg(long, conflicts_with = "config", conflicts_with_all = IN_THE_FILE)]
    pub(crate) verify: bool,
    /// The L2's chain id.
    #[arg(long = "l2-chain-id", default_value_t = 901)]
    pub(crate) l2_chain_id: u64,
    /// Seconds between L2 blocks.
    #[arg(long = "block-time", default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..=60))]
    pub(crate) block_time: u64,
    /// L2 blocks between output proposals.
    #[arg(long = "proposal-interval", default_value_t = 4, value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) proposal_interval: u64,
    /// Seconds for which an output can be deleted, and a proven withdrawal must wait.
    #[arg(long = "finalization-period", default_value_t = 4, value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) finalization_period: u64,
    /// The newest fork that is active from genesis on.
    #[arg(long, value_enum, default_value_t = ForkArgument::Karst)]
    pub(crate) fork: ForkArgument,
    /// Without any, on a devnet: its first account.
    #[command(flatten)]
    pub(crate) deployer_key: KeyArguments<Deployer>,
}

#[derive(Debug, Args)]
pub(crate) struct UpgradeArguments {
    /// L1's JSON-RPC.
    #[arg(long = "l1")]
    pub(crate) l1: String,
    /// Folder that `tandem deploy` wrote.
    #[arg(long)]
    pub(crate) out: PathBuf,
    /// Does what is shown. Without it nothing is sent, and no key is needed.
    #[arg(long)]
    pub(crate) apply: bool,
    /// Writes the calls that do it to this file instead, for an owner that is a multisig (Safe's Transaction Builder reads it).
    #[arg(long, conflicts_with = "apply")]
    pub(crate) calldata: Option<PathBuf>,
    /// Without any, on a devnet: its owner.
    #[command(flatten)]
    pub(crate) owner_key: KeyArguments<Owner>,
}
