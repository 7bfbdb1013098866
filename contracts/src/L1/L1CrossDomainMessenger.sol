// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { Initializable } from "@openzeppelin/contracts/proxy/utils/Initializable.sol";
import { IL1CrossDomainMessenger } from "../../interfaces/L1/IL1CrossDomainMessenger.sol";
import { IOptimismPortal } from "../../interfaces/L1/IOptimismPortal.sol";
import { ISystemConfig } from "../../interfaces/L1/ISystemConfig.sol";
import { ICrossDomainMessenger } from "../../interfaces/bridge/ICrossDomainMessenger.sol";
import { CrossDomainMessenger } from "../bridge/CrossDomainMessenger.sol";
import { Predeploys } from "../libraries/Predeploys.sol";
import { ProxyAdminOwned } from "../proxy/ProxyAdminOwned.sol";

/// @title L1CrossDomainMessenger
/// @notice L1's messenger.
contract L1CrossDomainMessenger is IL1CrossDomainMessenger, CrossDomainMessenger, Initializable, ProxyAdminOwned {
    /// @inheritdoc ICrossDomainMessenger
    string public constant version = "2.11.0";

    /// @inheritdoc IL1CrossDomainMessenger
    address public portal;

    /// @inheritdoc IL1CrossDomainMessenger
    address public systemConfig;

    constructor() {
        _disableInitializers();
    }

    /// @inheritdoc IL1CrossDomainMessenger
    function initialize(address systemConfig_, address portal_) external initializer onlyProxyAdminOrOwner {
        if (systemConfig_ == address(0) || portal_ == address(0)) revert CrossDomainMessenger_ZeroAddress();
        systemConfig = systemConfig_;
        portal = portal_;
        _open();
    }

    /// @inheritdoc IL1CrossDomainMessenger
    function PORTAL() external view returns (address) {
        return portal;
    }

    /// @inheritdoc IL1CrossDomainMessenger
    function superchainConfig() external view returns (address) {
        return ISystemConfig(systemConfig).superchainConfig();
    }

    /// @inheritdoc ICrossDomainMessenger
    function paused() public view override(CrossDomainMessenger, ICrossDomainMessenger) returns (bool) {
        return ISystemConfig(systemConfig).paused();
    }

    /// @inheritdoc ICrossDomainMessenger
    function otherMessenger() public pure override(CrossDomainMessenger, ICrossDomainMessenger) returns (address) {
        return Predeploys.L2_CROSS_DOMAIN_MESSENGER;
    }

    /// @inheritdoc CrossDomainMessenger
    function _sendMessage(address to, uint64 gasLimit, bytes memory data) internal override {
        IOptimismPortal(portal).depositTransaction{ value: msg.value }(to, msg.value, gasLimit, false, data);
    }

    /// @inheritdoc CrossDomainMessenger
    function _isOtherMessenger() internal view override returns (bool) {
        return msg.sender == portal && IOptimismPortal(portal).l2Sender() == otherMessenger();
    }

    /// @inheritdoc CrossDomainMessenger
    function _isUnsafeTarget(address target) internal view override returns (bool) {
        return target == address(this) || target == portal;
    }

    /// @inheritdoc CrossDomainMessenger
    function _isUnsafeRemoteTarget(address target) internal pure override returns (bool) {
        return target == Predeploys.L2_CROSS_DOMAIN_MESSENGER || target == Predeploys.L2_TO_L1_MESSAGE_PASSER;
    }
}
