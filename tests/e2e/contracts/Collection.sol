// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

interface IReceiver {
    function onERC721Received(address operator, address from, uint256 tokenId, bytes calldata data) external returns (bytes4);
}

/// A collection of ERC-721 tokens 1 to 9, all of them minted to whoever creates it.
contract Collection {
    string public constant name = "Collection";
    string public constant symbol = "COLL";

    mapping(uint256 => address) public ownerOf;
    mapping(address => uint256) public balanceOf;
    mapping(uint256 => address) public getApproved;
    mapping(address => mapping(address => bool)) public isApprovedForAll;

    event Transfer(address indexed from, address indexed to, uint256 indexed tokenId);
    event Approval(address indexed owner, address indexed approved, uint256 indexed tokenId);
    event ApprovalForAll(address indexed owner, address indexed operator, bool approved);

    constructor() {
        for (uint256 tokenId = 1; tokenId < 10; ++tokenId) {
            ownerOf[tokenId] = msg.sender;
            emit Transfer(address(0), msg.sender, tokenId);
        }
        balanceOf[msg.sender] = 9;
    }

    function approve(address to, uint256 tokenId) external {
        require(msg.sender == ownerOf[tokenId], "not its owner");
        getApproved[tokenId] = to;
        emit Approval(msg.sender, to, tokenId);
    }

    function setApprovalForAll(address operator, bool approved) external {
        isApprovedForAll[msg.sender][operator] = approved;
        emit ApprovalForAll(msg.sender, operator, approved);
    }

    function safeTransferFrom(address from, address to, uint256 tokenId) external {
        transferFrom(from, to, tokenId);
        if (to.code.length == 0) return;
        bytes4 answer = IReceiver(to).onERC721Received(msg.sender, from, tokenId, "");
        require(answer == IReceiver.onERC721Received.selector, "not taken");
    }

    function transferFrom(address from, address to, uint256 tokenId) public {
        require(from == ownerOf[tokenId], "not its owner");
        bool allowed = msg.sender == from || msg.sender == getApproved[tokenId] || isApprovedForAll[from][msg.sender];
        require(allowed, "not allowed");
        delete getApproved[tokenId];
        ownerOf[tokenId] = to;
        --balanceOf[from];
        ++balanceOf[to];
        emit Transfer(from, to, tokenId);
    }

    function supportsInterface(bytes4 id) external pure returns (bool) {
        return id == 0x01ffc9a7 || id == 0x80ac58cd;
    }
}
