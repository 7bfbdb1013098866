//! What can be wrong with bytes and values of the protocol.

use alloy_primitives::B256;

use crate::Fork;

/// An error of this crate.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A required value of a configuration is zero or missing.
    #[error("{field} must not be zero; set it in rollup.json")]
    ConfigZero {
        /// The field, as `rollup.json` spells it.
        field: &'static str,
    },
    /// Two values of a configuration must differ, and are equal.
    #[error("{field} and {other} must differ; one of them is copied from the wrong chain")]
    ConfigEqual {
        /// One field.
        field: &'static str,
        /// The other.
        other: &'static str,
    },
    /// A sequencing window that cannot hold an epoch and its successor.
    #[error("seq_window_size is {blocks}, it must be at least 2 L1 blocks; set it in rollup.json")]
    SeqWindowTooSmall {
        /// What the configuration says.
        blocks: u64,
    },
    /// A fork is scheduled before the one it builds on.
    #[error("{later} (at {later_time}) is scheduled before {earlier} (at {earlier_time}); order the fork times")]
    ForkOrder {
        /// The fork that must come first.
        earlier: Fork,
        /// When it is scheduled.
        earlier_time: u64,
        /// The fork that builds on it.
        later: Fork,
        /// When that one is scheduled.
        later_time: u64,
    },
    /// A fork is scheduled and the one it builds on is not.
    #[error("{later} is scheduled and {earlier} is not; set the time of {earlier}, or remove that of {later}")]
    ForkWithoutPredecessor {
        /// The fork without a time.
        earlier: Fork,
        /// The fork that builds on it.
        later: Fork,
    },
    /// A fork that this implementation knows as a starting point only.
    #[error("{fork} must be active at genesis; set {fork}'s time to 0: only Jovian and Karst can be pending")]
    ForkNotAtGenesis {
        /// The fork that is pending or missing.
        fork: Fork,
    },
    /// A fork whose rules are not implemented.
    #[error("{name} is not supported; remove its activation time")]
    ForkUnsupported {
        /// The fork's name.
        name: &'static str,
    },
    /// A fork of an Ethereum chain config comes before the one it builds on, or without it.
    #[error("chain config: {later} is scheduled before {earlier}, or without it; order the fork times")]
    EthereumForkOrder {
        /// The fork that must come first.
        earlier: &'static str,
        /// The fork that builds on it.
        later: &'static str,
    },
    /// A fork with blobs is scheduled and its blob parameters are not given.
    #[error("chain config: blobSchedule has no entry for {fork}; add target, max and baseFeeUpdateFraction")]
    BlobScheduleMissing {
        /// The fork's name as `blobSchedule` spells it.
        fork: &'static str,
    },
    /// A key of a chain config that has no meaning here.
    #[error("chain config: unknown key {key}; remove it, or check its spelling")]
    ChainConfigUnknownKey {
        /// The key.
        key: alloc::string::String,
    },
    /// A value of a chain config that is not what its key asks for.
    #[error("chain config: {key} cannot be read; give it as geth does")]
    ChainConfigValue {
        /// The key.
        key: &'static str,
    },
    /// Bytes that are no transaction of this protocol.
    #[error("malformed transaction: {0}")]
    Transaction(alloy_rlp::Error),
    /// Bytes that are no receipt of this protocol.
    #[error("malformed receipt: {0}")]
    Receipt(alloy_rlp::Error),
    /// A `TransactionDeposited` log of the portal that cannot be read.
    #[error("malformed deposit: {0}")]
    Deposit(DepositFault),
    /// A `ConfigUpdate` log of the system config that cannot be read.
    #[error("malformed system config update: {0}")]
    ConfigUpdate(ConfigUpdateFault),
    /// The first transaction of an L2 block is not the L1 attributes deposit.
    #[error("L2 block {number} does not begin with the L1 attributes deposit")]
    L1AttributesMissing {
        /// The block's number.
        number: u64,
    },
    /// Calldata of an L1 attributes deposit that cannot be read.
    #[error("malformed L1 attributes of {length} bytes")]
    L1Attributes {
        /// Length of the calldata.
        length: usize,
    },
    /// A fee scalar of a version or padding that the specification does not define.
    #[error("fee scalar {scalar} is malformed")]
    FeeScalar {
        /// The scalar.
        scalar: B256,
    },
    /// A header's extra data does not hold EIP-1559 parameters.
    #[error("extra data does not hold EIP-1559 parameters: {0}")]
    ExtraData(ExtraDataFault),
    /// The block of the rollup's genesis height is another block.
    #[error("L2 block {number} is {hash}, the rollup config names {expected} as genesis")]
    GenesisMismatch {
        /// Height of the genesis.
        number: u64,
        /// The block's hash.
        hash: B256,
        /// What the rollup config says.
        expected: B256,
    },
    /// An execution payload whose value does not fit into a header.
    #[error("execution payload: {field} is out of range")]
    PayloadRange {
        /// The field.
        field: &'static str,
    },
    /// A log that is not the event that was asked for.
    #[error("malformed MessagePassed log")]
    MessagePassed,
}

/// What is wrong with a `TransactionDeposited` log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DepositFault {
    /// The event has four topics.
    #[error("{0} topics instead of 4")]
    Topics(usize),
    /// Only version zero is defined.
    #[error("unknown version {0}")]
    Version(B256),
    /// The data is not one minimally padded `bytes` value.
    #[error("data is not one ABI-encoded byte string")]
    Data,
    /// The opaque data is too short for its fixed fields.
    #[error("opaque data of {0} bytes is shorter than 73")]
    OpaqueData(usize),
    /// The minted amount does not fit into 128 bits: more than will ever exist.
    #[error("mint does not fit into 128 bits")]
    Mint,
}

/// What is wrong with a `ConfigUpdate` log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigUpdateFault {
    /// The event has three topics, and its own signature.
    #[error("topics are not those of ConfigUpdate")]
    Topics,
    /// Only version zero is defined.
    #[error("unknown version {0}")]
    Version(B256),
    /// No such type of update.
    #[error("unknown type {0}")]
    Kind(B256),
    /// The data is not what the type asks for.
    #[error("data does not fit type {0}")]
    Data(u8),
}

/// What is wrong with a header's extra data, or with attributes' EIP-1559 parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExtraDataFault {
    /// Holocene's encoding has 9 bytes, Jovian's 17.
    #[error("{0} bytes instead of 9 (Holocene) or 17 (Jovian)")]
    Length(usize),
    /// Version 0 is Holocene's, version 1 Jovian's.
    #[error("version {0} does not fit its length")]
    Version(u8),
    /// Parameters are both zero (only in attributes, meaning the chain's constants) or both not.
    #[error("denominator {denominator} with elasticity {elasticity}")]
    Zero {
        /// The base fee change denominator.
        denominator: u32,
        /// The elasticity multiplier.
        elasticity: u32,
    },
}
