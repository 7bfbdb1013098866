//! Randomness from a seed.

use alloy_primitives::{Address, B256, U256};

/// A generator of numbers that look random (splitmix64).
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut value = self.0;
        value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        value ^ (value >> 31)
    }

    /// A number below a bound.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    /// True once in so many times.
    pub(crate) fn one_in(&mut self, count: u64) -> bool {
        self.below(count) == 0
    }

    pub(crate) fn bytes(&mut self, count: u64) -> Vec<u8> {
        (0..count).map(|_| self.next() as u8).collect()
    }

    pub(crate) fn hash(&mut self) -> B256 {
        B256::from_slice(&self.bytes(32))
    }

    pub(crate) fn address(&mut self) -> Address {
        Address::from_slice(&self.bytes(20))
    }

    /// A number of any size, small ones as often as large ones.
    pub(crate) fn word(&mut self) -> U256 {
        let bits = self.below(257) as usize;
        U256::from_be_bytes(self.hash().0) >> (256 - bits)
    }
}
