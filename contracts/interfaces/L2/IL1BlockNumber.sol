// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

/// @title IL1BlockNumber
/// @notice The legacy reader of the L1 block number. Any call answers with it.
interface IL1BlockNumber {
    /// @notice The number of the L1 origin.
    function getL1BlockNumber() external view returns (uint256);

    /// @notice Semantic version of this interface.
    function version() external pure returns (string memory);
}
