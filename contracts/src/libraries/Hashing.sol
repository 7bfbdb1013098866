// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { Encoding } from "./Encoding.sol";

/// @title Hashing
/// @notice The hashes under which messages between the layers are known (specs: protocol/messengers.md).
library Hashing {
    /// @notice The hash of a message in the encoding of its version.
    /// @param nonce    The message's number and version.
    /// @param sender   Who sent it.
    /// @param target   Whom it calls.
    /// @param value    Ether sent along, in wei.
    /// @param gasLimit The least gas of its call.
    /// @param data     The call's data.
    function hashCrossDomainMessage(
        uint256 nonce,
        address sender,
        address target,
        uint256 value,
        uint256 gasLimit,
        bytes memory data
    ) internal pure returns (bytes32) {
        return keccak256(Encoding.encodeCrossDomainMessage(nonce, sender, target, value, gasLimit, data));
    }

    /// @notice The hash of a message of version 0.
    /// @param target Whom it calls.
    /// @param sender Who sent it.
    /// @param data   The call's data.
    /// @param nonce  Its number.
    function hashCrossDomainMessageV0(address target, address sender, bytes memory data, uint256 nonce)
        internal
        pure
        returns (bytes32)
    {
        return keccak256(Encoding.encodeCrossDomainMessageV0(target, sender, data, nonce));
    }

    /// @notice The hash of a message of version 1.
    /// @param nonce    Its number and version.
    /// @param sender   Who sent it.
    /// @param target   Whom it calls.
    /// @param value    Ether sent along, in wei.
    /// @param gasLimit The least gas of its call.
    /// @param data     The call's data.
    function hashCrossDomainMessageV1(
        uint256 nonce,
        address sender,
        address target,
        uint256 value,
        uint256 gasLimit,
        bytes memory data
    ) internal pure returns (bytes32) {
        return keccak256(Encoding.encodeCrossDomainMessageV1(nonce, sender, target, value, gasLimit, data));
    }
}
