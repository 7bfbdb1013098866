// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { LibCall } from "solady/utils/LibCall.sol";

/// @title SafeCall
/// @notice Calls to contracts that nobody vouches for: they get the gas they were promised, and what they return is not copied.
library SafeCall {
    /// @notice What a call itself may cost: a cold account (2,600), a transfer of ether (9,000), a new account (25,000), and the
    ///         instructions between the check and the call.
    uint256 internal constant CALL_GAS = 40_000;

    /// @notice Whether a call made now would get an amount of gas. A caller keeps one part in 64 of what is left (EIP-150).
    /// @param minGas      The gas to be had by the call.
    /// @param reservedGas Gas that is not for the call.
    function hasMinGas(uint256 minGas, uint256 reservedGas) internal view returns (bool) {
        uint256 available = gasleft();
        uint256 kept = CALL_GAS + reservedGas;
        return available > kept && (available - kept) * 63 / 64 >= minGas;
    }

    /// @notice Calls, whatever comes of it.
    /// @param target   Whom.
    /// @param gasLimit The most gas of the call.
    /// @param value    Ether sent along, in wei.
    /// @param data     The call's data.
    function call(address target, uint256 gasLimit, uint256 value, bytes memory data) internal returns (bool success) {
        (success,,) = LibCall.tryCall(target, value, gasLimit, 0, data);
    }
}
