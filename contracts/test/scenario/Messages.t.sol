// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { ICrossDomainMessenger } from "../../interfaces/bridge/ICrossDomainMessenger.sol";
import { IStandardBridge } from "../../interfaces/bridge/IStandardBridge.sol";
import { Hashing } from "../../src/libraries/Hashing.sol";
import { WithdrawalTransaction } from "../../src/types/WithdrawalTransaction.sol";
import { Layers } from "../support/Layers.sol";
import { GasEater, Listener } from "../support/Listeners.sol";

/// @notice Messages over the whole way: what fails can be tried again and runs once, and none acts for the contracts of the bridge.
contract Messages_Test is Layers {
    uint256 private constant FIRST = uint256(1) << 240;

    error Messages_Undo();

    function setUp() public override {
        super.setUp();
        vm.deal(address(portal), 10 ether);
    }

    function test_s41_failedOnL1_isReplayedOnce_succeeds() external {
        Listener listener = new Listener(address(l1Messenger));
        listener.setWilling(false);
        vm.prank(ALICE);
        l2Messenger.sendMessage{ value: 1 ether }(address(listener), "hello", 100_000);
        vm.assertTrue(relayWithdrawal());
        vm.assertEq(address(l1Messenger).balance, 1 ether);

        listener.setWilling(true);
        vm.prank(BOB);
        l1Messenger.relayMessage(FIRST, ALICE, address(listener), 1 ether, 100_000, "hello");
        vm.assertEq(address(listener).balance, 1 ether);
        vm.assertEq(listener.sender(), ALICE);
        bytes32 hash = Hashing.hashCrossDomainMessageV1(FIRST, ALICE, address(listener), 1 ether, 100_000, "hello");
        vm.expectRevert(
            abi.encodeWithSelector(ICrossDomainMessenger.CrossDomainMessenger_AlreadyRelayed.selector, hash)
        );
        l1Messenger.relayMessage(FIRST, ALICE, address(listener), 1 ether, 100_000, "hello");
    }

    function test_s41_failedOnL2_isReplayedOnce_succeeds() external {
        Listener listener = new Listener(address(l2Messenger));
        listener.setWilling(false);
        vm.prank(ALICE);
        l1Messenger.sendMessage{ value: 1 ether }(address(listener), "hello", 100_000);
        vm.assertTrue(relayDeposit());
        vm.assertEq(address(l2Messenger).balance, 1 ether);

        listener.setWilling(true);
        vm.prank(BOB);
        l2Messenger.relayMessage(FIRST, ALICE, address(listener), 1 ether, 100_000, "hello");
        vm.assertEq(address(listener).balance, 1 ether);
        vm.assertEq(listener.calls(), 1);
    }

    /// @notice A message to the portal would make a deposit in the name of L1's messenger, whom L2's believes everything. It is
    ///         refused where it is sent, before its ether is burnt.
    function test_s41_toPortal_isRefused_reverts() external {
        vm.prank(ALICE);
        vm.expectRevert(
            abi.encodeWithSelector(ICrossDomainMessenger.CrossDomainMessenger_UnsafeTarget.selector, address(portal))
        );
        l2Messenger.sendMessage{ value: 1 ether }(address(portal), "", 100_000);
        vm.assertEq(ALICE.balance, 100 ether);
    }

    /// @notice On a chain whose genesis did not name the portal, L1 refuses it.
    function test_s41_toUnknownPortal_isRefused_succeeds() external {
        vm.store(address(l2Messenger), L1_PORTAL_SLOT, 0);
        vm.prank(ALICE);
        l2Messenger.sendMessage(address(portal), "", 100_000);
        vm.assertFalse(relayWithdrawal());
        bytes32 hash = Hashing.hashCrossDomainMessageV1(FIRST, ALICE, address(portal), 0, 100_000, "");
        vm.assertFalse(l1Messenger.failedMessages(hash));
        vm.assertFalse(l1Messenger.successfulMessages(hash));
        vm.assertEq(depositCount(), 0);
    }

    /// @notice The messenger refuses these on the layer where they are sent, so that their ether does not leave.
    function test_s41_toMessengers_isRefused_reverts() external {
        vm.startPrank(ALICE);
        vm.expectRevert(
            abi.encodeWithSelector(
                ICrossDomainMessenger.CrossDomainMessenger_UnsafeTarget.selector, address(l1Messenger)
            )
        );
        l2Messenger.sendMessage{ value: 1 ether }(address(l1Messenger), "", 100_000);
        vm.expectRevert(
            abi.encodeWithSelector(
                ICrossDomainMessenger.CrossDomainMessenger_UnsafeTarget.selector, address(l2Messenger)
            )
        );
        l1Messenger.sendMessage{ value: 1 ether }(address(l2Messenger), "", 100_000);
        vm.stopPrank();
    }

    /// @notice What came to the portal would be sent on to L2, to where nobody has it; what came to the passer, to L1.
    function test_s41_bridgedToTheDoors_isRefused_reverts() external {
        vm.startPrank(ALICE, ALICE);
        bytes4 reason = IStandardBridge.StandardBridge_InvalidRecipient.selector;
        vm.expectRevert(abi.encodeWithSelector(reason, address(portal)));
        l2Bridge.bridgeETHTo{ value: 1 ether }(address(portal), 200_000, "");
        vm.expectRevert(abi.encodeWithSelector(reason, address(passer)));
        l1Bridge.bridgeETHTo{ value: 1 ether }(address(passer), 200_000, "");
        vm.stopPrank();
    }

    /// @notice A withdrawal of anybody's can call L1's messenger, but it speaks for nobody there.
    function test_s41_withdrawalForgesMessage_isRefused_succeeds() external {
        Listener listener = new Listener(address(l1Messenger));
        bytes memory forged = abi.encodeCall(
            ICrossDomainMessenger.relayMessage, (FIRST, address(l2Bridge), address(listener), 0, 100_000, "")
        );
        vm.prank(ALICE);
        passer.initiateWithdrawal(address(l1Messenger), 1_000_000, forged);
        vm.assertFalse(relayWithdrawal());
        vm.assertEq(listener.calls(), 0);
    }

    /// @notice A deposit of anybody's can call L2's messenger, but it speaks for nobody there.
    function test_s41_depositForgesMessage_isRefused_succeeds() external {
        Listener listener = new Listener(address(l2Messenger));
        bytes memory forged = abi.encodeCall(
            ICrossDomainMessenger.relayMessage, (FIRST, address(l1Bridge), address(listener), 0, 100_000, "")
        );
        vm.prank(ALICE);
        portal.depositTransaction(address(l2Messenger), 0, 1_000_000, false, forged);
        vm.assertFalse(relayDeposit());
        vm.assertEq(listener.calls(), 0);
    }

    /// @notice Whoever finalizes with as little gas as the portal takes cannot make the message fail by that.
    function test_s41_leastGas_messageRuns_succeeds() external {
        Listener listener = new Listener(address(l1Messenger));
        vm.prank(ALICE);
        l2Messenger.sendMessage(address(listener), "hello", 500_000);
        WithdrawalTransaction memory withdrawal = newestWithdrawal();
        proveWithdrawal(withdrawal);
        // The least gas with which the portal does not refuse.
        uint256 low = withdrawal.gasLimit;
        uint256 high = 3_000_000;
        while (high - low > 1) {
            uint256 middle = (low + high) / 2;
            if (_wouldFinalize(withdrawal, middle)) high = middle;
            else low = middle;
        }
        portal.finalizeWithdrawalTransaction{ gas: high }(withdrawal);
        vm.assertEq(listener.calls(), 1);
    }

    /// @notice The same with a target that uses up what it gets: the message is marked as failed and stays replayable.
    function test_s41_gasEater_staysReplayable_succeeds() external {
        address eater = address(new GasEater());
        vm.prank(ALICE);
        l2Messenger.sendMessage{ value: 1 ether }(eater, "", 500_000);
        WithdrawalTransaction memory withdrawal = newestWithdrawal();
        proveWithdrawal(withdrawal);
        portal.finalizeWithdrawalTransaction{ gas: 2_000_000 }(withdrawal);
        vm.assertTrue(
            l1Messenger.failedMessages(Hashing.hashCrossDomainMessageV1(FIRST, ALICE, eater, 1 ether, 500_000, ""))
        );
        vm.assertEq(address(l1Messenger).balance, 1 ether);
    }

    function _wouldFinalize(WithdrawalTransaction memory withdrawal, uint256 gas) private returns (bool) {
        try this.finalizeAndUndo(withdrawal, gas) { }
        catch (bytes memory reason) {
            return bytes4(reason) == Messages_Undo.selector;
        }
        return false;
    }

    /// @dev Finalizes, and takes it back.
    function finalizeAndUndo(WithdrawalTransaction memory withdrawal, uint256 gas) external {
        portal.finalizeWithdrawalTransaction{ gas: gas }(withdrawal);
        revert Messages_Undo();
    }
}
