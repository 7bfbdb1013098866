// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { IL1StandardBridge } from "../../interfaces/L1/IL1StandardBridge.sol";
import { L1CrossDomainMessenger } from "../../src/L1/L1CrossDomainMessenger.sol";
import { L1StandardBridge } from "../../src/L1/L1StandardBridge.sol";
import { Predeploys } from "../../src/libraries/Predeploys.sol";
import { GasTable } from "../support/GasTable.sol";
import { Layers } from "../support/Layers.sol";
import { MessengerStandIn } from "../support/StandIns.sol";
import { Token } from "../support/Tokens.sol";

/// @notice What users of the bridge pay on L1, as whole transactions at cold state and 1 gwei. Most of a deposit is burnt for L2's gas;
///         the rest, transaction and calldata included, is what the contracts cost.
contract BridgesGas_Test is Layers {
    uint256 private constant BRIDGE_ETHER_MAX = 467_000;
    uint256 private constant BRIDGE_TOKEN_MAX = 564_000;
    uint256 private constant BESIDE_THE_BURN_MAX = 86_000;
    uint256 private constant BESIDE_THE_BURN_TOKEN_MAX = 138_000;
    uint256 private constant FINALIZE_MAX = 70_000;

    Token private token = new Token();
    address private twin;
    MessengerStandIn private messenger = new MessengerStandIn();
    L1StandardBridge private alone;

    /// @dev A chain that has seen a message, and nothing of this token.
    function setUp() public override {
        super.setUp();
        l1Messenger.sendMessage(BOB, "", 0);
        vm.roll(300);
        twin = l2Factory.createOptimismMintableERC20(address(token), "Token", "TOK");
        token.mint(ALICE, 100_000);
        vm.prank(ALICE);
        token.approve(address(l1Bridge), type(uint256).max);
        messenger.setXDomainMessageSender(Predeploys.L2_STANDARD_BRIDGE);
        vm.deal(address(messenger), 1 ether);
        bytes memory call = abi.encodeCall(IL1StandardBridge.initialize, (address(messenger), address(config)));
        alone = L1StandardBridge(proxied(address(new L1StandardBridge()), call));
    }

    /// @dev Whole, and less the gas bought for L2, which is burnt at its price of 1 gwei.
    function _row(string memory name, uint256 gasMax, uint256 restMax) private {
        uint256 gas = GasTable.used();
        (, uint64 burnt, uint64 number) = portal.params();
        vm.assertEq(number, block.number);
        GasTable.row(name, gas, gasMax, burnt, restMax);
    }

    /// forge-config: default.isolate = true
    function test_gas_wholeDepositETH_succeeds() external {
        vm.prank(ALICE, ALICE);
        l1Bridge.depositETH{ value: 500 }(50_000, "");
        _row("bridge ETH, whole", BRIDGE_ETHER_MAX, BESIDE_THE_BURN_MAX);
    }

    /// forge-config: default.isolate = true
    function test_gas_wholeBridgeERC20_succeeds() external {
        vm.prank(ALICE, ALICE);
        l1Bridge.bridgeERC20(address(token), twin, 100, 100_000, "");
        _row("bridge ERC-20, whole", BRIDGE_TOKEN_MAX, BESIDE_THE_BURN_TOKEN_MAX);
    }

    /// @dev The count's word as it was before any message.
    function _resetMessageCount() private {
        L1CrossDomainMessenger fresh = L1CrossDomainMessenger(proxied(address(new L1CrossDomainMessenger()), ""));
        vm.prank(ADMIN_OWNER);
        fresh.initialize(address(config), address(portal));
        vm.store(address(l1Messenger), bytes32(uint256(2)), vm.load(address(fresh), bytes32(uint256(2))));
        vm.assertEq(l1Messenger.messageNonce(), uint256(1) << 240);
    }

    /// @dev A chain's first message costs no more than the others.
    /// forge-config: default.isolate = true
    function test_gas_wholeBridgeERC20_first_succeeds() external {
        _resetMessageCount();
        vm.prank(ALICE, ALICE);
        l1Bridge.bridgeERC20(address(token), twin, 100, 100_000, "");
        _row("bridge ERC-20, a chain's first", BRIDGE_TOKEN_MAX, BESIDE_THE_BURN_TOKEN_MAX);
    }

    /// @dev The bridge's part, called by its messenger. Counted as the OP Stack's benchmark does: the call alone.
    function test_gas_finalizeETHWithdrawal_succeeds() external {
        vm.prank(address(messenger));
        alone.finalizeETHWithdrawal{ value: 100 }(ALICE, ALICE, 100, "");
        GasTable.row("finalize ETH, the bridge's part", FINALIZE_MAX);
    }
}
