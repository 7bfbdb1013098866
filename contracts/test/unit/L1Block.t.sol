// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { IL1Block } from "../../interfaces/L2/IL1Block.sol";
import { L1Block } from "../../src/L2/L1Block.sol";
import { Test } from "../support/Test.sol";

contract L1Block_Test is Test {
    L1Block private l1Block = new L1Block();

    /// @dev The attributes under test. One struct, or the fuzzed functions have too many variables.
    struct Attributes {
        uint32 baseFeeScalar;
        uint32 blobBaseFeeScalar;
        uint64 sequenceNumber;
        uint64 timestamp;
        uint64 number;
        uint256 basefee;
        uint256 blobBaseFee;
        bytes32 hash;
        bytes32 batcherHash;
        uint32 operatorFeeScalar;
        uint64 operatorFeeConstant;
        uint16 daFootprintGasScalar;
    }

    function _ecotone(bytes4 selector, Attributes memory a) private pure returns (bytes memory) {
        bytes memory head =
            abi.encodePacked(selector, a.baseFeeScalar, a.blobBaseFeeScalar, a.sequenceNumber, a.timestamp, a.number);
        return abi.encodePacked(head, a.basefee, a.blobBaseFee, a.hash, a.batcherHash);
    }

    function _isthmus(bytes4 selector, Attributes memory a) private pure returns (bytes memory) {
        return abi.encodePacked(_ecotone(selector, a), a.operatorFeeScalar, a.operatorFeeConstant);
    }

    function _set(bytes memory data) private {
        vm.prank(DEPOSITOR);
        (bool success,) = address(l1Block).call(data);
        vm.assertTrue(success);
    }

    function _assertEcotone(Attributes memory a) private view {
        vm.assertEq(l1Block.baseFeeScalar(), a.baseFeeScalar);
        vm.assertEq(l1Block.blobBaseFeeScalar(), a.blobBaseFeeScalar);
        vm.assertEq(l1Block.sequenceNumber(), a.sequenceNumber);
        vm.assertEq(l1Block.timestamp(), a.timestamp);
        vm.assertEq(l1Block.number(), a.number);
        vm.assertEq(l1Block.basefee(), a.basefee);
        vm.assertEq(l1Block.blobBaseFee(), a.blobBaseFee);
        vm.assertEq(l1Block.hash(), a.hash);
        vm.assertEq(l1Block.batcherHash(), a.batcherHash);
    }

    function _assertOperatorFee(uint32 scalar, uint64 constant_, uint16 daFootprintGasScalar) private view {
        vm.assertEq(l1Block.operatorFeeScalar(), scalar);
        vm.assertEq(l1Block.operatorFeeConstant(), constant_);
        vm.assertEq(l1Block.daFootprintGasScalar(), daFootprintGasScalar);
    }

    function _slot(uint256 index) private view returns (uint256) {
        return uint256(vm.load(address(l1Block), bytes32(index)));
    }

    function test_selectors_specification_succeeds() external pure {
        vm.assertEq(bytes32(IL1Block.setL1BlockValues.selector), bytes32(bytes4(0x015d8eb9)));
        vm.assertEq(bytes32(IL1Block.setL1BlockValuesEcotone.selector), bytes32(bytes4(0x440a5e20)));
        vm.assertEq(bytes32(IL1Block.setL1BlockValuesIsthmus.selector), bytes32(bytes4(0x098999be)));
        vm.assertEq(bytes32(IL1Block.setL1BlockValuesJovian.selector), bytes32(bytes4(0x3db6be2b)));
    }

    function test_depositorAccount_constant_succeeds() external view {
        vm.assertEq(l1Block.DEPOSITOR_ACCOUNT(), DEPOSITOR);
        vm.assertEq(l1Block.version(), "1.8.0");
        vm.assertFalse(l1Block.isCustomGasToken());
        (address token, uint8 decimals) = l1Block.gasPayingToken();
        vm.assertEq(token, 0xEeeeeEeeeEeEeeEeEeEeeEEEeeeeEeeeeeeeEEeE);
        vm.assertEq(decimals, 18);
        vm.assertEq(l1Block.gasPayingTokenName(), "Ether");
        vm.assertEq(l1Block.gasPayingTokenSymbol(), "ETH");
    }

    function testFuzz_setL1BlockValues_depositor_succeeds(
        uint64 number,
        uint64 timestamp,
        uint256 basefee,
        bytes32 hash,
        uint64 sequenceNumber,
        bytes32 batcherHash,
        uint256 overhead,
        uint256 scalar
    ) external {
        vm.prank(DEPOSITOR);
        l1Block.setL1BlockValues(number, timestamp, basefee, hash, sequenceNumber, batcherHash, overhead, scalar);
        vm.assertEq(_slot(0), uint256(timestamp) << 64 | number);
        vm.assertEq(l1Block.basefee(), basefee);
        vm.assertEq(l1Block.hash(), hash);
        vm.assertEq(l1Block.sequenceNumber(), sequenceNumber);
        vm.assertEq(l1Block.batcherHash(), batcherHash);
        vm.assertEq(l1Block.l1FeeOverhead(), overhead);
        vm.assertEq(l1Block.l1FeeScalar(), scalar);
    }

    function test_setL1BlockValues_notDepositor_reverts() external {
        vm.expectRevert(IL1Block.L1Block_NotDepositor.selector);
        l1Block.setL1BlockValues(0, 0, 0, 0, 0, 0, 0, 0);
    }

    function testFuzz_setL1BlockValuesEcotone_depositor_succeeds(Attributes memory a) external {
        bytes memory data = _ecotone(IL1Block.setL1BlockValuesEcotone.selector, a);
        vm.assertEq(data.length, 164);
        _set(data);
        _assertEcotone(a);
        _assertOperatorFee(0, 0, 0);
    }

    function test_setL1BlockValuesEcotone_notDepositor_reverts() external {
        vm.expectRevert(IL1Block.L1Block_NotDepositor.selector);
        l1Block.setL1BlockValuesEcotone();
    }

    function testFuzz_setL1BlockValuesIsthmus_depositor_succeeds(Attributes memory a) external {
        bytes memory data = _isthmus(IL1Block.setL1BlockValuesIsthmus.selector, a);
        vm.assertEq(data.length, 176);
        _set(data);
        _assertEcotone(a);
        _assertOperatorFee(a.operatorFeeScalar, a.operatorFeeConstant, 0);
    }

    function test_setL1BlockValuesIsthmus_notDepositor_reverts() external {
        vm.expectRevert(IL1Block.L1Block_NotDepositor.selector);
        l1Block.setL1BlockValuesIsthmus();
    }

    function testFuzz_setL1BlockValuesJovian_depositor_succeeds(Attributes memory a) external {
        bytes memory data =
            abi.encodePacked(_isthmus(IL1Block.setL1BlockValuesJovian.selector, a), a.daFootprintGasScalar);
        vm.assertEq(data.length, 178);
        _set(data);
        _assertEcotone(a);
        _assertOperatorFee(a.operatorFeeScalar, a.operatorFeeConstant, a.daFootprintGasScalar);
    }

    function test_setL1BlockValuesJovian_notDepositor_reverts() external {
        vm.expectRevert(IL1Block.L1Block_NotDepositor.selector);
        l1Block.setL1BlockValuesJovian();
    }

    /// @notice Execution clients read these slots without asking the contract.
    function test_setL1BlockValuesJovian_slots_succeeds() external {
        Attributes memory a = Attributes({
            baseFeeScalar: 0x0a0a0a0a,
            blobBaseFeeScalar: 0x0b0b0b0b,
            sequenceNumber: 0x0c0c0c0c0c0c0c0c,
            timestamp: 1,
            number: 2,
            basefee: 0x0d,
            blobBaseFee: 0x0e,
            hash: 0,
            batcherHash: 0,
            operatorFeeScalar: 0x0f0f0f0f,
            operatorFeeConstant: 0x1010101010101010,
            daFootprintGasScalar: 0x1111
        });
        _set(abi.encodePacked(_isthmus(IL1Block.setL1BlockValuesJovian.selector, a), a.daFootprintGasScalar));
        vm.assertEq(_slot(1), 0x0d);
        vm.assertEq(_slot(3), 0x0a0a0a0a_0b0b0b0b_0c0c0c0c0c0c0c0c);
        vm.assertEq(_slot(7), 0x0e);
        vm.assertEq(_slot(8), 0x1111_0f0f0f0f_1010101010101010);
    }
}
