// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { Initializable } from "@openzeppelin/contracts/proxy/utils/Initializable.sol";
import { Create2 } from "@openzeppelin/contracts/utils/Create2.sol";
import { IOptimismMintableERC20Factory } from "../../interfaces/bridge/IOptimismMintableERC20Factory.sol";
import { ProxyAdminOwned } from "../proxy/ProxyAdminOwned.sol";
import { OptimismMintableERC20 } from "./OptimismMintableERC20.sol";

/// @title OptimismMintableERC20Factory
/// @notice Creates ERC-20 tokens that stand for tokens of the other layer.
contract OptimismMintableERC20Factory is IOptimismMintableERC20Factory, Initializable, ProxyAdminOwned {
    /// @inheritdoc IOptimismMintableERC20Factory
    string public constant version = "1.11.0";

    /// @dev Decimals where none are named.
    uint8 private constant DEFAULT_DECIMALS = 18;

    /// @inheritdoc IOptimismMintableERC20Factory
    address public bridge;

    /// @inheritdoc IOptimismMintableERC20Factory
    mapping(address localToken => address remoteToken) public deployments;

    constructor() {
        _disableInitializers();
    }

    /// @inheritdoc IOptimismMintableERC20Factory
    function initialize(address bridge_) external initializer onlyProxyAdminOrOwner {
        if (bridge_ == address(0)) revert OptimismMintableERC20Factory_ZeroBridge();
        bridge = bridge_;
    }

    /// @inheritdoc IOptimismMintableERC20Factory
    function createStandardL2Token(address remoteToken, string calldata name, string calldata symbol)
        external
        returns (address)
    {
        return createOptimismMintableERC20WithDecimals(remoteToken, name, symbol, DEFAULT_DECIMALS);
    }

    /// @inheritdoc IOptimismMintableERC20Factory
    function createOptimismMintableERC20(address remoteToken, string calldata name, string calldata symbol)
        external
        returns (address)
    {
        return createOptimismMintableERC20WithDecimals(remoteToken, name, symbol, DEFAULT_DECIMALS);
    }

    /// @inheritdoc IOptimismMintableERC20Factory
    function BRIDGE() external view returns (address) {
        return bridge;
    }

    /// @inheritdoc IOptimismMintableERC20Factory
    function createOptimismMintableERC20WithDecimals(
        address remoteToken,
        string calldata name,
        string calldata symbol,
        uint8 decimals
    ) public returns (address localToken) {
        if (remoteToken == address(0)) revert OptimismMintableERC20Factory_NoRemoteToken();
        bytes memory arguments = abi.encode(bridge, remoteToken, name, symbol, decimals);
        bytes32 salt = keccak256(abi.encode(remoteToken, name, symbol, decimals));
        bytes memory creation = bytes.concat(type(OptimismMintableERC20).creationCode, arguments);
        localToken = Create2.computeAddress(salt, keccak256(creation));
        if (deployments[localToken] != address(0)) revert OptimismMintableERC20Factory_AlreadyCreated(localToken);
        localToken = Create2.deploy(0, salt, creation);
        deployments[localToken] = remoteToken;
        emit StandardL2TokenCreated(remoteToken, localToken);
        emit OptimismMintableERC20Created(localToken, remoteToken, msg.sender);
    }
}
