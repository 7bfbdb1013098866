// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

/// @title IL2ToL1MessagePasser
/// @notice Commitments to withdrawals. Its storage root is part of every output root (specs: protocol/withdrawals.md).
interface IL2ToL1MessagePasser {
    /// @notice A withdrawal was asked for.
    event MessagePassed(
        uint256 indexed nonce,
        address indexed sender,
        address indexed target,
        uint256 value,
        uint256 gasLimit,
        bytes data,
        bytes32 withdrawalHash
    );

    /// @notice The ether of withdrawals was taken out of L2's supply.
    event WithdrawerBalanceBurnt(uint256 indexed amount);

    /// @notice Asks L1 to make a call. The ether sent along leaves L2.
    /// @param target   Who is called on L1.
    /// @param gasLimit The least gas of the call.
    /// @param data     The call's data.
    function initiateWithdrawal(address target, uint256 gasLimit, bytes memory data) external payable;

    /// @notice Takes the ether of withdrawals out of L2's supply.
    function burn() external;

    /// @notice Whether a withdrawal was asked for.
    /// @param withdrawalHash The withdrawal's hash.
    function sentMessages(bytes32 withdrawalHash) external view returns (bool);

    /// @notice The next withdrawal's nonce: its number, and the encoding's version in the two highest bytes.
    function messageNonce() external view returns (uint256);

    /// @notice The version of the nonce's encoding.
    function MESSAGE_VERSION() external pure returns (uint16);

    /// @notice Semantic version of this interface.
    function version() external pure returns (string memory);
}
