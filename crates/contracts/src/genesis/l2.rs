//! The L2 genesis, in op-geth's format.

use std::collections::BTreeMap;

use alloy_genesis::{ChainConfig, Genesis};
use alloy_primitives::{Address, B256, Bytes, U256};
use protocol::{Fork, predeploys};
use serde_json::json;

use super::{DEV_BALANCE_WEI, l2_allocation::allocation};
use crate::{DeploymentConfig, Error, L1Side, OWNER, PREFUNDED};

/// Where a fee vault pays to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum WithdrawalNetwork {
    /// Through `L2ToL1MessagePasser`.
    L1 = 0,
    /// Directly.
    L2 = 1,
}

/// The configuration of one fee vault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FeeVaultConfig {
    /// Who receives the fees.
    pub recipient: Address,
    /// What the vault must hold before anyone may pay it out.
    pub min_withdrawal_amount_wei: U256,
    /// On which layer the recipient is paid.
    pub network: WithdrawalNetwork,
}

/// Everything that makes one L2 genesis differ from another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct L2GenesisConfig {
    /// The L2's chain id.
    pub chain_id: u64,
    /// The newest fork; it and all before it are active at genesis. Isthmus at the earliest.
    pub fork: Fork,
    /// Seconds; at or after the L1 genesis block's time.
    pub timestamp: u64,
    /// The block gas limit, as in `SystemConfig`.
    pub gas_limit: u64,
    /// The first block's base fee.
    pub base_fee_wei: u64,
    /// EIP-1559 elasticity multiplier.
    pub eip1559_elasticity: u32,
    /// EIP-1559 denominator before Canyon: never applied here, but part of the chain's configuration.
    pub eip1559_denominator: u32,
    /// EIP-1559 denominator since Canyon.
    pub eip1559_denominator_canyon: u32,
    /// The lowest base fee (Jovian).
    pub min_base_fee_wei: u64,
    /// The other ends of messenger and bridges.
    pub l1: L1Side,
    /// Owner of the predeploys' `ProxyAdmin`.
    pub proxy_admin_owner: Address,
    /// The priority fees' vault.
    pub sequencer_fee_vault: FeeVaultConfig,
    /// The base fees' vault.
    pub base_fee_vault: FeeVaultConfig,
    /// The L1 fees' vault.
    pub l1_fee_vault: FeeVaultConfig,
    /// The operator fees' vault.
    pub operator_fee_vault: FeeVaultConfig,
    /// Accounts that start with ether, in wei.
    pub funded: BTreeMap<Address, U256>,
}

impl L2GenesisConfig {
    /// The devnet's chain: its contracts were the first that the first account of [`PREFUNDED`] made on L1 chain 900, every vault
    /// pays [`OWNER`] on L2, and the ten [`PREFUNDED`] accounts hold ether.
    pub fn devnet(chain_id: u64, fork: Fork, timestamp: u64) -> Self {
        let vault = FeeVaultConfig {
            recipient: OWNER.address,
            min_withdrawal_amount_wei: U256::from(1_000_000_000_000_000_000_u64),
            network: WithdrawalNetwork::L2,
        };
        Self {
            chain_id,
            fork,
            timestamp,
            gas_limit: 60_000_000,
            base_fee_wei: 1_000_000_000,
            eip1559_elasticity: 6,
            eip1559_denominator: 50,
            eip1559_denominator_canyon: 250,
            min_base_fee_wei: 0,
            l1: DeploymentConfig::devnet(PREFUNDED[0].address, 0, chain_id)
                .addresses()
                .l1_side(900),
            proxy_admin_owner: OWNER.address,
            sequencer_fee_vault: vault,
            base_fee_vault: vault,
            l1_fee_vault: vault,
            operator_fee_vault: vault,
            funded: PREFUNDED
                .iter()
                .map(|account| (account.address, DEV_BALANCE_WEI))
                .collect(),
        }
    }

    /// The configuration of the vault at a place of the predeploy namespace.
    pub(super) const fn vault(&self, index: u16) -> Option<&FeeVaultConfig> {
        match index {
            0x11 => Some(&self.sequencer_fee_vault),
            0x19 => Some(&self.base_fee_vault),
            0x1a => Some(&self.l1_fee_vault),
            0x1b => Some(&self.operator_fee_vault),
            _ => None,
        }
    }
}

/// The whole genesis: header fields, `config` and allocation.
pub fn l2_genesis(config: &L2GenesisConfig) -> Result<Genesis, Error> {
    if config.fork < Fork::Isthmus {
        return Err(Error::ForkTooOld(config.fork));
    }
    Ok(Genesis {
        config: chain_config(config),
        timestamp: config.timestamp,
        extra_data: extra_data(config),
        gas_limit: config.gas_limit,
        coinbase: predeploys::SEQUENCER_FEE_VAULT,
        alloc: allocation(config),
        base_fee_per_gas: Some(config.base_fee_wei.into()),
        excess_blob_gas: Some(0),
        blob_gas_used: Some(0),
        number: Some(0),
        parent_hash: Some(B256::ZERO),
        ..Genesis::default()
    })
}

/// Holocene's extra data (9 bytes), or Jovian's with the minimum base fee (17 bytes).
fn extra_data(config: &L2GenesisConfig) -> Bytes {
    let jovian = config.fork >= Fork::Jovian;
    let mut data = vec![u8::from(jovian)];
    data.extend(config.eip1559_denominator_canyon.to_be_bytes());
    data.extend(config.eip1559_elasticity.to_be_bytes());
    if jovian {
        data.extend(config.min_base_fee_wei.to_be_bytes());
    }
    data.into()
}

fn chain_config(config: &L2GenesisConfig) -> ChainConfig {
    let forks = [
        ("regolithTime", Fork::Regolith),
        ("canyonTime", Fork::Canyon),
        ("ecotoneTime", Fork::Ecotone),
        ("fjordTime", Fork::Fjord),
        ("graniteTime", Fork::Granite),
        ("holoceneTime", Fork::Holocene),
        ("isthmusTime", Fork::Isthmus),
        ("jovianTime", Fork::Jovian),
        ("karstTime", Fork::Karst),
    ];
    let mut chain = ethereum_config(config.chain_id);
    chain.extra_fields.insert("bedrockBlock".into(), json!(0));
    for (key, _) in forks.iter().filter(|(_, fork)| *fork <= config.fork) {
        chain.extra_fields.insert((*key).into(), json!(0));
    }
    chain.extra_fields.insert(
        "optimism".into(),
        json!({
            "eip1559Elasticity": config.eip1559_elasticity,
            "eip1559Denominator": config.eip1559_denominator,
            "eip1559DenominatorCanyon": config.eip1559_denominator_canyon,
        }),
    );
    chain
}

/// Every fork of Ethereum up to Prague from the start; op-geth maps Karst to Osaka's subset itself.
pub(super) fn ethereum_config(chain_id: u64) -> ChainConfig {
    ChainConfig {
        chain_id,
        homestead_block: Some(0),
        eip150_block: Some(0),
        eip155_block: Some(0),
        eip158_block: Some(0),
        byzantium_block: Some(0),
        constantinople_block: Some(0),
        petersburg_block: Some(0),
        istanbul_block: Some(0),
        muir_glacier_block: Some(0),
        berlin_block: Some(0),
        london_block: Some(0),
        arrow_glacier_block: Some(0),
        gray_glacier_block: Some(0),
        merge_netsplit_block: Some(0),
        shanghai_time: Some(0),
        cancun_time: Some(0),
        prague_time: Some(0),
        terminal_total_difficulty: Some(U256::ZERO),
        ..ChainConfig::default()
    }
}
