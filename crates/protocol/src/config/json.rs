//! `rollup.json`: op-node's spelling, and what kona and the registry spell differently.

use alloy_eips::BlockNumHash;
use alloy_primitives::{Address, B64, B256, U256};
use serde::{Deserialize, Serialize, de::IgnoredAny};

use super::{AltDaConfig, ChainOpConfig, RollupConfig, RollupGenesis};
use crate::{Eip1559Params, ForkSchedule, SystemConfig, number};

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RollupJson {
    genesis: GenesisJson,
    block_time: u64,
    max_sequencer_drift: u64,
    seq_window_size: u64,
    channel_timeout: u64,
    l1_chain_id: u64,
    l2_chain_id: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    regolith_time: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    canyon_time: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    delta_time: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ecotone_time: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    fjord_time: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    granite_time: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    holocene_time: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    isthmus_time: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    jovian_time: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    karst_time: Option<u64>,
    #[serde(default, alias = "interop_time", skip_serializing_if = "Option::is_none")]
    lagoon_time: Option<u64>,
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    keep_karst_upgrade_gas: bool,
    #[serde(alias = "batch_inbox_addr")]
    batch_inbox_address: Address,
    deposit_contract_address: Address,
    l1_system_config_address: Address,
    #[serde(default, skip_serializing_if = "is_zero")]
    protocol_versions_address: Address,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    chain_op_config: Option<ChainOpJson>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    alt_da: Option<AltDaConfig>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pectra_blob_schedule_time: Option<u64>,
    // Keys that follow from the others or concern no rule here: read, and dropped.
    #[serde(rename = "granite_channel_timeout", default, skip_serializing)]
    _granite_channel_timeout: Ignored,
    #[serde(rename = "superchain_config_address", default, skip_serializing)]
    _superchain_config_address: Ignored,
    #[serde(rename = "interop_message_expiry_window", default, skip_serializing)]
    _interop_message_expiry_window: Ignored,
    #[serde(rename = "blobs_enabled_l1_timestamp", default, skip_serializing)]
    _blobs_enabled_l1_timestamp: Ignored,
}

/// A value that is read and dropped.
type Ignored = Option<IgnoredAny>;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct GenesisJson {
    l1: BlockIdJson,
    l2: BlockIdJson,
    l2_time: u64,
    system_config: SystemConfigJson,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct BlockIdJson {
    hash: B256,
    number: u64,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ChainOpJson {
    #[serde(
        rename = "eip1559Elasticity",
        alias = "eip1559_elasticity",
        deserialize_with = "number::read_u32"
    )]
    elasticity: u32,
    #[serde(
        rename = "eip1559Denominator",
        alias = "eip1559_denominator",
        deserialize_with = "number::read_u32"
    )]
    denominator: u32,
    #[serde(
        rename = "eip1559DenominatorCanyon",
        alias = "eip1559_denominator_canyon",
        default = "denominator_canyon",
        deserialize_with = "number::read_u32"
    )]
    denominator_canyon: u32,
}

fn is_zero(address: &Address) -> bool {
    *address == Address::ZERO
}

fn denominator_canyon() -> u32 {
    ChainOpConfig::default().eip1559_denominator_canyon
}

/// A word, read with or without leading zeros and written with them.
#[derive(Clone, Copy, Default, Serialize)]
struct Word(B256);

impl<'de> Deserialize<'de> for Word {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        U256::deserialize(deserializer).map(|value| Self(value.into()))
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct SystemConfigJson {
    #[serde(rename = "batcherAddr", alias = "batcherAddress")]
    batcher_address: Address,
    #[serde(default)]
    overhead: Word,
    #[serde(default)]
    scalar: Word,
    #[serde(deserialize_with = "number::read")]
    gas_limit: u64,
    #[serde(default)]
    eip1559_params: Option<B64>,
    #[serde(default)]
    operator_fee_params: Option<Word>,
    #[serde(default, deserialize_with = "number::read_option")]
    min_base_fee: Option<u64>,
    #[serde(default)]
    da_footprint_gas_scalar: Option<u16>,
    // kona's spelling of the packed values above.
    #[serde(default, skip_serializing)]
    eip1559_denominator: Option<u32>,
    #[serde(default, skip_serializing)]
    eip1559_elasticity: Option<u32>,
    #[serde(default, skip_serializing)]
    operator_fee_scalar: Option<u32>,
    #[serde(default, skip_serializing)]
    operator_fee_constant: Option<u64>,
    // These repeat what `scalar` holds.
    #[serde(rename = "baseFeeScalar", default, skip_serializing)]
    _base_fee_scalar: Ignored,
    #[serde(rename = "blobBaseFeeScalar", default, skip_serializing)]
    _blob_base_fee_scalar: Ignored,
}

impl From<SystemConfigJson> for SystemConfig {
    fn from(json: SystemConfigJson) -> Self {
        let packed = json
            .eip1559_params
            .map(Eip1559Params::decode_unchecked)
            .unwrap_or_default();
        let (scalar, constant) = unpack_operator_fee(json.operator_fee_params.unwrap_or_default().0);
        Self {
            batcher_address: json.batcher_address,
            overhead: json.overhead.0,
            scalar: json.scalar.0,
            gas_limit: json.gas_limit,
            eip1559_params: Eip1559Params {
                denominator: json.eip1559_denominator.unwrap_or(packed.denominator),
                elasticity: json.eip1559_elasticity.unwrap_or(packed.elasticity),
            },
            operator_fee_scalar: json.operator_fee_scalar.unwrap_or(scalar),
            operator_fee_constant: json.operator_fee_constant.unwrap_or(constant),
            min_base_fee: json.min_base_fee.unwrap_or_default(),
            da_footprint_gas_scalar: json.da_footprint_gas_scalar.unwrap_or_default(),
        }
    }
}

/// The operator fee's scalar and constant, from the last twelve bytes of a word.
fn unpack_operator_fee(word: B256) -> (u32, u64) {
    let mut cursor = crate::cursor::Cursor(word.as_slice());
    let _padding = cursor.bytes::<20>();
    (cursor.u32().unwrap_or_default(), cursor.u64().unwrap_or_default())
}

fn pack_operator_fee(scalar: u32, constant: u64) -> B256 {
    B256::from(U256::from_limbs([constant, scalar.into(), 0, 0]))
}

impl From<SystemConfig> for SystemConfigJson {
    fn from(config: SystemConfig) -> Self {
        let operator_fee = pack_operator_fee(config.operator_fee_scalar, config.operator_fee_constant);
        Self {
            batcher_address: config.batcher_address,
            overhead: Word(config.overhead),
            scalar: Word(config.scalar),
            gas_limit: config.gas_limit,
            eip1559_params: Some(config.eip1559_params.encode()),
            operator_fee_params: Some(Word(operator_fee)),
            min_base_fee: Some(config.min_base_fee),
            da_footprint_gas_scalar: Some(config.da_footprint_gas_scalar),
            eip1559_denominator: None,
            eip1559_elasticity: None,
            operator_fee_scalar: None,
            operator_fee_constant: None,
            _base_fee_scalar: None,
            _blob_base_fee_scalar: None,
        }
    }
}

impl From<BlockIdJson> for BlockNumHash {
    fn from(BlockIdJson { hash, number }: BlockIdJson) -> Self {
        Self { number, hash }
    }
}

impl From<BlockNumHash> for BlockIdJson {
    fn from(BlockNumHash { number, hash }: BlockNumHash) -> Self {
        Self { hash, number }
    }
}

impl From<ChainOpJson> for ChainOpConfig {
    fn from(json: ChainOpJson) -> Self {
        Self {
            eip1559_elasticity: json.elasticity,
            eip1559_denominator: json.denominator,
            eip1559_denominator_canyon: json.denominator_canyon,
        }
    }
}

impl From<ChainOpConfig> for ChainOpJson {
    fn from(config: ChainOpConfig) -> Self {
        Self {
            elasticity: config.eip1559_elasticity,
            denominator: config.eip1559_denominator,
            denominator_canyon: config.eip1559_denominator_canyon,
        }
    }
}

impl From<GenesisJson> for RollupGenesis {
    fn from(json: GenesisJson) -> Self {
        Self {
            l1: json.l1.into(),
            l2: json.l2.into(),
            l2_time: json.l2_time,
            system_config: json.system_config.into(),
        }
    }
}

impl From<RollupGenesis> for GenesisJson {
    fn from(genesis: RollupGenesis) -> Self {
        Self {
            l1: genesis.l1.into(),
            l2: genesis.l2.into(),
            l2_time: genesis.l2_time,
            system_config: genesis.system_config.into(),
        }
    }
}

impl RollupJson {
    /// The schedule. The registry leaves Regolith out: every chain that has Canyon has it since genesis.
    fn forks(&self) -> ForkSchedule {
        ForkSchedule {
            regolith: self.regolith_time.or(self.canyon_time.map(|_| 0)),
            canyon: self.canyon_time,
            delta: self.delta_time,
            ecotone: self.ecotone_time,
            fjord: self.fjord_time,
            granite: self.granite_time,
            holocene: self.holocene_time,
            isthmus: self.isthmus_time,
            jovian: self.jovian_time,
            karst: self.karst_time,
        }
    }
}

impl From<RollupJson> for RollupConfig {
    fn from(json: RollupJson) -> Self {
        Self {
            forks: json.forks(),
            genesis: json.genesis.into(),
            block_time: json.block_time,
            max_sequencer_drift: json.max_sequencer_drift,
            seq_window_size: json.seq_window_size,
            channel_timeout: json.channel_timeout,
            l1_chain_id: json.l1_chain_id,
            l2_chain_id: json.l2_chain_id,
            lagoon_time: json.lagoon_time,
            pectra_blob_schedule_time: json.pectra_blob_schedule_time,
            keep_karst_upgrade_gas: json.keep_karst_upgrade_gas,
            batch_inbox_address: json.batch_inbox_address,
            deposit_contract_address: json.deposit_contract_address,
            l1_system_config_address: json.l1_system_config_address,
            protocol_versions_address: json.protocol_versions_address,
            chain_op_config: json.chain_op_config.map(Into::into).unwrap_or_default(),
            alt_da: json.alt_da,
        }
    }
}

impl From<RollupConfig> for RollupJson {
    fn from(config: RollupConfig) -> Self {
        Self {
            genesis: config.genesis.into(),
            block_time: config.block_time,
            max_sequencer_drift: config.max_sequencer_drift,
            seq_window_size: config.seq_window_size,
            channel_timeout: config.channel_timeout,
            l1_chain_id: config.l1_chain_id,
            l2_chain_id: config.l2_chain_id,
            regolith_time: config.forks.regolith,
            canyon_time: config.forks.canyon,
            delta_time: config.forks.delta,
            ecotone_time: config.forks.ecotone,
            fjord_time: config.forks.fjord,
            granite_time: config.forks.granite,
            holocene_time: config.forks.holocene,
            isthmus_time: config.forks.isthmus,
            jovian_time: config.forks.jovian,
            karst_time: config.forks.karst,
            lagoon_time: config.lagoon_time,
            keep_karst_upgrade_gas: config.keep_karst_upgrade_gas,
            batch_inbox_address: config.batch_inbox_address,
            deposit_contract_address: config.deposit_contract_address,
            l1_system_config_address: config.l1_system_config_address,
            protocol_versions_address: config.protocol_versions_address,
            chain_op_config: Some(config.chain_op_config.into()),
            alt_da: config.alt_da,
            pectra_blob_schedule_time: config.pectra_blob_schedule_time,
            _granite_channel_timeout: None,
            _superchain_config_address: None,
            _interop_message_expiry_window: None,
            _blobs_enabled_l1_timestamp: None,
        }
    }
}
