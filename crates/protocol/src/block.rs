//! Blocks of both layers, and references to them.

use alloy_consensus::{Header, proofs};
use alloy_eips::{BlockNumHash, eip4895::Withdrawals};
use alloy_primitives::B256;
use serde::{Deserialize, Serialize};

use crate::{Error, L1BlockInfo, RollupConfig, Transaction};

/// A block of either layer: header and body.
pub type Block = alloy_consensus::Block<Transaction>;
/// A block's transactions, ommers and withdrawals.
pub type BlockBody = alloy_consensus::BlockBody<Transaction>;

/// A block by what places it in its chain.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BlockRef {
    /// The block's hash.
    pub hash: B256,
    /// Its height.
    pub number: u64,
    /// Its parent's hash.
    pub parent_hash: B256,
    /// Its time in seconds.
    pub timestamp: u64,
}

impl BlockRef {
    /// Reference to the block of that header, whose hash is known.
    pub const fn from_header(hash: B256, header: &Header) -> Self {
        let Header {
            number,
            parent_hash,
            timestamp,
            ..
        } = *header;
        Self {
            hash,
            number,
            parent_hash,
            timestamp,
        }
    }

    /// Number and hash.
    pub const fn id(&self) -> BlockNumHash {
        BlockNumHash {
            number: self.number,
            hash: self.hash,
        }
    }
}

/// An L2 block with its place in the derivation, in the JSON form of `optimism_syncStatus`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct L2BlockRef {
    /// The block's hash.
    pub hash: B256,
    /// Its height.
    pub number: u64,
    /// Its parent's hash.
    pub parent_hash: B256,
    /// Its time in seconds.
    pub timestamp: u64,
    /// The L1 block whose epoch it belongs to.
    #[serde(rename = "l1origin")]
    pub l1_origin: BlockNumHash,
    /// Its position within the epoch.
    pub sequence_number: u64,
}

impl L2BlockRef {
    /// Reference to an L2 block: its L1 origin stands in its first transaction, or, for the genesis, in
    /// the rollup config.
    pub fn from_block(config: &RollupConfig, block: &Block) -> Result<Self, Error> {
        Self::from_block_with_hash(config, block.header.hash_slow(), block)
    }

    /// As [`Self::from_block`], where the hash is known.
    pub fn from_block_with_hash(config: &RollupConfig, hash: B256, block: &Block) -> Result<Self, Error> {
        let (l1_origin, sequence_number) = if block.header.number == config.genesis.l2.number {
            config.check_genesis(hash)?;
            (config.genesis.l1, 0)
        } else {
            let info = L1BlockInfo::from_block(block)?;
            (info.id(), info.sequence_number)
        };
        let BlockRef {
            hash,
            number,
            parent_hash,
            timestamp,
        } = BlockRef::from_header(hash, &block.header);
        Ok(Self {
            hash,
            number,
            parent_hash,
            timestamp,
            l1_origin,
            sequence_number,
        })
    }

    /// Reference to the genesis that the rollup config names.
    pub const fn genesis(config: &RollupConfig) -> Self {
        Self {
            hash: config.genesis.l2.hash,
            number: config.genesis.l2.number,
            parent_hash: B256::ZERO,
            timestamp: config.genesis.l2_time,
            l1_origin: config.genesis.l1,
            sequence_number: 0,
        }
    }

    /// Number and hash.
    pub const fn id(&self) -> BlockNumHash {
        BlockNumHash {
            number: self.number,
            hash: self.hash,
        }
    }

    /// What both layers' references have.
    pub const fn block_ref(&self) -> BlockRef {
        let Self {
            hash,
            number,
            parent_hash,
            timestamp,
            ..
        } = *self;
        BlockRef {
            hash,
            number,
            parent_hash,
            timestamp,
        }
    }
}

/// Root of a block's transactions.
pub fn transactions_root(transactions: &[Transaction]) -> B256 {
    proofs::calculate_transaction_root(transactions)
}

/// Root of a block's consensus withdrawals.
pub fn withdrawals_root(withdrawals: &Withdrawals) -> B256 {
    proofs::calculate_withdrawals_root(withdrawals)
}

/// How a body fails to be the body of a header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyFault {
    /// The transactions root differs.
    Transactions,
    /// The ommers hash differs.
    Ommers,
    /// Withdrawals are present in one and absent in the other, or their root differs.
    Withdrawals,
}

/// Whether the body is the one that the header commits to.
///
/// `withdrawals_root_is_state` says that the header's `withdrawalsRoot` is the message passer's storage
/// root (OP Stack since Isthmus): then the body's withdrawals must be present and empty.
pub fn check_body(header: &Header, body: &BlockBody, withdrawals_root_is_state: bool) -> Result<(), BodyFault> {
    if transactions_root(&body.transactions) != header.transactions_root {
        return Err(BodyFault::Transactions);
    }
    if proofs::calculate_ommers_root(&body.ommers) != header.ommers_hash {
        return Err(BodyFault::Ommers);
    }
    let withdrawals_fit = match (&body.withdrawals, header.withdrawals_root) {
        (None, None) => true,
        (Some(withdrawals), Some(_)) if withdrawals_root_is_state => withdrawals.is_empty(),
        (Some(withdrawals), Some(root)) => withdrawals_root(withdrawals) == root,
        _ => false,
    };
    if withdrawals_fit {
        Ok(())
    } else {
        Err(BodyFault::Withdrawals)
    }
}
