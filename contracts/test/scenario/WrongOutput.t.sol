// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { IL2OutputOracle } from "../../interfaces/L1/IL2OutputOracle.sol";
import { IOptimismPortal } from "../../interfaces/L1/IOptimismPortal.sol";
import { SecureTrie } from "../../src/libraries/SecureTrie.sol";
import { OutputRootProof } from "../../src/types/OutputRootProof.sol";
import { WithdrawalTransaction } from "../../src/types/WithdrawalTransaction.sol";
import { L1Setup } from "../support/L1Setup.sol";
import { TrieBuilder } from "../support/TrieBuilder.sol";

/// @notice Scenario 34 with an oracle: a proposer lies, the challenger deletes. Honest withdrawals go through after they were proposed
///         and proven again, forged ones never.
contract WrongOutput_Test is L1Setup {
    uint256 private constant OUTPUTS = 5;
    address private constant MALLORY = address(uint160(uint256(keccak256("mallory"))));

    WithdrawalTransaction private honest;
    WithdrawalTransaction private forged;

    function setUp() public override {
        super.setUp();
        vm.deal(address(portal), 10 ether);
        vm.deal(BOB, 0);
        delete sent;
        honest = withdrawalTo(BOB, 1);
        honest.value = 1 ether;
        forged = withdrawalTo(MALLORY, 2);
        forged.value = 10 ether;
        send(honest);
    }

    /// @dev An output of a chain on which the forged withdrawal was asked for.
    function _forge() private view returns (OutputRootProof memory root, bytes[] memory proof) {
        bytes32[] memory keys = new bytes32[](2);
        keys[0] = sent[0];
        bytes32 slot = keccak256(abi.encode(forged.withdrawalHash(), uint256(0)));
        keys[1] = keccak256(abi.encode(slot));
        root = outputRootProof();
        root.messagePasserStorageRoot = TrieBuilder.root(keys);
        proof = TrieBuilder.prove(keys, keys[1]);
    }

    function _proveForged(uint256 index) private {
        (OutputRootProof memory root, bytes[] memory proof) = _forge();
        vm.prank(MALLORY);
        portal.proveWithdrawalTransaction(forged, index, root, proof);
    }

    /// @dev Outputs of which one is wrong, with honest ones before and behind it.
    function _proposeWithWrong(uint256 wrong) private {
        (OutputRootProof memory lie,) = _forge();
        for (uint256 i; i < OUTPUTS; ++i) {
            if (i == wrong) propose(lie.outputRoot());
            else propose();
        }
    }

    function _delete(uint256 index) private {
        vm.prank(CHALLENGER);
        oracle.deleteL2Outputs(index);
    }

    function _assertNeverPaid() private {
        vm.expectRevert(IOptimismPortal.OptimismPortal_Unproven.selector);
        portal.finalizeWithdrawalTransaction(forged);
        vm.expectRevert(IOptimismPortal.OptimismPortal_Unproven.selector);
        portal.finalizeWithdrawalTransactionExternalProof(forged, MALLORY);
        vm.assertEq(MALLORY.balance, 0);
    }

    function test_s34_wrongOutputAtEveryPosition_succeeds() external {
        for (uint256 wrong; wrong < OUTPUTS; ++wrong) {
            // A chain of its own for each position.
            if (wrong > 0) setUp();
            _proposeWithWrong(wrong);
            _proveForged(wrong);
            uint256 last = OUTPUTS - 1;
            bool behind = last > wrong;
            if (behind) prove(ALICE, honest, last);
            else prove(ALICE, honest, 0);

            _delete(wrong);
            vm.warp(block.timestamp + PERIOD + 1);
            _assertNeverPaid();
            if (behind) {
                vm.expectRevert(IOptimismPortal.OptimismPortal_Unproven.selector);
                portal.finalizeWithdrawalTransaction(honest);
                // On what the lie was about, L2 went another way: the honest roots are others too.
                send(withdrawalTo(BOB, 3));
                while (oracle.nextOutputIndex() < OUTPUTS) propose();
                prove(ALICE, honest, last);
                vm.warp(block.timestamp + PERIOD + 1);
            }
            _assertNeverPaid();
            finalize(ALICE, honest);
            vm.assertEq(BOB.balance, 1 ether);
        }
    }

    /// @dev An output that an honest withdrawal was proven by stays, if only later ones are wrong.
    function test_s34_earlierOutputsStay_succeeds() external {
        propose();
        prove(ALICE, honest, 0);
        (OutputRootProof memory lie,) = _forge();
        propose(lie.outputRoot());
        _proveForged(1);
        _delete(1);
        vm.warp(block.timestamp + PERIOD + 1);
        finalize(ALICE, honest);
        _assertNeverPaid();
    }

    /// @dev The lie is proposed and proven again and again, and deleted in the last second each time.
    function test_s34_liesAgainAndAgain_succeeds() external {
        (OutputRootProof memory lie,) = _forge();
        for (uint256 i; i < 10; ++i) {
            propose(lie.outputRoot());
            // The first proof is of the same root at the same place: it stands again, but the output is young again.
            if (i == 0) _proveForged(0);
            vm.warp(block.timestamp + PERIOD - 1);
            vm.expectRevert();
            portal.finalizeWithdrawalTransaction(forged);
            _delete(0);
            _assertNeverPaid();
        }
        propose();
        prove(ALICE, honest, 0);
        vm.warp(block.timestamp + PERIOD + 1);
        finalize(ALICE, honest);
        _assertNeverPaid();
    }

    /// @dev What was proven by the lie cannot be proven by the truth.
    function test_s34_forgedAgainstHonestOutput_reverts() external {
        propose();
        (OutputRootProof memory lie, bytes[] memory proof) = _forge();
        vm.expectRevert(IOptimismPortal.OptimismPortal_InvalidOutputRootProof.selector);
        portal.proveWithdrawalTransaction(forged, 0, lie, proof);
        OutputRootProof memory root = outputRootProof();
        vm.expectRevert(SecureTrie.SecureTrie_WrongNode.selector);
        portal.proveWithdrawalTransaction(forged, 0, root, proof);
        proof = withdrawalProof(honest);
        vm.expectRevert(SecureTrie.SecureTrie_WrongKey.selector);
        portal.proveWithdrawalTransaction(forged, 0, root, proof);
    }

    /// @dev Where the challenger may not delete any more, the guardian's pause still holds what it would pay.
    function test_s34_challengerTooLate_guardianPauses_succeeds() external {
        (OutputRootProof memory lie,) = _forge();
        propose(lie.outputRoot());
        _proveForged(0);
        vm.warp(block.timestamp + PERIOD);
        vm.prank(CHALLENGER);
        vm.expectRevert(abi.encodeWithSelector(IL2OutputOracle.L2OutputOracle_AlreadyFinal.selector, 0));
        oracle.deleteL2Outputs(0);
        vm.prank(BOB);
        superchain.pause(address(portal));
        vm.warp(block.timestamp + 1);
        vm.expectRevert(IOptimismPortal.OptimismPortal_CallPaused.selector);
        portal.finalizeWithdrawalTransaction(forged);
        vm.assertEq(MALLORY.balance, 0);
    }
}
