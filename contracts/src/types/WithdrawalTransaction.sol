// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

/// @notice A call that L2 asks L1 to make.
/// @custom:field nonce    The message's number, its version in the two highest bytes.
/// @custom:field sender   Who asked on L2.
/// @custom:field target   Who is called on L1.
/// @custom:field value    Ether sent along, in wei.
/// @custom:field gasLimit The least gas of the call.
/// @custom:field data     The call's data.
struct WithdrawalTransaction {
    uint256 nonce;
    address sender;
    address target;
    uint256 value;
    uint256 gasLimit;
    bytes data;
}

using { withdrawalHash } for WithdrawalTransaction global;

/// @notice The key under which a withdrawal is known on both layers (specs: protocol/withdrawals.md).
/// @param withdrawal The withdrawal.
function withdrawalHash(WithdrawalTransaction memory withdrawal) pure returns (bytes32) {
    return keccak256(
        abi.encode(
            withdrawal.nonce,
            withdrawal.sender,
            withdrawal.target,
            withdrawal.value,
            withdrawal.gasLimit,
            withdrawal.data
        )
    );
}
