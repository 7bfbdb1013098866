//! Miners' rewards, before the merge.

use alloc::vec::Vec;
use alloy_consensus::Header;
use alloy_primitives::{Address, U256};

/// How many generations an uncle can be older than the block that names it, and one.
const OMMER_WEIGHT_MAX: u64 = 8;

/// Who gets what for a block: each uncle's miner for its age, the block's miner a 32nd more for each
/// uncle.
pub(crate) fn shares(reward_wei: U256, number: u64, beneficiary: Address, ommers: &[Header]) -> Vec<(Address, U256)> {
    let mut shares = Vec::new();
    let mut own_wei = reward_wei;
    for ommer in ommers {
        let weight = ommer.number.saturating_add(OMMER_WEIGHT_MAX).saturating_sub(number);
        let ommer_wei = eighths(reward_wei, weight);
        shares.push((ommer.beneficiary, ommer_wei));
        own_wei = own_wei.saturating_add(reward_wei.wrapping_shr(5));
    }
    shares.push((beneficiary, own_wei));
    shares
}

fn eighths(reward_wei: U256, weight: u64) -> U256 {
    reward_wei.saturating_mul(U256::from(weight)).wrapping_shr(3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_uncle_of_the_last_generation_gets_seven_eighths() {
        let ommer = |number| Header {
            number,
            beneficiary: Address::repeat_byte(2),
            ..Header::default()
        };
        let got = shares(U256::from(3_200), 10, Address::repeat_byte(1), &[ommer(9), ommer(4)]);
        let wei: Vec<_> = got.iter().map(|(_, wei)| wei.to::<u64>()).collect();
        assert_eq!(wei, [2_800, 800, 3_200 + 2 * 100]);
    }
}
