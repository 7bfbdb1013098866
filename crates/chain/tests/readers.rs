//! Readers beside a writer see whole blocks: whatever they find fits together, whenever they look.

mod support;

use alloy_primitives::{B256, U256};
use execute::StateSource;
use std::sync::atomic::{AtomicBool, Ordering};
use support::*;
use tandem_chain::{Chain, Config};

/// Reads the head's state twice, one by one and by proof, and says how high it was.
fn read_head(chain: &Chain) -> u64 {
    let record = chain.head_record();
    let header = record.header();
    let state = chain.state_at(record.hash).unwrap().expect("the head is known");
    let slots: Vec<B256> = (0..7).map(|slot| B256::from(U256::from(slot))).collect();
    let proof = chain.proof(record.hash, STORE, &slots).unwrap().unwrap();
    proof.verify(header.state_root).unwrap();
    for slot in &proof.storage {
        assert_eq!(state.storage(STORE, slot.slot.into()).unwrap(), slot.value);
    }
    let account = state.account(rich()).unwrap().unwrap();
    let leaf = chain.proof(record.hash, rich(), &[]).unwrap().unwrap().account.unwrap();
    assert_eq!((account.nonce, account.balance), (leaf.nonce, leaf.balance));
    assert_eq!(state.block_hash(header.number).unwrap(), record.hash);
    if header.number > 0 {
        assert_eq!(state.block_hash(header.number - 1).unwrap(), header.parent_hash);
    }
    header.number
}

#[test]
fn readers_see_whole_blocks_while_the_chain_grows_commits_and_reorgs() {
    let folder = tempfile::tempdir().unwrap();
    let chain = Chain::open(Config {
        commit_interval_blocks: 3,
        ..config(folder.path())
    })
    .unwrap();
    let done = AtomicBool::new(false);
    let highest = std::thread::scope(|scope| {
        let reader = || {
            let mut highest = 0;
            while !done.load(Ordering::Relaxed) {
                highest = highest.max(read_head(&chain));
            }
            highest
        };
        let readers = [scope.spawn(reader), scope.spawn(reader)];
        let mut trunk = grow(&chain, chain.genesis().hash, 20, 1);
        for round in 2..8 {
            let fork = trunk[trunk.len() - 5];
            trunk = grow(&chain, fork, 12, round);
        }
        done.store(true, Ordering::Relaxed);
        readers.map(|reader| reader.join().unwrap()).into_iter().max()
    });
    assert!(highest > Some(0), "the readers saw the chain grow");
}

#[test]
fn state_stays_what_it_is_while_the_chain_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let chain = Chain::open(Config {
        commit_interval_blocks: 2,
        ..config(folder.path())
    })
    .unwrap();
    let hashes = grow(&chain, chain.genesis().hash, 5, 1);
    let states: Vec<_> = hashes
        .iter()
        .map(|hash| chain.state_at(*hash).unwrap().unwrap())
        .collect();
    let read = || -> Vec<_> {
        let nonces = states.iter().map(|state| state.account(rich()).unwrap().unwrap().nonce);
        let slots = states.iter().map(|state| state.storage(STORE, U256::from(1)).unwrap());
        let proofs = states.iter().map(|state| {
            trie::prove_account(state.state_root(), STORE, &[], state)
                .unwrap()
                .nodes
        });
        nonces.zip(slots).zip(proofs).collect()
    };
    let before = read();
    set_head(&chain, hashes[0]);
    grow(&chain, hashes[0], 9, 2);
    assert_eq!(read(), before);
}
