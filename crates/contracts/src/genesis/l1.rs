//! The genesis of the embedded L1: Ethereum with every fork through Osaka from the start.

use std::collections::BTreeMap;

use alloy_eips::eip7840::BlobParams;
use alloy_genesis::{ChainConfig, Genesis, GenesisAccount};
use alloy_primitives::{Address, B256, U256, address};
use serde_json::Value;

use super::{DEV_BALANCE_WEI, l2::ethereum_config};
use crate::{DeploymentConfig, PREFUNDED, dev_accounts, preinstalls};

/// The deposit contract of Ethereum's mainnet. Nothing stands there on the embedded L1, so it never makes a request.
const DEPOSIT_CONTRACT: Address = address!("00000000219ab540356cBB839Cbe05303d7705Fa");

/// The devnet's L2. No address depends on it.
const L2_CHAIN_ID: u64 = 901;

/// Everything that makes one embedded L1 differ from another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct L1GenesisConfig {
    /// The chain id; the devnet's is 900.
    pub chain_id: u64,
    /// Seconds, wall-clock.
    pub timestamp: u64,
    /// The block gas limit.
    pub gas_limit: u64,
    /// The first block's base fee.
    pub base_fee_wei: u64,
    /// Accounts that start with ether, in wei.
    pub funded: BTreeMap<Address, U256>,
}

impl L1GenesisConfig {
    /// The devnet's L1, chain 900, on which all fifteen development accounts hold ether. So does the zero address, as on mainnet: SDKs
    /// estimate what a withdrawal's call will need as a call of nobody's, with its value (viem's `buildInitiateWithdrawal`).
    ///
    /// The portal of the first deployment holds what the L2's accounts begin with, as if they had deposited it: so they can withdraw it.
    pub fn devnet(timestamp: u64) -> Self {
        let deployment = DeploymentConfig::devnet(PREFUNDED[0].address, 0, L2_CHAIN_ID);
        let locked = DEV_BALANCE_WEI * U256::from(PREFUNDED.len());
        let held = dev_accounts().map(|account| account.address).chain([Address::ZERO]);
        Self {
            chain_id: 900,
            timestamp,
            gas_limit: 60_000_000,
            base_fee_wei: 1_000_000_000,
            funded: held
                .map(|address| (address, DEV_BALANCE_WEI))
                .chain([(deployment.addresses().optimism_portal_proxy, locked)])
                .collect(),
        }
    }
}

/// The whole genesis. It holds the system contracts (4788, 2935, 7002, 7251), Multicall3, the deterministic deployer and the
/// funded accounts, nothing else.
pub fn l1_genesis(config: &L1GenesisConfig) -> Genesis {
    Genesis {
        config: chain_config(config.chain_id),
        timestamp: config.timestamp,
        gas_limit: config.gas_limit,
        alloc: allocation(config),
        base_fee_per_gas: Some(config.base_fee_wei.into()),
        excess_blob_gas: Some(0),
        blob_gas_used: Some(0),
        number: Some(0),
        parent_hash: Some(B256::ZERO),
        ..Genesis::default()
    }
}

/// Osaka's schedule is Prague's (6, 9, 5,007,716), and no later blob fork follows. Osaka's other limits on blobs are no part of a
/// schedule: readers add them.
fn chain_config(chain_id: u64) -> ChainConfig {
    ChainConfig {
        osaka_time: Some(0),
        deposit_contract_address: Some(DEPOSIT_CONTRACT),
        blob_schedule: BTreeMap::from([
            ("cancun".into(), BlobParams::cancun()),
            ("prague".into(), BlobParams::prague()),
            ("osaka".into(), BlobParams::prague()),
        ]),
        ..ethereum_config(chain_id)
    }
}

fn allocation(config: &L1GenesisConfig) -> BTreeMap<Address, GenesisAccount> {
    let contracts = preinstalls().iter().filter(|preinstall| preinstall.l1);
    let contract = |code| GenesisAccount::default().with_nonce(Some(1)).with_code(Some(code));
    let mut alloc: BTreeMap<_, _> = contracts.map(|it| (it.address, contract(it.code.clone()))).collect();
    for (address, balance) in &config.funded {
        alloc.entry(*address).or_default().balance = *balance;
    }
    alloc
}

/// `l1-chain-config.json`: geth's chain configuration, without the keys that geth has dropped (readers refuse unknown ones).
pub fn l1_chain_config(genesis: &Genesis) -> Value {
    let mut config = serde_json::to_value(&genesis.config).expect("invariant: a chain configuration serialises");
    if let Some(config) = config.as_object_mut() {
        config.remove("terminalTotalDifficultyPassed");
    }
    config
}
