// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { Initializable } from "@openzeppelin/contracts/proxy/utils/Initializable.sol";
import { IL1StandardBridge } from "../../interfaces/L1/IL1StandardBridge.sol";
import { IStandardBridge } from "../../interfaces/bridge/IStandardBridge.sol";
import { L1StandardBridge } from "../../src/L1/L1StandardBridge.sol";
import { OptimismMintableERC20 } from "../../src/bridge/OptimismMintableERC20.sol";
import { Predeploys } from "../../src/libraries/Predeploys.sol";
import { ProxyAdminOwned } from "../../src/proxy/ProxyAdminOwned.sol";
import { L1Setup } from "../support/L1Setup.sol";
import { MessengerStandIn } from "../support/StandIns.sol";
import { Refuser } from "../support/Test.sol";
import { LegacyToken, Token } from "../support/Tokens.sol";

/// @dev Recipients on L2 from whom nothing comes back.
function deadEndsOfL2() pure returns (address[4] memory) {
    return [
        address(0),
        Predeploys.L2_STANDARD_BRIDGE,
        Predeploys.L2_CROSS_DOMAIN_MESSENGER,
        Predeploys.L2_TO_L1_MESSAGE_PASSER
    ];
}

/// @notice A bridge of L1 between a token and a messenger that does as it is told.
abstract contract L1StandardBridge_Setup is L1Setup {
    address internal constant L2_BRIDGE = Predeploys.L2_STANDARD_BRIDGE;
    address internal constant L2_TOKEN = address(0x2222);

    MessengerStandIn internal messenger = new MessengerStandIn();
    L1StandardBridge internal bridge;
    Token internal token = new Token();

    function setUp() public virtual override {
        super.setUp();
        messenger.setOtherMessenger(Predeploys.L2_CROSS_DOMAIN_MESSENGER);
        bytes memory call = abi.encodeCall(IL1StandardBridge.initialize, (address(messenger), address(config)));
        bridge = L1StandardBridge(proxied(address(new L1StandardBridge()), call));
        token.mint(ALICE, 100);
        vm.prank(ALICE);
        token.approve(address(bridge), 100);
    }

    /// @dev What the other bridge is told of ether.
    function _etherMessage(address to, bytes memory extraData) internal pure returns (bytes memory) {
        return abi.encodeCall(IStandardBridge.finalizeBridgeETH, (ALICE, to, 1 ether, extraData));
    }

    /// @dev What the other bridge is told of tokens.
    function _tokenMessage(address localToken, address to) internal pure returns (bytes memory) {
        return abi.encodeCall(IStandardBridge.finalizeBridgeERC20, (L2_TOKEN, localToken, ALICE, to, 60, "extra"));
    }

    function _assertSent(bytes memory message, uint256 minGasLimit, uint256 value) internal view {
        vm.assertEq(messenger.target(), L2_BRIDGE);
        vm.assertEq(messenger.message(), message);
        vm.assertEq(messenger.minGasLimit(), minGasLimit);
        vm.assertEq(messenger.value(), value);
    }

    /// @dev The other bridge sends a message.
    function _relay(bytes memory message) internal {
        messenger.relay(L2_BRIDGE, address(bridge), message);
    }
}

contract L1StandardBridge_Ether_Test is L1StandardBridge_Setup {
    function _expectInitiated(address to, bytes memory extraData) private {
        vm.expectEmit();
        emit IL1StandardBridge.ETHDepositInitiated(ALICE, to, 1 ether, extraData);
        vm.expectEmit();
        emit IStandardBridge.ETHBridgeInitiated(ALICE, to, 1 ether, extraData);
        vm.prank(ALICE, ALICE);
    }

    function test_initialize_values_succeeds() external view {
        vm.assertEq(bridge.messenger(), address(messenger));
        vm.assertEq(bridge.MESSENGER(), address(messenger));
        vm.assertEq(bridge.otherBridge(), L2_BRIDGE);
        vm.assertEq(bridge.OTHER_BRIDGE(), L2_BRIDGE);
        vm.assertEq(bridge.l2TokenBridge(), L2_BRIDGE);
        vm.assertEq(bridge.systemConfig(), address(config));
        vm.assertEq(bridge.superchainConfig(), address(superchain));
        vm.assertFalse(bridge.paused());
        vm.assertEq(bridge.version(), "2.8.0");
    }

    function test_initialize_again_reverts() external {
        vm.prank(ADMIN_OWNER);
        vm.expectRevert(Initializable.InvalidInitialization.selector);
        bridge.initialize(ALICE, ALICE);
    }

    function test_initialize_implementation_reverts() external {
        L1StandardBridge fresh = new L1StandardBridge();
        vm.expectRevert(Initializable.InvalidInitialization.selector);
        fresh.initialize(ALICE, ALICE);
    }

    function test_initialize_zero_reverts() external {
        L1StandardBridge fresh = L1StandardBridge(proxied(address(new L1StandardBridge()), ""));
        vm.prank(ADMIN_OWNER);
        vm.expectRevert(IStandardBridge.StandardBridge_ZeroAddress.selector);
        fresh.initialize(address(0), ALICE);
        vm.prank(ADMIN_OWNER);
        vm.expectRevert(IStandardBridge.StandardBridge_ZeroAddress.selector);
        fresh.initialize(ALICE, address(0));
    }

    function test_initialize_stranger_reverts() external {
        L1StandardBridge fresh = L1StandardBridge(proxied(address(new L1StandardBridge()), ""));
        vm.prank(ALICE);
        vm.expectRevert(ProxyAdminOwned.ProxyAdminOwned_Unauthorized.selector);
        fresh.initialize(ALICE, ALICE);
    }

    function test_receive_eoa_succeeds() external {
        _expectInitiated(ALICE, "");
        (bool success,) = address(bridge).call{ value: 1 ether }("");
        vm.assertTrue(success);
        _assertSent(_etherMessage(ALICE, ""), 200_000, 1 ether);
    }

    function test_receive_contract_reverts() external {
        vm.prank(ALICE, BOB);
        (bool success, bytes memory data) = address(bridge).call{ value: 1 ether }("");
        vm.assertFalse(success);
        vm.assertEq(data, abi.encodePacked(IStandardBridge.StandardBridge_OnlyEOA.selector));
    }

    /// @notice An account that delegates (EIP-7702) still has its key on the other layer.
    function test_bridgeETH_delegatedAccount_succeeds() external {
        vm.etch(ALICE, abi.encodePacked(bytes3(0xef0100), address(token)));
        vm.prank(ALICE, BOB);
        bridge.bridgeETH{ value: 1 ether }(1, "");
        _assertSent(_etherMessage(ALICE, ""), 1, 1 ether);
    }

    function test_bridgeETH_eoa_succeeds() external {
        _expectInitiated(ALICE, "extra");
        bridge.bridgeETH{ value: 1 ether }(50_000, "extra");
        _assertSent(_etherMessage(ALICE, "extra"), 50_000, 1 ether);
    }

    function test_bridgeETH_contract_reverts() external {
        vm.prank(ALICE, BOB);
        vm.expectRevert(IStandardBridge.StandardBridge_OnlyEOA.selector);
        bridge.bridgeETH{ value: 1 ether }(50_000, "");
    }

    function test_depositETH_eoa_succeeds() external {
        _expectInitiated(ALICE, "extra");
        bridge.depositETH{ value: 1 ether }(50_000, "extra");
        _assertSent(_etherMessage(ALICE, "extra"), 50_000, 1 ether);
    }

    function test_depositETH_contract_reverts() external {
        vm.prank(ALICE, BOB);
        vm.expectRevert(IStandardBridge.StandardBridge_OnlyEOA.selector);
        bridge.depositETH{ value: 1 ether }(50_000, "");
    }

    function test_bridgeETHTo_contract_succeeds() external {
        vm.prank(ALICE, BOB);
        bridge.bridgeETHTo{ value: 1 ether }(BOB, 50_000, "extra");
        _assertSent(_etherMessage(BOB, "extra"), 50_000, 1 ether);
    }

    function test_depositETHTo_events_succeeds() external {
        _expectInitiated(BOB, "extra");
        bridge.depositETHTo{ value: 1 ether }(BOB, 50_000, "extra");
        _assertSent(_etherMessage(BOB, "extra"), 50_000, 1 ether);
    }

    /// @notice Ether sent to these would never come out again.
    function test_bridgeETHTo_deadEnd_reverts() external {
        address[4] memory deadEnds = deadEndsOfL2();
        for (uint256 i; i < 4; ++i) {
            vm.prank(ALICE);
            vm.expectRevert(
                abi.encodeWithSelector(IStandardBridge.StandardBridge_InvalidRecipient.selector, deadEnds[i])
            );
            bridge.bridgeETHTo{ value: 1 ether }(deadEnds[i], 50_000, "");
        }
    }

    function _finalize(address to) private {
        vm.deal(address(this), 1 ether);
        messenger.relay{ value: 1 ether }(L2_BRIDGE, address(bridge), _etherMessage(to, "extra"));
    }

    function test_finalizeBridgeETH_succeeds() external {
        vm.expectEmit();
        emit IL1StandardBridge.ETHWithdrawalFinalized(ALICE, BOB, 1 ether, "extra");
        vm.expectEmit();
        emit IStandardBridge.ETHBridgeFinalized(ALICE, BOB, 1 ether, "extra");
        _finalize(BOB);
        vm.assertEq(BOB.balance, 1 ether);
    }

    function test_finalizeETHWithdrawal_succeeds() external {
        vm.deal(address(this), 1 ether);
        bytes memory call = abi.encodeCall(IL1StandardBridge.finalizeETHWithdrawal, (ALICE, BOB, 1 ether, "extra"));
        vm.expectEmit();
        emit IStandardBridge.ETHBridgeFinalized(ALICE, BOB, 1 ether, "extra");
        messenger.relay{ value: 1 ether }(L2_BRIDGE, address(bridge), call);
        vm.assertEq(BOB.balance, 1 ether);
    }

    function test_finalizeBridgeETH_notMessenger_reverts() external {
        vm.prank(ALICE);
        vm.expectRevert(IStandardBridge.StandardBridge_OnlyOtherBridge.selector);
        bridge.finalizeBridgeETH{ value: 1 ether }(ALICE, BOB, 1 ether, "");
    }

    function test_finalizeBridgeETH_notOtherBridge_reverts() external {
        vm.deal(address(this), 1 ether);
        vm.expectRevert(IStandardBridge.StandardBridge_OnlyOtherBridge.selector);
        messenger.relay{ value: 1 ether }(ALICE, address(bridge), _etherMessage(BOB, ""));
    }

    function test_finalizeBridgeETH_paused_reverts() external {
        vm.prank(BOB);
        superchain.pause(address(0));
        vm.assertTrue(bridge.paused());
        vm.expectRevert(IStandardBridge.StandardBridge_Paused.selector);
        this.finalizeTo(BOB);
    }

    /// @dev For `expectRevert`, which needs a call.
    function finalizeTo(address to) external {
        _finalize(to);
    }

    function test_finalizeBridgeETH_otherValue_reverts() external {
        vm.expectRevert(abi.encodeWithSelector(IStandardBridge.StandardBridge_WrongValue.selector, 0, 1 ether));
        _relay(_etherMessage(BOB, ""));
    }

    function test_finalizeBridgeETH_toBridge_reverts() external {
        vm.expectRevert(
            abi.encodeWithSelector(IStandardBridge.StandardBridge_InvalidRecipient.selector, address(bridge))
        );
        this.finalizeTo(address(bridge));
    }

    function test_finalizeBridgeETH_toMessenger_reverts() external {
        vm.expectRevert(
            abi.encodeWithSelector(IStandardBridge.StandardBridge_InvalidRecipient.selector, address(messenger))
        );
        this.finalizeTo(address(messenger));
    }

    function test_finalizeBridgeETH_refused_reverts() external {
        address refuser = address(new Refuser());
        vm.expectRevert(IStandardBridge.StandardBridge_TransferFailed.selector);
        this.finalizeTo(refuser);
    }
}

contract L1StandardBridge_Token_Test is L1StandardBridge_Setup {
    function _expectInitiated(address localToken, address to) private {
        vm.expectEmit();
        emit IL1StandardBridge.ERC20DepositInitiated(localToken, L2_TOKEN, ALICE, to, 60, "extra");
        vm.expectEmit();
        emit IStandardBridge.ERC20BridgeInitiated(localToken, L2_TOKEN, ALICE, to, 60, "extra");
        vm.prank(ALICE, ALICE);
    }

    function _assertTaken(address to) private view {
        _assertSent(_tokenMessage(address(token), to), 50_000, 0);
        vm.assertEq(token.balanceOf(ALICE), 40);
        vm.assertEq(token.balanceOf(address(bridge)), 60);
        vm.assertEq(bridge.deposits(address(token), L2_TOKEN), 60);
    }

    function test_bridgeERC20_eoa_succeeds() external {
        _expectInitiated(address(token), ALICE);
        bridge.bridgeERC20(address(token), L2_TOKEN, 60, 50_000, "extra");
        _assertTaken(ALICE);
    }

    function test_depositERC20_eoa_succeeds() external {
        _expectInitiated(address(token), ALICE);
        bridge.depositERC20(address(token), L2_TOKEN, 60, 50_000, "extra");
        _assertTaken(ALICE);
    }

    function test_bridgeERC20_contract_reverts() external {
        vm.prank(ALICE, BOB);
        vm.expectRevert(IStandardBridge.StandardBridge_OnlyEOA.selector);
        bridge.bridgeERC20(address(token), L2_TOKEN, 60, 50_000, "");
    }

    function test_depositERC20_contract_reverts() external {
        vm.prank(ALICE, BOB);
        vm.expectRevert(IStandardBridge.StandardBridge_OnlyEOA.selector);
        bridge.depositERC20(address(token), L2_TOKEN, 60, 50_000, "");
    }

    function test_bridgeERC20To_contract_succeeds() external {
        vm.prank(ALICE, BOB);
        bridge.bridgeERC20To(address(token), L2_TOKEN, BOB, 60, 50_000, "extra");
        _assertTaken(BOB);
    }

    function test_depositERC20To_events_succeeds() external {
        _expectInitiated(address(token), BOB);
        bridge.depositERC20To(address(token), L2_TOKEN, BOB, 60, 50_000, "extra");
        _assertTaken(BOB);
    }

    function test_bridgeERC20To_deadEnd_reverts() external {
        address[4] memory deadEnds = deadEndsOfL2();
        for (uint256 i; i < 4; ++i) {
            vm.prank(ALICE);
            vm.expectRevert(
                abi.encodeWithSelector(IStandardBridge.StandardBridge_InvalidRecipient.selector, deadEnds[i])
            );
            bridge.bridgeERC20To(address(token), L2_TOKEN, deadEnds[i], 60, 50_000, "");
        }
    }

    function _representation() private returns (OptimismMintableERC20 twin) {
        twin = new OptimismMintableERC20(address(bridge), L2_TOKEN, "Twin", "TWN", 18);
        vm.prank(address(bridge));
        twin.mint(ALICE, 100);
    }

    function test_bridgeERC20_representation_burns_succeeds() external {
        OptimismMintableERC20 twin = _representation();
        _expectInitiated(address(twin), ALICE);
        bridge.bridgeERC20(address(twin), L2_TOKEN, 60, 50_000, "extra");
        _assertSent(_tokenMessage(address(twin), ALICE), 50_000, 0);
        vm.assertEq(twin.totalSupply(), 40);
        vm.assertEq(bridge.deposits(address(twin), L2_TOKEN), 0);
    }

    function test_bridgeERC20_legacyRepresentation_burns_succeeds() external {
        LegacyToken twin = new LegacyToken(L2_TOKEN);
        twin.mint(ALICE, 100);
        vm.prank(ALICE, ALICE);
        bridge.bridgeERC20(address(twin), L2_TOKEN, 60, 50_000, "extra");
        vm.assertEq(twin.totalSupply(), 40);
    }

    function test_bridgeERC20_otherRemoteToken_reverts() external {
        address[2] memory twins = [address(_representation()), address(new LegacyToken(L2_TOKEN))];
        for (uint256 i; i < 2; ++i) {
            vm.prank(ALICE, ALICE);
            vm.expectRevert(abi.encodeWithSelector(IStandardBridge.StandardBridge_WrongRemoteToken.selector, BOB));
            bridge.bridgeERC20(twins[i], BOB, 60, 50_000, "");
        }
    }

    /// @dev The message of L2's bridge for tokens that come back.
    function _arrival(address localToken, address remoteToken, address to) private pure returns (bytes memory) {
        return abi.encodeCall(IStandardBridge.finalizeBridgeERC20, (localToken, remoteToken, ALICE, to, 60, "extra"));
    }

    function _deposit() private {
        vm.prank(ALICE, ALICE);
        bridge.bridgeERC20(address(token), L2_TOKEN, 60, 50_000, "");
    }

    function test_finalizeBridgeERC20_kept_succeeds() external {
        _deposit();
        vm.expectEmit();
        emit IL1StandardBridge.ERC20WithdrawalFinalized(address(token), L2_TOKEN, ALICE, BOB, 60, "extra");
        vm.expectEmit();
        emit IStandardBridge.ERC20BridgeFinalized(address(token), L2_TOKEN, ALICE, BOB, 60, "extra");
        _relay(_arrival(address(token), L2_TOKEN, BOB));
        vm.assertEq(token.balanceOf(BOB), 60);
        vm.assertEq(bridge.deposits(address(token), L2_TOKEN), 0);
    }

    function test_finalizeERC20Withdrawal_kept_succeeds() external {
        _deposit();
        _relay(
            abi.encodeCall(
                IL1StandardBridge.finalizeERC20Withdrawal, (address(token), L2_TOKEN, ALICE, BOB, 60, "extra")
            )
        );
        vm.assertEq(token.balanceOf(BOB), 60);
    }

    function test_finalizeBridgeERC20_representation_mints_succeeds() external {
        OptimismMintableERC20 twin = _representation();
        _relay(_arrival(address(twin), L2_TOKEN, BOB));
        vm.assertEq(twin.balanceOf(BOB), 60);
    }

    function test_finalizeBridgeERC20_otherRemoteToken_reverts() external {
        OptimismMintableERC20 twin = _representation();
        vm.expectRevert(abi.encodeWithSelector(IStandardBridge.StandardBridge_WrongRemoteToken.selector, CHALLENGER));
        _relay(_arrival(address(twin), CHALLENGER, BOB));
    }

    /// @notice What was left here for one token on L2 is not given out for another.
    function test_finalizeBridgeERC20_otherPair_reverts() external {
        _deposit();
        vm.expectRevert(abi.encodeWithSelector(IStandardBridge.StandardBridge_InsufficientDeposits.selector, 0, 60));
        _relay(_arrival(address(token), CHALLENGER, BOB));
    }

    function test_finalizeBridgeERC20_twice_reverts() external {
        _deposit();
        _relay(_arrival(address(token), L2_TOKEN, BOB));
        vm.expectRevert(abi.encodeWithSelector(IStandardBridge.StandardBridge_InsufficientDeposits.selector, 0, 60));
        _relay(_arrival(address(token), L2_TOKEN, BOB));
    }

    function test_finalizeBridgeERC20_toBridge_reverts() external {
        _deposit();
        vm.expectRevert(
            abi.encodeWithSelector(IStandardBridge.StandardBridge_InvalidRecipient.selector, address(bridge))
        );
        _relay(_arrival(address(token), L2_TOKEN, address(bridge)));
    }

    function test_finalizeBridgeERC20_notMessenger_reverts() external {
        _deposit();
        vm.expectRevert(IStandardBridge.StandardBridge_OnlyOtherBridge.selector);
        bridge.finalizeBridgeERC20(address(token), L2_TOKEN, ALICE, BOB, 60, "");
    }

    function test_finalizeBridgeERC20_notOtherBridge_reverts() external {
        _deposit();
        vm.expectRevert(IStandardBridge.StandardBridge_OnlyOtherBridge.selector);
        messenger.relay(ALICE, address(bridge), _arrival(address(token), L2_TOKEN, BOB));
    }

    function test_finalizeBridgeERC20_paused_reverts() external {
        _deposit();
        vm.prank(BOB);
        superchain.pause(address(0));
        vm.expectRevert(IStandardBridge.StandardBridge_Paused.selector);
        _relay(_arrival(address(token), L2_TOKEN, BOB));
    }
}
