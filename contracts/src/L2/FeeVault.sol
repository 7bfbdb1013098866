// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { Address } from "@openzeppelin/contracts/utils/Address.sol";
import { IFeeVault } from "../../interfaces/L2/IFeeVault.sol";
import { IL2ToL1MessagePasser } from "../../interfaces/L2/IL2ToL1MessagePasser.sol";
import { Predeploys } from "../libraries/Predeploys.sol";
import { ProxyAdminOwned } from "../proxy/ProxyAdminOwned.sol";

/// @title FeeVault
/// @notice The vault of base fees, of L1 fees and of operator fees, each behind its own proxy. The genesis writes the first
///         configuration.
contract FeeVault is IFeeVault, ProxyAdminOwned {
    /// @inheritdoc IFeeVault
    string public constant version = "1.6.0";

    /// @dev Gas of the payment on L1.
    uint256 private constant WITHDRAWAL_MIN_GAS = 400_000;

    /// @inheritdoc IFeeVault
    uint256 public totalProcessed;

    /// @inheritdoc IFeeVault
    uint256 public minWithdrawalAmount;

    /// @inheritdoc IFeeVault
    address public recipient;

    /// @inheritdoc IFeeVault
    WithdrawalNetwork public withdrawalNetwork;

    /// @notice Takes fees.
    receive() external payable { }

    /// @inheritdoc IFeeVault
    function withdraw() external returns (uint256 value) {
        value = address(this).balance;
        if (value < minWithdrawalAmount) revert FeeVault_BelowMinimum(value, minWithdrawalAmount);
        totalProcessed += value;

        address to = recipient;
        WithdrawalNetwork network = withdrawalNetwork;
        emit Withdrawal(value, to, msg.sender);
        emit Withdrawal(value, to, msg.sender, network);

        if (network == WithdrawalNetwork.L2) {
            Address.sendValue(payable(to), value);
        } else {
            IL2ToL1MessagePasser passer = IL2ToL1MessagePasser(Predeploys.L2_TO_L1_MESSAGE_PASSER);
            passer.initiateWithdrawal{ value: value }(to, WITHDRAWAL_MIN_GAS, "");
        }
    }

    /// @inheritdoc IFeeVault
    function setMinWithdrawalAmount(uint256 minWithdrawalAmount_) external onlyProxyAdminOrOwner {
        uint256 old = minWithdrawalAmount;
        minWithdrawalAmount = minWithdrawalAmount_;
        emit MinWithdrawalAmountUpdated(old, minWithdrawalAmount_);
    }

    /// @inheritdoc IFeeVault
    function setRecipient(address recipient_) external onlyProxyAdminOrOwner {
        address old = recipient;
        recipient = recipient_;
        emit RecipientUpdated(old, recipient_);
    }

    /// @inheritdoc IFeeVault
    function setWithdrawalNetwork(WithdrawalNetwork withdrawalNetwork_) external onlyProxyAdminOrOwner {
        WithdrawalNetwork old = withdrawalNetwork;
        withdrawalNetwork = withdrawalNetwork_;
        emit WithdrawalNetworkUpdated(old, withdrawalNetwork_);
    }

    /// @inheritdoc IFeeVault
    function MIN_WITHDRAWAL_AMOUNT() external view returns (uint256) {
        return minWithdrawalAmount;
    }

    /// @inheritdoc IFeeVault
    function RECIPIENT() external view returns (address) {
        return recipient;
    }

    /// @inheritdoc IFeeVault
    function WITHDRAWAL_NETWORK() external view returns (WithdrawalNetwork) {
        return withdrawalNetwork;
    }
}
