//! An L1 that a test writes block by block and reorganises at will.

use std::collections::HashMap;
use std::sync::Arc;

use alloy_consensus::{EMPTY_OMMER_ROOT_HASH, Header};
use alloy_eips::eip4895::Withdrawals;
use alloy_primitives::{B256, Bytes, keccak256};
use derive::L1Block;
use protocol::{Block, BlockBody, BlockRef, Receipt, logs_bloom, receipts_root, transactions_root, withdrawals_root};

use crate::L1Draft;

const GAS_LIMIT: u64 = 60_000_000;
const BASE_FEE_WEI: u64 = 1_000_000_000;

/// A block of the simulated L1, which stays readable by hash after a reorganisation has dropped it.
#[derive(Clone, Debug)]
pub struct SimulatedBlock {
    /// The block's hash.
    pub hash: B256,
    /// Header and body.
    pub block: Block,
    /// What its transactions left behind.
    pub receipts: Vec<Receipt>,
}

impl SimulatedBlock {
    /// What places it in its chain.
    pub const fn reference(&self) -> BlockRef {
        BlockRef::from_header(self.hash, &self.block.header)
    }

    /// As derivation reads it.
    pub fn readable(&self) -> L1Block {
        L1Block {
            header: self.block.header.clone(),
            transactions: self.encoded_transactions(),
        }
    }

    /// Its transactions, encoded.
    pub fn encoded_transactions(&self) -> Vec<Bytes> {
        self.block
            .body
            .transactions
            .iter()
            .map(protocol::Transaction::encoded)
            .collect()
    }
}

/// A chain of blocks with real headers over whatever transactions and logs a test says.
#[derive(Clone, Debug)]
pub struct SimulatedL1 {
    canonical: Vec<Arc<SimulatedBlock>>,
    by_hash: HashMap<B256, Arc<SimulatedBlock>>,
    slot_s: u64,
    finality_blocks: u64,
    /// Counts reorganisations, and is part of every header, so that no block returns under its old hash.
    reorgs: u64,
}

impl SimulatedL1 {
    /// An L1 of one empty block, with a block every `slot_s` seconds and a finalized head `finality_blocks` behind the newest one.
    pub fn new(genesis_time: u64, slot_s: u64, finality_blocks: u64) -> Self {
        let mut l1 = Self {
            canonical: Vec::new(),
            by_hash: HashMap::new(),
            slot_s,
            finality_blocks,
            reorgs: 0,
        };
        l1.append(genesis_time, L1Draft::default());
        l1
    }

    /// Builds the next block and answers with it.
    pub fn build(&mut self, draft: L1Draft) -> Arc<SimulatedBlock> {
        let timestamp = self.head().block.header.timestamp + self.slot_s;
        self.append(timestamp, draft)
    }

    /// Drops the newest `depth` blocks from the canonical chain. The genesis block stays.
    pub fn drop_blocks(&mut self, depth: usize) {
        let kept = self.canonical.len().saturating_sub(depth).max(1);
        self.canonical.truncate(kept);
        self.reorgs += 1;
    }

    /// The newest block.
    pub fn head(&self) -> Arc<SimulatedBlock> {
        Arc::clone(
            self.canonical
                .last()
                .expect("invariant: the genesis block is never dropped"),
        )
    }

    /// The newest block that no test may drop any more.
    pub fn finalized(&self) -> Arc<SimulatedBlock> {
        let number = self.head().block.header.number.saturating_sub(self.finality_blocks);
        self.block(number)
            .expect("invariant: every block up to the head is there")
    }

    /// The canonical block of a number.
    pub fn block(&self, number: u64) -> Option<Arc<SimulatedBlock>> {
        usize::try_from(number)
            .ok()
            .and_then(|index| self.canonical.get(index))
            .cloned()
    }

    /// A block of any chain that there was, by its hash.
    pub fn block_by_hash(&self, hash: B256) -> Option<Arc<SimulatedBlock>> {
        self.by_hash.get(&hash).cloned()
    }

    fn append(&mut self, timestamp: u64, draft: L1Draft) -> Arc<SimulatedBlock> {
        let L1Draft { transactions, receipts } = draft;
        let body = BlockBody {
            transactions,
            ommers: Vec::new(),
            withdrawals: Some(Withdrawals::default()),
        };
        let header = self.header(timestamp, &body, &receipts);
        let hash = header.hash_slow();
        let block = Arc::new(SimulatedBlock {
            hash,
            block: Block { header, body },
            receipts,
        });
        self.by_hash.insert(hash, Arc::clone(&block));
        self.canonical.push(Arc::clone(&block));
        block
    }

    fn header(&self, timestamp: u64, body: &BlockBody, receipts: &[Receipt]) -> Header {
        let parent = self.canonical.last();
        let number = self.canonical.len() as u64;
        Header {
            parent_hash: parent.map_or(B256::ZERO, |parent| parent.hash),
            ommers_hash: EMPTY_OMMER_ROOT_HASH,
            transactions_root: transactions_root(&body.transactions),
            receipts_root: receipts_root(receipts),
            logs_bloom: logs_bloom(receipts),
            number,
            gas_limit: GAS_LIMIT,
            gas_used: receipts.last().map_or(0, |receipt| receipt.cumulative_gas_used),
            timestamp,
            extra_data: Bytes::copy_from_slice(&self.reorgs.to_be_bytes()),
            mix_hash: keccak256([number.to_be_bytes(), self.reorgs.to_be_bytes()].concat()),
            base_fee_per_gas: Some(BASE_FEE_WEI),
            withdrawals_root: Some(withdrawals_root(&Withdrawals::default())),
            blob_gas_used: Some(0),
            excess_blob_gas: Some(0),
            parent_beacon_block_root: Some(keccak256(number.to_be_bytes())),
            requests_hash: Some(alloy_eips::eip7685::EMPTY_REQUESTS_HASH),
            ..Header::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Blocks follow each other, and a block built again at the same height is another one.
    #[test]
    fn a_reorganised_block_has_a_new_hash() {
        let mut l1 = SimulatedL1::new(1_000, 12, 8);
        let first = l1.build(L1Draft::default());
        let second = l1.build(L1Draft::default());
        assert_eq!(second.block.header.parent_hash, first.hash);
        assert_eq!(second.block.header.timestamp, 1_024);

        l1.drop_blocks(1);
        let again = l1.build(L1Draft::default());
        assert_eq!(
            (again.reference().number, again.reference().parent_hash),
            (2, first.hash)
        );
        assert_ne!(again.hash, second.hash);
        assert_eq!(l1.block_by_hash(second.hash).expect("kept").hash, second.hash);
        assert_eq!(l1.block(2).expect("canonical").hash, again.hash);
    }
}
