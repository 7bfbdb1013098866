//! A withdrawal asks for gas on L1, and L1 has a most (EIP-7825).
//!
//! The same rule as the messenger's (`contracts/src/libraries/WithdrawalGas.sol`), so that the message passer, which asks no
//! questions, is used no further than that.

use alloy_primitives::U256;
use protocol::Withdrawal;

/// The most gas of a transaction on L1 since Osaka (EIP-7825).
pub const L1_TRANSACTION_GAS_MAX: u64 = 1 << 24;

/// Gas that finalizing costs, whatever the withdrawal's data: the transaction, its calldata around the data, the proxy, the portal's
/// checks and marks, and the call itself.
const FINALIZE_GAS: u64 = 200_000;
/// Gas per byte of data: as calldata of the transaction.
const CALLDATA_GAS: u64 = 16;
/// Gas per word of data: copied by the proxy and, twice, by the portal, and hashed.
const WORD_GAS: u64 = 32;
/// Memory gets dearer with the square of its length.
const MEMORY_DIVISOR: u64 = 100;

/// The highest gas limit with which a withdrawal of so much data can be finalized; zero if the data alone is too much.
pub fn gas_limit_max(data_bytes: usize) -> u64 {
    let bytes = data_bytes as u64;
    let words = bytes.div_ceil(32);
    let memory = words.saturating_mul(words) / MEMORY_DIVISOR;
    let spent = [
        bytes.saturating_mul(CALLDATA_GAS),
        words.saturating_mul(WORD_GAS),
        memory,
    ]
    .into_iter()
    .fold(FINALIZE_GAS, u64::saturating_add);
    // The proxy keeps one part in 64 of what is left, and so does the portal (EIP-150).
    L1_TRANSACTION_GAS_MAX.saturating_sub(spent) * 63 / 64 * 63 / 64
}

/// Whether a transaction of L1 can have the gas to finalize a withdrawal. One that cannot is locked up for ever.
pub fn is_finalizable(withdrawal: &Withdrawal) -> bool {
    withdrawal.gas_limit <= U256::from(gas_limit_max(withdrawal.data.len()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloy_primitives::Address;

    fn withdrawal(gas_limit: U256, data_bytes: usize) -> Withdrawal {
        Withdrawal {
            nonce: U256::from(1) << 240,
            sender: Address::repeat_byte(1),
            target: Address::repeat_byte(2),
            value: U256::from(1),
            gas_limit,
            data: vec![7; data_bytes].into(),
        }
    }

    #[test]
    fn s41_the_edge_of_the_transaction_gas_cap_is_one_unit_of_gas_wide() {
        for data_bytes in [0, 1, 32, 1_000, 100_000, 500_000] {
            let edge = U256::from(gas_limit_max(data_bytes));
            assert!(is_finalizable(&withdrawal(edge, data_bytes)), "{data_bytes}");
            assert!(
                !is_finalizable(&withdrawal(edge + U256::ONE, data_bytes)),
                "{data_bytes}"
            );
        }
    }

    /// Computed by hand from the rule that the messenger has.
    #[test]
    fn s41_the_edge_is_where_the_messenger_has_it() {
        for (data_bytes, edge) in [(0, 16_063_225), (32, 16_062_697), (100_000, 14_321_306)] {
            assert_eq!(gas_limit_max(data_bytes), edge, "{data_bytes}");
        }
    }

    #[test]
    fn s41_gas_limits_that_are_no_amount_of_gas_are_above_the_cap() {
        for gas_limit in [U256::MAX, U256::from(u64::MAX), U256::from(u64::MAX) + U256::ONE] {
            assert!(!is_finalizable(&withdrawal(gas_limit, 0)));
        }
    }

    #[test]
    fn s41_data_alone_can_be_too_much_for_the_cap() {
        assert_eq!(gas_limit_max(2_000_000), 0);
        assert_eq!(gas_limit_max(usize::MAX), 0);
        assert!(!is_finalizable(&withdrawal(U256::ONE, 2_000_000)));
    }
}
