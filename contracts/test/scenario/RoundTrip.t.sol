// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { IERC721 } from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import { OptimismMintableERC20 } from "../../src/bridge/OptimismMintableERC20.sol";
import { OptimismMintableERC721 } from "../../src/bridge/OptimismMintableERC721.sol";
import { Layers } from "../support/Layers.sol";
import { Collection, Token } from "../support/Tokens.sol";

/// @notice What is sent to L2 arrives, and what comes back arrives again: the whole way, with proofs.
contract RoundTrip_Test is Layers {
    function test_roundTrip_ether_succeeds() external {
        vm.prank(ALICE, ALICE);
        l1Bridge.bridgeETHTo{ value: 3 ether }(BOB, 200_000, "to bob");
        vm.assertEq(address(portal).balance, 3 ether);
        vm.assertTrue(relayDeposit());
        vm.assertEq(BOB.balance, 3 ether);

        vm.prank(BOB, BOB);
        l2Bridge.bridgeETHTo{ value: 2 ether }(CAROL, 200_000, "to carol");
        vm.assertEq(BOB.balance, 1 ether);
        vm.assertEq(address(passer).balance, 2 ether);
        vm.assertTrue(relayWithdrawal());
        vm.assertEq(CAROL.balance, 2 ether);
        vm.assertEq(address(portal).balance, 1 ether);
        vm.assertEq(address(l1Messenger).balance, 0);
    }

    function test_roundTrip_l1Token_succeeds() external {
        Token token = new Token();
        token.mint(ALICE, 100);
        OptimismMintableERC20 twin =
            OptimismMintableERC20(l2Factory.createOptimismMintableERC20(address(token), "Token", "TOK"));

        vm.startPrank(ALICE, ALICE);
        token.approve(address(l1Bridge), 100);
        l1Bridge.bridgeERC20To(address(token), address(twin), BOB, 100, 200_000, "");
        vm.stopPrank();
        vm.assertEq(l1Bridge.deposits(address(token), address(twin)), 100);
        vm.assertTrue(relayDeposit());
        vm.assertEq(twin.balanceOf(BOB), 100);
        vm.assertEq(twin.totalSupply(), 100);

        vm.prank(BOB, BOB);
        l2Bridge.bridgeERC20To(address(twin), address(token), CAROL, 60, 200_000, "");
        vm.assertEq(twin.totalSupply(), 40);
        vm.assertTrue(relayWithdrawal());
        vm.assertEq(token.balanceOf(CAROL), 60);
        vm.assertEq(token.balanceOf(address(l1Bridge)), 40);
        vm.assertEq(l1Bridge.deposits(address(token), address(twin)), 40);
    }

    function test_roundTrip_l2Token_succeeds() external {
        Token token = new Token();
        token.mint(ALICE, 100);
        OptimismMintableERC20 twin =
            OptimismMintableERC20(l1Factory.createOptimismMintableERC20WithDecimals(address(token), "T", "T", 6));

        vm.startPrank(ALICE, ALICE);
        token.approve(address(l2Bridge), 100);
        l2Bridge.bridgeERC20(address(token), address(twin), 100, 200_000, "");
        vm.stopPrank();
        vm.assertTrue(relayWithdrawal());
        vm.assertEq(twin.balanceOf(ALICE), 100);

        vm.prank(ALICE, ALICE);
        l1Bridge.bridgeERC20(address(twin), address(token), 100, 200_000, "");
        vm.assertEq(twin.totalSupply(), 0);
        vm.assertTrue(relayDeposit());
        vm.assertEq(token.balanceOf(ALICE), 100);
        vm.assertEq(l2Bridge.deposits(address(token), address(twin)), 0);
    }

    function test_roundTrip_l1Collection_succeeds() external {
        Collection collection = new Collection();
        collection.mint(ALICE, 7);
        OptimismMintableERC721 twin = OptimismMintableERC721(
            l2Erc721Factory.createOptimismMintableERC721(address(collection), "Collection", "COL")
        );

        vm.startPrank(ALICE, ALICE);
        collection.approve(address(l1Erc721Bridge), 7);
        l1Erc721Bridge.bridgeERC721To(address(collection), address(twin), BOB, 7, 200_000, "");
        vm.stopPrank();
        vm.assertEq(collection.ownerOf(7), address(l1Erc721Bridge));
        vm.assertTrue(relayDeposit());
        vm.assertEq(twin.ownerOf(7), BOB);

        vm.prank(BOB, BOB);
        l2Erc721Bridge.bridgeERC721To(address(twin), address(collection), CAROL, 7, 200_000, "");
        vm.assertEq(twin.totalSupply(), 0);
        vm.assertTrue(relayWithdrawal());
        vm.assertEq(IERC721(collection).ownerOf(7), CAROL);
        vm.assertFalse(l1Erc721Bridge.deposits(address(collection), address(twin), 7));
    }
}
