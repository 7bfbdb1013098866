// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { IOptimismPortal } from "../../interfaces/L1/IOptimismPortal.sol";
import { IL2CrossDomainMessenger } from "../../interfaces/L2/IL2CrossDomainMessenger.sol";
import { Encoding } from "../../src/libraries/Encoding.sol";
import { WithdrawalGas } from "../../src/libraries/WithdrawalGas.sol";
import { WithdrawalTransaction } from "../../src/types/WithdrawalTransaction.sol";
import { Layers } from "../support/Layers.sol";

/// @notice Remembers with how much gas it was called.
contract GasMeter {
    uint256 public gas;

    fallback() external {
        gas = gasleft();
    }
}

/// @notice No transaction of L1 has more than 2^24 gas (EIP-7825): what the messenger takes can be finalized with that, and what it
///         refuses could not.
contract TransactionGasCap_Test is Layers {
    GasMeter private meter;

    function setUp() public override {
        super.setUp();
        meter = new GasMeter();
    }

    /// @dev A message of a length whose calldata is as dear as it gets.
    function _message(uint256 length) private pure returns (bytes memory message) {
        message = new bytes(length);
        for (uint256 i; i < length; ++i) {
            message[i] = 0xff;
        }
    }

    /// @dev The length of the withdrawal's data for a message's length.
    function _encodedLength(bytes memory message) private pure returns (uint256) {
        return Encoding.encodeCrossDomainMessageV1(0, address(0), address(0), 0, 0, message).length;
    }

    /// @dev The highest gas that a message can ask for.
    function _minGasLimitMax(bytes memory message) private pure returns (uint32 minGasLimit) {
        uint256 gasLimitMax = WithdrawalGas.gasLimitMax(_encodedLength(message));
        uint256 overhead = l2Messenger.baseGas(message, 63 * 63 * 1500) - 64 * 64 * 1500;
        minGasLimit = uint32((gasLimitMax - overhead) * 63 / 64 * 63 / 64);
        while (l2Messenger.baseGas(message, minGasLimit + 1) <= gasLimitMax) ++minGasLimit;
    }

    /// @dev Finalizes in a transaction of 2^24 gas. Returns whether the portal went through.
    function _finalizeAtCap(WithdrawalTransaction memory withdrawal) private returns (bool success, bytes memory data) {
        proveWithdrawal(withdrawal);
        bytes memory call = abi.encodeCall(IOptimismPortal.finalizeWithdrawalTransaction, (withdrawal));
        (success, data) = address(portal).call{ gas: (1 << 24) - intrinsicGas(call) }(call);
    }

    function _atTheEdge(uint256 length) private {
        bytes memory message = _message(length);
        uint32 minGasLimit = _minGasLimitMax(message);
        uint256 gasLimitMax = WithdrawalGas.gasLimitMax(_encodedLength(message));
        uint64 gasLimit = l2Messenger.baseGas(message, minGasLimit + 1);

        vm.prank(ALICE);
        vm.expectRevert(
            abi.encodeWithSelector(
                IL2CrossDomainMessenger.L2CrossDomainMessenger_NeverFinalizable.selector, gasLimit, gasLimitMax
            )
        );
        l2Messenger.sendMessage(address(meter), message, minGasLimit + 1);

        vm.prank(ALICE);
        l2Messenger.sendMessage(address(meter), message, minGasLimit);
        (bool success,) = _finalizeAtCap(newestWithdrawal());
        vm.assertTrue(success);
        vm.assertGe(meter.gas() + 1000, minGasLimit);
    }

    function test_sendMessage_atTheCap_empty_succeeds() external {
        _atTheEdge(0);
    }

    function test_sendMessage_atTheCap_long_succeeds() external {
        _atTheEdge(10_000);
    }

    function test_sendMessage_atTheCap_longest_succeeds() external {
        _atTheEdge(100_000);
    }

    /// @notice The refusal is within two parts in a hundred of what is impossible.
    function test_initiateWithdrawal_overTheCap_neverFinalizes_reverts() external {
        vm.prank(ALICE);
        passer.initiateWithdrawal(address(meter), WithdrawalGas.gasLimitMax(0) * 102 / 100, "");
        (bool success, bytes memory data) = _finalizeAtCap(newestWithdrawal());
        vm.assertFalse(success);
        vm.assertEq(data, abi.encodePacked(IOptimismPortal.OptimismPortal_NotEnoughGas.selector));
    }

    /// @notice Data alone can be too much.
    function test_sendMessage_dataOverTheCap_reverts() external {
        bytes memory message = new bytes(500_000);
        uint64 gasLimit = l2Messenger.baseGas(message, 0);
        uint256 gasLimitMax = WithdrawalGas.gasLimitMax(_encodedLength(message));
        vm.expectRevert(
            abi.encodeWithSelector(
                IL2CrossDomainMessenger.L2CrossDomainMessenger_NeverFinalizable.selector, gasLimit, gasLimitMax
            )
        );
        l2Messenger.sendMessage(address(meter), message, 0);
        vm.assertEq(WithdrawalGas.gasLimitMax(2_000_000), 0);
    }
}
