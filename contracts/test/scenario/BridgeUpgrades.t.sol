// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { Initializable } from "@openzeppelin/contracts/proxy/utils/Initializable.sol";
import { L1CrossDomainMessenger } from "../../src/L1/L1CrossDomainMessenger.sol";
import { L1ERC721Bridge } from "../../src/L1/L1ERC721Bridge.sol";
import { L1StandardBridge } from "../../src/L1/L1StandardBridge.sol";
import { L2CrossDomainMessenger } from "../../src/L2/L2CrossDomainMessenger.sol";
import { L2ERC721Bridge } from "../../src/L2/L2ERC721Bridge.sol";
import { L2StandardBridge } from "../../src/L2/L2StandardBridge.sol";
import { OptimismMintableERC20 } from "../../src/bridge/OptimismMintableERC20.sol";
import { OptimismMintableERC20Factory } from "../../src/bridge/OptimismMintableERC20Factory.sol";
import { OptimismMintableERC721Factory } from "../../src/bridge/OptimismMintableERC721Factory.sol";
import { Layers } from "../support/Layers.sol";
import { Token } from "../support/Tokens.sol";

/// @notice Scenario 42, of messengers, bridges and factories: an upgrade keeps what they know, and opens no way to set them anew,
///         not even for the owner.
contract BridgeUpgrades_Test is Layers {
    Token private token = new Token();
    OptimismMintableERC20 private twin;

    /// @dev Both layers in use, and then all of it upgraded.
    function setUp() public override {
        super.setUp();
        twin = OptimismMintableERC20(l2Factory.createOptimismMintableERC20(address(token), "Twin", "TWN"));
        token.mint(ALICE, 100);
        vm.startPrank(ALICE, ALICE);
        token.approve(address(l1Bridge), 100);
        l1Bridge.bridgeERC20(address(token), address(twin), 100, 200_000, "");
        vm.stopPrank();
        relayDeposit();

        vm.startPrank(ADMIN_OWNER);
        proxyAdmin.upgrade(address(l1Messenger), address(new L1CrossDomainMessenger()));
        proxyAdmin.upgrade(address(l1Bridge), address(new L1StandardBridge()));
        proxyAdmin.upgrade(address(l1Erc721Bridge), address(new L1ERC721Bridge()));
        proxyAdmin.upgrade(address(l1Factory), address(new OptimismMintableERC20Factory()));
        proxyAdmin.upgrade(address(l2Messenger), address(new L2CrossDomainMessenger()));
        proxyAdmin.upgrade(address(l2Bridge), address(new L2StandardBridge()));
        proxyAdmin.upgrade(address(l2Erc721Bridge), address(new L2ERC721Bridge()));
        proxyAdmin.upgrade(address(l2Factory), address(new OptimismMintableERC20Factory()));
        proxyAdmin.upgrade(address(l2Erc721Factory), address(new OptimismMintableERC721Factory()));
        vm.stopPrank();
    }

    function test_s42_upgraded_goesOn_succeeds() external {
        vm.assertEq(l1Bridge.deposits(address(token), address(twin)), 100);
        vm.prank(ALICE, ALICE);
        l2Bridge.bridgeERC20To(address(twin), address(token), CAROL, 100, 200_000, "");
        vm.assertTrue(relayWithdrawal());
        vm.assertEq(token.balanceOf(CAROL), 100);
        vm.assertEq(l2Factory.deployments(address(twin)), address(token));
    }

    /// @dev The next call is the owner's, and in vain.
    function _refused() private {
        vm.prank(ADMIN_OWNER);
        vm.expectRevert(Initializable.InvalidInitialization.selector);
    }

    function test_s42_upgraded_initializeL1_reverts() external {
        _refused();
        l1Messenger.initialize(ALICE, ALICE);
        _refused();
        l1Bridge.initialize(ALICE, ALICE);
        _refused();
        l1Erc721Bridge.initialize(ALICE, ALICE);
        _refused();
        l1Factory.initialize(ALICE);
    }

    function test_s42_upgraded_initializeL2_reverts() external {
        _refused();
        l2Messenger.initialize(ALICE);
        _refused();
        l2Bridge.initialize(ALICE);
        _refused();
        l2Erc721Bridge.initialize(ALICE);
        _refused();
        l2Factory.initialize(ALICE);
        _refused();
        l2Erc721Factory.initialize(ALICE, 1);
    }
}
