//! A block that changes 1,000 accounts (90 % changed, 5 % made, 5 % deleted) in a state of a million, from a source in
//! memory; beside it the reading alone, the hashing alone of the nodes that change, and the state built from nothing.

use alloy_primitives::{B256, Bytes, U256, keccak256};
use criterion::{Criterion, criterion_group, criterion_main};
use std::{collections::HashMap, convert::Infallible, hint::black_box, num::NonZero, thread};
use tandem_trie::{
    AccountChange, AccountInfo, Error, HashedChanges, KECCAK_EMPTY, Nibbles, NodeLocation, NodeSource, StateUpdate,
    build_state, update_state,
};

const ACCOUNTS: u64 = 1_000_000;
const DIRTY: u64 = 1_000;

/// Nodes by path, as a store has them in its cache.
struct Memory(HashMap<Nibbles, Bytes>);

impl NodeSource for Memory {
    type Error = Infallible;

    fn node(&self, owner: Option<B256>, path: &Nibbles, hash: B256) -> Result<Bytes, Error<Infallible>> {
        self.0.get(path).cloned().ok_or(Error::MissingNode(NodeLocation {
            owner,
            path: *path,
            hash,
        }))
    }
}

fn account(nonce: u64) -> AccountChange {
    let info = AccountInfo {
        nonce,
        balance: U256::from(10).pow(U256::from(18)),
        code_hash: KECCAK_EMPTY,
    };
    AccountChange {
        info: Some(info),
        ..AccountChange::default()
    }
}

fn hashed(n: u64) -> B256 {
    keccak256(n.to_be_bytes())
}

/// Every thousandth account or so; new accounts have numbers beyond the state's.
fn block() -> HashedChanges {
    let change = |n: u64| match n % 20 {
        0 => (hashed(ACCOUNTS + n), account(0)),
        1 => (hashed(n * (ACCOUNTS / DIRTY)), AccountChange::default()),
        _ => (hashed(n * (ACCOUNTS / DIRTY)), account(n + 1)),
    };
    HashedChanges {
        accounts: (0..DIRTY).map(change).collect(),
    }
}

fn bench(criterion: &mut Criterion) {
    let processor = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = processor
        .lines()
        .find(|line| line.starts_with("model name"))
        .unwrap_or("model name: unknown");
    println!(
        "{model}; {} threads, one used",
        thread::available_parallelism().map_or(1, NonZero::get)
    );

    let allocation = HashedChanges {
        accounts: (0..ACCOUNTS).map(|n| (hashed(n), account(0))).collect(),
    };
    let genesis = build_state(&allocation).expect("an empty source is never asked");
    let source = Memory(genesis.nodes.into_iter().map(|node| (node.path, node.rlp)).collect());
    let changes = block();
    let update = update_state(genesis.root, &changes, &source).expect("the source is complete");
    let bytes: usize = update.nodes.iter().map(|node| node.rlp.len()).sum();
    println!(
        "{DIRTY} of {ACCOUNTS} accounts: {} nodes changed ({bytes} bytes), {} removed",
        update.nodes.len(),
        update.removed.len()
    );

    let mut group = criterion.benchmark_group("1,000 dirty of 1 M accounts");
    group.sample_size(20);
    group.bench_function("update_state", |bencher| {
        bencher.iter(|| update_state(genesis.root, black_box(&changes), &source).map(|update| update.root))
    });
    group.bench_function("reading the changed accounts alone", |bencher| {
        bencher.iter(|| StateUpdate::open(genesis.root, black_box(&changes), &source))
    });
    group.bench_function("keccak of the changed nodes alone", |bencher| {
        bencher.iter(|| update.nodes.iter().map(|node| keccak256(&node.rlp)).collect::<Vec<_>>())
    });
    group.finish();

    let mut group = criterion.benchmark_group("from nothing");
    group.sample_size(10);
    group.bench_function("build_state of 1 M accounts", |bencher| {
        bencher.iter(|| build_state(black_box(&allocation)))
    });
    group.finish();
}

criterion_group!(block_updates, bench);
criterion_main!(block_updates);
