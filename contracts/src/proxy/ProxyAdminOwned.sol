// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { Ownable } from "@openzeppelin/contracts/access/Ownable.sol";
import { ERC1967Utils } from "@openzeppelin/contracts/proxy/ERC1967/ERC1967Utils.sol";

/// @title ProxyAdminOwned
/// @notice For contracts behind a Proxy that obey the proxy's admin, or the owner of that admin.
abstract contract ProxyAdminOwned {
    /// @notice The caller is neither the proxy's admin nor its owner.
    error ProxyAdminOwned_Unauthorized();

    /// @notice The admin of the proxy in front of this contract.
    function proxyAdmin() public view returns (address) {
        return ERC1967Utils.getAdmin();
    }

    /// @notice The owner of the proxy's admin.
    function proxyAdminOwner() public view returns (address) {
        return Ownable(proxyAdmin()).owner();
    }

    /// @dev Lets the proxy's admin and its owner pass.
    modifier onlyProxyAdminOrOwner() {
        if (msg.sender != proxyAdmin() && msg.sender != proxyAdminOwner()) revert ProxyAdminOwned_Unauthorized();
        _;
    }
}
