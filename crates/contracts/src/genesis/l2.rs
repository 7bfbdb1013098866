//! The L2 genesis, in op-geth's format.

use std::collections::BTreeMap;

use alloy_genesis::{ChainConfig, Genesis, GenesisAccount};
use alloy_primitives::{Address, B256, Bytes, U256, address, b256, keccak256};
use protocol::Fork;
use serde_json::json;

use super::DEV_BALANCE_WEI;
use crate::{
    Artifact, Error, NAMESPACE_SIZE, OWNER, PREDEPLOYS, PREFUNDED, implementation_address, namespace_address,
    preinstalls,
};

/// `keccak256("eip1967.proxy.implementation") - 1`.
const IMPLEMENTATION_SLOT: B256 = b256!("360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc");
/// `keccak256("eip1967.proxy.admin") - 1`.
const ADMIN_SLOT: B256 = b256!("b53127684a568b3173ae13b9f8a6016e243e63b6e8ee1178d6a717850b5d6103");
/// The predeploys' admin, itself a predeploy.
const PROXY_ADMIN: Address = address!("4200000000000000000000000000000000000018");
/// Receives priority fees: the coinbase of every L2 block.
const SEQUENCER_FEE_VAULT: Address = address!("4200000000000000000000000000000000000011");
/// Has neither proxy nor code.
const GOVERNANCE_TOKEN_INDEX: u16 = 0x42;
/// What upstream holds at each precompile's address, so that the accounts exist.
const PRECOMPILE_BALANCE_WEI: U256 = U256::ONE;
const PERMIT2: Address = address!("000000000022d473030f116ddee9f6b43ac78ba3");

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
    /// The devnet's chain: every vault pays [`OWNER`] on L2, and the ten [`PREFUNDED`] accounts hold ether.
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

    fn vault(&self, index: u16) -> Option<&FeeVaultConfig> {
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
        coinbase: SEQUENCER_FEE_VAULT,
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

fn allocation(config: &L2GenesisConfig) -> BTreeMap<Address, GenesisAccount> {
    let mut alloc: BTreeMap<_, _> = precompiles()
        .chain(preinstalled(config.chain_id))
        .chain(namespace_proxies())
        .collect();
    for predeploy in PREDEPLOYS {
        let code = GenesisAccount::default().with_code(Some(predeploy.artifact.deployed_code()));
        if !predeploy.proxied {
            alloc.insert(predeploy.address(), code);
            continue;
        }
        let implementation = implementation_address(predeploy.index);
        alloc.insert(implementation, code);
        let storage = proxy_storage(Some(implementation))
            .chain(predeploy_storage(config, predeploy.index))
            .collect();
        alloc.insert(predeploy.address(), proxy(storage));
    }
    for (address, balance) in &config.funded {
        alloc.entry(*address).or_default().balance = *balance;
    }
    alloc
}

fn precompiles() -> impl Iterator<Item = (Address, GenesisAccount)> {
    (0..=u8::MAX).map(|byte| {
        (
            Address::with_last_byte(byte),
            GenesisAccount::default().with_balance(PRECOMPILE_BALANCE_WEI),
        )
    })
}

fn preinstalled(chain_id: u64) -> impl Iterator<Item = (Address, GenesisAccount)> {
    preinstalls()
        .iter()
        .filter(|preinstall| preinstall.l2)
        .map(move |preinstall| {
            let code = match preinstall.address {
                PERMIT2 => permit2_code(&preinstall.code, chain_id),
                _ => preinstall.code.clone(),
            };
            (
                preinstall.address,
                GenesisAccount::default().with_nonce(Some(1)).with_code(Some(code)),
            )
        })
}

/// The chain that the committed code of Permit2 was taken from.
const PERMIT2_SOURCE_CHAIN_ID: u64 = 420_130_015;

/// Permit2 with the chain's own two immutables: its id and the EIP-712 domain separator that follows from it.
fn permit2_code(code: &[u8], chain_id: u64) -> Bytes {
    let words = |chain_id: u64| [B256::from(U256::from(chain_id)), permit2_domain_separator(chain_id)];
    let mut code = code.to_vec();
    for (old, new) in words(PERMIT2_SOURCE_CHAIN_ID).iter().zip(words(chain_id)) {
        let at = code.windows(32).position(|window| window == old.as_slice());
        let at = at.expect("invariant: the committed code holds the immutables of its chain");
        code[at..at + 32].copy_from_slice(new.as_slice());
    }
    code.into()
}

fn permit2_domain_separator(chain_id: u64) -> B256 {
    let type_hash = keccak256("EIP712Domain(string name,uint256 chainId,address verifyingContract)");
    let chain_id = B256::from(U256::from(chain_id));
    keccak256([type_hash, keccak256("Permit2"), chain_id, PERMIT2.into_word()].concat())
}

fn namespace_proxies() -> impl Iterator<Item = (Address, GenesisAccount)> {
    let code = Artifact::Proxy.deployed_code();
    (0..NAMESPACE_SIZE)
        .filter(|index| *index != GOVERNANCE_TOKEN_INDEX)
        .map(move |index| {
            let account = GenesisAccount::default().with_code(Some(code.clone()));
            (
                namespace_address(index),
                account.with_storage(Some(proxy_storage(None).collect())),
            )
        })
}

fn proxy(storage: BTreeMap<B256, B256>) -> GenesisAccount {
    GenesisAccount::default()
        .with_code(Some(Artifact::Proxy.deployed_code()))
        .with_storage(Some(storage))
}

fn proxy_storage(implementation: Option<Address>) -> impl Iterator<Item = (B256, B256)> {
    let implementation = implementation.map(|address| (IMPLEMENTATION_SLOT, address.into_word()));
    [(ADMIN_SLOT, PROXY_ADMIN.into_word())]
        .into_iter()
        .chain(implementation)
}

/// The slots that initialisers would have written (storage layouts: `contracts/snapshots/storage`).
fn predeploy_storage(config: &L2GenesisConfig, index: u16) -> Vec<(B256, B256)> {
    match index {
        0x0f => vec![(slot(0), gas_price_oracle_flags(config.fork))],
        0x18 => vec![(slot(0), config.proxy_admin_owner.into_word())],
        _ => config.vault(index).map(vault_storage).unwrap_or_default(),
    }
}

/// One byte a flag, the lowest first: `isEcotone`, `isFjord`, `isIsthmus`, `isJovian`.
fn gas_price_oracle_flags(fork: Fork) -> B256 {
    let jovian = u8::from(fork >= Fork::Jovian);
    U256::from(u32::from_be_bytes([jovian, 1, 1, 1])).into()
}

/// Slot 1: the minimum; slot 2: the recipient, and above it the network. Words of zero are not stored.
fn vault_storage(vault: &FeeVaultConfig) -> Vec<(B256, B256)> {
    let mut recipient = vault.recipient.into_word();
    recipient[11] = vault.network as u8;
    let words = [(slot(1), vault.min_withdrawal_amount_wei.into()), (slot(2), recipient)];
    words.into_iter().filter(|(_, word)| !word.is_zero()).collect()
}

fn slot(index: u8) -> B256 {
    B256::with_last_byte(index)
}
