// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { OutputRootProof } from "../../src/types/OutputRootProof.sol";
import { WithdrawalTransaction } from "../../src/types/WithdrawalTransaction.sol";

/// @title IOptimismPortal
/// @notice The door between the layers: the source of deposits, whose events derivation reads (specs: protocol/deposits.md), and the
///         end of withdrawals (specs: protocol/withdrawals.md).
interface IOptimismPortal {
    /// @notice A transaction that L2 must execute.
    /// @param from       The sender on L2: the caller, or its alias if it is a contract.
    /// @param to         The recipient on L2.
    /// @param version    The encoding's version: 0.
    /// @param opaqueData Packed: mint, value (32 bytes each), gas limit (8), creation (1), data.
    event TransactionDeposited(address indexed from, address indexed to, uint256 indexed version, bytes opaqueData);

    /// @notice A withdrawal was proven.
    /// @param withdrawalHash Its hash.
    /// @param from           Who asked for it on L2.
    /// @param to             Whom it calls.
    event WithdrawalProven(bytes32 indexed withdrawalHash, address indexed from, address indexed to);

    /// @notice A withdrawal was proven.
    /// @param withdrawalHash  Its hash.
    /// @param proofSubmitter  Who proved it.
    event WithdrawalProvenExtension1(bytes32 indexed withdrawalHash, address indexed proofSubmitter);

    /// @notice A withdrawal's call was made. It is not made again.
    /// @param withdrawalHash Its hash.
    /// @param success        What came of the call.
    event WithdrawalFinalized(bytes32 indexed withdrawalHash, bool success);

    /// @notice A creation has no recipient, and a withdrawal does not call the portal.
    error OptimismPortal_BadTarget();

    /// @notice The portal needs a configuration and a settlement.
    error OptimismPortal_ZeroAddress();

    /// @notice Withdrawals are paused.
    error OptimismPortal_CallPaused();

    /// @notice The claim does not stand, or commits to something else.
    error OptimismPortal_InvalidOutputRootProof();

    /// @notice The caller has proven the withdrawal with a claim that still stands.
    error OptimismPortal_AlreadyProven();

    /// @notice The withdrawal's call was made.
    error OptimismPortal_AlreadyFinalized();

    /// @notice There is no proof, or none whose claim still stands: prove (again).
    error OptimismPortal_Unproven();

    /// @notice The proof is too young.
    error OptimismPortal_ProofNotOldEnough();

    /// @notice The claim that the proof is of is not final.
    error OptimismPortal_OutputNotFinal();

    /// @notice A withdrawal's call finalizes another withdrawal.
    error OptimismPortal_NoReentrancy();

    /// @notice The call would not get its gas: send more.
    error OptimismPortal_NotEnoughGas();

    /// @notice The portal holds less ether than the withdrawal sends.
    error OptimismPortal_InsufficientBalance(uint256 balance, uint256 value);

    /// @notice The call failed while its gas is estimated.
    error OptimismPortal_GasEstimation();

    /// @notice The gas limit is below `minimumGasLimit`.
    error OptimismPortal_GasLimitTooLow();

    /// @notice The data is longer than 120,000 bytes: it would not fit a block that nodes gossip.
    error OptimismPortal_CalldataTooLarge();

    /// @notice Sets the chain, once.
    /// @param systemConfig_ The chain's configuration.
    /// @param settlement_   What settles the chain: see ISettlement.
    function initialize(address systemConfig_, address settlement_) external;

    /// @notice Has L2 execute a transaction. Ether sent along is minted to the sender on L2. The gas is paid for by burning
    ///         gas here.
    /// @param to         The recipient on L2; zero for a creation.
    /// @param value      Ether that the transaction sends on L2, in wei.
    /// @param gasLimit   The transaction's gas limit.
    /// @param isCreation Whether it creates a contract.
    /// @param data       Its data.
    function depositTransaction(address to, uint256 value, uint64 gasLimit, bool isCreation, bytes memory data)
        external
        payable;

    /// @notice Proves that L2 asked for a withdrawal, by a claim that stands. A caller proves again only if that claim falls.
    /// @param withdrawal      The withdrawal.
    /// @param l2OutputIndex   The claim's number.
    /// @param outputRootProof What the claim commits to.
    /// @param withdrawalProof The trie's nodes from the message passer's storage root to the withdrawal.
    function proveWithdrawalTransaction(
        WithdrawalTransaction memory withdrawal,
        uint256 l2OutputIndex,
        OutputRootProof calldata outputRootProof,
        bytes[] calldata withdrawalProof
    ) external;

    /// @notice Makes a withdrawal's call, whose time has come by the oldest proof whose claim still stands. The more others have proven
    ///         the withdrawal, the more gas it takes whoever has no ready proof.
    /// @param withdrawal The withdrawal.
    function finalizeWithdrawalTransaction(WithdrawalTransaction memory withdrawal) external;

    /// @notice Makes a withdrawal's call, whose time has come by one submitter's proof.
    /// @param withdrawal     The withdrawal.
    /// @param proofSubmitter Who proved it.
    function finalizeWithdrawalTransactionExternalProof(WithdrawalTransaction memory withdrawal, address proofSubmitter)
        external;

    /// @notice Takes ether without depositing it.
    function donateETH() external payable;

    /// @notice The lowest gas limit of a deposit, so that its data costs something.
    /// @param byteCount The data's length.
    function minimumGasLimit(uint64 byteCount) external pure returns (uint64);

    /// @notice Reverts unless a withdrawal can be finalized by one submitter's proof.
    /// @param withdrawalHash Its hash.
    /// @param proofSubmitter Who proved it.
    function checkWithdrawal(bytes32 withdrawalHash, address proofSubmitter) external view;

    /// @notice The oldest proof whose claim still stands; all zero if there is none.
    /// @param withdrawalHash The withdrawal's hash.
    /// @return outputRoot    The claimed root.
    /// @return timestamp     When it was proven, in seconds.
    /// @return l2OutputIndex The claim's number.
    function provenWithdrawals(bytes32 withdrawalHash)
        external
        view
        returns (bytes32 outputRoot, uint128 timestamp, uint128 l2OutputIndex);

    /// @notice One submitter's proof, whether its claim stands or not; all zero without one.
    /// @param withdrawalHash The withdrawal's hash.
    /// @param proofSubmitter Who proved it.
    /// @return outputRoot    The claimed root.
    /// @return timestamp     When it was proven, in seconds.
    /// @return l2OutputIndex The claim's number.
    function provenWithdrawals(bytes32 withdrawalHash, address proofSubmitter)
        external
        view
        returns (bytes32 outputRoot, uint128 timestamp, uint128 l2OutputIndex);

    /// @notice How many have proven a withdrawal.
    /// @param withdrawalHash Its hash.
    function numProofSubmitters(bytes32 withdrawalHash) external view returns (uint256);

    /// @notice Who has proven a withdrawal, in the order in which they first did.
    /// @param withdrawalHash Its hash.
    /// @param index          The place in that order.
    function proofSubmitters(bytes32 withdrawalHash, uint256 index) external view returns (address);

    /// @notice Whether a withdrawal's call was made.
    /// @param withdrawalHash Its hash.
    function finalizedWithdrawals(bytes32 withdrawalHash) external view returns (bool);

    /// @notice Whether a claim is final.
    /// @param l2OutputIndex Its number.
    function isOutputFinalized(uint256 l2OutputIndex) external view returns (bool);

    /// @notice How long after its proof a withdrawal waits, in seconds.
    function proofMaturityDelaySeconds() external view returns (uint256);

    /// @notice Who asked on L2 for the withdrawal whose call is being made; `0x…dEaD` outside of such a call.
    function l2Sender() external view returns (address);

    /// @notice What settles the chain.
    function l2Oracle() external view returns (address);

    /// @notice Legacy spelling of `l2Oracle`.
    function L2_ORACLE() external view returns (address);

    /// @notice The chain's configuration.
    function systemConfig() external view returns (address);

    /// @notice The pause switch.
    function superchainConfig() external view returns (address);

    /// @notice Who may pause.
    function guardian() external view returns (address);

    /// @notice Whether withdrawals are paused. Deposits never are.
    function paused() external view returns (bool);

    /// @notice Semantic version of this interface. SDKs take a number below 3 for withdrawals by output oracle.
    function version() external pure returns (string memory);
}
