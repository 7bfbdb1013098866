// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

/// @title IFeeVault
/// @notice Collects one kind of fee. Anybody may have it paid out to its recipient once there is enough.
interface IFeeVault {
    /// @notice Where the recipient is paid.
    enum WithdrawalNetwork {
        L1,
        L2
    }

    /// @notice Fees were paid out; the form of old.
    event Withdrawal(uint256 value, address to, address from);

    /// @notice Fees were paid out.
    event Withdrawal(uint256 value, address to, address from, WithdrawalNetwork withdrawalNetwork);

    /// @notice The least amount of a payment changed.
    event MinWithdrawalAmountUpdated(uint256 oldWithdrawalAmount, uint256 newWithdrawalAmount);

    /// @notice The recipient changed.
    event RecipientUpdated(address oldRecipient, address newRecipient);

    /// @notice The recipient's layer changed.
    event WithdrawalNetworkUpdated(WithdrawalNetwork oldWithdrawalNetwork, WithdrawalNetwork newWithdrawalNetwork);

    /// @notice There is not enough to pay out.
    error FeeVault_BelowMinimum(uint256 balance, uint256 minimum);

    /// @notice Pays everything out to the recipient.
    /// @return value The amount, in wei.
    function withdraw() external returns (uint256 value);

    /// @notice Sets the least amount of a payment.
    /// @param minWithdrawalAmount_ In wei.
    function setMinWithdrawalAmount(uint256 minWithdrawalAmount_) external;

    /// @notice Sets the recipient.
    /// @param recipient_ The recipient.
    function setRecipient(address recipient_) external;

    /// @notice Sets the recipient's layer.
    /// @param withdrawalNetwork_ The layer.
    function setWithdrawalNetwork(WithdrawalNetwork withdrawalNetwork_) external;

    /// @notice What has been paid out so far, in wei.
    function totalProcessed() external view returns (uint256);

    /// @notice The least amount of a payment, in wei.
    function minWithdrawalAmount() external view returns (uint256);

    /// @notice Who is paid.
    function recipient() external view returns (address);

    /// @notice Where the recipient is paid.
    function withdrawalNetwork() external view returns (WithdrawalNetwork);

    /// @notice `minWithdrawalAmount` under its old name.
    function MIN_WITHDRAWAL_AMOUNT() external view returns (uint256);

    /// @notice `recipient` under its old name.
    function RECIPIENT() external view returns (address);

    /// @notice `withdrawalNetwork` under its old name.
    function WITHDRAWAL_NETWORK() external view returns (WithdrawalNetwork);

    /// @notice Semantic version of this interface.
    function version() external pure returns (string memory);
}
