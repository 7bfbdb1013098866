//! Reading fixed-size big-endian fields, strictly.

use alloy_primitives::{Address, B256, U256};

/// Bytes that are still to be read. Every read answers `None` where the bytes do not fit the type.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cursor<'a>(pub(crate) &'a [u8]);

impl<'a> Cursor<'a> {
    /// The next `N` bytes.
    pub(crate) fn bytes<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (head, tail) = self.0.split_first_chunk::<N>()?;
        self.0 = tail;
        Some(*head)
    }

    pub(crate) fn u16(&mut self) -> Option<u16> {
        self.bytes().map(u16::from_be_bytes)
    }

    pub(crate) fn u32(&mut self) -> Option<u32> {
        self.bytes().map(u32::from_be_bytes)
    }

    pub(crate) fn u64(&mut self) -> Option<u64> {
        self.bytes().map(u64::from_be_bytes)
    }

    pub(crate) fn b256(&mut self) -> Option<B256> {
        self.bytes::<32>().map(B256::from)
    }

    pub(crate) fn u256(&mut self) -> Option<U256> {
        self.bytes::<32>().map(U256::from_be_bytes)
    }

    /// A 64-bit number in a word of 32 bytes whose padding is zero.
    pub(crate) fn word_u64(&mut self) -> Option<u64> {
        self.u256().and_then(|word| u64::try_from(word).ok())
    }

    /// An address in a word of 32 bytes whose padding is zero.
    pub(crate) fn word_address(&mut self) -> Option<Address> {
        let word = self.b256()?;
        let (padding, address) = word.split_first_chunk::<12>()?;
        (padding == &[0; 12]).then(|| Address::from_slice(address))
    }

    /// The value, if nothing is left to read.
    pub(crate) fn end<T>(self, value: T) -> Option<T> {
        self.0.is_empty().then_some(value)
    }
}
