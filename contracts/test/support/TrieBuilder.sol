// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

/// @title TrieBuilder
/// @notice Builds the storage trie of a contract whose slots all hold one, and proofs from it: an L2 in miniature.
library TrieBuilder {
    /// @notice The root of a trie without keys.
    bytes32 internal constant EMPTY_ROOT = 0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421;

    /// @notice The trie's root.
    /// @param keys The hashed keys, all different, in any order.
    function root(bytes32[] memory keys) internal pure returns (bytes32) {
        return keys.length == 0 ? EMPTY_ROOT : keccak256(node(keys, 0));
    }

    /// @notice The nodes on the way to a key, as `eth_getProof` lists them: those without a hash are only in their parents.
    /// @param keys The hashed keys.
    /// @param key  The one to be proven; one that is not there leads as far as it goes.
    function prove(bytes32[] memory keys, bytes32 key) internal pure returns (bytes[] memory proof) {
        proof = new bytes[](64);
        uint256 length;
        uint256 depth;
        while (true) {
            bytes memory current = node(keys, depth);
            if (depth == 0 || current.length >= 32) proof[length++] = current;
            if (keys.length == 1) break;
            uint256 shared = _shared(keys, depth);
            if (shared > 0) {
                if (!_startsWith(key, keys[0], depth, shared)) break;
                depth += shared;
                bytes memory branch = node(keys, depth);
                if (branch.length >= 32) proof[length++] = branch;
            }
            keys = _with(keys, depth, _nibble(key, depth));
            if (keys.length == 0) break;
            ++depth;
        }
        assembly ("memory-safe") {
            mstore(proof, length)
        }
    }

    /// @notice The node of all keys that agree up to a depth.
    /// @param keys  The hashed keys.
    /// @param depth How many nibbles are above the node.
    function node(bytes32[] memory keys, uint256 depth) internal pure returns (bytes memory) {
        if (keys.length == 1) return list(bytes.concat(string_(path(keys[0], depth, 64 - depth, true)), hex"01"));
        uint256 shared = _shared(keys, depth);
        if (shared > 0) {
            bytes memory child = childItem(node(keys, depth + shared));
            return list(bytes.concat(string_(path(keys[0], depth, shared, false)), child));
        }
        bytes memory children;
        for (uint256 i; i < 16; ++i) {
            bytes32[] memory below = _with(keys, depth, i);
            children = bytes.concat(children, below.length == 0 ? bytes(hex"80") : childItem(node(below, depth + 1)));
        }
        return list(bytes.concat(children, hex"80"));
    }

    /// @notice How a parent names a node.
    function childItem(bytes memory encoded) internal pure returns (bytes memory) {
        return encoded.length < 32 ? encoded : string_(abi.encodePacked(keccak256(encoded)));
    }

    /// @notice Nibbles in hex-prefix encoding.
    function path(bytes32 key, uint256 depth, uint256 count, bool isLeaf) internal pure returns (bytes memory encoded) {
        bool odd = count % 2 == 1;
        encoded = new bytes(count / 2 + 1);
        uint256 first = (isLeaf ? 2 : 0) + (odd ? 1 : 0);
        encoded[0] = bytes1(uint8(first << 4 | (odd ? _nibble(key, depth) : 0)));
        uint256 at = depth + (odd ? 1 : 0);
        for (uint256 i = 1; i < encoded.length; ++i) {
            encoded[i] = bytes1(uint8(_nibble(key, at) << 4 | _nibble(key, at + 1)));
            at += 2;
        }
    }

    /// @notice A list of encoded items.
    function list(bytes memory payload) internal pure returns (bytes memory) {
        return bytes.concat(_head(payload.length, 0xc0), payload);
    }

    /// @notice An encoded string.
    function string_(bytes memory payload) internal pure returns (bytes memory) {
        if (payload.length == 1 && payload[0] < 0x80) return payload;
        return bytes.concat(_head(payload.length, 0x80), payload);
    }

    function _head(uint256 length, uint256 offset) private pure returns (bytes memory) {
        if (length <= 55) return abi.encodePacked(uint8(offset + length));
        if (length < 256) return abi.encodePacked(uint8(offset + 56), uint8(length));
        return abi.encodePacked(uint8(offset + 57), uint16(length));
    }

    function _nibble(bytes32 key, uint256 at) private pure returns (uint256) {
        return uint256(key) >> (252 - 4 * at) & 0x0f;
    }

    function _startsWith(bytes32 left, bytes32 right, uint256 from, uint256 count) private pure returns (bool) {
        for (uint256 i = from; i < from + count; ++i) {
            if (_nibble(left, i) != _nibble(right, i)) return false;
        }
        return true;
    }

    /// @dev How many nibbles after a depth all keys have in common.
    function _shared(bytes32[] memory keys, uint256 depth) private pure returns (uint256 count) {
        for (; depth + count < 64; ++count) {
            for (uint256 i = 1; i < keys.length; ++i) {
                if (_nibble(keys[i], depth + count) != _nibble(keys[0], depth + count)) return count;
            }
        }
    }

    function _with(bytes32[] memory keys, uint256 depth, uint256 nibble) private pure returns (bytes32[] memory below) {
        below = new bytes32[](keys.length);
        uint256 length;
        for (uint256 i; i < keys.length; ++i) {
            if (_nibble(keys[i], depth) == nibble) below[length++] = keys[i];
        }
        assembly ("memory-safe") {
            mstore(below, length)
        }
    }
}
