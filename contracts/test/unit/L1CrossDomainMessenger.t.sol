// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { Initializable } from "@openzeppelin/contracts/proxy/utils/Initializable.sol";
import { IL1CrossDomainMessenger } from "../../interfaces/L1/IL1CrossDomainMessenger.sol";
import { IOptimismPortal } from "../../interfaces/L1/IOptimismPortal.sol";
import { ICrossDomainMessenger } from "../../interfaces/bridge/ICrossDomainMessenger.sol";
import { L1CrossDomainMessenger } from "../../src/L1/L1CrossDomainMessenger.sol";
import { AddressAliasHelper } from "../../src/libraries/AddressAliasHelper.sol";
import { Hashing } from "../../src/libraries/Hashing.sol";
import { Predeploys } from "../../src/libraries/Predeploys.sol";
import { ProxyAdminOwned } from "../../src/proxy/ProxyAdminOwned.sol";
import { L1Setup } from "../support/L1Setup.sol";
import { Listener } from "../support/Listeners.sol";
import { PortalStandIn } from "../support/StandIns.sol";

/// @notice What L1's messenger has of its own; the rest is in L2CrossDomainMessenger.t.sol.
contract L1CrossDomainMessenger_Test is L1Setup {
    address private constant L2_MESSENGER = Predeploys.L2_CROSS_DOMAIN_MESSENGER;
    uint256 private constant NONCE = uint256(1) << 240 | 7;

    L1CrossDomainMessenger private sender;
    L1CrossDomainMessenger private relayer;
    PortalStandIn private standIn = new PortalStandIn();
    Listener private receiver;

    function setUp() public override {
        super.setUp();
        sender = _deploy(address(portal));
        relayer = _deploy(address(standIn));
        receiver = new Listener(address(relayer));
        vm.deal(address(this), 10 ether);
    }

    function _deploy(address portal_) private returns (L1CrossDomainMessenger) {
        bytes memory call = abi.encodeCall(IL1CrossDomainMessenger.initialize, (address(config), portal_));
        return L1CrossDomainMessenger(proxied(address(new L1CrossDomainMessenger()), call));
    }

    function _message(address target, uint256 value) private pure returns (bytes memory) {
        return abi.encodeCall(ICrossDomainMessenger.relayMessage, (NONCE, ALICE, target, value, 100_000, "hello"));
    }

    function _hash(address target, uint256 value) private pure returns (bytes32) {
        return Hashing.hashCrossDomainMessageV1(NONCE, ALICE, target, value, 100_000, "hello");
    }

    function test_initialize_values_succeeds() external view {
        vm.assertEq(sender.portal(), address(portal));
        vm.assertEq(sender.PORTAL(), address(portal));
        vm.assertEq(sender.systemConfig(), address(config));
        vm.assertEq(sender.superchainConfig(), address(superchain));
        vm.assertEq(sender.otherMessenger(), L2_MESSENGER);
        vm.assertEq(sender.OTHER_MESSENGER(), L2_MESSENGER);
        vm.assertFalse(sender.paused());
        vm.assertEq(sender.messageNonce(), uint256(1) << 240);
        vm.assertEq(sender.version(), "2.11.0");
    }

    function test_initialize_again_reverts() external {
        vm.prank(ADMIN_OWNER);
        vm.expectRevert(Initializable.InvalidInitialization.selector);
        sender.initialize(ALICE, ALICE);
    }

    function test_initialize_implementation_reverts() external {
        L1CrossDomainMessenger fresh = new L1CrossDomainMessenger();
        vm.expectRevert(Initializable.InvalidInitialization.selector);
        fresh.initialize(ALICE, ALICE);
    }

    function test_initialize_zero_reverts() external {
        L1CrossDomainMessenger fresh = L1CrossDomainMessenger(proxied(address(new L1CrossDomainMessenger()), ""));
        vm.prank(ADMIN_OWNER);
        vm.expectRevert(ICrossDomainMessenger.CrossDomainMessenger_ZeroAddress.selector);
        fresh.initialize(address(0), ALICE);
        vm.prank(ADMIN_OWNER);
        vm.expectRevert(ICrossDomainMessenger.CrossDomainMessenger_ZeroAddress.selector);
        fresh.initialize(ALICE, address(0));
    }

    function test_initialize_stranger_reverts() external {
        L1CrossDomainMessenger fresh = L1CrossDomainMessenger(proxied(address(new L1CrossDomainMessenger()), ""));
        vm.prank(ALICE);
        vm.expectRevert(ProxyAdminOwned.ProxyAdminOwned_Unauthorized.selector);
        fresh.initialize(ALICE, ALICE);
    }

    function test_sendMessage_events_succeeds() external {
        uint256 nonce = uint256(1) << 240;
        bytes memory data =
            abi.encodeCall(ICrossDomainMessenger.relayMessage, (nonce, ALICE, BOB, 1 ether, 50_000, "hello"));
        uint64 gasLimit = sender.baseGas("hello", 50_000);
        address from = AddressAliasHelper.applyL1ToL2Alias(address(sender));
        vm.expectEmit();
        emit IOptimismPortal.TransactionDeposited(
            from, L2_MESSENGER, 0, abi.encodePacked(uint256(1 ether), uint256(1 ether), gasLimit, false, data)
        );
        vm.expectEmit();
        emit ICrossDomainMessenger.SentMessage(BOB, ALICE, "hello", nonce, 50_000);
        vm.expectEmit();
        emit ICrossDomainMessenger.SentMessageExtension1(ALICE, 1 ether);
        vm.prank(ALICE);
        sender.sendMessage{ value: 1 ether }(BOB, "hello", 50_000);
        vm.assertEq(sender.messageNonce(), nonce + 1);
        vm.assertEq(address(portal).balance, 1 ether);
    }

    function test_sendMessage_unsafeTarget_reverts() external {
        address[2] memory targets = [L2_MESSENGER, Predeploys.L2_TO_L1_MESSAGE_PASSER];
        for (uint256 i; i < 2; ++i) {
            vm.prank(ALICE);
            vm.expectRevert(
                abi.encodeWithSelector(ICrossDomainMessenger.CrossDomainMessenger_UnsafeTarget.selector, targets[i])
            );
            sender.sendMessage{ value: 1 ether }(targets[i], "", 50_000);
        }
    }

    function test_relayMessage_fromL2_succeeds() external {
        standIn.finalize{ value: 1 ether }(L2_MESSENGER, address(relayer), _message(address(receiver), 1 ether));
        vm.assertTrue(relayer.successfulMessages(_hash(address(receiver), 1 ether)));
        vm.assertEq(receiver.sender(), ALICE);
        vm.assertEq(address(receiver).balance, 1 ether);
    }

    function test_relayMessage_replayed_succeeds() external {
        receiver.setWilling(false);
        standIn.finalize{ value: 1 ether }(L2_MESSENGER, address(relayer), _message(address(receiver), 1 ether));
        vm.assertTrue(relayer.failedMessages(_hash(address(receiver), 1 ether)));
        receiver.setWilling(true);
        vm.prank(BOB);
        relayer.relayMessage(NONCE, ALICE, address(receiver), 1 ether, 100_000, "hello");
        vm.assertEq(address(receiver).balance, 1 ether);
    }

    /// @notice Somebody else's withdrawal can call the messenger, but not in the name of L2's.
    function test_relayMessage_otherL2Sender_reverts() external {
        vm.expectRevert(
            abi.encodeWithSelector(
                ICrossDomainMessenger.CrossDomainMessenger_NotReplayable.selector, _hash(address(receiver), 0)
            )
        );
        standIn.finalize(ALICE, address(relayer), _message(address(receiver), 0));
    }

    function test_relayMessage_notPortal_reverts() external {
        vm.prank(L2_MESSENGER);
        vm.expectRevert(
            abi.encodeWithSelector(
                ICrossDomainMessenger.CrossDomainMessenger_NotReplayable.selector, _hash(address(receiver), 0)
            )
        );
        relayer.relayMessage(NONCE, ALICE, address(receiver), 0, 100_000, "hello");
    }

    function test_relayMessage_unsafeTarget_reverts() external {
        address[2] memory targets = [address(relayer), address(standIn)];
        for (uint256 i; i < 2; ++i) {
            vm.expectRevert(
                abi.encodeWithSelector(ICrossDomainMessenger.CrossDomainMessenger_UnsafeTarget.selector, targets[i])
            );
            standIn.finalize(L2_MESSENGER, address(relayer), _message(targets[i], 0));
        }
    }

    function test_relayMessage_paused_reverts() external {
        vm.prank(BOB);
        superchain.pause(address(portal));
        vm.assertTrue(relayer.paused());
        vm.expectRevert(ICrossDomainMessenger.CrossDomainMessenger_Paused.selector);
        standIn.finalize(L2_MESSENGER, address(relayer), _message(address(receiver), 0));
    }

    /// @notice The pause is for what leaves L1's portal, not for what enters it.
    function test_sendMessage_paused_succeeds() external {
        vm.prank(BOB);
        superchain.pause(address(0));
        vm.prank(ALICE);
        sender.sendMessage(BOB, "hello", 50_000);
    }
}
