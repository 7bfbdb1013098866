// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

/// @title TrieBuilder
/// @notice Builds the storage trie of a contract whose slots all hold one, and proofs from it: an L2 in miniature.
library TrieBuilder {
    /// @notice The root of a trie without keys.
    bytes32 internal constant EMPTY_ROOT = 0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421;

    /// @dev The longest payload of a branch: sixteen hashes, and no value.
    uint256 private constant BRANCH_BYTES_MAX = 16 * 33 + 1;

    /// @notice The root of the trie.
    /// @param keys The hashed keys, all different, in any order.
    function root(bytes32[] memory keys) internal pure returns (bytes32) {
        return keys.length == 0 ? EMPTY_ROOT : keccak256(_node(_sorted(keys), 0, keys.length, 0));
    }

    /// @notice The nodes on the way to a key, as `eth_getProof` lists them: those without a hash are only in their parents.
    /// @param keys The hashed keys.
    /// @param key  The one to be proven; one that is not there leads as far as it goes.
    function prove(bytes32[] memory keys, bytes32 key) internal pure returns (bytes[] memory proof) {
        proof = new bytes[](64);
        keys = _sorted(keys);
        (uint256 from, uint256 to) = (0, keys.length);
        uint256 length;
        uint256 depth;
        while (true) {
            bytes memory current = _node(keys, from, to, depth);
            if (depth == 0 || current.length >= 32) proof[length++] = current;
            if (to - from == 1) break;
            uint256 shared = _shared(keys[from], keys[to - 1], depth);
            if (shared > 0) {
                if (_shared(keys[from], key, depth) < shared) break;
                depth += shared;
                bytes memory branch = _node(keys, from, to, depth);
                if (branch.length >= 32) proof[length++] = branch;
            }
            while (from < to && _nibble(keys[from], depth) < _nibble(key, depth)) ++from;
            to = _endOfChild(keys, from, to, depth, _nibble(key, depth));
            if (from == to) break;
            ++depth;
        }
        assembly ("memory-safe") {
            mstore(proof, length)
        }
    }

    /// @notice How a parent names a node.
    function childItem(bytes memory encoded) internal pure returns (bytes memory) {
        return encoded.length < 32 ? encoded : string_(abi.encodePacked(keccak256(encoded)));
    }

    /// @notice Nibbles in hex-prefix encoding.
    function path(bytes32 key, uint256 depth, uint256 count, bool isLeaf) internal pure returns (bytes memory encoded) {
        bool odd = count % 2 == 1;
        encoded = new bytes(count / 2 + 1);
        uint256 flags = (isLeaf ? 2 : 0) + (odd ? 1 : 0);
        encoded[0] = bytes1(uint8(flags << 4 | (odd ? _nibble(key, depth) : 0)));
        uint256 at = depth + (odd ? 1 : 0);
        if (at == 64) return encoded;
        // What is written beyond the end is not allocated yet, or padding.
        assembly ("memory-safe") {
            mstore(add(encoded, 33), shl(mul(4, at), key))
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

    /// @dev The node of the keys of a range, which agree up to a depth.
    function _node(bytes32[] memory keys, uint256 from, uint256 to, uint256 depth) private pure returns (bytes memory) {
        if (to - from == 1) return list(bytes.concat(string_(path(keys[from], depth, 64 - depth, true)), hex"01"));
        uint256 shared = _shared(keys[from], keys[to - 1], depth);
        if (shared == 0) return list(_children(keys, from, to, depth));
        bytes memory child = childItem(_node(keys, from, to, depth + shared));
        return list(bytes.concat(string_(path(keys[from], depth, shared, false)), child));
    }

    /// @dev The payload of a branch.
    function _children(bytes32[] memory keys, uint256 from, uint256 to, uint256 depth)
        private
        pure
        returns (bytes memory payload)
    {
        payload = new bytes(BRANCH_BYTES_MAX);
        uint256 length;
        for (uint256 i; i < 16; ++i) {
            uint256 end = _endOfChild(keys, from, to, depth, i);
            bytes memory item = from == end ? bytes(hex"80") : childItem(_node(keys, from, end, depth + 1));
            assembly ("memory-safe") {
                mcopy(add(add(payload, 32), length), add(item, 32), mload(item))
                length := add(length, mload(item))
            }
            from = end;
        }
        payload[length++] = 0x80;
        assembly ("memory-safe") {
            mstore(payload, length)
        }
    }

    /// @dev Where the keys with a nibble end that begin where a range does.
    function _endOfChild(bytes32[] memory keys, uint256 from, uint256 to, uint256 depth, uint256 nibble)
        private
        pure
        returns (uint256 end)
    {
        end = from;
        while (end < to && _nibble(keys[end], depth) == nibble) ++end;
    }

    /// @dev How many nibbles from a depth on two keys have in common; with others between them in order, all have.
    function _shared(bytes32 left, bytes32 right, uint256 depth) private pure returns (uint256 count) {
        while (depth + count < 64 && _nibble(left, depth + count) == _nibble(right, depth + count)) ++count;
    }

    /// @dev The keys in order.
    function _sorted(bytes32[] memory keys) private pure returns (bytes32[] memory sorted) {
        sorted = new bytes32[](keys.length);
        for (uint256 i; i < keys.length; ++i) {
            uint256 at = i;
            for (; at > 0 && sorted[at - 1] > keys[i]; --at) {
                sorted[at] = sorted[at - 1];
            }
            sorted[at] = keys[i];
        }
    }
}
