// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

/// @title Burn
/// @notice Ways to destroy what has a price.
library Burn {
    /// @notice Uses up gas.
    /// @param amount At least so much.
    function gas(uint256 amount) internal view {
        uint256 initialGas = gasleft();
        uint256 rounds;
        while (initialGas - gasleft() < amount) ++rounds;
    }

    /// @notice Removes ether from the supply.
    /// @param amountWei How much of the caller's balance.
    function eth(uint256 amountWei) internal {
        new Burner{ value: amountWei }();
    }
}

/// @title Burner
/// @notice Ends in its creation, its own heir, and takes its ether with it (EIP-6780).
contract Burner {
    constructor() payable {
        selfdestruct(payable(address(this)));
    }
}
