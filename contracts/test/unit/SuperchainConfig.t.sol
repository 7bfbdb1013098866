// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { Initializable } from "@openzeppelin/contracts/proxy/utils/Initializable.sol";
import { ISuperchainConfig } from "../../interfaces/L1/ISuperchainConfig.sol";
import { SuperchainConfig } from "../../src/L1/SuperchainConfig.sol";
import { Proxy } from "../../src/proxy/Proxy.sol";
import { ProxyAdminOwned } from "../../src/proxy/ProxyAdminOwned.sol";
import { Test } from "../support/Test.sol";

contract SuperchainConfig_Test is Test {
    address private constant CHAIN = address(0xc4a1);
    SuperchainConfig private implementation = new SuperchainConfig();
    SuperchainConfig private config;

    function setUp() external {
        bytes memory call = abi.encodeCall(ISuperchainConfig.initialize, (ALICE));
        config = SuperchainConfig(proxied(address(implementation), call));
    }

    function test_initialize_throughProxyAdmin_succeeds() external view {
        vm.assertEq(config.guardian(), ALICE);
        vm.assertFalse(config.paused());
        vm.assertEq(config.version(), "2.4.0");
        vm.assertEq(config.proxyAdmin(), address(proxyAdmin));
        vm.assertEq(config.proxyAdminOwner(), ADMIN_OWNER);
    }

    function test_initialize_again_reverts() external {
        vm.prank(ADMIN_OWNER);
        vm.expectRevert(Initializable.InvalidInitialization.selector);
        config.initialize(BOB);
    }

    function test_initialize_implementation_reverts() external {
        vm.expectRevert(Initializable.InvalidInitialization.selector);
        implementation.initialize(BOB);
    }

    function test_initialize_stranger_reverts() external {
        address payable fresh = proxied(address(implementation), "");
        vm.prank(ALICE);
        vm.expectRevert(ProxyAdminOwned.ProxyAdminOwned_Unauthorized.selector);
        SuperchainConfig(fresh).initialize(ALICE);
    }

    function test_initialize_zeroGuardian_reverts() external {
        address payable fresh = proxied(address(implementation), "");
        vm.prank(ADMIN_OWNER);
        vm.expectRevert(ISuperchainConfig.SuperchainConfig_ZeroGuardian.selector);
        SuperchainConfig(fresh).initialize(address(0));
    }

    function test_initialize_proxyAdminOwner_succeeds() external {
        address payable fresh = proxied(address(implementation), "");
        vm.prank(ADMIN_OWNER);
        SuperchainConfig(fresh).initialize(BOB);
        vm.assertEq(SuperchainConfig(fresh).guardian(), BOB);
    }

    function test_pause_everything_succeeds() external {
        vm.warp(1000);
        vm.expectEmit();
        emit ISuperchainConfig.Paused(address(0));
        vm.prank(ALICE);
        config.pause(address(0));
        vm.assertTrue(config.paused());
        vm.assertTrue(config.paused(address(0)));
        vm.assertFalse(config.paused(CHAIN));
        vm.assertEq(config.pauseTimestamps(address(0)), 1000);
    }

    function test_pause_expires_succeeds() external {
        vm.warp(1000);
        vm.prank(ALICE);
        config.pause(CHAIN);
        vm.assertEq(config.expiration(CHAIN), 1000 + config.pauseExpiry());
        vm.warp(1000 + config.pauseExpiry() - 1);
        vm.assertTrue(config.paused(CHAIN));
        vm.warp(1000 + config.pauseExpiry());
        vm.assertFalse(config.paused(CHAIN));
    }

    function test_pause_again_reverts() external {
        vm.startPrank(ALICE);
        config.pause(CHAIN);
        vm.expectRevert(abi.encodeWithSelector(ISuperchainConfig.SuperchainConfig_AlreadyPaused.selector, CHAIN));
        config.pause(CHAIN);
    }

    function test_pause_notGuardian_reverts() external {
        vm.prank(BOB);
        vm.expectRevert(ISuperchainConfig.SuperchainConfig_OnlyGuardian.selector);
        config.pause(CHAIN);
    }

    function test_unpause_guardian_succeeds() external {
        vm.startPrank(ALICE);
        config.pause(CHAIN);
        vm.expectEmit();
        emit ISuperchainConfig.Unpaused(CHAIN);
        config.unpause(CHAIN);
        vm.assertFalse(config.paused(CHAIN));
        vm.assertEq(config.expiration(CHAIN), 0);
        config.pause(CHAIN);
        vm.assertTrue(config.paused(CHAIN));
    }

    function test_unpause_notGuardian_reverts() external {
        vm.prank(BOB);
        vm.expectRevert(ISuperchainConfig.SuperchainConfig_OnlyGuardian.selector);
        config.unpause(CHAIN);
    }

    /// @dev Without the guardian a pause is over for good: it does not begin again by itself, and nobody can begin it again.
    function test_pause_expiredAndNotLifted_reverts() external {
        vm.startPrank(ALICE);
        config.pause(CHAIN);
        vm.warp(block.timestamp + config.pauseExpiry());
        vm.assertFalse(config.paused(CHAIN));
        vm.assertFalse(config.pausable(CHAIN));
        vm.expectRevert(abi.encodeWithSelector(ISuperchainConfig.SuperchainConfig_AlreadyPaused.selector, CHAIN));
        config.pause(CHAIN);
        config.unpause(CHAIN);
        vm.assertTrue(config.pausable(CHAIN));
        config.pause(CHAIN);
        vm.assertTrue(config.paused(CHAIN));
    }

    function test_pausable_eachIdentifierByItself_succeeds() external {
        vm.startPrank(ALICE);
        config.pause(address(0));
        vm.assertFalse(config.pausable(address(0)));
        vm.assertTrue(config.pausable(CHAIN));
        config.pause(CHAIN);
        config.unpause(address(0));
        vm.assertTrue(config.pausable(address(0)));
        vm.assertTrue(config.paused(CHAIN));
        vm.assertFalse(config.paused());
    }

    function test_extend_whilePaused_succeeds() external {
        vm.startPrank(ALICE);
        config.pause(CHAIN);
        vm.warp(5000);
        vm.expectEmit();
        emit ISuperchainConfig.PauseExtended(CHAIN);
        config.extend(CHAIN);
        vm.assertEq(config.pauseTimestamps(CHAIN), 5000);
        vm.assertEq(config.expiration(CHAIN), 5000 + config.pauseExpiry());
        vm.assertEq(config.expiration(address(0)), 0);
    }

    function test_extend_expired_succeeds() external {
        vm.startPrank(ALICE);
        config.pause(CHAIN);
        vm.warp(config.expiration(CHAIN) + 1);
        config.extend(CHAIN);
        vm.assertTrue(config.paused(CHAIN));
    }

    function test_extend_notPaused_reverts() external {
        vm.startPrank(ALICE);
        config.pause(address(0));
        vm.expectRevert(abi.encodeWithSelector(ISuperchainConfig.SuperchainConfig_NotAlreadyPaused.selector, CHAIN));
        config.extend(CHAIN);
    }

    function test_extend_notGuardian_reverts() external {
        vm.prank(ALICE);
        config.pause(CHAIN);
        vm.prank(BOB);
        vm.expectRevert(ISuperchainConfig.SuperchainConfig_OnlyGuardian.selector);
        config.extend(CHAIN);
    }

    /// @dev Whatever the guardian does with a switch, it says paused for less than the expiry after the last time.
    function testFuzz_paused_neverLongerThanTheExpiry_succeeds(uint32 pausedAt, uint32 later) external {
        vm.warp(uint256(pausedAt) + 1);
        vm.prank(ALICE);
        config.pause(CHAIN);
        vm.warp(uint256(pausedAt) + 1 + later);
        vm.assertEq(config.paused(CHAIN), later < config.pauseExpiry());
    }
}
