// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { IERC721Bridge } from "../bridge/IERC721Bridge.sol";

/// @title IL2ERC721Bridge
/// @notice L2's bridge of ERC-721 tokens. The genesis writes its storage.
interface IL2ERC721Bridge is IERC721Bridge {
    /// @notice Sets L1's bridge, once.
    /// @param otherBridge_ L1's bridge.
    function initialize(address otherBridge_) external;
}
