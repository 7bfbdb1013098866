// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { IL2ToL1MessagePasser } from "../../interfaces/L2/IL2ToL1MessagePasser.sol";
import { Burn } from "../libraries/Burn.sol";
import { WithdrawalTransaction } from "../types/WithdrawalTransaction.sol";

/// @title L2ToL1MessagePasser
/// @notice Commitments to withdrawals. L1 proves slots of `sentMessages`, the first mapping: the layout is part of the protocol.
contract L2ToL1MessagePasser is IL2ToL1MessagePasser {
    /// @inheritdoc IL2ToL1MessagePasser
    uint16 public constant MESSAGE_VERSION = 1;

    /// @inheritdoc IL2ToL1MessagePasser
    string public constant version = "1.2.0";

    /// @dev Gas of a withdrawal made by sending ether.
    uint256 private constant RECEIVE_DEFAULT_GAS_LIMIT = 100_000;

    /// @inheritdoc IL2ToL1MessagePasser
    mapping(bytes32 withdrawalHash => bool sent) public sentMessages;

    /// @dev How many withdrawals were asked for.
    uint240 private _messageCount;

    /// @notice Withdraws the ether to the sender's own account.
    receive() external payable {
        initiateWithdrawal(msg.sender, RECEIVE_DEFAULT_GAS_LIMIT, "");
    }

    /// @inheritdoc IL2ToL1MessagePasser
    function burn() external {
        uint256 amount = address(this).balance;
        emit WithdrawerBalanceBurnt(amount);
        Burn.eth(amount);
    }

    /// @inheritdoc IL2ToL1MessagePasser
    function initiateWithdrawal(address target, uint256 gasLimit, bytes memory data) public payable {
        uint256 nonce = messageNonce();
        bytes32 withdrawalHash = WithdrawalTransaction({
            nonce: nonce, sender: msg.sender, target: target, value: msg.value, gasLimit: gasLimit, data: data
        }).withdrawalHash();
        sentMessages[withdrawalHash] = true;
        unchecked {
            ++_messageCount;
        }
        emit MessagePassed(nonce, msg.sender, target, msg.value, gasLimit, data, withdrawalHash);
    }

    /// @inheritdoc IL2ToL1MessagePasser
    function messageNonce() public view returns (uint256) {
        return uint256(MESSAGE_VERSION) << 240 | _messageCount;
    }
}
