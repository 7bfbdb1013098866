// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { FixedPointMathLib } from "solady/utils/FixedPointMathLib.sol";
import { Burn } from "../libraries/Burn.sol";
import { ResourceConfig } from "../types/ResourceConfig.sol";

/// @title ResourceMetering
/// @notice The market for deposits' gas: an EIP-1559 base fee, paid by burning L1 gas
///         (specs: protocol/guaranteed-gas-market.md).
abstract contract ResourceMetering {
    using FixedPointMathLib for int256;

    /// @notice The market's state.
    /// @custom:field prevBaseFee   The last base fee, in wei.
    /// @custom:field prevBoughtGas Gas bought in the last block with a deposit.
    /// @custom:field prevBlockNum  That block.
    struct ResourceParams {
        uint128 prevBaseFee;
        uint64 prevBoughtGas;
        uint64 prevBlockNum;
    }

    int256 private constant WAD = 1e18;

    /// @notice The market's state.
    ResourceParams public params;

    /// @dev Room for more state before that of the inheriting contract.
    uint256[49] private __gap;

    /// @notice The block's limit of deposits' gas is used up.
    error ResourceMetering_OutOfGas();

    /// @dev Charges for gas on L2, less what the function itself has cost.
    /// @param amount The gas.
    modifier metered(uint64 amount) {
        uint256 initialGas = gasleft();
        _;
        _meter(amount, initialGas);
    }

    /// @dev Opens the market at the lowest price.
    function _initializeMetering() internal {
        params = ResourceParams({
            prevBaseFee: _resourceConfig().minimumBaseFee, prevBoughtGas: 0, prevBlockNum: uint64(block.number)
        });
    }

    /// @dev The market's parameters.
    function _resourceConfig() internal view virtual returns (ResourceConfig memory);

    /// @dev Counts the gas and burns what it costs.
    function _meter(uint64 amount, uint256 initialGas) private {
        ResourceConfig memory config = _resourceConfig();
        ResourceParams memory current = params;
        if (current.prevBlockNum != block.number) current = _nextBlock(current, config);
        current.prevBoughtGas += amount;
        if (current.prevBoughtGas > config.maxResourceLimit) revert ResourceMetering_OutOfGas();
        params = current;

        uint256 cost = uint256(amount) * current.prevBaseFee;
        uint256 burn = cost / FixedPointMathLib.max(block.basefee, 1 gwei);
        uint256 used = initialGas - gasleft();
        if (burn > used) Burn.gas(burn - used);
    }

    /// @dev The state at the start of this block: the base fee follows what was bought in the last one with a deposit, and falls with
    ///      every block since.
    function _nextBlock(ResourceParams memory previous, ResourceConfig memory config)
        private
        view
        returns (ResourceParams memory)
    {
        int256 target = int256(uint256(config.maxResourceLimit / config.elasticityMultiplier));
        int256 denominator = int256(uint256(config.baseFeeMaxChangeDenominator));
        int256 baseFee = int256(uint256(previous.prevBaseFee));
        int256 excess = int256(uint256(previous.prevBoughtGas)) - target;
        baseFee = _clamp(baseFee + baseFee * excess / target / denominator, config);

        uint256 empty = block.number - previous.prevBlockNum - 1;
        if (empty > 0) {
            int256 factor = (WAD - WAD / denominator).powWad(int256(empty) * WAD);
            baseFee = _clamp(baseFee * factor / WAD, config);
        }
        return ResourceParams({
            prevBaseFee: uint128(uint256(baseFee)), prevBoughtGas: 0, prevBlockNum: uint64(block.number)
        });
    }

    /// @dev Keeps a base fee within its bounds.
    function _clamp(int256 baseFee, ResourceConfig memory config) private pure returns (int256) {
        int256 minimum = int256(uint256(config.minimumBaseFee));
        int256 maximum = int256(uint256(config.maximumBaseFee));
        return FixedPointMathLib.clamp(baseFee, minimum, maximum);
    }
}
