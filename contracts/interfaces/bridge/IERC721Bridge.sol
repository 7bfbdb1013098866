// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

/// @title IERC721Bridge
/// @notice Moves ERC-721 tokens that are native to L1: kept there while their representations exist on L2.
interface IERC721Bridge {
    /// @notice A token leaves for the other layer.
    event ERC721BridgeInitiated(
        address indexed localToken,
        address indexed remoteToken,
        address indexed from,
        address to,
        uint256 tokenId,
        bytes extraData
    );

    /// @notice A token has arrived from the other layer.
    event ERC721BridgeFinalized(
        address indexed localToken,
        address indexed remoteToken,
        address indexed from,
        address to,
        uint256 tokenId,
        bytes extraData
    );

    /// @notice A contract would get the token under its own address on the other layer, where it may not exist: name the recipient.
    error ERC721Bridge_OnlyEOA();

    /// @notice Only the other layer's bridge, through the messengers.
    error ERC721Bridge_OnlyOtherBridge();

    /// @notice Arrivals are paused.
    error ERC721Bridge_Paused();

    /// @notice Nobody would get it out of that account.
    error ERC721Bridge_InvalidRecipient(address to);

    /// @notice The bridge is not a token, and every token has another that it goes with.
    error ERC721Bridge_InvalidToken(address token);

    /// @notice The token is not the caller's to send, or did not come here.
    error ERC721Bridge_WrongOwner(address owner);

    /// @notice The token on L2 does not stand for that token on L1.
    error ERC721Bridge_WrongRemoteToken(address remoteToken);

    /// @notice The token was not left here for that token on L2.
    error ERC721Bridge_NotDeposited();

    /// @notice A bridge needs all its addresses.
    error ERC721Bridge_ZeroAddress();

    /// @notice Sends a token to the caller's own account on the other layer.
    /// @param localToken  The collection on this layer.
    /// @param remoteToken The collection on the other layer.
    /// @param tokenId     The token.
    /// @param minGasLimit The least gas of its arrival.
    /// @param extraData   Passed along, for events only.
    function bridgeERC721(
        address localToken,
        address remoteToken,
        uint256 tokenId,
        uint32 minGasLimit,
        bytes calldata extraData
    ) external;

    /// @notice Sends a token to an account on the other layer.
    /// @param localToken  The collection on this layer.
    /// @param remoteToken The collection on the other layer.
    /// @param to          The account.
    /// @param tokenId     The token.
    /// @param minGasLimit The least gas of its arrival.
    /// @param extraData   Passed along, for events only.
    function bridgeERC721To(
        address localToken,
        address remoteToken,
        address to,
        uint256 tokenId,
        uint32 minGasLimit,
        bytes calldata extraData
    ) external;

    /// @notice Hands out a token from the other layer.
    /// @param localToken  The collection on this layer.
    /// @param remoteToken The collection on the other layer.
    /// @param from        Who sent it.
    /// @param to          Who gets it.
    /// @param tokenId     The token.
    /// @param extraData   Passed along, for events only.
    function finalizeBridgeERC721(
        address localToken,
        address remoteToken,
        address from,
        address to,
        uint256 tokenId,
        bytes calldata extraData
    ) external;

    /// @notice Whether arrivals are paused.
    function paused() external view returns (bool);

    /// @notice This layer's messenger.
    function messenger() external view returns (address);

    /// @notice Legacy spelling of `messenger`.
    function MESSENGER() external view returns (address);

    /// @notice The other layer's bridge.
    function otherBridge() external view returns (address);

    /// @notice Legacy spelling of `otherBridge`.
    function OTHER_BRIDGE() external view returns (address);

    /// @notice Semantic version of this interface.
    function version() external pure returns (string memory);
}
