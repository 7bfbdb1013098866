// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

/// @title Senders
/// @notice Addresses that stand for something else than an account.
library Senders {
    /// @notice Stands for nobody, where a call from the other layer has a sender and there is no such call.
    address internal constant NOBODY = 0x000000000000000000000000000000000000dEaD;

    /// @notice The origin of a transaction whose gas is estimated: a failure in it must be seen.
    address internal constant ESTIMATION = address(1);
}
