// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

/// @title IProxyAdmin
/// @notice The admin of a layer's proxies: passes its owner's orders on to them.
interface IProxyAdmin {
    /// @notice Sets a proxy's implementation.
    /// @param proxy          The proxy.
    /// @param implementation A contract.
    function upgrade(address proxy, address implementation) external;

    /// @notice Sets a proxy's implementation and calls it, in one transaction.
    /// @param proxy          The proxy.
    /// @param implementation A contract.
    /// @param data           The call's data.
    function upgradeAndCall(address proxy, address implementation, bytes calldata data) external payable;

    /// @notice Hands a proxy to another admin.
    /// @param proxy    The proxy.
    /// @param newAdmin Not the zero address.
    function changeProxyAdmin(address proxy, address newAdmin) external;

    /// @notice A proxy's implementation.
    /// @param proxy The proxy.
    function getProxyImplementation(address proxy) external view returns (address);

    /// @notice A proxy's admin.
    /// @param proxy The proxy.
    function getProxyAdmin(address proxy) external view returns (address);
}
