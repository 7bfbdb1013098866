// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { ResourceMetering } from "../../src/L1/ResourceMetering.sol";
import { L1Setup } from "../support/L1Setup.sol";

/// @notice The market as deposits see it. The target is 2,000,000 gas a block, the limit 20,000,000.
contract ResourceMetering_Test is L1Setup {
    uint64 private constant LIMIT = 20_000_000;
    uint64 private constant TARGET = 2_000_000;

    function _buy(uint64 gasLimit) private {
        portal.depositTransaction(BOB, 0, gasLimit, false, "");
    }

    function _assertParams(uint256 baseFee, uint256 bought, uint256 number) private view {
        (uint128 prevBaseFee, uint64 prevBoughtGas, uint64 prevBlockNum) = portal.params();
        vm.assertEq(prevBaseFee, baseFee);
        vm.assertEq(prevBoughtGas, bought);
        vm.assertEq(prevBlockNum, number);
    }

    function test_metered_sameBlock_addsUp_succeeds() external {
        _buy(TARGET);
        _buy(21_000);
        _assertParams(1 gwei, TARGET + 21_000, 100);
    }

    function test_metered_limit_succeeds() external {
        _buy(LIMIT);
        _assertParams(1 gwei, LIMIT, 100);
    }

    function test_metered_beyondLimit_reverts() external {
        _buy(LIMIT - 21_000);
        vm.expectRevert(ResourceMetering.ResourceMetering_OutOfGas.selector);
        _buy(21_001);
    }

    function test_metered_nextBlock_opensTheLimit_succeeds() external {
        _buy(LIMIT);
        vm.roll(101);
        _buy(21_000);
        // 1 gwei * (1 + (20 - 2) / 2 / 8)
        _assertParams(2.125 gwei, 21_000, 101);
    }

    function test_metered_target_keepsBaseFee_succeeds() external {
        _buy(LIMIT);
        vm.roll(101);
        _buy(TARGET);
        vm.roll(102);
        _buy(21_000);
        _assertParams(2.125 gwei, 21_000, 102);
    }

    function test_metered_emptyBlocks_lowerBaseFee_succeeds() external {
        _buy(LIMIT);
        vm.roll(103);
        _buy(21_000);
        // Two empty blocks take an eighth each; the power is rounded down.
        (uint128 baseFee,,) = portal.params();
        uint256 exact = 2.125 gwei * 49 / 64;
        vm.assertLt(baseFee, exact + 1);
        vm.assertGe(baseFee, exact - 10);
    }

    function test_metered_manyEmptyBlocks_stopAtMinimum_succeeds() external {
        _buy(LIMIT);
        vm.roll(1_000_000_000);
        _buy(21_000);
        _assertParams(1 gwei, 21_000, 1_000_000_000);
    }

    function testFuzz_metered_baseFeeWithinBounds_succeeds(uint64[8] memory amounts, uint8[8] memory gaps) external {
        // With such a price of L1 gas, next to none is burnt.
        vm.fee(1_000_000 gwei);
        uint256 number = 100;
        for (uint256 i; i < amounts.length; ++i) {
            number += gaps[i];
            vm.roll(number);
            (uint128 before, uint64 bought, uint64 last) = portal.params();
            uint64 available = last == number ? LIMIT - bought : LIMIT;
            if (available < 21_000) continue;
            _buy(21_000 + amounts[i] % (available - 21_000 + 1));
            (uint128 baseFee,,) = portal.params();
            vm.assertGe(baseFee, 1 gwei);
            // 9 times the target above it: at most 9/8 more from block to block.
            vm.assertGe(uint256(before) * 17 / 8, baseFee);
        }
    }

    function test_metered_burnsGas_succeeds() external {
        vm.fee(1 gwei);
        uint256 before = gasleft();
        _buy(5_000_000);
        uint256 used = before - gasleft();
        vm.assertGe(used, 5_000_000);
        vm.assertLt(used, 5_100_000);
    }

    function test_metered_highL1BaseFee_burnsLess_succeeds() external {
        vm.fee(10 gwei);
        uint256 before = gasleft();
        _buy(5_000_000);
        uint256 used = before - gasleft();
        vm.assertGe(used, 500_000);
        vm.assertLt(used, 600_000);
    }

    function test_metered_lowL1BaseFee_countsAsOneGwei_succeeds() external {
        vm.fee(1);
        uint256 before = gasleft();
        _buy(5_000_000);
        vm.assertLt(before - gasleft(), 5_100_000);
    }

    function test_metered_smallDeposit_burnsNothing_succeeds() external {
        vm.fee(1 gwei);
        uint256 before = gasleft();
        _buy(21_000);
        vm.assertLt(before - gasleft(), 80_000);
    }
}
