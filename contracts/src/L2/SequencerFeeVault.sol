// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { ISequencerFeeVault } from "../../interfaces/L2/ISequencerFeeVault.sol";
import { FeeVault } from "./FeeVault.sol";

/// @title SequencerFeeVault
/// @notice The vault of priority fees: the coinbase of every L2 block.
contract SequencerFeeVault is ISequencerFeeVault, FeeVault {
    /// @inheritdoc ISequencerFeeVault
    function l1FeeWallet() external view returns (address) {
        return recipient;
    }
}
