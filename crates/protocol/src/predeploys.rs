//! Addresses that every OP Stack chain has in common (specs: predeploys.md).

use alloy_primitives::{Address, address};

/// Sender of the L1 attributes deposit, the only one that may set them.
pub const L1_ATTRIBUTES_DEPOSITOR: Address = address!("0xDeaDDEaDDeAdDeAdDEAdDEaddeAddEAdDEAd0001");
/// Legacy message passer, of use to no current contract.
pub const LEGACY_MESSAGE_PASSER: Address = address!("0x4200000000000000000000000000000000000000");
/// Deployer whitelist, legacy.
pub const DEPLOYER_WHITELIST: Address = address!("0x4200000000000000000000000000000000000002");
/// ETH as an ERC-20.
pub const WETH: Address = address!("0x4200000000000000000000000000000000000006");
/// L2 end of the messenger.
pub const L2_CROSS_DOMAIN_MESSENGER: Address = address!("0x4200000000000000000000000000000000000007");
/// Answers what a transaction's data costs on L1.
pub const GAS_PRICE_ORACLE: Address = address!("0x420000000000000000000000000000000000000F");
/// L2 end of the token bridge.
pub const L2_STANDARD_BRIDGE: Address = address!("0x4200000000000000000000000000000000000010");
/// Coinbase of every L2 block: receives priority fees.
pub const SEQUENCER_FEE_VAULT: Address = address!("0x4200000000000000000000000000000000000011");
/// Makes ERC-20 tokens that the bridge can mint.
pub const OPTIMISM_MINTABLE_ERC20_FACTORY: Address = address!("0x4200000000000000000000000000000000000012");
/// L1 block number, legacy.
pub const L1_BLOCK_NUMBER: Address = address!("0x4200000000000000000000000000000000000013");
/// L2 end of the NFT bridge.
pub const L2_ERC721_BRIDGE: Address = address!("0x4200000000000000000000000000000000000014");
/// Holds the attributes of the L1 origin.
pub const L1_BLOCK: Address = address!("0x4200000000000000000000000000000000000015");
/// Holds the hashes of withdrawals; its storage root is part of the output root.
pub const L2_TO_L1_MESSAGE_PASSER: Address = address!("0x4200000000000000000000000000000000000016");
/// Makes NFT contracts that the bridge can mint.
pub const OPTIMISM_MINTABLE_ERC721_FACTORY: Address = address!("0x4200000000000000000000000000000000000017");
/// Owner of the predeploys' proxies.
pub const PROXY_ADMIN: Address = address!("0x4200000000000000000000000000000000000018");
/// Receives base fees.
pub const BASE_FEE_VAULT: Address = address!("0x4200000000000000000000000000000000000019");
/// Receives L1 data fees.
pub const L1_FEE_VAULT: Address = address!("0x420000000000000000000000000000000000001A");
/// Receives operator fees (Isthmus).
pub const OPERATOR_FEE_VAULT: Address = address!("0x420000000000000000000000000000000000001B");
/// Schemas of attestations.
pub const SCHEMA_REGISTRY: Address = address!("0x4200000000000000000000000000000000000020");
/// Attestations.
pub const EAS: Address = address!("0x4200000000000000000000000000000000000021");
/// Executing messages of other chains (interop).
pub const CROSS_L2_INBOX: Address = address!("0x4200000000000000000000000000000000000022");
/// Messenger between L2 chains (interop).
pub const L2_TO_L2_CROSS_DOMAIN_MESSENGER: Address = address!("0x4200000000000000000000000000000000000023");
/// Deploys implementations once (Karst).
pub const CONDITIONAL_DEPLOYER: Address = address!("0x420000000000000000000000000000000000002C");
/// Development feature flags (Karst).
pub const L2_DEV_FEATURE_FLAGS: Address = address!("0x420000000000000000000000000000000000002D");
/// Governance token.
pub const GOVERNANCE_TOKEN: Address = address!("0x4200000000000000000000000000000000000042");
/// EIP-4788: parent beacon block roots.
pub const BEACON_ROOTS: Address = address!("0x000F3df6D732807Ef1319fB7B8bB8522d0Beac02");
/// EIP-2935: hashes of recent blocks.
pub const HISTORY_STORAGE: Address = address!("0x0000F90827F1C53a10cb7A02335B175320002935");
/// Code-less senders of system calls (EIP-4788, EIP-2935).
pub const SYSTEM_ADDRESS: Address = address!("0xfffffffffffffffffffffffffffffffffffffffe");

/// First address of the namespace that is filled with proxies at genesis.
pub const NAMESPACE_START: Address = LEGACY_MESSAGE_PASSER;
/// How many proxies the namespace has.
pub const NAMESPACE_COUNT: u16 = 2048;
