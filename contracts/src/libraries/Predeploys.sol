// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

/// @title Predeploys
/// @notice Addresses that every L2 has in common (specs: protocol/predeploys.md).
library Predeploys {
    /// @notice Sends and relays messages.
    address internal constant L2_CROSS_DOMAIN_MESSENGER = 0x4200000000000000000000000000000000000007;

    /// @notice Moves ether and ERC-20 tokens.
    address internal constant L2_STANDARD_BRIDGE = 0x4200000000000000000000000000000000000010;

    /// @notice Moves ERC-721 tokens.
    address internal constant L2_ERC721_BRIDGE = 0x4200000000000000000000000000000000000014;

    /// @notice Holds the attributes of the L1 origin.
    address internal constant L1_BLOCK = 0x4200000000000000000000000000000000000015;

    /// @notice Takes withdrawals.
    address internal constant L2_TO_L1_MESSAGE_PASSER = 0x4200000000000000000000000000000000000016;

    /// @notice Stands for ether where an event names a token. There has been no such contract since Bedrock.
    address internal constant LEGACY_ERC20_ETH = 0xDeadDeAddeAddEAddeadDEaDDEAdDeaDDeAD0000;

    /// @notice The sender of the L1 attributes and of forks' upgrade transactions. Nobody has its key.
    address internal constant DEPOSITOR_ACCOUNT = 0xDeaDDEaDDeAdDeAdDEAdDEaddeAddEAdDEAd0001;
}
