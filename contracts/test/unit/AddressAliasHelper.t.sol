// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { AddressAliasHelper } from "../../src/libraries/AddressAliasHelper.sol";
import { Test } from "../support/Test.sol";

contract AddressAliasHelper_Test is Test {
    function test_applyL1ToL2Alias_overflow_succeeds() external pure {
        address last = address(type(uint160).max);
        vm.assertEq(
            AddressAliasHelper.applyL1ToL2Alias(last), address(uint160(0x1111000000000000000000000000000000001110))
        );
        vm.assertEq(
            AddressAliasHelper.applyL1ToL2Alias(address(0)),
            address(uint160(0x1111000000000000000000000000000000001111))
        );
    }

    function testFuzz_undoL1ToL2Alias_inverse_succeeds(address account) external pure {
        vm.assertEq(AddressAliasHelper.undoL1ToL2Alias(AddressAliasHelper.applyL1ToL2Alias(account)), account);
    }
}
