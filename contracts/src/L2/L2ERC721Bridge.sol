// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { Initializable } from "@openzeppelin/contracts/proxy/utils/Initializable.sol";
import { ERC165Checker } from "@openzeppelin/contracts/utils/introspection/ERC165Checker.sol";
import { IL2ERC721Bridge } from "../../interfaces/L2/IL2ERC721Bridge.sol";
import { IERC721Bridge } from "../../interfaces/bridge/IERC721Bridge.sol";
import { IOptimismMintableERC721 } from "../../interfaces/bridge/IOptimismMintableERC721.sol";
import { ERC721Bridge } from "../bridge/ERC721Bridge.sol";
import { Predeploys } from "../libraries/Predeploys.sol";
import { ProxyAdminOwned } from "../proxy/ProxyAdminOwned.sol";

/// @title L2ERC721Bridge
/// @notice Mints and burns representations of ERC-721 tokens of L1.
contract L2ERC721Bridge is IL2ERC721Bridge, ERC721Bridge, Initializable, ProxyAdminOwned {
    /// @inheritdoc IERC721Bridge
    string public constant version = "1.10.0";

    /// @dev See `otherBridge`.
    address private _otherBridge;

    constructor() {
        _disableInitializers();
    }

    /// @inheritdoc IL2ERC721Bridge
    function initialize(address otherBridge_) external initializer onlyProxyAdminOrOwner {
        if (otherBridge_ == address(0)) revert ERC721Bridge_ZeroAddress();
        _otherBridge = otherBridge_;
    }

    /// @inheritdoc IERC721Bridge
    function otherBridge() public view override(ERC721Bridge, IERC721Bridge) returns (address) {
        return _otherBridge;
    }

    /// @inheritdoc IERC721Bridge
    function messenger() public pure override(ERC721Bridge, IERC721Bridge) returns (address) {
        return Predeploys.L2_CROSS_DOMAIN_MESSENGER;
    }

    /// @inheritdoc IERC721Bridge
    function paused() public pure override(ERC721Bridge, IERC721Bridge) returns (bool) {
        return false;
    }

    /// @inheritdoc ERC721Bridge
    function _take(address localToken, address remoteToken, uint256 tokenId) internal override {
        IOptimismMintableERC721 token = IOptimismMintableERC721(localToken);
        address owner = token.ownerOf(tokenId);
        if (owner != msg.sender) revert ERC721Bridge_WrongOwner(owner);
        if (remoteToken != token.remoteToken()) revert ERC721Bridge_WrongRemoteToken(remoteToken);
        token.burn(msg.sender, tokenId);
    }

    /// @inheritdoc ERC721Bridge
    function _give(address localToken, address remoteToken, address to, uint256 tokenId) internal override {
        IOptimismMintableERC721 token = IOptimismMintableERC721(localToken);
        if (!ERC165Checker.supportsInterface(localToken, type(IOptimismMintableERC721).interfaceId)) {
            revert ERC721Bridge_InvalidToken(localToken);
        }
        if (remoteToken != token.remoteToken()) revert ERC721Bridge_WrongRemoteToken(remoteToken);
        token.safeMint(to, tokenId);
    }
}
