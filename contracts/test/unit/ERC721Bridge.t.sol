// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { Initializable } from "@openzeppelin/contracts/proxy/utils/Initializable.sol";
import { IL1ERC721Bridge } from "../../interfaces/L1/IL1ERC721Bridge.sol";
import { IL2ERC721Bridge } from "../../interfaces/L2/IL2ERC721Bridge.sol";
import { IERC721Bridge } from "../../interfaces/bridge/IERC721Bridge.sol";
import { L1ERC721Bridge } from "../../src/L1/L1ERC721Bridge.sol";
import { L2ERC721Bridge } from "../../src/L2/L2ERC721Bridge.sol";
import { OptimismMintableERC721 } from "../../src/bridge/OptimismMintableERC721.sol";
import { Predeploys } from "../../src/libraries/Predeploys.sol";
import { ProxyAdminOwned } from "../../src/proxy/ProxyAdminOwned.sol";
import { L1Setup } from "../support/L1Setup.sol";
import { MessengerStandIn } from "../support/StandIns.sol";
import { Test } from "../support/Test.sol";
import { Collection } from "../support/Tokens.sol";

contract L1ERC721Bridge_Test is L1Setup {
    address private constant OTHER = Predeploys.L2_ERC721_BRIDGE;
    address private constant REMOTE = address(0x2222);

    MessengerStandIn private messenger = new MessengerStandIn();
    Collection private collection = new Collection();
    L1ERC721Bridge private bridge;

    function setUp() public override {
        super.setUp();
        bytes memory call = abi.encodeCall(IL1ERC721Bridge.initialize, (address(messenger), address(config)));
        bridge = L1ERC721Bridge(proxied(address(new L1ERC721Bridge()), call));
        collection.mint(ALICE, 7);
        vm.prank(ALICE);
        collection.approve(address(bridge), 7);
    }

    function _expectInitiated(address to) private {
        vm.expectEmit();
        emit IERC721Bridge.ERC721BridgeInitiated(address(collection), REMOTE, ALICE, to, 7, "extra");
        vm.prank(ALICE, ALICE);
    }

    function _assertTaken(address to) private view {
        vm.assertEq(messenger.target(), OTHER);
        vm.assertEq(messenger.minGasLimit(), 50_000);
        vm.assertEq(
            messenger.message(),
            abi.encodeCall(IERC721Bridge.finalizeBridgeERC721, (REMOTE, address(collection), ALICE, to, 7, "extra"))
        );
        vm.assertEq(collection.ownerOf(7), address(bridge));
        vm.assertTrue(bridge.deposits(address(collection), REMOTE, 7));
    }

    function _deposit() private {
        vm.prank(ALICE, ALICE);
        bridge.bridgeERC721(address(collection), REMOTE, 7, 50_000, "");
    }

    function _arrival(address localToken, address remoteToken, uint256 tokenId) private pure returns (bytes memory) {
        return
            abi.encodeCall(IERC721Bridge.finalizeBridgeERC721, (localToken, remoteToken, ALICE, BOB, tokenId, "extra"));
    }

    function test_initialize_values_succeeds() external view {
        vm.assertEq(bridge.messenger(), address(messenger));
        vm.assertEq(bridge.MESSENGER(), address(messenger));
        vm.assertEq(bridge.otherBridge(), OTHER);
        vm.assertEq(bridge.OTHER_BRIDGE(), OTHER);
        vm.assertEq(bridge.systemConfig(), address(config));
        vm.assertEq(bridge.superchainConfig(), address(superchain));
        vm.assertFalse(bridge.paused());
        vm.assertEq(bridge.version(), "2.9.0");
    }

    function test_initialize_again_reverts() external {
        vm.prank(ADMIN_OWNER);
        vm.expectRevert(Initializable.InvalidInitialization.selector);
        bridge.initialize(ALICE, ALICE);
    }

    function test_initialize_implementation_reverts() external {
        L1ERC721Bridge fresh = new L1ERC721Bridge();
        vm.expectRevert(Initializable.InvalidInitialization.selector);
        fresh.initialize(ALICE, ALICE);
    }

    function test_initialize_zero_reverts() external {
        L1ERC721Bridge fresh = L1ERC721Bridge(proxied(address(new L1ERC721Bridge()), ""));
        vm.prank(ADMIN_OWNER);
        vm.expectRevert(IERC721Bridge.ERC721Bridge_ZeroAddress.selector);
        fresh.initialize(address(0), ALICE);
        vm.prank(ADMIN_OWNER);
        vm.expectRevert(IERC721Bridge.ERC721Bridge_ZeroAddress.selector);
        fresh.initialize(ALICE, address(0));
    }

    function test_initialize_stranger_reverts() external {
        L1ERC721Bridge fresh = L1ERC721Bridge(proxied(address(new L1ERC721Bridge()), ""));
        vm.prank(ALICE);
        vm.expectRevert(ProxyAdminOwned.ProxyAdminOwned_Unauthorized.selector);
        fresh.initialize(ALICE, ALICE);
    }

    function test_bridgeERC721_eoa_succeeds() external {
        _expectInitiated(ALICE);
        bridge.bridgeERC721(address(collection), REMOTE, 7, 50_000, "extra");
        _assertTaken(ALICE);
    }

    function test_bridgeERC721_contract_reverts() external {
        vm.prank(ALICE, BOB);
        vm.expectRevert(IERC721Bridge.ERC721Bridge_OnlyEOA.selector);
        bridge.bridgeERC721(address(collection), REMOTE, 7, 50_000, "");
    }

    function test_bridgeERC721To_succeeds() external {
        _expectInitiated(BOB);
        bridge.bridgeERC721To(address(collection), REMOTE, BOB, 7, 50_000, "extra");
        _assertTaken(BOB);
    }

    function test_bridgeERC721To_deadEnd_reverts() external {
        address[2] memory deadEnds = [address(0), OTHER];
        for (uint256 i; i < 2; ++i) {
            vm.prank(ALICE);
            vm.expectRevert(abi.encodeWithSelector(IERC721Bridge.ERC721Bridge_InvalidRecipient.selector, deadEnds[i]));
            bridge.bridgeERC721To(address(collection), REMOTE, deadEnds[i], 7, 50_000, "");
        }
    }

    function test_bridgeERC721_noRemoteToken_reverts() external {
        vm.prank(ALICE, ALICE);
        vm.expectRevert(abi.encodeWithSelector(IERC721Bridge.ERC721Bridge_InvalidToken.selector, address(0)));
        bridge.bridgeERC721(address(collection), address(0), 7, 50_000, "");
    }

    function test_finalizeBridgeERC721_succeeds() external {
        _deposit();
        vm.expectEmit();
        emit IERC721Bridge.ERC721BridgeFinalized(address(collection), REMOTE, ALICE, BOB, 7, "extra");
        messenger.relay(OTHER, address(bridge), _arrival(address(collection), REMOTE, 7));
        vm.assertEq(collection.ownerOf(7), BOB);
        vm.assertFalse(bridge.deposits(address(collection), REMOTE, 7));
    }

    function test_finalizeBridgeERC721_notDeposited_reverts() external {
        _deposit();
        bytes[2] memory messages =
            [_arrival(address(collection), CHALLENGER, 7), _arrival(address(collection), REMOTE, 8)];
        for (uint256 i; i < 2; ++i) {
            vm.expectRevert(IERC721Bridge.ERC721Bridge_NotDeposited.selector);
            messenger.relay(OTHER, address(bridge), messages[i]);
        }
    }

    function test_finalizeBridgeERC721_twice_reverts() external {
        _deposit();
        messenger.relay(OTHER, address(bridge), _arrival(address(collection), REMOTE, 7));
        vm.expectRevert(IERC721Bridge.ERC721Bridge_NotDeposited.selector);
        messenger.relay(OTHER, address(bridge), _arrival(address(collection), REMOTE, 7));
    }

    function test_finalizeBridgeERC721_bridgeItself_reverts() external {
        vm.expectRevert(abi.encodeWithSelector(IERC721Bridge.ERC721Bridge_InvalidToken.selector, address(bridge)));
        messenger.relay(OTHER, address(bridge), _arrival(address(bridge), REMOTE, 7));
    }

    function test_finalizeBridgeERC721_notMessenger_reverts() external {
        vm.expectRevert(IERC721Bridge.ERC721Bridge_OnlyOtherBridge.selector);
        bridge.finalizeBridgeERC721(address(collection), REMOTE, ALICE, BOB, 7, "");
    }

    function test_finalizeBridgeERC721_notOtherBridge_reverts() external {
        vm.expectRevert(IERC721Bridge.ERC721Bridge_OnlyOtherBridge.selector);
        messenger.relay(ALICE, address(bridge), _arrival(address(collection), REMOTE, 7));
    }

    function test_finalizeBridgeERC721_paused_reverts() external {
        _deposit();
        vm.prank(BOB);
        superchain.pause(address(0));
        vm.assertTrue(bridge.paused());
        vm.expectRevert(IERC721Bridge.ERC721Bridge_Paused.selector);
        messenger.relay(OTHER, address(bridge), _arrival(address(collection), REMOTE, 7));
    }
}

contract L2ERC721Bridge_Test is Test {
    address private constant OTHER = address(0x1111);
    address private constant REMOTE = address(0x2222);
    MessengerStandIn private constant messenger = MessengerStandIn(Predeploys.L2_CROSS_DOMAIN_MESSENGER);

    L2ERC721Bridge private bridge;
    OptimismMintableERC721 private twin;

    function setUp() external {
        vm.etch(address(messenger), address(new MessengerStandIn()).code);
        bytes memory call = abi.encodeCall(IL2ERC721Bridge.initialize, (OTHER));
        bridge = L2ERC721Bridge(proxied(address(new L2ERC721Bridge()), call));
        twin = new OptimismMintableERC721(address(bridge), 900, REMOTE, "Twin", "TWN");
        vm.prank(address(bridge));
        twin.safeMint(ALICE, 7);
    }

    function _arrival(address localToken, address remoteToken) private pure returns (bytes memory) {
        return abi.encodeCall(IERC721Bridge.finalizeBridgeERC721, (localToken, remoteToken, ALICE, BOB, 8, ""));
    }

    function test_initialize_values_succeeds() external view {
        vm.assertEq(bridge.messenger(), address(messenger));
        vm.assertEq(bridge.otherBridge(), OTHER);
        vm.assertFalse(bridge.paused());
        vm.assertEq(bridge.version(), "1.10.0");
        // The genesis writes this slot.
        vm.assertEq(vm.load(address(bridge), 0), bytes32(uint256(uint160(OTHER))));
    }

    function test_initialize_again_reverts() external {
        vm.prank(ADMIN_OWNER);
        vm.expectRevert(Initializable.InvalidInitialization.selector);
        bridge.initialize(ALICE);
    }

    function test_initialize_implementation_reverts() external {
        L2ERC721Bridge fresh = new L2ERC721Bridge();
        vm.expectRevert(Initializable.InvalidInitialization.selector);
        fresh.initialize(ALICE);
    }

    function test_initialize_zero_reverts() external {
        L2ERC721Bridge fresh = L2ERC721Bridge(proxied(address(new L2ERC721Bridge()), ""));
        vm.prank(ADMIN_OWNER);
        vm.expectRevert(IERC721Bridge.ERC721Bridge_ZeroAddress.selector);
        fresh.initialize(address(0));
    }

    function test_initialize_stranger_reverts() external {
        L2ERC721Bridge fresh = L2ERC721Bridge(proxied(address(new L2ERC721Bridge()), ""));
        vm.prank(ALICE);
        vm.expectRevert(ProxyAdminOwned.ProxyAdminOwned_Unauthorized.selector);
        fresh.initialize(ALICE);
    }

    function test_bridgeERC721_burns_succeeds() external {
        vm.expectEmit();
        emit IERC721Bridge.ERC721BridgeInitiated(address(twin), REMOTE, ALICE, ALICE, 7, "extra");
        vm.prank(ALICE, ALICE);
        bridge.bridgeERC721(address(twin), REMOTE, 7, 50_000, "extra");
        vm.assertEq(twin.totalSupply(), 0);
        vm.assertEq(messenger.target(), OTHER);
        vm.assertEq(
            messenger.message(),
            abi.encodeCall(IERC721Bridge.finalizeBridgeERC721, (REMOTE, address(twin), ALICE, ALICE, 7, "extra"))
        );
    }

    function test_bridgeERC721_othersToken_reverts() external {
        vm.prank(BOB, BOB);
        vm.expectRevert(abi.encodeWithSelector(IERC721Bridge.ERC721Bridge_WrongOwner.selector, ALICE));
        bridge.bridgeERC721(address(twin), REMOTE, 7, 50_000, "");
    }

    function test_bridgeERC721_otherRemoteToken_reverts() external {
        vm.prank(ALICE, ALICE);
        vm.expectRevert(abi.encodeWithSelector(IERC721Bridge.ERC721Bridge_WrongRemoteToken.selector, BOB));
        bridge.bridgeERC721(address(twin), BOB, 7, 50_000, "");
    }

    function test_finalizeBridgeERC721_mints_succeeds() external {
        messenger.relay(OTHER, address(bridge), _arrival(address(twin), REMOTE));
        vm.assertEq(twin.ownerOf(8), BOB);
    }

    function test_finalizeBridgeERC721_otherRemoteToken_reverts() external {
        vm.expectRevert(abi.encodeWithSelector(IERC721Bridge.ERC721Bridge_WrongRemoteToken.selector, BOB));
        messenger.relay(OTHER, address(bridge), _arrival(address(twin), BOB));
    }

    function test_finalizeBridgeERC721_noRepresentation_reverts() external {
        address plain = address(new Collection());
        vm.expectRevert(abi.encodeWithSelector(IERC721Bridge.ERC721Bridge_InvalidToken.selector, plain));
        messenger.relay(OTHER, address(bridge), _arrival(plain, REMOTE));
    }

    function test_finalizeBridgeERC721_bridgeItself_reverts() external {
        vm.expectRevert(abi.encodeWithSelector(IERC721Bridge.ERC721Bridge_InvalidToken.selector, address(bridge)));
        messenger.relay(OTHER, address(bridge), _arrival(address(bridge), REMOTE));
    }

    function test_finalizeBridgeERC721_notMessenger_reverts() external {
        vm.expectRevert(IERC721Bridge.ERC721Bridge_OnlyOtherBridge.selector);
        bridge.finalizeBridgeERC721(address(twin), REMOTE, ALICE, BOB, 8, "");
    }

    function test_finalizeBridgeERC721_notOtherBridge_reverts() external {
        vm.expectRevert(IERC721Bridge.ERC721Bridge_OnlyOtherBridge.selector);
        messenger.relay(ALICE, address(bridge), _arrival(address(twin), REMOTE));
    }
}
