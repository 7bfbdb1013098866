// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { IERC721 } from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import { IERC721Receiver } from "@openzeppelin/contracts/token/ERC721/IERC721Receiver.sol";
import { IERC721Bridge } from "../../interfaces/bridge/IERC721Bridge.sol";
import { FeeVault } from "../../src/L2/FeeVault.sol";
import { OptimismMintableERC721 } from "../../src/bridge/OptimismMintableERC721.sol";
import { Layers } from "../support/Layers.sol";
import { Collection } from "../support/Tokens.sol";

/// @notice Sends back what it gets, to the same address on the other layer, before the arrival is over.
contract Returner is IERC721Receiver {
    IERC721Bridge private immutable _bridge;
    address private immutable _remote;

    constructor(address bridge, address remote) {
        (_bridge, _remote) = (IERC721Bridge(bridge), remote);
    }

    function onERC721Received(address, address, uint256 tokenId, bytes calldata) external returns (bytes4) {
        IERC721(msg.sender).approve(address(_bridge), tokenId);
        _bridge.bridgeERC721To(msg.sender, _remote, address(this), tokenId, 300_000, "");
        return IERC721Receiver.onERC721Received.selector;
    }
}

/// @notice Withdraws again while it is paid, as often as it can.
contract Glutton {
    uint256 public payments;

    receive() external payable {
        ++payments;
        if (payments < 5) FeeVault(payable(msg.sender)).withdraw();
    }
}

/// @notice Who is called when something arrives sends it back at once: it is then where it was sent, once.
contract SentBack_Test is Layers {
    Collection private collection = new Collection();
    OptimismMintableERC721 private twin;

    function setUp() public override {
        super.setUp();
        collection.mint(ALICE, 7);
        twin = OptimismMintableERC721(
            l2Erc721Factory.createOptimismMintableERC721(address(collection), "Collection", "COL")
        );
    }

    function _send(address to) private {
        vm.startPrank(ALICE, ALICE);
        collection.approve(address(l1Erc721Bridge), 7);
        l1Erc721Bridge.bridgeERC721To(address(collection), address(twin), to, 7, 600_000, "");
        vm.stopPrank();
    }

    function _isDeposited() private view returns (bool) {
        return l1Erc721Bridge.deposits(address(collection), address(twin), 7);
    }

    /// @notice On L2: minted, burnt within that, and given out on L1.
    function test_s41_sentBackFromWithinItsMint_succeeds() external {
        address returner = address(new Returner(address(l2Erc721Bridge), address(collection)));
        _send(returner);
        vm.assertTrue(relayDeposit());
        vm.assertEq(twin.totalSupply(), 0);
        vm.assertTrue(_isDeposited());
        vm.assertEq(newestWithdrawal().sender, address(l2Messenger));
        // It is the same contract on L1, where it cannot pass it on to the bridge of L2: the token is kept until it can be.
        vm.assertTrue(relayWithdrawal());
        vm.assertEq(collection.ownerOf(7), address(l1Erc721Bridge));
        vm.assertTrue(_isDeposited());
    }

    /// @notice On L1: given out, deposited within that, and minted again.
    function test_s41_sentBackFromWithinItsRelease_succeeds() external {
        address returner = address(new Returner(address(l1Erc721Bridge), address(twin)));
        _send(BOB);
        vm.assertTrue(relayDeposit());
        vm.prank(BOB, BOB);
        l2Erc721Bridge.bridgeERC721To(address(twin), address(collection), returner, 7, 1_000_000, "");
        vm.assertTrue(relayWithdrawal());
        vm.assertEq(collection.ownerOf(7), address(l1Erc721Bridge));
        vm.assertTrue(_isDeposited());
        vm.assertEq(twin.totalSupply(), 0);
        vm.assertEq(depositCount(), 1);
    }

    /// @notice A vault pays what it has once, however often it is asked meanwhile.
    function test_s41_vaultAskedWhileItPays_paysOnce_succeeds() external {
        Glutton glutton = new Glutton();
        FeeVault vault = FeeVault(proxied(address(new FeeVault()), ""));
        vm.store(address(vault), bytes32(uint256(2)), bytes32(uint256(1) << 160 | uint160(address(glutton))));
        vm.deal(address(vault), 3 ether);
        vm.deal(address(glutton), 0);
        vault.withdraw();
        vm.assertEq(address(glutton).balance, 3 ether);
        vm.assertEq(glutton.payments(), 5);
        vm.assertEq(vault.totalProcessed(), 3 ether);
    }
}
