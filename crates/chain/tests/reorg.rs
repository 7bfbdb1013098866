//! The head goes forward, sideways and back, and everything that is read follows it.

mod support;

use alloy_primitives::B256;
use support::*;
use tandem_chain::{Chain, ChainEvent, Config, ForkchoiceVerdict, Labels};

fn open_with_interval(folder: &tempfile::TempDir, interval: u64) -> Chain {
    Chain::open(Config {
        commit_interval_blocks: interval,
        ..config(folder.path())
    })
    .unwrap()
}

/// Whether side chains and back work, whatever part of the chain is committed.
fn check_reorgs(interval: u64) {
    let folder = tempfile::tempdir().unwrap();
    let chain = open_with_interval(&folder, interval);
    let genesis = chain.genesis().hash;
    let trunk = grow(&chain, genesis, 5, 1);
    let left = grow(&chain, trunk[4], 6, 2);
    let left_chain = [trunk.clone(), left.clone()].concat();
    check_canonical(&chain, &left_chain);

    let right = grow(&chain, trunk[4], 4, 3);
    let right_chain = [trunk.clone(), right].concat();
    check_canonical(&chain, &right_chain);
    check_state(&chain, left[5], 11);

    set_head(&chain, left[5]);
    check_canonical(&chain, &left_chain);

    set_head(&chain, genesis);
    check_canonical(&chain, &[]);
    set_head(&chain, right_chain[8]);
    check_canonical(&chain, &right_chain);
    chain.flush().unwrap();
    check_canonical(&chain, &right_chain);

    drop(chain);
    let chain = open_with_interval(&folder, interval);
    check_canonical(&chain, &right_chain);
    set_head(&chain, left[5]);
    check_canonical(&chain, &left_chain);
}

#[test]
fn reorg_to_a_side_chain_and_back_in_memory() {
    check_reorgs(1000);
}

#[test]
fn reorg_to_a_side_chain_and_back_across_commits() {
    check_reorgs(3);
}

#[test]
fn reorg_to_a_side_chain_and_back_with_every_block_committed() {
    check_reorgs(1);
}

#[test]
fn unwinds_to_genesis_and_grows_again() {
    let folder = tempfile::tempdir().unwrap();
    let chain = open_with_interval(&folder, 4);
    let genesis = chain.genesis().hash;
    let old = grow(&chain, genesis, 30, 1);
    set_head(&chain, genesis);
    check_canonical(&chain, &[]);
    check_state(&chain, old[17], 30);
    let new = grow(&chain, genesis, 10, 2);
    check_canonical(&chain, &new);
}

#[test]
fn head_goes_back_below_the_safe_block() {
    let folder = tempfile::tempdir().unwrap();
    let chain = open_with_interval(&folder, 4);
    let hashes = grow(&chain, chain.genesis().hash, 12, 1);
    let all = forkchoice(hashes[11], hashes[9], hashes[7]);
    assert!(chain.fork_choice_updated(all).unwrap().is_valid());
    assert!(
        chain
            .fork_choice_updated(forkchoice(hashes[5], hashes[4], hashes[2]))
            .unwrap()
            .is_valid()
    );
    let expected = Labels {
        head: id(&chain, hashes[5]),
        safe: Some(id(&chain, hashes[4])),
        finalized: Some(id(&chain, hashes[2])),
    };
    assert_eq!(chain.labels(), expected);
    check_canonical(&chain, &hashes[..6]);
    set_head(&chain, hashes[3]);
    assert_eq!(chain.safe(), None, "a label above the head is dropped");
    assert_eq!(chain.finalized(), Some(id(&chain, hashes[2])));
}

#[test]
fn s22_labels_off_the_way_to_the_head_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let chain = open(folder.path());
    let genesis = chain.genesis().hash;
    let hashes = grow(&chain, genesis, 4, 1);
    let side = add(&chain, hashes[1], 2);
    let unknown = B256::repeat_byte(9);
    let before = chain.labels();
    let verdict = |state| chain.fork_choice_updated(state).unwrap();
    assert_eq!(
        verdict(forkchoice(unknown, genesis, genesis)),
        ForkchoiceVerdict::Syncing
    );
    for wrong in [side, unknown, hashes[3]] {
        let head = if wrong == hashes[3] { hashes[2] } else { hashes[3] };
        assert!(matches!(
            verdict(forkchoice(head, wrong, genesis)),
            ForkchoiceVerdict::InvalidState { .. }
        ));
        assert!(matches!(
            verdict(forkchoice(head, genesis, wrong)),
            ForkchoiceVerdict::InvalidState { .. }
        ));
    }
    assert_eq!(chain.labels(), before, "a refused fork choice changes nothing");
    assert!(verdict(forkchoice(side, side, hashes[1])).is_valid());
}

#[test]
fn subscribers_hear_of_every_change() {
    let folder = tempfile::tempdir().unwrap();
    let chain = open(folder.path());
    let mut events = chain.subscribe();
    let hashes = grow(&chain, chain.genesis().hash, 3, 1);
    for hash in &hashes {
        let Ok(ChainEvent::NewHead { adopted }) = events.try_recv() else {
            panic!("no new head")
        };
        assert_eq!(adopted.iter().map(|record| record.hash).collect::<Vec<_>>(), [*hash]);
    }
    let side = extend(&chain, hashes[0], 2);
    let Ok(ChainEvent::Reorg { dropped, adopted }) = events.try_recv() else {
        panic!("no reorg")
    };
    assert_eq!(
        dropped.iter().map(|record| record.hash).collect::<Vec<_>>(),
        hashes[1..]
    );
    assert_eq!(adopted.iter().map(|record| record.hash).collect::<Vec<_>>(), [side]);
    assert!(
        chain
            .fork_choice_updated(forkchoice(side, hashes[0], B256::ZERO))
            .unwrap()
            .is_valid()
    );
    assert!(matches!(events.try_recv(), Ok(ChainEvent::Labels(labels)) if labels.safe == Some(id(&chain, hashes[0]))));
    assert!(events.try_recv().is_err());
}
