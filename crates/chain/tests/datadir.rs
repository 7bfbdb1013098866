//! Datadirs: reopened, of another chain, of a newer program, in use, and as a crash leaves them.

mod support;

use alloy_primitives::{B256, Bytes};
use libmdbx::{Environment, WriteFlags};
use std::path::Path;
use support::*;
use tandem_chain::{Chain, Config, Error, genesis_block};
use tempfile::TempDir;

#[test]
fn genesis_is_written_once_and_found_again() {
    let folder = TempDir::new().unwrap();
    let expected = genesis_block(&genesis()).unwrap().hash;
    for _ in 0..2 {
        let chain = open(folder.path());
        assert_eq!(chain.head().hash, expected);
        check_canonical(&chain, &[]);
        assert_eq!(
            chain
                .proof(expected, STORE, &[])
                .unwrap()
                .unwrap()
                .account
                .unwrap()
                .nonce,
            1
        );
    }
}

#[test]
fn expected_genesis_hash_is_checked() {
    let folder = TempDir::new().unwrap();
    let wrong = Config {
        genesis_hash: Some(B256::repeat_byte(1)),
        ..config(folder.path())
    };
    let Err(Error::GenesisMismatch { computed, .. }) = Chain::open(wrong) else {
        panic!("opened")
    };
    let right = Config {
        genesis_hash: Some(computed),
        ..config(folder.path())
    };
    assert_eq!(Chain::open(right).unwrap().head().hash, computed);
}

#[test]
fn s46_datadir_of_another_chain_is_refused() {
    let folder = TempDir::new().unwrap();
    drop(open(folder.path()));
    let mut other = genesis();
    other.extra_data = Bytes::from_static(b"another");
    let Err(error) = Chain::open(Config::new(folder.path(), other)) else {
        panic!("opened")
    };
    assert!(matches!(
        error,
        Error::OtherChain {
            found_chain_id: CHAIN_ID,
            ..
        }
    ));
    assert!(error.to_string().contains("another --datadir"), "{error}");
    open(folder.path());
}

#[test]
fn s46_datadir_of_a_newer_program_is_refused() {
    let folder = TempDir::new().unwrap();
    drop(open(folder.path()));
    let environment = Environment::builder()
        .set_max_dbs(16)
        .open(&folder.path().join("state"))
        .unwrap();
    let transaction = environment.begin_rw_unsync().unwrap();
    let table = transaction.open_db(Some("meta")).unwrap();
    let mut value: Vec<u8> = transaction.get(table.dbi(), b"meta").unwrap().unwrap();
    value[3] += 1;
    transaction.put(table, b"meta", &value, WriteFlags::UPSERT).unwrap();
    transaction.commit().unwrap();
    drop(environment);
    let Err(error) = Chain::open(config(folder.path())) else {
        panic!("opened")
    };
    assert!(
        matches!(
            error,
            Error::NewerSchema {
                found: 2,
                supported: 1,
                ..
            }
        ),
        "{error}"
    );
    assert!(error.to_string().contains("run the newer program"), "{error}");
}

#[test]
fn datadir_in_use_is_refused() {
    let folder = TempDir::new().unwrap();
    let chain = open(folder.path());
    let Err(error) = Chain::open(config(folder.path())) else {
        panic!("opened")
    };
    assert!(matches!(error, Error::InUse { .. }), "{error}");
    drop(chain);
    open(folder.path());
}

/// A copy of the datadir, opened.
fn reopened(datadir: &Path) -> (TempDir, Chain) {
    let folder = TempDir::new().unwrap();
    copy(datadir, folder.path());
    let chain = reopen(folder.path());
    (folder, chain)
}

fn reopen(datadir: &Path) -> Chain {
    Chain::open(Config {
        commit_interval_blocks: 5,
        ..config(datadir)
    })
    .unwrap()
}

#[test]
fn s16_killed_after_any_step_every_block_shown_is_there() {
    let folder = TempDir::new().unwrap();
    let chain = reopen(folder.path());
    let genesis = chain.genesis().hash;
    let mut canonical = Vec::new();
    for number in 0..13 {
        let parent = canonical.last().copied().unwrap_or(genesis);
        let block = add(&chain, parent, 1);
        let (_copy, killed) = reopened(folder.path());
        check_canonical(&killed, &canonical);
        assert!(killed.is_known(block).unwrap(), "imported before the kill");
        set_head(&killed, block);

        set_head(&chain, block);
        canonical.push(block);
        let side = add(&chain, parent, 2);
        let (_copy, killed) = reopened(folder.path());
        check_canonical(&killed, &canonical);
        check_state(&killed, side, number);
    }
}

#[test]
fn s16_killed_after_a_reorg_the_new_chain_is_there() {
    let folder = TempDir::new().unwrap();
    let chain = reopen(folder.path());
    let trunk = grow(&chain, chain.genesis().hash, 9, 1);
    let side = grow(&chain, trunk[2], 3, 2);
    let canonical = [&trunk[..3], &side[..]].concat();
    let labels = forkchoice(side[2], side[0], trunk[1]);
    assert!(chain.fork_choice_updated(labels).unwrap().is_valid());
    let (_copy, killed) = reopened(folder.path());
    check_canonical(&killed, &canonical);
    assert_eq!(killed.labels(), chain.labels());
    set_head(&chain, trunk[0]);
    let (_copy, killed) = reopened(folder.path());
    check_canonical(&killed, &trunk[..1]);
    set_head(&killed, trunk[8]);
    check_canonical(&killed, &trunk);
}

/// Where each block's record ends is not known here, so every cut is tried: whatever is left must be a whole prefix.
#[test]
fn s46_journal_cut_anywhere_leaves_a_whole_prefix() {
    let folder = TempDir::new().unwrap();
    let chain = reopen(folder.path());
    let hashes = grow(&chain, chain.genesis().hash, 7, 1);
    let journal = std::fs::read(folder.path().join("blocks.journal")).unwrap();
    let mut heights = Vec::new();
    for kept_bytes in (1500..=journal.len()).step_by(97).chain([journal.len()]) {
        let copied = TempDir::new().unwrap();
        copy(folder.path(), copied.path());
        std::fs::write(copied.path().join("blocks.journal"), &journal[..kept_bytes]).unwrap();
        let chain = reopen(copied.path());
        let height = chain.head().number as usize;
        check_canonical(&chain, &hashes[..height]);
        heights.push(height);
        let next = extend(&chain, chain.head().hash, 9);
        drop(chain);
        let again = reopen(copied.path());
        check_canonical(&again, &[&hashes[..height], &[next]].concat());
    }
    assert!(heights.is_sorted());
    assert_eq!(
        (heights.first(), heights.last()),
        (Some(&0), Some(&7)),
        "the cuts reach below and above the commit"
    );
}

#[test]
fn garbage_behind_the_journal_is_cut_off() {
    let folder = TempDir::new().unwrap();
    let chain = reopen(folder.path());
    let hashes = grow(&chain, chain.genesis().hash, 3, 1);
    drop(chain);
    for garbage in [&[0; 3][..], &[0; 64], &[0xff; 64]] {
        for name in ["blocks.journal", "blobs.journal"] {
            let path = folder.path().join(name);
            let mut bytes = std::fs::read(&path).unwrap();
            bytes.extend_from_slice(garbage);
            std::fs::write(&path, bytes).unwrap();
        }
        check_canonical(&reopen(folder.path()), &hashes);
    }
}
