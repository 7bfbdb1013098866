// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { IOptimismPortal } from "../../interfaces/L1/IOptimismPortal.sol";
import { WithdrawalTransaction } from "../../src/types/WithdrawalTransaction.sol";
import { L1Setup } from "../support/L1Setup.sol";

/// @notice Scenario 37: L1's block builders, or a pause, keep a user's proof out for as long as they can. A withdrawal does not get old:
///         it can be proven by every output since, and finalized a period after that.
contract CensoredProof_Test is L1Setup {
    uint256 private constant YEAR = 365 days;

    WithdrawalTransaction private withdrawal;

    function setUp() public override {
        super.setUp();
        vm.deal(address(portal), 1 ether);
        withdrawal = withdrawalTo(BOB, 1);
        withdrawal.value = 1 ether;
        send(withdrawal);
    }

    function _assertFinalizedAPeriodLater() private {
        vm.warp(block.timestamp + PERIOD);
        vm.expectRevert(IOptimismPortal.OptimismPortal_ProofNotOldEnough.selector);
        portal.finalizeWithdrawalTransaction(withdrawal);
        vm.warp(block.timestamp + 1);
        finalize(ALICE, withdrawal);
        vm.assertEq(BOB.balance, 1 ether);
    }

    /// @dev The output of its time is still there, long final: the proof's own period passes all the same.
    function test_s37_provenYearsLaterByTheOldOutput_succeeds() external {
        uint256 index = propose();
        vm.warp(block.timestamp + 3 * YEAR);
        prove(ALICE, withdrawal, index);
        _assertFinalizedAPeriodLater();
    }

    /// @dev Later outputs commit to it too, whatever else was asked for since.
    function test_s37_provenByALaterOutput_succeeds() external {
        propose();
        for (uint256 i; i < 30; ++i) {
            send(withdrawalTo(BOB, 100 + i));
            propose();
        }
        vm.warp(block.timestamp + YEAR);
        prove(ALICE, withdrawal, 30);
        _assertFinalizedAPeriodLater();
    }

    /// @dev While one account is censored, any other proves for it.
    function test_s37_provenByAnother_succeeds() external {
        prove(BOB, withdrawal, propose());
        _assertFinalizedAPeriodLater();
    }

    /// @dev Finalizing is censored for a year: nothing expires.
    function test_s37_finalizedYearsLater_succeeds() external {
        prove(ALICE, withdrawal, propose());
        vm.warp(block.timestamp + YEAR);
        finalize(ALICE, withdrawal);
        vm.assertEq(BOB.balance, 1 ether);
    }

    /// @dev A pause ends by itself, even if its guardian has gone.
    function test_s37_pauseWithoutEnd_succeeds() external {
        uint256 index = propose();
        vm.startPrank(BOB);
        superchain.pause(address(portal));
        vm.warp(block.timestamp + superchain.pauseExpiry() - 1);
        superchain.pause(address(0));
        vm.stopPrank();
        vm.warp(superchain.expiration(address(0)) - 1);
        vm.assertTrue(portal.paused());
        vm.warp(superchain.expiration(address(0)));
        prove(ALICE, withdrawal, index);
        _assertFinalizedAPeriodLater();
    }
}
