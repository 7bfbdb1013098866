// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { ICrossDomainMessenger } from "../../interfaces/bridge/ICrossDomainMessenger.sol";
import { IStandardBridge } from "../../interfaces/bridge/IStandardBridge.sol";
import { Receiver } from "../support/Receiver.sol";
import { Test } from "../support/Test.sol";
import { CollectibleTraffic } from "./CollectibleTraffic.sol";
import { FeeTraffic } from "./FeeTraffic.sol";
import { Traffic } from "./Traffic.sol";

/// @notice Scenario 44: whatever people, thieves and roles do, in whatever order, paused and upgraded in between: nothing is
///         doubled, nothing is lost, and in the end everything has arrived. `foundry.toml` has the numbers: CI's, and a million
///         operations in the profile `million`.
contract Conservation_Invariant is Test {
    /// @notice forge's: functions that it may call.
    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    Traffic private traffic;
    Receiver private receiver;
    address private portal;
    IStandardBridge private l1Bridge;
    IStandardBridge private l2Bridge;
    ICrossDomainMessenger private l1Messenger;
    ICrossDomainMessenger private l2Messenger;

    function setUp() external {
        traffic = new Traffic();
        traffic.setUp();
        receiver = traffic.receiver();
        (address portal_, address l1Bridge_, address l2Bridge_, address l1Messenger_, address l2Messenger_) =
            traffic.contracts();
        portal = portal_;
        (l1Bridge, l2Bridge) = (IStandardBridge(payable(l1Bridge_)), IStandardBridge(payable(l2Bridge_)));
        (l1Messenger, l2Messenger) = (ICrossDomainMessenger(l1Messenger_), ICrossDomainMessenger(l2Messenger_));
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(traffic);
    }

    /// @dev Else forge takes contracts, too, for the origins of transactions: no contract is one.
    function targetSenders() external pure returns (address[] memory senders) {
        senders = new address[](1);
        senders[0] = ALICE;
    }

    /// @dev The end is ours to call. What is done most is named more than once.
    function targetSelectors() external view returns (FuzzSelector[] memory targets) {
        bytes4[31] memory all = [
            Traffic.depositEther.selector,
            Traffic.sendToL2.selector,
            Traffic.sendToL1.selector,
            Traffic.bridgeEtherToL2.selector,
            Traffic.bridgeEtherToL1.selector,
            Traffic.bridgeTokensToL2.selector,
            Traffic.bridgeTokensToL1.selector,
            Traffic.withdraw.selector,
            Traffic.relay.selector,
            Traffic.proveOutput.selector,
            Traffic.proveAndWait.selector,
            Traffic.finalizeWithdrawal.selector,
            Traffic.replay.selector,
            Traffic.setMood.selector,
            Traffic.proposeOutput.selector,
            Traffic.proposeLoot.selector,
            Traffic.challenge.selector,
            Traffic.wait.selector,
            Traffic.pause.selector,
            Traffic.upgrade.selector,
            Traffic.proveLoot.selector,
            Traffic.finalizeLoot.selector,
            Traffic.forge.selector,
            Traffic.starve.selector,
            CollectibleTraffic.bridgeCollectibleToL2.selector,
            CollectibleTraffic.bridgeCollectibleToL1.selector,
            CollectibleTraffic.stealCollectible.selector,
            CollectibleTraffic.exportCollectible.selector,
            FeeTraffic.payFees.selector,
            FeeTraffic.withdrawFees.selector,
            FeeTraffic.configureVault.selector
        ];
        targets = new FuzzSelector[](1);
        targets[0] = FuzzSelector(address(traffic), new bytes4[](all.length + 1));
        for (uint256 i; i < all.length; ++i) {
            targets[0].selectors[i] = all[i];
        }
        targets[0].selectors[all.length] = Traffic.impersonate.selector;
    }

    /// @notice The operations do what they are for: none of them is refused all the time.
    function test_s44_everythingHappens_succeeds() external {
        bytes4[] memory selectors = this.targetSelectors()[0].selectors;
        bytes32 seed = keccak256("traffic");
        for (uint256 i; i < 700; ++i) {
            seed = keccak256(abi.encode(seed));
            bytes memory arguments = abi.encode(seed, keccak256(abi.encode(seed, 1)), seed >> 7, seed >> 70);
            (bool success,) =
                address(traffic).call(bytes.concat(selectors[uint8(seed[0]) % selectors.length], arguments));
            vm.assertTrue(success);
        }
        bytes32[24] memory things = [
            bytes32("deposit"),
            "message to L2",
            "message to L1",
            "ether bridged to L2",
            "ether bridged to L1",
            "tokens bridged to L2",
            "tokens bridged to L1",
            "withdrawal",
            "relay",
            "proof",
            "finalization",
            "replay",
            "wrong proposal",
            "loot proven",
            "deletion",
            "forgery",
            "starvation",
            "collectible to L2",
            "collectible to L1",
            "replay of a collectible",
            "theft of a collectible",
            "export of a collectible",
            "fees to L1",
            "fees to L2"
        ];
        for (uint256 i; i < things.length; ++i) {
            require(traffic.happened(things[i]) > 0, string.concat("never: ", string(abi.encodePacked(things[i]))));
        }
        this.afterInvariant();
    }

    /// @notice Between the layers, after every operation.
    function invariant_s44_nothingIsDoubledOrLost() external view {
        _checkEther();
        _checkTokens();
        _checkCollectibles();
    }

    /// @notice When all is done.
    function afterInvariant() external {
        traffic.settle();
        _checkEther();
        _checkMessages();
        _checkTokens();
        _checkArrival();
    }

    /// @dev Each layer's ether is somebody's, and what L2 holds or was asked to pay out is behind the portal.
    function _checkEther() private view {
        vm.assertEq(traffic.etherEverywhere(), traffic.etherExpected());
        (uint256 asked, uint256 held) = traffic.etherWithdrawn();
        vm.assertEq(held, asked);
        uint256 supplyOnL2 = traffic.minted() - held;
        vm.assertEq(portal.balance, supplyOnL2 + traffic.etherPending() + asked - traffic.portalOut());
        vm.assertEq(portal.balance, traffic.portalIn() - traffic.portalOut());
    }

    /// @dev Nothing is called twice, nor with other ether or another sender than was sent.
    function _checkMessages() private view {
        uint256 count = traffic.messageCount();
        for (uint256 id; id < count; ++id) {
            Traffic.Message memory message = traffic.messageAt(id);
            uint256 calls = receiver.calls(id);
            vm.assertGe(1, calls);
            if (calls == 1 && !(message.replayable && message.sender == address(0))) {
                vm.assertEq(receiver.received(id), message.value);
                vm.assertEq(receiver.senders(id), message.sender);
            }
            if (message.sender != address(0)) vm.assertEq(calls == 1, _successful(message));
        }
        vm.assertEq(receiver.calls(type(uint256).max), 0);
    }

    /// @dev Whatever stands for a token is backed by one.
    function _checkTokens() private view {
        (uint256 l1Deposits, uint256 l2Deposits) = _deposits();
        vm.assertGe(l1Deposits, traffic.l2Twin().totalSupply());
        vm.assertGe(l2Deposits, traffic.l1Twin().totalSupply());
        vm.assertEq(traffic.l1Token().balanceOf(address(l1Bridge)), l1Deposits);
        vm.assertEq(traffic.l2Token().balanceOf(address(l2Bridge)), l2Deposits);
    }

    /// @dev No token is in two places.
    function _checkCollectibles() private view {
        uint256 count = traffic.collectibles();
        for (uint256 id; id < count; ++id) {
            vm.assertGe(1, traffic.placesOf(id));
        }
    }

    /// @dev Nothing is on its way any more.
    function _checkArrival() private view {
        (uint256 l1Deposits, uint256 l2Deposits) = _deposits();
        vm.assertEq(l1Deposits, traffic.l2Twin().totalSupply());
        vm.assertEq(l2Deposits, traffic.l1Twin().totalSupply());
        vm.assertEq(address(l1Messenger).balance + address(l2Messenger).balance, 0);
        vm.assertEq(address(l1Bridge).balance + address(l2Bridge).balance, 0);
        for (uint256 id; id < traffic.collectibles(); ++id) {
            vm.assertEq(traffic.placesOf(id), 1);
        }
        uint256 count = traffic.messageCount();
        for (uint256 id; id < count; ++id) {
            Traffic.Message memory message = traffic.messageAt(id);
            if (message.replayable && !message.isTheft) vm.assertTrue(_successful(message));
        }
    }

    function _deposits() private view returns (uint256 onL1, uint256 onL2) {
        onL1 = l1Bridge.deposits(address(traffic.l1Token()), address(traffic.l2Twin()));
        onL2 = l2Bridge.deposits(address(traffic.l2Token()), address(traffic.l1Twin()));
    }

    function _successful(Traffic.Message memory message) private view returns (bool) {
        ICrossDomainMessenger messenger = message.toL1 ? l1Messenger : l2Messenger;
        return messenger.successfulMessages(keccak256(message.encoded));
    }
}
