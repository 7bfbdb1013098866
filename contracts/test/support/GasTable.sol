// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { Vm } from "./Vm.sol";

/// @title GasTable
/// @notice The rows that scripts/gas.mjs shows: what the last call took, and what it may take.
library GasTable {
    Vm private constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

    /// @notice The form of a log that forge reads out.
    event log_named_uint(string key, uint256 val);

    /// @notice What the last call took.
    function used() internal view returns (uint256) {
        return vm.lastCallGas().gasTotalUsed;
    }

    /// @notice Shows a row, and fails if there is too much of it.
    /// @param name    What was called.
    /// @param gas     What it took.
    /// @param gasMax  What it may take.
    /// @param burnt   Gas that was bought for L2, which is in it.
    /// @param restMax What it may take beside that.
    function row(string memory name, uint256 gas, uint256 gasMax, uint256 burnt, uint256 restMax) internal {
        emit log_named_uint(string.concat(name, " | gas"), gas);
        emit log_named_uint(string.concat(name, " | burnt"), burnt);
        emit log_named_uint(string.concat(name, " | limit"), gasMax);
        vm.assertLe(gas, gasMax);
        vm.assertLe(gas - burnt, restMax);
    }

    /// @notice As above, of the last call, which bought no gas.
    function row(string memory name, uint256 gasMax) internal {
        row(name, used(), gasMax, 0, gasMax);
    }
}
