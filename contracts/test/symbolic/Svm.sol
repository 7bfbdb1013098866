// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

/// @title Svm
/// @notice The cheatcodes of halmos that these checks use.
interface Svm {
    /// @notice Forgets what is in a contract's storage: every variable may have any value.
    function enableSymbolicStorage(address account) external;
}
