// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { ERC721 } from "@openzeppelin/contracts/token/ERC721/ERC721.sol";
import { ERC721Enumerable } from "@openzeppelin/contracts/token/ERC721/extensions/ERC721Enumerable.sol";
import { Strings } from "@openzeppelin/contracts/utils/Strings.sol";
import { IERC165 } from "@openzeppelin/contracts/utils/introspection/IERC165.sol";
import { IOptimismMintableERC721 } from "../../interfaces/bridge/IOptimismMintableERC721.sol";

/// @title OptimismMintableERC721
/// @notice Stands for an ERC-721 collection of another chain. Not upgradeable.
contract OptimismMintableERC721 is IOptimismMintableERC721, ERC721Enumerable {
    /// @notice The caller is not the bridge.
    error OptimismMintableERC721_OnlyBridge();

    /// @notice The token is somebody else's.
    error OptimismMintableERC721_WrongOwner(address owner);

    /// @notice Semantic version of this interface.
    string public constant version = "1.3.0";

    /// @inheritdoc IOptimismMintableERC721
    uint256 public immutable REMOTE_CHAIN_ID;

    /// @inheritdoc IOptimismMintableERC721
    address public immutable REMOTE_TOKEN;

    /// @inheritdoc IOptimismMintableERC721
    address public immutable BRIDGE;

    /// @notice What is before a token's number in its URI: a call of the other collection (EIP-681).
    string public baseTokenURI;

    /// @dev Lets the bridge pass.
    modifier onlyBridge() {
        if (msg.sender != BRIDGE) revert OptimismMintableERC721_OnlyBridge();
        _;
    }

    /// @param bridge_        Who mints and burns.
    /// @param remoteChainId_ The chain of the other collection.
    /// @param remoteToken_   The other collection.
    /// @param name_          The name.
    /// @param symbol_        The symbol.
    constructor(
        address bridge_,
        uint256 remoteChainId_,
        address remoteToken_,
        string memory name_,
        string memory symbol_
    ) ERC721(name_, symbol_) {
        REMOTE_CHAIN_ID = remoteChainId_;
        REMOTE_TOKEN = remoteToken_;
        BRIDGE = bridge_;
        baseTokenURI = string.concat(
            "ethereum:", Strings.toHexString(remoteToken_), "@", Strings.toString(remoteChainId_), "/tokenURI?uint256="
        );
    }

    /// @inheritdoc IOptimismMintableERC721
    function safeMint(address to, uint256 tokenId) external onlyBridge {
        _safeMint(to, tokenId);
        emit Mint(to, tokenId);
    }

    /// @inheritdoc IOptimismMintableERC721
    function burn(address from, uint256 tokenId) external onlyBridge {
        address owner = ownerOf(tokenId);
        if (owner != from) revert OptimismMintableERC721_WrongOwner(owner);
        _burn(tokenId);
        emit Burn(from, tokenId);
    }

    /// @inheritdoc IOptimismMintableERC721
    function remoteChainId() external view returns (uint256) {
        return REMOTE_CHAIN_ID;
    }

    /// @inheritdoc IOptimismMintableERC721
    function remoteToken() external view returns (address) {
        return REMOTE_TOKEN;
    }

    /// @inheritdoc IOptimismMintableERC721
    function bridge() external view returns (address) {
        return BRIDGE;
    }

    /// @inheritdoc IERC165
    function supportsInterface(bytes4 interfaceId) public view override(ERC721Enumerable, IERC165) returns (bool) {
        return interfaceId == type(IOptimismMintableERC721).interfaceId || super.supportsInterface(interfaceId);
    }

    /// @inheritdoc ERC721
    function _baseURI() internal view override returns (string memory) {
        return baseTokenURI;
    }
}
