// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { IOptimismPortal } from "../../interfaces/L1/IOptimismPortal.sol";
import { OutputRootProof } from "../../src/types/OutputRootProof.sol";
import { WithdrawalTransaction } from "../../src/types/WithdrawalTransaction.sol";
import { L1Setup } from "../support/L1Setup.sol";
import { TrieBuilder } from "../support/TrieBuilder.sol";

/// @notice Portal and oracle beside a model of their rules in the plainest words. Outputs are proposed, deleted and proposed again, some
///         root for root; two people prove and finalize three withdrawals, of which each kind of output lacks one; the guardian
///         pauses; time passes. Whatever comes in which order, both say the same, reason for reason.
contract Settlement_Model_Test is L1Setup {
    uint256 private constant WITHDRAWALS = 3;
    uint256 private constant PEOPLE = 2;
    uint256 private constant OPERATIONS = 80;

    /// @dev Refused, for a reason that the model does not know.
    bytes4 private constant ANY = 0xffffffff;

    struct Output {
        uint256 kind;
        uint256 timestamp;
    }

    struct Proof {
        uint256 kind;
        uint256 index;
        uint256 timestamp;
    }

    Output[] private outputs;
    mapping(uint256 number => mapping(uint256 who => Proof)) private proofs;
    mapping(uint256 number => uint256[] order) private provers;
    mapping(uint256 number => bool) private finalized;
    bool private isPaused;
    uint256 private random;

    /// @dev Withdrawals and kinds of outputs are numbered from here on, those of earlier runs before.
    uint256 private base;
    uint256 private paid;

    /// @dev How often each operation went through, so that a run can be seen to have been one.
    uint256[4] private done;

    function setUp() public override {
        super.setUp();
        vm.deal(address(portal), 100 ether);
    }

    /// forge-config: default.fuzz.runs = 48
    function testFuzz_settlement_asTheModel_succeeds(uint256 seed) external {
        this.run(seed);
    }

    function test_settlement_everythingHappens_succeeds() external {
        for (uint256 seed; seed < 16; ++seed) {
            this.run(seed);
            base += WITHDRAWALS;
        }
        for (uint256 i; i < 4; ++i) {
            vm.assertTrue(done[i] > 0);
        }
    }

    /// @dev A call of its own, for its memory.
    function run(uint256 seed) external {
        random = uint256(keccak256(abi.encode(seed)));
        for (uint256 i; i < OPERATIONS; ++i) {
            uint256 what = _draw(12);
            if (what < 2) _propose();
            else if (what == 2) _delete();
            else if (what < 7) _prove();
            else if (what == 7) _finalize();
            else if (what == 8) _finalizeByProofOf();
            else if (what == 9) _pause();
            else vm.warp(block.timestamp + _draw(PERIOD / 2));
            _compare();
        }
    }

    function _draw(uint256 below) private returns (uint256 drawn) {
        drawn = random % below;
        random = uint256(keccak256(abi.encode(random)));
    }

    function _drawNumber() private returns (uint256) {
        return base + _draw(WITHDRAWALS);
    }

    /// @dev How many of the last outputs anybody looks at.
    function _recent() private view returns (uint256) {
        return outputs.length < 5 ? outputs.length : 5;
    }

    function _person(uint256 who) private pure returns (address) {
        return address(uint160(0x1000 + who));
    }

    function _withdrawal(uint256 number) private pure returns (WithdrawalTransaction memory withdrawal) {
        withdrawal = withdrawalTo(BOB, number);
        withdrawal.value = 1 ether;
    }

    function _key(uint256 number) private pure returns (bytes32) {
        bytes32 slot = keccak256(abi.encode(_withdrawal(number).withdrawalHash(), uint256(0)));
        return keccak256(abi.encode(slot));
    }

    /// @dev The withdrawals of a kind of output: all but the one of its number.
    function _keys(uint256 kind) private pure returns (bytes32[] memory keys) {
        keys = new bytes32[](WITHDRAWALS - 1);
        uint256 length;
        for (uint256 i = kind - kind % WITHDRAWALS; length < keys.length; ++i) {
            if (i != kind) keys[length++] = _key(i);
        }
    }

    function _root(uint256 kind) private pure returns (OutputRootProof memory root) {
        root.messagePasserStorageRoot = TrieBuilder.root(_keys(kind));
    }

    function _expect(bytes4 reason) private {
        if (reason == ANY) vm.expectRevert();
        else if (reason != 0) vm.expectRevert(reason);
    }

    function _propose() private {
        uint256 kind = _drawNumber();
        propose(_root(kind).outputRoot());
        outputs.push(Output(kind, block.timestamp));
    }

    function _delete() private {
        if (outputs.length == 0) return;
        uint256 index = outputs.length - 1 - _draw(_recent());
        bool late = block.timestamp >= outputs[index].timestamp + PERIOD;
        vm.prank(CHALLENGER);
        _expect(late ? ANY : bytes4(0));
        oracle.deleteL2Outputs(index);
        if (late) return;
        while (outputs.length > index) outputs.pop();
        ++done[0];
    }

    function _prove() private {
        (uint256 number, uint256 who, uint256 index) = (_drawNumber(), _draw(PEOPLE), _draw(_recent() + 1));
        index += outputs.length - _recent();
        bool exists = index < outputs.length;
        uint256 kind = exists ? outputs[index].kind : _drawNumber();
        bytes4 reason;
        if (isPaused) reason = IOptimismPortal.OptimismPortal_CallPaused.selector;
        else if (!exists) reason = IOptimismPortal.OptimismPortal_InvalidOutputRootProof.selector;
        else if (finalized[number]) reason = IOptimismPortal.OptimismPortal_AlreadyFinalized.selector;
        else if (_stands(proofs[number][who])) reason = IOptimismPortal.OptimismPortal_AlreadyProven.selector;
        else if (kind == number || kind / WITHDRAWALS != number / WITHDRAWALS) reason = ANY;

        OutputRootProof memory root = _root(kind);
        bytes[] memory nodes = TrieBuilder.prove(_keys(kind), _key(number));
        vm.prank(_person(who));
        _expect(reason);
        portal.proveWithdrawalTransaction(_withdrawal(number), index, root, nodes);
        if (reason != 0) return;
        if (proofs[number][who].timestamp == 0) provers[number].push(who);
        else ++done[1];
        proofs[number][who] = Proof(kind, index, block.timestamp);
    }

    /// @dev Anybody's ready proof will do.
    function _finalize() private {
        (uint256 number, uint256 who) = (_drawNumber(), _draw(PEOPLE + 1));
        uint256 best;
        for (uint256 i; i < PEOPLE; ++i) {
            uint256 stage = _stage(proofs[number][i]);
            if (stage > best) best = stage;
        }
        bytes4 reason = _reason(number, best);
        vm.prank(_person(who));
        _expect(reason);
        portal.finalizeWithdrawalTransaction(_withdrawal(number));
        _note(number, reason, 2);
    }

    function _finalizeByProofOf() private {
        (uint256 number, uint256 who) = (_drawNumber(), _draw(PEOPLE + 1));
        bytes4 reason = _reason(number, _stage(proofs[number][who]));
        _expect(reason);
        portal.finalizeWithdrawalTransactionExternalProof(_withdrawal(number), _person(who));
        _note(number, reason, 3);
    }

    function _note(uint256 number, bytes4 reason, uint256 operation) private {
        if (reason != 0) return;
        finalized[number] = true;
        paid += 1 ether;
        ++done[operation];
    }

    function _pause() private {
        isPaused = !isPaused && _draw(3) == 0;
        vm.prank(BOB);
        if (isPaused) superchain.pause(address(portal));
        else superchain.unpause(address(portal));
    }

    function _stands(Proof memory proof) private view returns (bool) {
        return proof.timestamp != 0 && proof.index < outputs.length && outputs[proof.index].kind == proof.kind;
    }

    /// @dev 0: nothing. 1: the proof is too young. 2: its output is. 3: ready.
    function _stage(Proof memory proof) private view returns (uint256) {
        if (!_stands(proof)) return 0;
        if (block.timestamp <= proof.timestamp + PERIOD) return 1;
        return block.timestamp <= outputs[proof.index].timestamp + PERIOD ? 2 : 3;
    }

    function _reason(uint256 number, uint256 stage) private view returns (bytes4) {
        if (isPaused) return IOptimismPortal.OptimismPortal_CallPaused.selector;
        if (finalized[number]) return IOptimismPortal.OptimismPortal_AlreadyFinalized.selector;
        if (stage == 0) return IOptimismPortal.OptimismPortal_Unproven.selector;
        if (stage == 1) return IOptimismPortal.OptimismPortal_ProofNotOldEnough.selector;
        return stage == 2 ? IOptimismPortal.OptimismPortal_OutputNotFinal.selector : bytes4(0);
    }

    /// @dev What both say after every operation: the oldest proof that stands, all proofs, and what was paid.
    function _compare() private view {
        for (uint256 number = base; number < base + WITHDRAWALS; ++number) {
            bytes32 withdrawalHash = _withdrawal(number).withdrawalHash();
            Proof memory oldest;
            for (uint256 i; i < provers[number].length; ++i) {
                Proof memory proof = proofs[number][provers[number][i]];
                vm.assertEq(portal.proofSubmitters(withdrawalHash, i), _person(provers[number][i]));
                bool older = oldest.timestamp == 0 || proof.timestamp < oldest.timestamp;
                if (_stands(proof) && older) oldest = proof;
            }
            (bytes32 root, uint128 timestamp, uint128 index) = portal.provenWithdrawals(withdrawalHash);
            vm.assertEq(root, oldest.timestamp == 0 ? bytes32(0) : _root(oldest.kind).outputRoot());
            vm.assertEq(timestamp, oldest.timestamp);
            vm.assertEq(index, oldest.index);
            vm.assertEq(portal.numProofSubmitters(withdrawalHash), provers[number].length);
            vm.assertEq(portal.finalizedWithdrawals(withdrawalHash), finalized[number]);
        }
        vm.assertEq(oracle.nextOutputIndex(), outputs.length);
        vm.assertEq(BOB.balance, paid);
        vm.assertEq(address(portal).balance, 100 ether - paid);
    }
}
