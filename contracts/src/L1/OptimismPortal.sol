// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { Initializable } from "@openzeppelin/contracts/proxy/utils/Initializable.sol";
import { IOptimismPortal } from "../../interfaces/L1/IOptimismPortal.sol";
import { ISystemConfig } from "../../interfaces/L1/ISystemConfig.sol";
import { AddressAliasHelper } from "../libraries/AddressAliasHelper.sol";
import { EOA } from "../libraries/EOA.sol";
import { ProxyAdminOwned } from "../proxy/ProxyAdminOwned.sol";
import { ResourceConfig } from "../types/ResourceConfig.sol";
import { ResourceMetering } from "./ResourceMetering.sol";

/// @title OptimismPortal
/// @notice The door between the layers.
contract OptimismPortal is IOptimismPortal, ResourceMetering, Initializable, ProxyAdminOwned {
    /// @inheritdoc IOptimismPortal
    string public constant version = "2.8.0";

    /// @dev The encoding of `opaqueData`.
    uint256 private constant DEPOSIT_VERSION = 0;

    /// @dev Gas of a deposit made by sending ether.
    uint64 private constant RECEIVE_DEFAULT_GAS_LIMIT = 100_000;

    /// @dev The longest data of a deposit.
    uint256 private constant DATA_BYTES_MAX = 120_000;

    /// @inheritdoc IOptimismPortal
    address public systemConfig;

    constructor() {
        _disableInitializers();
    }

    /// @notice Deposits the ether to the sender's own account.
    receive() external payable {
        depositTransaction(msg.sender, msg.value, RECEIVE_DEFAULT_GAS_LIMIT, false, "");
    }

    /// @inheritdoc IOptimismPortal
    function initialize(address systemConfig_) external initializer onlyProxyAdminOrOwner {
        systemConfig = systemConfig_;
        _initializeMetering();
    }

    /// @inheritdoc IOptimismPortal
    function donateETH() external payable { }

    /// @inheritdoc IOptimismPortal
    function superchainConfig() external view returns (address) {
        return ISystemConfig(systemConfig).superchainConfig();
    }

    /// @inheritdoc IOptimismPortal
    function guardian() external view returns (address) {
        return ISystemConfig(systemConfig).guardian();
    }

    /// @inheritdoc IOptimismPortal
    function paused() external view returns (bool) {
        return ISystemConfig(systemConfig).paused();
    }

    /// @inheritdoc IOptimismPortal
    function depositTransaction(address to, uint256 value, uint64 gasLimit, bool isCreation, bytes memory data)
        public
        payable
        metered(gasLimit)
    {
        if (isCreation && to != address(0)) revert OptimismPortal_BadTarget();
        if (gasLimit < minimumGasLimit(uint64(data.length))) revert OptimismPortal_GasLimitTooLow();
        if (data.length > DATA_BYTES_MAX) revert OptimismPortal_CalldataTooLarge();

        address from = EOA.isSenderEOA() ? msg.sender : AddressAliasHelper.applyL1ToL2Alias(msg.sender);
        bytes memory opaqueData = abi.encodePacked(msg.value, value, gasLimit, isCreation, data);
        emit TransactionDeposited(from, to, DEPOSIT_VERSION, opaqueData);
    }

    /// @inheritdoc IOptimismPortal
    function minimumGasLimit(uint64 byteCount) public pure returns (uint64) {
        return byteCount * 40 + 21_000;
    }

    /// @inheritdoc ResourceMetering
    function _resourceConfig() internal view override returns (ResourceConfig memory) {
        return ISystemConfig(systemConfig).resourceConfig();
    }
}
