//! Payload attributes: what an L2 block is built from.
//!
//! Specification: `protocol/derivation.md`, "Deriving Payload Attributes", with the changes of the forks
//! up to Karst. The pipeline makes them from batches, a sequencer from what it decides.

use alloc::vec::Vec;

use alloy_consensus::Header;
use alloy_eips::BlockNumHash;
use alloy_primitives::{B256, Bytes};
use protocol::{
    BlockRef, ChainSpec, Fork, KARST_UPGRADE_GAS, L1BlockInfo, L1Origin, L2BlockRef, PayloadAttributes, Receipt,
    RollupConfig, SystemConfig, Transaction, TxDeposit, predeploys, upgrade::upgrade_transactions,
};

use crate::stages::Origin;

/// Why a sequencer cannot build on an L1 origin.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AttributesFault {
    /// The L1 block is neither the parent's L1 origin nor the one after it.
    #[error("L1 block {} does not follow L1 origin {} of the parent", found.number, origin.number)]
    Origin {
        /// The parent's L1 origin.
        origin: BlockNumHash,
        /// The L1 block.
        found: BlockNumHash,
    },
    /// The L1 block is later than the L2 block would be.
    #[error("L1 origin of time {origin_time} is later than the block of time {timestamp}")]
    OriginInFuture {
        /// Time of the L1 block.
        origin_time: u64,
        /// Time of the L2 block.
        timestamp: u64,
    },
    /// The L1 block breaks the protocol.
    #[error(transparent)]
    Protocol(#[from] protocol::Error),
}

/// The attributes of the block that a sequencer builds on `parent`, whose system config is given, with
/// that L1 origin.
///
/// The receipts are needed of an L1 origin that the parent does not have. `no_tx_pool` is set where the
/// block must hold no transactions of users: in activation blocks of forks, and too far ahead of L1.
pub fn sequencer_attributes(
    rollup: &RollupConfig,
    l1: &ChainSpec,
    parent: &L2BlockRef,
    system_config: SystemConfig,
    origin: &Header,
    receipts: &[Receipt],
) -> Result<PayloadAttributes, AttributesFault> {
    let block = BlockRef::from_header(origin.hash_slow(), origin);
    let place = Place::find(parent, &block).ok_or(AttributesFault::Origin {
        origin: parent.l1_origin,
        found: block.id(),
    })?;
    let timestamp = parent.timestamp.saturating_add(rollup.block_time);
    if timestamp < block.timestamp {
        let origin_time = block.timestamp;
        return Err(AttributesFault::OriginInFuture { origin_time, timestamp });
    }
    let epoch = Origin::new(rollup, block, origin.clone(), receipts);
    let next = NextBlock {
        rollup,
        l1,
        epoch: &epoch,
        timestamp,
    };
    let (attributes, _) = next.attributes(place, system_config, Vec::new())?;
    Ok(PayloadAttributes {
        no_tx_pool: next.must_be_empty(),
        ..attributes
    })
}

/// A block's place in its epoch.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    pub(crate) sequence_number: u64,
    is_first: bool,
}

impl Place {
    /// The place of the block after `parent` whose L1 origin is that block; none if it cannot be.
    pub(crate) fn find(parent: &L2BlockRef, origin: &BlockRef) -> Option<Self> {
        let is_first = parent.l1_origin.number != origin.number;
        let expected = if is_first { origin.parent_hash } else { origin.hash };
        let sequence_number = if is_first {
            0
        } else {
            parent.sequence_number.saturating_add(1)
        };
        (expected == parent.l1_origin.hash).then_some(Self {
            sequence_number,
            is_first,
        })
    }
}

/// The block that attributes are made for.
pub(crate) struct NextBlock<'a> {
    pub(crate) rollup: &'a RollupConfig,
    pub(crate) l1: &'a ChainSpec,
    pub(crate) epoch: &'a Origin,
    pub(crate) timestamp: u64,
}

impl NextBlock<'_> {
    /// The attributes and the L1 attributes deposit in them, under the system config of the parent.
    pub(crate) fn attributes(
        &self,
        place: Place,
        mut system_config: SystemConfig,
        sequenced: Vec<Bytes>,
    ) -> Result<(PayloadAttributes, TxDeposit), protocol::Error> {
        let rollup = self.rollup;
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
        let header = &self.epoch.header;
        let blob_base_fee = self.rollup.l1_blob_base_fee(self.l1, header);
        let origin = L1Origin {
            hash: self.epoch.block.hash,
            header,
            blob_base_fee,
        };
        L1BlockInfo::new(self.rollup, system_config, origin, sequence_number, self.timestamp)
            .map(|info| info.to_deposit())
    }

    /// The gas limit, with what the upgrade transactions need beside it.
    fn gas_limit(&self, system_config: &SystemConfig) -> u64 {
        let is_karst_activation = self.rollup.is_activation_block(Fork::Karst, self.timestamp);
        let upgrade_gas = if is_karst_activation { KARST_UPGRADE_GAS } else { 0 };
        system_config.gas_limit.saturating_add(upgrade_gas)
    }

    /// Whether no user's transaction may be in the block: a fork activates, or it is too far ahead of L1.
    fn must_be_empty(&self) -> bool {
        let origin_time = self.epoch.block.timestamp;
        let time_max = origin_time.saturating_add(self.rollup.max_sequencer_drift(origin_time));
        is_activation_block(self.rollup, self.timestamp) || self.timestamp > time_max
    }
}

/// Whether a fork with upgrade transactions activates in the L2 block of that time.
pub(crate) fn is_activation_block(rollup: &RollupConfig, timestamp: u64) -> bool {
    [Fork::Jovian, Fork::Karst]
        .into_iter()
        .any(|fork| rollup.is_activation_block(fork, timestamp))
}
