//! A sequencer without a clock, and the batcher beside it.

use std::sync::Arc;

use alloy_primitives::{B256, Bytes};
use chain::BlockRecord;
use derive::encoder::{Encoder, EncoderConfig};
use derive::sequencer_attributes;
use protocol::{L2BlockRef, SystemConfig};

use crate::{Execution, L1Draft, Rollup, SimulatedBlock, SimulatedL1};

const CALLDATA_BYTES_MAX: usize = 2_000;

/// Makes blocks on the newest L1 origin that it may, and posts them as span batches in calldata.
#[derive(Debug)]
pub struct Sequencer {
    rollup: Rollup,
    execution: Execution,
    head: Arc<BlockRecord>,
    encoder: Encoder,
}

impl Sequencer {
    /// A sequencer at the genesis.
    pub fn new(rollup: &Rollup) -> Self {
        let execution = Execution::new(rollup);
        let head = Arc::clone(execution.chain().genesis());
        let encoder = Encoder::new(Arc::clone(&rollup.config), EncoderConfig::calldata(CALLDATA_BYTES_MAX));
        Self {
            rollup: rollup.clone(),
            execution,
            head,
            encoder,
        }
    }

    /// Its execution client.
    pub const fn execution(&self) -> &Execution {
        &self.execution
    }

    /// Its newest block.
    pub fn head(&self) -> &BlockRecord {
        &self.head
    }

    /// Makes blocks with `transactions` in the first of them, until the next one would be later than the head of L1.
    pub fn sequence(&mut self, l1: &SimulatedL1, mut transactions: Vec<Bytes>) {
        let l1_time = l1.head().block.header.timestamp;
        while self.head.header().timestamp + self.rollup.config.block_time <= l1_time {
            self.build(l1, std::mem::take(&mut transactions));
        }
    }

    /// Posts every block that is not posted yet, as one channel, in a block of L1.
    pub fn post(&mut self, l1: &SimulatedL1, draft: L1Draft) -> L1Draft {
        let at = l1.head().reference().number;
        let next = self.encoder.last_block().map_or(1, |last| last.number + 1);
        for number in next..=self.head.header().number {
            let record = self
                .execution
                .block(number)
                .expect("the sequencer's blocks are canonical");
            self.encoder.add_block(&record.block, at).expect("consecutive blocks");
        }
        self.encoder.close().expect("a channel in frames");
        let channels = self.encoder.take_channels();
        let calldata = channels.iter().flat_map(|channel| channel.calldata());
        let (contracts, batcher) = (self.rollup.contracts(), Rollup::batcher());
        calldata.fold(draft, |draft, data| draft.batch(contracts, &batcher, data))
    }

    /// Goes back to the newest block whose L1 origin is still canonical, and posts again from the block after `posted` on.
    pub fn follow_reorg(&mut self, l1: &SimulatedL1, posted: u64) {
        while !is_canonical(l1, &self.reference()) {
            let parent = self.head.header().parent_hash;
            self.head = self.record(parent);
        }
        self.choose_head();
        self.encoder.reset();
        for number in posted..=posted.min(self.head.header().number) {
            if number > 0 {
                self.skip_posted(number);
            }
        }
    }

    /// Tells the encoder that a block is posted already.
    fn skip_posted(&mut self, number: u64) {
        let record = self
            .execution
            .block(number)
            .expect("the sequencer's blocks are canonical");
        self.encoder
            .add_block(&record.block, 0)
            .expect("the first block of an encoder may be any");
        self.encoder.close().expect("a channel in frames");
        self.encoder.take_channels();
    }

    fn build(&mut self, l1: &SimulatedL1, transactions: Vec<Bytes>) {
        let parent = self.reference();
        let config = SystemConfig::from_block(&self.rollup.config, &self.head.block).expect("our own block");
        let origin = self.next_origin(l1, &parent);
        let receipts = if origin.hash == parent.l1_origin.hash {
            &[][..]
        } else {
            &origin.receipts
        };
        let header = &origin.block.header;
        let mut attributes =
            sequencer_attributes(&self.rollup.config, &self.rollup.l1, &parent, config, header, receipts)
                .expect("the origin follows the parent's");
        attributes.no_tx_pool = true;
        attributes.transactions.extend(transactions);
        self.head = self
            .execution
            .build(parent.hash, &attributes)
            .expect("the test's transactions are valid");
        self.choose_head();
    }

    /// The L1 block after the parent's origin as soon as it is not in the next block's future, the parent's origin until then.
    fn next_origin(&self, l1: &SimulatedL1, parent: &L2BlockRef) -> Arc<SimulatedBlock> {
        let next_time = parent.timestamp + self.rollup.config.block_time;
        let next = l1
            .block(parent.l1_origin.number + 1)
            .filter(|block| block.block.header.timestamp <= next_time);
        next.or_else(|| l1.block_by_hash(parent.l1_origin.hash))
            .expect("the parent's origin is known")
    }

    fn choose_head(&self) {
        self.execution.choose(self.head.hash, B256::ZERO, B256::ZERO);
    }

    fn reference(&self) -> L2BlockRef {
        L2BlockRef::from_block(&self.rollup.config, &self.head.block).expect("our own block")
    }

    fn record(&self, hash: B256) -> Arc<BlockRecord> {
        self.execution
            .chain()
            .record(hash)
            .expect("a readable store")
            .expect("our own block")
    }
}

fn is_canonical(l1: &SimulatedL1, block: &L2BlockRef) -> bool {
    l1.block(block.l1_origin.number)
        .is_some_and(|origin| origin.hash == block.l1_origin.hash)
}
