//! L1, the time, and what must hold of the nodes over them.

use crate::port::{Port, Shared};
use alloy_primitives::{Address, B256, Bytes, U256};
use execute::StateSource;
use node::{Clock, Event, SafeDb};
use protocol::Fork;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
};
use tandem_testkit::{Deposit, L1Draft, Member, Rollup, SimulatedL1, receipt};
use tempfile::TempDir;
use tokio::time::Instant;

const GENESIS_TIME: u64 = 1_700_000_000;
pub(crate) const SLOT_S: u64 = 2;
const FINALITY_BLOCKS: u64 = 80;
const RECEIVER: Address = Address::repeat_byte(0x5e);

/// L1, and the time.
pub(crate) struct World {
    pub(crate) rollup: Rollup,
    pub(crate) port: Port,
    clock: Clock,
}

impl World {
    pub(crate) fn new() -> Self {
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
    pub(crate) async fn slot(&self, mint: Option<u128>) {
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
            sender
                .send(receipt(B256::repeat_byte(1), block.reference().id(), true))
                .ok();
        }
    }

    pub(crate) async fn slots(&self, count: u64) {
        for _ in 0..count {
            self.slot(None).await;
        }
    }

    pub(crate) fn drop_blocks(&self, depth: usize) {
        self.port.0.lock().unwrap().l1.drop_blocks(depth);
    }

    /// Every block up to the verifier's safe head is the sequencer's, and has an origin that L1 has.
    pub(crate) fn assert_agreed(&self, sequencer: &Member, verifier: &Member, at_least: u64) {
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

    pub(crate) async fn sequencer(&self) -> Member {
        self.sequencer_in(tempfile::tempdir().unwrap()).await
    }

    /// Starts on what another one has written.
    pub(crate) async fn sequencer_in(&self, datadir: TempDir) -> Member {
        let (l1, writer) = (self.port.clone(), self.port.clone());
        Member::start_sequencer(&self.rollup, self.clock, l1, writer, datadir).await
    }

    pub(crate) async fn verifier(&self) -> Member {
        let datadir = tempfile::tempdir().unwrap();
        Member::start_verifier(&self.rollup, self.clock, self.port.clone(), datadir).await
    }

    /// Stops, and checks what was recorded of safe heads by L1 block: L1 and the chain both have it, and a safe head has no
    /// origin after the L1 block that it was derived from.
    pub(crate) async fn stop_with_record_of(&self, member: Member) {
        let safe = member.status().safe_l2;
        let hashes: Vec<_> = (0..=safe.number).map(|number| member.hash(number)).collect();
        let folder = member.stop().await;
        let recorded = SafeDb::open(&folder.path().join("safedb"), self.rollup.config.genesis.l2.hash).unwrap();
        let head = self.port.read(|l1| l1.head().reference().number).unwrap();
        let (mut before, mut changes) = (0, 0);
        for number in self.rollup.config.genesis.l1.number..=head {
            let found = recorded
                .at_l1_block(number)
                .unwrap()
                .expect("recorded from the genesis on");
            let l1 = self.port.read(|l1| l1.block(found.l1.number).map(|block| block.hash));
            assert_eq!(l1.unwrap(), Some(found.l1.hash), "L1 block {number}");
            assert_eq!(hashes[usize::try_from(found.l2.number).unwrap()], Some(found.l2.hash));
            assert!(found.l1.number <= number && found.l2.number >= before);
            changes += u64::from(found.l2.number > before);
            before = found.l2.number;
        }
        assert_eq!(before, safe.number, "the last one is the safe head");
        assert!(changes > 10, "it changed {changes} times");
        assert_eq!(recorded.last().unwrap().map(|last| last.l2.hash), Some(safe.hash));
    }
}

/// What the deposits have left.
pub(crate) fn balance(member: &Member, block: B256) -> U256 {
    let state = member.execution.chain().state_at(block).unwrap().unwrap();
    let account = state.account(RECEIVER).unwrap();
    account.map_or(U256::ZERO, |account| account.balance)
}

/// No two blocks of the same height were ever shown by a sequencer, unless L1 or a reset came between them.
pub(crate) fn assert_no_equivocation(events: &[Event]) {
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
