//! The real nodes, in virtual time over an L1 that the test writes: a sequencer that posts, and a verifier that hears L1 alone.

use alloy_eips::BlockNumHash;
use alloy_primitives::{Address, B256, Bytes, U256};
use derive::L1Block;
use devnet::{ExecutionClient, ExecutionConfig};
use l1::{L1Heads, TxCandidate, TxReceipt};
use node::{
    BatcherConfig, Clock, Config, DataAvailabilityType, Event, L1Reader, L1Writer, LocalEngine, Node, SafeDb,
    SequencerConfig, SyncStatus, Telemetry, Waiter,
};
use protocol::{BlockRef, Fork, Receipt, blob::Blob};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
};
use tandem_testkit::{Deposit, L1Draft, Rollup, SimulatedL1};
use tempfile::TempDir;
use tokio::{
    sync::{
        broadcast::{self, error::TryRecvError},
        oneshot,
    },
    time::Instant,
};

const GENESIS_TIME: u64 = 1_700_000_000;
const SLOT_S: u64 = 2;
const FINALITY_BLOCKS: u64 = 80;
const RECEIVER: Address = Address::repeat_byte(0x5e);
const POLL_INTERVAL: Duration = Duration::from_millis(400);

/// A batch that waits for its block.
type Waiting = (TxCandidate, oneshot::Sender<TxReceipt>);

/// The simulated L1 as nodes see it; it may be away.
#[derive(Clone)]
struct Port(Arc<Mutex<Shared>>);

struct Shared {
    l1: SimulatedL1,
    waiting: Vec<Waiting>,
    is_away: bool,
}

impl Port {
    fn read<T>(&self, read: impl FnOnce(&SimulatedL1) -> T) -> Result<T, l1::Error> {
        let shared = self.0.lock().unwrap();
        if shared.is_away {
            return Err(l1::Error::Unreachable {
                endpoint: "http://127.0.0.1:1".parse().unwrap(),
                reason: "the test took it away".into(),
            });
        }
        Ok(read(&shared.l1))
    }

    fn set_away(&self, is_away: bool) {
        self.0.lock().unwrap().is_away = is_away;
    }
}

fn input(block: &tandem_testkit::SimulatedBlock) -> L1Block {
    L1Block {
        header: block.block.header.clone(),
        transactions: block.encoded_transactions(),
    }
}

fn missing(hash: B256) -> l1::Error {
    l1::Error::BlockMissing {
        endpoint: "http://127.0.0.1:1".parse().unwrap(),
        block: hash.to_string(),
    }
}

impl L1Reader for Port {
    async fn block_by_number(&self, number: u64) -> Result<Option<L1Block>, l1::Error> {
        self.read(|l1| l1.block(number).map(|block| input(&block)))
    }

    async fn block_by_hash(&self, hash: B256) -> Result<L1Block, l1::Error> {
        let found = self.read(|l1| l1.block_by_hash(hash))?;
        found.map(|block| input(&block)).ok_or_else(|| missing(hash))
    }

    async fn receipts(&self, block: B256) -> Result<Vec<Receipt>, l1::Error> {
        let found = self.read(|l1| l1.block_by_hash(block))?;
        found.map(|found| found.receipts.clone()).ok_or_else(|| missing(block))
    }

    async fn blobs(&self, _block: &BlockRef, _hashes: &[B256]) -> Result<Vec<Box<Blob>>, l1::Error> {
        Err(l1::Error::BeaconNotConfigured)
    }

    async fn heads(&self) -> Result<L1Heads, l1::Error> {
        self.read(|l1| L1Heads {
            latest: Some(l1.head().reference()),
            safe: Some(l1.finalized().reference()),
            finalized: Some(l1.finalized().reference()),
        })
    }
}

impl L1Writer for Port {
    fn address(&self) -> Address {
        Rollup::batcher().address()
    }

    async fn recover(&self) -> Result<u64, l1::Error> {
        self.read(|l1| l1.head().reference().number)
    }

    async fn submit(
        &self,
        candidate: TxCandidate,
    ) -> Result<impl Future<Output = Result<TxReceipt, l1::Error>> + Send + 'static, l1::Error> {
        let (mined, receipt) = oneshot::channel();
        self.0.lock().unwrap().waiting.push((candidate, mined));
        Ok(async move { receipt.await.map_err(|_| missing(B256::ZERO)) })
    }
}

/// A node, its execution client, and everything that it showed.
struct Member {
    execution: ExecutionClient,
    node: Node,
    events: broadcast::Receiver<Event>,
    telemetry: Telemetry,
    datadir: TempDir,
}

impl Member {
    async fn start(world: &World, sequences: bool) -> Self {
        Self::start_in(world, sequences, tempfile::tempdir().unwrap()).await
    }

    /// Starts on what another one has written.
    async fn start_in(world: &World, sequences: bool, datadir: TempDir) -> Self {
        let execution = ExecutionClient::start(ExecutionConfig {
            datadir: datadir.path().to_owned(),
            genesis: world.rollup.genesis.clone(),
            http: None,
            auth: None,
        });
        let execution = execution.await.unwrap();
        let telemetry = Telemetry::default();
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
            node.batch(config, engine, world.port.clone()).unwrap();
        }
        Self {
            execution,
            events: node.events(),
            node,
            telemetry,
            datadir,
        }
    }

    fn status(&self) -> SyncStatus {
        *self.node.status().borrow()
    }

    fn hash(&self, number: u64) -> Option<B256> {
        self.execution.chain().canonical_hash(number).unwrap()
    }

    fn events(&mut self) -> Vec<Event> {
        let mut heard = Vec::new();
        loop {
            match self.events.try_recv() {
                Ok(event) => heard.push(event),
                // The oldest are lost where there were too many; the newest are there.
                Err(TryRecvError::Lagged(_)) => {}
                Err(TryRecvError::Empty | TryRecvError::Closed) => return heard,
            }
        }
    }

    async fn stop(self) {
        self.stop_for_a_while().await;
    }

    /// Stops, and leaves its folder.
    async fn stop_for_a_while(self) -> TempDir {
        self.node.stop().await;
        self.execution.stop().await;
        self.datadir
    }

    /// Stops, and checks what was recorded of safe heads by L1 block: L1 and the chain both have it, and a safe head has no
    /// origin after the L1 block that it was derived from.
    async fn stop_with_record_of(self, world: &World) {
        let safe = self.status().safe_l2;
        let chain = self.execution.chain().clone();
        self.node.stop().await;
        let recorded = SafeDb::open(&self.datadir.path().join("safedb"), world.rollup.config.genesis.l2.hash).unwrap();
        let head = world.port.read(|l1| l1.head().reference().number).unwrap();
        let (mut before, mut changes) = (0, 0);
        for number in world.rollup.config.genesis.l1.number..=head {
            let found = recorded
                .at_l1_block(number)
                .unwrap()
                .expect("recorded from the genesis on");
            let l1 = world.port.read(|l1| l1.block(found.l1.number).map(|block| block.hash));
            assert_eq!(l1.unwrap(), Some(found.l1.hash), "L1 block {number}");
            assert_eq!(chain.canonical_hash(found.l2.number).unwrap(), Some(found.l2.hash));
            assert!(found.l1.number <= number && found.l2.number >= before);
            changes += u64::from(found.l2.number > before);
            before = found.l2.number;
        }
        assert_eq!(before, safe.number, "the last one is the safe head");
        assert!(changes > 10, "it changed {changes} times");
        assert_eq!(recorded.last().unwrap().map(|last| last.l2.hash), Some(safe.hash));
        drop(chain);
        self.execution.stop().await;
    }
}

/// L1, and the time.
struct World {
    rollup: Rollup,
    port: Port,
    clock: Clock,
}

impl World {
    fn new() -> Self {
        let l1 = SimulatedL1::new(GENESIS_TIME, SLOT_S, FINALITY_BLOCKS);
        let rollup = Rollup::devnet(&l1, Fork::Karst);
        let shared = Shared {
            l1,
            waiting: Vec::new(),
            is_away: false,
        };
        Self {
            rollup,
            port: Port(Arc::new(Mutex::new(shared))),
            clock: Clock::Timer {
                unix: Duration::from_secs(GENESIS_TIME),
                since: Instant::now(),
            },
        }
    }

    /// Lets the time come to the next slot, and makes its block of the batches that wait. A deposit of `mint` wei may stand in it.
    async fn slot(&self, mint: Option<u128>) {
        let next = {
            let shared = self.port.0.lock().unwrap();
            shared.l1.head().block.header.timestamp + SLOT_S
        };
        tokio::time::sleep_until(self.clock.instant_of(Duration::from_secs(next))).await;
        let mut shared = self.port.0.lock().unwrap();
        let (mut draft, mut mined) = (L1Draft::default(), Vec::new());
        for (candidate, sender) in std::mem::take(&mut shared.waiting) {
            draft = draft.batch(self.rollup.contracts(), &Rollup::batcher(), candidate.data);
            mined.push(sender);
        }
        if let Some(mint) = mint {
            let deposit = Deposit {
                from: RECEIVER,
                to: Some(RECEIVER),
                mint,
                value: 0,
                gas_limit: 50_000,
                data: Bytes::new(),
            };
            draft = draft.deposit(self.rollup.contracts(), &Rollup::user(1), &deposit);
        }
        let block = shared.l1.build(draft);
        for sender in mined {
            sender.send(receipt(block.reference().id())).ok();
        }
    }

    async fn slots(&self, count: u64) {
        for _ in 0..count {
            self.slot(None).await;
        }
    }

    fn drop_blocks(&self, depth: usize) {
        self.port.0.lock().unwrap().l1.drop_blocks(depth);
    }

    /// Every block up to the verifier's safe head is the sequencer's, and has an origin that L1 has.
    fn assert_agreed(&self, sequencer: &Member, verifier: &Member, at_least: u64) {
        let safe = verifier.status().safe_l2;
        assert!(
            safe.number >= at_least,
            "safe head {}, expected {at_least}",
            safe.number
        );
        for number in 0..=safe.number {
            let hash = verifier.hash(number);
            assert!(hash.is_some());
            assert_eq!(hash, sequencer.hash(number), "block {number}");
        }
        let shared = self.port.0.lock().unwrap();
        let origin = shared.l1.block(safe.l1_origin.number).map(|block| block.hash);
        assert_eq!(origin, Some(safe.l1_origin.hash), "the safe head's origin");
    }
}

fn receipt(block: BlockNumHash) -> TxReceipt {
    TxReceipt {
        transaction_hash: B256::repeat_byte(1),
        block,
        success: true,
        gas_used: 21_000,
        gas_price_wei: 1,
        blob_gas_used: 0,
        blob_gas_price_wei: 0,
        contract_address: None,
        logs: Vec::new(),
    }
}

fn balance(member: &Member, block: B256) -> U256 {
    use execute::StateSource;
    let state = member.execution.chain().state_at(block).unwrap().unwrap();
    let account = state.account(RECEIVER).unwrap();
    account.map_or(U256::ZERO, |account| account.balance)
}

/// No two blocks of the same height were ever shown by a sequencer, unless L1 or a reset came between them.
fn assert_no_equivocation(events: &[Event]) {
    let mut sealed = HashMap::new();
    for event in events {
        match event {
            Event::Sequenced { block, .. } => {
                let before = sealed.insert(block.number, block.hash);
                assert!(
                    before.is_none_or(|before| before == block.hash),
                    "two blocks {}",
                    block.number
                );
            }
            Event::Reset { .. } | Event::Replaced { .. } => sealed.clear(),
            _ => {}
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_sequencer_and_a_verifier_agree_block_for_block() {
    let world = World::new();
    let mut sequencer = Member::start(&world, true).await;
    let verifier = Member::start(&world, false).await;
    world.slots(5).await;
    world.slot(Some(1_000)).await;
    world.slots(100).await;
    world.assert_agreed(&sequencer, &verifier, 190);
    let status = verifier.status();
    assert!(
        status.finalized_l2.number > 20,
        "finality moves: {}",
        status.finalized_l2.number
    );
    assert!(status.safe_l2.number > status.finalized_l2.number);
    assert_eq!(balance(&verifier, status.safe_l2.hash), U256::from(1_000));
    assert_no_equivocation(&sequencer.events());
    verifier.stop_with_record_of(&world).await;
    sequencer.stop_with_record_of(&world).await;
}

/// Sequencer and verifier end in the chain that the new L1 says, whatever became of the deposit.
async fn reorganised(depth: usize, before: Option<u128>, after: Option<u128>) {
    let world = World::new();
    let mut sequencer = Member::start(&world, true).await;
    let mut verifier = Member::start(&world, false).await;
    world.slots(6).await;
    world.slot(before).await;
    world.slots(u64::try_from(depth).unwrap() - 1).await;
    // Late enough in the slot for the nodes to have read what goes.
    tokio::time::sleep(Duration::from_secs(SLOT_S) - POLL_INTERVAL).await;
    world.drop_blocks(depth);
    world.slot(after).await;
    // Long enough for the batches that went with the old blocks to be sent again.
    let blocks = u64::try_from(depth).unwrap() + 70;
    world.slots(blocks).await;
    world.assert_agreed(&sequencer, &verifier, blocks);
    let safe = verifier.status().safe_l2.hash;
    assert_eq!(
        balance(&verifier, safe),
        U256::from(after.unwrap_or_default()),
        "depth {depth}"
    );
    let has_reset = |events: &[Event]| events.iter().any(|event| matches!(event, Event::Reset { .. }));
    assert!(has_reset(&verifier.events()), "the verifier met the reorganisation");
    let events = sequencer.events();
    assert!(has_reset(&events), "the sequencer met the reorganisation");
    assert_no_equivocation(&events);
    verifier.stop_with_record_of(&world).await;
    sequencer.stop_with_record_of(&world).await;
}

#[tokio::test(start_paused = true)]
async fn s11_nodes_follow_a_reorg_in_which_a_deposit_vanishes() {
    reorganised(3, Some(1_000), None).await;
}

#[tokio::test(start_paused = true)]
async fn s11_nodes_follow_a_deep_reorg_in_which_a_deposit_changes() {
    reorganised(40, Some(1_000), Some(7_777)).await;
}

#[tokio::test(start_paused = true)]
async fn s11_nodes_follow_a_reorg_in_which_a_deposit_appears() {
    reorganised(1, None, Some(5)).await;
}

#[tokio::test(start_paused = true)]
async fn s11_no_safe_head_is_recorded_of_l1_blocks_that_are_no_more() {
    let world = World::new();
    let sequencer = Member::start(&world, true).await;
    let verifier = Member::start(&world, false).await;
    world.slots(40).await;
    tokio::time::sleep(Duration::from_secs(SLOT_S) - POLL_INTERVAL).await;
    let before = verifier.status().safe_l2.number;
    world.drop_blocks(6);
    // The new chain is the longer one with the last of these, and nothing is derived from it yet.
    world.slots(7).await;
    tokio::time::sleep(POLL_INTERVAL * 2).await;
    assert!(verifier.status().safe_l2.number < before, "the safe head went back");
    verifier.stop_with_record_of(&world).await;
    sequencer.stop().await;
}

#[tokio::test(start_paused = true)]
async fn an_l1_that_goes_away_is_waited_for_by_name() {
    let world = World::new();
    let sequencer = Member::start(&world, true).await;
    let mut verifier = Member::start(&world, false).await;
    world.slots(10).await;
    verifier.events();
    world.port.set_away(true);
    world.slots(20).await;
    let named = |event: &Event| matches!(event, Event::Waiting { reason } if reason.contains("127.0.0.1:1"));
    let events = verifier.events();
    assert_eq!(
        events.iter().filter(|event| named(event)).count(),
        1,
        "said once: {events:?}"
    );
    let waits = |verifier: &Member| verifier.node.waits().borrow().clone();
    assert!(waits(&verifier)[&Waiter::L1Heads].contains("127.0.0.1:1"));
    let gauge = |value: u8| format!("tandem_waiting{{node=\"verifier\",role=\"l1_heads\"}} {value}\n");
    assert!(verifier.telemetry.render().contains(&gauge(1)));
    world.port.set_away(false);
    world.slots(40).await;
    assert!(verifier.events().contains(&Event::Resumed));
    assert!(waits(&verifier).is_empty());
    assert!(verifier.telemetry.render().contains(&gauge(0)));
    world.assert_agreed(&sequencer, &verifier, 60);
    verifier.stop().await;
    sequencer.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_sequencer_that_was_away_catches_up_and_says_so() {
    let world = World::new();
    let sequencer = Member::start(&world, true).await;
    world.slots(10).await;
    let before = sequencer.status().unsafe_l2;
    let folder = sequencer.stop_for_a_while().await;
    world.slots(200).await;

    let mut sequencer = Member::start_in(&world, true, folder).await;
    let verifier = Member::start(&world, false).await;
    assert_eq!(
        sequencer.hash(before.number),
        Some(before.hash),
        "what was shown is there"
    );
    world.slots(30).await;
    let events = sequencer.events();
    let caught_up = events.iter().find_map(|event| match event {
        Event::CaughtUp { blocks } => Some(*blocks),
        _ => None,
    });
    assert!(caught_up.is_some_and(|blocks| blocks > 380), "{caught_up:?}");
    assert_no_equivocation(&events);
    world.slots(30).await;
    world.assert_agreed(&sequencer, &verifier, 500);
    assert_eq!(verifier.hash(before.number), Some(before.hash), "and L1 has it");
    verifier.stop().await;
    sequencer.stop().await;
}

#[tokio::test(start_paused = true)]
async fn an_l1_that_stands_still_stops_the_sequencer_at_the_drift_and_it_says_why() {
    let world = World::new();
    let mut sequencer = Member::start(&world, true).await;
    world.slots(5).await;
    let origin = world.port.read(|l1| l1.head().reference()).unwrap();
    let drift = world.rollup.config.max_sequencer_drift(origin.timestamp);
    tokio::time::sleep(Duration::from_secs(drift + 60)).await;
    let head = sequencer.status().unsafe_l2;
    assert_eq!(
        (head.l1_origin.number, head.timestamp),
        (origin.number, origin.timestamp + drift)
    );
    let named = |event: &Event| matches!(event, Event::Waiting { reason } if reason.contains("as far ahead of L1"));
    assert_eq!(sequencer.events().iter().filter(|event| named(event)).count(), 1);
    world.slots(2).await;
    tokio::time::sleep(10 * POLL_INTERVAL).await;
    assert!(sequencer.status().unsafe_l2.number > head.number, "it goes on with L1");
    sequencer.stop().await;
}

/// Whatever a node waits for, it stops by itself: nothing is cut off.
#[tokio::test(start_paused = true)]
async fn a_node_without_its_l1_stops_at_once() {
    let world = World::new();
    world.port.set_away(true);
    let sequencer = Member::start(&world, true).await;
    tokio::time::sleep(Duration::from_secs(5)).await;
    assert!(sequencer.node.waits().borrow().contains_key(&Waiter::Derivation));
    let before = Instant::now();
    sequencer.node.stop().await;
    assert!(before.elapsed() < Duration::from_millis(900), "{:?}", before.elapsed());
    sequencer.execution.stop().await;
}

/// The same while it looks for a start in the middle of its life.
#[tokio::test(start_paused = true)]
async fn a_node_whose_l1_goes_away_during_a_search_stops_at_once() {
    let world = World::new();
    let sequencer = Member::start(&world, true).await;
    world.slots(8).await;
    world.drop_blocks(3);
    world.slot(None).await;
    world.port.set_away(true);
    tokio::time::sleep(Duration::from_secs(5)).await;
    let before = Instant::now();
    sequencer.node.stop().await;
    assert!(before.elapsed() < Duration::from_millis(900), "{:?}", before.elapsed());
    sequencer.execution.stop().await;
}
