// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { SecureTrie } from "../../src/libraries/SecureTrie.sol";
import { Test } from "../support/Test.sol";
import { SecureTrie_Harness } from "../unit/SecureTrie.t.sol";

/// @notice The library and its twin in Rust (crates/trie, which wrote proofs.json) judge the same proofs: those that it makes, each of
///         them with any one bit changed, and each with any one bit changed and all hashes above made right again. They agree, save
///         that of a branch's other children the twin decodes those that the branch itself holds.
contract SecureTrieDifferential_Test is Test {
    uint8 private constant SENT = 1;

    SecureTrie_Harness private trie = new SecureTrie_Harness();

    /// @custom:field present  Whether the trie holds the slot.
    /// @custom:field accepted For each byte of each node, which of its bits may be flipped in the twin's opinion.
    /// @custom:field beside   Not zero for the bytes of a branch's other children.
    struct Case {
        bool present;
        bytes32 root;
        bytes32 slot;
        bytes[] proof;
        bytes[] accepted;
        bytes[] beside;
    }

    Case[] private cases;

    function setUp() external {
        string memory json = vm.readFile("test/differential/proofs.json");
        for (uint256 i; vm.keyExistsJson(json, _key(i, "")); ++i) {
            Case storage case_ = cases.push();
            case_.present = vm.parseJsonBool(json, _key(i, ".present"));
            case_.root = vm.parseJsonBytes32(json, _key(i, ".root"));
            case_.slot = vm.parseJsonBytes32(json, _key(i, ".slot"));
            case_.proof = vm.parseJsonBytesArray(json, _key(i, ".proof"));
            case_.accepted = vm.parseJsonBytesArray(json, _key(i, ".accepted"));
            case_.beside = vm.parseJsonBytesArray(json, _key(i, ".beside"));
        }
        vm.assertEq(cases.length, 20);
    }

    function _key(uint256 index, string memory field) private pure returns (string memory) {
        return string.concat("$[", vm.toString(index), "]", field);
    }

    function _accepts(bytes32 root, bytes32 slot, bytes[] memory proof) private view returns (bool) {
        try trie.requireValue(root, slot, SENT, proof) {
            return true;
        } catch {
            return false;
        }
    }

    function test_requireValue_proofsOfTheTwin_succeeds() external view {
        for (uint256 i; i < cases.length; ++i) {
            vm.assertEq(_accepts(cases[i].root, cases[i].slot, cases[i].proof), cases[i].present);
        }
    }

    function test_requireValue_anyByteChanged_reverts() external {
        for (uint256 i; i < cases.length; ++i) {
            for (uint256 node; node < cases[i].proof.length; ++node) {
                this.checkUnderTheSameRoot(i, node);
            }
        }
    }

    function test_requireValue_anyBitChangedWithItsRoot_asTheTwin_succeeds() external {
        for (uint256 i; i < cases.length; ++i) {
            for (uint256 node; node < cases[i].proof.length; ++node) {
                this.checkUnderItsOwnRoot(i, node);
            }
        }
    }

    /// @dev Each byte of a node is changed in one bit, another one from byte to byte. A function of its own for its memory.
    function checkUnderTheSameRoot(uint256 index, uint256 node) external {
        Case memory case_ = cases[index];
        bytes memory changed = case_.proof[node];
        for (uint256 i; i < changed.length; ++i) {
            changed[i] ^= bytes1(uint8(1 << i % 8));
            vm.expectRevert(SecureTrie.SecureTrie_WrongNode.selector);
            trie.requireValue(case_.root, case_.slot, SENT, case_.proof);
            changed[i] ^= bytes1(uint8(1 << i % 8));
        }
    }

    /// @dev Each bit of a node is flipped, and the nodes above name the result.
    function checkUnderItsOwnRoot(uint256 index, uint256 node) external view {
        Case memory case_ = cases[index];
        uint256[] memory places = _places(case_.proof);
        bytes memory changed = case_.proof[node];
        for (uint256 i; i < changed.length * 8; ++i) {
            bytes1 mask = bytes1(uint8(1 << i % 8));
            changed[i / 8] ^= mask;
            _nameAgain(case_.proof, places, node);
            bool accepted = _accepts(keccak256(case_.proof[0]), case_.slot, case_.proof);
            bool expected = case_.accepted[node][i / 8] & mask != 0;
            bool lenient = case_.beside[node][i / 8] != 0 && !expected;
            vm.assertTrue(accepted == expected || lenient);
            changed[i / 8] ^= mask;
        }
    }

    /// @dev Where each node names the next one.
    function _places(bytes[] memory proof) private pure returns (uint256[] memory places) {
        places = new uint256[](proof.length);
        for (uint256 i; i + 1 < proof.length; ++i) {
            bytes32 hash = keccak256(proof[i + 1]);
            while (_wordAt(proof[i], places[i]) != hash) ++places[i];
        }
    }

    /// @dev Makes right the hashes in the nodes above one that was changed.
    function _nameAgain(bytes[] memory proof, uint256[] memory places, uint256 node) private pure {
        for (; node > 0; --node) {
            (bytes memory parent, uint256 place) = (proof[node - 1], places[node - 1]);
            bytes32 hash = keccak256(proof[node]);
            assembly ("memory-safe") {
                mstore(add(add(parent, 32), place), hash)
            }
        }
    }

    function _wordAt(bytes memory data, uint256 at) private pure returns (bytes32 word) {
        assembly ("memory-safe") {
            word := mload(add(add(data, 32), at))
        }
    }
}
