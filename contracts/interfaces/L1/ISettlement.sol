// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

/// @title ISettlement
/// @notice All that a portal asks of what settles a chain, be it an oracle, dispute games or validity proofs: which output roots are
///         claimed, and which of them are final. Claims have numbers that are not used for another claim while one stands.
interface ISettlement {
    /// @notice The root of a claim that withdrawals may be proven by; zero if there is no such claim, or no longer.
    /// @param index The claim's number.
    function claim(uint256 index) external view returns (bytes32 outputRoot);

    /// @notice Whether a claim stands and nothing can remove it any more.
    /// @param index The claim's number.
    function isFinal(uint256 index) external view returns (bool);

    /// @notice How long after its proof a withdrawal waits, in seconds.
    function proofMaturityDelaySeconds() external view returns (uint256);
}
