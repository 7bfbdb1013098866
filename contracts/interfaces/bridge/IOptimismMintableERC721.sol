// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { IERC721Enumerable } from "@openzeppelin/contracts/token/ERC721/extensions/IERC721Enumerable.sol";

/// @title IOptimismMintableERC721
/// @notice A collection that stands for one of another chain.
interface IOptimismMintableERC721 is IERC721Enumerable {
    /// @notice A token was created by the bridge.
    event Mint(address indexed account, uint256 tokenId);

    /// @notice A token was destroyed by the bridge.
    event Burn(address indexed account, uint256 tokenId);

    /// @notice Creates a token, and asks a recipient that is a contract whether it takes it.
    /// @param to      Who gets it.
    /// @param tokenId The token.
    function safeMint(address to, uint256 tokenId) external;

    /// @notice Destroys a token.
    /// @param from    Whose.
    /// @param tokenId The token.
    function burn(address from, uint256 tokenId) external;

    /// @notice Legacy spelling of `remoteChainId`.
    function REMOTE_CHAIN_ID() external view returns (uint256);

    /// @notice Legacy spelling of `remoteToken`.
    function REMOTE_TOKEN() external view returns (address);

    /// @notice Legacy spelling of `bridge`.
    function BRIDGE() external view returns (address);

    /// @notice The chain of the collection for which this one stands.
    function remoteChainId() external view returns (uint256);

    /// @notice The collection for which this one stands.
    function remoteToken() external view returns (address);

    /// @notice The bridge, which alone mints and burns.
    function bridge() external view returns (address);
}
