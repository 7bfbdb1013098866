// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { IStandardBridge } from "../bridge/IStandardBridge.sol";

/// @title IL2StandardBridge
/// @notice L2's bridge, with the functions and events from before Bedrock. The genesis writes its storage.
interface IL2StandardBridge is IStandardBridge {
    /// @notice Ether or tokens leave for L1. Ether is the zero address on L1 and `0xDeadDeAd…0000` on L2.
    event WithdrawalInitiated(
        address indexed l1Token,
        address indexed l2Token,
        address indexed from,
        address to,
        uint256 amount,
        bytes extraData
    );

    /// @notice Ether or tokens have arrived from L1.
    event DepositFinalized(
        address indexed l1Token,
        address indexed l2Token,
        address indexed from,
        address to,
        uint256 amount,
        bytes extraData
    );

    /// @notice Sets L1's bridge, once.
    /// @param otherBridge_ L1's bridge.
    function initialize(address otherBridge_) external;

    /// @notice `bridgeETH` and `bridgeERC20` under their old name.
    /// @param l2Token     The token on L2; `0xDeadDeAd…0000` for ether, which is sent along.
    /// @param amount      How many, in the token's smallest unit.
    /// @param minGasLimit The least gas of their arrival.
    /// @param extraData   Passed along, for events only.
    function withdraw(address l2Token, uint256 amount, uint32 minGasLimit, bytes calldata extraData) external payable;

    /// @notice `bridgeETHTo` and `bridgeERC20To` under their old name.
    /// @param l2Token     The token on L2; `0xDeadDeAd…0000` for ether, which is sent along.
    /// @param to          The account.
    /// @param amount      How many, in the token's smallest unit.
    /// @param minGasLimit The least gas of their arrival.
    /// @param extraData   Passed along, for events only.
    function withdrawTo(address l2Token, address to, uint256 amount, uint32 minGasLimit, bytes calldata extraData)
        external
        payable;

    /// @notice `finalizeBridgeETH` and `finalizeBridgeERC20` under their old name.
    /// @param l1Token   The token on L1; the zero address for ether.
    /// @param l2Token   The token on L2; `0xDeadDeAd…0000` for ether.
    /// @param from      Who sent them.
    /// @param to        Who gets them.
    /// @param amount    How many, in the token's smallest unit.
    /// @param extraData Passed along, for events only.
    function finalizeDeposit(
        address l1Token,
        address l2Token,
        address from,
        address to,
        uint256 amount,
        bytes calldata extraData
    ) external payable;

    /// @notice `otherBridge` under its old name.
    function l1TokenBridge() external view returns (address);
}
