//! The rules that a block can break.

use alloc::{boxed::Box, string::String};
use alloy_primitives::{Address, B64, B256, Bloom, Bytes, U256};

/// The rule that a block or its attributes break, with what was expected and what was there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidBlock {
    /// The parent is another block.
    #[error("parent hash is {got}, expected {expected}")]
    ParentHash {
        /// The parent's hash.
        expected: B256,
        /// What the header says.
        got: B256,
    },
    /// The number does not follow the parent's.
    #[error("number is {got}, expected {expected}")]
    Number {
        /// The parent's number and one.
        expected: u64,
        /// What the header says.
        got: u64,
    },
    /// The block is not later than its parent.
    #[error("timestamp {got} is not later than the parent's {parent}")]
    Timestamp {
        /// The parent's timestamp.
        parent: u64,
        /// What the header says.
        got: u64,
    },
    /// The gas limit moved further than Ethereum allows, or is below the least.
    #[error("gas limit {got} is out of reach of the parent's {parent}")]
    GasLimit {
        /// The parent's gas limit.
        parent: u64,
        /// What the header says.
        got: u64,
    },
    /// The base fee is not what the parent gives.
    #[error("base fee is {got:?}, expected {expected:?}")]
    BaseFee {
        /// The base fee that follows from the parent.
        expected: Option<u64>,
        /// What the header says.
        got: Option<u64>,
    },
    /// The excess blob gas is not what the parent gives.
    #[error("excess blob gas is {got:?}, expected {expected:?}")]
    ExcessBlobGas {
        /// The excess that follows from the parent.
        expected: Option<u64>,
        /// What the header says.
        got: Option<u64>,
    },
    /// The extra data is too long, or does not carry the fork's fee parameters.
    #[error("extra data {got} does not have this fork's form")]
    ExtraData {
        /// What the header says.
        got: Bytes,
    },
    /// The nonce is not zero after the merge.
    #[error("nonce is {got}, expected zero")]
    Nonce {
        /// What the header says.
        got: B64,
    },
    /// The difficulty is not what the rules give.
    #[error("difficulty is {got}, expected {expected}")]
    Difficulty {
        /// Zero after the merge, what the parent gives before.
        expected: U256,
        /// What the header says.
        got: U256,
    },
    /// The uncles are not those that the header names, or not allowed.
    #[error("ommers hash is {got}, expected {expected}")]
    OmmersHash {
        /// The hash of the body's uncles.
        expected: B256,
        /// What the header says.
        got: B256,
    },
    /// The beacon block root is missing, or there before its fork.
    #[error("parent beacon block root does not belong to this fork")]
    ParentBeaconBlockRoot,
    /// The requests hash is not that of the block's requests.
    #[error("requests hash is {got:?}, expected {expected:?}")]
    RequestsHash {
        /// The hash of what the block requests of the consensus layer.
        expected: Option<B256>,
        /// What the header says.
        got: Option<B256>,
    },
    /// A header field of a fork that is not active.
    #[error("the header has fields of a later fork")]
    FieldsOfLaterFork,
    /// The transactions are not those that the header names.
    #[error("transactions root is {got}, expected {expected}")]
    TransactionsRoot {
        /// The root of the body's transactions.
        expected: B256,
        /// What the header says.
        got: B256,
    },
    /// The withdrawals are not those that the header names, or missing, or not allowed.
    #[error("withdrawals do not fit the fork")]
    Withdrawals,
    /// The withdrawals root is neither that of the withdrawals nor, under Isthmus, the storage
    /// root of the message passer.
    #[error("withdrawals root is {got:?}, expected {expected:?}")]
    WithdrawalsRoot {
        /// The root that the rules give.
        expected: Option<B256>,
        /// What the header says.
        got: Option<B256>,
    },
    /// The block spent other gas than it says.
    #[error("gas used is {got}, expected {expected}")]
    GasUsed {
        /// The gas that the transactions used.
        expected: u64,
        /// What the header says.
        got: u64,
    },
    /// The block has another amount of blob gas, or another DA footprint, than it says.
    #[error("blob gas used is {got:?}, expected {expected:?}")]
    BlobGasUsed {
        /// Blob gas, or the footprint from Jovian on.
        expected: Option<u64>,
        /// What the header says.
        got: Option<u64>,
    },
    /// The receipts have another root.
    #[error("receipts root is {got}, expected {expected}")]
    ReceiptsRoot {
        /// The root of the receipts.
        expected: B256,
        /// What the header says.
        got: B256,
    },
    /// The logs have another bloom filter.
    #[error("the logs bloom differs from that of the receipts")]
    LogsBloom {
        /// The filter over the receipts.
        expected: Box<Bloom>,
        /// What the header says.
        got: Box<Bloom>,
    },
    /// The state after the block has another root.
    #[error("state root is {got}, expected {expected}")]
    StateRoot {
        /// The root of the state.
        expected: B256,
        /// What the header says.
        got: B256,
    },
    /// The block is longer than EIP-7934 allows.
    #[error("the block has {got} bytes, more than {max}")]
    BlockSize {
        /// The most bytes.
        max: usize,
        /// The block's bytes.
        got: usize,
    },
    /// A transaction cannot be decoded, or its signature is not one.
    #[error("transaction {index} cannot be read")]
    UnreadableTransaction {
        /// Its place in the block.
        index: usize,
    },
    /// The list of senders is not as long as the list of transactions.
    #[error("{got} senders for {expected} transactions")]
    Senders {
        /// Transactions.
        expected: usize,
        /// Senders.
        got: usize,
    },
    /// A transaction cannot be part of the block.
    #[error("transaction {index}: {reason}")]
    Transaction {
        /// Its place in the block.
        index: usize,
        /// Why not.
        reason: InvalidTransaction,
    },
    /// A contract that the protocol calls is missing or failed.
    #[error("the system call to {contract} failed")]
    SystemCall {
        /// The contract.
        contract: Address,
    },
    /// A deposit request's event has another form than the deposit contract gives it.
    #[error("a deposit event of the deposit contract is malformed")]
    DepositEvent,
    /// The attributes lack what the fork needs, or have what it does not know.
    #[error("the payload attributes do not fit the fork: {field}")]
    Attributes {
        /// The name of the attribute.
        field: &'static str,
    },
}

/// Why a transaction cannot be part of a block.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidTransaction {
    /// It needs more gas than the block has left.
    #[error("gas limit {gas_limit} exceeds the {available} that the block has left")]
    BlockGas {
        /// The transaction's gas limit.
        gas_limit: u64,
        /// What the block has left.
        available: u64,
    },
    /// It carries more blobs than the block has room for.
    #[error("{blob_gas} blob gas exceeds the {available} that the block has left")]
    BlockBlobGas {
        /// The transaction's blob gas.
        blob_gas: u64,
        /// What the block has left.
        available: u64,
    },
    /// Its DA footprint exceeds what the block has left (Jovian).
    #[error("DA footprint {footprint} exceeds the {available} that the block has left")]
    BlockDaFootprint {
        /// The transaction's footprint, in gas.
        footprint: u64,
        /// What the block has left.
        available: u64,
    },
    /// It would make the block longer than EIP-7934 allows.
    #[error("{bytes} bytes exceed the {available} that the block has left")]
    BlockBytes {
        /// The transaction's bytes.
        bytes: usize,
        /// What the block has left.
        available: usize,
    },
    /// It weighs more on L1 than the builder was told to accept.
    #[error("an estimated {bytes} bytes on L1 exceed the {max} that the builder accepts")]
    DaSize {
        /// The estimated bytes.
        bytes: u64,
        /// The most that the transaction, or what is left of the block, may have.
        max: u64,
    },
    /// The block activates Jovian: its L1 attributes have no footprint's price yet, and it holds
    /// deposits alone.
    #[error("the block that activates Jovian has no transactions but deposits")]
    ActivationBlock,
    /// Its type does not exist on this chain, or not yet.
    #[error("transactions of type {tx_type} are not known here")]
    Type {
        /// The transaction's type.
        tx_type: u8,
    },
    /// The EVM rejects it: nonce, balance, fees, gas.
    #[error("{0}")]
    Rejected(String, Rejection),
}

/// What a pool or a builder does with a transaction that the EVM rejects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rejection {
    /// The sender's nonce is already past the transaction's: it will never be valid.
    NonceTooLow,
    /// The sender has transactions to send before it.
    NonceTooHigh,
    /// The sender cannot pay for it now.
    Funds,
    /// It pays less than the block asks.
    Underpriced,
    /// Anything else: it will not become valid by waiting.
    Permanent,
}

impl InvalidTransaction {
    /// Whether it is only this block that has no room for it.
    pub const fn is_block_full(&self) -> bool {
        matches!(
            self,
            Self::BlockGas { .. }
                | Self::BlockBlobGas { .. }
                | Self::BlockDaFootprint { .. }
                | Self::BlockBytes { .. }
                | Self::DaSize { .. }
        )
    }
}
