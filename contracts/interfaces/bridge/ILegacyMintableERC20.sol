// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

/// @title ILegacyMintableERC20
/// @notice The same before Bedrock. Its ERC-165 identifier is 0x1d1d8b63.
interface ILegacyMintableERC20 {
    /// @notice The token of L1.
    function l1Token() external view returns (address);

    /// @notice Creates tokens.
    /// @param to     Who gets them.
    /// @param amount How many.
    function mint(address to, uint256 amount) external;

    /// @notice Destroys tokens.
    /// @param from   Whose.
    /// @param amount How many.
    function burn(address from, uint256 amount) external;
}
