// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { ICrossDomainMessenger } from "../bridge/ICrossDomainMessenger.sol";

/// @title IL2CrossDomainMessenger
/// @notice L2's messenger: sends by withdrawal, relays what L1's messenger deposits. The genesis writes its storage.
interface IL2CrossDomainMessenger is ICrossDomainMessenger {
    /// @notice No transaction of L1 may have the gas to finalize the withdrawal (EIP-7825): ask for less, or send less data.
    error L2CrossDomainMessenger_NeverFinalizable(uint64 gasLimit, uint256 gasLimitMax);

    /// @notice Sets L1's messenger, once.
    /// @param l1CrossDomainMessenger_ L1's messenger.
    function initialize(address l1CrossDomainMessenger_) external;

    /// @notice The portal is known already.
    error L2CrossDomainMessenger_PortalKnown(address l1Portal);

    /// @notice Names L1's portal, once, where the genesis did not. Only for the proxy admin or its owner.
    /// @param l1Portal_ L1's portal.
    function setL1Portal(address l1Portal_) external;

    /// @notice L1's portal, which messages must not call; zero as long as nobody has named it, so that only L1 refuses them.
    function l1Portal() external view returns (address);

    /// @notice L1's messenger.
    function l1CrossDomainMessenger() external view returns (address);
}
