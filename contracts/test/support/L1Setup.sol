// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { IL2OutputOracle } from "../../interfaces/L1/IL2OutputOracle.sol";
import { IOptimismPortal } from "../../interfaces/L1/IOptimismPortal.sol";
import { ISuperchainConfig } from "../../interfaces/L1/ISuperchainConfig.sol";
import { ISystemConfig } from "../../interfaces/L1/ISystemConfig.sol";
import { L2OutputOracle } from "../../src/L1/L2OutputOracle.sol";
import { OptimismPortal } from "../../src/L1/OptimismPortal.sol";
import { SuperchainConfig } from "../../src/L1/SuperchainConfig.sol";
import { SystemConfig } from "../../src/L1/SystemConfig.sol";
import { OutputRootProof } from "../../src/types/OutputRootProof.sol";
import { WithdrawalTransaction } from "../../src/types/WithdrawalTransaction.sol";
import { Test } from "./Test.sol";
import { TrieBuilder } from "./TrieBuilder.sol";

/// @title L1Setup
/// @notice A chain's contracts on L1, settled by an oracle, and an L2 in miniature: nothing but the withdrawals it was asked for.
abstract contract L1Setup is Test {
    address internal constant PROPOSER = address(uint160(uint256(keccak256("proposer"))));
    address internal constant CHALLENGER = address(uint160(uint256(keccak256("challenger"))));

    uint256 internal constant INTERVAL = 10;
    uint256 internal constant BLOCK_TIME = 2;
    uint256 internal constant PERIOD = 1000;
    uint256 internal constant START = 50_000;

    OptimismPortal internal implementation = new OptimismPortal();
    SuperchainConfig internal superchain;
    SystemConfig internal config;
    L2OutputOracle internal oracle;
    OptimismPortal internal portal;

    /// @dev The hashed keys of the message passer's storage.
    bytes32[] internal sent;

    function setUp() public virtual {
        vm.roll(100);
        vm.warp(START);
        vm.deal(ALICE, 100 ether);
        bytes memory call = abi.encodeCall(ISuperchainConfig.initialize, (BOB));
        superchain = SuperchainConfig(proxied(address(new SuperchainConfig()), call));
        portal = OptimismPortal(proxied(address(implementation), ""));
        call = abi.encodeCall(ISystemConfig.initialize, (_systemConfigInit()));
        config = SystemConfig(proxied(address(new SystemConfig()), call));
        call = abi.encodeCall(IL2OutputOracle.initialize, (oracleInit()));
        oracle = L2OutputOracle(proxied(address(new L2OutputOracle()), call));
        vm.prank(ADMIN_OWNER);
        portal.initialize(address(config), address(oracle));
    }

    function oracleInit() internal pure returns (IL2OutputOracle.Init memory init) {
        init.submissionInterval = INTERVAL;
        init.l2BlockTime = BLOCK_TIME;
        init.startingTimestamp = START;
        init.proposer = PROPOSER;
        init.challenger = CHALLENGER;
        init.finalizationPeriodSeconds = PERIOD;
    }

    function _systemConfigInit() private view returns (ISystemConfig.Init memory init) {
        init.owner = ADMIN_OWNER;
        init.gasLimit = 60_000_000;
        init.optimismPortal = address(portal);
        init.superchainConfig = address(superchain);
    }

    /// @dev A withdrawal of Alice's, different for every nonce, as her wallet would send it to the message passer.
    function withdrawalTo(address target, uint256 nonce)
        internal
        pure
        returns (WithdrawalTransaction memory withdrawal)
    {
        withdrawal.nonce = uint256(1) << 240 | nonce;
        withdrawal.sender = ALICE;
        withdrawal.target = target;
        withdrawal.gasLimit = 100_000;
    }

    /// @dev L2 is asked for a withdrawal.
    function send(WithdrawalTransaction memory withdrawal) internal {
        bytes32 slot = keccak256(abi.encode(withdrawal.withdrawalHash(), uint256(0)));
        sent.push(keccak256(abi.encode(slot)));
    }

    /// @dev What an output of L2 as it is now commits to.
    function outputRootProof() internal view returns (OutputRootProof memory proof) {
        proof.stateRoot = keccak256("state");
        proof.messagePasserStorageRoot = TrieBuilder.root(sent);
        proof.latestBlockhash = keccak256(abi.encode(sent.length));
    }

    /// @dev The trie's nodes that prove a withdrawal.
    function withdrawalProof(WithdrawalTransaction memory withdrawal) internal view returns (bytes[] memory) {
        bytes32 slot = keccak256(abi.encode(withdrawal.withdrawalHash(), uint256(0)));
        return TrieBuilder.prove(sent, keccak256(abi.encode(slot)));
    }

    /// @dev Proposes an output root as soon as its block's time has come.
    function propose(bytes32 outputRoot) internal returns (uint256 index) {
        uint256 number = oracle.nextBlockNumber();
        uint256 due = oracle.computeL2Timestamp(number) + 1;
        if (block.timestamp < due) vm.warp(due);
        index = oracle.nextOutputIndex();
        vm.prank(PROPOSER);
        oracle.proposeL2Output(outputRoot, number, bytes32(0), 0);
    }

    /// @dev Proposes L2 as it is now.
    function propose() internal returns (uint256 index) {
        return propose(outputRootProof().outputRoot());
    }

    /// @dev Proves by an output of L2 as it is now.
    function prove(address submitter, WithdrawalTransaction memory withdrawal, uint256 index) internal {
        OutputRootProof memory root = outputRootProof();
        bytes[] memory proof = withdrawalProof(withdrawal);
        vm.prank(submitter);
        portal.proveWithdrawalTransaction(withdrawal, index, root, proof);
    }

    /// @dev A withdrawal that is on L2, proposed, and proven by a submitter.
    function sendAndProve(address submitter, WithdrawalTransaction memory withdrawal) internal returns (uint256 index) {
        send(withdrawal);
        index = propose();
        prove(submitter, withdrawal, index);
    }

    function finalize(address caller, WithdrawalTransaction memory withdrawal) internal {
        vm.prank(caller);
        portal.finalizeWithdrawalTransaction(withdrawal);
    }
}
