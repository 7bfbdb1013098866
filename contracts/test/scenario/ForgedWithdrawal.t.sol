// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { IOptimismPortal } from "../../interfaces/L1/IOptimismPortal.sol";
import { OutputRootProof } from "../../src/types/OutputRootProof.sol";
import { WithdrawalTransaction } from "../../src/types/WithdrawalTransaction.sol";
import { L1Setup } from "../support/L1Setup.sol";
import { TrieBuilder } from "../support/TrieBuilder.sol";

/// @notice Calls the portal back for as long as it has gas.
contract Reentrant {
    IOptimismPortal private immutable PORTAL;

    WithdrawalTransaction[] private withdrawals;
    uint256 public refusals;

    constructor(IOptimismPortal portal) {
        PORTAL = portal;
    }

    function remember(WithdrawalTransaction calldata withdrawal) external {
        withdrawals.push(withdrawal);
    }

    receive() external payable {
        for (uint256 i; i < withdrawals.length; ++i) {
            try PORTAL.finalizeWithdrawalTransaction(withdrawals[i]) { }
            catch {
                ++refusals;
            }
        }
    }
}

/// @notice Takes all gas that it gets.
contract Glutton {
    receive() external payable {
        while (true) { }
    }
}

/// @notice Scenario 41: what a thief tries at the portal. What leaves it is what was asked for on L2, once.
contract ForgedWithdrawal_Test is L1Setup {
    address private constant MALLORY = address(uint160(uint256(keccak256("mallory"))));

    WithdrawalTransaction private withdrawal;

    function setUp() public override {
        super.setUp();
        vm.deal(address(portal), 100 ether);
        withdrawal = withdrawalTo(BOB, 1);
        withdrawal.value = 1 ether;
    }

    function _mature() private {
        vm.warp(block.timestamp + PERIOD + 1);
    }

    function _key(WithdrawalTransaction memory of_) private pure returns (bytes32) {
        bytes32 slot = keccak256(abi.encode(of_.withdrawalHash(), uint256(0)));
        return keccak256(abi.encode(slot));
    }

    /// @dev Refused whatever the proof is, with any reason.
    function _assertRefused(WithdrawalTransaction memory forged, bytes[] memory proof) private {
        OutputRootProof memory root = outputRootProof();
        vm.expectRevert();
        portal.proveWithdrawalTransaction(forged, 0, root, proof);
        vm.assertEq(portal.numProofSubmitters(forged.withdrawalHash()), 0);
    }

    /// @dev Three have proven it, by three outputs. It is paid once, whoever comes by whichever way.
    function test_s41_replayAndDoubleFinalize_reverts() external {
        address[3] memory provers = [ALICE, BOB, MALLORY];
        send(withdrawal);
        for (uint256 i; i < 3; ++i) {
            prove(provers[i], withdrawal, propose());
        }
        _mature();
        finalize(MALLORY, withdrawal);
        vm.assertEq(BOB.balance, 1 ether);
        for (uint256 i; i < 3; ++i) {
            vm.prank(provers[i]);
            vm.expectRevert(IOptimismPortal.OptimismPortal_AlreadyFinalized.selector);
            portal.finalizeWithdrawalTransaction(withdrawal);
            vm.expectRevert(IOptimismPortal.OptimismPortal_AlreadyFinalized.selector);
            portal.finalizeWithdrawalTransactionExternalProof(withdrawal, provers[i]);
        }
        // Nor after it was proposed again, and by somebody who had not proven it.
        uint256 index = propose();
        OutputRootProof memory root = outputRootProof();
        bytes[] memory proof = withdrawalProof(withdrawal);
        vm.expectRevert(IOptimismPortal.OptimismPortal_AlreadyFinalized.selector);
        portal.proveWithdrawalTransaction(withdrawal, index, root, proof);
        vm.assertEq(address(portal).balance, 99 ether);
    }

    /// @dev The same call asked for twice is two withdrawals: each is paid once.
    function test_s41_sameCallTwice_succeeds() external {
        send(withdrawal);
        WithdrawalTransaction memory second = withdrawal;
        second.nonce += 1;
        send(second);
        uint256 index = propose();
        prove(ALICE, withdrawal, index);
        prove(ALICE, second, index);
        _mature();
        finalize(ALICE, withdrawal);
        finalize(ALICE, second);
        vm.assertEq(BOB.balance, 2 ether);
    }

    /// @dev Nodes of honest proofs, put together anyhow, prove nothing that was not asked for.
    /// forge-config: default.fuzz.runs = 64
    function testFuzz_s41_splicedNodes_reverts(uint256 seed) external {
        for (uint256 i = 1; i < 20; ++i) {
            send(withdrawalTo(BOB, i));
        }
        propose();
        WithdrawalTransaction memory forged = withdrawalTo(MALLORY, 99);
        bytes[] memory proof = new bytes[](seed % 6);
        for (uint256 i; i < proof.length; ++i) {
            seed = uint256(keccak256(abi.encode(seed)));
            bytes[] memory other = TrieBuilder.prove(sent, sent[seed % sent.length]);
            proof[i] = other[(seed >> 128) % other.length];
        }
        _assertRefused(forged, proof);
        _assertRefused(forged, withdrawalProof(forged));
    }

    /// @dev The root's node is honest. Below it a leaf of the thief's making: the whole key, its end, its beginning, an odd part.
    function test_s41_forgedLeafBelowHonestRoot_reverts() external {
        for (uint256 i = 1; i < 20; ++i) {
            send(withdrawalTo(BOB, i));
        }
        propose();
        WithdrawalTransaction memory forged = withdrawalTo(MALLORY, 99);
        bytes32 key = _key(forged);
        bytes[] memory honest = TrieBuilder.prove(sent, key);
        uint256[6] memory lengths = [uint256(0), 1, 32, 62, 63, 64];
        for (uint256 i; i < 24; ++i) {
            (uint256 count, uint256 depth, bool isLeaf) = (lengths[i % 6], i / 6 % 2, i < 12);
            if (count + depth > 64) count = 64 - depth;
            bytes memory path = TrieBuilder.string_(TrieBuilder.path(key, depth, count, isLeaf));
            bytes[] memory proof = new bytes[](2);
            (proof[0], proof[1]) = (honest[0], TrieBuilder.list(bytes.concat(path, hex"01")));
            _assertRefused(forged, proof);
            proof[0] = proof[1];
            assembly ("memory-safe") {
                mstore(proof, 1)
            }
            _assertRefused(forged, proof);
        }
    }

    /// @dev An honest proof, cut, doubled, or with a node more, is none.
    function test_s41_proofOfOtherLength_reverts() external {
        for (uint256 i = 1; i < 20; ++i) {
            send(withdrawalTo(BOB, i));
        }
        send(withdrawal);
        propose();
        bytes[] memory proof = withdrawalProof(withdrawal);
        vm.assertTrue(proof.length > 1);
        bytes[] memory more = new bytes[](proof.length + 1);
        for (uint256 i; i < proof.length; ++i) {
            more[i] = proof[i];
        }
        _assertRefused(withdrawal, more);
        more[proof.length] = proof[proof.length - 1];
        _assertRefused(withdrawal, more);
        assembly ("memory-safe") {
            mstore(more, sub(mload(proof), 1))
        }
        _assertRefused(withdrawal, more);
        _assertRefused(withdrawal, new bytes[](0));
    }

    /// @dev Calls of the portal to itself are never proven: they would come from whom deposits are trusted.
    function test_s41_toThePortalItself_reverts() external {
        withdrawal.target = address(portal);
        withdrawal.data = abi.encodeCall(IOptimismPortal.depositTransaction, (MALLORY, 100 ether, 100_000, false, ""));
        send(withdrawal);
        uint256 index = propose();
        OutputRootProof memory root = outputRootProof();
        bytes[] memory proof = withdrawalProof(withdrawal);
        vm.expectRevert(IOptimismPortal.OptimismPortal_BadTarget.selector);
        portal.proveWithdrawalTransaction(withdrawal, index, root, proof);
        vm.expectRevert(IOptimismPortal.OptimismPortal_Unproven.selector);
        portal.finalizeWithdrawalTransaction(withdrawal);
    }

    /// @dev The portal is nobody to the other contracts of its chain: a call that they refuse fails, and is done.
    function test_s41_toTheChainsOwnContracts_doesNothing_succeeds() external {
        address[4] memory targets = [address(oracle), address(config), address(superchain), address(proxyAdmin)];
        bytes[4] memory calls = [
            abi.encodeCall(oracle.deleteL2Outputs, (0)),
            abi.encodeCall(config.setGasLimit, (100_000_000)),
            abi.encodeCall(superchain.pause, (address(0))),
            abi.encodeCall(proxyAdmin.upgrade, (payable(address(portal)), address(oracle)))
        ];
        withdrawal.value = 0;
        for (uint256 i; i < 4; ++i) {
            (withdrawal.target, withdrawal.data) = (targets[i], calls[i]);
            withdrawal.nonce += 1;
            sendAndProve(ALICE, withdrawal);
        }
        withdrawal.nonce -= 4;
        _mature();
        for (uint256 i; i < 4; ++i) {
            (withdrawal.target, withdrawal.data) = (targets[i], calls[i]);
            withdrawal.nonce += 1;
            vm.expectEmit();
            emit IOptimismPortal.WithdrawalFinalized(withdrawal.withdrawalHash(), false);
            finalize(ALICE, withdrawal);
        }
        vm.assertEq(oracle.nextOutputIndex(), 4);
        vm.assertEq(config.gasLimit(), 60_000_000);
        vm.assertFalse(superchain.paused());
    }

    /// @dev A recipient finalizes all its withdrawals from within each: only the outermost is made.
    function test_s41_reentrancy_paysEachOnce_succeeds() external {
        Reentrant thief = new Reentrant(portal);
        WithdrawalTransaction[] memory withdrawals = new WithdrawalTransaction[](3);
        for (uint256 i; i < 3; ++i) {
            withdrawals[i] = withdrawalTo(address(thief), i);
            withdrawals[i].value = 1 ether;
            withdrawals[i].gasLimit = 2_000_000;
            thief.remember(withdrawals[i]);
            send(withdrawals[i]);
        }
        uint256 index = propose();
        for (uint256 i; i < 3; ++i) {
            prove(MALLORY, withdrawals[i], index);
        }
        _mature();
        for (uint256 i; i < 3; ++i) {
            finalize(MALLORY, withdrawals[i]);
            vm.assertEq(address(thief).balance, (i + 1) * 1 ether);
            vm.assertEq(thief.refusals(), 3 * (i + 1));
        }
        vm.assertEq(address(portal).balance, 97 ether);
    }

    /// @dev A recipient that takes all gas: finalizing still ends, and the withdrawal is done.
    function test_s41_gasGluttony_finalizingEnds_succeeds() external {
        withdrawal.target = address(new Glutton());
        sendAndProve(ALICE, withdrawal);
        _mature();
        vm.prank(ALICE);
        portal.finalizeWithdrawalTransaction{ gas: 2_000_000 }(withdrawal);
        vm.assertTrue(portal.finalizedWithdrawals(withdrawal.withdrawalHash()));
        vm.assertEq(address(portal).balance, 100 ether);
    }

    /// @dev Somebody finalizes another's withdrawal with too little gas, at every step: it is made in full, or not at all.
    function test_s41_gasGriefing_neverBurnsAWithdrawal_succeeds() external {
        sendAndProve(ALICE, withdrawal);
        _mature();
        bytes memory call = abi.encodeCall(IOptimismPortal.finalizeWithdrawalTransaction, (withdrawal));
        bool success;
        for (uint256 gas = 5000; !success; gas += 1009) {
            vm.prank(MALLORY);
            (success,) = address(portal).call{ gas: gas }(call);
            vm.assertEq(BOB.balance, success ? 1 ether : 0);
        }
    }
}
