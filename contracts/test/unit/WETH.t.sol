// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { IWETH } from "../../interfaces/L2/IWETH.sol";
import { WETH } from "../../src/L2/WETH.sol";
import { Refuser, Test } from "../support/Test.sol";

contract WETH_Test is Test {
    WETH private weth = new WETH();

    function setUp() external {
        vm.deal(ALICE, 100 ether);
    }

    function _deposit(uint256 wad) private {
        vm.prank(ALICE);
        weth.deposit{ value: wad }();
    }

    function test_metadata_succeeds() external view {
        vm.assertEq(weth.name(), "Wrapped Ether");
        vm.assertEq(weth.symbol(), "WETH");
        vm.assertEq(weth.decimals(), 18);
        vm.assertEq(weth.version(), "1.0.0");
    }

    function test_deposit_wraps_succeeds() external {
        vm.expectEmit();
        emit IWETH.Deposit(ALICE, 3 ether);
        _deposit(3 ether);
        vm.assertEq(weth.balanceOf(ALICE), 3 ether);
        vm.assertEq(weth.totalSupply(), 3 ether);
    }

    function test_receive_wraps_succeeds() external {
        vm.prank(ALICE);
        (bool success,) = address(weth).call{ value: 2 }("");
        vm.assertTrue(success);
        vm.assertEq(weth.balanceOf(ALICE), 2);
    }

    function test_fallback_wraps_succeeds() external {
        vm.prank(ALICE);
        (bool success,) = address(weth).call{ value: 2 }(hex"12345678");
        vm.assertTrue(success);
        vm.assertEq(weth.balanceOf(ALICE), 2);
    }

    function test_withdraw_unwraps_succeeds() external {
        _deposit(3 ether);
        vm.expectEmit();
        emit IWETH.Withdrawal(ALICE, 1 ether);
        vm.prank(ALICE);
        weth.withdraw(1 ether);
        vm.assertEq(weth.balanceOf(ALICE), 2 ether);
        vm.assertEq(ALICE.balance, 98 ether);
    }

    function test_withdraw_tooMuch_reverts() external {
        _deposit(1);
        vm.prank(ALICE);
        vm.expectRevert(abi.encodeWithSelector(IWETH.WETH_InsufficientBalance.selector, 1, 2));
        weth.withdraw(2);
    }

    function test_withdraw_refused_reverts() external {
        address refuser = address(new Refuser());
        vm.deal(refuser, 1);
        vm.prank(refuser);
        weth.deposit{ value: 1 }();
        vm.prank(refuser);
        vm.expectRevert(Refuser.Refuser_No.selector);
        weth.withdraw(1);
    }

    function testFuzz_transfer_moves_succeeds(uint64 held, uint64 wad) external {
        vm.assume(wad <= held);
        _deposit(held);
        vm.expectEmit();
        emit IWETH.Transfer(ALICE, BOB, wad);
        vm.prank(ALICE);
        vm.assertTrue(weth.transfer(BOB, wad));
        vm.assertEq(weth.balanceOf(ALICE), held - wad);
        vm.assertEq(weth.balanceOf(BOB), wad);
    }

    function test_transfer_toSelf_succeeds() external {
        _deposit(5);
        vm.prank(ALICE);
        weth.transfer(ALICE, 5);
        vm.assertEq(weth.balanceOf(ALICE), 5);
    }

    function test_transfer_tooMuch_reverts() external {
        vm.prank(ALICE);
        vm.expectRevert(abi.encodeWithSelector(IWETH.WETH_InsufficientBalance.selector, 0, 1));
        weth.transfer(BOB, 1);
    }

    function test_approve_sets_succeeds() external {
        vm.expectEmit();
        emit IWETH.Approval(ALICE, BOB, 9);
        vm.prank(ALICE);
        vm.assertTrue(weth.approve(BOB, 9));
        vm.assertEq(weth.allowance(ALICE, BOB), 9);
    }

    function test_transferFrom_allowance_succeeds() external {
        _deposit(10);
        vm.prank(ALICE);
        weth.approve(BOB, 9);
        vm.prank(BOB);
        vm.assertTrue(weth.transferFrom(ALICE, BOB, 4));
        vm.assertEq(weth.allowance(ALICE, BOB), 5);
        vm.assertEq(weth.balanceOf(BOB), 4);
    }

    function test_transferFrom_withoutLimit_succeeds() external {
        _deposit(10);
        vm.prank(ALICE);
        weth.approve(BOB, type(uint256).max);
        vm.prank(BOB);
        weth.transferFrom(ALICE, BOB, 4);
        vm.assertEq(weth.allowance(ALICE, BOB), type(uint256).max);
    }

    function test_transferFrom_beyondAllowance_reverts() external {
        _deposit(10);
        vm.prank(ALICE);
        weth.approve(BOB, 3);
        vm.prank(BOB);
        vm.expectRevert(abi.encodeWithSelector(IWETH.WETH_InsufficientAllowance.selector, 3, 4));
        weth.transferFrom(ALICE, BOB, 4);
    }

    function test_transferFrom_beyondBalance_reverts() external {
        vm.prank(ALICE);
        weth.approve(BOB, 3);
        vm.prank(BOB);
        vm.expectRevert(abi.encodeWithSelector(IWETH.WETH_InsufficientBalance.selector, 0, 3));
        weth.transferFrom(ALICE, BOB, 3);
    }
}
