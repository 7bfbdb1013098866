// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { ICrossDomainMessenger } from "../bridge/ICrossDomainMessenger.sol";

/// @title IL1CrossDomainMessenger
/// @notice L1's messenger: sends by deposit, relays what the portal finalizes.
interface IL1CrossDomainMessenger is ICrossDomainMessenger {
    /// @notice Sets the chain, once.
    /// @param systemConfig_ The chain's configuration.
    /// @param portal_       Its portal.
    function initialize(address systemConfig_, address portal_) external;

    /// @notice The chain's portal.
    function portal() external view returns (address);

    /// @notice Legacy spelling of `portal`.
    function PORTAL() external view returns (address);

    /// @notice The chain's configuration.
    function systemConfig() external view returns (address);

    /// @notice The pause switch.
    function superchainConfig() external view returns (address);
}
