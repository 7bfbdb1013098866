// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { Initializable } from "@openzeppelin/contracts/proxy/utils/Initializable.sol";
import { SafeCast } from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import { IL2OutputOracle } from "../../interfaces/L1/IL2OutputOracle.sol";
import { ISettlement } from "../../interfaces/L1/ISettlement.sol";
import { ProxyAdminOwned } from "../proxy/ProxyAdminOwned.sol";
import { OutputProposal } from "../types/OutputProposal.sol";

/// @title L2OutputOracle
/// @notice The proposed outputs of one chain.
contract L2OutputOracle is IL2OutputOracle, Initializable, ProxyAdminOwned {
    using SafeCast for uint256;

    /// @inheritdoc IL2OutputOracle
    string public constant version = "1.8.0";

    /// @inheritdoc IL2OutputOracle
    address public proposer;

    /// @dev See `submissionInterval`.
    uint64 private _submissionInterval;

    /// @dev See `l2BlockTime`.
    uint32 private _l2BlockTime;

    /// @inheritdoc IL2OutputOracle
    address public challenger;

    /// @dev See `finalizationPeriodSeconds`.
    uint64 private _finalizationPeriodSeconds;

    /// @dev See `startingBlockNumber`.
    uint128 private _startingBlockNumber;

    /// @dev See `startingTimestamp`.
    uint128 private _startingTimestamp;

    /// @dev The outputs, by their numbers.
    OutputProposal[] private _outputs;

    constructor() {
        _disableInitializers();
    }

    /// @inheritdoc IL2OutputOracle
    function initialize(Init calldata init) external initializer onlyProxyAdminOrOwner {
        if (init.submissionInterval == 0 || init.l2BlockTime == 0 || init.finalizationPeriodSeconds == 0) {
            revert L2OutputOracle_ZeroParameter();
        }
        if (init.proposer == address(0) || init.challenger == address(0)) revert L2OutputOracle_ZeroParameter();
        if (init.startingTimestamp > block.timestamp) revert L2OutputOracle_StartInFuture(init.startingTimestamp);
        proposer = init.proposer;
        challenger = init.challenger;
        _submissionInterval = init.submissionInterval.toUint64();
        _l2BlockTime = init.l2BlockTime.toUint32();
        _finalizationPeriodSeconds = init.finalizationPeriodSeconds.toUint64();
        _startingBlockNumber = init.startingBlockNumber.toUint128();
        _startingTimestamp = uint128(init.startingTimestamp == 0 ? block.timestamp : init.startingTimestamp);
    }

    /// @inheritdoc IL2OutputOracle
    function proposeL2Output(bytes32 outputRoot, uint256 l2BlockNumber, bytes32 l1BlockHash, uint256 l1BlockNumber)
        external
        payable
    {
        if (msg.sender != proposer) revert L2OutputOracle_OnlyProposer();
        if (msg.value != 0) revert L2OutputOracle_NoEther();
        uint256 expected = nextBlockNumber();
        if (l2BlockNumber != expected) revert L2OutputOracle_UnexpectedBlock(l2BlockNumber, expected);
        uint256 l2Timestamp = computeL2Timestamp(l2BlockNumber);
        if (l2Timestamp >= block.timestamp) revert L2OutputOracle_BlockInFuture(l2Timestamp);
        if (outputRoot == bytes32(0)) revert L2OutputOracle_ZeroOutputRoot();
        if (l1BlockHash != bytes32(0)) {
            bytes32 actual = blockhash(l1BlockNumber);
            if (actual != l1BlockHash) revert L2OutputOracle_WrongL1Block(actual, l1BlockHash);
        }

        uint256 l2OutputIndex = _outputs.length;
        _outputs.push(
            OutputProposal({
                outputRoot: outputRoot, timestamp: uint128(block.timestamp), l2BlockNumber: uint128(l2BlockNumber)
            })
        );
        emit OutputProposed(outputRoot, l2OutputIndex, l2BlockNumber, block.timestamp);
    }

    /// @inheritdoc IL2OutputOracle
    function deleteL2Outputs(uint256 l2OutputIndex) external {
        if (msg.sender != challenger) revert L2OutputOracle_OnlyChallenger();
        uint256 length = _outputs.length;
        if (l2OutputIndex >= length) revert L2OutputOracle_NoSuchOutput(l2OutputIndex);
        if (block.timestamp >= _outputs[l2OutputIndex].timestamp + _finalizationPeriodSeconds) {
            revert L2OutputOracle_AlreadyFinal(l2OutputIndex);
        }
        // Whatever their number, all are gone at once. A later output overwrites what is left of them.
        assembly ("memory-safe") {
            sstore(_outputs.slot, l2OutputIndex)
        }
        emit OutputsDeleted(length, l2OutputIndex);
    }

    /// @inheritdoc IL2OutputOracle
    function getL2OutputAfter(uint256 l2BlockNumber) external view returns (OutputProposal memory) {
        return _outputs[getL2OutputIndexAfter(l2BlockNumber)];
    }

    /// @inheritdoc ISettlement
    function claim(uint256 index) external view returns (bytes32) {
        return index < _outputs.length ? _outputs[index].outputRoot : bytes32(0);
    }

    /// @inheritdoc ISettlement
    function isFinal(uint256 index) external view returns (bool) {
        return index < _outputs.length && block.timestamp > _outputs[index].timestamp + _finalizationPeriodSeconds;
    }

    /// @inheritdoc ISettlement
    function proofMaturityDelaySeconds() external view returns (uint256) {
        return _finalizationPeriodSeconds;
    }

    /// @inheritdoc IL2OutputOracle
    function getL2Output(uint256 l2OutputIndex) external view returns (OutputProposal memory) {
        if (l2OutputIndex >= _outputs.length) revert L2OutputOracle_NoSuchOutput(l2OutputIndex);
        return _outputs[l2OutputIndex];
    }

    /// @inheritdoc IL2OutputOracle
    function latestOutputIndex() external view returns (uint256) {
        uint256 length = _outputs.length;
        if (length == 0) revert L2OutputOracle_NoSuchOutput(0);
        return length - 1;
    }

    /// @inheritdoc IL2OutputOracle
    function nextOutputIndex() external view returns (uint256) {
        return _outputs.length;
    }

    /// @inheritdoc IL2OutputOracle
    function submissionInterval() external view returns (uint256) {
        return _submissionInterval;
    }

    /// @inheritdoc IL2OutputOracle
    function l2BlockTime() external view returns (uint256) {
        return _l2BlockTime;
    }

    /// @inheritdoc IL2OutputOracle
    function finalizationPeriodSeconds() external view returns (uint256) {
        return _finalizationPeriodSeconds;
    }

    /// @inheritdoc IL2OutputOracle
    function startingBlockNumber() external view returns (uint256) {
        return _startingBlockNumber;
    }

    /// @inheritdoc IL2OutputOracle
    function startingTimestamp() external view returns (uint256) {
        return _startingTimestamp;
    }

    /// @inheritdoc IL2OutputOracle
    function SUBMISSION_INTERVAL() external view returns (uint256) {
        return _submissionInterval;
    }

    /// @inheritdoc IL2OutputOracle
    function L2_BLOCK_TIME() external view returns (uint256) {
        return _l2BlockTime;
    }

    /// @inheritdoc IL2OutputOracle
    function CHALLENGER() external view returns (address) {
        return challenger;
    }

    /// @inheritdoc IL2OutputOracle
    function PROPOSER() external view returns (address) {
        return proposer;
    }

    /// @inheritdoc IL2OutputOracle
    function FINALIZATION_PERIOD_SECONDS() external view returns (uint256) {
        return _finalizationPeriodSeconds;
    }

    /// @inheritdoc IL2OutputOracle
    function getL2OutputIndexAfter(uint256 l2BlockNumber) public view returns (uint256) {
        // SDKs match both texts, and the first one comes first.
        require(
            l2BlockNumber <= latestBlockNumber(),
            "L2OutputOracle: cannot get output for a block that has not been proposed"
        );
        uint256 high = _outputs.length;
        require(high > 0, "L2OutputOracle: cannot get output as no outputs have been proposed yet");
        uint256 low;
        while (low < high) {
            uint256 middle = (low + high) / 2;
            if (_outputs[middle].l2BlockNumber < l2BlockNumber) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /// @inheritdoc IL2OutputOracle
    function latestBlockNumber() public view returns (uint256) {
        uint256 length = _outputs.length;
        return length == 0 ? _startingBlockNumber : _outputs[length - 1].l2BlockNumber;
    }

    /// @inheritdoc IL2OutputOracle
    function nextBlockNumber() public view returns (uint256) {
        return latestBlockNumber() + _submissionInterval;
    }

    /// @inheritdoc IL2OutputOracle
    function computeL2Timestamp(uint256 l2BlockNumber) public view returns (uint256) {
        return _startingTimestamp + (l2BlockNumber - _startingBlockNumber) * _l2BlockTime;
    }
}
