//! Deployments on an embedded L1: interrupted and taken up again, verified, upgraded.

use std::{
    collections::BTreeSet,
    future::Future,
    net::{Ipv4Addr, SocketAddr},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use alloy_eips::BlockNumberOrTag;
use alloy_primitives::{Address, Bytes, U256};
use alloy_sol_types::SolCall;
use contracts::{
    Artifact, DevAccount, Effect,
    bindings::{ProxyAdmin, SystemConfig},
};
use deployment::{
    Deployed, Deployment, DeploymentRecord, Error, Files, deploy, plan_upgrade, progress, verify, write_json,
};
use l1::{L1Client, RpcConfig, Secret, TxCandidate, TxConfig, TxManager, TxReceipt, Wallet};
use serde_json::Value;
use tandem_devnet::{EmbeddedL1, EmbeddedL1Config};
use tempfile::TempDir;
use tokio::time::interval;

const FREE: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 0);
const BLOCK_TIME_S: u64 = 2;
/// Slots of the past that blocks can be made in at once.
const SPARE_BLOCKS: u64 = 1_000;
const DEPLOYER: DevAccount = contracts::PREFUNDED[0];

/// An L1 that makes a block whenever a transaction waits, and a folder for a deployment.
struct World {
    l1: EmbeddedL1,
    client: L1Client,
    files: Files,
    deployment: Deployment,
    _folder: TempDir,
}

impl World {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        let l1 = EmbeddedL1::start(EmbeddedL1Config {
            datadir: folder.path().join("l1"),
            block_time_s: BLOCK_TIME_S,
            genesis_time_s: Some(now - SPARE_BLOCKS * BLOCK_TIME_S),
            http: FREE,
            beacon: FREE,
        })
        .await
        .unwrap();
        let client = L1Client::new(l1.http_url().parse().unwrap(), RpcConfig::default()).unwrap();
        let files = Files::in_folder(folder.path().join("out")).unwrap();
        let deployment = Deployment {
            submission_interval: 7,
            finalization_period_s: 9,
            ..Deployment::default()
        };
        Self {
            l1,
            client,
            files,
            deployment,
            _folder: folder,
        }
    }

    /// A world with everything deployed.
    async fn deployed() -> (Self, Deployed) {
        let world = Self::new().await;
        let deployed = world.mining(world.deploy()).await.unwrap();
        deployed.write(&world.deployment, &world.files, None).unwrap();
        (world, deployed)
    }

    async fn deploy(&self) -> Result<Deployed, Error> {
        deploy(
            &self.deployment,
            &self.client,
            wallet(&DEPLOYER),
            TxConfig::devnet(),
            &self.files,
        )
        .await
    }

    fn waiting(&self) -> usize {
        self.l1.execution().pool().status().pending
    }

    /// Makes blocks while something runs.
    async fn mining<T>(&self, running: impl Future<Output = T>) -> T {
        let blocks = async {
            let mut ticks = interval(Duration::from_millis(5));
            loop {
                ticks.tick().await;
                if self.waiting() > 0 {
                    self.l1.produce().await.unwrap();
                }
            }
        };
        tokio::select! { done = running => done, () = blocks => unreachable!() }
    }

    /// Drops a deployment, as a kill would, as soon as that many of its transactions wait in L1's pool.
    async fn interrupt_at(&self, waiting: usize) {
        let enough = async {
            let mut ticks = interval(Duration::from_millis(1));
            while self.waiting() < waiting {
                ticks.tick().await;
            }
        };
        tokio::select! { done = self.deploy() => panic!("it was not interrupted: {done:?}"), () = enough => {} }
    }

    async fn nonce(&self, account: Address) -> u64 {
        self.client.nonce_at(account, BlockNumberOrTag::Latest).await.unwrap()
    }

    async fn differences(&self, deployed: &Deployed) -> Vec<String> {
        let record = DeploymentRecord::read(&self.files).unwrap().unwrap();
        let found = verify(&self.client, &record, deployed).await.unwrap();
        found.iter().map(ToString::to_string).collect()
    }

    async fn send(&self, from: &DevAccount, candidate: TxCandidate) -> TxReceipt {
        let manager = TxManager::new(self.client.clone(), wallet(from), TxConfig::devnet())
            .await
            .unwrap();
        self.mining(manager.send(candidate.with_gas_limit(8_000_000)))
            .await
            .unwrap()
    }

    async fn call(&self, from: &DevAccount, to: Address, call: impl SolCall) -> TxReceipt {
        self.send(from, TxCandidate::call(to, call.abi_encode().into())).await
    }

    /// Puts a version of `SystemConfig` behind its proxy that differs from this program's in its version alone.
    async fn downgrade(&self, deployed: &Deployed) -> Bytes {
        let old = |code: Bytes| -> Bytes {
            let (new, old) = (in_bytecode("3.14.0"), in_bytecode("3.13.0"));
            let at = code
                .windows(new.len())
                .position(|window| window == new.as_slice())
                .unwrap();
            let mut code = code.to_vec();
            code[at..at + old.len()].copy_from_slice(&old);
            code.into()
        };
        let created = self
            .send(
                &contracts::OWNER,
                TxCandidate::create(old(Artifact::SystemConfig.creation_code())),
            )
            .await;
        let upgrade = ProxyAdmin::upgradeCall {
            proxy: deployed.addresses.system_config_proxy,
            implementation: created.contract_address.unwrap(),
        };
        let done = self
            .call(&contracts::OWNER, deployed.addresses.proxy_admin, upgrade)
            .await;
        assert!(created.success && done.success);
        old(Artifact::SystemConfig.deployed_code())
    }

    /// Notes the layout of that version, changed by `change`, as the deployment of that version would have.
    fn note_layout(&self, code: &Bytes, change: impl Fn(&mut Value)) {
        let text = std::fs::read_to_string(self.files.layouts()).unwrap();
        let mut layouts: Value = serde_json::from_str(&text).unwrap();
        layouts["SystemConfig"]["code_hash"] = alloy_primitives::keccak256(code).to_string().into();
        change(&mut layouts["SystemConfig"]["layout"]);
        write_json(&self.files.layouts(), &layouts).unwrap();
    }

    /// Tries every initialiser of the plan again, as the owner and through the proxies' admin: none may pass.
    async fn refuses_to_initialise_again(&self) {
        let plan = DeploymentRecord::read(&self.files).unwrap().unwrap().plan().unwrap();
        let initialising = plan
            .transactions
            .iter()
            .filter(|step| matches!(step.effect, Effect::Initializes(_)));
        let mut tried = 0;
        for step in initialising {
            let admin = TxCandidate::call(step.to.unwrap(), step.input.clone());
            let call = ProxyAdmin::upgradeAndCallCall::abi_decode(&step.input).unwrap();
            let direct = TxCandidate::call(call.proxy, call.data);
            for candidate in [admin, direct] {
                assert!(!self.send(&contracts::OWNER, candidate).await.success, "{}", step.what);
                tried += 1;
            }
        }
        assert_eq!(tried, 2 * plan.addresses.proxied().len());
    }
}

/// A version's text as the compiler pushes it: without the four zero bits that `0` ends with.
fn in_bytecode(version: &str) -> Vec<u8> {
    let text = version.bytes().fold(0_u64, |text, byte| text << 8 | u64::from(byte));
    assert_eq!(text & 0xf, 0);
    (text >> 4).to_be_bytes()[8 - version.len()..].to_vec()
}

fn wallet(account: &DevAccount) -> Wallet {
    Wallet::new(Secret::from_bytes(account.private_key).unwrap())
}

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

/// The registry's own file of a chain has no key at its top, and no section, that ours lacks.
#[tokio::test(flavor = "multi_thread")]
async fn chain_toml_is_a_file_of_the_superchain_registry() {
    let (world, deployed) = World::deployed().await;
    let sample: toml::Table = include_str!("../../../testdata/superchain-registry/sepolia-devnet-2.toml")
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

#[tokio::test(flavor = "multi_thread")]
async fn s42_an_upgrade_changes_the_code_alone_and_nothing_can_be_initialised_again() {
    let (world, mut deployed) = World::deployed().await;
    world.refuses_to_initialise_again().await;
    let old = world.downgrade(&deployed).await;
    world.note_layout(&old, |_| {});
    let plan = plan_upgrade(&world.client, &deployed, &world.files).await.unwrap();
    assert_eq!((plan.steps.len(), plan.up_to_date), (1, 7));
    let said = plan.steps[0].to_string();
    assert!(
        said.starts_with("SystemConfig at ") && said.contains(": 3.13.0 -> 3.14.0, "),
        "{said}"
    );
    assert_eq!(plan.faults(), [""; 0]);
    let stranger = plan.apply(
        &world.client,
        wallet(&DEPLOYER),
        TxConfig::devnet(),
        &mut deployed,
        &world.files,
    );
    assert!(matches!(stranger.await, Err(Error::NotTheOwner { .. })));
    let before = [world.files.addresses(), world.files.layouts()].map(|path| (std::fs::read(&path).unwrap(), path));
    let owner = wallet(&contracts::OWNER);
    let applying = plan.apply(&world.client, owner, TxConfig::devnet(), &mut deployed, &world.files);
    world.mining(applying).await.unwrap();
    assert_eq!(
        Deployed::read(&world.files).unwrap().unwrap().addresses,
        deployed.addresses
    );
    assert_eq!(world.differences(&deployed).await, [""; 0]);
    let again = plan_upgrade(&world.client, &deployed, &world.files).await.unwrap();
    assert_eq!((again.steps.len(), again.up_to_date, again.unnoted.len()), (0, 8, 0));
    // As if it had been killed before it wrote what it had done.
    before
        .iter()
        .for_each(|(text, path)| std::fs::write(path, text).unwrap());
    let mut forgotten = Deployed::read(&world.files).unwrap().unwrap();
    assert_ne!(forgotten.addresses, deployed.addresses);
    let unnoted = plan_upgrade(&world.client, &forgotten, &world.files).await.unwrap();
    assert_eq!((unnoted.steps.len(), unnoted.unnoted.len()), (0, 1));
    unnoted.note(&mut forgotten, &world.files).unwrap();
    assert_eq!(forgotten.addresses, deployed.addresses);
    let known = plan_upgrade(&world.client, &forgotten, &world.files).await.unwrap();
    assert_eq!(known.unnoted, []);
    world.refuses_to_initialise_again().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn s42_an_upgrade_that_would_misread_the_storage_is_refused_by_variable_and_slot() {
    let (world, mut deployed) = World::deployed().await;
    let old = world.downgrade(&deployed).await;
    let unknown = plan_upgrade(&world.client, &deployed, &world.files).await.unwrap();
    assert!(unknown.faults()[0].contains("is not known"), "{:?}", unknown.faults());
    // As if the version on chain kept another variable where `batcherHash` is now.
    world.note_layout(&old, |layout| {
        let variables = layout.as_array_mut().unwrap();
        let batcher = variables
            .iter_mut()
            .find(|variable| variable["label"] == "batcherHash")
            .unwrap();
        batcher["label"] = "l2Sender".into();
    });
    let plan = plan_upgrade(&world.client, &deployed, &world.files).await.unwrap();
    let expected =
        "SystemConfig: bytes32 l2Sender at slot 3, byte 0 would become bytes32 batcherHash at slot 3, byte 0";
    assert_eq!(plan.faults(), [expected]);
    let before = world.nonce(contracts::OWNER.address).await;
    let owner = wallet(&contracts::OWNER);
    let refused = plan
        .apply(&world.client, owner, TxConfig::devnet(), &mut deployed, &world.files)
        .await;
    assert!(refused.unwrap_err().to_string().contains("l2Sender at slot 3"));
    assert_eq!(world.nonce(contracts::OWNER.address).await, before, "nothing was sent");
}
