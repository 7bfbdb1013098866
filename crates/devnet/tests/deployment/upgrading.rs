//! Upgrades (scenario 42): other code behind the proxies, over the storage that is there.

use crate::world::{DEPLOYER, World, wallet};
use alloy_primitives::Bytes;
use alloy_sol_types::SolCall;
use contracts::{Artifact, Effect, bindings::ProxyAdmin};
use deployment::{Deployed, DeploymentRecord, Error, plan_upgrade, write_json};
use l1::{TxCandidate, TxConfig};
use serde_json::Value;

impl World {
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
