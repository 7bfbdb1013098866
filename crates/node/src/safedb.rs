//! The record of safe heads: which L2 block was safe once an L1 block had been read.
//!
//! One file of records of one length, in the order of L1 blocks, so that a question is a binary search and a reorganisation cuts
//! the end off. Nothing is synced: what a power cut takes is derived, and recorded, again.

use crate::Error;
use alloy_eips::BlockNumHash;
use alloy_primitives::{B256, keccak256};
use parking_lot::Mutex;
use std::{
    fs::{File, OpenOptions, TryLockError, create_dir_all},
    io::{self, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

/// The file in the folder that `--safedb.path` names.
const FILE: &str = "safe_heads";
/// What the file begins with: what it is, and its version.
const MAGIC: &[u8; 16] = b"tandem safedb  1";
/// Two numbers, two hashes, and a checksum of 8 bytes.
const RECORD_BYTES: usize = 88;
const CHECKSUM_AT: usize = 80;

type Record = [u8; RECORD_BYTES];

/// From the L1 block on, until the next one with a record, the L2 block was the safe head.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SafeHead {
    /// The L1 block that the safe head was derived from.
    pub l1: BlockNumHash,
    /// The safe head.
    pub l2: BlockNumHash,
}

/// The record of one node.
#[derive(Debug)]
pub struct SafeDb {
    path: PathBuf,
    records: Mutex<Records>,
}

#[derive(Debug)]
struct Records {
    file: File,
    count: u64,
    /// The L1 block up to which derivation has read since it began anew, with the safe head then: what is recorded up to there
    /// is complete.
    read_through: Option<SafeHead>,
    /// How often derivation began anew.
    beginnings: u64,
}

/// What is known of an L1 block, all of it at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SafeHeadAt {
    /// The L1 block up to which derivation has read since it last began, and the safe head then. Before it comes to an L1 block,
    /// what is recorded of that block may be less than L1 says.
    pub read_through: Option<SafeHead>,
    /// How often derivation began anew: as long as this stays, so does what was said of blocks that were read.
    pub beginnings: u64,
    /// The safe head once L1 had been read up to the block that was asked for; nothing if the record begins later, or has a gap.
    pub safe: Option<SafeHead>,
}

impl SafeDb {
    /// Opens the record in a folder, or begins one. `genesis` is the L2's: a record of another chain is refused.
    pub fn open(folder: &Path, genesis: B256) -> Result<Self, Error> {
        let path = folder.join(FILE);
        let opened = Self::open_file(folder, &path, genesis);
        let records = opened.map_err(|source| Error::SafeDb {
            path: path.clone(),
            source,
        })?;
        let records = records.ok_or_else(|| Error::SafeDbOther { path: path.clone() })?;
        Ok(Self {
            path,
            records: Mutex::new(records),
        })
    }

    /// Nothing if the file is of another kind or chain.
    fn open_file(folder: &Path, path: &Path, genesis: B256) -> io::Result<Option<Records>> {
        create_dir_all(folder)?;
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)?;
        file.try_lock().map_err(locked)?;
        let header = header(genesis);
        let length = file.metadata()?.len();
        if length < RECORD_BYTES as u64 {
            file.set_len(0)?;
            file.write_all(&header)?;
        }
        let mut found = [0; RECORD_BYTES];
        file.seek(SeekFrom::Start(0))?;
        file.read_exact(&mut found)?;
        if found != header {
            return Ok(None);
        }
        let count = (file.metadata()?.len() / RECORD_BYTES as u64).saturating_sub(1);
        let mut records = Records {
            file,
            count,
            read_through: None,
            beginnings: 0,
        };
        records.drop_torn_end()?;
        Ok(Some(records))
    }

    /// Remembers that derivation made `head.l2` safe when it had read `head.l1`. What is there of that L1 block, and of later
    /// ones, is replaced.
    pub fn record(&self, head: SafeHead) -> Result<(), Error> {
        let mut records = self.records.lock();
        let done = records
            .forget_while(|last| last.l1.number >= head.l1.number)
            .and_then(|()| records.push(&head));
        done.map_err(|source| self.failed(source))
    }

    /// Forgets the last entries for as long as `is_wrong` says so: derivation begins anew.
    pub fn forget_while(&self, is_wrong: impl Fn(&SafeHead) -> bool) -> Result<(), Error> {
        let mut records = self.records.lock();
        records.read_through = None;
        records.beginnings += 1;
        let forgotten = records.forget_while(is_wrong);
        forgotten.map_err(|source| self.failed(source))
    }

    /// Remembers that what was safe from the last entry's L1 block on is not known, until the next entry.
    pub fn begin_gap(&self) -> Result<(), Error> {
        let begun = self.records.lock().begin_gap();
        begun.map_err(|source| self.failed(source))
    }

    /// Remembers, until the node stops, that derivation has read all of L1 up to a block, and the safe head then.
    pub fn read_through(&self, head: SafeHead) {
        self.records.lock().read_through = Some(head);
    }

    /// The safe head once L1 had been read up to that height, with how far it is read now.
    pub fn known_at_l1_block(&self, number: u64) -> Result<SafeHeadAt, Error> {
        let mut records = self.records.lock();
        let (read_through, beginnings) = (records.read_through, records.beginnings);
        let safe = records.search(number).map_err(|source| self.failed(source))?;
        Ok(SafeHeadAt {
            read_through,
            beginnings,
            safe,
        })
    }

    /// The safe head once L1 had been read up to that height; nothing if the record begins later, or has a gap.
    pub fn at_l1_block(&self, number: u64) -> Result<Option<SafeHead>, Error> {
        let found = self.records.lock().search(number);
        found.map_err(|source| self.failed(source))
    }

    /// The last entry.
    pub fn last(&self) -> Result<Option<SafeHead>, Error> {
        let last = self.records.lock().last();
        last.map_err(|source| self.failed(source))
    }

    fn failed(&self, source: io::Error) -> Error {
        let path = self.path.clone();
        Error::SafeDb { path, source }
    }
}

impl Records {
    fn read(&mut self, index: u64) -> io::Result<Option<SafeHead>> {
        let mut record = [0; RECORD_BYTES];
        self.file.seek(SeekFrom::Start(offset(index)))?;
        self.file.read_exact(&mut record)?;
        Ok(decode(&record))
    }

    fn last(&mut self) -> io::Result<Option<SafeHead>> {
        match self.count.checked_sub(1) {
            Some(index) => self.read(index),
            None => Ok(None),
        }
    }

    fn drop_torn_end(&mut self) -> io::Result<()> {
        while self.count > 0 && self.last()?.is_none() {
            self.count -= 1;
        }
        self.file.set_len(offset(self.count))
    }

    fn forget_while(&mut self, is_wrong: impl Fn(&SafeHead) -> bool) -> io::Result<()> {
        let before = self.count;
        while self.last()?.is_some_and(|last| is_wrong(&last)) {
            self.count -= 1;
        }
        if self.count < before {
            self.file.set_len(offset(self.count))?;
        }
        Ok(())
    }

    fn push(&mut self, head: &SafeHead) -> io::Result<()> {
        self.file.seek(SeekFrom::Start(offset(self.count)))?;
        self.file.write_all(&encode(head))?;
        self.count += 1;
        Ok(())
    }

    /// The last entry whose L1 block is not above `number`.
    fn search(&mut self, number: u64) -> io::Result<Option<SafeHead>> {
        let (mut found, mut low, mut high) = (None, 0, self.count);
        while low < high {
            let middle = u64::midpoint(low, high);
            let entry = self.read(middle)?.ok_or(io::ErrorKind::InvalidData)?;
            if entry.l1.number <= number {
                found = Some(entry);
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        Ok(found.filter(|entry| !is_gap(entry)))
    }

    fn begin_gap(&mut self) -> io::Result<()> {
        let Some(last) = self.last()? else { return Ok(()) };
        self.count -= 1;
        self.push(&SafeHead {
            l1: BlockNumHash::new(last.l1.number, B256::ZERO),
            l2: BlockNumHash::new(last.l2.number, B256::ZERO),
        })
    }
}

/// An entry without hashes says that nothing is known from there on.
fn is_gap(entry: &SafeHead) -> bool {
    entry.l1.hash.is_zero()
}

fn locked(fault: TryLockError) -> io::Error {
    match fault {
        TryLockError::WouldBlock => io::Error::new(io::ErrorKind::ResourceBusy, "another node uses it"),
        TryLockError::Error(error) => error,
    }
}

/// The header takes the place of one record.
const fn offset(index: u64) -> u64 {
    (index + 1) * RECORD_BYTES as u64
}

fn header(genesis: B256) -> Record {
    let mut header = [0; RECORD_BYTES];
    header[..16].copy_from_slice(MAGIC);
    header[16..48].copy_from_slice(genesis.as_slice());
    header
}

fn encode(head: &SafeHead) -> Record {
    let mut record = [0; RECORD_BYTES];
    for (block, at) in [(&head.l1, 0), (&head.l2, 40)] {
        record[at..at + 8].copy_from_slice(&block.number.to_be_bytes());
        record[at + 8..at + 40].copy_from_slice(block.hash.as_slice());
    }
    let checksum = keccak256(&record[..CHECKSUM_AT]);
    record[CHECKSUM_AT..].copy_from_slice(&checksum[..RECORD_BYTES - CHECKSUM_AT]);
    record
}

/// Nothing if the checksum says that it is not whole.
fn decode(record: &Record) -> Option<SafeHead> {
    let block = |at: usize| {
        let number = record[at..at + 8]
            .try_into()
            .map(u64::from_be_bytes)
            .expect("invariant: 8 bytes");
        BlockNumHash::new(number, B256::from_slice(&record[at + 8..at + 40]))
    };
    let head = SafeHead {
        l1: block(0),
        l2: block(40),
    };
    (encode(&head) == *record).then_some(head)
}

#[cfg(test)]
mod tests {
    use super::*;
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
}
