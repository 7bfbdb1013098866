//! The role itself, over an L1 and an execution client that are formulas: 10,000 outputs, and answers that contradict each other.

use super::{Challenger, ChallengerConfig, Outputs, SettlementContracts, Sources};
use crate::{
    Engine, EngineError, Event, Inserted, L1Writer, L2Block, SafeDb, SafeHead, SettlementReader, SyncStatus, output_at,
    waits::Waits,
};
use alloy_consensus::Header;
use alloy_eips::{BlockId, BlockNumHash, BlockNumberOrTag, eip7685::EMPTY_REQUESTS_HASH};
use alloy_primitives::{Address, B256, U256};
use alloy_rpc_types_engine::{ForkchoiceState, PayloadId};
use l1::{OracleParameters, ProposedOutput, TxCandidate, TxReceipt};
use protocol::{Block, BlockBody, BlockRef, PayloadAttributes, RollupConfig};
use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};
use tempfile::TempDir;
use tokio::sync::{broadcast, watch};

const INTERVAL: u64 = 4;
const SLOT_S: u64 = 2;
const PERIOD_S: u64 = 100;
/// Every so many outputs one is wrong.
const LIE_EVERY: u64 = 100;
const CHALLENGER: Address = Address::repeat_byte(0xcc);

fn block(number: u64) -> L2Block {
    let header = Header {
        number,
        state_root: B256::from(U256::from(number)),
        withdrawals_root: Some(B256::repeat_byte(1)),
        requests_hash: Some(EMPTY_REQUESTS_HASH),
        ..Header::default()
    };
    L2Block {
        hash: header.hash_slow(),
        block: Block::new(header, BlockBody::default()),
    }
}

#[derive(Clone)]
struct Blocks;

fn away<T>() -> Result<T, EngineError> {
    Err(EngineError::Unavailable("it only reads".into()))
}

impl Engine for Blocks {
    async fn fork_choice(&self, _state: ForkchoiceState) -> Result<(), EngineError> {
        away()
    }

    async fn build(&self, _state: ForkchoiceState, _attributes: PayloadAttributes) -> Result<PayloadId, EngineError> {
        away()
    }

    async fn seal(&self, _id: PayloadId, _timestamp: u64) -> Result<L2Block, EngineError> {
        away()
    }

    async fn insert(&self, _block: &L2Block) -> Result<Inserted, EngineError> {
        away()
    }

    async fn block(&self, id: BlockId) -> Result<Option<L2Block>, EngineError> {
        match id {
            BlockId::Number(BlockNumberOrTag::Number(number)) => Ok(Some(block(number))),
            _ => away(),
        }
    }

    async fn account_proof(&self, _address: Address, _block: B256) -> Result<Option<trie::AccountProof>, EngineError> {
        Ok(None)
    }

    async fn chain_id(&self) -> Result<u64, EngineError> {
        away()
    }
}

fn l1_block(number: u64) -> BlockRef {
    let hash = |number: u64| B256::from(U256::from(number + 1));
    BlockRef {
        hash: hash(number),
        number,
        parent_hash: number.checked_sub(1).map_or(B256::ZERO, hash),
        timestamp: 1_000 + SLOT_S * number,
    }
}

fn number_of(hash: B256) -> u64 {
    U256::from_be_bytes(hash.0).to::<u64>() - 1
}

/// Every block of L1 has a proposal: output `n` in block `n + 1`.
#[derive(Clone, Default)]
struct Proposals {
    asked: Arc<AtomicU64>,
}

impl Proposals {
    fn asked(&self) {
        self.asked.fetch_add(1, Ordering::Relaxed);
    }

    async fn output(&self, index: u64) -> ProposedOutput {
        let l2_block_number = (index + 1) * INTERVAL;
        let right = output_at(&Blocks, l2_block_number).await.unwrap().unwrap().root;
        let is_lie = index % LIE_EVERY == LIE_EVERY - 1;
        ProposedOutput {
            index,
            output_root: if is_lie { B256::repeat_byte(9) } else { right },
            l1_timestamp_s: l1_block(index + 1).timestamp,
            l2_block_number,
        }
    }
}

impl SettlementReader for Proposals {
    async fn contracts(&self, _at: B256) -> Result<SettlementContracts, l1::Error> {
        self.asked();
        Ok(SettlementContracts {
            parameters: OracleParameters {
                submission_interval_blocks: INTERVAL,
                l2_block_time_s: 0,
                starting_block_number: 0,
                starting_timestamp_s: 0,
                proposer: Address::ZERO,
                challenger: CHALLENGER,
                finalization_period_s: PERIOD_S,
            },
            oracle_version: "1.8.0".into(),
            portal_oracle: Address::ZERO,
            portal_system_config: Address::ZERO,
            portal_version: "2.8.0".into(),
            system_config_portal: Address::ZERO,
            system_config_batch_inbox: Address::ZERO,
        })
    }

    async fn next_output_index(&self, at: B256) -> Result<u64, l1::Error> {
        self.asked();
        Ok(number_of(at))
    }

    async fn outputs_since(&self, index: u64, at: B256) -> Result<Vec<ProposedOutput>, l1::Error> {
        self.asked();
        let mut outputs = Vec::new();
        for index in index..number_of(at).min(index + 16) {
            outputs.push(self.output(index).await);
        }
        Ok(outputs)
    }

    async fn block_ref(&self, number: u64) -> Result<Option<BlockRef>, l1::Error> {
        self.asked();
        Ok(Some(l1_block(number)))
    }

    fn delete(&self, _index: u64) -> TxCandidate {
        TxCandidate::default()
    }
}

/// Nobody who writes.
struct Nobody;

impl L1Writer for Nobody {
    fn address(&self) -> Address {
        Address::ZERO
    }

    async fn recover(&self) -> Result<u64, l1::Error> {
        Ok(0)
    }

    async fn cancel(&self) -> Result<bool, l1::Error> {
        Ok(false)
    }

    async fn submit(
        &self,
        _candidate: TxCandidate,
    ) -> Result<impl Future<Output = Result<TxReceipt, l1::Error>> + Send + 'static, l1::Error> {
        Ok(std::future::pending())
    }
}

/// The role, and everything around it.
struct Stage {
    challenger: Challenger<Blocks, Proposals, Nobody>,
    safedb: Arc<SafeDb>,
    l1: Proposals,
    events: broadcast::Receiver<Event>,
    _folder: TempDir,
}

impl Stage {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let safedb = Arc::new(SafeDb::open(folder.path(), B256::ZERO).unwrap());
        let (events, heard) = broadcast::channel(256);
        let l1 = Proposals::default();
        let sources = Sources {
            rollup: Arc::new(RollupConfig::default()),
            engine: Blocks,
            l1: l1.clone(),
            safedb: safedb.clone(),
        };
        let outputs = Outputs {
            status: watch::Sender::new(None),
            events: events.clone(),
            waits: Waits::new(events),
        };
        let config = ChallengerConfig {
            oracle: Address::ZERO,
            poll_interval: std::time::Duration::from_secs(1),
        };
        Self {
            challenger: Challenger::new(config, sources, None, outputs),
            safedb,
            l1,
            events: heard,
            _folder: folder,
        }
    }

    /// L1 has a block more, and derivation reads it: the block of the output that is proposed in it is safe just then.
    async fn l1_block(&mut self, number: u64) {
        let l1 = l1_block(number).id();
        let l2 = BlockNumHash::new(number * INTERVAL, block(number * INTERVAL).hash);
        self.safedb.record(SafeHead { l1, l2 }).unwrap();
        self.safedb.read_through(SafeHead { l1, l2 });
        self.turn(number).await;
    }

    async fn turn(&mut self, head: u64) {
        let driver = SyncStatus {
            head_l1: l1_block(head),
            finalized_l1: l1_block(head.saturating_sub(64)),
            ..SyncStatus::default()
        };
        self.challenger.turn(&driver).await.unwrap();
    }

    fn verdicts(&mut self) -> (usize, usize) {
        let (mut agreed, mut wrong) = (0, 0);
        while let Ok(event) = self.events.try_recv() {
            agreed += usize::from(matches!(event, Event::OutputAgreed { .. }));
            wrong += usize::from(matches!(event, Event::OutputWrong { .. }));
        }
        (agreed, wrong)
    }
}

/// Resident memory of this process, in KiB; zero where the system does not say.
fn resident_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = resident.and_then(|rest| rest.trim().trim_end_matches("kB").trim().parse().ok());
    kib.unwrap_or_default()
}

#[tokio::test]
async fn ten_thousand_outputs_are_judged_each() {
    let mut stage = Stage::new();
    let (mut agreed, mut wrong, mut early) = (0, 0, 0);
    let begin = std::time::Instant::now();
    for number in 1..=10_000 {
        stage.l1_block(number).await;
        let (right, lies) = stage.verdicts();
        (agreed, wrong) = (agreed + right, wrong + lies);
        if number == 1_000 {
            early = resident_kib();
        }
    }
    let (took, asked) = (begin.elapsed(), stage.l1.asked.load(Ordering::Relaxed));
    println!(
        "10,000 outputs: {} µs and {} questions to L1 an output",
        took.as_micros() / 10_000,
        asked.div_ceil(10_000),
    );
    println!("resident KiB after 1,000 and 10,000: {early} {}", resident_kib());
    assert_eq!(stage.challenger.watch.next(), 10_000);
    // Behind a wrong output that became final, outputs are judged a second time.
    assert!(agreed >= 9_900 && wrong >= 100, "{agreed} {wrong}");
}

/// In a process of its own, where nothing else takes memory.
#[test]
fn memory_stays_flat_over_ten_thousand_outputs() {
    const GROWTH_KIB_MAX: u64 = 1_024;
    let name = "challenger::tests::ten_thousand_outputs_are_judged_each";
    let output = std::process::Command::new(std::env::current_exe().unwrap())
        .args([name, "--exact", "--nocapture", "--test-threads", "1"])
        .output()
        .unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{said}");
    let figures = said
        .lines()
        .find_map(|line| line.strip_prefix("resident KiB after 1,000 and 10,000: "));
    let (early, late) = figures.and_then(|figures| figures.split_once(' ')).expect("it says");
    let (early, late): (u64, u64) = (early.parse().unwrap(), late.parse().unwrap());
    println!("{said}");
    assert!(late < early + GROWTH_KIB_MAX, "{early} KiB became {late} KiB");
}

#[tokio::test]
async fn an_output_is_not_judged_before_derivation_has_read_its_block() {
    let mut stage = Stage::new();
    for number in 1..=5 {
        stage.l1_block(number).await;
    }
    assert_eq!(stage.verdicts(), (5, 0));
    stage.turn(6).await;
    assert_eq!(stage.verdicts(), (0, 0), "derivation is at block 5");
    stage.l1_block(6).await;
    assert_eq!(stage.verdicts(), (1, 0));
}

#[tokio::test]
async fn a_derivation_that_begins_anew_or_is_on_another_l1_says_nothing() {
    let mut stage = Stage::new();
    for number in 1..=5 {
        stage.l1_block(number).await;
    }
    stage.verdicts();
    // It begins anew: the record is short, and the block of output 5 looks as if L1 did not lead to it.
    stage.safedb.forget_while(|last| last.l1.number > 3).unwrap();
    stage.turn(6).await;
    assert_eq!(stage.verdicts(), (0, 0));
    // It reads on, on an L1 that has another block 6.
    stage.safedb.read_through(SafeHead {
        l1: BlockNumHash::new(6, B256::repeat_byte(6)),
        l2: BlockNumHash::new(6 * INTERVAL, B256::ZERO),
    });
    stage.turn(6).await;
    assert_eq!(stage.verdicts(), (0, 0));
    for number in 4..=6 {
        let l2 = BlockNumHash::new(number * INTERVAL, B256::ZERO);
        let l1 = l1_block(number).id();
        stage.safedb.record(SafeHead { l1, l2 }).unwrap();
    }
    stage.l1_block(6).await;
    assert_eq!(stage.verdicts(), (1, 0));
}

/// A record that was begun anew beside a chain that is old, or that is older than the chain.
#[tokio::test]
async fn where_the_record_has_a_gap_the_root_decides() {
    let mut stage = Stage::new();
    for number in 1..=3 {
        stage.l1_block(number).await;
    }
    stage.verdicts();
    stage.safedb.begin_gap().unwrap();
    stage.safedb.forget_while(|_| false).unwrap();
    // Nothing became safe since it began: the safe head is where it began.
    stage.safedb.read_through(SafeHead {
        l1: l1_block(6).id(),
        l2: BlockNumHash::new(6 * INTERVAL, B256::ZERO),
    });
    stage.turn(6).await;
    assert_eq!(stage.verdicts(), (3, 0));
}

#[tokio::test]
async fn a_reorg_of_l1_judges_again_from_the_finalized_block_on() {
    let mut stage = Stage::new();
    for number in 1..=90 {
        stage.l1_block(number).await;
    }
    assert_eq!(stage.challenger.watch.next(), 90);
    stage.verdicts();
    // What it saw last is not part of the chain any more.
    let mut stale = l1_block(90);
    stale.hash = B256::repeat_byte(8);
    stage.challenger.watch.read(stale, &[]);
    stage.l1_block(91).await;
    let (agreed, _) = stage.verdicts();
    // Finalized is block 27, with output 26; of those behind it the last 64 are heard.
    assert!(agreed >= 60, "{agreed}");
    assert_eq!(stage.challenger.watch.next(), 91);
}
