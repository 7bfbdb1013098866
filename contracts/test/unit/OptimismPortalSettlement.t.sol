// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { SafeCast } from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import { IOptimismPortal } from "../../interfaces/L1/IOptimismPortal.sol";
import { ISettlement } from "../../interfaces/L1/ISettlement.sol";
import { OptimismPortal } from "../../src/L1/OptimismPortal.sol";
import { OutputRootProof } from "../../src/types/OutputRootProof.sol";
import { WithdrawalTransaction } from "../../src/types/WithdrawalTransaction.sol";
import { L1Setup } from "../support/L1Setup.sol";

/// @notice Claims that come, become final and fall in any order, under any numbers, as those of dispute games do.
contract Claims is ISettlement {
    mapping(uint256 index => bytes32 root) public claim;
    mapping(uint256 index => bool final_) public isFinal;

    /// @inheritdoc ISettlement
    uint256 public constant proofMaturityDelaySeconds = 500;

    function set(uint256 index, bytes32 root, bool final_) external {
        (claim[index], isFinal[index]) = (root, final_);
    }
}

/// @notice The portal asks no more of a settlement than ISettlement: not an order, nor that what is older is final earlier.
contract OptimismPortalSettlement_Test is L1Setup {
    Claims private claims = new Claims();
    WithdrawalTransaction private withdrawal;

    function setUp() public override {
        super.setUp();
        portal = OptimismPortal(proxied(address(implementation), ""));
        vm.prank(ADMIN_OWNER);
        portal.initialize(address(config), address(claims));
        withdrawal = withdrawalTo(BOB, 1);
        send(withdrawal);
    }

    function _claim(uint256 index, bool final_) private {
        claims.set(index, outputRootProof().outputRoot(), final_);
    }

    function test_finalizeWithdrawalTransaction_laterClaimIsFinalFirst_succeeds() external {
        _claim(7, false);
        prove(ALICE, withdrawal, 7);
        _claim(3, false);
        prove(BOB, withdrawal, 3);
        vm.warp(block.timestamp + 501);
        vm.expectRevert(IOptimismPortal.OptimismPortal_OutputNotFinal.selector);
        portal.finalizeWithdrawalTransaction(withdrawal);
        _claim(3, true);
        finalize(ALICE, withdrawal);
    }

    function test_finalizeWithdrawalTransaction_finalButFallen_reverts() external {
        _claim(7, true);
        prove(ALICE, withdrawal, 7);
        vm.warp(block.timestamp + 501);
        claims.set(7, bytes32(0), true);
        vm.expectRevert(IOptimismPortal.OptimismPortal_Unproven.selector);
        portal.finalizeWithdrawalTransaction(withdrawal);
        claims.set(7, keccak256("another"), true);
        vm.expectRevert(IOptimismPortal.OptimismPortal_Unproven.selector);
        portal.finalizeWithdrawalTransaction(withdrawal);
    }

    /// @dev The best that the proofs are good for is what the caller is told.
    function test_finalizeWithdrawalTransaction_reasonIsTheBestProofs_reverts() external {
        _claim(1, false);
        prove(ALICE, withdrawal, 1);
        vm.warp(block.timestamp + 501);
        _claim(2, false);
        prove(BOB, withdrawal, 2);
        vm.expectRevert(IOptimismPortal.OptimismPortal_OutputNotFinal.selector);
        portal.finalizeWithdrawalTransaction(withdrawal);
        claims.set(1, bytes32(0), false);
        vm.expectRevert(IOptimismPortal.OptimismPortal_ProofNotOldEnough.selector);
        portal.finalizeWithdrawalTransaction(withdrawal);
        claims.set(2, bytes32(0), false);
        vm.expectRevert(IOptimismPortal.OptimismPortal_Unproven.selector);
        portal.finalizeWithdrawalTransaction(withdrawal);
    }

    function test_proveWithdrawalTransaction_highestIndex_succeeds() external {
        _claim(type(uint32).max, true);
        prove(ALICE, withdrawal, type(uint32).max);
        (,, uint128 index) = portal.provenWithdrawals(withdrawal.withdrawalHash(), ALICE);
        vm.assertEq(index, type(uint32).max);
    }

    /// @dev Never another claim's number in its place.
    function test_proveWithdrawalTransaction_indexTooHigh_reverts() external {
        uint256 index = 1 << 32;
        _claim(index, true);
        OutputRootProof memory root = outputRootProof();
        bytes[] memory proof = withdrawalProof(withdrawal);
        vm.expectRevert(abi.encodeWithSelector(SafeCast.SafeCastOverflowedUintDowncast.selector, 32, index));
        portal.proveWithdrawalTransaction(withdrawal, index, root, proof);
    }

    function test_isOutputFinalized_asTheSettlementSays_succeeds() external {
        vm.assertFalse(portal.isOutputFinalized(9));
        _claim(9, true);
        vm.assertTrue(portal.isOutputFinalized(9));
        vm.assertEq(portal.proofMaturityDelaySeconds(), 500);
        vm.assertEq(portal.l2Oracle(), address(claims));
    }
}
