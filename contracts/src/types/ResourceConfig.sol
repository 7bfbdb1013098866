// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

/// @notice The parameters of the market for deposits' gas (specs: protocol/guaranteed-gas-market.md).
/// @custom:field maxResourceLimit            The most gas that deposits may buy in one L1 block.
/// @custom:field elasticityMultiplier        The limit as a multiple of the target.
/// @custom:field baseFeeMaxChangeDenominator The base fee changes by one part in so many at most, from block to block.
/// @custom:field minimumBaseFee              The lowest base fee, in wei.
/// @custom:field systemTxMaxGas              Gas kept for the L1 attributes transaction.
/// @custom:field maximumBaseFee              The highest base fee, in wei.
struct ResourceConfig {
    uint32 maxResourceLimit;
    uint8 elasticityMultiplier;
    uint8 baseFeeMaxChangeDenominator;
    uint32 minimumBaseFee;
    uint32 systemTxMaxGas;
    uint128 maximumBaseFee;
}
