//! The beacon chain that the embedded L1 would have: one block header for each block of execution, rooted as consensus does.
//!
//! Specification: ethereum/consensus-specs, `phase0/beacon-chain.md` (BeaconBlockHeader) and `ssz/simple-serialize.md`.

use alloy_primitives::B256;
use chain::{BlockRecord, Chain, SidecarItem};
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// Slots and roots over a chain of execution blocks.
#[derive(Debug, Clone)]
pub(crate) struct BeaconChain {
    chain: Chain,
    slot_duration_s: u64,
}

/// `BeaconBlockHeader`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct BeaconHeader {
    pub(crate) slot: u64,
    pub(crate) parent_root: B256,
    pub(crate) state_root: B256,
    pub(crate) body_root: B256,
}

impl BeaconHeader {
    /// `hash_tree_root`: five fields of 32 bytes, in a tree of eight leaves. The proposer has index zero.
    pub(crate) fn root(&self) -> B256 {
        let mut slot = [0; 32];
        slot[..8].copy_from_slice(&self.slot.to_le_bytes());
        let zero = B256::ZERO;
        let leaves = [
            slot.into(),
            zero,
            self.parent_root,
            self.state_root,
            self.body_root,
            zero,
            zero,
            zero,
        ];
        let pairs = |level: &[B256]| level.chunks(2).map(|pair| hash(pair[0], pair[1])).collect::<Vec<_>>();
        pairs(&pairs(&pairs(&leaves)))[0]
    }
}

fn hash(left: B256, right: B256) -> B256 {
    B256::from_slice(&Sha256::new().chain_update(left).chain_update(right).finalize())
}

impl BeaconChain {
    pub(crate) const fn new(chain: Chain, slot_duration_s: u64) -> Self {
        Self { chain, slot_duration_s }
    }

    pub(crate) const fn slot_duration_s(&self) -> u64 {
        self.slot_duration_s
    }

    pub(crate) const fn chain(&self) -> &Chain {
        &self.chain
    }

    pub(crate) fn genesis_time(&self) -> u64 {
        self.chain.genesis().header().timestamp
    }

    pub(crate) fn slot_of(&self, record: &BlockRecord) -> u64 {
        (record.header().timestamp - self.genesis_time()) / self.slot_duration_s
    }

    /// The beacon block around a block of execution. Its parent's root stands in the block itself; what would be its state and
    /// its body are stood for by the state root and the hash of the execution block.
    pub(crate) fn header_of(&self, record: &BlockRecord) -> BeaconHeader {
        BeaconHeader {
            slot: self.slot_of(record),
            parent_root: record.header().parent_beacon_block_root.unwrap_or_default(),
            state_root: record.header().state_root,
            body_root: record.hash,
        }
    }

    /// The canonical block of a slot, if the slot has one.
    pub(crate) fn at_slot(&self, slot: u64) -> Result<Option<Arc<BlockRecord>>, chain::Error> {
        let timestamp = self.genesis_time() + slot * self.slot_duration_s;
        let (mut low, mut high) = (0, self.chain.head().number);
        while low < high {
            let middle = low + (high - low) / 2;
            let record = self.chain.record_by_number(middle)?;
            match record.is_some_and(|record| record.header().timestamp < timestamp) {
                true => low = middle + 1,
                false => high = middle,
            }
        }
        let record = self.chain.record_by_number(low)?;
        Ok(record.filter(|record| record.header().timestamp == timestamp))
    }

    /// The block with this beacon root, looked for from the head on backwards.
    pub(crate) fn by_root(&self, root: B256) -> Result<Option<Arc<BlockRecord>>, chain::Error> {
        let head = self.chain.head_record();
        if self.header_of(&head).root() == root {
            return Ok(Some(head));
        }
        let mut child = head;
        while child.header().number > 0 {
            let parent = self.chain.record(child.header().parent_hash)?;
            let Some(parent) = parent else { break };
            if child.header().parent_beacon_block_root == Some(root) {
                return Ok(Some(parent));
            }
            child = parent;
        }
        Ok(None)
    }

    /// The blobs of a block.
    pub(crate) fn blobs(&self, record: &BlockRecord) -> Result<Vec<SidecarItem>, chain::Error> {
        self.chain.blobs(record.hash)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloy_primitives::b256;

    #[test]
    fn the_root_of_an_empty_header_is_that_of_eight_zero_leaves() {
        let header = BeaconHeader {
            slot: 0,
            parent_root: B256::ZERO,
            state_root: B256::ZERO,
            body_root: B256::ZERO,
        };
        assert_eq!(
            header.root(),
            b256!("c78009fdf07fc56a11f122370658a353aaa542ed63e44c4bc15ff4cd105ab33c")
        );
    }
}
