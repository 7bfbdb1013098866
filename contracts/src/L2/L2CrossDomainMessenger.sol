// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { Initializable } from "@openzeppelin/contracts/proxy/utils/Initializable.sol";
import { IL2CrossDomainMessenger } from "../../interfaces/L2/IL2CrossDomainMessenger.sol";
import { IL2ToL1MessagePasser } from "../../interfaces/L2/IL2ToL1MessagePasser.sol";
import { ICrossDomainMessenger } from "../../interfaces/bridge/ICrossDomainMessenger.sol";
import { CrossDomainMessenger } from "../bridge/CrossDomainMessenger.sol";
import { AddressAliasHelper } from "../libraries/AddressAliasHelper.sol";
import { Predeploys } from "../libraries/Predeploys.sol";
import { WithdrawalGas } from "../libraries/WithdrawalGas.sol";
import { ProxyAdminOwned } from "../proxy/ProxyAdminOwned.sol";

/// @title L2CrossDomainMessenger
/// @notice L2's messenger.
contract L2CrossDomainMessenger is IL2CrossDomainMessenger, CrossDomainMessenger, Initializable, ProxyAdminOwned {
    /// @inheritdoc ICrossDomainMessenger
    string public constant version = "2.2.0";

    /// @inheritdoc IL2CrossDomainMessenger
    address public l1CrossDomainMessenger;

    /// @inheritdoc IL2CrossDomainMessenger
    address public l1Portal;

    constructor() {
        _disableInitializers();
    }

    /// @inheritdoc IL2CrossDomainMessenger
    function initialize(address l1CrossDomainMessenger_) external initializer onlyProxyAdminOrOwner {
        if (l1CrossDomainMessenger_ == address(0)) revert CrossDomainMessenger_ZeroAddress();
        l1CrossDomainMessenger = l1CrossDomainMessenger_;
    }

    /// @inheritdoc IL2CrossDomainMessenger
    function setL1Portal(address l1Portal_) external onlyProxyAdminOrOwner {
        if (l1Portal != address(0)) revert L2CrossDomainMessenger_PortalKnown(l1Portal);
        if (l1Portal_ == address(0)) revert CrossDomainMessenger_ZeroAddress();
        l1Portal = l1Portal_;
    }

    /// @inheritdoc ICrossDomainMessenger
    function otherMessenger() public view override(CrossDomainMessenger, ICrossDomainMessenger) returns (address) {
        return l1CrossDomainMessenger;
    }

    /// @inheritdoc ICrossDomainMessenger
    function paused() public pure override(CrossDomainMessenger, ICrossDomainMessenger) returns (bool) {
        return false;
    }

    /// @inheritdoc CrossDomainMessenger
    function _sendMessage(address to, uint64 gasLimit, bytes memory data) internal override {
        uint256 gasLimitMax = WithdrawalGas.gasLimitMax(data.length);
        if (gasLimit > gasLimitMax) revert L2CrossDomainMessenger_NeverFinalizable(gasLimit, gasLimitMax);
        IL2ToL1MessagePasser(Predeploys.L2_TO_L1_MESSAGE_PASSER).initiateWithdrawal{ value: msg.value }(
            to, gasLimit, data
        );
    }

    /// @inheritdoc CrossDomainMessenger
    function _isOtherMessenger() internal view override returns (bool) {
        return AddressAliasHelper.undoL1ToL2Alias(msg.sender) == l1CrossDomainMessenger;
    }

    /// @inheritdoc CrossDomainMessenger
    function _isUnsafeTarget(address target) internal view override returns (bool) {
        return target == address(this) || target == Predeploys.L2_TO_L1_MESSAGE_PASSER;
    }

    /// @inheritdoc CrossDomainMessenger
    function _isUnsafeRemoteTarget(address target) internal view override returns (bool) {
        return target == l1CrossDomainMessenger || target != address(0) && target == l1Portal;
    }
}
