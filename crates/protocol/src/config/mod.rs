//! The rollup config: what every node of a chain must agree on.

mod json;
mod validate;

use alloy_consensus::Header;
use alloy_eips::{BlockNumHash, eip7840::BlobParams};
use alloy_primitives::{Address, B256};
use serde::{Deserialize, Serialize};

use crate::{ChainSpec, Eip1559Params, Error, Fork, ForkSchedule, KARST_UPGRADE_GAS, SystemConfig};

/// Channel timeout since Granite, in L1 blocks.
pub const CHANNEL_TIMEOUT_GRANITE: u64 = 50;
/// Sequencer drift since Fjord, in seconds.
pub const MAX_SEQUENCER_DRIFT_FJORD: u64 = 1800;

/// Where the rollup begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RollupGenesis {
    /// The L1 block after which deposits and batches count.
    pub l1: BlockNumHash,
    /// The first L2 block.
    pub l2: BlockNumHash,
    /// Its time in seconds.
    pub l2_time: u64,
    /// The system config at that point.
    pub system_config: SystemConfig,
}

/// The chain's own EIP-1559 parameters, for where nobody sets others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChainOpConfig {
    /// Elasticity multiplier.
    pub eip1559_elasticity: u32,
    /// Base fee change denominator before Canyon.
    pub eip1559_denominator: u32,
    /// Base fee change denominator since Canyon.
    pub eip1559_denominator_canyon: u32,
}

impl Default for ChainOpConfig {
    fn default() -> Self {
        Self {
            eip1559_elasticity: 6,
            eip1559_denominator: 50,
            eip1559_denominator_canyon: 250,
        }
    }
}

impl ChainOpConfig {
    /// The parameters since Canyon.
    pub const fn canyon(&self) -> Eip1559Params {
        Eip1559Params {
            denominator: self.eip1559_denominator_canyon,
            elasticity: self.eip1559_elasticity,
        }
    }

    /// The parameters before Canyon.
    pub const fn bedrock(&self) -> Eip1559Params {
        Eip1559Params {
            denominator: self.eip1559_denominator,
            elasticity: self.eip1559_elasticity,
        }
    }
}

/// Alternative data availability, as `rollup.json` describes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AltDaConfig {
    /// Contract of the data availability challenges.
    #[serde(default, alias = "da_challenge_address")]
    pub da_challenge_contract_address: Address,
    /// `KeccakCommitment` or `GenericCommitment`.
    #[serde(default)]
    pub da_commitment_type: alloc::string::String,
    /// L1 blocks in which a commitment can be challenged.
    pub da_challenge_window: u64,
    /// L1 blocks in which a challenge can be resolved.
    pub da_resolve_window: u64,
}

/// What every node of a chain must agree on: `rollup.json`.
///
/// Reads the spellings of op-node, kona and the registry, and refuses keys that none of them knows; writes
/// op-node's spelling. Reading does not judge the values: that is [`RollupConfig::validate`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "json::RollupJson", into = "json::RollupJson")]
pub struct RollupConfig {
    /// Where the rollup begins.
    pub genesis: RollupGenesis,
    /// Seconds between L2 blocks.
    pub block_time: u64,
    /// Seconds that an L2 block may be ahead of its L1 origin, before Fjord.
    pub max_sequencer_drift: u64,
    /// L1 blocks after which an epoch without batches is filled with empty ones.
    pub seq_window_size: u64,
    /// L1 blocks that a channel may span, before Granite.
    pub channel_timeout: u64,
    /// Chain id of L1.
    pub l1_chain_id: u64,
    /// Chain id of L2.
    pub l2_chain_id: u64,
    /// When each fork activates.
    pub forks: ForkSchedule,
    /// When Lagoon activates; its rules are not implemented, and validation refuses it.
    pub lagoon_time: Option<u64>,
    /// Until this L1 time the L1 attributes keep Cancun's blob base fee (chains on Sepolia and Holesky).
    pub pectra_blob_schedule_time: Option<u64>,
    /// Whether blocks after Karst's activation keep the gas limit of the activation block.
    pub keep_karst_upgrade_gas: bool,
    /// Where batches are sent on L1.
    pub batch_inbox_address: Address,
    /// The portal on L1.
    pub deposit_contract_address: Address,
    /// The system config contract on L1.
    pub l1_system_config_address: Address,
    /// The protocol versions contract on L1; zero if there is none.
    pub protocol_versions_address: Address,
    /// The chain's own EIP-1559 parameters.
    pub chain_op_config: ChainOpConfig,
    /// Alternative data availability, if the chain uses it.
    pub alt_da: Option<AltDaConfig>,
}

impl RollupConfig {
    /// Whether the fork's rules hold for an L2 block of that time.
    pub fn is_active(&self, fork: Fork, timestamp: u64) -> bool {
        self.forks.is_active(fork, timestamp)
    }

    /// Whether the L2 block of that time is the first under the fork's rules.
    pub fn is_activation_block(&self, fork: Fork, timestamp: u64) -> bool {
        self.forks.is_activation_block(fork, timestamp, self.block_time)
    }

    /// Seconds that the L2 block of that time may be ahead of its L1 origin.
    pub fn max_sequencer_drift(&self, l2_time: u64) -> u64 {
        if self.is_active(Fork::Fjord, l2_time) {
            MAX_SEQUENCER_DRIFT_FJORD
        } else {
            self.max_sequencer_drift
        }
    }

    /// L1 blocks that a channel may span, by the time of the L1 block that includes the frame.
    pub fn channel_timeout(&self, l1_time: u64) -> u64 {
        if self.is_active(Fork::Granite, l1_time) {
            CHANNEL_TIMEOUT_GRANITE
        } else {
            self.channel_timeout
        }
    }

    /// Time of the L2 block of that height; `None` before genesis.
    pub fn timestamp_for_block(&self, number: u64) -> Option<u64> {
        let since_genesis = number.checked_sub(self.genesis.l2.number)?;
        since_genesis
            .checked_mul(self.block_time)?
            .checked_add(self.genesis.l2_time)
    }

    /// Height of the last L2 block that is not after that time; `None` before genesis.
    pub fn block_number_at(&self, timestamp: u64) -> Option<u64> {
        let since_genesis = timestamp.checked_sub(self.genesis.l2_time)?;
        since_genesis
            .checked_div(self.block_time)?
            .checked_add(self.genesis.l2.number)
    }

    /// Gas that the L2 block of that time has beyond the system config's gas limit, for the upgrade
    /// transactions in it: Karst's activation block has, others have not.
    pub fn upgrade_gas(&self, l2_time: u64) -> u64 {
        if self.is_activation_block(Fork::Karst, l2_time) {
            KARST_UPGRADE_GAS
        } else {
            0
        }
    }

    /// Blob base fee of an L1 block in wei, as the L1 attributes state it. 1 before Cancun.
    pub fn l1_blob_base_fee(&self, l1: &ChainSpec, header: &Header) -> u128 {
        let keeps_cancun = self
            .pectra_blob_schedule_time
            .is_some_and(|until| header.timestamp < until);
        let params = match l1.blob_params(header.timestamp) {
            Some(_) if keeps_cancun => Some(BlobParams::cancun()),
            params => params,
        };
        params
            .zip(header.excess_blob_gas)
            .map_or(1, |(params, excess)| params.calc_blob_fee(excess))
    }

    /// Whether `hash` is the genesis block.
    pub fn check_genesis(&self, hash: B256) -> Result<(), Error> {
        let BlockNumHash { number, hash: expected } = self.genesis.l2;
        if hash == expected {
            Ok(())
        } else {
            Err(Error::GenesisMismatch { number, hash, expected })
        }
    }
}
