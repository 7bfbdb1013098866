// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

/// @title Predeploys
/// @notice Addresses that every L2 has in common (specs: protocol/predeploys.md).
library Predeploys {
    /// @notice Holds the attributes of the L1 origin.
    address internal constant L1_BLOCK = 0x4200000000000000000000000000000000000015;

    /// @notice Takes withdrawals.
    address internal constant L2_TO_L1_MESSAGE_PASSER = 0x4200000000000000000000000000000000000016;

    /// @notice The sender of the L1 attributes and of forks' upgrade transactions. Nobody has its key.
    address internal constant DEPOSITOR_ACCOUNT = 0xDeaDDEaDDeAdDeAdDEAdDEaddeAddEAdDEAd0001;
}
