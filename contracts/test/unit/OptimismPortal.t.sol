// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { Initializable } from "@openzeppelin/contracts/proxy/utils/Initializable.sol";
import { IOptimismPortal } from "../../interfaces/L1/IOptimismPortal.sol";
import { OptimismPortal } from "../../src/L1/OptimismPortal.sol";
import { ProxyAdminOwned } from "../../src/proxy/ProxyAdminOwned.sol";
import { L1Setup } from "../support/L1Setup.sol";

contract OptimismPortal_Test is L1Setup {
    address private constant ALICE_ALIAS =
        address(uint160(ALICE) + uint160(0x1111000000000000000000000000000000001111));

    function _expectDeposit(address from, address to, bytes memory opaqueData) private {
        vm.expectEmit();
        emit IOptimismPortal.TransactionDeposited(from, to, 0, opaqueData);
    }

    function test_initialize_values_succeeds() external view {
        vm.assertEq(portal.systemConfig(), address(config));
        vm.assertEq(portal.superchainConfig(), address(superchain));
        vm.assertEq(portal.guardian(), BOB);
        vm.assertEq(portal.l2Oracle(), address(oracle));
        vm.assertEq(portal.L2_ORACLE(), address(oracle));
        vm.assertEq(portal.proofMaturityDelaySeconds(), PERIOD);
        vm.assertEq(portal.version(), "2.8.0");
        (uint128 baseFee, uint64 bought, uint64 number) = portal.params();
        vm.assertEq(baseFee, 1 gwei);
        vm.assertEq(bought, 0);
        vm.assertEq(number, 100);
    }

    function test_initialize_again_reverts() external {
        vm.prank(ADMIN_OWNER);
        vm.expectRevert(Initializable.InvalidInitialization.selector);
        portal.initialize(address(config), address(oracle));
    }

    function test_initialize_implementation_reverts() external {
        vm.expectRevert(Initializable.InvalidInitialization.selector);
        implementation.initialize(address(config), address(oracle));
    }

    function test_initialize_stranger_reverts() external {
        OptimismPortal fresh = OptimismPortal(proxied(address(implementation), ""));
        vm.prank(ALICE);
        vm.expectRevert(ProxyAdminOwned.ProxyAdminOwned_Unauthorized.selector);
        fresh.initialize(address(config), address(oracle));
    }

    function test_initialize_zeroAddress_reverts() external {
        OptimismPortal fresh = OptimismPortal(proxied(address(implementation), ""));
        vm.startPrank(ADMIN_OWNER);
        vm.expectRevert(IOptimismPortal.OptimismPortal_ZeroAddress.selector);
        fresh.initialize(address(0), address(oracle));
        vm.expectRevert(IOptimismPortal.OptimismPortal_ZeroAddress.selector);
        fresh.initialize(address(config), address(0));
    }

    function test_paused_switch_succeeds() external {
        vm.assertFalse(portal.paused());
        vm.prank(BOB);
        superchain.pause(address(portal));
        vm.assertTrue(portal.paused());
    }

    function test_depositTransaction_whilePaused_succeeds() external {
        vm.prank(BOB);
        superchain.pause(address(0));
        vm.prank(ALICE, ALICE);
        portal.depositTransaction(BOB, 0, 21_000, false, "");
    }

    function test_depositTransaction_topic_succeeds() external pure {
        bytes32 topic = 0xb3813568d9991fc951961fcb4c784893574240a28925604d09fc577c55bb7c32;
        vm.assertEq(IOptimismPortal.TransactionDeposited.selector, topic);
    }

    function test_depositTransaction_eoa_succeeds() external {
        _expectDeposit(ALICE, BOB, abi.encodePacked(uint256(3), uint256(2), uint64(50_000), false, hex"beef"));
        vm.prank(ALICE, ALICE);
        portal.depositTransaction{ value: 3 }(BOB, 2, 50_000, false, hex"beef");
        vm.assertEq(address(portal).balance, 3);
    }

    function test_depositTransaction_contract_isAliased_succeeds() external {
        _expectDeposit(ALICE_ALIAS, BOB, abi.encodePacked(uint256(0), uint256(0), uint64(21_000), false));
        vm.prank(ALICE, BOB);
        portal.depositTransaction(BOB, 0, 21_000, false, "");
    }

    function test_depositTransaction_delegatedAccount_isNotAliased_succeeds() external {
        vm.etch(ALICE, abi.encodePacked(hex"ef0100", address(config)));
        _expectDeposit(ALICE, BOB, abi.encodePacked(uint256(0), uint256(0), uint64(21_000), false));
        vm.prank(ALICE, BOB);
        portal.depositTransaction(BOB, 0, 21_000, false, "");
    }

    function test_depositTransaction_codeOfDelegationsLength_isAliased_succeeds() external {
        vm.etch(ALICE, abi.encodePacked(hex"600100", address(config)));
        _expectDeposit(ALICE_ALIAS, BOB, abi.encodePacked(uint256(0), uint256(0), uint64(21_000), false));
        vm.prank(ALICE, BOB);
        portal.depositTransaction(BOB, 0, 21_000, false, "");
    }

    function testFuzz_depositTransaction_packs_succeeds(
        address to,
        uint256 value,
        uint96 mint,
        uint64 gasLimit,
        bytes memory data
    ) external {
        gasLimit = portal.minimumGasLimit(uint64(data.length)) + gasLimit % 1_000_000;
        vm.deal(ALICE, mint);
        _expectDeposit(ALICE, to, abi.encodePacked(uint256(mint), value, gasLimit, false, data));
        vm.prank(ALICE, ALICE);
        portal.depositTransaction{ value: mint }(to, value, gasLimit, false, data);
    }

    function test_depositTransaction_creation_succeeds() external {
        _expectDeposit(ALICE, address(0), abi.encodePacked(uint256(0), uint256(1), uint64(100_000), true, hex"00"));
        vm.prank(ALICE, ALICE);
        portal.depositTransaction(address(0), 1, 100_000, true, hex"00");
    }

    function test_depositTransaction_creationWithTarget_reverts() external {
        vm.expectRevert(IOptimismPortal.OptimismPortal_BadTarget.selector);
        portal.depositTransaction(BOB, 0, 100_000, true, "");
    }

    function test_depositTransaction_minimumGasLimit_succeeds() external {
        portal.depositTransaction(BOB, 0, 21_080, false, hex"0000");
    }

    function test_depositTransaction_gasLimitTooLow_reverts() external {
        vm.expectRevert(IOptimismPortal.OptimismPortal_GasLimitTooLow.selector);
        portal.depositTransaction(BOB, 0, 21_079, false, hex"0000");
    }

    function test_depositTransaction_longestData_succeeds() external {
        portal.depositTransaction(BOB, 0, 10_000_000, false, new bytes(120_000));
    }

    function test_depositTransaction_dataTooLong_reverts() external {
        vm.expectRevert(IOptimismPortal.OptimismPortal_CalldataTooLarge.selector);
        portal.depositTransaction(BOB, 0, 10_000_000, false, new bytes(120_001));
    }

    function test_receive_depositsToSender_succeeds() external {
        _expectDeposit(ALICE, ALICE, abi.encodePacked(uint256(7), uint256(7), uint64(100_000), false));
        vm.prank(ALICE, ALICE);
        (bool success,) = address(portal).call{ value: 7 }("");
        vm.assertTrue(success);
    }

    function test_donateETH_keepsEther_succeeds() external {
        portal.donateETH{ value: 5 }();
        vm.assertEq(address(portal).balance, 5);
        (, uint64 bought,) = portal.params();
        vm.assertEq(bought, 0);
    }

    function testFuzz_minimumGasLimit_linear_succeeds(uint32 byteCount) external view {
        vm.assertEq(portal.minimumGasLimit(byteCount), 21_000 + 40 * uint256(byteCount));
    }
}
