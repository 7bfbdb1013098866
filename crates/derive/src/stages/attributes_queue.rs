//! Attributes Queue: makes payload attributes from batches.
//!
//! Specification: `protocol/derivation.md`, "Payload Attributes Derivation".

use protocol::{L2BlockRef, Signatures, SystemConfig, TxDeposit};

use super::{BatchStage, Chains, Pause, Pull, batch_stage::Accepted};
use crate::{
    DerivedAttributes, HaltReason, ResetPoint, ResetReason,
    attributes::{NextBlock, Place},
};

/// The last stage.
#[derive(Debug)]
pub(crate) struct AttributesQueue<S> {
    pub(crate) prev: BatchStage<S>,
    chains: Chains,
}

/// Attributes, and the deposit in them that says under which system config they were made.
#[derive(Clone, Debug)]
pub(crate) struct Derived {
    pub(crate) attributes: DerivedAttributes,
    pub(crate) l1_info: TxDeposit,
}

impl<S: Signatures> AttributesQueue<S> {
    pub(crate) const fn new(prev: BatchStage<S>, chains: Chains) -> Self {
        Self { prev, chains }
    }

    pub(crate) fn reset(&mut self, start: &ResetPoint) {
        self.prev.reset(start);
    }

    /// The attributes of the block after `parent`, whose system config is given.
    pub(crate) fn next_attributes(&mut self, parent: &L2BlockRef, system_config: SystemConfig) -> Pull<Derived> {
        let accepted = self.prev.next_batch(parent)?;
        let derived_from = self.prev.origin().ok_or(Pause::Exhausted)?.block;
        let Accepted {
            batch,
            epoch,
            is_last_in_span,
        } = accepted;
        let l1_origin = epoch.block.id();
        let place = Place::find(parent, &epoch.block).ok_or(Pause::Reset(ResetReason::L1Origin {
            origin: parent.l1_origin,
            canonical: l1_origin,
        }))?;
        let halt = |error| {
            Pause::Halt(HaltReason::Protocol {
                block: l1_origin,
                error,
            })
        };
        let block = NextBlock {
            rollup: &self.chains.rollup,
            l1: &self.chains.l1,
            epoch: &epoch,
            timestamp: batch.timestamp,
        };
        let (attributes, l1_info) = block
            .attributes(place, system_config, batch.transactions)
            .map_err(halt)?;
        let attributes = DerivedAttributes {
            attributes,
            parent: *parent,
            l1_origin,
            sequence_number: place.sequence_number,
            derived_from,
            is_last_in_span,
            is_replacement: false,
        };
        Ok(Derived { attributes, l1_info })
    }
}
