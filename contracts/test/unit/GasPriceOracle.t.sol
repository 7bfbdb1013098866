// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { IGasPriceOracle } from "../../interfaces/L2/IGasPriceOracle.sol";
import { IL1Block } from "../../interfaces/L2/IL1Block.sol";
import { GasPriceOracle } from "../../src/L2/GasPriceOracle.sol";
import { L1Block } from "../../src/L2/L1Block.sol";
import { Predeploys } from "../../src/libraries/Predeploys.sol";
import { Test } from "../support/Test.sol";

contract GasPriceOracle_Test is Test {
    GasPriceOracle private oracle = new GasPriceOracle();

    uint256 private constant BASE_FEE = 30 gwei;
    uint256 private constant BLOB_BASE_FEE = 3 gwei;
    uint32 private constant BASE_FEE_SCALAR = 1368;
    uint32 private constant BLOB_BASE_FEE_SCALAR = 810_949;
    uint32 private constant OPERATOR_FEE_SCALAR = 1_439_103;
    uint64 private constant OPERATOR_FEE_CONSTANT = 1_256_417_826_609_331_460;

    /// @dev 4 zero and 8 other bytes.
    bytes private constant DATA = hex"000000001122334455667788";
    uint256 private constant DATA_CALLDATA_GAS = 4 * 4 + 8 * 16 + 68 * 16;

    function setUp() external {
        vm.etch(Predeploys.L1_BLOCK, address(new L1Block()).code);
        // What Bedrock knows, then what Jovian packs over it.
        vm.prank(DEPOSITOR);
        L1Block(Predeploys.L1_BLOCK).setL1BlockValues(0, 0, 0, 0, 0, 0, 188, 684_000);
        bytes memory head = abi.encodePacked(
            IL1Block.setL1BlockValuesJovian.selector, BASE_FEE_SCALAR, BLOB_BASE_FEE_SCALAR, uint64(0), uint64(0)
        );
        bytes memory tail = abi.encodePacked(OPERATOR_FEE_SCALAR, OPERATOR_FEE_CONSTANT, uint16(0));
        vm.prank(DEPOSITOR);
        (bool success,) = Predeploys.L1_BLOCK
            .call(abi.encodePacked(head, uint64(0), BASE_FEE, BLOB_BASE_FEE, bytes32(0), bytes32(0), tail));
        vm.assertTrue(success);
    }

    function _activateTo(uint256 forks) private {
        vm.startPrank(DEPOSITOR);
        if (forks > 0) oracle.setEcotone();
        if (forks > 1) oracle.setFjord();
        if (forks > 2) oracle.setIsthmus();
        if (forks > 3) oracle.setJovian();
        vm.stopPrank();
    }

    /// @dev Bytes in which FastLZ finds no repetition: 33 bytes for each 32, rounded up.
    function _incompressible(uint256 words) private pure returns (bytes memory data) {
        for (uint256 i; i < words; ++i) {
            data = abi.encodePacked(data, keccak256(abi.encode(i)));
        }
    }

    function _fjordFee(uint256 estimatedSize) private pure returns (uint256) {
        uint256 scaled = 16 * BASE_FEE * BASE_FEE_SCALAR + BLOB_BASE_FEE * BLOB_BASE_FEE_SCALAR;
        return estimatedSize * scaled / 1e12;
    }

    function test_version_succeeds() external view {
        vm.assertEq(oracle.version(), "1.6.0");
        vm.assertEq(oracle.decimals(), 6);
        vm.assertEq(oracle.DECIMALS(), 6);
    }

    function test_selectors_specification_succeeds() external pure {
        vm.assertEq(bytes32(IGasPriceOracle.setEcotone.selector), bytes32(bytes4(0x22b90ab3)));
        vm.assertEq(bytes32(IGasPriceOracle.setFjord.selector), bytes32(bytes4(0x8e98b106)));
        vm.assertEq(bytes32(IGasPriceOracle.setIsthmus.selector), bytes32(bytes4(0x291b0383)));
        vm.assertEq(bytes32(IGasPriceOracle.setJovian.selector), bytes32(bytes4(0xb3d72079)));
    }

    function test_flags_layout_succeeds() external {
        _activateTo(3);
        vm.assertEq(vm.load(address(oracle), 0), bytes32(uint256(0x00010101)));
        vm.prank(DEPOSITOR);
        oracle.setJovian();
        vm.assertEq(vm.load(address(oracle), 0), bytes32(uint256(0x01010101)));
    }

    function test_setEcotone_depositor_succeeds() external {
        vm.assertFalse(oracle.isEcotone());
        _activateTo(1);
        vm.assertTrue(oracle.isEcotone());
        vm.assertFalse(oracle.isFjord());
    }

    function test_setEcotone_notDepositor_reverts() external {
        vm.expectRevert(IGasPriceOracle.GasPriceOracle_NotDepositor.selector);
        oracle.setEcotone();
    }

    function test_setEcotone_again_reverts() external {
        _activateTo(1);
        vm.prank(DEPOSITOR);
        vm.expectRevert(IGasPriceOracle.GasPriceOracle_AlreadyActive.selector);
        oracle.setEcotone();
    }

    function test_setFjord_depositor_succeeds() external {
        _activateTo(2);
        vm.assertTrue(oracle.isFjord());
        vm.assertFalse(oracle.isIsthmus());
    }

    function test_setFjord_notDepositor_reverts() external {
        _activateTo(1);
        vm.expectRevert(IGasPriceOracle.GasPriceOracle_NotDepositor.selector);
        oracle.setFjord();
    }

    function test_setFjord_beforeEcotone_reverts() external {
        vm.prank(DEPOSITOR);
        vm.expectRevert(IGasPriceOracle.GasPriceOracle_PreviousForkInactive.selector);
        oracle.setFjord();
    }

    function test_setFjord_again_reverts() external {
        _activateTo(2);
        vm.prank(DEPOSITOR);
        vm.expectRevert(IGasPriceOracle.GasPriceOracle_AlreadyActive.selector);
        oracle.setFjord();
    }

    function test_setIsthmus_depositor_succeeds() external {
        _activateTo(3);
        vm.assertTrue(oracle.isIsthmus());
        vm.assertFalse(oracle.isJovian());
    }

    function test_setIsthmus_notDepositor_reverts() external {
        _activateTo(2);
        vm.expectRevert(IGasPriceOracle.GasPriceOracle_NotDepositor.selector);
        oracle.setIsthmus();
    }

    function test_setIsthmus_beforeFjord_reverts() external {
        _activateTo(1);
        vm.prank(DEPOSITOR);
        vm.expectRevert(IGasPriceOracle.GasPriceOracle_PreviousForkInactive.selector);
        oracle.setIsthmus();
    }

    function test_setIsthmus_again_reverts() external {
        _activateTo(3);
        vm.prank(DEPOSITOR);
        vm.expectRevert(IGasPriceOracle.GasPriceOracle_AlreadyActive.selector);
        oracle.setIsthmus();
    }

    function test_setJovian_depositor_succeeds() external {
        _activateTo(4);
        vm.assertTrue(oracle.isJovian());
    }

    function test_setJovian_notDepositor_reverts() external {
        _activateTo(3);
        vm.expectRevert(IGasPriceOracle.GasPriceOracle_NotDepositor.selector);
        oracle.setJovian();
    }

    function test_setJovian_beforeIsthmus_reverts() external {
        _activateTo(2);
        vm.prank(DEPOSITOR);
        vm.expectRevert(IGasPriceOracle.GasPriceOracle_PreviousForkInactive.selector);
        oracle.setJovian();
    }

    function test_setJovian_again_reverts() external {
        _activateTo(4);
        vm.prank(DEPOSITOR);
        vm.expectRevert(IGasPriceOracle.GasPriceOracle_AlreadyActive.selector);
        oracle.setJovian();
    }

    function test_l1Values_fromL1Block_succeeds() external view {
        vm.assertEq(oracle.l1BaseFee(), BASE_FEE);
        vm.assertEq(oracle.blobBaseFee(), BLOB_BASE_FEE);
        vm.assertEq(oracle.baseFeeScalar(), BASE_FEE_SCALAR);
        vm.assertEq(oracle.blobBaseFeeScalar(), BLOB_BASE_FEE_SCALAR);
    }

    function test_gasPrice_baseFee_succeeds() external {
        vm.fee(123);
        vm.assertEq(oracle.gasPrice(), 123);
        vm.assertEq(oracle.baseFee(), 123);
    }

    function test_overhead_beforeEcotone_succeeds() external view {
        vm.assertEq(oracle.overhead(), 188);
    }

    function test_overhead_sinceEcotone_reverts() external {
        _activateTo(1);
        vm.expectRevert(IGasPriceOracle.GasPriceOracle_Deprecated.selector);
        oracle.overhead();
    }

    function test_scalar_beforeEcotone_succeeds() external view {
        vm.assertEq(oracle.scalar(), 684_000);
    }

    function test_scalar_sinceEcotone_reverts() external {
        _activateTo(1);
        vm.expectRevert(IGasPriceOracle.GasPriceOracle_Deprecated.selector);
        oracle.scalar();
    }

    function test_getL1Fee_bedrock_succeeds() external view {
        vm.assertEq(oracle.getL1Fee(DATA), (DATA_CALLDATA_GAS + 188) * BASE_FEE * 684_000 / 1e6);
    }

    function test_getL1Fee_ecotone_succeeds() external {
        _activateTo(1);
        uint256 scaled = 16 * BASE_FEE * BASE_FEE_SCALAR + BLOB_BASE_FEE * BLOB_BASE_FEE_SCALAR;
        vm.assertEq(oracle.getL1Fee(DATA), DATA_CALLDATA_GAS * scaled / 16e6);
    }

    function test_getL1Fee_fjordFloor_succeeds() external {
        _activateTo(2);
        vm.assertEq(oracle.getL1Fee(DATA), _fjordFee(100e6));
        vm.assertEq(oracle.getL1Fee(""), _fjordFee(100e6));
    }

    function test_getL1Fee_fjordIncompressible_succeeds() external {
        _activateTo(4);
        vm.assertEq(oracle.getL1Fee(_incompressible(16)), _fjordFee(836_500 * (16 * 33 + 68) - 42_585_600));
    }

    /// @notice A word of zeros after a literal is one match: FastLZ makes 2,048 bytes of zeros a few dozen.
    function test_getL1Fee_fjordCompressible_succeeds() external {
        _activateTo(4);
        vm.assertEq(oracle.getL1Fee(new bytes(2048)), _fjordFee(100e6));
        vm.assertLt(oracle.getL1Fee(new bytes(20_480)), oracle.getL1Fee(_incompressible(32)));
    }

    function test_getL1FeeUpperBound_fjord_succeeds() external {
        _activateTo(2);
        uint256 size = 1000 + 68;
        vm.assertEq(oracle.getL1FeeUpperBound(1000), _fjordFee(836_500 * (size + size / 255 + 16) - 42_585_600));
        vm.assertEq(oracle.getL1FeeUpperBound(0), _fjordFee(100e6));
    }

    function test_getL1FeeUpperBound_beforeFjord_reverts() external {
        _activateTo(1);
        vm.expectRevert(IGasPriceOracle.GasPriceOracle_FjordInactive.selector);
        oracle.getL1FeeUpperBound(1000);
    }

    function test_getL1GasUsed_bedrock_succeeds() external view {
        vm.assertEq(oracle.getL1GasUsed(DATA), DATA_CALLDATA_GAS + 188);
    }

    function test_getL1GasUsed_ecotone_succeeds() external {
        _activateTo(1);
        vm.assertEq(oracle.getL1GasUsed(DATA), DATA_CALLDATA_GAS);
    }

    function test_getL1GasUsed_fjord_succeeds() external {
        _activateTo(2);
        vm.assertEq(oracle.getL1GasUsed(DATA), 1600);
        uint256 estimated = uint256(836_500) * (16 * 33 + 68) - 42_585_600;
        vm.assertEq(oracle.getL1GasUsed(_incompressible(16)), estimated * 16 / 1e6);
    }

    function test_getOperatorFee_beforeIsthmus_isZero_succeeds() external {
        _activateTo(2);
        vm.assertEq(oracle.getOperatorFee(1_000_000), 0);
    }

    function testFuzz_getOperatorFee_isthmus_succeeds(uint64 gasUsed) external {
        _activateTo(3);
        uint256 expected = uint256(gasUsed) * OPERATOR_FEE_SCALAR / 1e6 + OPERATOR_FEE_CONSTANT;
        vm.assertEq(oracle.getOperatorFee(gasUsed), expected);
    }

    function test_getOperatorFee_isthmusSaturates_succeeds() external {
        _activateTo(3);
        vm.assertEq(oracle.getOperatorFee(type(uint256).max), type(uint256).max / 1e6 + OPERATOR_FEE_CONSTANT);
    }

    function testFuzz_getOperatorFee_jovian_succeeds(uint64 gasUsed) external {
        _activateTo(4);
        uint256 expected = uint256(gasUsed) * OPERATOR_FEE_SCALAR * 100 + OPERATOR_FEE_CONSTANT;
        vm.assertEq(oracle.getOperatorFee(gasUsed), expected);
    }

    function test_getOperatorFee_jovianOverflow_reverts() external {
        _activateTo(4);
        vm.expectRevert();
        oracle.getOperatorFee(type(uint256).max);
    }
}
