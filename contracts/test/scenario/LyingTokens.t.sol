// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { SafeERC20 } from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import { ReentrancyGuardTransient } from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import { IERC721Bridge } from "../../interfaces/bridge/IERC721Bridge.sol";
import { IStandardBridge } from "../../interfaces/bridge/IStandardBridge.sol";
import { L1StandardBridge } from "../../src/L1/L1StandardBridge.sol";
import { OptimismMintableERC20 } from "../../src/bridge/OptimismMintableERC20.sol";
import { OptimismMintableERC721 } from "../../src/bridge/OptimismMintableERC721.sol";
import { Layers } from "../support/Layers.sol";
import {
    CallbackToken,
    Collection,
    FalseToken,
    FeeToken,
    GreedyToken,
    ICallback,
    LyingCollection,
    LyingToken,
    RebasingToken,
    Token,
    VoidToken
} from "../support/Tokens.sol";

/// @notice Bridges a part of its tokens again as soon as it is told that tokens leave it or arrive.
contract Hedger is ICallback {
    L1StandardBridge private immutable bridge;
    Token private immutable token;
    address private immutable twin;
    bool public whenSending;
    bool public whenReceiving;

    constructor(L1StandardBridge bridge_, Token token_, address twin_) {
        (bridge, token, twin) = (bridge_, token_, twin_);
        token_.approve(address(bridge_), type(uint256).max);
    }

    function arm(bool sending, bool receiving) external {
        (whenSending, whenReceiving) = (sending, receiving);
    }

    function bridgeTokens(uint256 amount) external {
        bridge.bridgeERC20To(address(token), twin, address(this), amount, 200_000, "");
    }

    function tokensToSend(address, uint256) external {
        if (!whenSending) return;
        whenSending = false;
        bridge.bridgeERC20To(address(token), twin, address(this), 1, 200_000, "");
    }

    function tokensReceived(address, uint256 amount) external {
        if (!whenReceiving) return;
        whenReceiving = false;
        bridge.bridgeERC20To(address(token), twin, address(this), amount, 200_000, "");
    }
}

/// @notice Scenario 41, of tokens: what they say about themselves is not believed. Each is refused by name, or what is counted is what
///         arrived; what others left with the bridge is never touched.
contract LyingTokens_Test is Layers {
    /// @dev Alice has a hundred of a token, and the bridge may take them. Its representation on L2.
    function _arm(address token) private returns (OptimismMintableERC20 twin) {
        Token(token).mint(ALICE, 100);
        vm.prank(ALICE);
        VoidToken(token).approve(address(l1Bridge), 100);
        twin = OptimismMintableERC20(l2Factory.createOptimismMintableERC20(token, "Twin", "TWN"));
    }

    function _send(address token, OptimismMintableERC20 twin, address to, uint256 amount) private {
        vm.prank(ALICE, ALICE);
        l1Bridge.bridgeERC20To(token, address(twin), to, amount, 200_000, "");
    }

    function _expectRefused(bytes memory reason, address token, OptimismMintableERC20 twin) private {
        vm.prank(ALICE, ALICE);
        vm.expectRevert(reason);
        l1Bridge.bridgeERC20To(token, address(twin), BOB, 100, 200_000, "");
        vm.assertEq(l1Bridge.deposits(token, address(twin)), 0);
        vm.assertEq(IERC20(token).balanceOf(ALICE), 100);
        vm.assertEq(depositCount(), 0);
    }

    function _wrongAmount(uint256 moved, uint256 amount) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IStandardBridge.StandardBridge_WrongAmount.selector, moved, amount);
    }

    function test_s41_feeOnTransfer_isRefused_reverts() external {
        address token = address(new FeeToken());
        OptimismMintableERC20 twin = _arm(token);
        _expectRefused(_wrongAmount(99, 100), token, twin);
    }

    function test_s41_movesNothing_isRefused_reverts() external {
        address token = address(new LyingToken());
        OptimismMintableERC20 twin = _arm(token);
        _expectRefused(_wrongAmount(0, 100), token, twin);
    }

    function test_s41_returnsFalse_isRefused_reverts() external {
        address token = address(new FalseToken());
        OptimismMintableERC20 twin = _arm(token);
        _expectRefused(abi.encodeWithSelector(SafeERC20.SafeERC20FailedOperation.selector, token), token, twin);
    }

    function test_s41_noCode_isRefused_reverts() external {
        vm.prank(ALICE, ALICE);
        vm.expectRevert();
        l1Bridge.bridgeERC20To(address(0x7777), address(0x8888), BOB, 100, 200_000, "");
        vm.assertEq(l1Bridge.deposits(address(0x7777), address(0x8888)), 0);
    }

    function test_s41_returnsNothing_goesAndComes_succeeds() external {
        address token = address(new VoidToken());
        OptimismMintableERC20 twin = _arm(token);
        _send(token, twin, BOB, 100);
        vm.assertTrue(relayDeposit());
        vm.assertEq(twin.balanceOf(BOB), 100);
        vm.prank(BOB, BOB);
        l2Bridge.bridgeERC20To(address(twin), token, CAROL, 100, 200_000, "");
        vm.assertTrue(relayWithdrawal());
        vm.assertEq(IERC20(token).balanceOf(CAROL), 100);
    }

    /// @notice A balance that grew later is nobody's by the bridge's count; one that shrank leaves the last to wait, not to lose.
    function test_s41_rebasing_countsWhatArrived_succeeds() external {
        RebasingToken token = new RebasingToken();
        OptimismMintableERC20 twin = _arm(address(token));
        _send(address(token), twin, BOB, 100);
        vm.assertTrue(relayDeposit());
        token.setPercent(50);
        vm.prank(BOB, BOB);
        l2Bridge.bridgeERC20To(address(twin), address(token), CAROL, 100, 200_000, "");
        relayWithdrawal();
        vm.assertEq(token.balanceOf(CAROL), 0);
        vm.assertEq(l1Bridge.deposits(address(token), address(twin)), 100);

        token.setPercent(100);
        _replay(0, address(token), address(twin));
        vm.assertEq(token.balanceOf(CAROL), 100);
        vm.assertEq(l1Bridge.deposits(address(token), address(twin)), 0);
    }

    /// @dev Somebody has L1's messenger try Bob's withdrawal to Carol again.
    function _replay(uint256 nonce, address token, address twin) private {
        bytes memory message = abi.encodeCall(IStandardBridge.finalizeBridgeERC20, (token, twin, BOB, CAROL, 100, ""));
        vm.prank(ALICE);
        l1Messenger.relayMessage(uint256(1) << 240 | nonce, address(l2Bridge), address(l1Bridge), 0, 200_000, message);
    }

    /// @notice A token that takes more from the bridge than it gives out would take what others left.
    function test_s41_takesMoreThanItGives_isRefused_succeeds() external {
        GreedyToken token = new GreedyToken();
        OptimismMintableERC20 twin = _arm(address(token));
        token.mint(ALICE, 400);
        vm.startPrank(ALICE, ALICE);
        token.approve(address(l1Bridge), 500);
        l1Bridge.bridgeERC20To(address(token), address(twin), BOB, 200, 200_000, "");
        vm.stopPrank();
        vm.assertTrue(relayDeposit());
        vm.prank(BOB, BOB);
        l2Bridge.bridgeERC20To(address(twin), address(token), CAROL, 100, 200_000, "");
        relayWithdrawal();
        vm.assertEq(token.balanceOf(CAROL), 0);
        vm.assertEq(token.balanceOf(address(l1Bridge)), 200);
        vm.assertEq(l1Bridge.deposits(address(token), address(twin)), 200);
    }

    /// @notice A token with a fee and a callback could have what arrives counted twice, once for the inner and once for the outer call.
    function test_s41_callbackWhileSending_isRefused_reverts() external {
        CallbackToken token = new CallbackToken();
        token.setFee(1);
        OptimismMintableERC20 twin = _arm(address(token));
        Hedger hedger = new Hedger(l1Bridge, token, address(twin));
        token.mint(address(hedger), 100);
        hedger.arm(true, false);
        vm.expectRevert(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector);
        hedger.bridgeTokens(50);
        vm.assertEq(token.balanceOf(address(hedger)), 100);
        vm.assertEq(l1Bridge.deposits(address(token), address(twin)), 0);
    }

    /// @notice Who sends on what arrives, in the same breath, may: the books agree.
    function test_s41_callbackWhileReceiving_agrees_succeeds() external {
        CallbackToken token = new CallbackToken();
        OptimismMintableERC20 twin = _arm(address(token));
        Hedger hedger = new Hedger(l1Bridge, token, address(twin));
        _send(address(token), twin, BOB, 100);
        vm.assertTrue(relayDeposit());
        hedger.arm(false, true);
        vm.prank(BOB, BOB);
        l2Bridge.bridgeERC20To(address(twin), address(token), address(hedger), 60, 1_000_000, "");
        vm.assertTrue(relayWithdrawal());
        vm.assertEq(token.balanceOf(address(l1Bridge)), 100);
        vm.assertEq(l1Bridge.deposits(address(token), address(twin)), 100);
        vm.assertTrue(relayDeposit());
        vm.assertEq(twin.balanceOf(address(hedger)), 60);
        vm.assertEq(twin.totalSupply(), 100);
    }

    /// @notice A representation of somebody's own making is no key to what is kept for the real one.
    function test_s41_fakeRepresentation_getsNothing_succeeds() external {
        Token token = new Token();
        OptimismMintableERC20 twin = _arm(address(token));
        _send(address(token), twin, BOB, 100);
        vm.assertTrue(relayDeposit());

        FakeTwin fake = new FakeTwin(address(token));
        vm.prank(BOB, BOB);
        l2Bridge.bridgeERC20To(address(fake), address(token), CAROL, 100, 200_000, "");
        relayWithdrawal();
        vm.assertEq(token.balanceOf(CAROL), 0);
        vm.assertEq(l1Bridge.deposits(address(token), address(twin)), 100);
    }

    function test_s41_fakeRemoteCollection_getsNothing_succeeds() external {
        (Collection collection, OptimismMintableERC721 twin) = _collection();
        OptimismMintableERC721 fake =
            new OptimismMintableERC721(address(l2Erc721Bridge), 900, address(collection), "Fake", "FAK");
        vm.prank(address(l2Erc721Bridge));
        fake.safeMint(BOB, 7);
        vm.prank(BOB, BOB);
        l2Erc721Bridge.bridgeERC721To(address(fake), address(collection), CAROL, 7, 200_000, "");
        relayWithdrawal();
        vm.assertEq(collection.ownerOf(7), address(l1Erc721Bridge));
        vm.assertTrue(l1Erc721Bridge.deposits(address(collection), address(twin), 7));
    }

    /// @notice A token of L1 sent to something else than its own representation stays on L1, and nothing is minted.
    function test_s41_depositForOthersCollection_mintsNothing_succeeds() external {
        (, OptimismMintableERC721 twin) = _collection();
        Collection other = new Collection();
        other.mint(ALICE, 8);
        vm.startPrank(ALICE, ALICE);
        other.approve(address(l1Erc721Bridge), 8);
        l1Erc721Bridge.bridgeERC721To(address(other), address(twin), BOB, 8, 200_000, "");
        vm.stopPrank();
        vm.assertTrue(relayDeposit());
        vm.assertEq(twin.totalSupply(), 1);
    }

    function test_s41_collectionMovesNothing_isRefused_reverts() external {
        LyingCollection collection = new LyingCollection();
        collection.mint(ALICE, 7);
        vm.prank(ALICE, ALICE);
        vm.expectRevert(abi.encodeWithSelector(IERC721Bridge.ERC721Bridge_WrongOwner.selector, ALICE));
        l1Erc721Bridge.bridgeERC721(address(collection), address(0x8888), 7, 200_000, "");
    }

    /// @dev A collection whose token 7 is Bob's on L2.
    function _collection() private returns (Collection collection, OptimismMintableERC721 twin) {
        collection = new Collection();
        collection.mint(ALICE, 7);
        twin = OptimismMintableERC721(
            l2Erc721Factory.createOptimismMintableERC721(address(collection), "Collection", "COL")
        );
        vm.startPrank(ALICE, ALICE);
        collection.approve(address(l1Erc721Bridge), 7);
        l1Erc721Bridge.bridgeERC721To(address(collection), address(twin), BOB, 7, 200_000, "");
        vm.stopPrank();
        vm.assertTrue(relayDeposit());
    }
}

/// @notice Says that it stands for a token, and burns whatever it is told to.
contract FakeTwin {
    address public immutable remoteToken;

    constructor(address remoteToken_) {
        remoteToken = remoteToken_;
    }

    function burn(address, uint256) external { }

    function supportsInterface(bytes4 interfaceId) external pure returns (bool) {
        return interfaceId == 0x01ffc9a7 || interfaceId == 0xec4fc8e3;
    }
}
