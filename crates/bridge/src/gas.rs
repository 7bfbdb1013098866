//! What a withdrawal's finalization costs, and that L1 has a most (EIP-7825).

use alloy_primitives::Bytes;
use protocol::Withdrawal;

/// The most gas of a transaction on L1 since Osaka (EIP-7825): a withdrawal that needs more can never be finalized.
pub const L1_TRANSACTION_GAS_MAX: u64 = 1 << 24;

/// Gas of a finalization beside the data, its memory and the call: pause, claim and proof are read through proxies, the
/// withdrawal is marked, its end is logged.
pub const FINALIZE_OVERHEAD_GAS: u64 = 100_000;

/// What the portal sets aside for making the call itself.
pub const CALL_RESERVE_GAS: u64 = 40_000;

/// Gas of any transaction.
const INTRINSIC_GAS: u64 = 21_000;
/// Bytes of a finalization's calldata beside the withdrawal's data: the selector and nine words, none taken for zero.
const FIXED_CALLDATA_BYTES: u64 = 4 + 9 * 32;
/// Copies of the data that the portal and its proxy have in memory at a time.
const COPIES: u64 = 4;

/// Gas that a transaction needs in order to finalize the withdrawal, rounded up; `u64::MAX` where no number says it.
///
/// Above [`L1_TRANSACTION_GAS_MAX`] the withdrawal would be locked up for ever: it is not to be made.
pub fn finalization_gas(withdrawal: &Withdrawal) -> u64 {
    let Ok(gas_limit) = u64::try_from(withdrawal.gas_limit) else {
        return u64::MAX;
    };
    let tokens = calldata_tokens(&withdrawal.data);
    // A caller keeps one part in 64 of what is left (EIP-150).
    let call = u128::from(gas_limit) * 64;
    let call = call.div_ceil(63) + u128::from(CALL_RESERVE_GAS);
    let spent = INTRINSIC_GAS + tokens * 4 + FINALIZE_OVERHEAD_GAS + memory_gas(withdrawal.data.len());
    // The floor of calldata's price (EIP-7623).
    let floor = u128::from(INTRINSIC_GAS + tokens * 10);
    u64::try_from((u128::from(spent) + call).max(floor)).unwrap_or(u64::MAX)
}

/// Calldata in tokens: one for a zero, four for any other byte.
fn calldata_tokens(data: &Bytes) -> u64 {
    let zeros = data.iter().filter(|byte| **byte == 0).count() as u64;
    FIXED_CALLDATA_BYTES * 4 + zeros + (data.len() as u64 - zeros) * 4
}

/// Copies of the data, their hash, and the memory that holds them, which costs more the more there is.
fn memory_gas(data_bytes: usize) -> u64 {
    let words = (data_bytes as u64).div_ceil(32);
    let held = words * COPIES;
    words * 6 + held * 6 + held * held / 512
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloy_primitives::{Address, U256};

    fn withdrawal(gas_limit: u64, data: Vec<u8>) -> Withdrawal {
        Withdrawal {
            nonce: U256::from(1) << 240,
            sender: Address::repeat_byte(1),
            target: Address::repeat_byte(2),
            value: U256::from(1),
            gas_limit: U256::from(gas_limit),
            data: data.into(),
        }
    }

    /// The highest gas limit that can be finalized with that data.
    fn edge(data: &[u8]) -> u64 {
        let fits = |limit: &u64| finalization_gas(&withdrawal(*limit, data.to_vec())) <= L1_TRANSACTION_GAS_MAX;
        let (mut low, mut high) = (0, L1_TRANSACTION_GAS_MAX);
        while low + 1 < high {
            let middle = low.midpoint(high);
            if fits(&middle) { low = middle } else { high = middle }
        }
        low
    }

    #[test]
    fn s41_the_edge_of_the_transaction_gas_cap_is_one_unit_of_gas_wide() {
        for data in [vec![], vec![0; 1_000], vec![7; 100_000]] {
            let edge = edge(&data);
            assert!(finalization_gas(&withdrawal(edge, data.clone())) <= L1_TRANSACTION_GAS_MAX);
            assert!(finalization_gas(&withdrawal(edge + 1, data)) > L1_TRANSACTION_GAS_MAX);
        }
        assert!((16_300_000..16_400_000).contains(&edge(&[])), "{}", edge(&[]));
        assert!(edge(&[7; 100_000]) < edge(&[0; 100_000]));
    }

    #[test]
    fn s41_gas_limits_that_are_no_amount_of_gas_are_above_the_cap() {
        let mut huge = withdrawal(0, vec![]);
        for gas_limit in [U256::MAX, U256::from(u64::MAX), U256::from(u64::MAX) + U256::from(1)] {
            huge.gas_limit = gas_limit;
            assert!(finalization_gas(&huge) > L1_TRANSACTION_GAS_MAX);
        }
    }

    #[test]
    fn data_alone_can_be_too_much_for_the_cap() {
        assert!(finalization_gas(&withdrawal(0, vec![7; 500_000])) > L1_TRANSACTION_GAS_MAX);
        assert!(finalization_gas(&withdrawal(0, vec![0; 100_000])) < L1_TRANSACTION_GAS_MAX);
    }
}
