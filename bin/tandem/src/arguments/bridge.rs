//! What a user of a bridge types.

use super::{KeyArguments, User};
use alloy_primitives::{Address, B256, Bytes, U256, utils::parse_units};
use clap::{Args, Subcommand, ValueEnum};
use std::{path::PathBuf, str::FromStr};

/// Moves ether and tokens between the layers.
#[derive(Debug, Subcommand)]
pub(crate) enum BridgeCommand {
    /// Moves ether or a token from L1 to L2.
    Deposit(BridgeDepositArguments),
    /// Begins to move ether or a token from L2 to L1; prove and finalize end it.
    Withdraw(BridgeWithdrawArguments),
    /// Says where the transfers of a transaction stand, what they wait for, and until when.
    Status(BridgeStatusArguments),
    /// Proves on L1 that L2 asked for a withdrawal.
    Prove(BridgeContinueArguments),
    /// Makes a withdrawal's call on L1.
    Finalize(BridgeFinalizeArguments),
    /// Relays a message again whose call failed, on the layer that it went to.
    Relay(BridgeRelayArguments),
}

/// Both layers, and where the contracts are. The defaults are those of `tandem devnet`.
#[derive(Debug, Args)]
pub(crate) struct BridgeConnection {
    /// L1's JSON-RPC.
    #[arg(long = "l1", default_value = "http://127.0.0.1:8545")]
    pub(crate) l1: String,
    /// The L2's JSON-RPC.
    #[arg(long = "l2", default_value = "http://127.0.0.1:9545")]
    pub(crate) l2: String,
    /// The OptimismPortal on L1 …
    #[arg(long, conflicts_with_all = ["addresses", "rollup_config"])]
    pub(crate) portal: Option<Address>,
    /// … or addresses.json, which names it …
    #[arg(long, conflicts_with = "rollup_config")]
    pub(crate) addresses: Option<PathBuf>,
    /// … or rollup.json, which does too …
    #[arg(long = "rollup.config")]
    pub(crate) rollup_config: Option<PathBuf>,
    /// … or, without any of them, a rollup node that knows it.
    #[arg(long = "rollup-rpc", default_value = "http://127.0.0.1:7545")]
    pub(crate) rollup_rpc: String,
    #[command(flatten)]
    pub(crate) output: OutputArguments,
}

/// How results are told.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct OutputArguments {
    /// One JSON object on stdout, for programs.
    #[arg(long, global = true)]
    pub(crate) json: bool,
}

/// Who sends.
#[derive(Debug, Args)]
pub(crate) struct BridgeSender {
    #[command(flatten)]
    pub(crate) key: KeyArguments<User>,
    /// Blocks that have to hold a transaction, its own included.
    #[arg(long = "num-confirmations", default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..=1_000))]
    pub(crate) num_confirmations: u64,
}

#[derive(Debug, Args)]
pub(crate) struct BridgeDepositArguments {
    /// How much: 1.5 of ether or of the token, or 1500wei of the smallest unit.
    #[arg(long, required_unless_present = "token_id")]
    pub(crate) amount: Option<Amount>,
    /// Which token of an ERC-721 collection, which --token names.
    #[arg(long = "token-id", requires = "token", conflicts_with = "amount")]
    pub(crate) token_id: Option<U256>,
    /// Who gets it on L2; the sender if nobody is named.
    #[arg(long)]
    pub(crate) to: Option<Address>,
    /// The token on L1; ether without it.
    #[arg(long, requires = "l2_token")]
    pub(crate) token: Option<Address>,
    /// Its twin on L2.
    #[arg(long = "l2-token", requires = "token")]
    pub(crate) l2_token: Option<Address>,
    /// The way of ether; tokens go over the bridge.
    #[arg(long, value_enum, default_value_t = DepositWay::Portal, conflicts_with = "token")]
    pub(crate) via: DepositWay,
    /// Gas on L2, which is paid for on L1: of the transaction through the portal, where it is 100,000 unless set, or at least of
    /// the bridge's call, where it is 200,000.
    #[arg(long = "gas-limit")]
    pub(crate) gas_limit: Option<u32>,
    /// Data of the transaction, through the portal.
    #[arg(long, default_value = "0x", conflicts_with = "token")]
    pub(crate) data: Bytes,
    /// Waits until L2 holds it.
    #[arg(long)]
    pub(crate) wait: bool,
    #[command(flatten)]
    pub(crate) sender: BridgeSender,
    #[command(flatten)]
    pub(crate) connection: BridgeConnection,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DepositWay {
    /// The portal: one transaction on L2.
    Portal,
    /// The standard bridge: messengers, which can repeat a call that failed.
    Bridge,
}

#[derive(Debug, Args)]
pub(crate) struct BridgeWithdrawArguments {
    /// How much: 1.5 of ether or of the token, or 1500wei of the smallest unit.
    #[arg(long, required_unless_present = "token_id")]
    pub(crate) amount: Option<Amount>,
    /// Which token of an ERC-721 collection, which --token names.
    #[arg(long = "token-id", requires = "token", conflicts_with = "amount")]
    pub(crate) token_id: Option<U256>,
    /// Who gets it on L1; the sender if nobody is named.
    #[arg(long)]
    pub(crate) to: Option<Address>,
    /// The token on L2; ether without it.
    #[arg(long)]
    pub(crate) token: Option<Address>,
    /// Its twin on L1; without it the token says.
    #[arg(long = "l1-token", requires = "token")]
    pub(crate) l1_token: Option<Address>,
    /// The way of ether; tokens go over the bridge.
    #[arg(long, value_enum, default_value_t = WithdrawalWay::Passer, conflicts_with = "token")]
    pub(crate) via: WithdrawalWay,
    /// Gas of the call on L1 at least. A withdrawal that no transaction on L1 could finalize is refused.
    #[arg(long = "gas-limit", default_value_t = 200_000)]
    pub(crate) gas_limit: u32,
    /// Data of the call, through the message passer.
    #[arg(long, default_value = "0x", conflicts_with = "token")]
    pub(crate) data: Bytes,
    #[command(flatten)]
    pub(crate) sender: BridgeSender,
    #[command(flatten)]
    pub(crate) connection: BridgeConnection,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum WithdrawalWay {
    /// The message passer: L1's portal makes the call itself, once.
    Passer,
    /// The standard bridge: messengers, which can repeat a call that failed.
    Bridge,
}

#[derive(Debug, Args)]
pub(crate) struct BridgeStatusArguments {
    /// The transaction that began the transfers: a deposit's on L1, a withdrawal's on L2.
    #[arg(value_parser = transaction_hash)]
    pub(crate) transaction: B256,
    /// Follows it to its end, and prints every step.
    #[arg(long)]
    pub(crate) wait: bool,
    #[command(flatten)]
    pub(crate) connection: BridgeConnection,
}

/// Which withdrawal goes on.
#[derive(Debug, Args)]
pub(crate) struct WithdrawalArguments {
    /// The transaction on L2 that began the withdrawal.
    #[arg(value_parser = transaction_hash)]
    pub(crate) transaction: B256,
    /// Which of its withdrawals, from 0; without it all that are ready.
    #[arg(long)]
    pub(crate) index: Option<usize>,
    /// Waits until it is ready.
    #[arg(long)]
    pub(crate) wait: bool,
    #[command(flatten)]
    pub(crate) sender: BridgeSender,
}

#[derive(Debug, Args)]
pub(crate) struct BridgeContinueArguments {
    #[command(flatten)]
    pub(crate) withdrawal: WithdrawalArguments,
    #[command(flatten)]
    pub(crate) connection: BridgeConnection,
}

#[derive(Debug, Args)]
pub(crate) struct BridgeFinalizeArguments {
    #[command(flatten)]
    pub(crate) finalization: FinalizationArguments,
    #[command(flatten)]
    pub(crate) connection: BridgeConnection,
}

/// Which withdrawal is finalized, and how.
#[derive(Debug, Args)]
pub(crate) struct FinalizationArguments {
    #[command(flatten)]
    pub(crate) withdrawal: WithdrawalArguments,
    /// Finalizes even what would fail: the call is made only once, what it carries is lost then.
    #[arg(long = "accept-failure")]
    pub(crate) accept_failure: bool,
}

/// Whose message is relayed again.
#[derive(Debug, Args)]
pub(crate) struct RelayArguments {
    /// The transaction that began the transfers: a deposit's on L1, a withdrawal's on L2.
    #[arg(value_parser = transaction_hash)]
    pub(crate) transaction: B256,
    /// Which of its transfers, from 0; without it all whose message failed.
    #[arg(long)]
    pub(crate) index: Option<usize>,
    #[command(flatten)]
    pub(crate) sender: BridgeSender,
}

#[derive(Debug, Args)]
pub(crate) struct BridgeRelayArguments {
    #[command(flatten)]
    pub(crate) relay: RelayArguments,
    #[command(flatten)]
    pub(crate) connection: BridgeConnection,
}

/// Reads a transaction's hash.
pub(crate) fn transaction_hash(text: &str) -> Result<B256, String> {
    let refused = |_| "a transaction's hash is 0x and 64 hexadecimal digits".to_owned();
    text.parse().map_err(refused)
}

/// An amount of an asset whose decimal places are not known yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Amount {
    /// Of the asset, with decimal places.
    Whole(String),
    /// Of its smallest unit.
    Smallest(U256),
}

impl FromStr for Amount {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let refused = || format!("{text:?} is no amount: write it as 1.5, or as 1500wei");
        if let Some(digits) = text.strip_suffix("wei").map(str::trim) {
            // Else no digits would be zero.
            let is_number = digits.starts_with(|c: char| c.is_ascii_digit());
            let amount = is_number.then(|| digits.parse().ok()).flatten();
            return amount.map(Self::Smallest).ok_or_else(refused);
        }
        let digits = text.strip_suffix("ether").unwrap_or(text).trim();
        let is_number = digits.chars().all(|c| c.is_ascii_digit() || c == '.')
            && digits.chars().filter(|c| *c == '.').count() <= 1
            && digits.chars().any(|c| c.is_ascii_digit());
        is_number.then(|| Self::Whole(digits.to_owned())).ok_or_else(refused)
    }
}

impl Amount {
    /// In the asset's smallest unit.
    pub(crate) fn smallest(&self, decimals: u8) -> anyhow::Result<U256> {
        match self {
            Self::Smallest(amount) => Ok(*amount),
            Self::Whole(text) => {
                let places = text.split_once('.').map_or(0, |(_, places)| places.len());
                anyhow::ensure!(
                    places <= usize::from(decimals),
                    "{text} has {places} decimal places, the asset has {decimals}: round it"
                );
                Ok(parse_units(text, decimals)?.get_absolute())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_of_the_asset_or_of_its_smallest_unit() {
        for (text, decimals, expected) in [
            ("1.5", 18, 1_500_000_000_000_000_000_u64),
            ("1ether", 18, 1_000_000_000_000_000_000),
            ("0.000001", 6, 1),
            (".5", 1, 5),
            ("7.", 0, 7),
            ("1500wei", 18, 1_500),
        ] {
            let amount: Amount = text.parse().unwrap();
            assert_eq!(amount.smallest(decimals).unwrap(), U256::from(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_amount_is_refused_with_a_remedy() {
        for text in ["", ".", "-1", "1e18", "1,5", "wei", "0x10", "1.5wei", "1.2.3"] {
            let error = text.parse::<Amount>().unwrap_err();
            assert!(error.contains("write it as"), "{text}: {error}");
        }
        let fine: Amount = "0.0000001".parse().unwrap();
        assert!(fine.smallest(6).unwrap_err().to_string().contains("round it"));
    }
}
