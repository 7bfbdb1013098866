// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { L1Block } from "../../src/L2/L1Block.sol";
import { L1BlockNumber } from "../../src/L2/L1BlockNumber.sol";
import { Predeploys } from "../../src/libraries/Predeploys.sol";
import { Test } from "../support/Test.sol";

contract L1BlockNumber_Test is Test {
    L1BlockNumber private reader = new L1BlockNumber();

    function setUp() external {
        vm.etch(Predeploys.L1_BLOCK, address(new L1Block()).code);
        vm.prank(DEPOSITOR);
        L1Block(Predeploys.L1_BLOCK).setL1BlockValues(999, 0, 0, 0, 0, 0, 0, 0);
    }

    function test_getL1BlockNumber_succeeds() external view {
        vm.assertEq(reader.getL1BlockNumber(), 999);
        vm.assertEq(reader.version(), "1.1.0");
    }

    function test_fallback_anyCall_succeeds() external {
        (bool success, bytes memory data) = address(reader).call(hex"12345678");
        vm.assertTrue(success);
        vm.assertEq(data, abi.encode(uint256(999)));
    }

    function test_receive_emptyCall_succeeds() external {
        (bool success, bytes memory data) = address(reader).call("");
        vm.assertTrue(success);
        vm.assertEq(data, abi.encode(uint256(999)));
    }
}
