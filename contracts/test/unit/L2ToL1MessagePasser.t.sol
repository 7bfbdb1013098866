// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { IL2ToL1MessagePasser } from "../../interfaces/L2/IL2ToL1MessagePasser.sol";
import { L2ToL1MessagePasser } from "../../src/L2/L2ToL1MessagePasser.sol";
import { Test } from "../support/Test.sol";

contract L2ToL1MessagePasser_Test is Test {
    L2ToL1MessagePasser private passer = new L2ToL1MessagePasser();

    function setUp() external {
        vm.deal(ALICE, 100 ether);
    }

    /// @dev Expects the next call to ask for a withdrawal, and gives its hash.
    function _expectMessage(uint256 count, address target, uint256 value, uint256 gasLimit, bytes memory data)
        private
        returns (bytes32 hash)
    {
        uint256 nonce = 1 << 240 | count;
        hash = keccak256(abi.encode(nonce, ALICE, target, value, gasLimit, data));
        vm.expectEmit();
        emit IL2ToL1MessagePasser.MessagePassed(nonce, ALICE, target, value, gasLimit, data, hash);
        vm.prank(ALICE);
    }

    function test_messagePassed_topic_succeeds() external pure {
        bytes32 topic = 0x02a52367d10742d8032712c1bb8e0144ff1ec5ffda1ed7d70bb05a2744955054;
        vm.assertEq(IL2ToL1MessagePasser.MessagePassed.selector, topic);
    }

    function test_version_succeeds() external view {
        vm.assertEq(passer.version(), "1.2.0");
        vm.assertEq(passer.MESSAGE_VERSION(), 1);
        vm.assertEq(passer.messageNonce(), 1 << 240);
    }

    function testFuzz_initiateWithdrawal_succeeds(address target, uint64 value, uint256 gasLimit, bytes memory data)
        external
    {
        bytes32 hash = _expectMessage(0, target, value, gasLimit, data);
        passer.initiateWithdrawal{ value: value }(target, gasLimit, data);
        vm.assertTrue(passer.sentMessages(hash));
        vm.assertEq(address(passer).balance, value);
    }

    /// @notice L1 proves this slot.
    function test_initiateWithdrawal_slot_succeeds() external {
        bytes32 hash = _expectMessage(0, BOB, 0, 1, "");
        passer.initiateWithdrawal(BOB, 1, "");
        vm.assertEq(vm.load(address(passer), keccak256(abi.encode(hash, uint256(0)))), bytes32(uint256(1)));
    }

    function test_initiateWithdrawal_twice_countsUp_succeeds() external {
        bytes32 first = _expectMessage(0, BOB, 0, 1, "");
        passer.initiateWithdrawal(BOB, 1, "");
        bytes32 second = _expectMessage(1, BOB, 0, 1, "");
        passer.initiateWithdrawal(BOB, 1, "");
        vm.assertTrue(first != second && passer.sentMessages(first) && passer.sentMessages(second));
        vm.assertEq(passer.messageNonce(), 1 << 240 | 2);
    }

    function test_sentMessages_unknown_isFalse_succeeds() external view {
        vm.assertFalse(passer.sentMessages(bytes32(uint256(1))));
    }

    function test_receive_withdrawsToSender_succeeds() external {
        bytes32 hash = _expectMessage(0, ALICE, 5, 100_000, "");
        (bool success,) = address(passer).call{ value: 5 }("");
        vm.assertTrue(success);
        vm.assertTrue(passer.sentMessages(hash));
    }

    function test_burn_balance_succeeds() external {
        vm.deal(address(passer), 3 ether);
        vm.expectEmit();
        emit IL2ToL1MessagePasser.WithdrawerBalanceBurnt(3 ether);
        passer.burn();
        vm.assertEq(address(passer).balance, 0);
    }
}
