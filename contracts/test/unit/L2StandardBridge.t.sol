// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { Initializable } from "@openzeppelin/contracts/proxy/utils/Initializable.sol";
import { IL2StandardBridge } from "../../interfaces/L2/IL2StandardBridge.sol";
import { IStandardBridge } from "../../interfaces/bridge/IStandardBridge.sol";
import { L2StandardBridge } from "../../src/L2/L2StandardBridge.sol";
import { OptimismMintableERC20 } from "../../src/bridge/OptimismMintableERC20.sol";
import { Predeploys } from "../../src/libraries/Predeploys.sol";
import { ProxyAdminOwned } from "../../src/proxy/ProxyAdminOwned.sol";
import { MessengerStandIn } from "../support/StandIns.sol";
import { Test } from "../support/Test.sol";

/// @notice What L2's bridge has of its own; the rest is in L1StandardBridge.t.sol.
contract L2StandardBridge_Test is Test {
    address private constant L1_BRIDGE = address(0x1111);
    address private constant L1_MESSENGER = address(0x1112);
    address private constant L1_TOKEN = address(0x1113);
    address private constant ETHER = 0xDeadDeAddeAddEAddeadDEaDDEAdDeaDDeAD0000;

    MessengerStandIn private constant messenger = MessengerStandIn(Predeploys.L2_CROSS_DOMAIN_MESSENGER);
    L2StandardBridge private bridge;
    OptimismMintableERC20 private twin;

    function setUp() external {
        vm.etch(address(messenger), address(new MessengerStandIn()).code);
        messenger.setOtherMessenger(L1_MESSENGER);
        bytes memory call = abi.encodeCall(IL2StandardBridge.initialize, (L1_BRIDGE));
        bridge = L2StandardBridge(proxied(address(new L2StandardBridge()), call));
        twin = new OptimismMintableERC20(address(bridge), L1_TOKEN, "Twin", "TWN", 18);
        vm.prank(address(bridge));
        twin.mint(ALICE, 100);
        vm.deal(ALICE, 10 ether);
    }

    function _assertSent(bytes memory message, uint256 value) private view {
        vm.assertEq(messenger.target(), L1_BRIDGE);
        vm.assertEq(messenger.message(), message);
        vm.assertEq(messenger.minGasLimit(), 50_000);
        vm.assertEq(messenger.value(), value);
    }

    function _expectEther(address to) private {
        vm.expectEmit();
        emit IL2StandardBridge.WithdrawalInitiated(address(0), ETHER, ALICE, to, 1 ether, "extra");
        vm.expectEmit();
        emit IStandardBridge.ETHBridgeInitiated(ALICE, to, 1 ether, "extra");
        vm.prank(ALICE, ALICE);
    }

    function _assertEtherSent(address to) private view {
        _assertSent(abi.encodeCall(IStandardBridge.finalizeBridgeETH, (ALICE, to, 1 ether, "extra")), 1 ether);
    }

    function _expectTokens(address to) private {
        vm.expectEmit();
        emit IL2StandardBridge.WithdrawalInitiated(L1_TOKEN, address(twin), ALICE, to, 60, "extra");
        vm.expectEmit();
        emit IStandardBridge.ERC20BridgeInitiated(address(twin), L1_TOKEN, ALICE, to, 60, "extra");
        vm.prank(ALICE, ALICE);
    }

    function _assertTokensSent(address to) private view {
        _assertSent(
            abi.encodeCall(IStandardBridge.finalizeBridgeERC20, (L1_TOKEN, address(twin), ALICE, to, 60, "extra")), 0
        );
        vm.assertEq(twin.balanceOf(ALICE), 40);
    }

    function test_initialize_values_succeeds() external view {
        vm.assertEq(bridge.messenger(), address(messenger));
        vm.assertEq(bridge.MESSENGER(), address(messenger));
        vm.assertEq(bridge.otherBridge(), L1_BRIDGE);
        vm.assertEq(bridge.OTHER_BRIDGE(), L1_BRIDGE);
        vm.assertEq(bridge.l1TokenBridge(), L1_BRIDGE);
        vm.assertFalse(bridge.paused());
        vm.assertEq(bridge.version(), "1.13.0");
    }

    /// @notice The genesis writes this slot.
    function test_otherBridge_slot_succeeds() external view {
        vm.assertEq(vm.load(address(bridge), bytes32(uint256(1))), bytes32(uint256(uint160(L1_BRIDGE))));
    }

    function test_initialize_again_reverts() external {
        vm.prank(ADMIN_OWNER);
        vm.expectRevert(Initializable.InvalidInitialization.selector);
        bridge.initialize(ALICE);
    }

    function test_initialize_implementation_reverts() external {
        L2StandardBridge fresh = new L2StandardBridge();
        vm.expectRevert(Initializable.InvalidInitialization.selector);
        fresh.initialize(ALICE);
    }

    function test_initialize_zero_reverts() external {
        L2StandardBridge fresh = L2StandardBridge(proxied(address(new L2StandardBridge()), ""));
        vm.prank(ADMIN_OWNER);
        vm.expectRevert(IStandardBridge.StandardBridge_ZeroAddress.selector);
        fresh.initialize(address(0));
    }

    function test_initialize_stranger_reverts() external {
        L2StandardBridge fresh = L2StandardBridge(proxied(address(new L2StandardBridge()), ""));
        vm.prank(ALICE);
        vm.expectRevert(ProxyAdminOwned.ProxyAdminOwned_Unauthorized.selector);
        fresh.initialize(ALICE);
    }

    function test_bridgeETH_events_succeeds() external {
        _expectEther(ALICE);
        bridge.bridgeETH{ value: 1 ether }(50_000, "extra");
        _assertEtherSent(ALICE);
    }

    function test_bridgeETHTo_deadEnd_reverts() external {
        messenger.setL1Portal(address(0x1114));
        address[4] memory deadEnds = [address(0), L1_BRIDGE, L1_MESSENGER, address(0x1114)];
        for (uint256 i; i < 4; ++i) {
            vm.prank(ALICE);
            vm.expectRevert(
                abi.encodeWithSelector(IStandardBridge.StandardBridge_InvalidRecipient.selector, deadEnds[i])
            );
            bridge.bridgeETHTo{ value: 1 ether }(deadEnds[i], 50_000, "");
        }
    }

    function test_withdraw_ether_succeeds() external {
        _expectEther(ALICE);
        bridge.withdraw{ value: 1 ether }(ETHER, 1 ether, 50_000, "extra");
        _assertEtherSent(ALICE);
    }

    function test_withdrawTo_ether_succeeds() external {
        _expectEther(BOB);
        bridge.withdrawTo{ value: 1 ether }(ETHER, BOB, 1 ether, 50_000, "extra");
        _assertEtherSent(BOB);
    }

    function test_withdraw_tokens_succeeds() external {
        _expectTokens(ALICE);
        bridge.withdraw(address(twin), 60, 50_000, "extra");
        _assertTokensSent(ALICE);
    }

    function test_withdrawTo_tokens_succeeds() external {
        _expectTokens(BOB);
        bridge.withdrawTo(address(twin), BOB, 60, 50_000, "extra");
        _assertTokensSent(BOB);
    }

    function test_withdraw_contract_reverts() external {
        vm.prank(ALICE, BOB);
        vm.expectRevert(IStandardBridge.StandardBridge_OnlyEOA.selector);
        bridge.withdraw(address(twin), 60, 50_000, "");
    }

    function test_withdraw_otherValue_reverts() external {
        vm.prank(ALICE, ALICE);
        vm.expectRevert(abi.encodeWithSelector(IStandardBridge.StandardBridge_WrongValue.selector, 1 ether, 2 ether));
        bridge.withdraw{ value: 1 ether }(ETHER, 2 ether, 50_000, "");
    }

    function test_withdrawTo_tokensWithEther_reverts() external {
        vm.prank(ALICE);
        vm.expectRevert(abi.encodeWithSelector(IStandardBridge.StandardBridge_WrongValue.selector, 1, 0));
        bridge.withdrawTo{ value: 1 }(address(twin), BOB, 60, 50_000, "");
    }

    function test_finalizeBridgeETH_events_succeeds() external {
        vm.expectEmit();
        emit IL2StandardBridge.DepositFinalized(address(0), ETHER, ALICE, BOB, 1 ether, "extra");
        vm.expectEmit();
        emit IStandardBridge.ETHBridgeFinalized(ALICE, BOB, 1 ether, "extra");
        _relayEther(abi.encodeCall(IStandardBridge.finalizeBridgeETH, (ALICE, BOB, 1 ether, "extra")));
        vm.assertEq(BOB.balance, 1 ether);
    }

    function test_finalizeDeposit_ether_succeeds() external {
        _relayEther(
            abi.encodeCall(IL2StandardBridge.finalizeDeposit, (address(0), ETHER, ALICE, BOB, 1 ether, "extra"))
        );
        vm.assertEq(BOB.balance, 1 ether);
    }

    function test_finalizeBridgeERC20_events_succeeds() external {
        vm.expectEmit();
        emit IL2StandardBridge.DepositFinalized(L1_TOKEN, address(twin), ALICE, BOB, 60, "extra");
        vm.expectEmit();
        emit IStandardBridge.ERC20BridgeFinalized(address(twin), L1_TOKEN, ALICE, BOB, 60, "extra");
        messenger.relay(
            L1_BRIDGE,
            address(bridge),
            abi.encodeCall(IStandardBridge.finalizeBridgeERC20, (address(twin), L1_TOKEN, ALICE, BOB, 60, "extra"))
        );
        vm.assertEq(twin.balanceOf(BOB), 60);
    }

    function _deposited() private view returns (bytes memory) {
        return abi.encodeCall(IL2StandardBridge.finalizeDeposit, (L1_TOKEN, address(twin), ALICE, BOB, 60, "extra"));
    }

    function test_finalizeDeposit_tokens_succeeds() external {
        messenger.relay(L1_BRIDGE, address(bridge), _deposited());
        vm.assertEq(twin.balanceOf(BOB), 60);
    }

    function test_finalizeDeposit_tokensWithEther_reverts() external {
        vm.deal(address(this), 1 ether);
        bytes memory message = _deposited();
        vm.expectRevert(abi.encodeWithSelector(IStandardBridge.StandardBridge_WrongValue.selector, 1 ether, 0));
        messenger.relay{ value: 1 ether }(L1_BRIDGE, address(bridge), message);
    }

    function test_finalizeDeposit_notMessenger_reverts() external {
        vm.expectRevert(IStandardBridge.StandardBridge_OnlyOtherBridge.selector);
        bridge.finalizeDeposit(L1_TOKEN, address(twin), ALICE, BOB, 60, "");
    }

    function test_finalizeDeposit_notOtherBridge_reverts() external {
        bytes memory message = _deposited();
        vm.expectRevert(IStandardBridge.StandardBridge_OnlyOtherBridge.selector);
        messenger.relay(ALICE, address(bridge), message);
    }

    function _relayEther(bytes memory message) private {
        vm.deal(address(this), 1 ether);
        messenger.relay{ value: 1 ether }(L1_BRIDGE, address(bridge), message);
    }
}
