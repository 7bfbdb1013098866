// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { Initializable } from "@openzeppelin/contracts/proxy/utils/Initializable.sol";
import { Create2 } from "@openzeppelin/contracts/utils/Create2.sol";
import { IOptimismMintableERC721Factory } from "../../interfaces/bridge/IOptimismMintableERC721Factory.sol";
import { ProxyAdminOwned } from "../proxy/ProxyAdminOwned.sol";
import { OptimismMintableERC721 } from "./OptimismMintableERC721.sol";

/// @title OptimismMintableERC721Factory
/// @notice Creates ERC-721 collections that stand for collections of L1.
contract OptimismMintableERC721Factory is IOptimismMintableERC721Factory, Initializable, ProxyAdminOwned {
    /// @inheritdoc IOptimismMintableERC721Factory
    string public constant version = "1.5.0";

    /// @inheritdoc IOptimismMintableERC721Factory
    address public bridge;

    /// @inheritdoc IOptimismMintableERC721Factory
    uint256 public remoteChainID;

    /// @inheritdoc IOptimismMintableERC721Factory
    mapping(address localToken => bool created) public isOptimismMintableERC721;

    constructor() {
        _disableInitializers();
    }

    /// @inheritdoc IOptimismMintableERC721Factory
    function initialize(address bridge_, uint256 remoteChainID_) external initializer onlyProxyAdminOrOwner {
        if (bridge_ == address(0)) revert OptimismMintableERC721Factory_ZeroBridge();
        bridge = bridge_;
        remoteChainID = remoteChainID_;
    }

    /// @inheritdoc IOptimismMintableERC721Factory
    function createOptimismMintableERC721(address remoteToken, string calldata name, string calldata symbol)
        external
        returns (address localToken)
    {
        if (remoteToken == address(0)) revert OptimismMintableERC721Factory_NoRemoteToken();
        bytes memory arguments = abi.encode(bridge, remoteChainID, remoteToken, name, symbol);
        bytes32 salt = keccak256(abi.encode(remoteToken, name, symbol));
        bytes memory creation = bytes.concat(type(OptimismMintableERC721).creationCode, arguments);
        localToken = Create2.computeAddress(salt, keccak256(creation));
        if (isOptimismMintableERC721[localToken]) revert OptimismMintableERC721Factory_AlreadyCreated(localToken);
        localToken = Create2.deploy(0, salt, creation);
        isOptimismMintableERC721[localToken] = true;
        emit OptimismMintableERC721Created(localToken, remoteToken, msg.sender);
    }

    /// @inheritdoc IOptimismMintableERC721Factory
    function BRIDGE() external view returns (address) {
        return bridge;
    }

    /// @inheritdoc IOptimismMintableERC721Factory
    function REMOTE_CHAIN_ID() external view returns (uint256) {
        return remoteChainID;
    }
}
