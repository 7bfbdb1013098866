//! L1, the time, and the two nodes over them.

use crate::port::{Port, Shared, Waiting, Writer};
use alloy_primitives::{Address, B256, Bytes, U256};
use chain::BlockRecord;
use contracts::{BATCHER, CHALLENGER, DevAccount};
use l1::{ProposedOutput, Secret, Wallet};
use node::{ChallengerConfig, ChallengerStatus, Clock, Event, ProposerConfig};
use protocol::Fork;
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};
use tandem_testkit::{ContractL1, Member, POLL_INTERVAL, Rollup, inclusion, propose, receipt, root, truth};
use tempfile::TempDir;
use tokio::time::Instant;

const GENESIS_TIME: u64 = 1_700_000_000;
pub(crate) const SLOT_S: u64 = 2;
const FINALITY_BLOCKS: u64 = 40;
/// L2 blocks between outputs.
pub(crate) const INTERVAL: u64 = 4;
/// How long an output can be deleted.
pub(crate) const PERIOD_S: u64 = 40;
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

/// What challengers are asked about their members.
pub(crate) trait Observed {
    fn challenger(&self) -> ChallengerStatus;

    /// What happened since the last call, but for the everyday.
    fn verdicts(&mut self) -> Vec<Event>;
}

impl Observed for Member {
    fn challenger(&self) -> ChallengerStatus {
        self.node.challenger().borrow().clone().expect("it challenges")
    }

    fn verdicts(&mut self) -> Vec<Event> {
        let (mut heard, lost) = self.heard();
        assert_eq!(lost, 0, "events were missed");
        heard.retain(|event| {
            matches!(
                event,
                Event::OutputAgreed { .. }
                    | Event::OutputWrong { .. }
                    | Event::OutputsDeleted { .. }
                    | Event::Alarm { .. }
            )
        });
        heard
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

    pub(crate) async fn start(&self, part: Part) -> Member {
        self.start_in(part, tempfile::tempdir().unwrap()).await
    }

    /// Starts on what another one has written.
    pub(crate) async fn start_in(&self, part: Part, datadir: TempDir) -> Member {
        let (rollup, clock, l1) = (&self.rollup, self.clock, self.port.clone());
        match part {
            Part::Sequencer => Member::start_sequencer(rollup, clock, l1, self.writer(&BATCHER), datadir).await,
            Part::Challenger(key) => {
                let mut member = Member::start_verifier(rollup, clock, l1, datadir).await;
                let config = ChallengerConfig {
                    oracle: self.port.oracle(),
                    poll_interval: POLL_INTERVAL,
                };
                let (engine, writer) = (member.engine(), key.map(|key| self.writer(&key)));
                let challenging = member.node.challenge(config, engine, self.port.clone(), writer);
                challenging.unwrap();
                member
            }
            Part::Proposer(key, allow_non_finalized) => {
                let mut member = Member::start_verifier(rollup, clock, l1, datadir).await;
                let config = ProposerConfig {
                    allow_non_finalized,
                    poll_interval: POLL_INTERVAL,
                };
                let (engine, writer) = (member.engine(), self.writer(&key));
                let proposing = member.node.propose(config, engine, self.port.clone(), writer);
                proposing.unwrap();
                member
            }
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

/// The devnet's challenger.
pub(crate) const WITH_KEY: Part = Part::Challenger(Some(CHALLENGER));
