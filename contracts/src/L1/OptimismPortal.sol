// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { Initializable } from "@openzeppelin/contracts/proxy/utils/Initializable.sol";
import { IOptimismPortal } from "../../interfaces/L1/IOptimismPortal.sol";
import { ISettlement } from "../../interfaces/L1/ISettlement.sol";
import { ISystemConfig } from "../../interfaces/L1/ISystemConfig.sol";
import { AddressAliasHelper } from "../libraries/AddressAliasHelper.sol";
import { EOA } from "../libraries/EOA.sol";
import { SafeCall } from "../libraries/SafeCall.sol";
import { SecureTrie } from "../libraries/SecureTrie.sol";
import { Senders } from "../libraries/Senders.sol";
import { ProofList, WithdrawalProof } from "../libraries/WithdrawalProofs.sol";
import { ProxyAdminOwned } from "../proxy/ProxyAdminOwned.sol";
import { OutputRootProof } from "../types/OutputRootProof.sol";
import { ResourceConfig } from "../types/ResourceConfig.sol";
import { WithdrawalTransaction } from "../types/WithdrawalTransaction.sol";
import { ResourceMetering } from "./ResourceMetering.sol";

/// @title OptimismPortal
/// @notice The door between the layers. What is settled, and when, is for `l2Oracle` to say.
contract OptimismPortal is IOptimismPortal, ResourceMetering, Initializable, ProxyAdminOwned {
    /// @inheritdoc IOptimismPortal
    string public constant version = "2.8.0";

    /// @dev The encoding of `opaqueData`.
    uint256 private constant DEPOSIT_VERSION = 0;

    /// @dev Gas of a deposit made by sending ether.
    uint64 private constant RECEIVE_DEFAULT_GAS_LIMIT = 100_000;

    /// @dev The longest data of a deposit.
    uint256 private constant DATA_BYTES_MAX = 120_000;

    /// @dev What the message passer stores for a withdrawal.
    uint8 private constant SENT = 1;

    /// @inheritdoc IOptimismPortal
    address public systemConfig;

    /// @dev See `l2Oracle`.
    ISettlement private _settlement;

    /// @inheritdoc IOptimismPortal
    mapping(bytes32 withdrawalHash => bool finalized) public finalizedWithdrawals;

    /// @dev The proofs of each withdrawal.
    mapping(bytes32 withdrawalHash => ProofList) private _proofs;

    /// @dev See `l2Sender`; zero for nobody.
    address private transient _l2Sender;

    /// @dev What a proof is good for, the more the higher.
    enum Readiness {
        Unproven,
        TooYoung,
        NotFinal,
        Ready
    }

    /// @dev Lets nobody pass while withdrawals are paused.
    modifier whenNotPaused() {
        if (paused()) revert OptimismPortal_CallPaused();
        _;
    }

    constructor() {
        _disableInitializers();
    }

    /// @notice Deposits the ether to the sender's own account.
    receive() external payable {
        depositTransaction(msg.sender, msg.value, RECEIVE_DEFAULT_GAS_LIMIT, false, "");
    }

    /// @inheritdoc IOptimismPortal
    function initialize(address systemConfig_, address settlement_) external initializer onlyProxyAdminOrOwner {
        if (systemConfig_ == address(0) || settlement_ == address(0)) revert OptimismPortal_ZeroAddress();
        systemConfig = systemConfig_;
        _settlement = ISettlement(settlement_);
        _initializeMetering();
    }

    /// @inheritdoc IOptimismPortal
    function donateETH() external payable { }

    /// @inheritdoc IOptimismPortal
    function proveWithdrawalTransaction(
        WithdrawalTransaction memory withdrawal,
        uint256 l2OutputIndex,
        OutputRootProof calldata outputRootProof,
        bytes[] calldata withdrawalProof
    ) external whenNotPaused {
        if (withdrawal.target == address(this)) revert OptimismPortal_BadTarget();
        bytes32 outputRoot = _settlement.claim(l2OutputIndex);
        if (outputRoot == bytes32(0) || outputRoot != outputRootProof.outputRoot()) {
            revert OptimismPortal_InvalidOutputRootProof();
        }
        bytes32 withdrawalHash = withdrawal.withdrawalHash();
        if (finalizedWithdrawals[withdrawalHash]) revert OptimismPortal_AlreadyFinalized();
        ProofList storage proofs = _proofs[withdrawalHash];
        if (_stands(proofs.by(msg.sender))) revert OptimismPortal_AlreadyProven();

        // The slot of `sentMessages[withdrawalHash]`, the passer's first variable.
        bytes32 slot = keccak256(abi.encode(withdrawalHash, uint256(0)));
        SecureTrie.requireValue(outputRootProof.messagePasserStorageRoot, slot, SENT, withdrawalProof);

        proofs.record(msg.sender, outputRoot, l2OutputIndex);
        emit WithdrawalProven(withdrawalHash, withdrawal.sender, withdrawal.target);
        emit WithdrawalProvenExtension1(withdrawalHash, msg.sender);
    }

    /// @inheritdoc IOptimismPortal
    function finalizeWithdrawalTransaction(WithdrawalTransaction memory withdrawal) external whenNotPaused {
        bytes32 withdrawalHash = withdrawal.withdrawalHash();
        _finalize(withdrawal, withdrawalHash, _bestReadiness(_proofs[withdrawalHash]));
    }

    /// @inheritdoc IOptimismPortal
    function finalizeWithdrawalTransactionExternalProof(WithdrawalTransaction memory withdrawal, address proofSubmitter)
        external
        whenNotPaused
    {
        bytes32 withdrawalHash = withdrawal.withdrawalHash();
        _finalize(withdrawal, withdrawalHash, _readiness(_proofs[withdrawalHash].by(proofSubmitter)));
    }

    /// @inheritdoc IOptimismPortal
    function provenWithdrawals(bytes32 withdrawalHash) external view returns (bytes32, uint128, uint128) {
        ProofList storage proofs = _proofs[withdrawalHash];
        WithdrawalProof memory oldest;
        uint256 count = proofs.count();
        for (uint256 i; i < count; ++i) {
            WithdrawalProof storage proof = proofs.at(i);
            if ((oldest.timestamp == 0 || proof.timestamp < oldest.timestamp) && _stands(proof)) oldest = proof;
        }
        return (oldest.outputRoot, oldest.timestamp, oldest.l2OutputIndex);
    }

    /// @inheritdoc IOptimismPortal
    function numProofSubmitters(bytes32 withdrawalHash) external view returns (uint256) {
        return _proofs[withdrawalHash].count();
    }

    /// @inheritdoc IOptimismPortal
    function proofSubmitters(bytes32 withdrawalHash, uint256 index) external view returns (address) {
        ProofList storage proofs = _proofs[withdrawalHash];
        if (index >= proofs.count()) revert OptimismPortal_Unproven();
        return proofs.at(index).submitter;
    }

    /// @inheritdoc IOptimismPortal
    function isOutputFinalized(uint256 l2OutputIndex) external view returns (bool) {
        return _settlement.isFinal(l2OutputIndex);
    }

    /// @inheritdoc IOptimismPortal
    function proofMaturityDelaySeconds() external view returns (uint256) {
        return _settlement.proofMaturityDelaySeconds();
    }

    /// @inheritdoc IOptimismPortal
    function l2Sender() external view returns (address) {
        return _l2Sender == address(0) ? Senders.NOBODY : _l2Sender;
    }

    /// @inheritdoc IOptimismPortal
    function l2Oracle() external view returns (address) {
        return address(_settlement);
    }

    /// @inheritdoc IOptimismPortal
    function L2_ORACLE() external view returns (address) {
        return address(_settlement);
    }

    /// @inheritdoc IOptimismPortal
    function superchainConfig() external view returns (address) {
        return ISystemConfig(systemConfig).superchainConfig();
    }

    /// @inheritdoc IOptimismPortal
    function guardian() external view returns (address) {
        return ISystemConfig(systemConfig).guardian();
    }

    /// @inheritdoc IOptimismPortal
    function depositTransaction(address to, uint256 value, uint64 gasLimit, bool isCreation, bytes memory data)
        public
        payable
        metered(gasLimit)
    {
        if (isCreation && to != address(0)) revert OptimismPortal_BadTarget();
        if (gasLimit < minimumGasLimit(uint64(data.length))) revert OptimismPortal_GasLimitTooLow();
        if (data.length > DATA_BYTES_MAX) revert OptimismPortal_CalldataTooLarge();

        address from = EOA.isSenderEOA() ? msg.sender : AddressAliasHelper.applyL1ToL2Alias(msg.sender);
        bytes memory opaqueData = abi.encodePacked(msg.value, value, gasLimit, isCreation, data);
        emit TransactionDeposited(from, to, DEPOSIT_VERSION, opaqueData);
    }

    /// @inheritdoc IOptimismPortal
    function checkWithdrawal(bytes32 withdrawalHash, address proofSubmitter) public view {
        _requireReady(withdrawalHash, _readiness(_proofs[withdrawalHash].by(proofSubmitter)));
    }

    /// @inheritdoc IOptimismPortal
    function provenWithdrawals(bytes32 withdrawalHash, address proofSubmitter)
        public
        view
        returns (bytes32 outputRoot, uint128 timestamp, uint128 l2OutputIndex)
    {
        WithdrawalProof storage proof = _proofs[withdrawalHash].by(proofSubmitter);
        return (proof.outputRoot, proof.timestamp, proof.l2OutputIndex);
    }

    /// @inheritdoc IOptimismPortal
    function paused() public view returns (bool) {
        return ISystemConfig(systemConfig).paused();
    }

    /// @inheritdoc IOptimismPortal
    function minimumGasLimit(uint64 byteCount) public pure returns (uint64) {
        return byteCount * 40 + 21_000;
    }

    /// @inheritdoc ResourceMetering
    function _resourceConfig() internal view override returns (ResourceConfig memory) {
        return ISystemConfig(systemConfig).resourceConfig();
    }

    /// @dev Marks the withdrawal, and only then makes its call. Nobody can finalize with so little gas that the call fails by that.
    function _finalize(WithdrawalTransaction memory withdrawal, bytes32 withdrawalHash, Readiness readiness) private {
        if (_l2Sender != address(0)) revert OptimismPortal_NoReentrancy();
        _requireReady(withdrawalHash, readiness);
        uint256 balance = address(this).balance;
        if (balance < withdrawal.value) revert OptimismPortal_InsufficientBalance(balance, withdrawal.value);

        finalizedWithdrawals[withdrawalHash] = true;
        _l2Sender = withdrawal.sender;
        if (!SafeCall.hasMinGas(withdrawal.gasLimit, 0)) revert OptimismPortal_NotEnoughGas();
        bool success = SafeCall.call(withdrawal.target, gasleft(), withdrawal.value, withdrawal.data);
        _l2Sender = address(0);

        emit WithdrawalFinalized(withdrawalHash, success);
        if (!success && tx.origin == Senders.ESTIMATION) revert OptimismPortal_GasEstimation();
    }

    /// @dev Lets a withdrawal pass that has a ready proof and was not finalized.
    function _requireReady(bytes32 withdrawalHash, Readiness readiness) private view {
        if (finalizedWithdrawals[withdrawalHash]) revert OptimismPortal_AlreadyFinalized();
        if (readiness == Readiness.Unproven) revert OptimismPortal_Unproven();
        if (readiness == Readiness.TooYoung) revert OptimismPortal_ProofNotOldEnough();
        if (readiness == Readiness.NotFinal) revert OptimismPortal_OutputNotFinal();
    }

    /// @dev What the best of a withdrawal's proofs is good for. The caller's own comes first: who has one does not pay for others'.
    ///      If any is ready, the oldest that stands is: it has waited at least as long.
    function _bestReadiness(ProofList storage proofs) private view returns (Readiness best) {
        best = _readiness(proofs.by(msg.sender));
        if (best == Readiness.Ready) return best;
        uint256 count = proofs.count();
        for (uint256 i; i < count && best != Readiness.Ready; ++i) {
            Readiness readiness = _readiness(proofs.at(i));
            if (readiness > best) best = readiness;
        }
    }

    /// @dev What a proof is good for.
    function _readiness(WithdrawalProof storage proof) private view returns (Readiness) {
        if (!_stands(proof)) return Readiness.Unproven;
        if (block.timestamp <= proof.timestamp + _settlement.proofMaturityDelaySeconds()) return Readiness.TooYoung;
        return _settlement.isFinal(proof.l2OutputIndex) ? Readiness.Ready : Readiness.NotFinal;
    }

    /// @dev Whether there is a proof and its claim stands.
    function _stands(WithdrawalProof storage proof) private view returns (bool) {
        return proof.timestamp != 0 && _settlement.claim(proof.l2OutputIndex) == proof.outputRoot;
    }
}
