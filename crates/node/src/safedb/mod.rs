//! The record of safe heads: which L2 block was safe once an L1 block had been read.
//!
//! One file of records of one length, in the order of L1 blocks, so that a question is a binary search and a reorganisation cuts
//! the end off. Nothing is synced: what a power cut takes is derived, and recorded, again.

mod records;
#[cfg(test)]
mod tests;

use crate::Error;
use alloy_eips::BlockNumHash;
use alloy_primitives::B256;
use parking_lot::Mutex;
use records::Records;
use std::{
    fs::create_dir_all,
    io,
    path::{Path, PathBuf},
};

/// The file in the folder that `--safedb.path` names.
const FILE: &str = "safe_heads";
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
    known: Mutex<Known>,
}

#[derive(Debug)]
struct Known {
    records: Records,
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
        let opened = create_dir_all(folder).and_then(|()| Records::open(&path, genesis));
        let records = opened.map_err(|source| Error::SafeDb {
            path: path.clone(),
            source,
        })?;
        let records = records.ok_or_else(|| Error::SafeDbOther { path: path.clone() })?;
        Ok(Self {
            path,
            known: Mutex::new(Known {
                records,
                read_through: None,
                beginnings: 0,
            }),
        })
    }

    /// Remembers that derivation made `head.l2` safe when it had read `head.l1`. What is there of that L1 block, and of later
    /// ones, is replaced.
    pub fn record(&self, head: SafeHead) -> Result<(), Error> {
        let records = &mut self.known.lock().records;
        let done = records
            .forget_while(|last| last.l1.number >= head.l1.number)
            .and_then(|()| records.push(&head));
        done.map_err(|source| self.failed(source))
    }

    /// Forgets the last entries for as long as `is_wrong` says so: derivation begins anew.
    pub fn forget_while(&self, is_wrong: impl Fn(&SafeHead) -> bool) -> Result<(), Error> {
        let mut known = self.known.lock();
        known.read_through = None;
        known.beginnings += 1;
        let forgotten = known.records.forget_while(is_wrong);
        forgotten.map_err(|source| self.failed(source))
    }

    /// Remembers that what was safe from the last entry's L1 block on is not known, until the next entry.
    pub fn begin_gap(&self) -> Result<(), Error> {
        let begun = self.known.lock().records.begin_gap();
        begun.map_err(|source| self.failed(source))
    }

    /// Remembers, until the node stops, that derivation has read all of L1 up to a block, and the safe head then.
    pub fn read_through(&self, head: SafeHead) {
        self.known.lock().read_through = Some(head);
    }

    /// The safe head once L1 had been read up to that height, with how far it is read now.
    pub fn known_at_l1_block(&self, number: u64) -> Result<SafeHeadAt, Error> {
        let mut known = self.known.lock();
        let (read_through, beginnings) = (known.read_through, known.beginnings);
        let safe = known.records.search(number).map_err(|source| self.failed(source))?;
        Ok(SafeHeadAt {
            read_through,
            beginnings,
            safe,
        })
    }

    /// The safe head once L1 had been read up to that height; nothing if the record begins later, or has a gap.
    pub fn at_l1_block(&self, number: u64) -> Result<Option<SafeHead>, Error> {
        let found = self.known.lock().records.search(number);
        found.map_err(|source| self.failed(source))
    }

    /// The last entry.
    pub fn last(&self) -> Result<Option<SafeHead>, Error> {
        let last = self.known.lock().records.last();
        last.map_err(|source| self.failed(source))
    }

    fn failed(&self, source: io::Error) -> Error {
        let path = self.path.clone();
        Error::SafeDb { path, source }
    }
}
