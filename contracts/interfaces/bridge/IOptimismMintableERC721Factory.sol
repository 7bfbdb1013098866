// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

/// @title IOptimismMintableERC721Factory
/// @notice Creates collections that stand for collections of L1, for anybody. The same arguments give the same address, and so work
///         once. The genesis writes its storage.
interface IOptimismMintableERC721Factory {
    /// @notice A collection was created.
    event OptimismMintableERC721Created(address indexed localToken, address indexed remoteToken, address deployer);

    /// @notice A collection has to stand for another.
    error OptimismMintableERC721Factory_NoRemoteToken();

    /// @notice It exists: the same arguments give the same address.
    error OptimismMintableERC721Factory_AlreadyCreated(address localToken);

    /// @notice Nobody could mint.
    error OptimismMintableERC721Factory_ZeroBridge();

    /// @notice Sets the bridge and the other chain, once.
    /// @param bridge_        Who mints and burns.
    /// @param remoteChainID_ L1's chain.
    function initialize(address bridge_, uint256 remoteChainID_) external;

    /// @notice Creates a collection.
    /// @param remoteToken The collection on L1.
    /// @param name        The name.
    /// @param symbol      The symbol.
    /// @return The new collection.
    function createOptimismMintableERC721(address remoteToken, string calldata name, string calldata symbol)
        external
        returns (address);

    /// @notice Whether a collection was created here.
    /// @param localToken The collection.
    function isOptimismMintableERC721(address localToken) external view returns (bool);

    /// @notice Who mints and burns.
    function bridge() external view returns (address);

    /// @notice Legacy spelling of `bridge`.
    function BRIDGE() external view returns (address);

    /// @notice L1's chain.
    function remoteChainID() external view returns (uint256);

    /// @notice Legacy spelling of `remoteChainID`.
    function REMOTE_CHAIN_ID() external view returns (uint256);

    /// @notice Semantic version of this interface.
    function version() external pure returns (string memory);
}
