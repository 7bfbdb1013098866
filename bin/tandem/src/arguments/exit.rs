//! What a user types who leaves without anybody's help.

use super::{
    Amount, BridgeSender, DerivationArguments, FinalizationArguments, OutputArguments, RelayArguments,
    WithdrawalArguments, bridge::transaction_hash,
};
use alloy_primitives::{Address, B256, Bytes};
use clap::{Args, Subcommand};
use std::path::PathBuf;

/// Derives the chain from L1 and goes on from there.
#[derive(Debug, Args)]
pub(crate) struct ExitArguments {
    #[command(flatten)]
    pub(crate) derivation: DerivationArguments,
    /// The L2's genesis.
    #[arg(long)]
    pub(crate) genesis: PathBuf,
    /// Folder of the derived chain; what is in it is not derived again.
    #[arg(long)]
    pub(crate) datadir: PathBuf,
    #[command(flatten)]
    pub(crate) output: OutputArguments,
    #[command(subcommand)]
    pub(crate) command: ExitCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ExitCommand {
    /// Says where the transfers of a transaction stand, as L1 has them.
    Status {
        /// The transaction: a deposit's on L1, a withdrawal's on L2.
        #[arg(value_parser = transaction_hash)]
        transaction: B256,
    },
    /// Proves a withdrawal that an output on L1 covers.
    Prove(WithdrawalArguments),
    /// Finalizes a withdrawal that is proven.
    Finalize(FinalizationArguments),
    /// Relays a withdrawal's message again whose call failed on L1.
    Relay(RelayArguments),
    /// Has L2 execute a transaction of the sender's account there: at the latest when the sequencing window ends.
    Force(ForceArguments),
    /// The same for a withdrawal of ether through the message passer.
    Withdraw(ForceWithdrawalArguments),
}

#[derive(Debug, Args)]
pub(crate) struct ForceArguments {
    /// Who is called on L2; a contract is created without it.
    #[arg(long, required_unless_present = "data")]
    pub(crate) to: Option<Address>,
    /// Ether that the transaction sends on L2, of what the account has there.
    #[arg(long, default_value = "0")]
    pub(crate) value: Amount,
    /// Ether that is taken along from L1.
    #[arg(long, default_value = "0")]
    pub(crate) mint: Amount,
    /// Its data.
    #[arg(long, default_value = "0x")]
    pub(crate) data: Bytes,
    /// Its gas; it is paid for on L1.
    #[arg(long = "gas-limit", default_value_t = 200_000)]
    pub(crate) gas_limit: u64,
    #[command(flatten)]
    pub(crate) sending: ForcedSending,
}

#[derive(Debug, Args)]
pub(crate) struct ForceWithdrawalArguments {
    /// How much ether, of what the account has on L2: 1.5, or 1500wei.
    #[arg(long)]
    pub(crate) amount: Amount,
    /// Who gets it on L1; the sender if nobody is named.
    #[arg(long)]
    pub(crate) to: Option<Address>,
    /// Gas of the call on L1 at least.
    #[arg(long = "gas-limit", default_value_t = 200_000)]
    pub(crate) gas_limit: u64,
    #[command(flatten)]
    pub(crate) sending: ForcedSending,
}

#[derive(Debug, Args)]
pub(crate) struct ForcedSending {
    /// Derives until L2 holds the transaction, for the whole sequencing window if need be.
    #[arg(long)]
    pub(crate) wait: bool,
    #[command(flatten)]
    pub(crate) sender: BridgeSender,
}
