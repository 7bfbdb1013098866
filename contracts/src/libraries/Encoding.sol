// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { ICrossDomainMessenger } from "../../interfaces/bridge/ICrossDomainMessenger.sol";

/// @title Encoding
/// @notice Messages between the layers as bytes: the call of the other messenger that relays them, by the version in the two highest
///         bytes of their nonces (specs: protocol/messengers.md).
library Encoding {
    /// @notice There is no such version of messages.
    error Encoding_UnknownVersion(uint16 version);

    /// @notice A message in the encoding of its version.
    /// @param nonce    The message's number and version.
    /// @param sender   Who sent it.
    /// @param target   Whom it calls.
    /// @param value    Ether sent along, in wei.
    /// @param gasLimit The least gas of its call.
    /// @param data     The call's data.
    function encodeCrossDomainMessage(
        uint256 nonce,
        address sender,
        address target,
        uint256 value,
        uint256 gasLimit,
        bytes memory data
    ) internal pure returns (bytes memory) {
        (, uint16 version) = decodeVersionedNonce(nonce);
        if (version == 0) return encodeCrossDomainMessageV0(target, sender, data, nonce);
        if (version == 1) return encodeCrossDomainMessageV1(nonce, sender, target, value, gasLimit, data);
        revert Encoding_UnknownVersion(version);
    }

    /// @notice A message of version 0, from before Bedrock: without ether, with any gas.
    /// @param target Whom it calls.
    /// @param sender Who sent it.
    /// @param data   The call's data.
    /// @param nonce  Its number.
    function encodeCrossDomainMessageV0(address target, address sender, bytes memory data, uint256 nonce)
        internal
        pure
        returns (bytes memory)
    {
        return abi.encodeWithSignature("relayMessage(address,address,bytes,uint256)", target, sender, data, nonce);
    }

    /// @notice A message of version 1.
    /// @param nonce    Its number and version.
    /// @param sender   Who sent it.
    /// @param target   Whom it calls.
    /// @param value    Ether sent along, in wei.
    /// @param gasLimit The least gas of its call.
    /// @param data     The call's data.
    function encodeCrossDomainMessageV1(
        uint256 nonce,
        address sender,
        address target,
        uint256 value,
        uint256 gasLimit,
        bytes memory data
    ) internal pure returns (bytes memory) {
        return abi.encodeCall(ICrossDomainMessenger.relayMessage, (nonce, sender, target, value, gasLimit, data));
    }

    /// @notice Number and version as a nonce.
    /// @param nonce   The number.
    /// @param version The version.
    function encodeVersionedNonce(uint240 nonce, uint16 version) internal pure returns (uint256) {
        return uint256(version) << 240 | nonce;
    }

    /// @notice Number and version of a nonce.
    /// @param nonce The nonce.
    function decodeVersionedNonce(uint256 nonce) internal pure returns (uint240, uint16) {
        return (uint240(nonce), uint16(nonce >> 240));
    }
}
