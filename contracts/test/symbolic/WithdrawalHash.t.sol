// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { L2ToL1MessagePasser } from "../../src/L2/L2ToL1MessagePasser.sol";
import { WithdrawalTransaction } from "../../src/types/WithdrawalTransaction.sol";
import { Test } from "../support/Test.sol";

/// @notice The withdrawal hash, for every withdrawal with data of a few lengths (halmos.toml).
contract WithdrawalHash_Check is Test {
    L2ToL1MessagePasser private passer = new L2ToL1MessagePasser();

    /// @dev The specification's formula, word by word.
    function check_withdrawalHash_isFormula(WithdrawalTransaction memory withdrawal) external pure {
        bytes memory words = abi.encodePacked(
            withdrawal.nonce,
            uint256(uint160(withdrawal.sender)),
            uint256(uint160(withdrawal.target)),
            withdrawal.value,
            withdrawal.gasLimit,
            uint256(6 * 32),
            withdrawal.data.length,
            withdrawal.data
        );
        bytes memory padding = new bytes((32 - withdrawal.data.length % 32) % 32);
        assert(withdrawal.withdrawalHash() == keccak256(bytes.concat(words, padding)));
    }

    /// @dev Two withdrawals that differ in anything have different hashes.
    function check_withdrawalHash_isInjective(WithdrawalTransaction memory left, WithdrawalTransaction memory right)
        external
        pure
    {
        bool same = left.nonce == right.nonce && left.sender == right.sender && left.target == right.target
            && left.value == right.value && left.gasLimit == right.gasLimit
            && keccak256(left.data) == keccak256(right.data);
        assert(same == (left.withdrawalHash() == right.withdrawalHash()));
    }

    /// @dev The passer stores what the portal looks for, and nothing else.
    function check_initiateWithdrawal_storesHash(WithdrawalTransaction memory withdrawal, bytes32 other) external {
        vm.deal(withdrawal.sender, withdrawal.value);
        withdrawal.nonce = passer.messageNonce();
        vm.prank(withdrawal.sender);
        passer.initiateWithdrawal{ value: withdrawal.value }(withdrawal.target, withdrawal.gasLimit, withdrawal.data);
        assert(passer.sentMessages(withdrawal.withdrawalHash()));
        assert(passer.sentMessages(other) == (other == withdrawal.withdrawalHash()));
        assert(passer.messageNonce() == withdrawal.nonce + 1);
    }
}
