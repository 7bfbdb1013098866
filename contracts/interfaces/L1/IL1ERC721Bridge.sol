// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { IERC721Bridge } from "../bridge/IERC721Bridge.sol";

/// @title IL1ERC721Bridge
/// @notice L1's bridge of ERC-721 tokens.
interface IL1ERC721Bridge is IERC721Bridge {
    /// @notice Sets the chain, once.
    /// @param messenger_    L1's messenger.
    /// @param systemConfig_ The chain's configuration.
    function initialize(address messenger_, address systemConfig_) external;

    /// @notice Whether a token was left here for a collection on L2.
    /// @param l1Token The collection on L1.
    /// @param l2Token The collection on L2.
    /// @param tokenId The token.
    function deposits(address l1Token, address l2Token, uint256 tokenId) external view returns (bool);

    /// @notice The chain's configuration.
    function systemConfig() external view returns (address);

    /// @notice The pause switch.
    function superchainConfig() external view returns (address);
}
