//! What came of it: on chain as verified, and in the files.

use crate::world::World;
use alloy_eips::BlockNumberOrTag;
use alloy_primitives::{Address, Bytes};
use alloy_sol_types::SolCall;
use contracts::bindings::{ProxyAdmin, SystemConfig};
use std::collections::BTreeSet;

#[tokio::test(flavor = "multi_thread")]
async fn every_difference_is_one_line_with_a_remedy() {
    let (world, deployed) = World::deployed().await;
    let (to, owner) = (&deployed.addresses, &contracts::OWNER);
    world
        .call(
            owner,
            to.system_config_proxy,
            SystemConfig::setGasLimitCall { gasLimit: 30_000_000 },
        )
        .await;
    let batcher = contracts::PREFUNDED[7].address;
    let handed_on = SystemConfig::setBatcherHashCall {
        batcherHash: batcher.into_word(),
    };
    world.call(owner, to.system_config_proxy, handed_on).await;
    let upgrade = ProxyAdmin::upgradeCall {
        proxy: to.l1_standard_bridge_proxy,
        implementation: to.system_config_impl,
    };
    world.call(owner, to.proxy_admin, upgrade).await;
    let given_away = ProxyAdmin::transferOwnershipCall { newOwner: batcher };
    world.call(owner, to.proxy_admin, given_away).await;
    let lines = world.differences(&deployed).await;
    for expected in [
        "SystemConfig.gasLimit is 30000000, should be 60000000: ",
        &format!(
            "SystemConfig.batcherHash is {batcher}, should be {}: ",
            contracts::BATCHER.address
        ),
        &format!("ProxyAdmin.owner is {batcher}, should be {}: ", owner.address),
        &format!(
            "L1StandardBridgeProxy.implementation is {}, should be {}: ",
            to.system_config_impl, to.l1_standard_bridge_impl
        ),
        &format!("L1StandardBridge has other code at {}", to.system_config_impl),
    ] {
        assert!(
            lines.iter().any(|line| line.starts_with(expected)),
            "{expected}\n{lines:#?}"
        );
    }
    assert!(lines.iter().all(|line| line.contains(": ") && !line.contains('\n')));
}

/// The registry's own file of a chain has no key at its top, and no section, that ours lacks.
#[tokio::test(flavor = "multi_thread")]
async fn chain_toml_is_a_file_of_the_superchain_registry() {
    let (world, deployed) = World::deployed().await;
    let sample: toml::Table = include_str!("../../../../testdata/superchain-registry/sepolia-devnet-2.toml")
        .parse()
        .unwrap();
    let ours: toml::Table = std::fs::read_to_string(world.files.registry())
        .unwrap()
        .parse()
        .unwrap();
    let keys = |table: &toml::Table| table.keys().cloned().collect::<BTreeSet<_>>();
    let mut expected = keys(&sample);
    expected.remove("interop");
    assert_eq!(keys(&ours), expected);
    for section in ["hardforks", "optimism", "genesis"] {
        assert_eq!(
            keys(ours[section].as_table().unwrap()),
            keys(sample[section].as_table().unwrap()),
            "{section}"
        );
    }
    let (section, inner) = ("genesis", "system_config");
    assert_eq!(
        keys(ours[section][inner].as_table().unwrap()),
        keys(sample[section][inner].as_table().unwrap())
    );
    let portal = ours["addresses"]["OptimismPortalProxy"].as_str().unwrap();
    assert_eq!(
        portal.parse::<Address>().unwrap(),
        deployed.addresses.optimism_portal_proxy
    );
    assert_eq!(
        ours["roles"]["ProxyAdminOwner"].as_str().unwrap(),
        contracts::OWNER.address.to_string()
    );
    assert_eq!(ours["chain_id"].as_integer(), Some(901));
    assert_eq!(
        ours["genesis"]["l2"]["hash"].as_str().unwrap(),
        deployed.rollup.genesis.l2.hash.to_string()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn versions_on_chain_are_those_of_the_artifacts() {
    let (world, deployed) = World::deployed().await;
    for contract in deployed.addresses.proxied() {
        let call = Bytes::from(SystemConfig::versionCall {}.abi_encode());
        let answer = world
            .client
            .call(contract.proxy, call, BlockNumberOrTag::Latest)
            .await
            .unwrap();
        let version = SystemConfig::versionCall::abi_decode_returns(&answer).unwrap();
        assert_eq!(
            contract.artifact.version(),
            Some(version.as_str()),
            "{}",
            contract.artifact.name()
        );
    }
}
