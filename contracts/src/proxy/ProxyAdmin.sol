// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { Ownable } from "@openzeppelin/contracts/access/Ownable.sol";
import { Address } from "@openzeppelin/contracts/utils/Address.sol";
import { IProxy } from "../../interfaces/proxy/IProxy.sol";
import { IProxyAdmin } from "../../interfaces/proxy/IProxyAdmin.sol";

/// @title ProxyAdmin
/// @notice The admin of L1's proxies.
contract ProxyAdmin is IProxyAdmin, Ownable {
    /// @param owner_ The first owner.
    constructor(address owner_) Ownable(owner_) { }

    /// @inheritdoc IProxyAdmin
    function upgrade(address proxy, address implementation) external onlyOwner {
        IProxy(proxy).upgradeTo(implementation);
    }

    /// @inheritdoc IProxyAdmin
    function upgradeAndCall(address proxy, address implementation, bytes calldata data) external payable onlyOwner {
        IProxy(proxy).upgradeToAndCall{ value: msg.value }(implementation, data);
    }

    /// @inheritdoc IProxyAdmin
    function changeProxyAdmin(address proxy, address newAdmin) external onlyOwner {
        IProxy(proxy).changeAdmin(newAdmin);
    }

    /// @inheritdoc IProxyAdmin
    function getProxyImplementation(address proxy) external view returns (address) {
        return _read(proxy, abi.encodeCall(IProxy.implementation, ()));
    }

    /// @inheritdoc IProxyAdmin
    function getProxyAdmin(address proxy) external view returns (address) {
        return _read(proxy, abi.encodeCall(IProxy.admin, ()));
    }

    /// @dev The proxy's getters change nothing when its admin asks, though their type cannot say so.
    function _read(address proxy, bytes memory data) private view returns (address) {
        return abi.decode(Address.functionStaticCall(proxy, data), (address));
    }
}
