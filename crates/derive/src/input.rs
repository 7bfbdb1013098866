//! What is pushed into the pipeline.

use alloc::{boxed::Box, vec::Vec};

use alloy_consensus::Header;
use alloy_primitives::Bytes;
use protocol::{BlockRef, L2BlockRef, SystemConfig};

/// An L1 block. The pipeline checks the header against the hash or parent that it asked for, and the
/// transactions against the header.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct L1Block {
    /// The header.
    pub header: Header,
    /// The transactions, in their EIP-2718 encoding. Types that nobody knows yet are welcome.
    pub transactions: Vec<Bytes>,
}

/// What became of attributes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// They made a block, which is the new safe head: this is its header.
    Valid(Box<Header>),
    /// The engine says that they make no valid block. The pipeline then says the same attributes with
    /// nothing but the deposits, and drops the channel that they came from (Holocene).
    Invalid,
}

/// Where derivation starts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ResetPoint {
    /// The block to derive the next one of.
    pub safe_head: L2BlockRef,
    /// The system config of the safe head: [`SystemConfig::from_block`].
    pub system_config: SystemConfig,
    /// The first L1 block to read: the safe head's L1 origin, or an earlier one so that no channel that
    /// began before it is missed.
    pub l1_base: BlockRef,
    /// The system config as of that L1 block: of an L2 block whose L1 origin it is.
    pub l1_base_system_config: SystemConfig,
}
