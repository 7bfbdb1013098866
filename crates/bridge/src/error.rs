//! Everything that can go wrong, with what to do about it.

use alloy_primitives::{Address, B256, U256};

use crate::{L1_TRANSACTION_GAS_MAX, Layer, pair::PairFault};

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
    /// There are fewer transfers than that.
    #[error("transaction {transaction} holds {count} transfers: --index goes from 0 to {}", .count - 1)]
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
    /// A transfer carries no message.
    #[error(
        "transfer {transfer} carries no message between the messengers: its call is made once, and there is nothing to relay"
    )]
    NoMessage {
        /// The transfer's hash.
        transfer: B256,
    },
    /// A message's call has not failed.
    #[error(
        "the message of transfer {transfer} has not failed, nothing is to be relayed: it is {stage}; it waits for {waits_for}"
    )]
    MessageNotFailed {
        /// The transfer's hash.
        transfer: B256,
        /// Where it stands.
        stage: &'static str,
        /// What it waits for.
        waits_for: String,
    },
    /// A message's call is made.
    #[error("message {message} is relayed on {layer}: there is nothing left to do")]
    MessageRelayed {
        /// The message's hash.
        message: B256,
        /// Where it went.
        layer: Layer,
    },
    /// A message's call would fail again.
    #[error(
        "message {message} would fail again on {layer}: {reason}; nothing was sent, relay it once its receiver takes it"
    )]
    MessageRefused {
        /// The message's hash.
        message: B256,
        /// Where it is to go.
        layer: Layer,
        /// The receiver's reason.
        reason: String,
    },
    /// A message's call failed again.
    #[error(
        "message {message} failed again in {layer} transaction {transaction}, though it would have gone through just before: ask for its status, and relay it again"
    )]
    MessageFailedAgain {
        /// The message's hash.
        message: B256,
        /// Where it is to go.
        layer: Layer,
        /// The transaction.
        transaction: B256,
    },
    /// A messenger relays nothing now.
    #[error("{layer}'s messenger is paused: wait until the guardian lifts it, or it expires")]
    MessengerPaused {
        /// Whose.
        layer: Layer,
    },
    /// A sender of the other layer.
    #[error("this is sent on {needed}, and the sender's transactions go to {actual}: give a sender of {needed}")]
    SenderLayer {
        /// Where it has to be sent.
        needed: Layer,
        /// Where the sender sends.
        actual: Layer,
    },
    /// A withdrawal's call would fail, and it is made only once.
    #[error(
        "withdrawal {withdrawal} is ready, but its call to {target} would fail: {reason}; it is made only once, and what it carries would be lost: wait until {target} takes it, or give --accept-failure"
    )]
    CallWouldFail {
        /// The withdrawal's hash.
        withdrawal: B256,
        /// Who is called.
        target: Address,
        /// The reason of whoever is called.
        reason: String,
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
        "{account} has {balance_wei} wei on {layer}, to send {value_wei} wei and pay for the gas is more: send less, or fund it on {layer}"
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
    /// What is sent there is lost.
    #[error("what arrives at {recipient} on {layer} is lost: it is {name}; name another account with --to")]
    Recipient {
        /// Who was to get it.
        recipient: Address,
        /// Where.
        layer: Layer,
        /// What it is.
        name: &'static str,
    },
    /// The L2 stands on another L1.
    #[error(
        "the L2 node has read L1 block {number} as {on_l2}, the L1 node has {on_l1} there: they are of different chains, give the --l2 that stands on --l1 (or wait a moment, if L1 is just reorganized)"
    )]
    OtherL1 {
        /// The L1 block.
        number: u64,
        /// Its hash by L1's node.
        on_l1: B256,
        /// Its hash by L2's node.
        on_l2: B256,
    },
    /// One token of a collection belongs to somebody else.
    #[error("token {token_id} of collection {token} belongs to {owner}, not to {account}: only its owner can send it")]
    TokenOwner {
        /// The collection.
        token: Address,
        /// Which of its tokens.
        token_id: U256,
        /// Whose it is.
        owner: Address,
        /// Who wants to send it.
        account: Address,
    },
    /// A token on L2 does not say which token of L1 it stands for.
    #[error("token {token} on L2 names no twin on L1: give --l1-token, which has to name {token} as its own twin")]
    NoTwin {
        /// The token.
        token: Address,
    },
    /// Tokens that do not stand for each other.
    #[error(
        "token {l1_token} on L1 and token {l2_token} on L2 are no pair, what is sent would never arrive: {fault}; give the two that belong together, or have the factory make a twin"
    )]
    NotAPair {
        /// The token on L1.
        l1_token: Address,
        /// The token on L2.
        l2_token: Address,
        /// Why not.
        fault: PairFault,
    },
    /// The L2's bridge does not know L1's.
    #[error(
        "the L2 has no {name} at {address} that knows its bridge on L1: ether goes with --via portal and --via passer"
    )]
    NoBridge {
        /// Where it is looked for.
        address: Address,
        /// What is looked for.
        name: &'static str,
    },
}

impl Error {
    /// Whether the same question may be answered in a moment: the node, or the way to it, is gone or busy.
    pub const fn is_passing(&self) -> bool {
        matches!(
            self,
            Self::Node {
                source: l1::Error::Unreachable { .. } | l1::Error::Timeout { .. } | l1::Error::HttpStatus { .. },
                ..
            }
        )
    }

    /// Whether a contract is missing, or is another one than was asked for.
    pub(crate) const fn is_of_another_contract(&self) -> bool {
        matches!(
            self,
            Self::WouldRevert { .. }
                | Self::Node {
                    source: l1::Error::ContractMissing { .. } | l1::Error::ContractOther { .. },
                    ..
                }
        )
    }
}
