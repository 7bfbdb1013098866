//! A chain of two layers in memory: blocks are written by the test, and derived by a real pipeline.

mod l1;
mod l2;
mod random;
mod wallet;

pub(crate) use self::{
    l1::{Body, L1},
    l2::{L2, rollup_config},
    random::Random,
    wallet::Wallet,
};

use std::sync::Arc;

use derive::{DerivedAttributes, Need, Pipeline, ResetPoint, ResetReason, Step, Verdict};
use protocol::{Block, ChainSpec, K256, L2BlockRef, RollupConfig};

/// What a verifier has: a pipeline, and the chain that it made.
pub(crate) struct Verifier {
    pub(crate) pipeline: Pipeline<K256>,
    pub(crate) rollup: Arc<RollupConfig>,
    /// The chain, genesis first.
    pub(crate) blocks: Vec<Block>,
    /// What was derived, in order, replaced attributes included.
    pub(crate) derived: Vec<Arc<DerivedAttributes>>,
    /// What was asked for and given.
    pub(crate) needs: Vec<Need>,
}

impl Verifier {
    /// One that starts at genesis.
    pub(crate) fn new(rollup: &Arc<RollupConfig>, l1: &L1) -> Self {
        let start = genesis_start(rollup, l1);
        let chain = Arc::new(ChainSpec::public_l1(1).unwrap());
        Self {
            pipeline: Pipeline::new(Arc::clone(rollup), chain, K256, &start),
            rollup: Arc::clone(rollup),
            blocks: vec![L2::genesis()],
            derived: Vec::new(),
            needs: Vec::new(),
        }
    }

    /// Derives all that L1 holds, every block being valid.
    pub(crate) fn run(&mut self, l1: &L1) -> Result<(), ResetReason> {
        self.run_with(l1, |_| true)
    }

    /// Derives all that L1 holds; the engine of the test says what is valid.
    pub(crate) fn run_with(
        &mut self,
        l1: &L1,
        mut is_valid: impl FnMut(&DerivedAttributes) -> bool,
    ) -> Result<(), ResetReason> {
        self.pipeline.set_l1_head(l1.head().header.number);
        loop {
            match self.pipeline.step() {
                Step::Attributes(derived) => {
                    self.derived.push(Arc::clone(&derived));
                    self.judge(&derived, is_valid(&derived));
                }
                Step::Need(need) => self.give(l1, need),
                Step::Idle { next_l1 } => {
                    assert_eq!(next_l1, l1.head().header.number + 1);
                    return Ok(());
                }
                Step::Reset(reason) => return Err(reason),
                Step::Halt(reason) => panic!("{reason}"),
            }
        }
    }

    fn judge(&mut self, derived: &DerivedAttributes, is_valid: bool) {
        let verdict = if is_valid {
            let block = L2::execute(&self.rollup, derived);
            let header = Box::new(block.header.clone());
            assert_eq!(derived.parent.hash, self.head().hash);
            self.blocks.push(block);
            Verdict::Valid(header)
        } else {
            Verdict::Invalid
        };
        self.pipeline.push_verdict(verdict).unwrap();
    }

    fn give(&mut self, l1: &L1, need: Need) {
        self.needs.push(need.clone());
        match need {
            Need::L1Block { number, .. } => {
                self.pipeline.push_l1_block(l1.block(number).to_input()).unwrap();
            }
            Need::L1Receipts { block } => {
                let receipts = &l1.block(block.number).receipts;
                self.pipeline.push_l1_receipts(block.hash, receipts).unwrap();
            }
            Need::Blobs {
                block,
                versioned_hashes,
            } => {
                let blobs = l1.blobs(&versioned_hashes);
                self.pipeline.push_blobs(block.hash, &blobs).unwrap();
            }
            Need::L2Block { number } => {
                let index = usize::try_from(number).unwrap();
                self.pipeline.push_l2_block(&self.blocks[index]).unwrap();
            }
            Need::DaInput { .. } => panic!("no commitments in this chain"),
        }
    }

    /// The last block.
    pub(crate) fn head(&self) -> L2BlockRef {
        L2BlockRef::from_block(&self.rollup, self.blocks.last().unwrap()).unwrap()
    }
}

/// Where a pipeline starts that has nothing but the genesis.
fn genesis_start(rollup: &RollupConfig, l1: &L1) -> ResetPoint {
    ResetPoint {
        safe_head: L2BlockRef::genesis(rollup),
        system_config: rollup.genesis.system_config,
        l1_base: l1.block(rollup.genesis.l1.number).reference(),
        l1_base_system_config: rollup.genesis.system_config,
    }
}
