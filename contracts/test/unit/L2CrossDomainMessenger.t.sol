// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { Initializable } from "@openzeppelin/contracts/proxy/utils/Initializable.sol";
import { IL2CrossDomainMessenger } from "../../interfaces/L2/IL2CrossDomainMessenger.sol";
import { IL2ToL1MessagePasser } from "../../interfaces/L2/IL2ToL1MessagePasser.sol";
import { ICrossDomainMessenger } from "../../interfaces/bridge/ICrossDomainMessenger.sol";
import { L2CrossDomainMessenger } from "../../src/L2/L2CrossDomainMessenger.sol";
import { L2ToL1MessagePasser } from "../../src/L2/L2ToL1MessagePasser.sol";
import { AddressAliasHelper } from "../../src/libraries/AddressAliasHelper.sol";
import { Hashing } from "../../src/libraries/Hashing.sol";
import { Predeploys } from "../../src/libraries/Predeploys.sol";
import { ProxyAdminOwned } from "../../src/proxy/ProxyAdminOwned.sol";
import { WithdrawalTransaction } from "../../src/types/WithdrawalTransaction.sol";
import { Bomb, GasEater, Listener, Reenterer } from "../support/Listeners.sol";
import { Test } from "../support/Test.sol";

/// @notice L2's messenger, in front of which L1's messenger is played by its alias.
abstract contract L2CrossDomainMessenger_Setup is Test {
    address internal constant L1_MESSENGER = address(0x1112);
    address internal constant PASSER = Predeploys.L2_TO_L1_MESSAGE_PASSER;
    uint256 internal constant NONCE = uint256(1) << 240 | 7;

    L2CrossDomainMessenger internal messenger;
    Listener internal receiver;

    function setUp() public virtual {
        vm.etch(PASSER, address(new L2ToL1MessagePasser()).code);
        bytes memory call = abi.encodeCall(IL2CrossDomainMessenger.initialize, (L1_MESSENGER));
        messenger = L2CrossDomainMessenger(proxied(address(new L2CrossDomainMessenger()), call));
        receiver = new Listener(address(messenger));
        vm.deal(ALICE, 10 ether);
        vm.deal(_alias(), 10 ether);
    }

    function _alias() internal pure returns (address) {
        return AddressAliasHelper.applyL1ToL2Alias(L1_MESSENGER);
    }

    function _hash(address target, uint256 value, uint256 minGasLimit) internal pure returns (bytes32) {
        return Hashing.hashCrossDomainMessageV1(NONCE, ALICE, target, value, minGasLimit, "hello");
    }

    /// @dev A message of Alice's comes from L1.
    function _relay(address target, uint256 value) internal {
        vm.prank(_alias());
        messenger.relayMessage{ value: value }(NONCE, ALICE, target, value, 100_000, "hello");
    }

    /// @dev Somebody tries it again.
    function _replay(address target, uint256 value) internal {
        vm.prank(BOB);
        messenger.relayMessage(NONCE, ALICE, target, value, 100_000, "hello");
    }
}

contract L2CrossDomainMessenger_Send_Test is L2CrossDomainMessenger_Setup {
    function test_initialize_values_succeeds() external view {
        vm.assertEq(messenger.l1CrossDomainMessenger(), L1_MESSENGER);
        vm.assertEq(messenger.otherMessenger(), L1_MESSENGER);
        vm.assertEq(messenger.OTHER_MESSENGER(), L1_MESSENGER);
        vm.assertFalse(messenger.paused());
        vm.assertEq(messenger.messageNonce(), uint256(1) << 240);
        vm.assertEq(messenger.MESSAGE_VERSION(), 1);
        vm.assertEq(messenger.version(), "2.2.0");
    }

    /// @notice The genesis writes this slot.
    function test_l1CrossDomainMessenger_slot_succeeds() external view {
        vm.assertEq(vm.load(address(messenger), bytes32(uint256(3))), bytes32(uint256(uint160(L1_MESSENGER))));
    }

    /// @notice The genesis writes this slot.
    function test_l1Portal_slot_succeeds() external {
        vm.assertEq(messenger.l1Portal(), address(0));
        vm.store(address(messenger), bytes32(uint256(4)), bytes32(uint256(0x1113)));
        vm.assertEq(messenger.l1Portal(), address(0x1113));
    }

    function test_setL1Portal_once_succeeds() external {
        vm.startPrank(ADMIN_OWNER);
        messenger.setL1Portal(address(0x1113));
        vm.assertEq(messenger.l1Portal(), address(0x1113));
        vm.expectRevert(
            abi.encodeWithSelector(IL2CrossDomainMessenger.L2CrossDomainMessenger_PortalKnown.selector, address(0x1113))
        );
        messenger.setL1Portal(address(0x1114));
        vm.stopPrank();
    }

    function test_setL1Portal_zero_reverts() external {
        vm.prank(ADMIN_OWNER);
        vm.expectRevert(ICrossDomainMessenger.CrossDomainMessenger_ZeroAddress.selector);
        messenger.setL1Portal(address(0));
    }

    function test_setL1Portal_stranger_reverts() external {
        vm.prank(ALICE);
        vm.expectRevert(ProxyAdminOwned.ProxyAdminOwned_Unauthorized.selector);
        messenger.setL1Portal(address(0x1113));
    }

    function test_sendMessage_toPortal_reverts() external {
        vm.store(address(messenger), bytes32(uint256(4)), bytes32(uint256(0x1113)));
        vm.expectRevert(
            abi.encodeWithSelector(ICrossDomainMessenger.CrossDomainMessenger_UnsafeTarget.selector, address(0x1113))
        );
        vm.prank(ALICE);
        messenger.sendMessage{ value: 1 ether }(address(0x1113), "hello", 100_000);
    }

    /// @notice No portal is known, and nobody is not one.
    function test_sendMessage_toNobody_unknownPortal_succeeds() external {
        vm.prank(ALICE);
        messenger.sendMessage(address(0), "hello", 100_000);
        vm.assertEq(messenger.messageNonce(), (uint256(1) << 240) + 1);
    }

    function test_constants_succeeds() external view {
        vm.assertEq(messenger.RELAY_CONSTANT_OVERHEAD(), 200_000);
        vm.assertEq(messenger.RELAY_CALL_OVERHEAD(), 40_000);
        vm.assertEq(messenger.RELAY_RESERVED_GAS(), 40_000);
        vm.assertEq(messenger.RELAY_GAS_CHECK_BUFFER(), 5_000);
        vm.assertEq(messenger.MIN_GAS_DYNAMIC_OVERHEAD_NUMERATOR(), 64);
        vm.assertEq(messenger.MIN_GAS_DYNAMIC_OVERHEAD_DENOMINATOR(), 63);
        vm.assertEq(messenger.MIN_GAS_CALLDATA_OVERHEAD(), 16);
        vm.assertEq(messenger.FLOOR_CALLDATA_OVERHEAD(), 40);
        vm.assertEq(messenger.ENCODING_OVERHEAD(), 260);
        vm.assertEq(messenger.TX_BASE_GAS(), 21_000);
    }

    function test_initialize_again_reverts() external {
        vm.prank(ADMIN_OWNER);
        vm.expectRevert(Initializable.InvalidInitialization.selector);
        messenger.initialize(ALICE);
    }

    function test_initialize_implementation_reverts() external {
        L2CrossDomainMessenger fresh = new L2CrossDomainMessenger();
        vm.expectRevert(Initializable.InvalidInitialization.selector);
        fresh.initialize(ALICE);
    }

    function test_initialize_zero_reverts() external {
        L2CrossDomainMessenger fresh = L2CrossDomainMessenger(proxied(address(new L2CrossDomainMessenger()), ""));
        vm.prank(ADMIN_OWNER);
        vm.expectRevert(ICrossDomainMessenger.CrossDomainMessenger_ZeroAddress.selector);
        fresh.initialize(address(0));
    }

    function test_initialize_stranger_reverts() external {
        L2CrossDomainMessenger fresh = L2CrossDomainMessenger(proxied(address(new L2CrossDomainMessenger()), ""));
        vm.prank(ALICE);
        vm.expectRevert(ProxyAdminOwned.ProxyAdminOwned_Unauthorized.selector);
        fresh.initialize(ALICE);
    }

    /// @notice Published figures of the formula.
    function test_baseGas_values_succeeds() external view {
        vm.assertEq(messenger.baseGas("", 0), 21_000 + 285_000 + 260 * 16);
        vm.assertEq(messenger.baseGas(new bytes(100), 63 * 63), 21_000 + 285_000 + 64 * 64 + 360 * 16);
        // From here on the floor of EIP-7623 is higher.
        vm.assertEq(messenger.baseGas(new bytes(11_615), 0), 21_000 + 285_000 + 11_875 * 16);
        vm.assertEq(messenger.baseGas(new bytes(11_616), 0), 21_000 + 11_876 * 40);
    }

    function testFuzz_baseGas_neverOverflows_succeeds(uint32 minGasLimit, uint16 length) external view {
        uint256 gas = messenger.baseGas(new bytes(length), minGasLimit);
        vm.assertGe(gas, uint256(minGasLimit) * 64 / 63 + 306_000);
        vm.assertGe(gas, 21_000 + (uint256(length) + 260) * 40);
    }

    function test_sendMessage_events_succeeds() external {
        uint256 nonce = uint256(1) << 240;
        bytes memory data =
            abi.encodeCall(ICrossDomainMessenger.relayMessage, (nonce, ALICE, BOB, 1 ether, 50_000, "hello"));
        uint64 gasLimit = messenger.baseGas("hello", 50_000);
        bytes32 hash = WithdrawalTransaction({
            nonce: nonce,
            sender: address(messenger),
            target: L1_MESSENGER,
            value: 1 ether,
            gasLimit: gasLimit,
            data: data
        }).withdrawalHash();
        vm.expectEmit();
        emit IL2ToL1MessagePasser.MessagePassed(nonce, address(messenger), L1_MESSENGER, 1 ether, gasLimit, data, hash);
        vm.expectEmit();
        emit ICrossDomainMessenger.SentMessage(BOB, ALICE, "hello", nonce, 50_000);
        vm.expectEmit();
        emit ICrossDomainMessenger.SentMessageExtension1(ALICE, 1 ether);
        vm.prank(ALICE);
        messenger.sendMessage{ value: 1 ether }(BOB, "hello", 50_000);
        vm.assertEq(messenger.messageNonce(), nonce + 1);
        vm.assertEq(PASSER.balance, 1 ether);
    }

    function test_sendMessage_toOtherMessenger_reverts() external {
        vm.prank(ALICE);
        vm.expectRevert(
            abi.encodeWithSelector(ICrossDomainMessenger.CrossDomainMessenger_UnsafeTarget.selector, L1_MESSENGER)
        );
        messenger.sendMessage{ value: 1 ether }(L1_MESSENGER, "", 50_000);
    }
}

contract L2CrossDomainMessenger_Relay_Test is L2CrossDomainMessenger_Setup {
    function test_relayMessage_first_succeeds() external {
        bytes32 hash = _hash(address(receiver), 1 ether, 100_000);
        vm.expectEmit();
        emit ICrossDomainMessenger.RelayedMessage(hash);
        _relay(address(receiver), 1 ether);
        vm.assertTrue(messenger.successfulMessages(hash));
        vm.assertFalse(messenger.failedMessages(hash));
        vm.assertEq(receiver.sender(), ALICE);
        vm.assertEq(receiver.data(), "hello");
        vm.assertEq(address(receiver).balance, 1 ether);
    }

    function test_xDomainMessageSender_outside_reverts() external {
        vm.expectRevert(ICrossDomainMessenger.CrossDomainMessenger_NoSender.selector);
        messenger.xDomainMessageSender();
        _relay(address(receiver), 0);
        vm.expectRevert(ICrossDomainMessenger.CrossDomainMessenger_NoSender.selector);
        messenger.xDomainMessageSender();
    }

    function test_relayMessage_again_reverts() external {
        _relay(address(receiver), 0);
        bytes memory expected = abi.encodeWithSelector(
            ICrossDomainMessenger.CrossDomainMessenger_AlreadyRelayed.selector, _hash(address(receiver), 0, 100_000)
        );
        vm.prank(_alias());
        vm.expectRevert(expected);
        messenger.relayMessage(NONCE, ALICE, address(receiver), 0, 100_000, "hello");
    }

    function test_relayMessage_replayed_succeeds() external {
        bytes32 hash = _hash(address(receiver), 1 ether, 100_000);
        receiver.setWilling(false);
        vm.expectEmit();
        emit ICrossDomainMessenger.FailedRelayedMessage(hash);
        _relay(address(receiver), 1 ether);
        vm.assertTrue(messenger.failedMessages(hash));
        vm.assertEq(address(messenger).balance, 1 ether);

        // It fails again, and nothing is lost by that.
        _replay(address(receiver), 1 ether);
        vm.assertEq(address(messenger).balance, 1 ether);

        receiver.setWilling(true);
        vm.expectEmit();
        emit ICrossDomainMessenger.RelayedMessage(hash);
        _replay(address(receiver), 1 ether);
        vm.assertTrue(messenger.successfulMessages(hash));
        vm.assertEq(receiver.sender(), ALICE);
        vm.assertEq(address(receiver).balance, 1 ether);
        vm.assertEq(receiver.calls(), 1);

        vm.expectRevert(
            abi.encodeWithSelector(ICrossDomainMessenger.CrossDomainMessenger_AlreadyRelayed.selector, hash)
        );
        vm.prank(BOB);
        messenger.relayMessage(NONCE, ALICE, address(receiver), 1 ether, 100_000, "hello");
    }

    function test_relayMessage_replayWithValue_reverts() external {
        receiver.setWilling(false);
        _relay(address(receiver), 1 ether);
        vm.prank(ALICE);
        vm.expectRevert(
            abi.encodeWithSelector(ICrossDomainMessenger.CrossDomainMessenger_WrongValue.selector, 1 ether, 0)
        );
        messenger.relayMessage{ value: 1 ether }(NONCE, ALICE, address(receiver), 1 ether, 100_000, "hello");
    }

    function test_relayMessage_neverSent_reverts() external {
        bytes32 hash = _hash(address(receiver), 0, 100_000);
        vm.prank(BOB);
        vm.expectRevert(abi.encodeWithSelector(ICrossDomainMessenger.CrossDomainMessenger_NotReplayable.selector, hash));
        messenger.relayMessage(NONCE, ALICE, address(receiver), 0, 100_000, "hello");
    }

    /// @notice The other messenger's own address means nothing here: only its alias does.
    function test_relayMessage_withoutAlias_reverts() external {
        bytes32 hash = _hash(address(receiver), 0, 100_000);
        vm.prank(L1_MESSENGER);
        vm.expectRevert(abi.encodeWithSelector(ICrossDomainMessenger.CrossDomainMessenger_NotReplayable.selector, hash));
        messenger.relayMessage(NONCE, ALICE, address(receiver), 0, 100_000, "hello");
    }

    function test_relayMessage_otherValue_reverts() external {
        vm.prank(_alias());
        vm.expectRevert(
            abi.encodeWithSelector(ICrossDomainMessenger.CrossDomainMessenger_WrongValue.selector, 1, 1 ether)
        );
        messenger.relayMessage{ value: 1 }(NONCE, ALICE, address(receiver), 1 ether, 100_000, "hello");
    }

    function test_relayMessage_laterVersion_reverts() external {
        vm.prank(_alias());
        vm.expectRevert(
            abi.encodeWithSelector(ICrossDomainMessenger.CrossDomainMessenger_UnsupportedVersion.selector, 2)
        );
        messenger.relayMessage(uint256(2) << 240, ALICE, address(receiver), 0, 100_000, "hello");
    }

    function test_relayMessage_version0_succeeds() external {
        vm.prank(_alias());
        messenger.relayMessage(5, ALICE, address(receiver), 0, 0, "hello");
        vm.assertEq(receiver.calls(), 1);
    }

    /// @notice What was relayed before Bedrock is not relayed again under its new hash.
    function test_relayMessage_version0RelayedOfOld_reverts() external {
        bytes32 legacyHash = Hashing.hashCrossDomainMessageV0(address(receiver), ALICE, "hello", 5);
        vm.store(address(messenger), keccak256(abi.encode(legacyHash, uint256(0))), bytes32(uint256(1)));
        vm.prank(_alias());
        vm.expectRevert(
            abi.encodeWithSelector(ICrossDomainMessenger.CrossDomainMessenger_AlreadyRelayed.selector, legacyHash)
        );
        messenger.relayMessage(5, ALICE, address(receiver), 0, 0, "hello");
    }

    function test_relayMessage_unsafeTarget_reverts() external {
        address[2] memory targets = [address(messenger), PASSER];
        for (uint256 i; i < 2; ++i) {
            vm.prank(_alias());
            vm.expectRevert(
                abi.encodeWithSelector(ICrossDomainMessenger.CrossDomainMessenger_UnsafeTarget.selector, targets[i])
            );
            messenger.relayMessage{ value: 1 ether }(NONCE, ALICE, targets[i], 1 ether, 100_000, "hello");
        }
    }

    function test_relayMessage_estimated_reverts() external {
        receiver.setWilling(false);
        vm.prank(_alias(), address(1));
        vm.expectRevert(ICrossDomainMessenger.CrossDomainMessenger_GasEstimation.selector);
        messenger.relayMessage(NONCE, ALICE, address(receiver), 0, 100_000, "hello");
    }

    function test_relayMessage_tooLittleGas_fails_succeeds() external {
        bytes32 hash = _hash(address(receiver), 0, 1_000_000);
        bytes memory call = abi.encodeCall(
            ICrossDomainMessenger.relayMessage, (NONCE, ALICE, address(receiver), 0, 1_000_000, "hello")
        );
        vm.prank(_alias());
        (bool success,) = address(messenger).call{ gas: 1_000_000 }(call);
        vm.assertTrue(success);
        vm.assertTrue(messenger.failedMessages(hash));
        vm.assertEq(receiver.calls(), 0);
    }

    /// @notice Whatever the target does with its gas, enough is left to remember that it failed.
    function test_relayMessage_gasEater_fails_succeeds() external {
        address eater = address(new GasEater());
        bytes memory call =
            abi.encodeCall(ICrossDomainMessenger.relayMessage, (NONCE, ALICE, eater, 0, 100_000, "hello"));
        vm.prank(_alias());
        (bool success,) = address(messenger).call{ gas: 500_000 }(call);
        vm.assertTrue(success);
        vm.assertTrue(messenger.failedMessages(_hash(eater, 0, 100_000)));
    }

    /// @notice What the target returns is not copied.
    function test_relayMessage_bomb_fails_succeeds() external {
        address bomb = address(new Bomb());
        bytes memory call =
            abi.encodeCall(ICrossDomainMessenger.relayMessage, (NONCE, ALICE, bomb, 0, 100_000, "hello"));
        vm.prank(_alias());
        (bool success,) = address(messenger).call{ gas: 3_000_000 }(call);
        vm.assertTrue(success);
        vm.assertTrue(messenger.failedMessages(_hash(bomb, 0, 100_000)));
    }

    /// @notice With the gas that a message travels with, its call gets what it was promised, whatever the message.
    function testFuzz_relayMessage_baseGas_isEnough_succeeds(uint32 minGasLimit, uint16 length) external {
        minGasLimit = minGasLimit % 10_000_000;
        bytes memory message = new bytes(length % 10_000);
        for (uint256 i; i < message.length; ++i) {
            message[i] = 0xff;
        }
        bytes memory call = abi.encodeCall(
            ICrossDomainMessenger.relayMessage, (NONCE, ALICE, address(0x9999), 0, minGasLimit, message)
        );
        uint256 gas = messenger.baseGas(message, minGasLimit) - 21_000;
        for (uint256 i; i < call.length; ++i) {
            gas -= call[i] == 0 ? 4 : 16;
        }
        vm.prank(_alias());
        (bool success,) = address(messenger).call{ gas: gas }(call);
        vm.assertTrue(success);
        bytes32 hash = Hashing.hashCrossDomainMessageV1(NONCE, ALICE, address(0x9999), 0, minGasLimit, message);
        vm.assertTrue(messenger.successfulMessages(hash));
    }

    /// @notice A message within a message fails, and can be tried again afterwards.
    function test_relayMessage_nested_failsAndIsReplayed_succeeds() external {
        receiver.setWilling(false);
        _relay(address(receiver), 0);
        receiver.setWilling(true);

        Reenterer reenterer = new Reenterer();
        reenterer.prepare(
            address(messenger),
            abi.encodeCall(ICrossDomainMessenger.relayMessage, (NONCE, ALICE, address(receiver), 0, 100_000, "hello"))
        );
        vm.prank(_alias());
        messenger.relayMessage(NONCE + 1, BOB, address(reenterer), 0, 1_000_000, "");
        vm.assertTrue(reenterer.success());
        vm.assertEq(receiver.calls(), 0);
        vm.assertFalse(messenger.successfulMessages(_hash(address(receiver), 0, 100_000)));

        _replay(address(receiver), 0);
        vm.assertEq(receiver.calls(), 1);
        vm.assertEq(receiver.sender(), ALICE);
    }

    /// @notice A message that relays itself does not run twice.
    function test_relayMessage_itself_runsOnce_succeeds() external {
        Reenterer reenterer = new Reenterer();
        bytes memory call =
            abi.encodeCall(ICrossDomainMessenger.relayMessage, (NONCE, ALICE, address(reenterer), 0, 100_000, "hello"));
        reenterer.prepare(address(messenger), call);
        _relay(address(reenterer), 0);
        vm.assertFalse(reenterer.success());
        bytes32 hash = _hash(address(reenterer), 0, 100_000);
        vm.assertEq(
            reenterer.result(),
            abi.encodeWithSelector(ICrossDomainMessenger.CrossDomainMessenger_NotReplayable.selector, hash)
        );
        vm.assertTrue(messenger.successfulMessages(hash));
    }
}
