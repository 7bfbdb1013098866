// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { RLP } from "./RLP.sol";

/// @title SecureTrie
/// @notice Proofs that a storage trie holds a value: a Merkle-Patricia trie whose keys are hashes, so that all have 64 nibbles and
///         only leaves have values. Every node on the way must be as an execution client writes it; of a branch's other children
///         only the lengths are looked at. That is enough: a node's bytes are bound to the root by hashes, so under a root that is
///         right they are those of the trie, whatever they say of other keys, and where a child lies follows from the lengths.
library SecureTrie {
    /// @notice The proof ends before the leaf.
    error SecureTrie_ProofTooShort();

    /// @notice The proof goes on after the leaf.
    error SecureTrie_ProofTooLong();

    /// @notice A node is not the one that its parent, or the root, names.
    error SecureTrie_WrongNode();

    /// @notice A node that no trie of this kind has.
    error SecureTrie_InvalidNode();

    /// @notice The nodes lead to another key.
    error SecureTrie_WrongKey();

    /// @notice The leaf holds another value.
    error SecureTrie_WrongValue();

    /// @notice How far a proof was followed.
    /// @custom:field key         The hashed key, without the nibbles that were followed: the next one is the highest.
    /// @custom:field nibbles     How many are left.
    /// @custom:field used        How many elements of the proof were read.
    /// @custom:field at          Where the current node begins in calldata.
    /// @custom:field end         Where it ends.
    /// @custom:field underBranch Whether it may be anything but a branch: not so below an extension.
    struct Walk {
        uint256 key;
        uint256 nibbles;
        uint256 used;
        uint256 at;
        uint256 end;
        bool underBranch;
    }

    uint256 private constant HASH_BYTES = 32;

    /// @dev How RLP begins a string of 32 bytes.
    uint256 private constant HASH_HEAD = 0xa0;

    /// @dev RLP of the empty string.
    uint256 private constant EMPTY_STRING = 0x80;

    /// @dev By which one bit the first bytes of a hash and of an empty string differ: by as much as their lengths do.
    uint256 private constant HASH_BIT = 0x20;

    /// @dev How RLP begins a branch whose children are all hashes, and how long it is.
    uint256 private constant FULL_BRANCH_HEAD = 0xf90211;
    uint256 private constant FULL_BRANCH_BYTES = 532;

    /// @notice Reverts unless the trie holds the value under the key.
    /// @param root  The trie's root.
    /// @param key   The key, not hashed yet: a storage slot.
    /// @param value The value, from 1 to 127.
    /// @param proof The nodes from the root to the leaf. Nodes so short that their parents hold them may be listed or left out.
    function requireValue(bytes32 root, bytes32 key, uint8 value, bytes[] calldata proof) internal pure {
        Walk memory walk;
        walk.key = uint256(keccak256(abi.encode(key)));
        walk.nibbles = 64;
        walk.underBranch = true;
        _enterElement(walk, uint256(root), proof);
        while (_isFullBranch(walk) ? _fullBranch(walk, proof) : _step(walk, value, proof)) { }
        if (walk.used != proof.length) revert SecureTrie_ProofTooLong();
    }

    /// @dev Follows one node, and tells whether it was not the leaf.
    function _step(Walk memory walk, uint8 value, bytes[] calldata proof) private pure returns (bool) {
        (bool isList, uint256 first, uint256 end) = RLP.item(walk.at, walk.end);
        if (!isList || end != walk.end) revert SecureTrie_InvalidNode();
        (bool firstIsList, uint256 path, uint256 second) = RLP.item(first, end);
        (,, uint256 third) = RLP.item(second, end);
        if (third != end) {
            _branch(walk, first, proof);
            return true;
        }
        if (firstIsList || !walk.underBranch) revert SecureTrie_InvalidNode();
        if (_followPath(walk, path, second)) {
            _requireLeafValue(second, end, value);
            return false;
        }
        walk.underBranch = false;
        _enterChild(walk, second, proof);
        return true;
    }

    /// @dev A branch: sixteen children and, as no key ends here, no value. All are read, so that nothing else passes for one.
    function _branch(Walk memory walk, uint256 at, bytes[] calldata proof) private pure {
        if (walk.nibbles == 0) revert SecureTrie_WrongKey();
        uint256 child = _child(at, walk.end, walk.key >> 252);
        _consume(walk, 1);
        walk.underBranch = true;
        _enterChild(walk, child, proof);
    }

    /// @dev Whether the current node is as long as a branch whose children are all hashes.
    function _isFullBranch(Walk memory walk) private pure returns (bool) {
        unchecked {
            uint256 at = walk.at;
            return walk.end - at == FULL_BRANCH_BYTES && RLP.wordAt(at) >> 232 == FULL_BRANCH_HEAD;
        }
    }

    /// @dev A branch whose children are all hashes, as all are but for the last of a large trie: word by word instead of in a loop, since
    ///      it is what most of a proof consists of.
    function _fullBranch(Walk memory walk, bytes[] calldata proof) private pure returns (bool) {
        unchecked {
            if (walk.nibbles == 0) revert SecureTrie_WrongKey();
            uint256 at = walk.at + 3;
            uint256 differing;
            assembly ("memory-safe") {
                let head := shl(248, HASH_HEAD)
                differing := xor(calldataload(at), head)
                differing := or(differing, xor(calldataload(add(at, 33)), head))
                differing := or(differing, xor(calldataload(add(at, 66)), head))
                differing := or(differing, xor(calldataload(add(at, 99)), head))
                differing := or(differing, xor(calldataload(add(at, 132)), head))
                differing := or(differing, xor(calldataload(add(at, 165)), head))
                differing := or(differing, xor(calldataload(add(at, 198)), head))
                differing := or(differing, xor(calldataload(add(at, 231)), head))
                differing := or(differing, xor(calldataload(add(at, 264)), head))
                differing := or(differing, xor(calldataload(add(at, 297)), head))
                differing := or(differing, xor(calldataload(add(at, 330)), head))
                differing := or(differing, xor(calldataload(add(at, 363)), head))
                differing := or(differing, xor(calldataload(add(at, 396)), head))
                differing := or(differing, xor(calldataload(add(at, 429)), head))
                differing := or(differing, xor(calldataload(add(at, 462)), head))
                differing := or(differing, xor(calldataload(add(at, 495)), head))
            }
            if (differing >> 248 != 0 || RLP.byteAt(walk.end - 1) != EMPTY_STRING) revert SecureTrie_InvalidNode();
            uint256 child = at + (walk.key >> 252) * (1 + HASH_BYTES);
            _consume(walk, 1);
            walk.underBranch = true;
            _enterHashed(walk, RLP.wordAt(child + 1), proof);
            return true;
        }
    }

    /// @dev Where a branch's child begins, if its children are hashes or nothing, as in any trie that is not made by hand; else the
    ///      slower way. Both have only the bit of the length free in the first byte.
    function _child(uint256 at, uint256 end, uint256 nibble) private pure returns (uint256 child) {
        uint256 start = at;
        uint256 heads = 0;
        assembly ("memory-safe") {
            let i := 0
            for { } lt(i, nibble) { i := add(i, 1) } {
                let head := byte(0, calldataload(at))
                heads := or(heads, xor(head, EMPTY_STRING))
                at := add(add(at, 1), and(head, HASH_BIT))
            }
            child := at
            for { } lt(i, 16) { i := add(i, 1) } {
                let head := byte(0, calldataload(at))
                heads := or(heads, xor(head, EMPTY_STRING))
                at := add(add(at, 1), and(head, HASH_BIT))
            }
        }
        if (heads & ~HASH_BIT != 0) return _childAmongNodes(start, end, nibble);
        if (at + 1 != end || RLP.byteAt(at) != EMPTY_STRING) revert SecureTrie_InvalidNode();
    }

    /// @dev The same where the branch holds nodes that are shorter than a hash. As `at` only grows, its last value tells that no child
    ///      went beyond the end.
    function _childAmongNodes(uint256 at, uint256 end, uint256 nibble) private pure returns (uint256 child) {
        unchecked {
            for (uint256 i; i < 16; ++i) {
                if (i == nibble) child = at;
                uint256 head = RLP.byteAt(at);
                if (head == HASH_HEAD) at += 1 + HASH_BYTES;
                else at = head == EMPTY_STRING ? at + 1 : _afterShortNode(at, end);
            }
            if (at + 1 != end || RLP.byteAt(at) != EMPTY_STRING) revert SecureTrie_InvalidNode();
        }
    }

    /// @dev Where a node ends that its parent holds because it is shorter than a hash.
    function _afterShortNode(uint256 at, uint256 end) private pure returns (uint256 next) {
        bool isList;
        (isList,, next) = RLP.item(at, end);
        if (!isList || next - at >= HASH_BYTES) revert SecureTrie_InvalidNode();
    }

    /// @dev The path of a leaf or an extension, in hex-prefix encoding. Tells whether it is a leaf's.
    function _followPath(Walk memory walk, uint256 at, uint256 end) private pure returns (bool isLeaf) {
        if (at == end) revert SecureTrie_InvalidNode();
        uint256 head = RLP.byteAt(at);
        uint256 flag = head >> 4;
        bool odd = flag & 1 == 1;
        if (flag > 3 || !odd && head & 0x0f != 0) revert SecureTrie_InvalidNode();
        isLeaf = flag > 1;

        uint256 nibbles = (end - at - 1) * 2 + (odd ? 1 : 0);
        if (isLeaf ? nibbles != walk.nibbles : nibbles >= walk.nibbles) revert SecureTrie_WrongKey();
        if (!isLeaf && nibbles == 0) revert SecureTrie_InvalidNode();
        uint256 path = odd ? RLP.wordAt(at) << 4 : RLP.wordAt(at + 1);
        if ((path ^ walk.key) >> (256 - 4 * nibbles) != 0) revert SecureTrie_WrongKey();
        _consume(walk, nibbles);
    }

    /// @dev The leaf's value is a string that holds the value's own encoding.
    function _requireLeafValue(uint256 at, uint256 end, uint8 value) private pure {
        if (end - at != 1 || RLP.byteAt(at) != value) revert SecureTrie_WrongValue();
    }

    /// @dev Goes on at a child: by its hash, or, where it is shorter than a hash, at the node itself.
    function _enterChild(Walk memory walk, uint256 at, bytes[] calldata proof) private pure {
        (bool isList, uint256 payload, uint256 next) = RLP.item(at, walk.end);
        if (!isList) {
            if (next == payload) revert SecureTrie_WrongKey();
            if (next - payload != HASH_BYTES) revert SecureTrie_InvalidNode();
            return _enterHashed(walk, RLP.wordAt(payload), proof);
        }
        if (next - at >= HASH_BYTES) revert SecureTrie_InvalidNode();
        walk.at = at;
        walk.end = next;
        if (walk.used < proof.length && _isListed(at, next, proof[walk.used])) ++walk.used;
    }

    /// @dev Goes on at the node of a hash, which is no shorter than it.
    function _enterHashed(Walk memory walk, uint256 hash, bytes[] calldata proof) private pure {
        _enterElement(walk, hash, proof);
        unchecked {
            if (walk.end - walk.at < HASH_BYTES) revert SecureTrie_InvalidNode();
        }
    }

    /// @dev Goes on at the proof's next element.
    function _enterElement(Walk memory walk, uint256 hash, bytes[] calldata proof) private pure {
        uint256 used = walk.used;
        if (used == proof.length) revert SecureTrie_ProofTooShort();
        bytes calldata node = proof[used];
        uint256 at;
        uint256 actual;
        // Hashed behind what memory holds, which stays as long as it is.
        assembly ("memory-safe") {
            at := node.offset
            let free := mload(0x40)
            calldatacopy(free, at, node.length)
            actual := keccak256(free, node.length)
        }
        if (actual != hash) revert SecureTrie_WrongNode();
        walk.at = at;
        unchecked {
            walk.used = used + 1;
            walk.end = at + node.length;
        }
    }

    /// @dev Whether an element of the proof repeats a node of fewer than 32 bytes.
    function _isListed(uint256 at, uint256 end, bytes calldata node) private pure returns (bool) {
        uint256 length = end - at;
        if (node.length != length) return false;
        uint256 offset;
        assembly ("memory-safe") {
            offset := node.offset
        }
        return (RLP.wordAt(offset) ^ RLP.wordAt(at)) >> (256 - 8 * length) == 0;
    }

    /// @dev Takes nibbles off the key: no more than are left.
    function _consume(Walk memory walk, uint256 nibbles) private pure {
        unchecked {
            walk.key <<= 4 * nibbles;
            walk.nibbles -= nibbles;
        }
    }
}
