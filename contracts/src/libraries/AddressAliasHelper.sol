// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

/// @title AddressAliasHelper
/// @notice Contracts of L1 act on L2 under another address, so that they cannot pose as a contract of L2
///         (specs: protocol/deposits.md, address aliasing).
library AddressAliasHelper {
    /// @notice What is added to a contract's address, modulo 2^160.
    uint160 internal constant OFFSET = uint160(0x1111000000000000000000000000000000001111);

    /// @notice The L2 address under which a contract of L1 acts.
    /// @param l1Address The contract's address on L1.
    function applyL1ToL2Alias(address l1Address) internal pure returns (address) {
        unchecked {
            return address(uint160(l1Address) + OFFSET);
        }
    }

    /// @notice The contract of L1 that acts under an L2 address.
    /// @param l2Address The address on L2.
    function undoL1ToL2Alias(address l2Address) internal pure returns (address) {
        unchecked {
            return address(uint160(l2Address) - OFFSET);
        }
    }
}
