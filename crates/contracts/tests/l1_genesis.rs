//! The embedded L1's genesis holds the system contracts, Multicall3, the deterministic deployer and the funded accounts, nothing else.

use std::collections::BTreeSet;

use alloy_genesis::Genesis;
use alloy_primitives::{Address, U256, address};
use protocol::Fork;
use serde_json::json;
use tandem_contracts::{
    DEV_BALANCE_WEI, DeploymentConfig, L1GenesisConfig, L2GenesisConfig, PREFUNDED, dev_accounts, l1_chain_config,
    l1_genesis,
};

const CONTRACTS: [Address; 6] = [
    address!("000F3df6D732807Ef1319fB7B8bB8522d0Beac02"),
    address!("0000F90827F1C53a10cb7A02335B175320002935"),
    address!("00000961Ef480Eb55e80D19ad83579A64c007002"),
    address!("0000BBdDc7CE488642fb579F8B00f3a590007251"),
    address!("cA11bde05977b3631167028862bE2a173976CA11"),
    address!("4e59b44847b379578588920cA78FbF26c0B4956C"),
];

fn devnet() -> Genesis {
    l1_genesis(&L1GenesisConfig::devnet(1_700_000_000))
}

/// Where the first deployment puts the portal.
fn portal() -> Address {
    let first = DeploymentConfig::devnet(PREFUNDED[0].address, 0, 901);
    first.addresses().optimism_portal_proxy
}

#[test]
fn allocation_is_complete_and_nothing_else() {
    let genesis = devnet();
    let portal = portal();
    let expected: BTreeSet<_> = CONTRACTS
        .into_iter()
        .chain(dev_accounts().map(|account| account.address))
        .chain([Address::ZERO, portal])
        .collect();
    assert_eq!(genesis.alloc.keys().copied().collect::<BTreeSet<_>>(), expected);
    for address in CONTRACTS {
        assert!(!genesis.alloc[&address].code.as_ref().unwrap().is_empty(), "{address}");
    }
    for account in dev_accounts() {
        assert_eq!(genesis.alloc[&account.address].balance, DEV_BALANCE_WEI);
    }
}

/// Whoever begins with ether on L2 can take it to L1: it is there, locked.
#[test]
fn the_portal_backs_the_ether_that_l2_begins_with() {
    let l2 = L2GenesisConfig::devnet(901, Fork::Karst, 0);
    let begins_with: U256 = l2.funded.values().sum();
    let genesis = devnet();
    let portal = &genesis.alloc[&portal()];
    assert_eq!(portal.balance, begins_with);
    assert!(
        portal.code.is_none() && portal.nonce.is_none(),
        "a contract can still be created there"
    );
}

#[test]
fn rules_are_osakas_with_pragues_blobs() {
    let config = serde_json::to_value(devnet().config).unwrap();
    assert_eq!(config["chainId"], 900);
    assert_eq!(config["osakaTime"], 0);
    assert_eq!(
        config["blobSchedule"]["osaka"],
        json!({ "target": 6, "max": 9, "baseFeeUpdateFraction": 5_007_716 })
    );
    assert!(
        config
            .as_object()
            .unwrap()
            .keys()
            .all(|key| !key.starts_with("bpo") && key != "amsterdamTime")
    );
}

/// Foreign nodes refuse keys that geth does not know.
#[test]
fn chain_config_has_only_keys_that_geth_reads() {
    let config = l1_chain_config(&devnet());
    let known = [
        "chainId",
        "homesteadBlock",
        "daoForkSupport",
        "eip150Block",
        "eip155Block",
        "eip158Block",
        "byzantiumBlock",
        "constantinopleBlock",
        "petersburgBlock",
        "istanbulBlock",
        "muirGlacierBlock",
        "berlinBlock",
        "londonBlock",
        "arrowGlacierBlock",
        "grayGlacierBlock",
        "mergeNetsplitBlock",
        "shanghaiTime",
        "cancunTime",
        "pragueTime",
        "osakaTime",
        "terminalTotalDifficulty",
        "depositContractAddress",
        "blobSchedule",
    ];
    for (key, value) in config.as_object().unwrap() {
        assert!(known.contains(&key.as_str()), "geth does not know {key}");
        assert!(
            key.ends_with("Address") || !value.is_string(),
            "{key} is a number in geth's JSON"
        );
    }
    assert_eq!(config["blobSchedule"].as_object().unwrap().len(), 3);
}

#[test]
fn json_round_trips() {
    let genesis = devnet();
    let json = serde_json::to_string(&genesis).unwrap();
    assert_eq!(serde_json::from_str::<Genesis>(&json).unwrap(), genesis);
}
