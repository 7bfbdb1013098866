// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { OutputRootProof } from "../../src/types/OutputRootProof.sol";
import { WithdrawalTransaction } from "../../src/types/WithdrawalTransaction.sol";
import { GasTable } from "../support/GasTable.sol";
import { L1Setup } from "../support/L1Setup.sol";
import { TrieBuilder } from "../support/TrieBuilder.sol";

/// @notice What the proposer and users pay on L1, each at cold state. `whole` counts the transaction: its own 21,000 gas and its calldata
///         too. The others count as the OP Stack's benchmark does: the call alone.
contract SettlementGas_Test is L1Setup {
    uint256 private constant DEPOSIT_MAX = 68_000;
    uint256 private constant PROVE_MAX = 150_000;
    uint256 private constant PROVE_5_MAX = 176_000;
    uint256 private constant PROVE_7_MAX = 198_000;
    uint256 private constant PROPOSE_MAX = 90_000;
    uint256 private constant FINALIZE_MAX = 119_500;

    WithdrawalTransaction private withdrawal;
    OutputRootProof private root;
    bytes[] private proof;
    uint256 private number;
    bytes32 private l1BlockHash;

    /// @dev A chain that has seen a deposit and an output, and withdrawals of others.
    function setUp() public override {
        super.setUp();
        portal.depositTransaction(BOB, 0, 21_000, false, "");
        vm.roll(300);
        vm.deal(address(portal), 10 ether);
        for (uint256 i; i < 5; ++i) {
            send(withdrawalTo(BOB, i + 10));
        }
        withdrawal = withdrawalTo(ALICE, 1);
        withdrawal.value = 1 ether;
        send(withdrawal);
        propose();
        root = outputRootProof();
        proof = withdrawalProof(withdrawal);
        number = oracle.nextBlockNumber();
        vm.warp(oracle.computeL2Timestamp(number) + 1);
        l1BlockHash = blockhash(299);
    }

    /// @dev A deposit, and what of it is the gas bought for L2, which is burnt at its price of 1 gwei.
    function _row(string memory name) private {
        uint256 gas = GasTable.used();
        (, uint64 burnt, uint64 boughtAt) = portal.params();
        vm.assertEq(boughtAt, block.number);
        GasTable.row(name, gas, DEPOSIT_MAX, burnt, DEPOSIT_MAX);
    }

    function _deposit(uint64 gasLimit, bytes memory data) private {
        vm.prank(ALICE, ALICE);
        portal.depositTransaction{ value: 1 ether }(ALICE, 1 ether, gasLimit, false, data);
    }

    function _prove() private {
        vm.prank(ALICE, ALICE);
        portal.proveWithdrawalTransaction(withdrawal, 0, root, proof);
    }

    function _propose() private {
        vm.prank(PROPOSER, PROPOSER);
        oracle.proposeL2Output(keccak256("root"), number, l1BlockHash, 299);
    }

    /// @dev With the benchmark's 50,000 gas for L2, most of which are burnt here.
    function test_gas_deposit_succeeds() external {
        _deposit(50_000, abi.encode(ALICE));
        _row("deposit");
    }

    /// forge-config: default.isolate = true
    function test_gas_wholeDeposit_succeeds() external {
        _deposit(21_000, "");
        _row("deposit, whole");
    }

    /// @dev Three nodes: two branches above the leaf.
    /// forge-config: default.isolate = true
    function test_gas_wholeProve_succeeds() external {
        vm.assertEq(proof.length, 3);
        _prove();
        GasTable.row("prove, whole", PROVE_MAX);
    }

    /// @dev As much as there can be to a proof: every branch above the leaf has all its sixteen children, as in the trie of a chain with
    ///      a hundred thousand withdrawals (five nodes) or with tens of millions (seven).
    function _proveDeep(uint256 nodes) private {
        bytes32[] memory keys = new bytes32[](15 * (nodes - 1) + 1);
        bytes32 key = keccak256(abi.encode(keccak256(abi.encode(withdrawal.withdrawalHash(), uint256(0)))));
        uint256 length;
        keys[length++] = key;
        for (uint256 depth; depth + 1 < nodes; ++depth) {
            for (uint256 i = 1; i < 16; ++i) {
                // The same nibbles above, another one here, and any below.
                bytes32 below = keccak256(abi.encode(depth, i)) >> 4 * (depth + 1);
                bytes32 above = key ^ bytes32(i << 252 - 4 * depth);
                keys[length++] = above >> 252 - 4 * depth << 252 - 4 * depth | below;
            }
        }
        root.messagePasserStorageRoot = TrieBuilder.root(keys);
        proof = TrieBuilder.prove(keys, key);
        vm.assertEq(proof.length, nodes);
        vm.assertEq(proof[0].length, 532);
        propose(root.outputRoot());
        vm.prank(ALICE, ALICE);
        portal.proveWithdrawalTransaction(withdrawal, 1, root, proof);
    }

    /// forge-config: default.isolate = true
    function test_gas_wholeProve_fiveNodes_succeeds() external {
        _proveDeep(5);
        GasTable.row("prove, whole, 5 full nodes", PROVE_5_MAX);
    }

    /// forge-config: default.isolate = true
    function test_gas_wholeProve_sevenNodes_succeeds() external {
        _proveDeep(7);
        GasTable.row("prove, whole, 7 full nodes", PROVE_7_MAX);
    }

    /// forge-config: default.isolate = true
    function test_gas_wholePropose_succeeds() external {
        _propose();
        GasTable.row("propose, whole", PROPOSE_MAX);
    }

    /// @dev Ether to an account without code, straight from the portal: no bridge, no messenger.
    /// forge-config: default.isolate = true
    function test_gas_wholeFinalize_succeeds() external {
        _prove();
        vm.warp(block.timestamp + PERIOD + 1);
        finalize(ALICE, withdrawal);
        GasTable.row("finalize ETH without bridge, whole", FINALIZE_MAX);
    }
}
