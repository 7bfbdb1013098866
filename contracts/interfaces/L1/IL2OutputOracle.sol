// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { OutputProposal } from "../../src/types/OutputProposal.sol";
import { ISettlement } from "./ISettlement.sol";

/// @title IL2OutputOracle
/// @notice Settlement by trust in two roles: a proposer proposes output roots at fixed distances, a challenger deletes wrong ones
///         within the finalization period. A deletion removes all later outputs too: they are proposed again.
interface IL2OutputOracle is ISettlement {
    /// @notice The values a chain starts with.
    /// @custom:field submissionInterval        L2 blocks between outputs.
    /// @custom:field l2BlockTime               Seconds between L2 blocks.
    /// @custom:field startingBlockNumber       The L2 block after which the first interval begins.
    /// @custom:field startingTimestamp         Its time, in seconds; zero for the time of the L1 block that initializes.
    /// @custom:field proposer                  Who proposes.
    /// @custom:field challenger                Who deletes.
    /// @custom:field finalizationPeriodSeconds How long an output can be deleted.
    struct Init {
        uint256 submissionInterval;
        uint256 l2BlockTime;
        uint256 startingBlockNumber;
        uint256 startingTimestamp;
        address proposer;
        address challenger;
        uint256 finalizationPeriodSeconds;
    }

    /// @notice An output was proposed.
    /// @param outputRoot    The root.
    /// @param l2OutputIndex Its number.
    /// @param l2BlockNumber The L2 block it is of.
    /// @param l1Timestamp   When, in seconds.
    event OutputProposed(
        bytes32 indexed outputRoot, uint256 indexed l2OutputIndex, uint256 indexed l2BlockNumber, uint256 l1Timestamp
    );

    /// @notice Outputs were deleted.
    /// @param prevNextOutputIndex How many there were.
    /// @param newNextOutputIndex  How many are left.
    event OutputsDeleted(uint256 indexed prevNextOutputIndex, uint256 indexed newNextOutputIndex);

    /// @notice The caller is not the proposer.
    error L2OutputOracle_OnlyProposer();

    /// @notice The caller is not the challenger.
    error L2OutputOracle_OnlyChallenger();

    /// @notice The interval, the block time, the period or a role is zero.
    error L2OutputOracle_ZeroParameter();

    /// @notice The chain would start in the future.
    error L2OutputOracle_StartInFuture(uint256 startingTimestamp);

    /// @notice Outputs are proposed in order, none is left out.
    error L2OutputOracle_UnexpectedBlock(uint256 l2BlockNumber, uint256 expected);

    /// @notice The L2 block's time has not come.
    error L2OutputOracle_BlockInFuture(uint256 l2Timestamp);

    /// @notice The oracle keeps no ether.
    error L2OutputOracle_NoEther();

    /// @notice No output has this root.
    error L2OutputOracle_ZeroOutputRoot();

    /// @notice The L1 block that the proposer built on is not, or no longer, on this chain.
    error L2OutputOracle_WrongL1Block(bytes32 actual, bytes32 expected);

    /// @notice There is no such output.
    error L2OutputOracle_NoSuchOutput(uint256 l2OutputIndex);

    /// @notice The output's period is over.
    error L2OutputOracle_AlreadyFinal(uint256 l2OutputIndex);

    /// @notice Sets the first values, once.
    /// @param init The values.
    function initialize(Init calldata init) external;

    /// @notice Proposes the next output. Payable as SDKs know it, but ether is refused.
    /// @param outputRoot    The root.
    /// @param l2BlockNumber The L2 block it is of: `nextBlockNumber`.
    /// @param l1BlockHash   Hash of an L1 block that the output was derived from, or zero: the proposal fails if a reorg removes it.
    /// @param l1BlockNumber That block's number, one of the last 256.
    function proposeL2Output(bytes32 outputRoot, uint256 l2BlockNumber, bytes32 l1BlockHash, uint256 l1BlockNumber)
        external
        payable;

    /// @notice Deletes an output and all after it.
    /// @param l2OutputIndex The first to be deleted.
    function deleteL2Outputs(uint256 l2OutputIndex) external;

    /// @notice An output.
    /// @param l2OutputIndex Its number.
    function getL2Output(uint256 l2OutputIndex) external view returns (OutputProposal memory);

    /// @notice The number of the first output that covers an L2 block.
    /// @param l2BlockNumber The block.
    function getL2OutputIndexAfter(uint256 l2BlockNumber) external view returns (uint256);

    /// @notice The first output that covers an L2 block.
    /// @param l2BlockNumber The block.
    function getL2OutputAfter(uint256 l2BlockNumber) external view returns (OutputProposal memory);

    /// @notice The number of the latest output.
    function latestOutputIndex() external view returns (uint256);

    /// @notice The number that the next output will have.
    function nextOutputIndex() external view returns (uint256);

    /// @notice The L2 block of the latest output, or the starting block.
    function latestBlockNumber() external view returns (uint256);

    /// @notice The L2 block of the next output.
    function nextBlockNumber() external view returns (uint256);

    /// @notice The time of an L2 block, in seconds.
    /// @param l2BlockNumber The block.
    function computeL2Timestamp(uint256 l2BlockNumber) external view returns (uint256);

    /// @notice L2 blocks between outputs.
    function submissionInterval() external view returns (uint256);

    /// @notice Seconds between L2 blocks.
    function l2BlockTime() external view returns (uint256);

    /// @notice Who deletes.
    function challenger() external view returns (address);

    /// @notice Who proposes.
    function proposer() external view returns (address);

    /// @notice How long an output can be deleted, in seconds.
    function finalizationPeriodSeconds() external view returns (uint256);

    /// @notice The L2 block after which the first interval begins.
    function startingBlockNumber() external view returns (uint256);

    /// @notice The time of that block, in seconds.
    function startingTimestamp() external view returns (uint256);

    /// @notice Legacy spelling of `submissionInterval`.
    function SUBMISSION_INTERVAL() external view returns (uint256);

    /// @notice Legacy spelling of `l2BlockTime`.
    function L2_BLOCK_TIME() external view returns (uint256);

    /// @notice Legacy spelling of `challenger`.
    function CHALLENGER() external view returns (address);

    /// @notice Legacy spelling of `proposer`.
    function PROPOSER() external view returns (address);

    /// @notice Legacy spelling of `finalizationPeriodSeconds`.
    function FINALIZATION_PERIOD_SECONDS() external view returns (uint256);

    /// @notice Semantic version of this interface.
    function version() external pure returns (string memory);
}
