// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { IL1Block } from "../../interfaces/L2/IL1Block.sol";
import { IL1BlockNumber } from "../../interfaces/L2/IL1BlockNumber.sol";
import { Predeploys } from "../libraries/Predeploys.sol";

/// @title L1BlockNumber
/// @notice The legacy reader of the L1 block number.
contract L1BlockNumber is IL1BlockNumber {
    /// @inheritdoc IL1BlockNumber
    string public constant version = "1.1.0";

    /// @notice Answers with the number.
    receive() external payable {
        _answer();
    }

    /// @notice Answers with the number.
    fallback() external payable {
        _answer();
    }

    /// @inheritdoc IL1BlockNumber
    function getL1BlockNumber() public view returns (uint256) {
        return IL1Block(Predeploys.L1_BLOCK).number();
    }

    /// @dev Ends the call with the number.
    function _answer() private view {
        uint256 answer = getL1BlockNumber();
        assembly ("memory-safe") {
            mstore(0, answer)
            return(0, 32)
        }
    }
}
