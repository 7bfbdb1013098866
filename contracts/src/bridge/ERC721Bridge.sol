// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { ReentrancyGuardTransient } from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import { ICrossDomainMessenger } from "../../interfaces/bridge/ICrossDomainMessenger.sol";
import { IERC721Bridge } from "../../interfaces/bridge/IERC721Bridge.sol";
import { EOA } from "../libraries/EOA.sol";

/// @title ERC721Bridge
/// @notice What the bridges of ERC-721 tokens of both layers have in common.
abstract contract ERC721Bridge is IERC721Bridge, ReentrancyGuardTransient {
    /// @inheritdoc IERC721Bridge
    function bridgeERC721(
        address localToken,
        address remoteToken,
        uint256 tokenId,
        uint32 minGasLimit,
        bytes calldata extraData
    ) external {
        if (!EOA.isSenderEOA()) revert ERC721Bridge_OnlyEOA();
        _initiateBridgeERC721(localToken, remoteToken, msg.sender, tokenId, minGasLimit, extraData);
    }

    /// @inheritdoc IERC721Bridge
    function bridgeERC721To(
        address localToken,
        address remoteToken,
        address to,
        uint256 tokenId,
        uint32 minGasLimit,
        bytes calldata extraData
    ) external {
        _initiateBridgeERC721(localToken, remoteToken, to, tokenId, minGasLimit, extraData);
    }

    /// @inheritdoc IERC721Bridge
    function finalizeBridgeERC721(
        address localToken,
        address remoteToken,
        address from,
        address to,
        uint256 tokenId,
        bytes calldata extraData
    ) external {
        if (msg.sender != messenger() || ICrossDomainMessenger(messenger()).xDomainMessageSender() != otherBridge()) {
            revert ERC721Bridge_OnlyOtherBridge();
        }
        if (paused()) revert ERC721Bridge_Paused();
        if (localToken == address(this)) revert ERC721Bridge_InvalidToken(localToken);
        _give(localToken, remoteToken, to, tokenId);
        emit ERC721BridgeFinalized(localToken, remoteToken, from, to, tokenId, extraData);
    }

    /// @inheritdoc IERC721Bridge
    function MESSENGER() external view returns (address) {
        return messenger();
    }

    /// @inheritdoc IERC721Bridge
    function OTHER_BRIDGE() external view returns (address) {
        return otherBridge();
    }

    /// @inheritdoc IERC721Bridge
    function messenger() public view virtual returns (address);

    /// @inheritdoc IERC721Bridge
    function otherBridge() public view virtual returns (address);

    /// @inheritdoc IERC721Bridge
    function paused() public view virtual returns (bool);

    /// @dev Takes a token of the caller.
    function _take(address localToken, address remoteToken, uint256 tokenId) internal virtual;

    /// @dev Gives out a token.
    function _give(address localToken, address remoteToken, address to, uint256 tokenId) internal virtual;

    /// @dev Sends a token of the caller.
    function _initiateBridgeERC721(
        address localToken,
        address remoteToken,
        address to,
        uint256 tokenId,
        uint32 minGasLimit,
        bytes calldata extraData
    ) private nonReentrant {
        if (remoteToken == address(0)) revert ERC721Bridge_InvalidToken(remoteToken);
        if (to == address(0) || to == otherBridge()) revert ERC721Bridge_InvalidRecipient(to);
        _take(localToken, remoteToken, tokenId);
        ICrossDomainMessenger(messenger())
            .sendMessage(
                otherBridge(),
                abi.encodeCall(
                    IERC721Bridge.finalizeBridgeERC721, (remoteToken, localToken, msg.sender, to, tokenId, extraData)
                ),
                minGasLimit
            );
        emit ERC721BridgeInitiated(localToken, remoteToken, msg.sender, to, tokenId, extraData);
    }
}
