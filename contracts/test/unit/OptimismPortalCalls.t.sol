// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { IOptimismPortal } from "../../interfaces/L1/IOptimismPortal.sol";
import { OptimismPortal } from "../../src/L1/OptimismPortal.sol";
import { OutputRootProof } from "../../src/types/OutputRootProof.sol";
import { WithdrawalTransaction } from "../../src/types/WithdrawalTransaction.sol";
import { L1Setup } from "../support/L1Setup.sol";
import { Refuser } from "../support/Test.sol";

/// @notice Sees the portal from within a withdrawal's call.
contract Witness {
    OptimismPortal private immutable PORTAL;

    bytes32 private watched;
    address public l2Sender;
    bool public finalized;
    uint256 public received;

    constructor(OptimismPortal portal) {
        PORTAL = portal;
    }

    /// @dev A call cannot name its withdrawal's hash, which is of its data too: it is told before.
    function watch(bytes32 withdrawalHash) external {
        watched = withdrawalHash;
    }

    receive() external payable {
        (l2Sender, finalized, received) = (PORTAL.l2Sender(), PORTAL.finalizedWithdrawals(watched), msg.value);
    }
}

/// @notice Makes any call from within a withdrawal's call, and keeps what came of it.
contract Relay {
    bool public success;
    bytes public result;

    function relay(address target, bytes calldata data) external payable {
        (success, result) = target.call{ value: msg.value }(data);
    }
}

/// @notice Returns, or reverts with, as much as its gas pays for.
contract Bomb {
    fallback() external payable {
        bool reverts = msg.data.length > 0;
        assembly {
            if reverts { revert(0, 200000) }
            return(0, 200000)
        }
    }
}

/// @notice The call that a finalization makes: its gas, what it sees, and what it cannot do.
contract OptimismPortalCalls_Test is L1Setup {
    address private constant CAROL = address(uint160(uint256(keccak256("carol"))));

    /// @dev Stores the gas that is left after the instruction which reads it, two: GAS PUSH0 SSTORE STOP.
    bytes private constant GAS_METER = hex"5a5f5500";

    /// @dev The highest gas of a transaction on L1 (EIP-7825).
    uint256 private constant TRANSACTION_GAS_MAX = 1 << 24;

    WithdrawalTransaction private withdrawal;

    function setUp() public override {
        super.setUp();
        vm.deal(address(portal), 10 ether);
        withdrawal = withdrawalTo(BOB, 1);
    }

    function _sendAndWait() private {
        sendAndProve(ALICE, withdrawal);
        vm.warp(block.timestamp + PERIOD + 1);
    }

    function _finalizeWith(uint256 gas) private returns (bool success, bytes memory result) {
        bytes memory call = abi.encodeCall(IOptimismPortal.finalizeWithdrawalTransaction, (withdrawal));
        return address(portal).call{ gas: gas }(call);
    }

    /// @dev The gas that the meter was called with.
    function _metered() private view returns (uint256) {
        return uint256(vm.load(CAROL, 0)) + 2;
    }

    /// @dev Prepares a withdrawal whose call is metered. Its target is cold.
    function _meter(uint256 gasLimit, uint256 value) private {
        vm.etch(CAROL, GAS_METER);
        withdrawal.target = CAROL;
        (withdrawal.gasLimit, withdrawal.value) = (gasLimit, value);
        _sendAndWait();
    }

    function test_finalizeWithdrawalTransaction_callSeesSenderAndMark_succeeds() external {
        Witness witness = new Witness(portal);
        withdrawal.target = address(witness);
        withdrawal.value = 3;
        withdrawal.sender = CAROL;
        witness.watch(withdrawal.withdrawalHash());
        _sendAndWait();
        finalize(BOB, withdrawal);
        vm.assertEq(witness.l2Sender(), CAROL);
        vm.assertEq(witness.received(), 3);
        vm.assertTrue(witness.finalized());
        vm.assertEq(portal.l2Sender(), 0x000000000000000000000000000000000000dEaD);
    }

    function test_finalizeWithdrawalTransaction_reentered_reverts() external {
        Relay relay = new Relay();
        withdrawal.target = address(relay);
        withdrawal.gasLimit = 1_000_000;
        WithdrawalTransaction memory inner = withdrawalTo(BOB, 2);
        send(inner);
        withdrawal.data = abi.encodeCall(
            Relay.relay, (address(portal), abi.encodeCall(IOptimismPortal.finalizeWithdrawalTransaction, (inner)))
        );
        sendAndProve(ALICE, withdrawal);
        prove(ALICE, inner, 0);
        vm.warp(block.timestamp + PERIOD + 1);
        finalize(ALICE, withdrawal);
        vm.assertFalse(relay.success());
        vm.assertEq(relay.result(), abi.encodeWithSelector(IOptimismPortal.OptimismPortal_NoReentrancy.selector));
        vm.assertFalse(portal.finalizedWithdrawals(inner.withdrawalHash()));
        finalize(ALICE, inner);
        vm.assertTrue(portal.finalizedWithdrawals(inner.withdrawalHash()));
    }

    function test_finalizeWithdrawalTransactionExternalProof_reentered_reverts() external {
        Relay relay = new Relay();
        withdrawal.target = address(relay);
        withdrawal.gasLimit = 1_000_000;
        WithdrawalTransaction memory inner = withdrawalTo(BOB, 2);
        send(inner);
        bytes memory call = abi.encodeCall(IOptimismPortal.finalizeWithdrawalTransactionExternalProof, (inner, ALICE));
        withdrawal.data = abi.encodeCall(Relay.relay, (address(portal), call));
        sendAndProve(ALICE, withdrawal);
        prove(ALICE, inner, 0);
        vm.warp(block.timestamp + PERIOD + 1);
        finalize(ALICE, withdrawal);
        vm.assertEq(relay.result(), abi.encodeWithSelector(IOptimismPortal.OptimismPortal_NoReentrancy.selector));
    }

    /// @dev A deposit from within is a deposit of the contract's: what the withdrawal paid goes back to L2, under its alias.
    function test_finalizeWithdrawalTransaction_depositFromWithin_succeeds() external {
        Relay relay = new Relay();
        withdrawal.target = address(relay);
        withdrawal.value = 5;
        withdrawal.gasLimit = 1_000_000;
        bytes memory call = abi.encodeCall(IOptimismPortal.depositTransaction, (BOB, 5, 21_000, false, ""));
        withdrawal.data = abi.encodeCall(Relay.relay, (address(portal), call));
        _sendAndWait();
        address from = address(uint160(address(relay)) + uint160(0x1111000000000000000000000000000000001111));
        vm.expectEmit();
        emit IOptimismPortal.TransactionDeposited(
            from, BOB, 0, abi.encodePacked(uint256(5), uint256(5), uint64(21_000), false)
        );
        finalize(ALICE, withdrawal);
        vm.assertTrue(relay.success());
        vm.assertEq(address(portal).balance, 10 ether);
    }

    /// @dev Whatever gas is supplied: the call gets what it was promised, or nothing happens.
    function testFuzz_finalizeWithdrawalTransaction_anyGas_callGetsItsGas_succeeds(
        uint24 gasLimit,
        uint24 supplied,
        bool pays
    ) external {
        vm.assume(gasLimit >= 25_000);
        _meter(gasLimit, pays ? 1 : 0);
        (bool success, bytes memory result) = _finalizeWith(supplied);
        _assertGotItsGas(success, result);
    }

    /// @dev The same, close to where it begins to be enough.
    function testFuzz_finalizeWithdrawalTransaction_gasAtTheBoundary_callGetsItsGas_succeeds(
        uint24 gasLimit,
        uint16 more,
        bool pays
    ) external {
        vm.assume(gasLimit >= 25_000);
        _meter(gasLimit, pays ? 1 : 0);
        (bool success, bytes memory result) = _finalizeWith(uint256(gasLimit) * 64 / 63 + 100_000 + more);
        _assertGotItsGas(success, result);
    }

    function _assertGotItsGas(bool success, bytes memory result) private view {
        bytes32 withdrawalHash = withdrawal.withdrawalHash();
        vm.assertEq(portal.finalizedWithdrawals(withdrawalHash), success);
        if (success) {
            vm.assertGe(_metered(), withdrawal.gasLimit);
        } else if (result.length != 0) {
            bytes memory reason = abi.encodeWithSelector(IOptimismPortal.OptimismPortal_NotEnoughGas.selector);
            vm.assertEq(result, reason);
        }
    }

    /// @dev Every amount of gas around the one that is enough: below it everything is as before, from it on all is done.
    function test_finalizeWithdrawalTransaction_everyGasAroundTheBoundary_succeeds() external {
        _meter(50_000, 1);
        uint256 refusals;
        bool success;
        for (uint256 gas = 90_000; !success; gas += 97) {
            (success,) = _finalizeWith(gas);
            vm.assertEq(portal.finalizedWithdrawals(withdrawal.withdrawalHash()), success);
            if (!success) ++refusals;
        }
        vm.assertGe(_metered(), 50_000);
        vm.assertGe(refusals, 100);
        vm.assertEq(CAROL.balance, 1);
    }

    /// @dev An account that is new costs its maker 25,000 gas more, which the withdrawal's own gas does not pay for.
    function testFuzz_finalizeWithdrawalTransaction_newAccount_isPaid_succeeds(uint16 more) external {
        withdrawal.target = address(uint160(uint256(keccak256("new account"))));
        (withdrawal.value, withdrawal.gasLimit) = (1, 0);
        _sendAndWait();
        (bool success,) = _finalizeWith(100_000 + uint256(more));
        vm.assertEq(withdrawal.target.balance, success ? 1 : 0);
        vm.assertEq(portal.finalizedWithdrawals(withdrawal.withdrawalHash()), success);
    }

    /// @dev No transaction has the gas for it, so that it waits for ever: messenger and wallet refuse to make it.
    function test_finalizeWithdrawalTransaction_moreThanAnyTransactionHas_reverts() external {
        _meter(TRANSACTION_GAS_MAX, 0);
        (bool success, bytes memory result) = _finalizeWith(TRANSACTION_GAS_MAX);
        vm.assertFalse(success);
        vm.assertEq(result, abi.encodeWithSelector(IOptimismPortal.OptimismPortal_NotEnoughGas.selector));
    }

    /// @dev What a transaction can promise to a call: all but 170,000 gas, less what proxy and portal keep (EIP-150).
    function test_finalizeWithdrawalTransaction_closeToTheTransactionGasCap_succeeds() external {
        _meter((TRANSACTION_GAS_MAX - 170_000) * 63 / 64 * 63 / 64, 1);
        (bool success,) = _finalizeWith(TRANSACTION_GAS_MAX - 21_000 - 10_000);
        vm.assertTrue(success);
        vm.assertGe(_metered(), withdrawal.gasLimit);
    }

    function testFuzz_finalizeWithdrawalTransaction_absurdGasLimit_reverts(uint256 gasLimit) external {
        vm.assume(gasLimit > 1 << 40);
        _meter(gasLimit, 0);
        vm.expectRevert(IOptimismPortal.OptimismPortal_NotEnoughGas.selector);
        portal.finalizeWithdrawalTransaction(withdrawal);
    }

    /// @dev What a call returns or reverts with is not copied: it cannot make its finalizer pay for it.
    function test_finalizeWithdrawalTransaction_longResult_isNotCopied_succeeds() external {
        withdrawal.target = address(new Bomb());
        for (uint256 i; i < 2; ++i) {
            withdrawal.nonce += 1;
            withdrawal.data = new bytes(i);
            _sendAndWait();
            finalize(ALICE, withdrawal);
            // The bomb itself: 200,000 bytes of memory cost 95,000 gas.
            vm.assertLt(vm.lastCallGas().gasTotalUsed, 200_000);
        }
    }

    function test_finalizeWithdrawalTransaction_estimationOfFailingCall_reverts() external {
        withdrawal.target = address(new Refuser());
        withdrawal.value = 1;
        _sendAndWait();
        vm.prank(address(1), address(1));
        vm.expectRevert(IOptimismPortal.OptimismPortal_GasEstimation.selector);
        portal.finalizeWithdrawalTransaction(withdrawal);
        vm.assertFalse(portal.finalizedWithdrawals(withdrawal.withdrawalHash()));
    }

    function test_finalizeWithdrawalTransaction_estimationOfGoodCall_succeeds() external {
        _sendAndWait();
        vm.prank(address(1), address(1));
        portal.finalizeWithdrawalTransaction(withdrawal);
    }

    function test_finalizeWithdrawalTransaction_emptyPortalWithoutValue_succeeds() external {
        vm.deal(address(portal), 0);
        _sendAndWait();
        vm.expectEmit();
        emit IOptimismPortal.WithdrawalFinalized(withdrawal.withdrawalHash(), true);
        finalize(ALICE, withdrawal);
    }

    /// @dev However many have proven a withdrawal, its user pays the same, be the others' proofs of outputs that stand or that fell.
    function test_finalizeWithdrawalTransaction_manyProofs_costNothing_succeeds() external {
        send(withdrawal);
        uint256 index = propose();
        OutputRootProof memory root = outputRootProof();
        bytes[] memory proof = withdrawalProof(withdrawal);
        for (uint256 i = 1; i <= 100; ++i) {
            vm.prank(address(uint160(i << 20)));
            portal.proveWithdrawalTransaction(withdrawal, index, root, proof);
        }
        prove(ALICE, withdrawal, index);
        vm.assertLt(vm.lastCallGas().gasTotalUsed, 150_000);
        vm.prank(CHALLENGER);
        oracle.deleteL2Outputs(index);
        propose(keccak256("another root"));
        index = propose();
        prove(ALICE, withdrawal, index);
        vm.assertLt(vm.lastCallGas().gasTotalUsed, 50_000);
        vm.assertEq(portal.numProofSubmitters(withdrawal.withdrawalHash()), 101);

        vm.warp(block.timestamp + PERIOD + 1);
        finalize(ALICE, withdrawal);
        vm.assertLt(vm.lastCallGas().gasTotalUsed, 70_000);
    }

    /// @dev Who has no proof looks for a ready one among all, or names it.
    function test_finalizeWithdrawalTransactionExternalProof_amongMany_succeeds() external {
        send(withdrawal);
        uint256 index = propose();
        OutputRootProof memory root = outputRootProof();
        bytes[] memory proof = withdrawalProof(withdrawal);
        for (uint256 i = 1; i <= 100; ++i) {
            vm.prank(address(uint160(i << 20)));
            portal.proveWithdrawalTransaction(withdrawal, index, root, proof);
        }
        vm.warp(block.timestamp + PERIOD + 1);
        portal.finalizeWithdrawalTransactionExternalProof(withdrawal, address(uint160(100 << 20)));
        vm.assertLt(vm.lastCallGas().gasTotalUsed, 70_000);
    }

    function test_finalizeWithdrawalTransactionExternalProof_othersProofs_reverts() external {
        sendAndProve(ALICE, withdrawal);
        vm.expectRevert(IOptimismPortal.OptimismPortal_ProofNotOldEnough.selector);
        portal.finalizeWithdrawalTransactionExternalProof(withdrawal, ALICE);
        vm.expectRevert(IOptimismPortal.OptimismPortal_Unproven.selector);
        portal.finalizeWithdrawalTransactionExternalProof(withdrawal, BOB);
        vm.warp(block.timestamp + PERIOD + 1);
        portal.finalizeWithdrawalTransactionExternalProof(withdrawal, ALICE);
        vm.expectRevert(IOptimismPortal.OptimismPortal_AlreadyFinalized.selector);
        portal.finalizeWithdrawalTransactionExternalProof(withdrawal, ALICE);
    }

    /// @dev Of two proofs the older one counts, whoever calls: a late proof of one's own does not make anybody wait.
    function test_finalizeWithdrawalTransaction_oldestProofCounts_succeeds() external {
        uint256 index = sendAndProve(CAROL, withdrawal);
        vm.warp(block.timestamp + PERIOD);
        prove(ALICE, withdrawal, index);
        vm.warp(block.timestamp + 1);
        vm.prank(ALICE);
        vm.expectRevert(IOptimismPortal.OptimismPortal_ProofNotOldEnough.selector);
        portal.finalizeWithdrawalTransactionExternalProof(withdrawal, ALICE);
        finalize(ALICE, withdrawal);
    }

    /// @dev The oldest proof's output fell. The next one counts, which is too young.
    function test_finalizeWithdrawalTransaction_oldestFell_waitsForTheNext_succeeds() external {
        send(withdrawal);
        uint256 honest = propose();
        uint256 wrong = propose(_wrongProof().outputRoot());
        _proveBy(CAROL, wrong);
        vm.warp(block.timestamp + PERIOD - 5);
        prove(ALICE, withdrawal, honest);
        uint256 provenAt = block.timestamp;
        vm.prank(CHALLENGER);
        oracle.deleteL2Outputs(wrong);

        vm.warp(provenAt + 10);
        vm.expectRevert(IOptimismPortal.OptimismPortal_ProofNotOldEnough.selector);
        portal.finalizeWithdrawalTransaction(withdrawal);
        (, uint128 timestamp,) = portal.provenWithdrawals(withdrawal.withdrawalHash());
        vm.assertEq(timestamp, provenAt);
        vm.warp(provenAt + PERIOD + 1);
        finalize(BOB, withdrawal);
    }

    /// @dev An output that fell and was proposed again, root for root, is young again, however old the proof is.
    function test_finalizeWithdrawalTransaction_proposedAgain_waitsForTheOutput_succeeds() external {
        uint256 index = sendAndProve(ALICE, withdrawal);
        vm.warp(block.timestamp + PERIOD - 1);
        vm.prank(CHALLENGER);
        oracle.deleteL2Outputs(index);
        vm.warp(block.timestamp + 10 * PERIOD);
        vm.expectRevert(IOptimismPortal.OptimismPortal_Unproven.selector);
        portal.finalizeWithdrawalTransaction(withdrawal);
        vm.assertEq(propose(), index);
        vm.expectRevert(IOptimismPortal.OptimismPortal_OutputNotFinal.selector);
        portal.finalizeWithdrawalTransaction(withdrawal);
        vm.expectRevert(IOptimismPortal.OptimismPortal_OutputNotFinal.selector);
        portal.checkWithdrawal(withdrawal.withdrawalHash(), ALICE);
        vm.warp(block.timestamp + PERIOD + 1);
        finalize(BOB, withdrawal);
    }

    /// @dev Another state with the same withdrawals.
    function _wrongProof() private view returns (OutputRootProof memory root) {
        root = outputRootProof();
        root.stateRoot = keccak256("wrong");
    }

    function _proveBy(address submitter, uint256 index) private {
        OutputRootProof memory root = _wrongProof();
        bytes[] memory proof = withdrawalProof(withdrawal);
        vm.prank(submitter);
        portal.proveWithdrawalTransaction(withdrawal, index, root, proof);
    }
}
