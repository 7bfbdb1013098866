// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

/// @title EOA
/// @notice Tells accounts that have a key from contracts.
library EOA {
    /// @notice The code of an account that delegates (EIP-7702): this prefix and an address.
    bytes3 internal constant DELEGATION_PREFIX = 0xef0100;
    uint256 internal constant DELEGATION_LENGTH = 23;

    /// @notice Whether the caller has a key: it signed the transaction, or its code is a delegation.
    function isSenderEOA() internal view returns (bool) {
        return msg.sender == tx.origin || isDelegated(msg.sender);
    }

    /// @notice Whether an account delegates to a contract. No contract can be created with such code (EIP-3541).
    /// @param account The account.
    function isDelegated(address account) internal view returns (bool) {
        if (account.code.length != DELEGATION_LENGTH) return false;
        bytes32 head;
        assembly ("memory-safe") {
            mstore(0, 0)
            extcodecopy(account, 0, 0, 3)
            head := mload(0)
        }
        return bytes3(head) == DELEGATION_PREFIX;
    }
}
