// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

/// @title IOptimismMintableERC20
/// @notice What the standard bridge asks of a token that stands for one of the other layer. Its ERC-165 identifier is 0xec4fc8e3.
interface IOptimismMintableERC20 {
    /// @notice The token of the other layer.
    function remoteToken() external view returns (address);

    /// @notice The bridge, which alone mints and burns.
    function bridge() external returns (address);

    /// @notice Creates tokens.
    /// @param to     Who gets them.
    /// @param amount How many.
    function mint(address to, uint256 amount) external;

    /// @notice Destroys tokens.
    /// @param from   Whose.
    /// @param amount How many.
    function burn(address from, uint256 amount) external;
}
