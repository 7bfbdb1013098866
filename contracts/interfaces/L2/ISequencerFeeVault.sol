// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { IFeeVault } from "./IFeeVault.sol";

/// @title ISequencerFeeVault
/// @notice Collects priority fees.
interface ISequencerFeeVault is IFeeVault {
    /// @notice `recipient` under its oldest name.
    function l1FeeWallet() external view returns (address);
}
