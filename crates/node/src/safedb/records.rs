//! The file: records of one length, in the order of L1 blocks.

use super::SafeHead;
use alloy_eips::BlockNumHash;
use alloy_primitives::{B256, keccak256};
use std::{
    fs::{File, OpenOptions, TryLockError},
    io::{self, Read, Seek, SeekFrom, Write},
    path::Path,
};

/// What the file begins with: what it is, and its version.
const MAGIC: &[u8; 16] = b"tandem safedb  1";
/// Two numbers, two hashes, and a checksum of 8 bytes.
pub(super) const RECORD_BYTES: usize = 88;
const CHECKSUM_AT: usize = 80;

type Record = [u8; RECORD_BYTES];

/// The file and how many records it has.
#[derive(Debug)]
pub(super) struct Records {
    file: File,
    count: u64,
}

impl Records {
    /// Nothing if the file is of another kind or chain.
    pub(super) fn open(path: &Path, genesis: B256) -> io::Result<Option<Self>> {
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
        let mut records = Self { file, count };
        records.drop_torn_end()?;
        Ok(Some(records))
    }

    fn read(&mut self, index: u64) -> io::Result<Option<SafeHead>> {
        let mut record = [0; RECORD_BYTES];
        self.file.seek(SeekFrom::Start(offset(index)))?;
        self.file.read_exact(&mut record)?;
        Ok(decode(&record))
    }

    pub(super) fn last(&mut self) -> io::Result<Option<SafeHead>> {
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

    pub(super) fn forget_while(&mut self, is_wrong: impl Fn(&SafeHead) -> bool) -> io::Result<()> {
        let before = self.count;
        while self.last()?.is_some_and(|last| is_wrong(&last)) {
            self.count -= 1;
        }
        if self.count < before {
            self.file.set_len(offset(self.count))?;
        }
        Ok(())
    }

    pub(super) fn push(&mut self, head: &SafeHead) -> io::Result<()> {
        self.file.seek(SeekFrom::Start(offset(self.count)))?;
        self.file.write_all(&encode(head))?;
        self.count += 1;
        Ok(())
    }

    /// The last entry whose L1 block is not above `number`.
    pub(super) fn search(&mut self, number: u64) -> io::Result<Option<SafeHead>> {
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

    pub(super) fn begin_gap(&mut self) -> io::Result<()> {
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
