//! The proposer proposes every output once, rightly, whatever L1 does to it.

use crate::world::{INTERVAL, Part, SLOT_S, World, wallet};
use alloy_consensus::Transaction;
use alloy_primitives::B256;
use alloy_sol_types::SolCall;
use contracts::{CHALLENGER, PREFUNDED, PROPOSER, bindings::L2OutputOracle::proposeL2OutputCall};
use node::{Error, SettlementReader, Waiter};
use std::time::Duration;
use tandem_testkit::Member;

const LIE: B256 = B256::repeat_byte(0x77);
/// Outputs of a day at one an hour.
const BACKLOG: u64 = 24;
const PROPOSES: Part = Part::Proposer(PROPOSER, true);

/// Every proposal in L1's canonical blocks: in which one, and whether the oracle took it.
fn proposals_in(world: &World) -> Vec<(u64, bool)> {
    let head = world.port.with(|l1| l1.head().number);
    let mut proposals = Vec::new();
    for number in 2..=head {
        let block = world.port.with(|l1| l1.block(number)).unwrap();
        for (transaction, receipt) in block.transactions().iter().zip(&block.receipts) {
            if transaction.input().starts_with(&proposeL2OutputCall::SELECTOR) {
                proposals.push((number, receipt.success));
            }
        }
    }
    proposals
}

/// Whether the oracle took them.
fn proposals(world: &World) -> Vec<bool> {
    proposals_in(world).into_iter().map(|(_, taken)| taken).collect()
}

/// A proposer with a burst in L1's pool, behind two outputs that stand, and how many wait there.
async fn with_a_burst_in_the_pool() -> (World, (Member, Member), usize) {
    let world = World::new();
    let sequencer = world.start(Part::Sequencer).await;
    world.until_safe(&sequencer, BACKLOG * INTERVAL).await;
    for _ in 0..2 {
        world.propose_right(&sequencer, 0);
        world.slot().await;
    }
    world.censor(&PROPOSER, true);
    let proposer = world.start(PROPOSES).await;
    for _ in 0..20 {
        if world.port.pooled(PROPOSER.address) > 0 {
            break;
        }
        world.slot().await;
    }
    let pooled = world.port.pooled(PROPOSER.address);
    assert!(pooled > 1, "{pooled} in the pool");
    (world, (sequencer, proposer), pooled)
}

/// Every proposal was taken, and none is there twice.
fn assert_each_once(world: &World, member: &Member, at_least: usize) {
    let outputs = world.assert_all_right(member);
    assert!(outputs.len() >= at_least, "{} outputs", outputs.len());
    assert_eq!(proposals(world), vec![true; outputs.len()]);
    let due = member.status().safe_l2.number / INTERVAL;
    assert!(outputs.len() as u64 + 2 >= due, "{} of {due} outputs", outputs.len());
}

/// The proposal that waits for its block.
fn pooled_proposal(world: &World) -> proposeL2OutputCall {
    let shared = world.port.0.lock().unwrap();
    let mut pooled = shared.waiting.iter();
    let proposal = pooled.find(|waiting| waiting.wallet.address() == PROPOSER.address);
    proposeL2OutputCall::abi_decode(&proposal.expect("one waits").candidate.data).unwrap()
}

fn waits_for(member: &Member) -> Option<String> {
    let waits = member.node.waits();
    let waits = waits.borrow();
    waits.get(&Waiter::Proposer).map(|reason| reason.to_string())
}

async fn both(world: &World) -> (Member, Member) {
    let sequencer = world.start(Part::Sequencer).await;
    (sequencer, world.start(PROPOSES).await)
}

async fn stop(members: (Member, Member)) {
    members.1.stop().await;
    members.0.stop().await;
}

#[tokio::test(start_paused = true)]
async fn every_output_that_is_due_is_proposed_once_and_is_right() {
    let world = World::new();
    let members = both(&world).await;
    world.until_safe(&members.1, 6 * INTERVAL).await;
    world.slots(3).await;
    assert_each_once(&world, &members.1, 6);
    assert_eq!(waits_for(&members.1), None);
    stop(members).await;
}

/// A day offline where an hour has an output: bursts, not one after the other.
#[tokio::test(start_paused = true)]
async fn a_backlog_of_a_day_is_on_l1_after_a_few_blocks() {
    let world = World::new();
    let sequencer = world.start(Part::Sequencer).await;
    world.until_safe(&sequencer, BACKLOG * INTERVAL).await;
    let proposer = world.start(PROPOSES).await;
    world.until_safe(&proposer, BACKLOG * INTERVAL).await;
    world.slots(5).await;
    assert_each_once(&world, &proposer, BACKLOG as usize);
    let mut blocks: Vec<u64> = proposals_in(&world).into_iter().map(|(block, _)| block).collect();
    blocks.truncate(BACKLOG as usize);
    blocks.dedup();
    assert!(blocks.len() <= 5, "in blocks {blocks:?}");
    stop((sequencer, proposer)).await;
}

/// Somebody else was faster with the first of a burst: that one is refused, the others are taken in their order.
#[tokio::test(start_paused = true)]
async fn a_burst_whose_first_is_there_already_adds_the_others_once() {
    let (world, members, pooled) = with_a_burst_in_the_pool().await;
    world.propose_right(&members.0, 0);
    world.slot().await;
    world.censor(&PROPOSER, false);
    world.slots(10).await;
    let outputs = world.assert_all_right(&members.1);
    assert!(outputs.len() > pooled + 4, "{} outputs", outputs.len());
    let refused = proposals(&world).into_iter().filter(|taken| !taken).count();
    assert_eq!(refused, 1);
    stop(members).await;
}

/// The challenger deletes what a burst stands on: all of it is refused, and proposed again from there.
#[tokio::test(start_paused = true)]
async fn a_burst_behind_a_deleted_output_is_refused_and_proposed_again() {
    let (world, members, pooled) = with_a_burst_in_the_pool().await;
    let delete = SettlementReader::delete(&world.port, 1);
    let to = delete.to.to().copied().unwrap();
    assert!(world.succeeds(&wallet(&CHALLENGER), to, delete.data).await);
    world.censor(&PROPOSER, false);
    world.slots(12).await;
    let outputs = world.assert_all_right(&members.1);
    assert!(outputs.len() > pooled + 4, "{} outputs", outputs.len());
    let refused = proposals(&world).into_iter().filter(|taken| !taken).count();
    assert_eq!(refused, pooled);
    let due = members.1.status().safe_l2.number / INTERVAL;
    assert!(outputs.len() as u64 + 2 >= due, "{} of {due} outputs", outputs.len());
    stop(members).await;
}

#[tokio::test(start_paused = true)]
async fn only_what_is_derived_from_finalized_l1_is_proposed_unless_told_otherwise() {
    let world = World::new();
    let sequencer = world.start(Part::Sequencer).await;
    let proposer = world.start(Part::Proposer(PROPOSER, false)).await;
    let mut outputs = 0;
    for _ in 0..60 {
        world.slot().await;
        let stand = world.assert_all_right(&sequencer);
        let finalized = proposer.status().finalized_l2.number;
        assert!(stand.iter().all(|output| output.l2_block_number <= finalized));
        outputs = stand.len();
    }
    assert!(outputs > 2, "{outputs} outputs");
    stop((sequencer, proposer)).await;
}

/// What an earlier life left in L1's pool is waited for, and nothing is proposed beside it.
#[tokio::test(start_paused = true)]
async fn a_restart_with_a_proposal_in_the_pool_proposes_it_once() {
    let world = World::new();
    let (sequencer, proposer) = both(&world).await;
    world.censor(&PROPOSER, true);
    world.until_safe(&proposer, INTERVAL).await;
    world.slot().await;
    assert_eq!(world.port.pooled(PROPOSER.address), 1);
    let datadir = proposer.stop().await;
    let proposer = world.start_in(PROPOSES, datadir).await;
    world.slots(4).await;
    assert_eq!(world.port.pooled(PROPOSER.address), 1, "only the earlier life's");
    let reason = waits_for(&proposer).expect("a wait that is named");
    assert!(reason.contains("pool"), "{reason}");
    world.censor(&PROPOSER, false);
    world.slots(8).await;
    assert_eq!(waits_for(&proposer), None);
    assert_each_once(&world, &proposer, 4);
    stop((sequencer, proposer)).await;
}

#[tokio::test(start_paused = true)]
async fn a_fee_spike_is_a_named_wait_and_ends_by_itself() {
    let world = World::new();
    let members = both(&world).await;
    world.censor(&PROPOSER, true);
    world.until_safe(&members.1, INTERVAL).await;
    world.slots(60 / SLOT_S + 2).await;
    let reason = waits_for(&members.1).expect("a wait that is named");
    assert!(reason.contains("output 0") && reason.contains("fees"), "{reason}");
    assert_eq!(world.port.pooled(PROPOSER.address), 1, "one at a time");
    world.censor(&PROPOSER, false);
    world.slots(40).await;
    assert_eq!(waits_for(&members.1), None);
    assert_each_once(&world, &members.1, 30);
    stop(members).await;
}

#[tokio::test(start_paused = true)]
async fn an_empty_wallet_is_a_named_wait_and_ends_with_its_ether() {
    let world = World::new();
    world.port.0.lock().unwrap().poor.push(PROPOSER.address);
    let members = both(&world).await;
    world.until_safe(&members.1, INTERVAL).await;
    world.slots(3).await;
    let reason = waits_for(&members.1).expect("a wait that is named");
    assert!(
        reason.contains(&PROPOSER.address.to_string()) && reason.contains("fund it"),
        "{reason}"
    );
    assert!(proposals(&world).is_empty());
    world.port.0.lock().unwrap().poor.clear();
    world.slots(10).await;
    assert_eq!(waits_for(&members.1), None);
    assert_each_once(&world, &members.1, 5);
    stop(members).await;
}

/// The reorganisation drops the proposals of the last blocks and some of the batches under them.
#[tokio::test(start_paused = true)]
async fn proposals_that_a_reorg_drops_are_proposed_again() {
    for depth in [1, 3, 6] {
        let world = World::new();
        let members = both(&world).await;
        world.until_safe(&members.1, 6 * INTERVAL).await;
        world.slots(2).await;
        let before = world.port.outputs().len();
        world.port.with(|l1| l1.drop_blocks(depth));
        world.slots(30).await;
        let outputs = world.assert_all_right(&members.1);
        assert!(outputs.len() > before + 4, "{before}, then {}", outputs.len());
        let due = members.1.status().safe_l2.number / INTERVAL;
        assert!(outputs.len() as u64 + 2 >= due, "{} of {due} outputs", outputs.len());
        let taken = proposals(&world).into_iter().filter(|taken| *taken).count();
        assert_eq!(taken, outputs.len());
        stop(members).await;
    }
}

/// L1 drops the batches that an output was computed from while its proposal waits: the oracle refuses it by the L1 block's hash, and
/// the output of the chain that takes their place is proposed.
#[tokio::test(start_paused = true)]
async fn a_proposal_of_a_safe_head_that_a_reorg_drops_is_never_taken() {
    let world = World::new();
    let members = both(&world).await;
    world.until_safe(&members.1, 2 * INTERVAL).await;
    world.slots(2).await;
    world.censor(&PROPOSER, true);
    world.slots(3).await;
    let guard: u64 = pooled_proposal(&world).l1BlockNumber.to();
    let head = world.port.with(|l1| l1.head().number);
    world.port.with(|l1| l1.drop_blocks(head - guard + 1));
    world.censor(&PROPOSER, false);
    world.slots(30).await;
    let all = proposals(&world);
    assert_eq!(all.iter().filter(|taken| !**taken).count(), 1, "{all:?}");
    let outputs = world.assert_all_right(&members.1);
    let due = members.1.status().safe_l2.number / INTERVAL;
    assert!(outputs.len() as u64 + 2 >= due, "{} of {due} outputs", outputs.len());
    stop(members).await;
}

#[tokio::test(start_paused = true)]
async fn outputs_that_the_challenger_deletes_are_proposed_again() {
    let world = World::new();
    let members = both(&world).await;
    world.until_safe(&members.1, 5 * INTERVAL).await;
    let delete = SettlementReader::delete(&world.port, 2);
    let to = delete.to.to().copied().unwrap();
    assert!(world.succeeds(&wallet(&CHALLENGER), to, delete.data).await);
    assert!(world.port.outputs().len() <= 2);
    world.slots(15).await;
    let outputs = world.assert_all_right(&members.1);
    assert!(outputs.len() >= 8, "{} outputs", outputs.len());
    // The proposal that was on its way meets the deletion, and is refused.
    let refused = proposals(&world).iter().filter(|taken| !**taken).count();
    assert!(refused <= 1, "{refused} proposals were refused");
    stop(members).await;
}

/// Somebody else with the proposer's key proposed something else: nothing is built on it, until it is gone.
#[tokio::test(start_paused = true)]
async fn nothing_is_proposed_behind_an_output_that_is_not_one_s_own() {
    let world = World::new();
    let sequencer = world.start(Part::Sequencer).await;
    world.slots(3).await;
    world.propose(LIE, INTERVAL);
    world.slot().await;
    let proposer = world.start(PROPOSES).await;
    world.until_safe(&proposer, 3 * INTERVAL).await;
    let reason = waits_for(&proposer).expect("a wait that is named");
    assert!(reason.contains("output 0") && reason.contains("challenger"), "{reason}");
    assert_eq!(proposals(&world), [true], "the lie alone");
    let delete = SettlementReader::delete(&world.port, 0);
    let to = delete.to.to().copied().unwrap();
    assert!(world.succeeds(&wallet(&CHALLENGER), to, delete.data).await);
    world.slots(10).await;
    assert_eq!(waits_for(&proposer), None);
    assert!(world.assert_all_right(&proposer).len() > 4);
    stop((sequencer, proposer)).await;
}

#[tokio::test(start_paused = true)]
async fn an_oracle_that_obeys_another_account_is_refused_at_the_start() {
    let world = World::new();
    let mut proposer = world.start(Part::Proposer(PREFUNDED[7], true)).await;
    let ended = proposer.node.ended().await;
    let Error::NotProposer {
        proposer: expected,
        account,
        ..
    } = &ended
    else {
        panic!("{ended}");
    };
    assert_eq!((*expected, *account), (PROPOSER.address, PREFUNDED[7].address));
    assert!(ended.to_string().contains("--proposer-key-file"));
    proposer.stop().await;
}

/// Whatever it waits for, a proposer that is told to stop does so at once.
#[tokio::test(start_paused = true)]
async fn a_proposer_that_waits_stops_at_once() {
    let world = World::new();
    let (sequencer, proposer) = both(&world).await;
    world.censor(&PROPOSER, true);
    world.until_safe(&proposer, INTERVAL).await;
    world.slot().await;
    let datadir = proposer.stop().await;
    let proposer = world.start_in(PROPOSES, datadir).await;
    world.slots(4).await;
    assert!(
        waits_for(&proposer).is_some(),
        "it looks after the earlier life's proposal"
    );
    let before = tokio::time::Instant::now();
    proposer.node.stop().await;
    assert!(before.elapsed() < Duration::from_millis(500), "{:?}", before.elapsed());
    proposer.execution.stop().await;
    sequencer.stop().await;
}
