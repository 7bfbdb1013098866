// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { Initializable } from "@openzeppelin/contracts/proxy/utils/Initializable.sol";
import { IERC721Errors } from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import { IOptimismMintableERC721 } from "../../interfaces/bridge/IOptimismMintableERC721.sol";
import { IOptimismMintableERC721Factory } from "../../interfaces/bridge/IOptimismMintableERC721Factory.sol";
import { OptimismMintableERC721 } from "../../src/bridge/OptimismMintableERC721.sol";
import { OptimismMintableERC721Factory } from "../../src/bridge/OptimismMintableERC721Factory.sol";
import { ProxyAdminOwned } from "../../src/proxy/ProxyAdminOwned.sol";
import { Test } from "../support/Test.sol";

contract OptimismMintableERC721_Test is Test {
    address private constant BRIDGE = address(0x1111);
    address private constant REMOTE = 0xabCDeF0123456789AbcdEf0123456789aBCDEF01;

    OptimismMintableERC721 private token = new OptimismMintableERC721(BRIDGE, 900, REMOTE, "Twin", "TWN");

    function setUp() external {
        vm.prank(BRIDGE);
        token.safeMint(ALICE, 7);
    }

    function test_getters_succeeds() external view {
        vm.assertEq(token.name(), "Twin");
        vm.assertEq(token.symbol(), "TWN");
        vm.assertEq(token.bridge(), BRIDGE);
        vm.assertEq(token.BRIDGE(), BRIDGE);
        vm.assertEq(token.remoteToken(), REMOTE);
        vm.assertEq(token.REMOTE_TOKEN(), REMOTE);
        vm.assertEq(token.remoteChainId(), 900);
        vm.assertEq(token.REMOTE_CHAIN_ID(), 900);
        vm.assertEq(token.version(), "1.3.0");
        vm.assertEq(token.tokenByIndex(0), 7);
        vm.assertEq(token.tokenOfOwnerByIndex(ALICE, 0), 7);
    }

    function test_tokenURI_succeeds() external view {
        string memory base = "ethereum:0xabcdef0123456789abcdef0123456789abcdef01@900/tokenURI?uint256=";
        vm.assertEq(token.baseTokenURI(), base);
        vm.assertEq(token.tokenURI(7), string.concat(base, "7"));
    }

    function test_supportsInterface_succeeds() external view {
        vm.assertTrue(token.supportsInterface(type(IOptimismMintableERC721).interfaceId));
        vm.assertTrue(token.supportsInterface(0x80ac58cd));
        vm.assertTrue(token.supportsInterface(0x780e9d63));
        vm.assertTrue(token.supportsInterface(0x01ffc9a7));
        vm.assertFalse(token.supportsInterface(0xffffffff));
    }

    function test_safeMint_bridge_succeeds() external {
        vm.expectEmit();
        emit IOptimismMintableERC721.Mint(BOB, 8);
        vm.prank(BRIDGE);
        token.safeMint(BOB, 8);
        vm.assertEq(token.ownerOf(8), BOB);
        vm.assertEq(token.totalSupply(), 2);
    }

    function test_safeMint_contract_reverts() external {
        vm.prank(BRIDGE);
        vm.expectRevert(abi.encodeWithSelector(IERC721Errors.ERC721InvalidReceiver.selector, address(this)));
        token.safeMint(address(this), 8);
    }

    function test_safeMint_stranger_reverts() external {
        vm.prank(ALICE);
        vm.expectRevert(OptimismMintableERC721.OptimismMintableERC721_OnlyBridge.selector);
        token.safeMint(ALICE, 8);
    }

    function test_burn_bridge_succeeds() external {
        vm.expectEmit();
        emit IOptimismMintableERC721.Burn(ALICE, 7);
        vm.prank(BRIDGE);
        token.burn(ALICE, 7);
        vm.assertEq(token.totalSupply(), 0);
    }

    function test_burn_otherOwner_reverts() external {
        vm.prank(BRIDGE);
        vm.expectRevert(
            abi.encodeWithSelector(OptimismMintableERC721.OptimismMintableERC721_WrongOwner.selector, ALICE)
        );
        token.burn(BOB, 7);
    }

    function test_burn_stranger_reverts() external {
        vm.prank(ALICE);
        vm.expectRevert(OptimismMintableERC721.OptimismMintableERC721_OnlyBridge.selector);
        token.burn(ALICE, 7);
    }
}

contract OptimismMintableERC721Factory_Test is Test {
    address private constant BRIDGE = address(0x1111);
    address private constant REMOTE = address(0x2222);

    OptimismMintableERC721Factory private factory;

    function setUp() external {
        bytes memory call = abi.encodeCall(IOptimismMintableERC721Factory.initialize, (BRIDGE, 900));
        factory = OptimismMintableERC721Factory(proxied(address(new OptimismMintableERC721Factory()), call));
    }

    function test_initialize_values_succeeds() external view {
        vm.assertEq(factory.bridge(), BRIDGE);
        vm.assertEq(factory.BRIDGE(), BRIDGE);
        vm.assertEq(factory.remoteChainID(), 900);
        vm.assertEq(factory.REMOTE_CHAIN_ID(), 900);
        vm.assertEq(factory.version(), "1.5.0");
        // The genesis writes these slots.
        vm.assertEq(vm.load(address(factory), 0), bytes32(uint256(uint160(BRIDGE))));
        vm.assertEq(vm.load(address(factory), bytes32(uint256(1))), bytes32(uint256(900)));
    }

    function test_initialize_again_reverts() external {
        vm.prank(ADMIN_OWNER);
        vm.expectRevert(Initializable.InvalidInitialization.selector);
        factory.initialize(ALICE, 1);
    }

    function test_initialize_implementation_reverts() external {
        OptimismMintableERC721Factory fresh = new OptimismMintableERC721Factory();
        vm.expectRevert(Initializable.InvalidInitialization.selector);
        fresh.initialize(ALICE, 1);
    }

    function test_initialize_zero_reverts() external {
        OptimismMintableERC721Factory fresh =
            OptimismMintableERC721Factory(proxied(address(new OptimismMintableERC721Factory()), ""));
        vm.prank(ADMIN_OWNER);
        vm.expectRevert(IOptimismMintableERC721Factory.OptimismMintableERC721Factory_ZeroBridge.selector);
        fresh.initialize(address(0), 1);
    }

    function test_initialize_stranger_reverts() external {
        OptimismMintableERC721Factory fresh =
            OptimismMintableERC721Factory(proxied(address(new OptimismMintableERC721Factory()), ""));
        vm.prank(ALICE);
        vm.expectRevert(ProxyAdminOwned.ProxyAdminOwned_Unauthorized.selector);
        fresh.initialize(ALICE, 1);
    }

    function test_createOptimismMintableERC721_succeeds() external {
        bytes memory creation = bytes.concat(
            type(OptimismMintableERC721).creationCode, abi.encode(BRIDGE, uint256(900), REMOTE, "Twin", "TWN")
        );
        bytes32 salt = keccak256(abi.encode(REMOTE, "Twin", "TWN"));
        address expected = address(
            uint160(uint256(keccak256(abi.encodePacked(hex"ff", address(factory), salt, keccak256(creation)))))
        );
        vm.expectEmit();
        emit IOptimismMintableERC721Factory.OptimismMintableERC721Created(expected, REMOTE, ALICE);
        vm.prank(ALICE);
        OptimismMintableERC721 token =
            OptimismMintableERC721(factory.createOptimismMintableERC721(REMOTE, "Twin", "TWN"));
        vm.assertEq(address(token), expected);
        vm.assertTrue(factory.isOptimismMintableERC721(expected));
        vm.assertFalse(factory.isOptimismMintableERC721(REMOTE));
        vm.assertEq(token.bridge(), BRIDGE);
        vm.assertEq(token.remoteToken(), REMOTE);
        vm.assertEq(token.remoteChainId(), 900);
    }

    function test_createOptimismMintableERC721_again_reverts() external {
        address created = factory.createOptimismMintableERC721(REMOTE, "Twin", "TWN");
        vm.expectRevert(
            abi.encodeWithSelector(
                IOptimismMintableERC721Factory.OptimismMintableERC721Factory_AlreadyCreated.selector, created
            )
        );
        factory.createOptimismMintableERC721(REMOTE, "Twin", "TWN");
    }

    function test_createOptimismMintableERC721_noRemoteToken_reverts() external {
        vm.expectRevert(IOptimismMintableERC721Factory.OptimismMintableERC721Factory_NoRemoteToken.selector);
        factory.createOptimismMintableERC721(address(0), "Twin", "TWN");
    }
}
