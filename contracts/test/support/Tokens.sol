// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { ERC20 } from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import { ERC721 } from "@openzeppelin/contracts/token/ERC721/ERC721.sol";

/// @title Token
/// @notice An honest ERC-20 token that anybody may create.
contract Token is ERC20 {
    constructor() ERC20("Token", "TOK") { }

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }
}

/// @title Collection
/// @notice An honest ERC-721 collection that anybody may create tokens of.
contract Collection is ERC721 {
    constructor() ERC721("Collection", "COL") { }

    function mint(address to, uint256 tokenId) external {
        _mint(to, tokenId);
    }
}
