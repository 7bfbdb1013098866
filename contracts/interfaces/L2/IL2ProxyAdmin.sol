// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { IProxyAdmin } from "../proxy/IProxyAdmin.sol";

/// @title IL2ContractsManager
/// @notice The upgrade of one fork: runs as the predeploys' admin (specs: protocol/l2-upgrades-2-contracts.md).
interface IL2ContractsManager {
    /// @notice Upgrades every predeploy that the fork changes.
    function upgrade() external;
}

/// @title IL2ProxyAdmin
/// @notice The admin of the predeploys' proxies, which a fork's upgrade transactions may borrow.
interface IL2ProxyAdmin is IProxyAdmin {
    /// @notice The caller is not the depositor account.
    error L2ProxyAdmin_NotDepositor();

    /// @notice Runs a fork's upgrade.
    /// @param l2ContractsManager The upgrade.
    function upgradePredeploys(address l2ContractsManager) external;
}
