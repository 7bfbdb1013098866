// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { Proxy as Delegator } from "@openzeppelin/contracts/proxy/Proxy.sol";
import { ERC1967Utils } from "@openzeppelin/contracts/proxy/ERC1967/ERC1967Utils.sol";
import { IProxy } from "../../interfaces/proxy/IProxy.sol";

/// @title Proxy
/// @notice In front of every upgradeable contract of both layers.
contract Proxy is IProxy, Delegator {
    /// @dev Runs the function for the admin, and delegates for everybody else.
    modifier ifAdmin() {
        if (msg.sender == ERC1967Utils.getAdmin() || msg.sender == address(0)) {
            _;
        } else {
            _fallback();
        }
    }

    /// @param admin_ The first admin.
    constructor(address admin_) {
        ERC1967Utils.changeAdmin(admin_);
    }

    /// @dev Ether without data is for the implementation too.
    receive() external payable {
        _fallback();
    }

    /// @inheritdoc IProxy
    function upgradeTo(address implementation_) external ifAdmin {
        ERC1967Utils.upgradeToAndCall(implementation_, "");
    }

    /// @inheritdoc IProxy
    function upgradeToAndCall(address implementation_, bytes calldata data)
        external
        payable
        ifAdmin
        returns (bytes memory returned)
    {
        ERC1967Utils.upgradeToAndCall(implementation_, data);
        // The library drops what its call returned, which is the last that was returned here; without a call it is nothing.
        assembly ("memory-safe") {
            returned := mload(0x40)
            mstore(returned, returndatasize())
            returndatacopy(add(returned, 0x20), 0, returndatasize())
            mstore(0x40, and(add(add(returned, returndatasize()), 0x3f), not(0x1f)))
        }
    }

    /// @inheritdoc IProxy
    function changeAdmin(address admin_) external ifAdmin {
        ERC1967Utils.changeAdmin(admin_);
    }

    /// @inheritdoc IProxy
    function admin() external ifAdmin returns (address) {
        return ERC1967Utils.getAdmin();
    }

    /// @inheritdoc IProxy
    function implementation() external ifAdmin returns (address) {
        return ERC1967Utils.getImplementation();
    }

    /// @dev Without an implementation nothing succeeds: a call to no code would, and keep the ether.
    function _implementation() internal view override returns (address implementation_) {
        implementation_ = ERC1967Utils.getImplementation();
        if (implementation_ == address(0)) revert Proxy_NotInitialized();
    }
}
