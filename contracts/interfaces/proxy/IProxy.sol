// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

/// @title IProxy
/// @notice An ERC-1967 proxy whose own functions exist for its admin only. Everybody else reaches the implementation,
///         also under these selectors. The zero address counts as admin: on L1 nobody can be it, on L2 only the upgrade
///         transactions of a fork are.
interface IProxy {
    /// @notice The proxy has no implementation yet.
    error Proxy_NotInitialized();

    /// @notice Sets the implementation.
    /// @param implementation_ A contract.
    function upgradeTo(address implementation_) external;

    /// @notice Sets the implementation and calls it.
    /// @param implementation_ A contract.
    /// @param data            The call's data; without any, there is no call.
    /// @return returned What the call returned.
    function upgradeToAndCall(address implementation_, bytes calldata data)
        external
        payable
        returns (bytes memory returned);

    /// @notice Hands the proxy to another admin.
    /// @param admin_ Not the zero address.
    function changeAdmin(address admin_) external;

    /// @notice The admin.
    function admin() external returns (address);

    /// @notice The implementation.
    function implementation() external returns (address);
}
