// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

/// @title WithdrawalGas
/// @notice The most gas that a withdrawal may ask for: no transaction of L1 has more than 2^24 (EIP-7825), and a part of that is not for
///         the withdrawal's call.
library WithdrawalGas {
    /// @notice The most gas of a transaction.
    uint256 internal constant TRANSACTION_GAS_MAX = 1 << 24;

    /// @notice Gas that finalizing costs, whatever the withdrawal's data: the transaction, its calldata around the data, the proxy,
    ///         the portal's checks and marks, and the call itself.
    uint256 internal constant FINALIZE_GAS = 200_000;

    /// @notice Gas per byte of data: as calldata of the transaction.
    uint256 internal constant CALLDATA_GAS = 16;

    /// @notice Gas per word of data: copied by the proxy and, twice, by the portal, and hashed.
    uint256 internal constant WORD_GAS = 32;

    /// @notice Memory gets dearer with the square of its length.
    uint256 internal constant MEMORY_DIVISOR = 100;

    /// @notice The highest gas limit with which a withdrawal can be finalized; zero if its data alone is too much.
    /// @param dataLength The length of the withdrawal's data, in bytes.
    function gasLimitMax(uint256 dataLength) internal pure returns (uint256) {
        uint256 words = (dataLength + 31) / 32;
        uint256 spent = FINALIZE_GAS + dataLength * CALLDATA_GAS + words * WORD_GAS + words * words / MEMORY_DIVISOR;
        if (spent >= TRANSACTION_GAS_MAX) return 0;
        // The proxy keeps one part in 64 of what is left, and so does the portal (EIP-150).
        return (TRANSACTION_GAS_MAX - spent) * 63 / 64 * 63 / 64;
    }
}
