// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

/// @notice A proposed output.
/// @custom:field outputRoot    The root.
/// @custom:field timestamp     When it was proposed, in seconds of L1.
/// @custom:field l2BlockNumber The L2 block it is of.
struct OutputProposal {
    bytes32 outputRoot;
    uint128 timestamp;
    uint128 l2BlockNumber;
}
