//! An embedded L1 without a clock of its own, and what is done to a deployment there.

use alloy_eips::BlockNumberOrTag;
use alloy_primitives::Address;
use alloy_sol_types::SolCall;
use contracts::DevAccount;
use deployment::{Deployed, Deployment, DeploymentRecord, Error, Files, deploy, verify};
use l1::{L1Client, RpcConfig, Secret, TxCandidate, TxConfig, TxManager, TxReceipt, Wallet};
use std::{
    future::Future,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    time::{Duration, SystemTime, UNIX_EPOCH},
};
use tandem_devnet::{EmbeddedL1, EmbeddedL1Config};
use tempfile::TempDir;
use tokio::time::interval;

const FREE: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);
const BLOCK_TIME_S: u64 = 2;
/// Slots of the past that blocks can be made in at once.
const SPARE_BLOCKS: u64 = 1_000;
pub(crate) const DEPLOYER: DevAccount = contracts::PREFUNDED[0];

/// An L1 that makes a block whenever a transaction waits, and a folder for a deployment.
pub(crate) struct World {
    pub(crate) l1: EmbeddedL1,
    pub(crate) client: L1Client,
    pub(crate) files: Files,
    pub(crate) deployment: Deployment,
    _folder: TempDir,
}

impl World {
    pub(crate) async fn new() -> Self {
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
    pub(crate) async fn deployed() -> (Self, Deployed) {
        let world = Self::new().await;
        let deployed = world.mining(world.deploy()).await.unwrap();
        deployed.write(&world.deployment, &world.files, None).unwrap();
        (world, deployed)
    }

    pub(crate) async fn deploy(&self) -> Result<Deployed, Error> {
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
    pub(crate) async fn mining<T>(&self, running: impl Future<Output = T>) -> T {
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
    pub(crate) async fn interrupt_at(&self, waiting: usize) {
        let enough = async {
            let mut ticks = interval(Duration::from_millis(1));
            while self.waiting() < waiting {
                ticks.tick().await;
            }
        };
        tokio::select! { done = self.deploy() => panic!("it was not interrupted: {done:?}"), () = enough => {} }
    }

    pub(crate) async fn nonce(&self, account: Address) -> u64 {
        self.client.nonce_at(account, BlockNumberOrTag::Latest).await.unwrap()
    }

    pub(crate) async fn differences(&self, deployed: &Deployed) -> Vec<String> {
        let record = DeploymentRecord::read(&self.files).unwrap().unwrap();
        let found = verify(&self.client, &record, deployed).await.unwrap();
        found.iter().map(ToString::to_string).collect()
    }

    pub(crate) async fn send(&self, from: &DevAccount, candidate: TxCandidate) -> TxReceipt {
        let manager = TxManager::new(self.client.clone(), wallet(from), TxConfig::devnet())
            .await
            .unwrap();
        self.mining(manager.send(candidate.with_gas_limit(8_000_000)))
            .await
            .unwrap()
    }

    pub(crate) async fn call(&self, from: &DevAccount, to: Address, call: impl SolCall) -> TxReceipt {
        self.send(from, TxCandidate::call(to, call.abi_encode().into())).await
    }
}

pub(crate) fn wallet(account: &DevAccount) -> Wallet {
    Wallet::new(Secret::from_bytes(account.private_key).unwrap())
}
