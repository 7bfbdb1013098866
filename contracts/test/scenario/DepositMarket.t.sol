// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { IOptimismPortal } from "../../interfaces/L1/IOptimismPortal.sol";
import { ResourceMetering } from "../../src/L1/ResourceMetering.sol";
import { L1Setup } from "../support/L1Setup.sol";

/// @notice Deposits, and fails, all of it.
contract FailingDepositor {
    error FailingDepositor_No();

    function deposit(IOptimismPortal portal) external payable {
        portal.depositTransaction{ value: msg.value }(address(this), 0, 1_000_000, false, "");
        revert FailingDepositor_No();
    }
}

/// @notice Scenario 43: the market for deposits' gas at its limits, deposits that revert, and deposits that create contracts.
contract DepositMarket_Test is L1Setup {
    uint64 private constant LIMIT = 20_000_000;

    function setUp() public override {
        super.setUp();
        vm.fee(1 gwei);
    }

    function _baseFee() private view returns (uint256 baseFee) {
        (baseFee,,) = portal.params();
    }

    function _bought() private view returns (uint256 bought) {
        (, bought,) = portal.params();
    }

    function _buy(uint64 gasLimit) private returns (uint256 gasUsed) {
        portal.depositTransaction(BOB, 0, gasLimit, false, "");
        return vm.lastCallGas().gasTotalUsed;
    }

    /// @dev One deposit takes a whole block, and pays for it. Nothing is left for anybody in that block; in the next one there is.
    function test_s43_wholeBlock_succeeds() external {
        uint256 used = _buy(LIMIT);
        vm.assertGe(used, LIMIT);
        vm.assertLt(used, LIMIT + 60_000);
        vm.assertEq(_bought(), LIMIT);
        vm.expectRevert(ResourceMetering.ResourceMetering_OutOfGas.selector);
        portal.depositTransaction(BOB, 0, 21_000, false, "");
        vm.roll(block.number + 1);
        _buy(21_000);
        vm.assertEq(_bought(), 21_000);
    }

    function test_s43_moreThanABlock_reverts() external {
        vm.expectRevert(ResourceMetering.ResourceMetering_OutOfGas.selector);
        portal.depositTransaction(BOB, 0, LIMIT + 1, false, "");
        vm.expectRevert(ResourceMetering.ResourceMetering_OutOfGas.selector);
        portal.depositTransaction(BOB, 0, 1 << 63, false, "");
    }

    /// @dev `uint64` counts the gas: two deposits whose sum would wrap around do not pass.
    function test_s43_sumThatWraps_reverts() external {
        _buy(LIMIT);
        vm.expectRevert();
        portal.depositTransaction(BOB, 0, type(uint64).max - LIMIT + 21_001, false, "");
        vm.assertEq(_bought(), LIMIT);
    }

    /// @dev Block after block full: each makes the next 2.125 times as dear, and after quiet blocks it is cheap again.
    function test_s43_fullBlocks_getDearer_succeeds() external {
        uint256 expected = 1 gwei;
        for (uint256 i; i < 5; ++i) {
            uint256 burn = uint256(100_000) * expected / 1 gwei;
            uint256 used = _buy(100_000);
            vm.assertEq(_baseFee(), expected);
            vm.assertGe(used, burn);
            vm.assertLt(used, burn + 60_000);
            // The rest is bought at no price, which a full block would not allow within a test's gas.
            bytes32 full = bytes32(uint256(expected) | uint256(LIMIT) << 128 | block.number << 192);
            vm.store(address(portal), bytes32(0), full);
            expected += expected * 9 / 8;
            vm.roll(block.number + 1);
        }
        vm.roll(block.number + 200);
        _buy(21_000);
        vm.assertEq(_baseFee(), 1 gwei);
    }

    /// @dev Where L1's own gas is dear, less of it is burnt: the price is in wei.
    function test_s43_dearL1Gas_burnsLess_succeeds() external {
        vm.fee(100 gwei);
        vm.assertLt(_buy(5_000_000), 100_000);
    }

    /// @dev What reverts on L1 was never bought, nor deposited, nor paid.
    function test_s43_revertedDeposit_leavesNothing_succeeds() external {
        FailingDepositor depositor = new FailingDepositor();
        vm.prank(ALICE, ALICE);
        vm.expectRevert(FailingDepositor.FailingDepositor_No.selector);
        depositor.deposit{ value: 1 ether }(portal);
        vm.assertEq(_bought(), 0);
        vm.assertEq(address(portal).balance, 0);
        vm.assertEq(ALICE.balance, 100 ether);
    }

    /// @dev A deposit that fails on L2 is L2's affair: whatever it would do there, L1 takes its ether and its gas. It sends more than it
    ///      mints, and calls what no contract understands.
    function test_s43_depositThatFailsOnL2_isTaken_succeeds() external {
        vm.expectEmit();
        emit IOptimismPortal.TransactionDeposited(
            ALICE, BOB, 0, abi.encodePacked(uint256(1), type(uint256).max, uint64(21_160), false, hex"deadbeef")
        );
        vm.prank(ALICE, ALICE);
        portal.depositTransaction{ value: 1 }(BOB, type(uint256).max, 21_160, false, hex"deadbeef");
        vm.assertEq(address(portal).balance, 1);
    }

    /// @dev Creations: of the longest code, of none, and never with a recipient.
    function test_s43_creation_succeeds() external {
        bytes memory code = new bytes(49_152);
        vm.expectEmit();
        emit IOptimismPortal.TransactionDeposited(
            ALICE, address(0), 0, abi.encodePacked(uint256(2), uint256(2), uint64(10_000_000), true, code)
        );
        vm.prank(ALICE, ALICE);
        portal.depositTransaction{ value: 2 }(address(0), 2, 10_000_000, true, code);
        vm.prank(ALICE, ALICE);
        portal.depositTransaction(address(0), 0, 53_000, true, "");
        vm.expectRevert(IOptimismPortal.OptimismPortal_BadTarget.selector);
        portal.depositTransaction(BOB, 0, 53_000, true, code);
    }

    /// @dev Not a creation, though nobody is called: ether for the zero address.
    function test_s43_toTheZeroAddress_isNoCreation_succeeds() external {
        vm.expectEmit();
        emit IOptimismPortal.TransactionDeposited(
            ALICE, address(0), 0, abi.encodePacked(uint256(1), uint256(1), uint64(21_000), false)
        );
        vm.prank(ALICE, ALICE);
        portal.depositTransaction{ value: 1 }(address(0), 1, 21_000, false, "");
    }
}
