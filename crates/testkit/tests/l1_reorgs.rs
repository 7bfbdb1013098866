//! Scenario 11 on the whole path: sequencer, batches, derivation and execution over an L1 that is reorganised.

use alloy_consensus::TxEip1559;
use alloy_primitives::{Address, Bytes, TxKind, U256};
use protocol::{Fork, Transaction};
use tandem_testkit::{Deposit, L1Draft, Rollup, Sequencer, SimulatedL1, Verifier};

const GENESIS_TIME: u64 = 1_700_000_000;
const SLOT_S: u64 = 2;
const FINALITY_BLOCKS: u64 = 80;
const BLOCKS_BEFORE: u64 = 6;
const POST_EVERY_BLOCKS: u64 = 3;
const RECEIVER: Address = Address::repeat_byte(0x5e);
const PAYEE: Address = Address::repeat_byte(0x9a);

/// What becomes of the deposit that the reorganised blocks held.
#[derive(Clone, Copy, Debug)]
enum Fate {
    Vanishes,
    Moves,
    Changes,
}

/// One story: an L1, and the sequencer that follows it.
struct Story {
    rollup: Rollup,
    l1: SimulatedL1,
    sequencer: Sequencer,
}

impl Story {
    fn new() -> Self {
        let l1 = SimulatedL1::new(GENESIS_TIME, SLOT_S, FINALITY_BLOCKS);
        let rollup = Rollup::devnet(&l1, Fork::Karst);
        let sequencer = Sequencer::new(&rollup);
        Self { rollup, l1, sequencer }
    }

    /// One more L1 block: the sequencer follows it, and posts in every third. A deposit of `mint` wei may stand in it.
    fn mine(&mut self, mint: Option<u128>) {
        let mut draft = L1Draft::default();
        if (self.l1.head().reference().number + 1).is_multiple_of(POST_EVERY_BLOCKS) {
            draft = self.sequencer.post(&self.l1, draft);
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
        self.l1.build(draft);
        let transfer = self.transfer();
        self.sequencer.sequence(&self.l1, vec![transfer]);
    }

    /// The next transfer of a user to the payee.
    fn transfer(&self) -> Bytes {
        let user = Rollup::user(2);
        let execution = self.sequencer.execution();
        let head = self.sequencer.head();
        let paid = execution.balance(head.hash, PAYEE);
        let body = TxEip1559 {
            chain_id: self.rollup.config.l2_chain_id,
            nonce: paid.to::<u64>(),
            gas_limit: 21_000,
            max_fee_per_gas: 10_000_000_000,
            to: TxKind::Call(PAYEE),
            value: U256::from(1),
            ..TxEip1559::default()
        };
        Transaction::Eip1559(user.sign(body)).encoded()
    }

    /// Drops the newest `depth` blocks of L1; the sequencer and its batcher go back to what the rest of L1 says.
    fn reorganise(&mut self, depth: usize) {
        self.l1.drop_blocks(depth);
        let mut fresh = Verifier::new(&self.rollup, &self.l1);
        fresh.sync(&self.l1);
        self.sequencer.follow_reorg(&self.l1, fresh.safe_head().number);
    }

    /// Both have derived the sequencer's blocks, and nothing else.
    fn assert_agreed(&self, verifier: &Verifier) {
        let safe = verifier.safe_head();
        assert!(safe.number > 0, "something was derived");
        for number in 0..=safe.number {
            let hash = |record: Option<std::sync::Arc<chain::BlockRecord>>| record.map(|record| record.hash);
            let ours = hash(self.sequencer.execution().block(number));
            assert_eq!(hash(verifier.execution().block(number)), ours, "block {number}");
            assert!(ours.is_some());
        }
    }
}

/// Mines `BLOCKS_BEFORE` blocks, then `depth` blocks whose first holds a deposit of 1,000 wei, drops those and mines others.
fn run(depth: usize, fate: Fate) {
    let mut story = Story::new();
    (0..BLOCKS_BEFORE).for_each(|_| story.mine(None));
    story.mine(Some(1_000));
    (1..depth).for_each(|_| story.mine(None));

    let mut verifier = Verifier::new(&story.rollup, &story.l1);
    verifier.sync(&story.l1);
    story.assert_agreed(&verifier);
    let before = *verifier.safe_head();

    story.reorganise(depth);
    let (here, later, expected) = match fate {
        Fate::Vanishes => (None, None, 0),
        Fate::Moves => (None, Some(1_000), 1_000),
        Fate::Changes => (Some(7_777), None, 7_777),
    };
    story.mine(here);
    story.mine(later);
    (0..depth as u64 + 2 * POST_EVERY_BLOCKS).for_each(|_| story.mine(None));

    verifier.sync(&story.l1);
    assert!(verifier.resets() > 0, "the reorganisation was met");
    let replaced = verifier
        .execution()
        .block(before.number)
        .is_some_and(|record| record.hash != before.hash);
    assert!(
        replaced || depth as u64 <= POST_EVERY_BLOCKS,
        "the safe chain went back with L1"
    );
    story.assert_agreed(&verifier);
    let mut fresh = Verifier::new(&story.rollup, &story.l1);
    fresh.sync(&story.l1);
    assert_eq!(
        verifier.safe_head(),
        fresh.safe_head(),
        "as a verifier that never saw the old blocks"
    );
    let balance = verifier.execution().balance(verifier.safe_head().hash, RECEIVER);
    assert_eq!(balance, U256::from(expected), "the deposit {fate:?}");
}

/// After L1 reorgs of 1 to 64 blocks through a deposit that vanishes, the chain is the one that the new L1 says.
#[test]
fn s11_l1_reorgs_of_1_to_64_blocks_through_a_deposit_that_vanishes() {
    (1..=64).for_each(|depth| run(depth, Fate::Vanishes));
}

/// After L1 reorgs of 1 to 64 blocks through a deposit that moves, the chain is the one that the new L1 says.
#[test]
fn s11_l1_reorgs_of_1_to_64_blocks_through_a_deposit_that_moves() {
    (1..=64).for_each(|depth| run(depth, Fate::Moves));
}

/// After L1 reorgs of 1 to 64 blocks through a deposit that changes, the chain is the one that the new L1 says.
#[test]
fn s11_l1_reorgs_of_1_to_64_blocks_through_a_deposit_that_changes() {
    (1..=64).for_each(|depth| run(depth, Fate::Changes));
}
