//! An append-only file of checked records.
//!
//! A record is `length u32 ‖ crc32 u32 ‖ payload`, little-endian. A process that dies leaves whole records and at most one
//! torn one at the end, which [`Journal::open`] cuts off. Offsets never change, so they can be indexed.

use crate::Error;
use parking_lot::Mutex;
use std::{
    fs::{File, OpenOptions},
    os::unix::fs::FileExt,
    path::{Path, PathBuf},
};

/// Bytes before a record's payload.
const PREFIX_BYTES: u64 = 8;

/// Longest payload that is believed: four times the largest block that any rule lets through.
const PAYLOAD_BYTES_MAX: u32 = 1 << 28;

/// Where a record lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    /// Of the record's first byte, its prefix included.
    pub(crate) offset: u64,
    /// Of the payload.
    pub(crate) payload_bytes: u32,
}

impl Span {
    /// The offset after the record.
    pub(crate) const fn end(&self) -> u64 {
        self.offset + PREFIX_BYTES + self.payload_bytes as u64
    }
}

/// The open file. Appends are serialised, reads go beside them.
#[derive(Debug)]
pub(crate) struct Journal {
    path: PathBuf,
    file: File,
    end: Mutex<u64>,
}

impl Journal {
    /// Opens or creates the file and cuts off what is torn after `checkpoint`, an offset between records up to which the
    /// file was synced before. Answers the intact records after it, oldest first.
    pub(crate) fn open(path: &Path, checkpoint: u64) -> Result<(Self, Vec<Span>), Error> {
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)
            .map_err(Error::io(path))?;
        let file_bytes = file.metadata().map_err(Error::io(path))?.len();
        let journal = Self {
            path: path.into(),
            file,
            end: Mutex::new(file_bytes),
        };
        let spans = journal.scan(checkpoint.min(file_bytes), file_bytes)?;
        let intact = spans.last().map_or(checkpoint.min(file_bytes), Span::end);
        if intact < file_bytes {
            tracing::warn!(target: "chain", path = %path.display(), cut_bytes = file_bytes - intact, "cut a torn record off");
            journal.truncate(intact)?;
        }
        Ok((journal, spans))
    }

    /// The offset after the last record.
    pub(crate) fn end(&self) -> u64 {
        *self.end.lock()
    }

    /// Appends one record. It survives the end of this process; only [`Self::sync`] makes it survive the machine's.
    pub(crate) fn append(&self, payload: &[u8]) -> Result<Span, Error> {
        let mut record = Vec::with_capacity(payload.len() + PREFIX_BYTES as usize);
        let payload_bytes = u32::try_from(payload.len()).expect("invariant: a record is shorter than 4 GiB");
        record.extend_from_slice(&payload_bytes.to_le_bytes());
        record.extend_from_slice(&crc32(payload).to_le_bytes());
        record.extend_from_slice(payload);
        let mut end = self.end.lock();
        self.file.write_all_at(&record, *end).map_err(Error::io(&self.path))?;
        let span = Span {
            offset: *end,
            payload_bytes,
        };
        *end = span.end();
        Ok(span)
    }

    /// Makes everything appended so far survive a power cut.
    pub(crate) fn sync(&self) -> Result<(), Error> {
        self.file.sync_data().map_err(Error::io(&self.path))
    }

    /// The payload of a record.
    pub(crate) fn read(&self, span: Span) -> Result<Vec<u8>, Error> {
        match self.read_checked(span)? {
            Some(payload) => Ok(payload),
            None => Err(Error::Damaged {
                what: "a record of the block journal",
            }),
        }
    }

    /// Whether a record is wholly there and intact.
    pub(crate) fn is_intact(&self, span: Span) -> Result<bool, Error> {
        Ok(span.end() <= self.end() && self.read_checked(span)?.is_some())
    }

    /// Forgets everything from `offset` on.
    pub(crate) fn truncate(&self, offset: u64) -> Result<(), Error> {
        let mut end = self.end.lock();
        self.file
            .set_len(offset)
            .and_then(|()| self.file.sync_data())
            .map_err(Error::io(&self.path))?;
        *end = offset;
        Ok(())
    }

    fn read_checked(&self, span: Span) -> Result<Option<Vec<u8>>, Error> {
        let mut record = vec![0; span.payload_bytes as usize + PREFIX_BYTES as usize];
        match self.file.read_exact_at(&mut record, span.offset) {
            Ok(()) => {}
            Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => return Ok(None),
            Err(error) => return Err(Error::io(&self.path)(error)),
        }
        let payload = record.split_off(PREFIX_BYTES as usize);
        let intact = record[..4] == span.payload_bytes.to_le_bytes() && record[4..] == crc32(&payload).to_le_bytes();
        Ok(intact.then_some(payload))
    }

    fn scan(&self, from: u64, file_bytes: u64) -> Result<Vec<Span>, Error> {
        let mut spans = Vec::new();
        let mut offset = from;
        while offset + PREFIX_BYTES <= file_bytes {
            let mut length = [0; 4];
            self.file
                .read_exact_at(&mut length, offset)
                .map_err(Error::io(&self.path))?;
            let span = Span {
                offset,
                payload_bytes: u32::from_le_bytes(length),
            };
            // No record is empty: eight zero bytes, as a file system may leave them, are not one.
            let is_plausible = (1..=PAYLOAD_BYTES_MAX).contains(&span.payload_bytes);
            if !is_plausible || span.end() > file_bytes || self.read_checked(span)?.is_none() {
                break;
            }
            offset = span.end();
            spans.push(span);
        }
        Ok(spans)
    }
}

/// CRC-32 (IEEE 802.3), eight bits at a time.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |crc, byte| {
        (crc >> 8) ^ CRC_TABLE[((crc ^ u32::from(*byte)) & 0xff) as usize]
    })
}

const CRC_TABLE: [u32; 256] = {
    let mut table = [0; 256];
    let mut index = 0;
    while index < 256 {
        let mut crc = index as u32;
        let mut bit = 0;
        while bit < 8 {
            crc = if crc & 1 == 1 {
                (crc >> 1) ^ 0xedb8_8320
            } else {
                crc >> 1
            };
            bit += 1;
        }
        table[index] = crc;
        index += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crc32_is_the_standard_one() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
    }

    #[test]
    fn torn_tail_is_cut_at_every_byte() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal");
        let (journal, _) = Journal::open(&path, 0).unwrap();
        let first = journal.append(b"first record").unwrap();
        let second = journal.append(b"second").unwrap();
        let whole = std::fs::read(&path).unwrap();
        drop(journal);
        for kept_bytes in 0..=whole.len() {
            std::fs::write(&path, &whole[..kept_bytes]).unwrap();
            let (journal, spans) = Journal::open(&path, 0).unwrap();
            let expected: Vec<_> = [first, second]
                .into_iter()
                .filter(|span| span.end() <= kept_bytes as u64)
                .collect();
            assert_eq!(spans, expected, "{kept_bytes} bytes kept");
            assert_eq!(journal.end(), expected.last().map_or(0, Span::end));
            let third = journal.append(b"third").unwrap();
            assert_eq!(journal.read(third).unwrap(), b"third");
        }
    }

    #[test]
    fn flipped_bit_ends_the_journal() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal");
        let (journal, _) = Journal::open(&path, 0).unwrap();
        let first = journal.append(b"first record").unwrap();
        journal.append(b"second").unwrap();
        drop(journal);
        let mut bytes = std::fs::read(&path).unwrap();
        bytes[first.end() as usize + 9] ^= 1;
        std::fs::write(&path, &bytes).unwrap();
        let (journal, spans) = Journal::open(&path, 0).unwrap();
        assert_eq!(spans, [first]);
        assert_eq!(journal.end(), first.end());
    }
}
