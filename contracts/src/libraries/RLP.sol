// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

/// @title RLP
/// @notice Reads canonical RLP where it lies in calldata.
library RLP {
    /// @notice The item goes on after the end of what holds it.
    error RLP_Truncated();

    /// @notice The item has a shorter encoding.
    error RLP_NotCanonical();

    /// @notice The longest payload whose length is part of the first byte.
    uint256 private constant SHORT_BYTES_MAX = 55;

    /// @notice Reads one item.
    /// @param at  Where it begins, as an offset in calldata.
    /// @param end Where what holds it ends.
    /// @return isList  Whether it is a list, else a string.
    /// @return payload Where its payload begins.
    /// @return next    Where it ends.
    function item(uint256 at, uint256 end) internal pure returns (bool isList, uint256 payload, uint256 next) {
        unchecked {
            if (at >= end) revert RLP_Truncated();
            uint256 head = byteAt(at);
            if (head < 0x80) return (false, at, at + 1);
            isList = head >= 0xc0;
            uint256 length = head & 0x3f;
            payload = at + 1;
            if (length <= SHORT_BYTES_MAX) {
                if (length == 1 && !isList && payload < end && byteAt(payload) < 0x80) revert RLP_NotCanonical();
            } else {
                uint256 lengthBytes = length - SHORT_BYTES_MAX;
                length = wordAt(payload) >> (256 - 8 * lengthBytes);
                if (length <= SHORT_BYTES_MAX || byteAt(payload) == 0) revert RLP_NotCanonical();
                payload += lengthBytes;
            }
            next = payload + length;
            if (next > end) revert RLP_Truncated();
        }
    }

    /// @notice A byte of calldata.
    function byteAt(uint256 at) internal pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := byte(0, calldataload(at))
        }
    }

    /// @notice 32 bytes of calldata.
    function wordAt(uint256 at) internal pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := calldataload(at)
        }
    }
}
