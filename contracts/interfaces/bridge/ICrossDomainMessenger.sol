// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

/// @title ICrossDomainMessenger
/// @notice Messages between the layers: calls of the other layer that can be repeated until they succeed, and succeed at most once
///         (specs: protocol/messengers.md).
interface ICrossDomainMessenger {
    /// @notice A message was sent.
    /// @param target       Whom it calls on the other layer.
    /// @param sender       Who sent it.
    /// @param message      The call's data.
    /// @param messageNonce Its number and version.
    /// @param gasLimit     The least gas of its call.
    event SentMessage(address indexed target, address sender, bytes message, uint256 messageNonce, uint256 gasLimit);

    /// @notice More about the message of the event before.
    /// @param sender Who sent it.
    /// @param value  Ether sent along, in wei.
    event SentMessageExtension1(address indexed sender, uint256 value);

    /// @notice A message's call succeeded.
    /// @param msgHash The message's hash.
    event RelayedMessage(bytes32 indexed msgHash);

    /// @notice A message's call failed or was not made. Anybody may have it made again.
    /// @param msgHash The message's hash.
    event FailedRelayedMessage(bytes32 indexed msgHash);

    /// @notice No message may call this contract: on either layer it would act for everybody.
    error CrossDomainMessenger_UnsafeTarget(address target);

    /// @notice Messages are paused.
    error CrossDomainMessenger_Paused();

    /// @notice There is no such version of messages.
    error CrossDomainMessenger_UnsupportedVersion(uint16 version);

    /// @notice A message brings its ether with it when it comes from the other layer, and only then.
    error CrossDomainMessenger_WrongValue(uint256 value, uint256 expected);

    /// @notice The message did not come from the other layer, or has not failed.
    error CrossDomainMessenger_NotReplayable(bytes32 msgHash);

    /// @notice The message's call succeeded before.
    error CrossDomainMessenger_AlreadyRelayed(bytes32 msgHash);

    /// @notice The message's call failed while its gas is estimated.
    error CrossDomainMessenger_GasEstimation();

    /// @notice No message's call is being made.
    error CrossDomainMessenger_NoSender();

    /// @notice A messenger needs all its addresses.
    error CrossDomainMessenger_ZeroAddress();

    /// @notice Sends a message, with the ether sent along.
    /// @param target      Whom it calls on the other layer.
    /// @param message     The call's data.
    /// @param minGasLimit The least gas of the call.
    function sendMessage(address target, bytes calldata message, uint32 minGasLimit) external payable;

    /// @notice Makes a message's call: once it has come from the other layer, and again for anybody after it has failed.
    /// @param nonce       The message's number and version.
    /// @param sender      Who sent it.
    /// @param target      Whom it calls.
    /// @param value       Ether sent along, in wei.
    /// @param minGasLimit The least gas of the call.
    /// @param message     The call's data.
    function relayMessage(
        uint256 nonce,
        address sender,
        address target,
        uint256 value,
        uint256 minGasLimit,
        bytes calldata message
    ) external payable;

    /// @notice The gas with which a message travels, so that its call gets the gas that it was promised.
    /// @param message     The call's data.
    /// @param minGasLimit The least gas of the call.
    function baseGas(bytes calldata message, uint32 minGasLimit) external pure returns (uint64);

    /// @notice Who sent the message whose call is being made. Reverts outside of such a call.
    function xDomainMessageSender() external view returns (address);

    /// @notice The next message's nonce: its number, and the version in the two highest bytes.
    function messageNonce() external view returns (uint256);

    /// @notice Whether a message's call succeeded.
    /// @param msgHash The message's hash.
    function successfulMessages(bytes32 msgHash) external view returns (bool);

    /// @notice Whether a message's call failed at least once.
    /// @param msgHash The message's hash.
    function failedMessages(bytes32 msgHash) external view returns (bool);

    /// @notice Whether messages are paused.
    function paused() external view returns (bool);

    /// @notice The messenger of the other layer.
    function otherMessenger() external view returns (address);

    /// @notice Legacy spelling of `otherMessenger`.
    function OTHER_MESSENGER() external view returns (address);

    /// @notice The version of messages sent.
    function MESSAGE_VERSION() external pure returns (uint16);

    /// @notice Gas for a relay beside its call.
    function RELAY_CONSTANT_OVERHEAD() external pure returns (uint64);

    /// @notice Gas for the call itself: cold account, ether, new account.
    function RELAY_CALL_OVERHEAD() external pure returns (uint64);

    /// @notice Gas kept for what follows the call.
    function RELAY_RESERVED_GAS() external pure returns (uint64);

    /// @notice Gas for what lies between the check of the gas and the call.
    function RELAY_GAS_CHECK_BUFFER() external pure returns (uint64);

    /// @notice A call gets at most 63 of 64 parts of the gas (EIP-150): the numerator of what makes up for it.
    function MIN_GAS_DYNAMIC_OVERHEAD_NUMERATOR() external pure returns (uint64);

    /// @notice The denominator of what makes up for it.
    function MIN_GAS_DYNAMIC_OVERHEAD_DENOMINATOR() external pure returns (uint64);

    /// @notice Gas per byte of a message.
    function MIN_GAS_CALLDATA_OVERHEAD() external pure returns (uint64);

    /// @notice The least gas per byte of a transaction that does little else (EIP-7623).
    function FLOOR_CALLDATA_OVERHEAD() external pure returns (uint64);

    /// @notice Bytes that a message's encoding adds to its data.
    function ENCODING_OVERHEAD() external pure returns (uint64);

    /// @notice Gas of an empty transaction.
    function TX_BASE_GAS() external pure returns (uint64);

    /// @notice Semantic version of this interface.
    function version() external pure returns (string memory);
}
