// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

/// @notice What an output root commits to (specs: protocol/proposals.md).
/// @custom:field version                  The encoding's version: zero.
/// @custom:field stateRoot                The L2 block's state root.
/// @custom:field messagePasserStorageRoot The storage root of the L2ToL1MessagePasser after it.
/// @custom:field latestBlockhash          The block's hash.
struct OutputRootProof {
    bytes32 version;
    bytes32 stateRoot;
    bytes32 messagePasserStorageRoot;
    bytes32 latestBlockhash;
}

using { outputRoot } for OutputRootProof global;

/// @notice The root itself.
/// @param proof What it commits to.
function outputRoot(OutputRootProof memory proof) pure returns (bytes32) {
    return keccak256(abi.encode(proof.version, proof.stateRoot, proof.messagePasserStorageRoot, proof.latestBlockhash));
}
