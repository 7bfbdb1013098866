//! A verifier without a network: it serves the pipeline's needs from a simulated L1 and executes what comes out.

use std::sync::Arc;

use chain::Secp256k1;
use derive::{
    DerivedAttributes, Finality, L1Link, Need, Pipeline, ResetPoint, Step, SyncHeads, SyncStart, SyncStep, Verdict,
};
use protocol::{L2BlockRef, SystemConfig};

use crate::{Execution, Rollup, SimulatedL1};

/// Steps of one synchronisation, far above what any story takes.
const STEPS_MAX: usize = 1_000_000;

/// Derives the chain from L1 alone.
#[derive(Debug)]
pub struct Verifier {
    rollup: Rollup,
    execution: Execution,
    pipeline: Pipeline<Secp256k1>,
    finality: Finality,
    finalized: L2BlockRef,
    resets: usize,
}

impl Verifier {
    /// A verifier at the genesis.
    pub fn new(rollup: &Rollup, l1: &SimulatedL1) -> Self {
        let genesis = L2BlockRef::genesis(&rollup.config);
        let system_config = rollup.config.genesis.system_config;
        let start = ResetPoint {
            safe_head: genesis,
            system_config,
            l1_base: l1
                .block_by_hash(genesis.l1_origin.hash)
                .expect("the rollup begins on this L1")
                .reference(),
            l1_base_system_config: system_config,
        };
        Self {
            rollup: rollup.clone(),
            execution: Execution::new(rollup),
            pipeline: Pipeline::new(Arc::clone(&rollup.config), Arc::clone(&rollup.l1), Secp256k1, &start),
            finality: Finality::default(),
            finalized: genesis,
            resets: 0,
        }
    }

    /// Its execution client, whose canonical chain is the safe chain.
    pub const fn execution(&self) -> &Execution {
        &self.execution
    }

    /// The newest block that it derived.
    pub const fn safe_head(&self) -> &L2BlockRef {
        self.pipeline.safe_head()
    }

    /// The newest block that was derived from finalized L1 blocks alone.
    pub const fn finalized_head(&self) -> &L2BlockRef {
        &self.finalized
    }

    /// The system config of the safe head.
    pub const fn system_config(&self) -> &SystemConfig {
        self.pipeline.system_config()
    }

    /// How often L1 made it start again.
    pub const fn resets(&self) -> usize {
        self.resets
    }

    /// Derives everything that L1 holds.
    pub fn sync(&mut self, l1: &SimulatedL1) {
        self.pipeline.set_l1_head(l1.head().reference().number);
        for _ in 0..STEPS_MAX {
            match self.pipeline.step() {
                Step::Attributes(derived) => self.execute(&derived),
                Step::Need(need) => self.serve(l1, &need),
                Step::Reset(_) => self.restart(l1),
                Step::Idle { .. } => return self.finalize(l1),
                Step::Halt(reason) => panic!("derivation halts: {reason}"),
            }
        }
        panic!("derivation does not end");
    }

    fn execute(&mut self, derived: &DerivedAttributes) {
        let Some(record) = self.execution.build(derived.parent.hash, &derived.attributes) else {
            return self
                .pipeline
                .push_verdict(Verdict::Invalid)
                .expect("a verdict is awaited");
        };
        self.execution.choose(record.hash, record.hash, self.finalized.hash);
        let verdict = Verdict::Valid(Box::new(record.header().clone()));
        self.pipeline.push_verdict(verdict).expect("a verdict is awaited");
        self.finality.record(derived.derived_from, *self.pipeline.safe_head());
    }

    fn serve(&mut self, l1: &SimulatedL1, need: &Need) {
        let pushed = match need {
            Need::L1Block { number, link } => {
                let block = match link {
                    L1Link::Hash(hash) => l1.block_by_hash(*hash),
                    L1Link::Parent(_) => l1.block(*number),
                };
                self.pipeline.push_l1_block(block.expect("L1 has the block").readable())
            }
            Need::L1Receipts { block } => {
                let receipts = &l1.block_by_hash(block.hash).expect("L1 has the block").receipts;
                self.pipeline.push_l1_receipts(block.hash, receipts)
            }
            Need::L2Block { number } => {
                let record = self.execution.block(*number).expect("the safe chain has the block");
                self.pipeline.push_l2_block(&record.block)
            }
            other => panic!("the simulated L1 holds calldata alone: {other:?}"),
        };
        pushed.expect("what was asked for");
    }

    /// Looks for the newest block that L1 still says, and starts there.
    fn restart(&mut self, l1: &SimulatedL1) {
        self.resets += 1;
        let safe = *self.pipeline.safe_head();
        let heads = SyncHeads {
            finalized: self.finalized,
            safe,
            unsafe_head: safe,
        };
        let derivations = self.finality.latest_first().copied();
        let mut search = SyncStart::new(Arc::clone(&self.rollup.config), heads, derivations);
        for _ in 0..STEPS_MAX {
            match search.step() {
                SyncStep::NeedL1(number) => {
                    search
                        .push_l1(l1.block(number).map(|block| block.reference()))
                        .expect("what was asked for");
                }
                SyncStep::NeedL2(number) => {
                    let record = self.execution.block(number).expect("the safe chain has the block");
                    search.push_l2(&record.block).expect("what was asked for");
                }
                SyncStep::Found(point) => {
                    let safe = point.reset.safe_head.hash;
                    self.execution.choose(safe, safe, self.finalized.hash);
                    return self.pipeline.reset(&point.reset);
                }
                SyncStep::FinalizedReorged { origin } => panic!("finalized L1 block {} is gone", origin.number),
            }
        }
        panic!("the search for a start does not end");
    }

    fn finalize(&mut self, l1: &SimulatedL1) {
        if let Some(finalized) = self.finality.finalize(l1.finalized().reference().number) {
            self.finalized = finalized;
            let safe = self.pipeline.safe_head().hash;
            self.execution.choose(safe, safe, finalized.hash);
        }
    }
}
