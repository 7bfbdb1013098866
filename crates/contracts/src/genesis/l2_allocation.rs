//! The accounts of an L2 genesis.

use std::collections::BTreeMap;

use alloy_genesis::GenesisAccount;
use alloy_primitives::{Address, B256, Bytes, U256, address, b256, keccak256};
use protocol::{Fork, predeploys};

use super::l2::{FeeVaultConfig, L2GenesisConfig};
use crate::{Artifact, NAMESPACE_SIZE, PREDEPLOYS, implementation_address, namespace_address, preinstalls};

/// `keccak256("eip1967.proxy.implementation") - 1`.
const IMPLEMENTATION_SLOT: B256 = b256!("360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc");
/// `keccak256("eip1967.proxy.admin") - 1`.
const ADMIN_SLOT: B256 = b256!("b53127684a568b3173ae13b9f8a6016e243e63b6e8ee1178d6a717850b5d6103");
/// OpenZeppelin's `Initializable`: `keccak256(keccak256("openzeppelin.storage.Initializable") - 1)` without its last byte.
const INITIALIZABLE_SLOT: B256 = b256!("f0c57e16840df040f15088dc2f81fe391c3923bec73e23a9662efc9c229c6a00");
const INITIALIZED_ONCE: B256 = B256::with_last_byte(1);
/// The predeploys with an initialiser: messenger, bridges and factories.
const INITIALIZABLE: [u16; 5] = [0x07, 0x10, 0x12, 0x14, 0x17];
/// What OP Stack chains put at each precompile's address, so that the accounts exist.
const PRECOMPILE_BALANCE_WEI: U256 = U256::ONE;
const PERMIT2: Address = address!("000000000022d473030f116ddee9f6b43ac78ba3");

/// Every account of the genesis.
pub(super) fn allocation(config: &L2GenesisConfig) -> BTreeMap<Address, GenesisAccount> {
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
        alloc.insert(implementation, implementation_account(predeploy.index, code));
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

/// The governance token's address holds neither proxy nor code.
fn namespace_proxies() -> impl Iterator<Item = (Address, GenesisAccount)> {
    let code = Artifact::Proxy.deployed_code();
    let addresses = (0..NAMESPACE_SIZE).map(namespace_address);
    addresses
        .filter(|address| *address != predeploys::GOVERNANCE_TOKEN)
        .map(move |address| {
            let account = GenesisAccount::default().with_code(Some(code.clone()));
            (address, account.with_storage(Some(proxy_storage(None).collect())))
        })
}

fn proxy(storage: BTreeMap<B256, B256>) -> GenesisAccount {
    GenesisAccount::default()
        .with_code(Some(Artifact::Proxy.deployed_code()))
        .with_storage(Some(storage))
}

fn proxy_storage(implementation: Option<Address>) -> impl Iterator<Item = (B256, B256)> {
    let implementation = implementation.map(|address| (IMPLEMENTATION_SLOT, address.into_word()));
    [(ADMIN_SLOT, predeploys::PROXY_ADMIN.into_word())]
        .into_iter()
        .chain(implementation)
}

/// Of what has an initialiser, the code's own account is closed for good, as its constructor would have left it.
fn implementation_account(index: u16, code: GenesisAccount) -> GenesisAccount {
    if !INITIALIZABLE.contains(&index) {
        return code;
    }
    let never = B256::from(U256::from(u64::MAX));
    code.with_storage(Some(BTreeMap::from([(INITIALIZABLE_SLOT, never)])))
}

/// The slots that initialisers would have written (storage layouts: `contracts/snapshots/storage`).
fn predeploy_storage(config: &L2GenesisConfig, index: u16) -> Vec<(B256, B256)> {
    let mut words = first_values(config, index);
    if INITIALIZABLE.contains(&index) {
        words.push((INITIALIZABLE_SLOT, INITIALIZED_ONCE));
    }
    words
}

fn first_values(config: &L2GenesisConfig, index: u16) -> Vec<(B256, B256)> {
    match index {
        0x07 => vec![
            (slot(3), config.l1.cross_domain_messenger.into_word()),
            (slot(4), config.l1.portal.into_word()),
        ],
        0x0f => vec![(slot(0), gas_price_oracle_flags(config.fork))],
        0x10 => vec![(slot(1), config.l1.standard_bridge.into_word())],
        0x12 => vec![(slot(0), predeploys::L2_STANDARD_BRIDGE.into_word())],
        0x14 => vec![(slot(0), config.l1.erc721_bridge.into_word())],
        0x17 => vec![
            (slot(0), predeploys::L2_ERC721_BRIDGE.into_word()),
            (slot(1), U256::from(config.l1.chain_id).into()),
        ],
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
