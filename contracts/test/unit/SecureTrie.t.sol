// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { RLP } from "../../src/libraries/RLP.sol";
import { SecureTrie } from "../../src/libraries/SecureTrie.sol";
import { Test } from "../support/Test.sol";
import { TrieBuilder } from "../support/TrieBuilder.sol";

/// @notice Gives proofs to the library as calldata.
contract SecureTrie_Harness {
    function requireValue(bytes32 root, bytes32 key, uint8 value, bytes[] calldata proof) external pure {
        SecureTrie.requireValue(root, key, value, proof);
    }
}

contract SecureTrie_Test is Test {
    SecureTrie_Harness private trie = new SecureTrie_Harness();

    /// @dev The unhashed key of every test, and its nibbles.
    bytes32 private constant KEY = bytes32(uint256(7));
    bytes32 private constant PATH = keccak256(abi.encode(KEY));

    function _pair(bytes memory path, bytes memory second) private pure returns (bytes memory) {
        return TrieBuilder.list(bytes.concat(TrieBuilder.string_(path), second));
    }

    function _leaf(uint256 depth) private pure returns (bytes memory) {
        return _pair(TrieBuilder.path(PATH, depth, 64 - depth, true), hex"01");
    }

    /// @dev A branch with one child, at the place that the key leads to.
    function _branch(uint256 depth, bytes memory child) private pure returns (bytes memory) {
        bytes memory children;
        for (uint256 i; i < 16; ++i) {
            bool here = uint256(PATH) >> (252 - 4 * depth) & 0x0f == i;
            children = bytes.concat(children, here ? child : bytes(hex"80"));
        }
        return TrieBuilder.list(bytes.concat(children, hex"80"));
    }

    function _extension(uint256 depth, uint256 count, bytes memory child) private pure returns (bytes memory) {
        return _pair(TrieBuilder.path(PATH, depth, count, false), child);
    }

    function _proof(bytes memory only) private pure returns (bytes[] memory proof) {
        proof = new bytes[](1);
        proof[0] = only;
    }

    function _proof(bytes memory first, bytes memory second) private pure returns (bytes[] memory proof) {
        proof = new bytes[](2);
        (proof[0], proof[1]) = (first, second);
    }

    function _check(bytes[] memory proof) private view {
        trie.requireValue(keccak256(proof[0]), KEY, 1, proof);
    }

    function _checkRefused(bytes[] memory proof, bytes4 reason) private {
        vm.expectRevert(reason);
        trie.requireValue(keccak256(proof[0]), KEY, 1, proof);
    }

    /// @dev The trie of some keys, the test's own among them.
    function _keys(uint256 count) private pure returns (bytes32[] memory keys) {
        keys = new bytes32[](count);
        keys[0] = PATH;
        for (uint256 i = 1; i < count; ++i) {
            keys[i] = keccak256(abi.encode(1000 + i));
        }
    }

    /// @dev The trie of the test's key and of one that agrees with it in a number of nibbles.
    function _neighbours(uint256 shared) private pure returns (bytes32[] memory keys) {
        keys = new bytes32[](2);
        keys[0] = PATH;
        keys[1] = PATH ^ bytes32(uint256(1) << (252 - 4 * shared));
    }

    function test_requireValue_onlyLeaf_succeeds() external view {
        _check(_proof(_leaf(0)));
    }

    function test_requireValue_realTries_succeeds() external view {
        for (uint256 count = 1; count < 40; ++count) {
            bytes32[] memory keys = _keys(count);
            trie.requireValue(TrieBuilder.root(keys), KEY, 1, TrieBuilder.prove(keys, PATH));
        }
    }

    /// @dev From nine shared nibbles on, leaves are shorter than a hash, and later branches too. Such keys can be found by search,
    ///      so that nobody must be able to make another's withdrawal unprovable with them.
    function test_requireValue_everySharedPrefix_succeeds() external view {
        for (uint256 shared; shared < 64; ++shared) {
            bytes32[] memory keys = _neighbours(shared);
            trie.requireValue(TrieBuilder.root(keys), KEY, 1, TrieBuilder.prove(keys, PATH));
        }
    }

    function test_requireValue_shortNodeListed_succeeds() external view {
        bytes memory leaf = _leaf(60);
        bytes memory branch = _branch(59, leaf);
        bytes[] memory listed = new bytes[](3);
        (listed[0], listed[1], listed[2]) = (_extension(0, 59, TrieBuilder.childItem(branch)), branch, leaf);
        _check(listed);
        assembly ("memory-safe") {
            mstore(listed, 2)
        }
        _check(listed);
    }

    function testFuzz_requireValue_anyTrie_succeeds(bytes32[] memory others) external view {
        uint256 count = others.length > 20 ? 20 : others.length;
        bytes32[] memory keys = new bytes32[](count + 1);
        uint256 length;
        keys[length++] = PATH;
        for (uint256 i; i < count; ++i) {
            bool known;
            for (uint256 j; j < length; ++j) {
                known = known || keys[j] == others[i];
            }
            if (!known) keys[length++] = others[i];
        }
        assembly ("memory-safe") {
            mstore(keys, length)
        }
        trie.requireValue(TrieBuilder.root(keys), KEY, 1, TrieBuilder.prove(keys, PATH));
    }

    function testFuzz_requireValue_absentKey_reverts(bytes32 other, uint8 count) external {
        vm.assume(other != KEY);
        bytes32[] memory keys = _keys(uint256(count) % 16 + 1);
        bytes32 path = keccak256(abi.encode(other));
        for (uint256 i; i < keys.length; ++i) {
            vm.assume(path != keys[i]);
        }
        bytes[] memory proof = TrieBuilder.prove(keys, path);
        bytes32 root = TrieBuilder.root(keys);
        vm.expectRevert();
        trie.requireValue(root, other, 1, proof);
    }

    /// @dev Whatever is changed in a node, it is another node.
    function testFuzz_requireValue_mutatedNode_reverts(uint256 element, uint256 at, uint8 change) external {
        vm.assume(change != 0);
        bytes32[] memory keys = _keys(20);
        bytes[] memory proof = TrieBuilder.prove(keys, PATH);
        bytes32 root = keccak256(proof[0]);
        bytes memory node = proof[element % proof.length];
        node[at % node.length] ^= bytes1(change);
        vm.expectRevert(SecureTrie.SecureTrie_WrongNode.selector);
        trie.requireValue(root, KEY, 1, proof);
    }

    /// @dev Even where the attacker chooses the root, a mutated only leaf is refused, or was not changed in what counts.
    function testFuzz_requireValue_mutatedLeafWithItsRoot_reverts(uint256 at, uint8 change) external {
        vm.assume(change != 0);
        bytes memory node = _leaf(0);
        node[at % node.length] ^= bytes1(change);
        vm.expectRevert();
        trie.requireValue(keccak256(node), KEY, 1, _proof(node));
    }

    function test_requireValue_noNodes_reverts() external {
        vm.expectRevert(SecureTrie.SecureTrie_ProofTooShort.selector);
        trie.requireValue(TrieBuilder.EMPTY_ROOT, KEY, 1, new bytes[](0));
    }

    function test_requireValue_emptyTrie_reverts() external {
        bytes[] memory proof = _proof(hex"80");
        _checkRefused(proof, SecureTrie.SecureTrie_InvalidNode.selector);
    }

    function test_requireValue_otherRoot_reverts() external {
        bytes[] memory proof = _proof(_leaf(0));
        vm.expectRevert(SecureTrie.SecureTrie_WrongNode.selector);
        trie.requireValue(bytes32(uint256(1)), KEY, 1, proof);
    }

    function test_requireValue_missingLeaf_reverts() external {
        _checkRefused(_proof(_branch(0, TrieBuilder.childItem(_leaf(1)))), SecureTrie.SecureTrie_ProofTooShort.selector);
    }

    function test_requireValue_nodeAfterLeaf_reverts() external {
        _checkRefused(_proof(_leaf(0), hex"c0"), SecureTrie.SecureTrie_ProofTooLong.selector);
        _checkRefused(_proof(_leaf(0), ""), SecureTrie.SecureTrie_ProofTooLong.selector);
    }

    function test_requireValue_emptyChild_reverts() external {
        _checkRefused(_proof(_branch(0, hex"80")), SecureTrie.SecureTrie_WrongKey.selector);
    }

    function test_requireValue_otherValue_reverts() external {
        bytes memory path = TrieBuilder.path(PATH, 0, 64, true);
        _checkRefused(_proof(_pair(path, hex"02")), SecureTrie.SecureTrie_WrongValue.selector);
        _checkRefused(_proof(_pair(path, hex"80")), SecureTrie.SecureTrie_WrongValue.selector);
        _checkRefused(_proof(_pair(path, hex"820001")), SecureTrie.SecureTrie_WrongValue.selector);
        _checkRefused(_proof(_pair(path, hex"c101")), SecureTrie.SecureTrie_WrongValue.selector);
    }

    /// @dev A leaf whose path is only the beginning of the key, or has more than the key.
    function test_requireValue_keyPrefix_reverts() external {
        for (uint256 count = 61; count < 64; ++count) {
            bytes memory leaf = _pair(TrieBuilder.path(PATH, 0, count, true), hex"01");
            _checkRefused(_proof(leaf), SecureTrie.SecureTrie_WrongKey.selector);
        }
        bytes memory path = bytes.concat(TrieBuilder.path(PATH, 0, 64, true), hex"00");
        _checkRefused(_proof(_pair(path, hex"01")), SecureTrie.SecureTrie_WrongKey.selector);
    }

    /// @dev The path below a branch must be the rest of the key: not the whole key again, nor a part of the rest.
    function test_requireValue_wholePathBelowBranch_reverts() external {
        bytes memory branch = _branch(0, TrieBuilder.childItem(_leaf(0)));
        _checkRefused(_proof(branch, _leaf(0)), SecureTrie.SecureTrie_WrongKey.selector);
        branch = _branch(0, TrieBuilder.childItem(_leaf(2)));
        _checkRefused(_proof(branch, _leaf(2)), SecureTrie.SecureTrie_WrongKey.selector);
    }

    /// @dev An extension that holds the value in place of a child.
    function test_requireValue_extensionAsLeaf_reverts() external {
        bytes memory extension = _pair(TrieBuilder.path(PATH, 0, 64, false), hex"01");
        _checkRefused(_proof(extension), SecureTrie.SecureTrie_WrongKey.selector);
        extension = _pair(TrieBuilder.path(PATH, 0, 63, false), hex"01");
        _checkRefused(_proof(extension), SecureTrie.SecureTrie_InvalidNode.selector);
    }

    function test_requireValue_extensionElsewhere_reverts() external {
        bytes memory branch = _branch(5, TrieBuilder.childItem(_leaf(6)));
        bytes memory path = TrieBuilder.path(~PATH, 0, 5, false);
        bytes memory extension = _pair(path, TrieBuilder.childItem(branch));
        _checkRefused(_proof(extension, branch), SecureTrie.SecureTrie_WrongKey.selector);
    }

    function test_requireValue_emptyExtension_reverts() external {
        bytes memory branch = _branch(0, TrieBuilder.childItem(_leaf(1)));
        bytes memory extension = _extension(0, 0, TrieBuilder.childItem(branch));
        _checkRefused(_proof(extension, branch), SecureTrie.SecureTrie_InvalidNode.selector);
    }

    function test_requireValue_leafBelowExtension_reverts() external {
        bytes memory extension = _extension(0, 5, TrieBuilder.childItem(_leaf(5)));
        _checkRefused(_proof(extension, _leaf(5)), SecureTrie.SecureTrie_InvalidNode.selector);
    }

    function test_requireValue_extensionBelowExtension_reverts() external {
        bytes memory branch = _branch(6, TrieBuilder.childItem(_leaf(7)));
        bytes memory inner = _extension(3, 3, TrieBuilder.childItem(branch));
        bytes memory outer = _extension(0, 3, TrieBuilder.childItem(inner));
        _checkRefused(_proof(outer, inner), SecureTrie.SecureTrie_InvalidNode.selector);
    }

    function test_requireValue_branchWithValue_reverts() external {
        bytes memory node = _branch(0, TrieBuilder.childItem(_leaf(1)));
        node[node.length - 1] = 0x01;
        _checkRefused(_proof(node, _leaf(1)), SecureTrie.SecureTrie_InvalidNode.selector);
    }

    function test_requireValue_branchOfOtherSize_reverts() external {
        bytes memory child = TrieBuilder.childItem(_leaf(1));
        bytes memory few = TrieBuilder.list(bytes.concat(child, child, child));
        _checkRefused(_proof(few, _leaf(1)), RLP.RLP_Truncated.selector);
        bytes memory many;
        for (uint256 i; i < 18; ++i) {
            many = bytes.concat(many, i < 16 ? child : bytes(hex"80"));
        }
        _checkRefused(_proof(TrieBuilder.list(many), _leaf(1)), SecureTrie.SecureTrie_InvalidNode.selector);
    }

    /// @notice A branch with sixteen hashes is read word by word. Whatever bit of it is flipped, with a root that fits: it is refused, or
    ///         the bit is of another child's hash, which nobody can tell.
    function test_requireValue_fullBranch_anyBit_reverts() external view {
        bytes32[] memory keys = new bytes32[](16);
        uint256 own = uint256(PATH) >> 252;
        for (uint256 i; i < 16; ++i) {
            keys[i] = PATH ^ bytes32((own ^ i) << 252);
        }
        bytes[] memory proof = TrieBuilder.prove(keys, PATH);
        bytes memory branch = proof[0];
        vm.assertEq(branch.length, 532);
        _check(proof);
        for (uint256 bit; bit < branch.length * 8; ++bit) {
            uint256 at = bit / 8;
            bool isHash = at > 2 && at < 531 && (at - 3) % 33 != 0;
            bool isOthers = isHash && (at - 3) / 33 != own;
            branch[at] ^= bytes1(uint8(1 << bit % 8));
            try trie.requireValue(keccak256(branch), KEY, 1, proof) {
                vm.assertTrue(isOthers);
            } catch {
                vm.assertFalse(isOthers);
            }
            branch[at] ^= bytes1(uint8(1 << bit % 8));
        }
    }

    function test_requireValue_oneItem_reverts() external {
        bytes memory node = TrieBuilder.list(TrieBuilder.string_(TrieBuilder.path(PATH, 0, 64, true)));
        _checkRefused(_proof(node), RLP.RLP_Truncated.selector);
        _checkRefused(_proof(hex"c0"), RLP.RLP_Truncated.selector);
    }

    function test_requireValue_childOfOtherLength_reverts() external {
        bytes memory child = TrieBuilder.string_(new bytes(31));
        _checkRefused(_proof(_branch(0, child)), SecureTrie.SecureTrie_InvalidNode.selector);
        child = TrieBuilder.string_(new bytes(33));
        _checkRefused(_proof(_branch(0, child)), SecureTrie.SecureTrie_InvalidNode.selector);
        // Held by its parent though it is as long as a hash.
        _checkRefused(_proof(_branch(0, _leaf(1))), SecureTrie.SecureTrie_InvalidNode.selector);
        _checkRefused(_proof(_extension(0, 1, _leaf(1))), SecureTrie.SecureTrie_InvalidNode.selector);
        _checkRefused(_proof(_extension(0, 1, child)), SecureTrie.SecureTrie_InvalidNode.selector);
    }

    /// @dev A node shorter than a hash stands in its parent, never behind one.
    function test_requireValue_hashOfShortNode_reverts() external {
        bytes memory leaf = _leaf(60);
        bytes memory branch = _branch(59, TrieBuilder.string_(abi.encodePacked(keccak256(leaf))));
        bytes[] memory proof = new bytes[](3);
        (proof[0], proof[1], proof[2]) = (_extension(0, 59, TrieBuilder.childItem(branch)), branch, leaf);
        _checkRefused(proof, SecureTrie.SecureTrie_InvalidNode.selector);
    }

    function test_requireValue_flags_reverts() external {
        bytes memory path = TrieBuilder.path(PATH, 0, 64, true);
        // Even, but with something in the padding.
        path[0] = 0x21;
        _checkRefused(_proof(_pair(path, hex"01")), SecureTrie.SecureTrie_InvalidNode.selector);
        for (uint256 flag = 4; flag < 16; ++flag) {
            path[0] = bytes1(uint8(flag << 4));
            _checkRefused(_proof(_pair(path, hex"01")), SecureTrie.SecureTrie_InvalidNode.selector);
        }
        _checkRefused(_proof(_pair("", hex"01")), SecureTrie.SecureTrie_InvalidNode.selector);
    }

    function test_requireValue_pathIsList_reverts() external {
        bytes memory path = TrieBuilder.list(TrieBuilder.path(PATH, 0, 64, true));
        _checkRefused(_proof(TrieBuilder.list(bytes.concat(path, hex"01"))), SecureTrie.SecureTrie_InvalidNode.selector);
    }

    function test_requireValue_bytesAfterNode_reverts() external {
        _checkRefused(_proof(bytes.concat(_leaf(0), hex"00")), SecureTrie.SecureTrie_InvalidNode.selector);
    }

    function test_requireValue_longFormOfShortLength_reverts() external {
        bytes memory leaf = _leaf(0);
        bytes memory payload = new bytes(leaf.length - 1);
        for (uint256 i; i < payload.length; ++i) {
            payload[i] = leaf[i + 1];
        }
        _checkRefused(
            _proof(abi.encodePacked(uint8(0xf8), uint8(payload.length), payload)), RLP.RLP_NotCanonical.selector
        );
        bytes memory twoItems = abi.encodePacked(hex"f90040", new bytes(64));
        _checkRefused(_proof(twoItems), RLP.RLP_NotCanonical.selector);
    }

    function test_requireValue_longFormOfByte_reverts() external {
        bytes memory path = TrieBuilder.path(PATH, 0, 64, true);
        _checkRefused(_proof(_pair(path, hex"8101")), RLP.RLP_NotCanonical.selector);
    }

    function test_requireValue_lengthBeyondNode_reverts() external {
        _checkRefused(_proof(hex"f8ff00"), RLP.RLP_Truncated.selector);
        _checkRefused(_proof(hex"ffffffffffffffffff"), RLP.RLP_Truncated.selector);
        _checkRefused(_proof(hex"c3a00101"), RLP.RLP_Truncated.selector);
        _checkRefused(_proof(hex"bf"), RLP.RLP_NotCanonical.selector);
    }
}
