//! Everything that can go wrong, with what to do about it.

use alloy_primitives::{Address, B256, U256};

use crate::{L1_TRANSACTION_GAS_MAX, Layer};

/// Why something cannot be done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A node cannot be asked, or its answer cannot be used.
    #[error("{layer}: {source}")]
    Node {
        /// Which layer's.
        layer: Layer,
        /// What is wrong.
        source: l1::Error,
    },
    /// A call or a transaction would fail.
    #[error("{layer}: {what} would fail: {reason}")]
    WouldRevert {
        /// The layer.
        layer: Layer,
        /// What was to be done.
        what: &'static str,
        /// The contract's reason, with a remedy where there is one.
        reason: String,
    },
    /// A transaction failed.
    #[error("{layer}: {what} failed in transaction {transaction}: look at it with `cast run`, and try again")]
    Reverted {
        /// The layer.
        layer: Layer,
        /// What was to be done.
        what: &'static str,
        /// The transaction.
        transaction: B256,
    },
    /// A transaction is nowhere.
    #[error("no node knows transaction {transaction}: check the hash, and that --l1 and --l2 are the right chains")]
    TransactionUnknown {
        /// Its hash.
        transaction: B256,
    },
    /// A transaction moves nothing to the other layer.
    #[error(
        "transaction {transaction} of {layer} holds no {what}: give the hash of the transaction that began the transfer"
    )]
    NothingIn {
        /// Its hash.
        transaction: B256,
        /// Where it is.
        layer: Layer,
        /// What was looked for.
        what: &'static str,
    },
    /// There are fewer withdrawals than that.
    #[error("transaction {transaction} holds {count} withdrawals: --index goes from 0 to {}", .count - 1)]
    NoSuchIndex {
        /// Its hash.
        transaction: B256,
        /// How many there are.
        count: usize,
    },
    /// A transaction is not mined, or failed.
    #[error("transaction {transaction} of {layer} is {state}: only an included one can go on")]
    NotIncluded {
        /// Its hash.
        transaction: B256,
        /// Where it is.
        layer: Layer,
        /// What it is instead.
        state: &'static str,
    },
    /// The withdrawal is not that far.
    #[error("withdrawal {withdrawal} cannot be {action}: it is {stage}; {waits_for}")]
    NotReady {
        /// Its hash.
        withdrawal: B256,
        /// What was asked for.
        action: &'static str,
        /// Where it stands.
        stage: &'static str,
        /// What to wait for.
        waits_for: String,
    },
    /// The withdrawal can never be finalized.
    #[error(
        "the withdrawal asks for {gas_limit} gas on L1, {gas_limit_max} is the most that can be had: a transaction there has {} (EIP-7825); it would be locked up for ever, so lower --gas-limit or send less data",
        L1_TRANSACTION_GAS_MAX
    )]
    Unfinalizable {
        /// What it asks for.
        gas_limit: U256,
        /// What it may ask for with its data.
        gas_limit_max: u64,
    },
    /// The L2's node has another chain than L1's output says.
    #[error(
        "output {index} on L1 says {on_l1} for L2 block {block}, this L2 node has {computed}: the node is not of this chain, or the output is wrong and will be deleted; check with another node before anything else"
    )]
    OutputMismatch {
        /// The output's number.
        index: u64,
        /// Its L2 block.
        block: u64,
        /// Its root.
        on_l1: B256,
        /// The root of what the node has.
        computed: B256,
    },
    /// The node's proof is wrong.
    #[error("the L2 node's proof of withdrawal {withdrawal} at block {block} is wrong ({reason}): ask another node")]
    ProofInvalid {
        /// The withdrawal's hash.
        withdrawal: B256,
        /// The block.
        block: u64,
        /// What is wrong with it.
        reason: String,
    },
    /// No output covers a block.
    #[error("no output on L1 covers L2 block {block}: wait for one")]
    NotCovered {
        /// The block.
        block: u64,
    },
    /// The L2's node is behind.
    #[error("the L2 node does not have block {block}, which L1's output is of: wait until it has synced")]
    BlockMissing {
        /// The block.
        block: u64,
    },
    /// The portal settles by something else.
    #[error(
        "the portal {portal} is version {version}: withdrawals are proven here on portals of version 2, settled by an output oracle"
    )]
    PortalVersion {
        /// The portal.
        portal: Address,
        /// Its version.
        version: String,
    },
    /// Too little ether to send.
    #[error(
        "{account} has {balance_wei} wei on {layer}, to send {value_wei} and pay for the gas is more: send less, or fund it"
    )]
    Balance {
        /// The layer.
        layer: Layer,
        /// The account.
        account: Address,
        /// What it has.
        balance_wei: U256,
        /// What was to be sent.
        value_wei: U256,
    },
    /// Too little of a token to send.
    #[error("{account} has {balance} of token {token}, {amount} are needed: send less, or fund it")]
    TokenBalance {
        /// The account.
        account: Address,
        /// The token.
        token: Address,
        /// What it has.
        balance: U256,
        /// What it needs.
        amount: U256,
    },
    /// The L2's bridge does not know L1's.
    #[error("the L2 has no standard bridge at {0}: use --via portal or --via passer")]
    NoStandardBridge(Address),
}
