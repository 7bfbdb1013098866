//! What is sent: interrupted and taken up again, within its gas limits, refused where it is not what was begun.

use crate::world::{DEPLOYER, World, wallet};
use alloy_eips::BlockNumberOrTag;
use alloy_primitives::U256;
use deployment::{Deployment, DeploymentRecord, deploy, progress};
use l1::{TxCandidate, TxConfig};

#[tokio::test(flavor = "multi_thread")]
async fn a_deployment_that_is_interrupted_anywhere_is_taken_up_and_nothing_is_sent_twice() {
    for (interrupted_at, mined_meanwhile) in [(1, true), (9, true), (9, false), (20, true)] {
        let world = World::new().await;
        world.interrupt_at(interrupted_at).await;
        let begun = DeploymentRecord::read(&world.files).unwrap().unwrap();
        if mined_meanwhile {
            assert!(world.l1.produce().await.unwrap());
            assert!(world.nonce(DEPLOYER.address).await >= interrupted_at as u64);
        }
        let deployed = world.mining(world.deploy()).await.unwrap();
        let plan = begun.plan().unwrap();
        assert_eq!(deployed.addresses, plan.addresses);
        assert_eq!(world.nonce(DEPLOYER.address).await, plan.transactions.len() as u64);
        assert_eq!(world.differences(&deployed).await, [""; 0]);
        // Once more: everything is there, so nothing is sent, and it begins where it began.
        let again = world.deploy().await.unwrap();
        assert_eq!(again.rollup, deployed.rollup);
        assert_eq!(world.nonce(DEPLOYER.address).await, plan.transactions.len() as u64);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_rollup_begins_at_the_block_that_initialised_the_oracle() {
    let world = World::new().await;
    world.interrupt_at(3).await;
    world.l1.produce().await.unwrap();
    let deployed = world.mining(world.deploy()).await.unwrap();
    let start = deployed.rollup.genesis.l1;
    let block = world.client.block_by_number(start.number).await.unwrap().unwrap();
    assert_eq!(
        (block.hash(), block.header.timestamp),
        (start.hash, deployed.rollup.genesis.l2_time)
    );
    assert!(start.number > 1, "the first steps are in earlier blocks");
    assert_eq!(deployed.genesis.timestamp, deployed.rollup.genesis.l2_time);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deployers_account_that_was_used_for_something_else_is_named() {
    let world = World::new().await;
    progress(&world.deployment, &world.client, DEPLOYER.address, &world.files)
        .await
        .unwrap();
    world
        .send(
            &DEPLOYER,
            TxCandidate::transfer(contracts::PREFUNDED[5].address, U256::from(1)),
        )
        .await;
    let error = world.deploy().await.unwrap_err().to_string();
    assert!(
        error.contains("step `create ProxyAdmin` (nonce 0)") && error.contains("another --out"),
        "{error}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn another_configuration_does_not_go_on_with_what_was_begun() {
    let mut world = World::new().await;
    world.interrupt_at(1).await;
    world.deployment.finalization_period_s = 10;
    world.deployment.roles.guardian = DEPLOYER.address;
    let error = world.deploy().await.unwrap_err().to_string();
    assert!(
        error.contains("another value of finalization_period_s, roles.guardian"),
        "{error}"
    );
    world.deployment = Deployment::default();
    let other = deploy(
        &world.deployment,
        &world.client,
        wallet(&contracts::PREFUNDED[1]),
        TxConfig::devnet(),
        &world.files,
    );
    let error = other.await.unwrap_err().to_string();
    assert!(error.contains("this deployer is"), "{error}");
}

/// A step that comes near its limit would fail with the next version of its contract.
#[tokio::test(flavor = "multi_thread")]
async fn every_step_leaves_a_tenth_of_its_gas_limit() {
    let (world, _) = World::deployed().await;
    let plan = DeploymentRecord::read(&world.files).unwrap().unwrap().plan().unwrap();
    let head = world
        .client
        .block_ref_by_tag(BlockNumberOrTag::Latest)
        .await
        .unwrap()
        .unwrap();
    let mut used = Vec::new();
    for number in 1..=head.number {
        let block = world.client.block_by_number(number).await.unwrap().unwrap();
        let receipts = world.client.receipts(&block).await.unwrap();
        let mut before = 0;
        for receipt in receipts.iter() {
            assert!(receipt.success);
            used.push(receipt.cumulative_gas_used - before);
            before = receipt.cumulative_gas_used;
        }
    }
    assert_eq!(used.len(), plan.transactions.len());
    for (step, used) in plan.transactions.iter().zip(used) {
        assert!(
            used * 10 <= step.gas_limit * 9,
            "{}: {used} of {}",
            step.what,
            step.gas_limit
        );
    }
}
