// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { IStandardBridge } from "../bridge/IStandardBridge.sol";

/// @title IL1StandardBridge
/// @notice L1's bridge, with the functions and events from before Bedrock.
interface IL1StandardBridge is IStandardBridge {
    /// @notice Ether leaves for L2.
    event ETHDepositInitiated(address indexed from, address indexed to, uint256 amount, bytes extraData);

    /// @notice Ether has arrived from L2.
    event ETHWithdrawalFinalized(address indexed from, address indexed to, uint256 amount, bytes extraData);

    /// @notice Tokens leave for L2.
    event ERC20DepositInitiated(
        address indexed l1Token,
        address indexed l2Token,
        address indexed from,
        address to,
        uint256 amount,
        bytes extraData
    );

    /// @notice Tokens have arrived from L2.
    event ERC20WithdrawalFinalized(
        address indexed l1Token,
        address indexed l2Token,
        address indexed from,
        address to,
        uint256 amount,
        bytes extraData
    );

    /// @notice Sets the chain, once.
    /// @param messenger_    L1's messenger.
    /// @param systemConfig_ The chain's configuration.
    function initialize(address messenger_, address systemConfig_) external;

    /// @notice `bridgeETH` under its old name.
    /// @param minGasLimit The least gas of its arrival.
    /// @param extraData   Passed along, for events only.
    function depositETH(uint32 minGasLimit, bytes calldata extraData) external payable;

    /// @notice `bridgeETHTo` under its old name.
    /// @param to          The account.
    /// @param minGasLimit The least gas of its arrival.
    /// @param extraData   Passed along, for events only.
    function depositETHTo(address to, uint32 minGasLimit, bytes calldata extraData) external payable;

    /// @notice `bridgeERC20` under its old name.
    /// @param l1Token     The token on L1.
    /// @param l2Token     The token on L2.
    /// @param amount      How many, in the token's smallest unit.
    /// @param minGasLimit The least gas of their arrival.
    /// @param extraData   Passed along, for events only.
    function depositERC20(
        address l1Token,
        address l2Token,
        uint256 amount,
        uint32 minGasLimit,
        bytes calldata extraData
    ) external;

    /// @notice `bridgeERC20To` under its old name.
    /// @param l1Token     The token on L1.
    /// @param l2Token     The token on L2.
    /// @param to          The account.
    /// @param amount      How many, in the token's smallest unit.
    /// @param minGasLimit The least gas of their arrival.
    /// @param extraData   Passed along, for events only.
    function depositERC20To(
        address l1Token,
        address l2Token,
        address to,
        uint256 amount,
        uint32 minGasLimit,
        bytes calldata extraData
    ) external;

    /// @notice `finalizeBridgeETH` under its old name.
    /// @param from      Who sent it.
    /// @param to        Who gets it.
    /// @param amount    How much, in wei.
    /// @param extraData Passed along, for events only.
    function finalizeETHWithdrawal(address from, address to, uint256 amount, bytes calldata extraData) external payable;

    /// @notice `finalizeBridgeERC20` under its old name.
    /// @param l1Token   The token on L1.
    /// @param l2Token   The token on L2.
    /// @param from      Who sent them.
    /// @param to        Who gets them.
    /// @param amount    How many, in the token's smallest unit.
    /// @param extraData Passed along, for events only.
    function finalizeERC20Withdrawal(
        address l1Token,
        address l2Token,
        address from,
        address to,
        uint256 amount,
        bytes calldata extraData
    ) external;

    /// @notice `otherBridge` under its old name.
    function l2TokenBridge() external view returns (address);

    /// @notice The chain's configuration.
    function systemConfig() external view returns (address);

    /// @notice The pause switch.
    function superchainConfig() external view returns (address);
}
