// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

/// @title IOptimismMintableERC20Factory
/// @notice Creates tokens that stand for tokens of the other layer, on either layer, for anybody. The same arguments give the same
///         address, and so work once.
interface IOptimismMintableERC20Factory {
    /// @notice A token was created; the form of old.
    event StandardL2TokenCreated(address indexed remoteToken, address indexed localToken);

    /// @notice A token was created.
    event OptimismMintableERC20Created(address indexed localToken, address indexed remoteToken, address deployer);

    /// @notice A token has to stand for another.
    error OptimismMintableERC20Factory_NoRemoteToken();

    /// @notice It exists: the same arguments give the same address.
    error OptimismMintableERC20Factory_AlreadyCreated(address localToken);

    /// @notice Nobody could mint.
    error OptimismMintableERC20Factory_ZeroBridge();

    /// @notice Sets this layer's bridge, once.
    /// @param bridge_ Who mints and burns.
    function initialize(address bridge_) external;

    /// @notice `createOptimismMintableERC20` under its old name.
    /// @param remoteToken The token of the other layer.
    /// @param name        The name.
    /// @param symbol      The symbol.
    /// @return The new token.
    function createStandardL2Token(address remoteToken, string calldata name, string calldata symbol)
        external
        returns (address);

    /// @notice Creates a token with 18 decimals.
    /// @param remoteToken The token of the other layer.
    /// @param name        The name.
    /// @param symbol      The symbol.
    /// @return The new token.
    function createOptimismMintableERC20(address remoteToken, string calldata name, string calldata symbol)
        external
        returns (address);

    /// @notice Creates a token.
    /// @param remoteToken The token of the other layer.
    /// @param name        The name.
    /// @param symbol      The symbol.
    /// @param decimals    The decimals: those of the other token.
    /// @return The new token.
    function createOptimismMintableERC20WithDecimals(
        address remoteToken,
        string calldata name,
        string calldata symbol,
        uint8 decimals
    ) external returns (address);

    /// @notice The token of the other layer for which a created token stands; zero for any other.
    /// @param localToken The token of this layer.
    function deployments(address localToken) external view returns (address remoteToken);

    /// @notice Who mints and burns.
    function bridge() external view returns (address);

    /// @notice Legacy spelling of `bridge`.
    function BRIDGE() external view returns (address);

    /// @notice Semantic version of this interface.
    function version() external pure returns (string memory);
}
