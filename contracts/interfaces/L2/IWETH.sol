// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

/// @title IWETH
/// @notice Ether as an ERC-20 token, with the interface of WETH9: wrapping and unwrapping emit no transfers.
interface IWETH {
    /// @notice Ether was wrapped.
    event Deposit(address indexed dst, uint256 wad);

    /// @notice Ether was unwrapped.
    event Withdrawal(address indexed src, uint256 wad);

    /// @notice Tokens moved.
    event Transfer(address indexed src, address indexed dst, uint256 wad);

    /// @notice An allowance was set.
    event Approval(address indexed src, address indexed guy, uint256 wad);

    /// @notice The account has too few tokens.
    error WETH_InsufficientBalance(uint256 balance, uint256 wad);

    /// @notice The caller may not move so many of the account's tokens.
    error WETH_InsufficientAllowance(uint256 allowance, uint256 wad);

    /// @notice Wraps the ether sent along.
    function deposit() external payable;

    /// @notice Unwraps ether.
    /// @param wad How much.
    function withdraw(uint256 wad) external;

    /// @notice Lets an account move tokens of the caller; without limit if `wad` is the highest number.
    /// @param guy The account.
    /// @param wad How many.
    function approve(address guy, uint256 wad) external returns (bool);

    /// @notice Moves tokens.
    /// @param dst The recipient.
    /// @param wad How many.
    function transfer(address dst, uint256 wad) external returns (bool);

    /// @notice Moves tokens of an account that allows it.
    /// @param src The account.
    /// @param dst The recipient.
    /// @param wad How many.
    function transferFrom(address src, address dst, uint256 wad) external returns (bool);

    /// @notice An account's tokens.
    function balanceOf(address account) external view returns (uint256);

    /// @notice How many of an account's tokens another may move.
    function allowance(address account, address guy) external view returns (uint256);

    /// @notice All tokens: the contract's ether.
    function totalSupply() external view returns (uint256);

    /// @notice The token's name.
    function name() external pure returns (string memory);

    /// @notice The token's symbol.
    function symbol() external pure returns (string memory);

    /// @notice The token's decimals.
    function decimals() external pure returns (uint8);

    /// @notice Semantic version of this interface.
    function version() external pure returns (string memory);
}
