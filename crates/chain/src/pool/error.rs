//! Why the pool refuses a transaction, in the words that wallets and libraries match.

use alloy_primitives::{Address, B256, U256};

/// A transaction that the pool does not take. The texts begin with geth's, because clients match them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PoolError {
    /// The bytes are not a transaction of a type that users may send here.
    #[error("{reason}")]
    Undecodable {
        /// What the decoder said.
        reason: String,
    },
    /// The type is the protocol's own (deposits), or not one that this chain takes (blobs on L2).
    #[error("transaction type not supported: type {0:#x} cannot be sent to this chain")]
    TypeNotSupported(u8),
    /// The signature gives no address, or is not in its lower half.
    #[error("invalid sender: the signature does not recover to an address")]
    InvalidSender,
    /// The transaction names another chain.
    #[error("invalid chain id for signer: have {have} want {want}")]
    WrongChainId {
        /// Chain id in the transaction.
        have: u64,
        /// This chain's id.
        want: u64,
    },
    /// The pool has exactly this transaction.
    #[error("already known")]
    AlreadyKnown,
    /// The account is past this nonce.
    #[error("nonce too low: next nonce {next}, tx nonce {nonce}")]
    NonceTooLow {
        /// The account's nonce.
        next: u64,
        /// The transaction's.
        nonce: u64,
    },
    /// The nonce is so far ahead that the gap will hardly close.
    #[error("nonce too high: next nonce {next}, tx nonce {nonce}: send the transactions in between first")]
    NonceTooHigh {
        /// The account's nonce.
        next: u64,
        /// The transaction's.
        nonce: u64,
    },
    /// The nonce may not be used at all (EIP-2681).
    #[error("nonce has max value")]
    NonceMax,
    /// The account cannot pay for value, gas, and on an L2 the L1 and operator fees.
    #[error("insufficient funds for gas * price + value: address {address} have {have} want {want}")]
    InsufficientFunds {
        /// The sender.
        address: Address,
        /// Its balance in wei.
        have: U256,
        /// What the transaction may cost in wei.
        want: U256,
    },
    /// A transaction with this nonce waits already, and this one does not pay enough more.
    #[error("replacement transaction underpriced: offer at least {price_bump_percent} % more than {replaced}")]
    ReplacementUnderpriced {
        /// By how much the fees must rise.
        price_bump_percent: u64,
        /// The transaction that waits.
        replaced: B256,
    },
    /// The fee is under what the pool takes at all, or under all that wait in a full pool.
    #[error("transaction underpriced: gas tip cap {tip_wei}, minimum needed {minimum_wei}")]
    Underpriced {
        /// The tip offered.
        tip_wei: u128,
        /// The tip needed.
        minimum_wei: u128,
    },
    /// The sender has as many transactions waiting as one may have.
    #[error("account limit exceeded: {limit} transactions of {address} wait already")]
    AccountLimit {
        /// The sender.
        address: Address,
        /// The limit.
        limit: usize,
    },
    /// The tip is over the whole fee.
    #[error(
        "max priority fee per gas higher than max fee per gas: maxPriorityFeePerGas: {tip_wei}, maxFeePerGas: {fee_wei}"
    )]
    TipAboveFeeCap {
        /// The tip.
        tip_wei: u128,
        /// The fee cap.
        fee_wei: u128,
    },
    /// The gas limit does not pay for the transaction's own bytes.
    #[error("intrinsic gas too low: gas {gas}, minimum needed {needed}")]
    IntrinsicGas {
        /// The gas limit.
        gas: u64,
        /// The least that would do.
        needed: u64,
    },
    /// No block is large enough.
    #[error("exceeds block gas limit: gas {gas}, block gas limit {limit}")]
    ExceedsBlockGasLimit {
        /// The gas limit.
        gas: u64,
        /// The block's.
        limit: u64,
    },
    /// The gas limit is over the cap of EIP-7825.
    #[error("transaction gas limit too high (cap: {cap}, tx: {gas})")]
    ExceedsGasCap {
        /// The gas limit.
        gas: u64,
        /// The cap.
        cap: u64,
    },
    /// The transaction is larger than the pool keeps.
    #[error("oversized data: transaction size {size}, limit {limit}")]
    Oversized {
        /// Its size in bytes.
        size: usize,
        /// The limit in bytes.
        limit: usize,
    },
    /// The code to deploy is larger than EIP-3860 allows.
    #[error("max initcode size exceeded: code size {size}, limit {limit}")]
    InitCodeTooLarge {
        /// Its size in bytes.
        size: usize,
        /// The limit in bytes.
        limit: usize,
    },
    /// A blob transaction came without its blobs, or with blobs that are not the ones it names.
    #[error("invalid blobs: {reason}")]
    InvalidBlobs {
        /// What is wrong with them.
        reason: String,
    },
    /// An authorization list may not be empty (EIP-7702).
    #[error("EIP-7702 transaction with empty auth list")]
    EmptyAuthorizationList,
    /// Creation is not possible in this transaction type.
    #[error("input string too short for common.Address: type {0:#x} needs a recipient")]
    NeedsRecipient(u8),
    /// The sender has code that is not a delegation (EIP-3607).
    #[error("sender not an eoa: address {0}")]
    SenderNotEoa(Address),
    /// The state could not be read; nothing is known about the transaction.
    #[error("the state cannot be read: {reason}")]
    State {
        /// What failed.
        reason: String,
    },
}
