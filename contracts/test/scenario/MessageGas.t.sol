// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { ICrossDomainMessenger } from "../../interfaces/bridge/ICrossDomainMessenger.sol";
import { Hashing } from "../../src/libraries/Hashing.sol";
import { WithdrawalTransaction } from "../../src/types/WithdrawalTransaction.sol";
import { Layers } from "../support/Layers.sol";

/// @notice Remembers with how much gas it was called, if it is willing.
contract GasMeter {
    bool private _isUnwilling;
    uint256 public gas;

    error GasMeter_Unwilling();

    receive() external payable {
        _measure();
    }

    fallback() external payable {
        _measure();
    }

    function setWilling(bool isWilling) external {
        _isUnwilling = !isWilling;
    }

    function _measure() private {
        uint256 left = gasleft();
        if (_isUnwilling) revert GasMeter_Unwilling();
        gas = left;
    }
}

/// @notice A message has the gas that its sender asked for, however long it is, and whoever relays it with however little; and its
///         messenger hears of it, so that it is never lost.
contract MessageGas_Test is Layers {
    uint256 private constant FIRST = uint256(1) << 240;

    /// @dev What the receiver spends before it looks, and what its caller's instruction costs.
    uint256 private constant SLACK = 200;

    uint256 private constant LENGTH_MAX = 119_000;
    uint256 private constant GAS_ON_L2_MAX = 19_000_000;
    uint256 private constant GAS_ON_L1_MAX = 9_000_000;

    /// @dev What L2's market for deposits sells in a block.
    uint256 private constant DEPOSIT_GAS_MAX = 20_000_000;
    uint256 private constant GAS_MAX = 30_000_000;

    GasMeter private receiver;

    error MessageGas_Undo();

    function setUp() public override {
        super.setUp();
        receiver = new GasMeter();
        vm.deal(address(portal), 10 ether);
        // Deposits' gas at a price that burns little.
        vm.fee(1000 gwei);
    }

    /// @dev Bytes none of which is zero: the dearest.
    function _message(uint256 length) private pure returns (bytes memory message) {
        message = new bytes(length);
        bytes memory words = new bytes(length + 32);
        for (uint256 i; i < length; i += 32) {
            assembly ("memory-safe") {
                mstore(add(add(words, 32), i), not(0))
            }
        }
        assembly ("memory-safe") {
            mcopy(add(message, 32), add(words, 32), length)
        }
    }

    /// @dev Whether the receiver was called with what it was promised.
    function _requireCalled(bool success, uint256 minGasLimit) private view {
        vm.assertTrue(success);
        vm.assertGe(receiver.gas() + SLACK, minGasLimit);
    }

    /// @notice From L1 to L2: the deposit's gas is enough.
    /// forge-config: default.fuzz.runs = 48
    function testFuzz_relayMessage_onL2_hasItsGas_succeeds(uint256 length, uint256 seed) external {
        bytes memory message = _message(length % LENGTH_MAX);
        uint32 minGasLimit = uint32(seed % GAS_ON_L2_MAX);
        vm.assume(l1Messenger.baseGas(message, minGasLimit) <= DEPOSIT_GAS_MAX);
        uint256 nonce = l1Messenger.messageNonce();
        vm.prank(ALICE);
        l1Messenger.sendMessage{ value: 1 }(address(receiver), message, minGasLimit);
        vm.assertTrue(relayDeposit());
        bytes32 hash = Hashing.hashCrossDomainMessageV1(nonce, ALICE, address(receiver), 1, minGasLimit, message);
        _requireCalled(l2Messenger.successfulMessages(hash), minGasLimit);
    }

    /// @notice From L2 to L1: with the least gas with which anybody can finalize.
    /// forge-config: default.fuzz.runs = 48
    function testFuzz_relayMessage_onL1_leastGas_hasItsGas_succeeds(uint256 length, uint256 seed) external {
        bytes memory message = _message(length % LENGTH_MAX);
        uint32 minGasLimit = uint32(seed % GAS_ON_L1_MAX);
        uint256 nonce = l2Messenger.messageNonce();
        vm.prank(ALICE);
        l2Messenger.sendMessage{ value: 1 }(address(receiver), message, minGasLimit);
        bytes32 hash = Hashing.hashCrossDomainMessageV1(nonce, ALICE, address(receiver), 1, minGasLimit, message);
        WithdrawalTransaction memory withdrawal = newestWithdrawal();
        proveWithdrawal(withdrawal);
        portal.finalizeWithdrawalTransaction{ gas: _leastGas(withdrawal) }(withdrawal);
        _requireCalled(l1Messenger.successfulMessages(hash), minGasLimit);
    }

    /// @notice A replay with too little gas changes nothing; with the least that is enough, the call has its gas.
    /// forge-config: default.fuzz.runs = 48
    function testFuzz_relayMessage_replay_leastGas_hasItsGas_succeeds(uint256 length, uint256 seed) external {
        bytes memory message = _message(length % LENGTH_MAX);
        uint32 minGasLimit = uint32(seed % GAS_ON_L2_MAX);
        vm.assume(l1Messenger.baseGas(message, minGasLimit) <= DEPOSIT_GAS_MAX);
        receiver.setWilling(false);
        uint256 nonce = l1Messenger.messageNonce();
        vm.prank(ALICE);
        l1Messenger.sendMessage{ value: 1 }(address(receiver), message, minGasLimit);
        vm.assertTrue(relayDeposit());
        receiver.setWilling(true);

        bytes memory call = abi.encodeCall(
            ICrossDomainMessenger.relayMessage, (nonce, ALICE, address(receiver), 1, minGasLimit, message)
        );
        (uint256 low, uint256 high) = (uint256(minGasLimit), GAS_MAX);
        while (high - low > 1) {
            uint256 middle = (low + high) / 2;
            if (this.isReplayedWith(keccak256(call), call, middle)) high = middle;
            else low = middle;
        }
        (bool success,) = address(l2Messenger).call{ gas: high }(call);
        _requireCalled(success && l2Messenger.successfulMessages(keccak256(call)), minGasLimit);
    }

    /// @dev Tries a replay, and takes it back.
    function isReplayedWith(bytes32 hash, bytes calldata call, uint256 gas) external returns (bool) {
        try this.replayAndUndo(hash, call, gas) { }
        catch (bytes memory reason) {
            return bytes4(reason) == MessageGas_Undo.selector;
        }
        return false;
    }

    function replayAndUndo(bytes32 hash, bytes calldata call, uint256 gas) external {
        (bool success,) = address(l2Messenger).call{ gas: gas }(call);
        if (success && l2Messenger.successfulMessages(hash)) revert MessageGas_Undo();
    }

    function _leastGas(WithdrawalTransaction memory withdrawal) private returns (uint256 high) {
        uint256 low = withdrawal.gasLimit;
        high = GAS_MAX;
        while (high - low > 1) {
            uint256 middle = (low + high) / 2;
            try this.finalizeAndUndo(withdrawal, middle) { }
            catch (bytes memory reason) {
                if (bytes4(reason) == MessageGas_Undo.selector) high = middle;
                else low = middle;
            }
        }
    }

    function finalizeAndUndo(WithdrawalTransaction memory withdrawal, uint256 gas) external {
        portal.finalizeWithdrawalTransaction{ gas: gas }(withdrawal);
        revert MessageGas_Undo();
    }
}
