// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { Initializable } from "@openzeppelin/contracts/proxy/utils/Initializable.sol";
import { IL2CrossDomainMessenger } from "../../interfaces/L2/IL2CrossDomainMessenger.sol";
import { IL2StandardBridge } from "../../interfaces/L2/IL2StandardBridge.sol";
import { ILegacyMintableERC20 } from "../../interfaces/bridge/ILegacyMintableERC20.sol";
import { IStandardBridge } from "../../interfaces/bridge/IStandardBridge.sol";
import { StandardBridge } from "../bridge/StandardBridge.sol";
import { Predeploys } from "../libraries/Predeploys.sol";
import { ProxyAdminOwned } from "../proxy/ProxyAdminOwned.sol";

/// @title L2StandardBridge
/// @notice L2's bridge of ether and ERC-20 tokens.
contract L2StandardBridge is IL2StandardBridge, StandardBridge, Initializable, ProxyAdminOwned {
    /// @inheritdoc IStandardBridge
    string public constant version = "1.13.0";

    /// @dev See `otherBridge`.
    address private _otherBridge;

    constructor() {
        _disableInitializers();
    }

    /// @inheritdoc IL2StandardBridge
    function initialize(address otherBridge_) external initializer onlyProxyAdminOrOwner {
        if (otherBridge_ == address(0)) revert StandardBridge_ZeroAddress();
        _otherBridge = otherBridge_;
    }

    /// @inheritdoc IL2StandardBridge
    function withdraw(address l2Token, uint256 amount, uint32 minGasLimit, bytes calldata extraData)
        external
        payable
        onlyEOA
    {
        _initiateWithdrawal(l2Token, msg.sender, amount, minGasLimit, extraData);
    }

    /// @inheritdoc IL2StandardBridge
    function withdrawTo(address l2Token, address to, uint256 amount, uint32 minGasLimit, bytes calldata extraData)
        external
        payable
    {
        _initiateWithdrawal(l2Token, to, amount, minGasLimit, extraData);
    }

    /// @inheritdoc IL2StandardBridge
    function finalizeDeposit(
        address l1Token,
        address l2Token,
        address from,
        address to,
        uint256 amount,
        bytes calldata extraData
    ) external payable {
        if (l1Token == address(0) && l2Token == Predeploys.LEGACY_ERC20_ETH) {
            finalizeBridgeETH(from, to, amount, extraData);
        } else {
            _requireValue(0);
            finalizeBridgeERC20(l2Token, l1Token, from, to, amount, extraData);
        }
    }

    /// @inheritdoc IL2StandardBridge
    function l1TokenBridge() external view returns (address) {
        return otherBridge();
    }

    /// @inheritdoc IStandardBridge
    function otherBridge() public view override(StandardBridge, IStandardBridge) returns (address) {
        return _otherBridge;
    }

    /// @inheritdoc IStandardBridge
    function messenger() public pure override(StandardBridge, IStandardBridge) returns (address) {
        return Predeploys.L2_CROSS_DOMAIN_MESSENGER;
    }

    /// @inheritdoc IStandardBridge
    function paused() public pure override(StandardBridge, IStandardBridge) returns (bool) {
        return false;
    }

    /// @inheritdoc StandardBridge
    function _otherMessenger() internal view override returns (address) {
        return IL2CrossDomainMessenger(messenger()).otherMessenger();
    }

    /// @inheritdoc StandardBridge
    function _otherDoor() internal view override returns (address) {
        return IL2CrossDomainMessenger(messenger()).l1Portal();
    }

    /// @inheritdoc StandardBridge
    function _emitETHBridgeInitiated(address from, address to, uint256 amount, bytes memory extraData)
        internal
        override
    {
        emit WithdrawalInitiated(address(0), Predeploys.LEGACY_ERC20_ETH, from, to, amount, extraData);
        super._emitETHBridgeInitiated(from, to, amount, extraData);
    }

    /// @inheritdoc StandardBridge
    function _emitETHBridgeFinalized(address from, address to, uint256 amount, bytes memory extraData)
        internal
        override
    {
        emit DepositFinalized(address(0), Predeploys.LEGACY_ERC20_ETH, from, to, amount, extraData);
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
        emit WithdrawalInitiated(remoteToken, localToken, from, to, amount, extraData);
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
        emit DepositFinalized(remoteToken, localToken, from, to, amount, extraData);
        super._emitERC20BridgeFinalized(localToken, remoteToken, from, to, amount, extraData);
    }

    /// @dev Sends ether or tokens, by the token's address.
    function _initiateWithdrawal(
        address l2Token,
        address to,
        uint256 amount,
        uint32 minGasLimit,
        bytes calldata extraData
    ) private {
        if (l2Token == Predeploys.LEGACY_ERC20_ETH) {
            _requireValue(amount);
            _initiateBridgeETH(to, minGasLimit, extraData);
        } else {
            _requireValue(0);
            address l1Token = ILegacyMintableERC20(l2Token).l1Token();
            _initiateBridgeERC20(l2Token, l1Token, to, amount, minGasLimit, extraData);
        }
    }

    /// @dev Refuses a call with another amount of ether.
    function _requireValue(uint256 expected) private view {
        if (msg.value != expected) revert StandardBridge_WrongValue(msg.value, expected);
    }
}
