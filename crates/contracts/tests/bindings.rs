//! The bindings name functions, events and slots that the compiled contracts really have.

use std::collections::BTreeSet;

use alloy_primitives::{B256, keccak256};
use alloy_sol_types::{SolEvent, SolInterface};
use serde_json::Value;
use tandem_contracts::{Artifact, bindings};

/// Signatures of an ABI's functions or events.
fn signatures(artifact: Artifact, kind: &str) -> Vec<String> {
    let json: Value = serde_json::from_str(artifact.json()).unwrap();
    let entries = json["abi"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|entry| entry["type"] == kind);
    entries
        .map(|entry| format!("{}{}", entry["name"].as_str().unwrap(), tuple(&entry["inputs"])))
        .collect()
}

fn tuple(components: &Value) -> String {
    let types: Vec<String> = components.as_array().unwrap().iter().map(type_name).collect();
    format!("({})", types.join(","))
}

fn type_name(component: &Value) -> String {
    let name = component["type"].as_str().unwrap();
    name.strip_prefix("tuple")
        .map_or_else(|| name.to_owned(), |suffix| tuple(&component["components"]) + suffix)
}

fn check_calls<C: SolInterface>(artifact: Artifact) {
    let compiled: BTreeSet<[u8; 4]> = signatures(artifact, "function")
        .iter()
        .map(|it| keccak256(it)[..4].try_into().unwrap())
        .collect();
    for selector in C::selectors() {
        assert!(
            compiled.contains(&selector),
            "{}: no function {selector:02x?}",
            artifact.name()
        );
    }
}

fn check_events(artifact: Artifact, topics: &[[u8; 32]]) {
    let compiled: BTreeSet<B256> = signatures(artifact, "event").iter().map(keccak256).collect();
    for topic in topics {
        assert!(
            compiled.contains(&B256::from(*topic)),
            "{}: no event {topic:02x?}",
            artifact.name()
        );
    }
}

#[test]
fn every_function_is_compiled() {
    check_calls::<bindings::SystemConfig::SystemConfigCalls>(Artifact::SystemConfig);
    check_calls::<bindings::OptimismPortal::OptimismPortalCalls>(Artifact::OptimismPortal);
    check_calls::<bindings::L2OutputOracle::L2OutputOracleCalls>(Artifact::L2OutputOracle);
    check_calls::<bindings::SuperchainConfig::SuperchainConfigCalls>(Artifact::SuperchainConfig);
    check_calls::<bindings::Proxy::ProxyCalls>(Artifact::Proxy);
    check_calls::<bindings::ProxyAdmin::ProxyAdminCalls>(Artifact::ProxyAdmin);
    check_calls::<bindings::ProxyAdmin::ProxyAdminCalls>(Artifact::L2ProxyAdmin);
    check_calls::<bindings::L1Block::L1BlockCalls>(Artifact::L1Block);
    check_calls::<bindings::GasPriceOracle::GasPriceOracleCalls>(Artifact::GasPriceOracle);
    check_calls::<bindings::L2ToL1MessagePasser::L2ToL1MessagePasserCalls>(Artifact::L2ToL1MessagePasser);
    check_calls::<bindings::FeeVault::FeeVaultCalls>(Artifact::FeeVault);
    check_calls::<bindings::FeeVault::FeeVaultCalls>(Artifact::SequencerFeeVault);
}

#[test]
fn every_event_is_compiled() {
    check_events(
        Artifact::SystemConfig,
        bindings::SystemConfig::SystemConfigEvents::SELECTORS,
    );
    check_events(
        Artifact::OptimismPortal,
        bindings::OptimismPortal::OptimismPortalEvents::SELECTORS,
    );
    check_events(
        Artifact::L2OutputOracle,
        bindings::L2OutputOracle::L2OutputOracleEvents::SELECTORS,
    );
    check_events(Artifact::Proxy, bindings::Proxy::ProxyEvents::SELECTORS);
    check_events(
        Artifact::L2ToL1MessagePasser,
        bindings::L2ToL1MessagePasser::L2ToL1MessagePasserEvents::SELECTORS,
    );
    check_events(Artifact::FeeVault, bindings::FeeVault::FeeVaultEvents::SELECTORS);
}

/// What both layers have, and what each has alone.
#[test]
fn every_function_and_event_of_the_bridges_is_compiled() {
    use bindings::{
        CrossDomainMessenger::{CrossDomainMessengerCalls, CrossDomainMessengerEvents},
        ERC721Bridge::{ERC721BridgeCalls, ERC721BridgeEvents},
        OptimismMintableERC20Factory::{OptimismMintableERC20FactoryCalls, OptimismMintableERC20FactoryEvents},
        OptimismMintableERC721Factory::{OptimismMintableERC721FactoryCalls, OptimismMintableERC721FactoryEvents},
        StandardBridge::{StandardBridgeCalls, StandardBridgeEvents},
    };
    for messenger in [Artifact::L1CrossDomainMessenger, Artifact::L2CrossDomainMessenger] {
        check_calls::<CrossDomainMessengerCalls>(messenger);
        check_events(messenger, CrossDomainMessengerEvents::SELECTORS);
    }
    for bridge in [Artifact::L1StandardBridge, Artifact::L2StandardBridge] {
        check_calls::<StandardBridgeCalls>(bridge);
        check_events(bridge, StandardBridgeEvents::SELECTORS);
    }
    for bridge in [Artifact::L1Erc721Bridge, Artifact::L2Erc721Bridge] {
        check_calls::<ERC721BridgeCalls>(bridge);
        check_events(bridge, ERC721BridgeEvents::SELECTORS);
    }
    check_calls::<bindings::L1CrossDomainMessenger::L1CrossDomainMessengerCalls>(Artifact::L1CrossDomainMessenger);
    check_calls::<bindings::L1StandardBridge::L1StandardBridgeCalls>(Artifact::L1StandardBridge);
    check_calls::<bindings::L1ERC721Bridge::L1ERC721BridgeCalls>(Artifact::L1Erc721Bridge);
    check_calls::<OptimismMintableERC20FactoryCalls>(Artifact::OptimismMintableErc20Factory);
    check_events(
        Artifact::OptimismMintableErc20Factory,
        OptimismMintableERC20FactoryEvents::SELECTORS,
    );
    check_calls::<OptimismMintableERC721FactoryCalls>(Artifact::OptimismMintableErc721Factory);
    check_events(
        Artifact::OptimismMintableErc721Factory,
        OptimismMintableERC721FactoryEvents::SELECTORS,
    );
}

#[test]
fn derivation_reads_the_same_events() {
    use bindings::{OptimismPortal::TransactionDeposited, SystemConfig::ConfigUpdate};
    assert_eq!(
        TransactionDeposited::SIGNATURE_HASH,
        protocol::TRANSACTION_DEPOSITED_TOPIC
    );
    assert_eq!(ConfigUpdate::SIGNATURE_HASH, protocol::CONFIG_UPDATE_TOPIC);
}

#[test]
fn l1_block_takes_the_encodings_of_every_fork() {
    let compiled = signatures(Artifact::L1Block, "function");
    for (name, selector) in [
        (
            "setL1BlockValues(uint64,uint64,uint256,bytes32,uint64,bytes32,uint256,uint256)",
            [0x01, 0x5d, 0x8e, 0xb9],
        ),
        ("setL1BlockValuesEcotone()", [0x44, 0x0a, 0x5e, 0x20]),
        ("setL1BlockValuesIsthmus()", [0x09, 0x89, 0x99, 0xbe]),
        ("setL1BlockValuesJovian()", [0x3d, 0xb6, 0xbe, 0x2b]),
    ] {
        assert!(compiled.iter().any(|it| it == name), "{name}");
        assert_eq!(keccak256(name)[..4], selector, "{name}");
    }
}

/// Slot, offset in it, and size of a variable in a committed layout.
fn place(contract: &str, label: &str) -> (u64, u64, u64) {
    let file = format!(
        "{}/../../contracts/snapshots/storage/{contract}.json",
        env!("CARGO_MANIFEST_DIR")
    );
    let layout: Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    let entry = layout
        .as_array()
        .unwrap()
        .iter()
        .find(|entry| entry["label"] == label)
        .unwrap();
    let number = |key: &str| entry[key].as_u64().unwrap();
    (number("slot"), number("offset"), number("bytes"))
}

/// Execution clients read these slots without asking the contract.
#[test]
fn l1_block_keeps_the_protocols_layout() {
    for (label, expected) in [
        ("basefee", (1, 0, 32)),
        ("blobBaseFeeScalar", (3, 8, 4)),
        ("baseFeeScalar", (3, 12, 4)),
        ("l1FeeOverhead", (5, 0, 32)),
        ("l1FeeScalar", (6, 0, 32)),
        ("blobBaseFee", (7, 0, 32)),
        ("operatorFeeConstant", (8, 0, 8)),
        ("operatorFeeScalar", (8, 8, 4)),
        ("daFootprintGasScalar", (8, 12, 2)),
    ] {
        assert_eq!(place("L1Block", label), expected, "{label}");
    }
}

/// The genesis writes these slots, L1 proves the last one.
#[test]
fn genesis_writes_the_contracts_layouts() {
    for (contract, label, expected) in [
        ("GasPriceOracle", "isEcotone", (0, 0, 1)),
        ("GasPriceOracle", "isFjord", (0, 1, 1)),
        ("GasPriceOracle", "isIsthmus", (0, 2, 1)),
        ("GasPriceOracle", "isJovian", (0, 3, 1)),
        ("FeeVault", "minWithdrawalAmount", (1, 0, 32)),
        ("FeeVault", "recipient", (2, 0, 20)),
        ("FeeVault", "withdrawalNetwork", (2, 20, 1)),
        ("SequencerFeeVault", "minWithdrawalAmount", (1, 0, 32)),
        ("SequencerFeeVault", "recipient", (2, 0, 20)),
        ("SequencerFeeVault", "withdrawalNetwork", (2, 20, 1)),
        ("L2CrossDomainMessenger", "l1CrossDomainMessenger", (3, 0, 20)),
        ("L2StandardBridge", "_otherBridge", (1, 0, 20)),
        ("OptimismMintableERC20Factory", "bridge", (0, 0, 20)),
        ("L2ERC721Bridge", "_otherBridge", (0, 0, 20)),
        ("OptimismMintableERC721Factory", "bridge", (0, 0, 20)),
        ("OptimismMintableERC721Factory", "remoteChainID", (1, 0, 32)),
        ("L2ProxyAdmin", "_owner", (0, 0, 20)),
        ("L2ToL1MessagePasser", "sentMessages", (0, 0, 32)),
    ] {
        assert_eq!(place(contract, label), expected, "{contract}.{label}");
    }
}
