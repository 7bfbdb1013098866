// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { Address } from "@openzeppelin/contracts/utils/Address.sol";
import { IL2ContractsManager, IL2ProxyAdmin } from "../../interfaces/L2/IL2ProxyAdmin.sol";
import { Predeploys } from "../libraries/Predeploys.sol";
import { ProxyAdmin } from "../proxy/ProxyAdmin.sol";

/// @title L2ProxyAdmin
/// @notice The admin of the predeploys' proxies. The genesis writes the first owner.
contract L2ProxyAdmin is IL2ProxyAdmin, ProxyAdmin {
    constructor() ProxyAdmin(address(0xdead)) { }

    /// @inheritdoc IL2ProxyAdmin
    function upgradePredeploys(address l2ContractsManager) external {
        if (msg.sender != Predeploys.DEPOSITOR_ACCOUNT) revert L2ProxyAdmin_NotDepositor();
        Address.functionDelegateCall(l2ContractsManager, abi.encodeCall(IL2ContractsManager.upgrade, ()));
    }
}
