//! Bit lists of span batches: big-endian integers, padded to whole bytes.

use alloc::{vec, vec::Vec};

use super::{BatchFault, reader::Reader};

/// A list of bits; the first is the least significant of the last byte.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bits<'a>(&'a [u8]);

impl<'a> Bits<'a> {
    /// Reads a list of `length` bits.
    pub(super) fn read(reader: &mut Reader<'a>, length: u64) -> Result<Self, BatchFault> {
        let size = usize::try_from(length.div_ceil(8)).map_err(|_| BatchFault::Truncated)?;
        let bytes = reader.take(size)?;
        let unused = size.saturating_mul(8).saturating_sub(length as usize);
        let excess = bytes.first().map_or(0, |first| first.leading_zeros() as usize);
        if !bytes.is_empty() && excess < unused {
            return Err(BatchFault::Bits(length));
        }
        Ok(Self(bytes))
    }

    /// The bit of that index; false beyond the end.
    pub(super) fn get(&self, index: usize) -> bool {
        self.0
            .iter()
            .rev()
            .nth(index / 8)
            .is_some_and(|byte| byte >> (index % 8) & 1 == 1)
    }

    /// How many bits are set.
    pub(super) fn count_ones(&self) -> usize {
        self.0
            .iter()
            .fold(0, |sum, byte| sum.saturating_add(byte.count_ones() as usize))
    }
}

/// Appends a list of bits.
pub(super) fn write_bits(bits: &[bool], out: &mut Vec<u8>) {
    let mut bytes = vec![0u8; bits.len().div_ceil(8)];
    for (byte, chunk) in bytes.iter_mut().rev().zip(bits.chunks(8)) {
        *byte = chunk.iter().rev().fold(0, |value, bit| value << 1 | u8::from(*bit));
    }
    out.extend_from_slice(&bytes);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_survive_a_round_trip() {
        for length in [0usize, 1, 7, 8, 9, 64, 65] {
            let bits: Vec<bool> = (0..length).map(|index| index % 3 == 0).collect();
            let mut out = Vec::new();
            write_bits(&bits, &mut out);
            let mut reader = Reader(&out);
            let read = Bits::read(&mut reader, length as u64).unwrap();
            assert!(reader.0.is_empty());
            assert!(bits.iter().enumerate().all(|(index, bit)| read.get(index) == *bit));
            assert_eq!(read.count_ones(), length.div_ceil(3));
        }
    }

    #[test]
    fn s06_bits_beyond_the_length_are_refused() {
        assert!(Bits::read(&mut Reader(&[0b0001_0000]), 4).is_err());
        assert!(Bits::read(&mut Reader(&[0b0000_1000]), 4).is_ok());
        assert!(Bits::read(&mut Reader(&[0xff]), 8).is_ok());
        assert!(Bits::read(&mut Reader(&[0xff]), 9).is_err(), "cut off");
        assert!(Bits::read(&mut Reader(&[0b10, 0xff]), 9).is_err());
    }
}
