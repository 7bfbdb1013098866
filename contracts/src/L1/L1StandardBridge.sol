// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { Initializable } from "@openzeppelin/contracts/proxy/utils/Initializable.sol";
import { IL1StandardBridge } from "../../interfaces/L1/IL1StandardBridge.sol";
import { ISystemConfig } from "../../interfaces/L1/ISystemConfig.sol";
import { IStandardBridge } from "../../interfaces/bridge/IStandardBridge.sol";
import { StandardBridge } from "../bridge/StandardBridge.sol";
import { Predeploys } from "../libraries/Predeploys.sol";
import { ProxyAdminOwned } from "../proxy/ProxyAdminOwned.sol";

/// @title L1StandardBridge
/// @notice L1's bridge of ether and ERC-20 tokens.
contract L1StandardBridge is IL1StandardBridge, StandardBridge, Initializable, ProxyAdminOwned {
    /// @inheritdoc IStandardBridge
    string public constant version = "2.8.0";

    /// @dev See `messenger`.
    address private _messenger;

    /// @inheritdoc IL1StandardBridge
    address public systemConfig;

    constructor() {
        _disableInitializers();
    }

    /// @inheritdoc IL1StandardBridge
    function initialize(address messenger_, address systemConfig_) external initializer onlyProxyAdminOrOwner {
        if (messenger_ == address(0) || systemConfig_ == address(0)) revert StandardBridge_ZeroAddress();
        _messenger = messenger_;
        systemConfig = systemConfig_;
    }

    /// @inheritdoc IL1StandardBridge
    function depositETH(uint32 minGasLimit, bytes calldata extraData) external payable onlyEOA {
        _initiateBridgeETH(msg.sender, minGasLimit, extraData);
    }

    /// @inheritdoc IL1StandardBridge
    function depositETHTo(address to, uint32 minGasLimit, bytes calldata extraData) external payable {
        _initiateBridgeETH(to, minGasLimit, extraData);
    }

    /// @inheritdoc IL1StandardBridge
    function depositERC20(
        address l1Token,
        address l2Token,
        uint256 amount,
        uint32 minGasLimit,
        bytes calldata extraData
    ) external onlyEOA {
        _initiateBridgeERC20(l1Token, l2Token, msg.sender, amount, minGasLimit, extraData);
    }

    /// @inheritdoc IL1StandardBridge
    function depositERC20To(
        address l1Token,
        address l2Token,
        address to,
        uint256 amount,
        uint32 minGasLimit,
        bytes calldata extraData
    ) external {
        _initiateBridgeERC20(l1Token, l2Token, to, amount, minGasLimit, extraData);
    }

    /// @inheritdoc IL1StandardBridge
    function finalizeETHWithdrawal(address from, address to, uint256 amount, bytes calldata extraData)
        external
        payable
    {
        finalizeBridgeETH(from, to, amount, extraData);
    }

    /// @inheritdoc IL1StandardBridge
    function finalizeERC20Withdrawal(
        address l1Token,
        address l2Token,
        address from,
        address to,
        uint256 amount,
        bytes calldata extraData
    ) external {
        finalizeBridgeERC20(l1Token, l2Token, from, to, amount, extraData);
    }

    /// @inheritdoc IL1StandardBridge
    function superchainConfig() external view returns (address) {
        return ISystemConfig(systemConfig).superchainConfig();
    }

    /// @inheritdoc IL1StandardBridge
    function l2TokenBridge() external pure returns (address) {
        return otherBridge();
    }

    /// @inheritdoc IStandardBridge
    function paused() public view override(StandardBridge, IStandardBridge) returns (bool) {
        return ISystemConfig(systemConfig).paused();
    }

    /// @inheritdoc IStandardBridge
    function messenger() public view override(StandardBridge, IStandardBridge) returns (address) {
        return _messenger;
    }

    /// @inheritdoc IStandardBridge
    function otherBridge() public pure override(StandardBridge, IStandardBridge) returns (address) {
        return Predeploys.L2_STANDARD_BRIDGE;
    }

    /// @inheritdoc StandardBridge
    function _otherMessenger() internal pure override returns (address) {
        return Predeploys.L2_CROSS_DOMAIN_MESSENGER;
    }

    /// @inheritdoc StandardBridge
    function _otherDoor() internal pure override returns (address) {
        return Predeploys.L2_TO_L1_MESSAGE_PASSER;
    }

    /// @inheritdoc StandardBridge
    function _emitETHBridgeInitiated(address from, address to, uint256 amount, bytes memory extraData)
        internal
        override
    {
        emit ETHDepositInitiated(from, to, amount, extraData);
        super._emitETHBridgeInitiated(from, to, amount, extraData);
    }

    /// @inheritdoc StandardBridge
    function _emitETHBridgeFinalized(address from, address to, uint256 amount, bytes memory extraData)
        internal
        override
    {
        emit ETHWithdrawalFinalized(from, to, amount, extraData);
        super._emitETHBridgeFinalized(from, to, amount, extraData);
    }

    /// @inheritdoc StandardBridge
    function _emitERC20BridgeInitiated(
        address localToken,
        address remoteToken,
        address from,
        address to,
        uint256 amount,
        bytes memory extraData
    ) internal override {
        emit ERC20DepositInitiated(localToken, remoteToken, from, to, amount, extraData);
        super._emitERC20BridgeInitiated(localToken, remoteToken, from, to, amount, extraData);
    }

    /// @inheritdoc StandardBridge
    function _emitERC20BridgeFinalized(
        address localToken,
        address remoteToken,
        address from,
        address to,
        uint256 amount,
        bytes memory extraData
    ) internal override {
        emit ERC20WithdrawalFinalized(localToken, remoteToken, from, to, amount, extraData);
        super._emitERC20BridgeFinalized(localToken, remoteToken, from, to, amount, extraData);
    }
}
