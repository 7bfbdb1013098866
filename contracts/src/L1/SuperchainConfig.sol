// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { Initializable } from "@openzeppelin/contracts/proxy/utils/Initializable.sol";
import { ISuperchainConfig } from "../../interfaces/L1/ISuperchainConfig.sol";
import { ProxyAdminOwned } from "../proxy/ProxyAdminOwned.sol";

/// @title SuperchainConfig
/// @notice The pause switch of every chain on this L1.
contract SuperchainConfig is ISuperchainConfig, Initializable, ProxyAdminOwned {
    /// @dev Three months, as in the specification of the pause mechanism.
    uint256 private constant PAUSE_EXPIRY = 7_884_000;

    /// @inheritdoc ISuperchainConfig
    string public constant version = "2.4.0";

    /// @inheritdoc ISuperchainConfig
    address public guardian;

    /// @inheritdoc ISuperchainConfig
    mapping(address identifier => uint256 timestamp) public pauseTimestamps;

    /// @dev Lets the guardian pass.
    modifier onlyGuardian() {
        if (msg.sender != guardian) revert SuperchainConfig_OnlyGuardian();
        _;
    }

    constructor() {
        _disableInitializers();
    }

    /// @inheritdoc ISuperchainConfig
    function initialize(address guardian_) external initializer onlyProxyAdminOrOwner {
        if (guardian_ == address(0)) revert SuperchainConfig_ZeroGuardian();
        guardian = guardian_;
    }

    /// @inheritdoc ISuperchainConfig
    function pause(address identifier) external onlyGuardian {
        if (!pausable(identifier)) revert SuperchainConfig_AlreadyPaused(identifier);
        pauseTimestamps[identifier] = block.timestamp;
        emit Paused(identifier);
    }

    /// @inheritdoc ISuperchainConfig
    function unpause(address identifier) external onlyGuardian {
        pauseTimestamps[identifier] = 0;
        emit Unpaused(identifier);
    }

    /// @inheritdoc ISuperchainConfig
    function extend(address identifier) external onlyGuardian {
        if (pausable(identifier)) revert SuperchainConfig_NotAlreadyPaused(identifier);
        pauseTimestamps[identifier] = block.timestamp;
        emit PauseExtended(identifier);
    }

    /// @inheritdoc ISuperchainConfig
    function paused() external view returns (bool) {
        return paused(address(0));
    }

    /// @inheritdoc ISuperchainConfig
    function pauseExpiry() external pure returns (uint256) {
        return PAUSE_EXPIRY;
    }

    /// @inheritdoc ISuperchainConfig
    function paused(address identifier) public view returns (bool) {
        return block.timestamp < expiration(identifier);
    }

    /// @inheritdoc ISuperchainConfig
    function pausable(address identifier) public view returns (bool) {
        return pauseTimestamps[identifier] == 0;
    }

    /// @inheritdoc ISuperchainConfig
    function expiration(address identifier) public view returns (uint256) {
        uint256 timestamp = pauseTimestamps[identifier];
        return timestamp == 0 ? 0 : timestamp + PAUSE_EXPIRY;
    }
}
