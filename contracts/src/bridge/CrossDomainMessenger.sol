// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { FixedPointMathLib } from "solady/utils/FixedPointMathLib.sol";
import { ICrossDomainMessenger } from "../../interfaces/bridge/ICrossDomainMessenger.sol";
import { Encoding } from "../libraries/Encoding.sol";
import { Hashing } from "../libraries/Hashing.sol";
import { SafeCall } from "../libraries/SafeCall.sol";
import { Senders } from "../libraries/Senders.sol";

/// @title CrossDomainMessenger
/// @notice What the messengers of both layers have in common.
abstract contract CrossDomainMessenger is ICrossDomainMessenger {
    /// @inheritdoc ICrossDomainMessenger
    uint16 public constant MESSAGE_VERSION = 1;

    /// @inheritdoc ICrossDomainMessenger
    uint64 public constant RELAY_CONSTANT_OVERHEAD = 200_000;

    /// @inheritdoc ICrossDomainMessenger
    uint64 public constant RELAY_CALL_OVERHEAD = 40_000;

    /// @inheritdoc ICrossDomainMessenger
    uint64 public constant RELAY_RESERVED_GAS = 40_000;

    /// @inheritdoc ICrossDomainMessenger
    uint64 public constant RELAY_GAS_CHECK_BUFFER = 5_000;

    /// @inheritdoc ICrossDomainMessenger
    uint64 public constant MIN_GAS_DYNAMIC_OVERHEAD_NUMERATOR = 64;

    /// @inheritdoc ICrossDomainMessenger
    uint64 public constant MIN_GAS_DYNAMIC_OVERHEAD_DENOMINATOR = 63;

    /// @inheritdoc ICrossDomainMessenger
    uint64 public constant MIN_GAS_CALLDATA_OVERHEAD = 16;

    /// @inheritdoc ICrossDomainMessenger
    uint64 public constant FLOOR_CALLDATA_OVERHEAD = 40;

    /// @inheritdoc ICrossDomainMessenger
    uint64 public constant ENCODING_OVERHEAD = 260;

    /// @inheritdoc ICrossDomainMessenger
    uint64 public constant TX_BASE_GAS = 21_000;

    /// @inheritdoc ICrossDomainMessenger
    mapping(bytes32 msgHash => bool successful) public successfulMessages;

    /// @inheritdoc ICrossDomainMessenger
    mapping(bytes32 msgHash => bool failed) public failedMessages;

    /// @dev How many messages were sent.
    uint240 private _messageCount;

    /// @dev Keeps the count's word from being empty: else the first sender of all would pay for filling it.
    bool private _isOpen;

    /// @dev See `xDomainMessageSender`; zero for nobody.
    address private transient _xDomainMessageSender;

    /// @inheritdoc ICrossDomainMessenger
    function sendMessage(address target, bytes calldata message, uint32 minGasLimit) external payable {
        if (_isUnsafeRemoteTarget(target)) revert CrossDomainMessenger_UnsafeTarget(target);
        uint256 nonce = messageNonce();
        unchecked {
            ++_messageCount;
        }
        bytes memory encoded = _relayCall(nonce, msg.sender, target, msg.value, minGasLimit, message);
        _sendMessage(otherMessenger(), baseGas(message, minGasLimit), encoded);
        emit SentMessage(target, msg.sender, message, nonce, minGasLimit);
        emit SentMessageExtension1(msg.sender, msg.value);
    }

    /// @inheritdoc ICrossDomainMessenger
    function relayMessage(
        uint256 nonce,
        address sender,
        address target,
        uint256 value,
        uint256 minGasLimit,
        bytes calldata message
    ) external payable {
        if (paused()) revert CrossDomainMessenger_Paused();
        bytes memory encoded = _relayCall(nonce, sender, target, value, minGasLimit, message);
        bytes32 msgHash = keccak256(encoded);
        _requireRelayable(nonce, sender, target, value, message, msgHash);

        bool success = false;
        // A message within a message would hide who sent the outer one.
        if (_canCall(minGasLimit) && _xDomainMessageSender == address(0)) {
            _xDomainMessageSender = sender;
            success = SafeCall.call(target, gasleft() - RELAY_RESERVED_GAS, value, _messageIn(encoded));
            _xDomainMessageSender = address(0);
        }
        if (success) {
            successfulMessages[msgHash] = true;
            emit RelayedMessage(msgHash);
        } else {
            failedMessages[msgHash] = true;
            emit FailedRelayedMessage(msgHash);
            if (tx.origin == Senders.ESTIMATION) revert CrossDomainMessenger_GasEstimation();
        }
    }

    /// @inheritdoc ICrossDomainMessenger
    function xDomainMessageSender() external view returns (address sender) {
        sender = _xDomainMessageSender;
        if (sender == address(0)) revert CrossDomainMessenger_NoSender();
    }

    /// @inheritdoc ICrossDomainMessenger
    function OTHER_MESSENGER() external view returns (address) {
        return otherMessenger();
    }

    /// @inheritdoc ICrossDomainMessenger
    function messageNonce() public view returns (uint256) {
        return Encoding.encodeVersionedNonce(_messageCount, MESSAGE_VERSION);
    }

    /// @inheritdoc ICrossDomainMessenger
    function otherMessenger() public view virtual returns (address);

    /// @inheritdoc ICrossDomainMessenger
    function paused() public view virtual returns (bool);

    /// @inheritdoc ICrossDomainMessenger
    function baseGas(bytes calldata message, uint32 minGasLimit) public pure returns (uint64) {
        uint64 length = uint64(message.length) + ENCODING_OVERHEAD;
        // The other messenger keeps one part in 64, and so does the proxy in front of it (EIP-150).
        uint64 callGas =
            minGasLimit * MIN_GAS_DYNAMIC_OVERHEAD_NUMERATOR ** 2 / MIN_GAS_DYNAMIC_OVERHEAD_DENOMINATOR ** 2;
        uint64 relayGas =
            RELAY_CONSTANT_OVERHEAD + RELAY_CALL_OVERHEAD + RELAY_RESERVED_GAS + RELAY_GAS_CHECK_BUFFER + callGas;
        uint64 gas = relayGas + length * MIN_GAS_CALLDATA_OVERHEAD;
        return TX_BASE_GAS + uint64(FixedPointMathLib.max(gas, length * FLOOR_CALLDATA_OVERHEAD));
    }

    /// @dev Fills the count's word.
    function _open() internal {
        _isOpen = true;
    }

    /// @dev Has the other layer call a contract, with the ether sent along.
    function _sendMessage(address to, uint64 gasLimit, bytes memory data) internal virtual;

    /// @dev Whether the call comes from the other layer's messenger.
    function _isOtherMessenger() internal view virtual returns (bool);

    /// @dev Whether a contract of this layer would take a message for an order of the messenger's own.
    function _isUnsafeTarget(address target) internal view virtual returns (bool);

    /// @dev Whether a contract of the other layer is known to be one that messages must not call there.
    function _isUnsafeRemoteTarget(address target) internal view virtual returns (bool);

    /// @dev Reverts if the message is not to be relayed, now or ever.
    function _requireRelayable(
        uint256 nonce,
        address sender,
        address target,
        uint256 value,
        bytes calldata message,
        bytes32 msgHash
    ) private view {
        (, uint16 version) = Encoding.decodeVersionedNonce(nonce);
        if (version > MESSAGE_VERSION) revert CrossDomainMessenger_UnsupportedVersion(version);
        if (version == 0) {
            // What was relayed before Bedrock is known by its hash of then.
            bytes32 legacyHash = Hashing.hashCrossDomainMessageV0(target, sender, message, nonce);
            if (successfulMessages[legacyHash]) revert CrossDomainMessenger_AlreadyRelayed(legacyHash);
        }
        bool first = _isOtherMessenger();
        uint256 expected = first ? value : 0;
        if (msg.value != expected) revert CrossDomainMessenger_WrongValue(msg.value, expected);
        if (!first && !failedMessages[msgHash]) revert CrossDomainMessenger_NotReplayable(msgHash);
        if (_isUnsafeTarget(target)) revert CrossDomainMessenger_UnsafeTarget(target);
        if (successfulMessages[msgHash]) revert CrossDomainMessenger_AlreadyRelayed(msgHash);
    }

    /// @dev The call of the other messenger that relays a message: its encoding, from which its hash is.
    function _relayCall(
        uint256 nonce,
        address sender,
        address target,
        uint256 value,
        uint256 minGasLimit,
        bytes calldata message
    ) private pure returns (bytes memory) {
        return abi.encodeCall(ICrossDomainMessenger.relayMessage, (nonce, sender, target, value, minGasLimit, message));
    }

    /// @dev The message where it is in the call that relays it: behind the selector, and the six words that begin its arguments. A copy of
    ///      a long one would take gas that was promised to its target.
    function _messageIn(bytes memory encoded) private pure returns (bytes memory message) {
        assembly ("memory-safe") {
            message := add(encoded, add(32, add(4, mul(6, 32))))
        }
    }

    /// @dev Whether there is the gas for a message's call and for what follows it.
    function _canCall(uint256 minGasLimit) private view returns (bool) {
        return SafeCall.hasMinGas(minGasLimit, RELAY_RESERVED_GAS + RELAY_GAS_CHECK_BUFFER);
    }
}
