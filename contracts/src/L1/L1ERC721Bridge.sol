// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { Initializable } from "@openzeppelin/contracts/proxy/utils/Initializable.sol";
import { IERC721 } from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import { IL1ERC721Bridge } from "../../interfaces/L1/IL1ERC721Bridge.sol";
import { ISystemConfig } from "../../interfaces/L1/ISystemConfig.sol";
import { IERC721Bridge } from "../../interfaces/bridge/IERC721Bridge.sol";
import { ERC721Bridge } from "../bridge/ERC721Bridge.sol";
import { Predeploys } from "../libraries/Predeploys.sol";
import { ProxyAdminOwned } from "../proxy/ProxyAdminOwned.sol";

/// @title L1ERC721Bridge
/// @notice Keeps ERC-721 tokens while their representations are on L2.
contract L1ERC721Bridge is IL1ERC721Bridge, ERC721Bridge, Initializable, ProxyAdminOwned {
    /// @inheritdoc IERC721Bridge
    string public constant version = "2.9.0";

    /// @inheritdoc IL1ERC721Bridge
    mapping(address l1Token => mapping(address l2Token => mapping(uint256 tokenId => bool deposited))) public deposits;

    /// @dev See `messenger`.
    address private _messenger;

    /// @inheritdoc IL1ERC721Bridge
    address public systemConfig;

    constructor() {
        _disableInitializers();
    }

    /// @inheritdoc IL1ERC721Bridge
    function initialize(address messenger_, address systemConfig_) external initializer onlyProxyAdminOrOwner {
        if (messenger_ == address(0) || systemConfig_ == address(0)) revert ERC721Bridge_ZeroAddress();
        _messenger = messenger_;
        systemConfig = systemConfig_;
    }

    /// @inheritdoc IL1ERC721Bridge
    function superchainConfig() external view returns (address) {
        return ISystemConfig(systemConfig).superchainConfig();
    }

    /// @inheritdoc IERC721Bridge
    function paused() public view override(ERC721Bridge, IERC721Bridge) returns (bool) {
        return ISystemConfig(systemConfig).paused();
    }

    /// @inheritdoc IERC721Bridge
    function messenger() public view override(ERC721Bridge, IERC721Bridge) returns (address) {
        return _messenger;
    }

    /// @inheritdoc IERC721Bridge
    function otherBridge() public pure override(ERC721Bridge, IERC721Bridge) returns (address) {
        return Predeploys.L2_ERC721_BRIDGE;
    }

    /// @inheritdoc ERC721Bridge
    function _take(address localToken, address remoteToken, uint256 tokenId) internal override {
        IERC721 token = IERC721(localToken);
        token.transferFrom(msg.sender, address(this), tokenId);
        address owner = token.ownerOf(tokenId);
        if (owner != address(this)) revert ERC721Bridge_WrongOwner(owner);
        deposits[localToken][remoteToken][tokenId] = true;
    }

    /// @inheritdoc ERC721Bridge
    function _give(address localToken, address remoteToken, address to, uint256 tokenId) internal override {
        if (!deposits[localToken][remoteToken][tokenId]) revert ERC721Bridge_NotDeposited();
        deposits[localToken][remoteToken][tokenId] = false;
        IERC721(localToken).safeTransferFrom(address(this), to, tokenId);
    }
}
