// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { IOptimismPortal } from "../../interfaces/L1/IOptimismPortal.sol";
import { SecureTrie } from "../../src/libraries/SecureTrie.sol";
import { OutputRootProof } from "../../src/types/OutputRootProof.sol";
import { WithdrawalTransaction } from "../../src/types/WithdrawalTransaction.sol";
import { L1Setup } from "../support/L1Setup.sol";
import { Refuser } from "../support/Test.sol";

/// @notice Proving and finalizing, with proofs of one and of many.
contract OptimismPortalWithdrawals_Test is L1Setup {
    address private constant CAROL = address(uint160(uint256(keccak256("carol"))));

    WithdrawalTransaction private withdrawal;
    bytes32 private withdrawalHash;

    function setUp() public override {
        super.setUp();
        vm.deal(address(portal), 10 ether);
        withdrawal = withdrawalTo(BOB, 1);
        withdrawal.value = 1 ether;
        withdrawalHash = withdrawal.withdrawalHash();
    }

    function _expectRevert(bytes4 reason) private {
        vm.expectRevert(reason);
    }

    function _mature() private {
        vm.warp(block.timestamp + PERIOD + 1);
    }

    function _assertProof(address submitter, bytes32 outputRoot, uint256 timestamp, uint256 index) private view {
        (bytes32 root, uint128 at, uint128 number) = portal.provenWithdrawals(withdrawalHash, submitter);
        vm.assertEq(root, outputRoot);
        vm.assertEq(at, timestamp);
        vm.assertEq(number, index);
    }

    function _assertOldest(bytes32 outputRoot, uint256 timestamp, uint256 index) private view {
        (bytes32 root, uint128 at, uint128 number) = portal.provenWithdrawals(withdrawalHash);
        vm.assertEq(root, outputRoot);
        vm.assertEq(at, timestamp);
        vm.assertEq(number, index);
    }

    function test_proveWithdrawalTransaction_records_succeeds() external {
        send(withdrawal);
        uint256 index = propose();
        vm.expectEmit();
        emit IOptimismPortal.WithdrawalProven(withdrawalHash, ALICE, BOB);
        vm.expectEmit();
        emit IOptimismPortal.WithdrawalProvenExtension1(withdrawalHash, CAROL);
        prove(CAROL, withdrawal, index);
        _assertProof(CAROL, outputRootProof().outputRoot(), block.timestamp, index);
        _assertProof(ALICE, bytes32(0), 0, 0);
        _assertOldest(outputRootProof().outputRoot(), block.timestamp, index);
        vm.assertEq(portal.numProofSubmitters(withdrawalHash), 1);
        vm.assertEq(portal.proofSubmitters(withdrawalHash, 0), CAROL);
        vm.assertFalse(portal.finalizedWithdrawals(withdrawalHash));
    }

    function test_proveWithdrawalTransaction_paused_reverts() external {
        send(withdrawal);
        uint256 index = propose();
        vm.prank(BOB);
        superchain.pause(address(portal));
        _expectRevert(IOptimismPortal.OptimismPortal_CallPaused.selector);
        this.proveAs(ALICE, index);
    }

    function test_proveWithdrawalTransaction_toPortal_reverts() external {
        withdrawal.target = address(portal);
        send(withdrawal);
        uint256 index = propose();
        _expectRevert(IOptimismPortal.OptimismPortal_BadTarget.selector);
        this.proveAs(ALICE, index);
    }

    function test_proveWithdrawalTransaction_noSuchOutput_reverts() external {
        send(withdrawal);
        uint256 index = propose();
        _expectRevert(IOptimismPortal.OptimismPortal_InvalidOutputRootProof.selector);
        this.proveAs(ALICE, index + 1);
    }

    function test_proveWithdrawalTransaction_otherRoot_reverts() external {
        propose();
        send(withdrawal);
        _expectRevert(IOptimismPortal.OptimismPortal_InvalidOutputRootProof.selector);
        this.proveAs(ALICE, 0);
    }

    /// @dev Each of the four words counts.
    function test_proveWithdrawalTransaction_otherRootProof_reverts() external {
        send(withdrawal);
        uint256 index = propose();
        bytes[] memory proof = withdrawalProof(withdrawal);
        for (uint256 i; i < 4; ++i) {
            OutputRootProof memory root = outputRootProof();
            if (i == 0) root.version = bytes32(uint256(1));
            if (i == 1) root.stateRoot = 0;
            if (i == 2) root.messagePasserStorageRoot = 0;
            if (i == 3) root.latestBlockhash = 0;
            _expectRevert(IOptimismPortal.OptimismPortal_InvalidOutputRootProof.selector);
            portal.proveWithdrawalTransaction(withdrawal, index, root, proof);
        }
    }

    function test_proveWithdrawalTransaction_notSent_reverts() external {
        send(withdrawalTo(BOB, 2));
        uint256 index = propose();
        _expectRevert(SecureTrie.SecureTrie_WrongKey.selector);
        this.proveAs(ALICE, index);
    }

    /// @dev Whatever is changed in a withdrawal, it is one that nobody asked for.
    function testFuzz_proveWithdrawalTransaction_changedField_reverts(uint8 field, uint256 change) external {
        vm.assume(uint160(change) != 0);
        send(withdrawal);
        uint256 index = propose();
        OutputRootProof memory root = outputRootProof();
        bytes[] memory proof = withdrawalProof(withdrawal);
        field %= 6;
        if (field == 0) withdrawal.nonce ^= change;
        if (field == 1) withdrawal.sender = address(uint160(withdrawal.sender) ^ uint160(change));
        if (field == 2) withdrawal.target = address(uint160(withdrawal.target) ^ uint160(change));
        if (field == 3) withdrawal.value ^= change;
        if (field == 4) withdrawal.gasLimit ^= change;
        if (field == 5) withdrawal.data = abi.encode(change);
        vm.assume(withdrawal.target != address(portal));
        _expectRevert(SecureTrie.SecureTrie_WrongKey.selector);
        portal.proveWithdrawalTransaction(withdrawal, index, root, proof);
    }

    function test_proveWithdrawalTransaction_again_reverts() external {
        uint256 index = sendAndProve(ALICE, withdrawal);
        _expectRevert(IOptimismPortal.OptimismPortal_AlreadyProven.selector);
        this.proveAs(ALICE, index);
        uint256 next = propose();
        _expectRevert(IOptimismPortal.OptimismPortal_AlreadyProven.selector);
        this.proveAs(ALICE, next);
    }

    function test_proveWithdrawalTransaction_finalized_reverts() external {
        uint256 index = sendAndProve(ALICE, withdrawal);
        _mature();
        finalize(ALICE, withdrawal);
        _expectRevert(IOptimismPortal.OptimismPortal_AlreadyFinalized.selector);
        this.proveAs(CAROL, index);
    }

    function test_proveWithdrawalTransaction_afterDeletion_replacesOwnProof_succeeds() external {
        sendAndProve(ALICE, withdrawal);
        sendAndProveOther(CAROL);
        vm.prank(CHALLENGER);
        oracle.deleteL2Outputs(0);
        _assertOldest(0, 0, 0);

        send(withdrawalTo(BOB, 3));
        uint256 index = propose();
        prove(CAROL, withdrawal, index);
        uint256 provenAt = block.timestamp;
        vm.warp(provenAt + 1);
        prove(ALICE, withdrawal, index);
        _assertProof(CAROL, outputRootProof().outputRoot(), provenAt, index);
        _assertProof(ALICE, outputRootProof().outputRoot(), provenAt + 1, index);
        _assertOldest(outputRootProof().outputRoot(), provenAt, index);
        vm.assertEq(portal.numProofSubmitters(withdrawalHash), 2);
        vm.assertEq(portal.proofSubmitters(withdrawalHash, 0), ALICE);
        vm.assertEq(portal.proofSubmitters(withdrawalHash, 1), CAROL);
    }

    function test_finalizeWithdrawalTransaction_pays_succeeds() external {
        sendAndProve(ALICE, withdrawal);
        _mature();
        vm.expectEmit();
        emit IOptimismPortal.WithdrawalFinalized(withdrawalHash, true);
        finalize(ALICE, withdrawal);
        vm.assertEq(BOB.balance, 1 ether);
        vm.assertEq(address(portal).balance, 9 ether);
        vm.assertTrue(portal.finalizedWithdrawals(withdrawalHash));
    }

    function test_finalizeWithdrawalTransaction_byAnybody_succeeds() external {
        sendAndProve(ALICE, withdrawal);
        _mature();
        finalize(CAROL, withdrawal);
        vm.assertEq(BOB.balance, 1 ether);
    }

    function test_finalizeWithdrawalTransaction_paused_reverts() external {
        sendAndProve(ALICE, withdrawal);
        _mature();
        vm.prank(BOB);
        superchain.pause(address(0));
        _expectRevert(IOptimismPortal.OptimismPortal_CallPaused.selector);
        portal.finalizeWithdrawalTransaction(withdrawal);
        _expectRevert(IOptimismPortal.OptimismPortal_CallPaused.selector);
        portal.finalizeWithdrawalTransactionExternalProof(withdrawal, ALICE);
    }

    function test_finalizeWithdrawalTransaction_unproven_reverts() external {
        _expectRevert(IOptimismPortal.OptimismPortal_Unproven.selector);
        portal.finalizeWithdrawalTransaction(withdrawal);
    }

    function test_finalizeWithdrawalTransaction_atTheEndOfThePeriod_reverts() external {
        sendAndProve(ALICE, withdrawal);
        vm.warp(block.timestamp + PERIOD);
        _expectRevert(IOptimismPortal.OptimismPortal_ProofNotOldEnough.selector);
        portal.finalizeWithdrawalTransaction(withdrawal);
        vm.warp(block.timestamp + 1);
        portal.finalizeWithdrawalTransaction(withdrawal);
    }

    function test_finalizeWithdrawalTransaction_again_reverts() external {
        sendAndProve(ALICE, withdrawal);
        _mature();
        finalize(ALICE, withdrawal);
        _expectRevert(IOptimismPortal.OptimismPortal_AlreadyFinalized.selector);
        portal.finalizeWithdrawalTransaction(withdrawal);
    }

    function test_finalizeWithdrawalTransaction_failedCall_isFinal_succeeds() external {
        withdrawal.target = address(new Refuser());
        withdrawalHash = withdrawal.withdrawalHash();
        sendAndProve(ALICE, withdrawal);
        _mature();
        vm.expectEmit();
        emit IOptimismPortal.WithdrawalFinalized(withdrawalHash, false);
        finalize(ALICE, withdrawal);
        vm.assertEq(address(portal).balance, 10 ether);
        _expectRevert(IOptimismPortal.OptimismPortal_AlreadyFinalized.selector);
        portal.finalizeWithdrawalTransaction(withdrawal);
    }

    function test_finalizeWithdrawalTransaction_moreThanThePortalHolds_reverts() external {
        withdrawal.value = 10 ether + 1;
        sendAndProve(ALICE, withdrawal);
        _mature();
        vm.expectRevert(
            abi.encodeWithSelector(IOptimismPortal.OptimismPortal_InsufficientBalance.selector, 10 ether, 10 ether + 1)
        );
        portal.finalizeWithdrawalTransaction(withdrawal);
        portal.donateETH{ value: 1 }();
        portal.finalizeWithdrawalTransaction(withdrawal);
        vm.assertEq(BOB.balance, 10 ether + 1);
    }

    function test_checkWithdrawal_everyStage_succeeds() external {
        _expectRevert(IOptimismPortal.OptimismPortal_Unproven.selector);
        portal.checkWithdrawal(withdrawalHash, ALICE);
        uint256 index = sendAndProve(ALICE, withdrawal);
        _expectRevert(IOptimismPortal.OptimismPortal_ProofNotOldEnough.selector);
        portal.checkWithdrawal(withdrawalHash, ALICE);
        vm.assertFalse(portal.isOutputFinalized(index));
        _mature();
        vm.assertTrue(portal.isOutputFinalized(index));
        portal.checkWithdrawal(withdrawalHash, ALICE);
        _expectRevert(IOptimismPortal.OptimismPortal_Unproven.selector);
        portal.checkWithdrawal(withdrawalHash, CAROL);
        finalize(ALICE, withdrawal);
        _expectRevert(IOptimismPortal.OptimismPortal_AlreadyFinalized.selector);
        portal.checkWithdrawal(withdrawalHash, ALICE);
    }

    function test_proofSubmitters_beyondTheLast_reverts() external {
        sendAndProve(ALICE, withdrawal);
        _expectRevert(IOptimismPortal.OptimismPortal_Unproven.selector);
        portal.proofSubmitters(withdrawalHash, 1);
    }

    function test_l2Sender_nobody_succeeds() external view {
        vm.assertEq(portal.l2Sender(), 0x000000000000000000000000000000000000dEaD);
    }

    /// @dev For expectations of a revert: everything before the call to the portal is not what reverts.
    function proveAs(address submitter, uint256 index) external {
        prove(submitter, withdrawal, index);
    }

    function sendAndProveOther(address submitter) private returns (uint256 index) {
        send(withdrawalTo(BOB, 2));
        index = propose();
        prove(submitter, withdrawal, index);
    }
}
