//! Answers, restarts, reorganisations, and what a power cut may leave.

use super::{FILE, SafeDb, SafeHead, SafeHeadAt, records::RECORD_BYTES};
use alloy_eips::BlockNumHash;
use alloy_primitives::B256;
use tempfile::TempDir;

const GENESIS: B256 = B256::repeat_byte(9);

fn head(l1: u64, l2: u64) -> SafeHead {
    let id = |number: u64| BlockNumHash::new(number, B256::from(alloy_primitives::U256::from(number)));
    SafeHead { l1: id(l1), l2: id(l2) }
}

fn filled(folder: &TempDir) -> SafeDb {
    let db = SafeDb::open(folder.path(), GENESIS).unwrap();
    for entry in [head(10, 0), head(12, 5), head(13, 9), head(20, 30)] {
        db.record(entry).unwrap();
    }
    db
}

fn answers(db: &SafeDb) -> Vec<Option<u64>> {
    let at = |l1: u64| db.at_l1_block(l1).unwrap().map(|head| head.l2.number);
    [0, 9, 10, 11, 12, 13, 19, 20, 1_000].map(at).to_vec()
}

#[test]
fn the_answer_is_the_last_safe_head_from_that_l1_block_or_before() {
    let folder = tempfile::tempdir().unwrap();
    let db = filled(&folder);
    let expected = [
        None,
        None,
        Some(0),
        Some(0),
        Some(5),
        Some(9),
        Some(9),
        Some(30),
        Some(30),
    ];
    assert_eq!(answers(&db), expected);
    assert_eq!(db.at_l1_block(19).unwrap(), Some(head(13, 9)));
}

#[test]
fn it_is_there_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let before = answers(&filled(&folder));
    let again = SafeDb::open(folder.path(), GENESIS).unwrap();
    assert_eq!(answers(&again), before);
}

#[test]
fn a_second_update_from_one_l1_block_replaces_the_first() {
    let folder = tempfile::tempdir().unwrap();
    let db = filled(&folder);
    db.record(head(20, 31)).unwrap();
    db.record(head(20, 32)).unwrap();
    assert_eq!(db.at_l1_block(20).unwrap(), Some(head(20, 32)));
    assert_eq!(db.at_l1_block(19).unwrap(), Some(head(13, 9)));
}

#[test]
fn what_is_derived_again_from_earlier_l1_blocks_replaces_what_was_after() {
    let folder = tempfile::tempdir().unwrap();
    let db = filled(&folder);
    db.record(head(13, 7)).unwrap();
    assert_eq!(db.last().unwrap(), Some(head(13, 7)));
    assert_eq!(db.at_l1_block(1_000).unwrap(), Some(head(13, 7)));
}

#[test]
fn the_end_is_forgotten_as_far_as_it_is_wrong() {
    let folder = tempfile::tempdir().unwrap();
    let db = filled(&folder);
    db.forget_while(|entry| entry.l2.number > 5).unwrap();
    assert_eq!(db.last().unwrap(), Some(head(12, 5)));
    db.forget_while(|_| true).unwrap();
    assert_eq!(db.last().unwrap(), None);
    assert_eq!(db.at_l1_block(1_000).unwrap(), None);
    db.record(head(11, 1)).unwrap();
    assert_eq!(db.at_l1_block(11).unwrap(), Some(head(11, 1)));
}

#[test]
fn how_far_l1_was_read_is_forgotten_when_derivation_begins_anew() {
    let folder = tempfile::tempdir().unwrap();
    let db = filled(&folder);
    let known = |db: &SafeDb| db.known_at_l1_block(13).unwrap();
    let expected = |read_through, beginnings| SafeHeadAt {
        read_through,
        beginnings,
        safe: Some(head(13, 9)),
    };
    assert_eq!(known(&db), expected(None, 0));
    db.read_through(head(25, 30));
    assert_eq!(known(&db), expected(Some(head(25, 30)), 0));
    db.forget_while(|_| false).unwrap();
    assert_eq!(known(&db), expected(None, 1));
}

#[test]
fn in_a_gap_nothing_is_known_until_the_next_entry() {
    let folder = tempfile::tempdir().unwrap();
    let db = filled(&folder);
    db.begin_gap().unwrap();
    db.begin_gap().unwrap();
    db.record(head(30, 50)).unwrap();
    let at = |l1: u64| db.at_l1_block(l1).unwrap().map(|head| head.l2.number);
    assert_eq!(
        [13, 19, 20, 29, 30, 31].map(at),
        [Some(9), Some(9), None, None, Some(50), Some(50)]
    );
    drop(db);
    let again = SafeDb::open(folder.path(), GENESIS).unwrap();
    assert_eq!(again.at_l1_block(25).unwrap(), None);
    // What derivation comes back to closes it.
    again.record(head(20, 30)).unwrap();
    assert_eq!(again.at_l1_block(25).unwrap(), Some(head(20, 30)));
}

#[test]
fn a_torn_end_is_cut_off() {
    let folder = tempfile::tempdir().unwrap();
    drop(filled(&folder));
    let path = folder.path().join(FILE);
    let whole = std::fs::read(&path).unwrap();
    for cut in 1..=RECORD_BYTES {
        let mut torn = whole.clone();
        // Of a write that was cut, the length or the bytes may be what is there.
        torn.truncate(whole.len() - cut);
        std::fs::write(&path, &torn).unwrap();
        let db = SafeDb::open(folder.path(), GENESIS).unwrap();
        assert_eq!(db.last().unwrap(), Some(head(13, 9)), "cut by {cut}");
        drop(db);
        torn.resize(whole.len(), 0);
        std::fs::write(&path, &torn).unwrap();
        let db = SafeDb::open(folder.path(), GENESIS).unwrap();
        assert_eq!(db.last().unwrap(), Some(head(13, 9)), "zeroed by {cut}");
    }
}

#[test]
fn the_record_of_another_chain_or_program_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    drop(filled(&folder));
    let other = SafeDb::open(folder.path(), B256::ZERO).unwrap_err();
    assert!(other.to_string().contains("--safedb.path"), "{other}");
    std::fs::write(folder.path().join(FILE), [7; 200]).unwrap();
    assert!(SafeDb::open(folder.path(), GENESIS).is_err());
}

#[test]
fn two_nodes_do_not_write_one_record() {
    let folder = tempfile::tempdir().unwrap();
    let _first = filled(&folder);
    let second = SafeDb::open(folder.path(), GENESIS).unwrap_err().to_string();
    assert!(second.contains("another node uses it"), "{second}");
}
