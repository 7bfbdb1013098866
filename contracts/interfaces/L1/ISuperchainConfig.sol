// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

/// @title ISuperchainConfig
/// @notice The pause switch: one for everything (identifier zero) and one for each chain (its portal's address). A pause ends by itself
///         after `pauseExpiry`, and cannot begin again until it was lifted: only the guardian can make it last, by extending it
///         (specs: protocol/superchain-config.md).
interface ISuperchainConfig {
    /// @notice A pause began.
    event Paused(address identifier);

    /// @notice A pause was lifted.
    event Unpaused(address identifier);

    /// @notice A pause began anew.
    event PauseExtended(address identifier);

    /// @notice Somebody must be able to pause.
    error SuperchainConfig_ZeroGuardian();

    /// @notice The caller is not the guardian.
    error SuperchainConfig_OnlyGuardian();

    /// @notice The identifier is paused, or was and has not been lifted.
    /// @param identifier What was to be paused.
    error SuperchainConfig_AlreadyPaused(address identifier);

    /// @notice Nothing is paused that could be extended.
    /// @param identifier What was to be extended.
    error SuperchainConfig_NotAlreadyPaused(address identifier);

    /// @notice Sets the guardian, once.
    /// @param guardian_ Who may pause.
    function initialize(address guardian_) external;

    /// @notice Begins a pause.
    /// @param identifier Zero for everything, or a chain's.
    function pause(address identifier) external;

    /// @notice Lifts a pause.
    /// @param identifier Zero for everything, or a chain's.
    function unpause(address identifier) external;

    /// @notice Begins a pause anew that was begun and not lifted, be it expired or not.
    /// @param identifier Zero for everything, or a chain's.
    function extend(address identifier) external;

    /// @notice Who may pause.
    function guardian() external view returns (address);

    /// @notice When a pause began, in seconds; zero without one.
    /// @param identifier Zero for everything, or a chain's.
    function pauseTimestamps(address identifier) external view returns (uint256);

    /// @notice Whether everything is paused.
    function paused() external view returns (bool);

    /// @notice Whether the identifier is paused by its own switch.
    /// @param identifier Zero for everything, or a chain's.
    function paused(address identifier) external view returns (bool);

    /// @notice Whether a pause can begin: none has, or the last one was lifted.
    /// @param identifier Zero for everything, or a chain's.
    function pausable(address identifier) external view returns (bool);

    /// @notice When a pause ends by itself, in seconds; zero without one.
    /// @param identifier Zero for everything, or a chain's.
    function expiration(address identifier) external view returns (uint256);

    /// @notice How long a pause lasts, in seconds.
    function pauseExpiry() external pure returns (uint256);

    /// @notice Semantic version of this interface.
    function version() external pure returns (string memory);
}
