//! Attributes Queue: makes payload attributes from batches.
//!
//! Specification: `protocol/derivation.md`, "Deriving Payload Attributes", with the changes of the forks
//! up to Karst.

use alloc::{sync::Arc, vec::Vec};

use alloy_primitives::{B256, Bytes};
use protocol::{
    Fork, KARST_UPGRADE_GAS, L1BlockInfo, L1Origin, L2BlockRef, PayloadAttributes, Signatures, SystemConfig,
    Transaction, TxDeposit, predeploys, upgrade::upgrade_transactions,
};

use super::{BatchStage, Chains, Origin, Pause, Pull, batch_stage::Accepted};
use crate::{DerivedAttributes, HaltReason, ResetPoint, ResetReason};

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
        let place = Place::find(parent, &epoch)?;
        let halt = |error| {
            Pause::Halt(HaltReason::Protocol {
                block: epoch.block.id(),
                error,
            })
        };
        let block = NextBlock {
            chains: &self.chains,
            epoch: &epoch,
            timestamp: batch.timestamp,
        };
        let (attributes, l1_info) = block
            .attributes(place, system_config, batch.transactions)
            .map_err(halt)?;
        let attributes = DerivedAttributes {
            attributes,
            parent: *parent,
            l1_origin: epoch.block.id(),
            sequence_number: place.sequence_number,
            derived_from,
            is_last_in_span,
            is_replacement: false,
        };
        Ok(Derived { attributes, l1_info })
    }
}

/// A block's place in its epoch.
#[derive(Clone, Copy, Debug)]
struct Place {
    sequence_number: u64,
    is_first: bool,
}

impl Place {
    /// The place of the block after `parent`, whose L1 origin is `epoch`.
    fn find(parent: &L2BlockRef, epoch: &Arc<Origin>) -> Pull<Self> {
        let is_first = parent.l1_origin.number != epoch.block.number;
        let expected = if is_first {
            epoch.block.parent_hash
        } else {
            epoch.block.hash
        };
        if expected != parent.l1_origin.hash {
            let canonical = epoch.block.id();
            let origin = parent.l1_origin;
            return Err(Pause::Reset(ResetReason::L1Origin { origin, canonical }));
        }
        let sequence_number = if is_first {
            0
        } else {
            parent.sequence_number.saturating_add(1)
        };
        Ok(Self {
            sequence_number,
            is_first,
        })
    }
}

/// The block that attributes are made for.
struct NextBlock<'a> {
    chains: &'a Chains,
    epoch: &'a Origin,
    timestamp: u64,
}

impl NextBlock<'_> {
    /// The attributes and the L1 attributes deposit in them, under the system config of the parent.
    fn attributes(
        &self,
        place: Place,
        mut system_config: SystemConfig,
        sequenced: Vec<Bytes>,
    ) -> Result<(PayloadAttributes, TxDeposit), protocol::Error> {
        let rollup = &self.chains.rollup;
        if place.is_first {
            system_config.apply_logs(rollup, &self.epoch.config_updates);
        }
        let l1_info = self.l1_info(&system_config, place.sequence_number)?;
        let mut transactions = Vec::with_capacity(sequenced.len().saturating_add(1));
        transactions.push(Transaction::from(l1_info.clone()).encoded());
        if place.is_first {
            transactions.extend_from_slice(self.epoch.deposits.as_ref().map_err(Clone::clone)?);
        }
        let upgrades = upgrade_transactions(rollup, self.timestamp)?.into_iter();
        transactions.extend(upgrades.map(|deposit| Transaction::from(deposit).encoded()));
        transactions.extend(sequenced);
        let header = &self.epoch.header;
        let is_jovian = rollup.is_active(Fork::Jovian, self.timestamp);
        let attributes = PayloadAttributes {
            timestamp: self.timestamp,
            prev_randao: header.mix_hash,
            suggested_fee_recipient: predeploys::SEQUENCER_FEE_VAULT,
            withdrawals: Some(Vec::new()),
            parent_beacon_block_root: Some(header.parent_beacon_block_root.unwrap_or(B256::ZERO)),
            transactions,
            no_tx_pool: true,
            gas_limit: Some(self.gas_limit(&system_config)),
            eip1559_params: Some(system_config.eip1559_params.encode()),
            min_base_fee: is_jovian.then_some(system_config.min_base_fee),
        };
        Ok((attributes, l1_info))
    }

    /// The deposit that states the L1 attributes.
    fn l1_info(&self, system_config: &SystemConfig, sequence_number: u64) -> Result<TxDeposit, protocol::Error> {
        let Chains { rollup, l1 } = self.chains;
        let header = &self.epoch.header;
        let blob_base_fee = rollup.l1_blob_base_fee(l1, header);
        let origin = L1Origin {
            hash: self.epoch.block.hash,
            header,
            blob_base_fee,
        };
        L1BlockInfo::new(rollup, system_config, origin, sequence_number, self.timestamp).map(|info| info.to_deposit())
    }

    /// The gas limit, with what the upgrade transactions need beside it.
    fn gas_limit(&self, system_config: &SystemConfig) -> u64 {
        let is_karst_activation = self.chains.rollup.is_activation_block(Fork::Karst, self.timestamp);
        let upgrade_gas = if is_karst_activation { KARST_UPGRADE_GAS } else { 0 };
        system_config.gas_limit.saturating_add(upgrade_gas)
    }
}
