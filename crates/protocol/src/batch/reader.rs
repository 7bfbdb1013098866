//! Reading the fields of span batches.

use super::BatchFault;

/// Bytes that are still to be read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reader<'a>(pub(super) &'a [u8]);

impl<'a> Reader<'a> {
    /// The next `count` bytes.
    pub(super) fn take(&mut self, count: usize) -> Result<&'a [u8], BatchFault> {
        let (head, tail) = self.0.split_at_checked(count).ok_or(BatchFault::Truncated)?;
        self.0 = tail;
        Ok(head)
    }

    /// The next `N` bytes.
    pub(super) fn array<const N: usize>(&mut self) -> Result<&'a [u8; N], BatchFault> {
        let (head, tail) = self.0.split_first_chunk().ok_or(BatchFault::Truncated)?;
        self.0 = tail;
        Ok(head)
    }

    /// A base-128 varint of at most 64 bits. Padded encodings are accepted, as the reference does.
    pub(super) fn uvarint(&mut self) -> Result<u64, BatchFault> {
        let mut value = 0u64;
        for shift in (0..64).step_by(7) {
            let [byte] = *self.array::<1>()?;
            let bits = u64::from(byte & 0x7f);
            if shift == 63 && bits > 1 {
                return Err(BatchFault::Varint);
            }
            value |= bits << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(BatchFault::Varint)
    }
}

/// Appends a varint.
pub(super) fn write_uvarint(mut value: u64, out: &mut alloc::vec::Vec<u8>) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::*;

    fn read(bytes: &[u8]) -> Result<u64, BatchFault> {
        Reader(bytes).uvarint()
    }

    #[test]
    fn varints_survive_a_round_trip() {
        for value in [0, 1, 127, 128, 300, u64::from(u32::MAX), u64::MAX] {
            let mut out = Vec::new();
            write_uvarint(value, &mut out);
            assert_eq!(read(&out), Ok(value));
        }
    }

    #[test]
    fn s06_padded_varints_are_read_and_long_ones_refused() {
        assert_eq!(read(&[0x81, 0x80, 0x00]), Ok(1));
        let mut longest = [0x80; 10];
        longest[9] = 0x01;
        assert_eq!(read(&longest), Ok(1 << 63));
        longest[9] = 0x02;
        assert_eq!(read(&longest), Err(BatchFault::Varint));
        longest[9] = 0x80;
        assert_eq!(read(&longest), Err(BatchFault::Varint));
        assert_eq!(read(&[0x80]), Err(BatchFault::Truncated));
    }
}
