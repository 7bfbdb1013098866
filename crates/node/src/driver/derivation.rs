//! From the pipeline's steps to the engine's labels.

use super::{Driver, id};
use crate::{Engine, EngineError, Error, Event, L1Reader, L2Block, SafeHead};
use alloy_eips::BlockId;
use derive::{DerivedAttributes, Step, Verdict, consolidate};
use protocol::L2BlockRef;
use std::sync::Arc;

/// Blocks that may become safe before the engine hears of it, while there are more to come.
const LABEL_INTERVAL_BLOCKS: u64 = 32;

impl<E: Engine, L: L1Reader> Driver<E, L> {
    /// Does what the pipeline says next.
    pub(super) async fn advance(&mut self) -> Result<(), Error> {
        match self.pipeline.step() {
            Step::Need(need) => {
                let needs_l1_head = matches!(need, derive::Need::L1Block { .. });
                if needs_l1_head {
                    self.report_safe(false).await;
                    self.l1_was_read();
                }
                self.provide(need).await
            }
            Step::Attributes(derived) => match self.apply(&derived).await {
                Ok(()) => self.record_safe(),
                Err(error) => self.on_engine_error(error).await,
            },
            Step::Idle { .. } => {
                self.report_safe(true).await;
                self.l1_was_read();
                self.is_idle = true;
                Ok(())
            }
            Step::Reset(reason) => self.find_start(reason.to_string()).await,
            Step::Halt(reason) => Err(reason.into()),
        }
    }

    async fn apply(&mut self, derived: &Arc<DerivedAttributes>) -> Result<(), EngineError> {
        let number = derived.parent.number + 1;
        if number <= self.heads.unsafe_head.number {
            match self.consolidate(derived, number).await? {
                Ok(()) => return Ok(()),
                Err(reason) => self.replaced(number, reason),
            }
        }
        self.force(derived).await
    }

    /// Keeps the engine's block if it is what L1 says. The inner error says where it differs.
    async fn consolidate(
        &mut self,
        derived: &Arc<DerivedAttributes>,
        number: u64,
    ) -> Result<Result<(), String>, EngineError> {
        let Some(block) = self.engine.block(BlockId::from(number)).await? else {
            return Ok(Err("the execution client lost it".into()));
        };
        if let Err(mismatch) = consolidate::matches(&self.config.rollup, derived, &block.block) {
            return Ok(Err(mismatch.to_string()));
        }
        self.accept(derived, &block).await?;
        Ok(Ok(()))
    }

    fn replaced(&mut self, number: u64, reason: String) {
        tracing::warn!(target: "node", number, %reason, "L1 says otherwise: the block is replaced");
        self.tell(Event::Replaced { number, reason });
        if let Some(sequencer) = &mut self.sequencer {
            sequencer.abandon();
        }
    }

    /// Builds the block that L1 says on the safe head.
    async fn force(&mut self, derived: &Arc<DerivedAttributes>) -> Result<(), EngineError> {
        self.heads.unsafe_head = derived.parent;
        self.heads.safe = derived.parent;
        if self.told.unsafe_head.number > derived.parent.number {
            // Nothing of what is replaced may stay canonical.
            self.engine.fork_choice(self.heads.state()).await?;
            self.told = self.heads;
        }
        let attributes = derived.attributes.clone();
        let block = match self.engine.derive(self.heads.state(), attributes).await {
            Ok(block) => block,
            Err(EngineError::InvalidAttributes(reason)) => {
                tracing::warn!(target: "node", number = derived.parent.number + 1, %reason, "derived block is invalid");
                self.pipeline.push_verdict(Verdict::Invalid).map_err(unexpected)?;
                return Ok(());
            }
            Err(error) => return Err(error),
        };
        self.heads.unsafe_head = self.reference(&block)?;
        self.accept(derived, &block).await
    }

    /// The block is safe now.
    async fn accept(&mut self, derived: &Arc<DerivedAttributes>, block: &L2Block) -> Result<(), EngineError> {
        self.heads.safe = self.reference(block)?;
        let header = Box::new(block.block.header.clone());
        self.pipeline.push_verdict(Verdict::Valid(header)).map_err(unexpected)?;
        self.finality.record(derived.derived_from, self.heads.safe);
        self.safe_found = Some(SafeHead {
            l1: derived.derived_from.id(),
            l2: id(&self.heads.safe),
        });
        self.resumed();
        if self.heads.safe.number >= self.safe_reported.number + LABEL_INTERVAL_BLOCKS {
            self.report_safe(true).await;
        }
        Ok(())
    }

    fn record_safe(&mut self) -> Result<(), Error> {
        match (&self.outputs.safedb, self.safe_found.take()) {
            (Some(safedb), Some(found)) => safedb.record(found),
            _ => Ok(()),
        }
    }

    /// Everything up to the L1 block that was read last is derived.
    fn l1_was_read(&self) {
        if let (Some(safedb), Some(origin)) = (&self.outputs.safedb, self.pipeline.l1_origin()) {
            let (l1, l2) = (origin.id(), id(&self.heads.safe));
            safedb.read_through(SafeHead { l1, l2 });
        }
    }

    fn reference(&self, block: &L2Block) -> Result<L2BlockRef, EngineError> {
        L2BlockRef::from_block_with_hash(&self.config.rollup, block.hash, &block.block).map_err(unexpected)
    }

    /// Tells the engine and everybody else how far the chain is safe. While derivation goes on (`!always`), not before the
    /// head was reached.
    pub(super) async fn report_safe(&mut self, always: bool) {
        let safe = self.heads.safe;
        if safe == self.safe_reported || (!always && safe.number < self.heads.unsafe_head.number) {
            return;
        }
        self.move_labels().await;
        let derived_from = self.pipeline.l1_origin().unwrap_or_default().id();
        let blocks = safe.number.saturating_sub(self.safe_reported.number);
        self.safe_reported = safe;
        self.tell(Event::Safe {
            block: id(&safe),
            blocks,
            derived_from,
        });
    }
}

fn unexpected(error: impl std::fmt::Display) -> EngineError {
    EngineError::Inconsistent(error.to_string())
}
