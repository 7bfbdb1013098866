//! L1, the time, and the two nodes over them.

use crate::port::{Port, Shared, Waiting, Writer};
use alloy_primitives::{Address, B256, Bytes, U256};
use chain::BlockRecord;
use contracts::{BATCHER, CHALLENGER, DevAccount};
use devnet::{ExecutionClient, ExecutionConfig};
use l1::{ProposedOutput, Secret, TxReceipt, Wallet};
use node::{
    BatcherConfig, ChallengerConfig, ChallengerStatus, Clock, Config, DataAvailabilityType, Event, LocalEngine, Node,
    ProposerConfig, SequencerConfig, SyncStatus, Telemetry,
};
use protocol::Fork;
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};
use tandem_testkit::{ContractL1, Rollup, inclusion, propose, root, truth};
use tempfile::TempDir;
use tokio::{
    sync::broadcast::{self, error::TryRecvError},
    time::Instant,
};

const GENESIS_TIME: u64 = 1_700_000_000;
pub(crate) const SLOT_S: u64 = 2;
const FINALITY_BLOCKS: u64 = 40;
/// L2 blocks between outputs.
pub(crate) const INTERVAL: u64 = 4;
/// How long an output can be deleted.
pub(crate) const PERIOD_S: u64 = 40;
const POLL_INTERVAL: Duration = Duration::from_millis(300);
/// Late enough in a slot for the nodes to have done what they do about its block.
const SETTLED: Duration = Duration::from_millis(1_500);

pub(crate) fn wallet(account: &DevAccount) -> Wallet {
    Wallet::new(Secret::from_bytes(account.private_key).unwrap())
}

/// What a node is beside a verifier.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    Sequencer,
    /// With a key, or without.
    Challenger(Option<DevAccount>),
    /// With a key; whether it proposes what is not derived from finalized L1.
    Proposer(DevAccount, bool),
}

/// A node, its execution client, and everything that it showed.
pub(crate) struct Member {
    pub(crate) execution: ExecutionClient,
    pub(crate) node: Node,
    events: broadcast::Receiver<Event>,
    pub(crate) telemetry: Telemetry,
    datadir: TempDir,
}

impl Member {
    pub(crate) async fn start(world: &World, part: Part) -> Self {
        Self::start_in(world, part, tempfile::tempdir().unwrap()).await
    }

    /// Starts on what another one has written.
    pub(crate) async fn start_in(world: &World, part: Part, datadir: TempDir) -> Self {
        let execution = ExecutionClient::start(ExecutionConfig {
            datadir: datadir.path().to_owned(),
            genesis: world.rollup.genesis.clone(),
            http: None,
            auth: None,
        });
        let execution = execution.await.unwrap();
        let telemetry = Telemetry::default();
        let sequences = part == Part::Sequencer;
        let config = Config {
            rollup: Arc::clone(&world.rollup.config),
            l1_spec: Arc::clone(&world.rollup.l1),
            verifier_l1_confs: 0,
            l1_poll_interval: POLL_INTERVAL,
            sequencer: sequences.then(|| SequencerConfig {
                l1_confs: 0,
                ..SequencerConfig::default()
            }),
            rpc_listen: None,
            rpc_admin: false,
            safedb: Some(datadir.path().join("safedb")),
            telemetry: Some(telemetry.node(if sequences { "sequencer" } else { "verifier" })),
            clock: world.clock,
        };
        let engine = LocalEngine::new(execution.chain().clone());
        let l1 = Arc::new(world.port.clone());
        let mut node = Node::start(config, engine.clone(), l1).await.unwrap();
        if sequences {
            let config = BatcherConfig {
                data_availability: DataAvailabilityType::Calldata,
                max_channel_duration: 2,
                poll_interval: POLL_INTERVAL,
                ..BatcherConfig::default()
            };
            node.batch(config, engine.clone(), world.writer(&BATCHER)).unwrap();
        }
        if let Part::Challenger(key) = part {
            let config = ChallengerConfig {
                oracle: world.port.with(|l1| l1.addresses().l2_output_oracle_proxy),
                poll_interval: POLL_INTERVAL,
            };
            let writer = key.map(|key| world.writer(&key));
            node.challenge(config, engine, world.port.clone(), writer).unwrap();
        }
        if let Part::Proposer(key, allow_non_finalized) = part {
            let config = ProposerConfig {
                allow_non_finalized,
                poll_interval: POLL_INTERVAL,
            };
            node.propose(
                config,
                LocalEngine::new(execution.chain().clone()),
                world.port.clone(),
                world.writer(&key),
            )
            .unwrap();
        }
        Self {
            execution,
            events: node.events(),
            node,
            telemetry,
            datadir,
        }
    }

    pub(crate) fn status(&self) -> SyncStatus {
        *self.node.status().borrow()
    }

    pub(crate) fn challenger(&self) -> ChallengerStatus {
        self.node.challenger().borrow().clone().expect("it challenges")
    }

    pub(crate) fn block(&self, number: u64) -> Arc<BlockRecord> {
        let found = self.execution.chain().record_by_number(number).unwrap();
        found.unwrap_or_else(|| panic!("no block {number}"))
    }

    /// What happened since the last call, but for the everyday.
    pub(crate) fn verdicts(&mut self) -> Vec<Event> {
        let is_verdict = |event: &Event| {
            matches!(
                event,
                Event::OutputAgreed { .. }
                    | Event::OutputWrong { .. }
                    | Event::OutputsDeleted { .. }
                    | Event::Alarm { .. }
            )
        };
        let mut heard = Vec::new();
        loop {
            match self.events.try_recv() {
                Ok(event) if is_verdict(&event) => heard.push(event),
                Ok(_) => {}
                Err(TryRecvError::Empty | TryRecvError::Closed) => return heard,
                Err(TryRecvError::Lagged(missed)) => panic!("{missed} events were missed"),
            }
        }
    }

    pub(crate) async fn stop(self) {
        self.stop_for_a_while().await;
    }

    /// Stops, and leaves its folder.
    pub(crate) async fn stop_for_a_while(self) -> TempDir {
        self.node.stop().await;
        self.execution.stop().await;
        self.datadir
    }
}

pub(crate) struct World {
    pub(crate) rollup: Rollup,
    pub(crate) port: Port,
    clock: Clock,
    /// Whose transactions L1 leaves out for now.
    censored: Mutex<Vec<Address>>,
}

impl World {
    pub(crate) fn new() -> Self {
        let l1 = ContractL1::new(GENESIS_TIME, SLOT_S, FINALITY_BLOCKS, INTERVAL, PERIOD_S);
        let rollup = l1.rollup(Fork::Karst);
        let unix = Duration::from_secs(l1.head().timestamp);
        let waiting = Vec::new();
        Self {
            rollup,
            port: Port(Arc::new(Mutex::new(Shared {
                l1,
                waiting,
                poor: Vec::new(),
            }))),
            clock: Clock::Timer {
                unix,
                since: Instant::now(),
            },
            censored: Mutex::default(),
        }
    }

    fn writer(&self, account: &DevAccount) -> Writer {
        Writer {
            port: self.port.clone(),
            wallet: wallet(account),
        }
    }

    /// Has L1 leave out an account's transactions, or no more.
    pub(crate) fn censor(&self, account: &DevAccount, is_censored: bool) {
        let mut censored = self.censored.lock().unwrap();
        censored.retain(|other| *other != account.address);
        if is_censored {
            censored.push(account.address);
        }
    }

    /// Lets the time come to the next slot, and makes its block of what waits. When it returns, the nodes have heard of it.
    pub(crate) async fn slot(&self) -> Arc<BlockRecord> {
        let head = self.port.with(|l1| l1.head().timestamp);
        let next = Duration::from_secs(head + SLOT_S);
        tokio::time::sleep_until(self.clock.instant_of(next)).await;
        let block = self.mine();
        tokio::time::sleep(SETTLED).await;
        block
    }

    /// Takes an account's transactions out of L1's pool.
    pub(crate) fn take_waiting(&self, account: &DevAccount) -> Vec<Waiting> {
        let mut shared = self.port.0.lock().unwrap();
        let is_theirs = |waiting: &Waiting| waiting.wallet.address() == account.address;
        let (theirs, others) = std::mem::take(&mut shared.waiting).into_iter().partition(is_theirs);
        shared.waiting = others;
        theirs
    }

    fn mine(&self) -> Arc<BlockRecord> {
        let censored = self.censored.lock().unwrap().clone();
        let mut shared = self.port.0.lock().unwrap();
        let mut sent = Vec::new();
        let is_left_out = |waiting: &Waiting| censored.contains(&waiting.wallet.address());
        let waiting = std::mem::take(&mut shared.waiting);
        let (left_out, taken): (Vec<_>, Vec<_>) = waiting.into_iter().partition(is_left_out);
        shared.waiting = left_out;
        for Waiting {
            wallet,
            candidate,
            mined,
        } in taken
        {
            let to = candidate.to.to().copied().unwrap();
            let hash = shared.l1.send(&wallet, to, candidate.data, U256::ZERO);
            sent.push((hash, mined));
        }
        let block = shared.l1.mine();
        for (hash, mined) in sent {
            let (id, success) = inclusion(&block, hash).expect("L1 took it");
            mined.send(receipt(hash, id, success)).ok();
        }
        block
    }

    pub(crate) async fn slots(&self, count: u64) {
        for _ in 0..count {
            self.slot().await;
        }
    }

    /// Whether the next block of L1 succeeds in a call that `sender` makes there.
    pub(crate) async fn succeeds(&self, sender: &Wallet, to: Address, data: Bytes) -> bool {
        let hash = self.port.with(|l1| l1.send(sender, to, data, U256::ZERO));
        let block = self.slot().await;
        inclusion(&block, hash).expect("L1 took it").1
    }

    /// Slots until `node` has derived a block.
    pub(crate) async fn until_safe(&self, node: &Member, number: u64) {
        for _ in 0..200 {
            if node.status().safe_l2.number >= number {
                return;
            }
            self.slot().await;
        }
        panic!("block {number} does not become safe: {:?}", node.status());
    }

    /// Proposes, in L1's next block, the right root of the next output's block `ahead` outputs further.
    pub(crate) fn propose_right(&self, node: &Member, ahead: u64) {
        let number = self.port.next_block_number() + ahead * INTERVAL;
        let right = root(&truth(&node.block(number)));
        self.propose(right, number);
    }

    pub(crate) fn propose(&self, output_root: B256, number: u64) {
        self.port.with(|l1| propose(l1, output_root, number));
    }

    /// Every output that stands is right.
    pub(crate) fn assert_all_right(&self, node: &Member) -> Vec<ProposedOutput> {
        let outputs = self.port.outputs();
        for output in &outputs {
            let right = root(&truth(&node.block(output.l2_block_number)));
            assert_eq!(output.output_root, right, "{output:?}");
        }
        outputs
    }
}

fn receipt(transaction_hash: B256, block: alloy_eips::BlockNumHash, success: bool) -> TxReceipt {
    TxReceipt {
        transaction_hash,
        block,
        success,
        gas_used: 21_000,
        gas_price_wei: 1,
        blob_gas_used: 0,
        blob_gas_price_wei: 0,
        contract_address: None,
        logs: Vec::new(),
    }
}

/// The devnet's challenger.
pub(crate) const WITH_KEY: Part = Part::Challenger(Some(CHALLENGER));
