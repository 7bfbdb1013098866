// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { SafeCast } from "@openzeppelin/contracts/utils/math/SafeCast.sol";

/// @notice Somebody's proof that a claim commits to a withdrawal.
/// @custom:field outputRoot    The claimed root.
/// @custom:field timestamp     When it was proven, in seconds; zero without a proof.
/// @custom:field l2OutputIndex The claim's number.
/// @custom:field submitter     Who proved.
struct WithdrawalProof {
    bytes32 outputRoot;
    uint64 timestamp;
    uint32 l2OutputIndex;
    address submitter;
}

/// @notice The proofs of one withdrawal, one a submitter, in the order in which they first proved.
/// @custom:field first       The first submitter's.
/// @custom:field others      The other submitters.
/// @custom:field bySubmitter Their proofs.
struct ProofList {
    WithdrawalProof first;
    address[] others;
    mapping(address submitter => WithdrawalProof) bySubmitter;
}

using WithdrawalProofs for ProofList global;

/// @title WithdrawalProofs
/// @notice The first proof, which is the only one as a rule, takes two words. To record a proof, or to look one up, costs the same
///         however many there are, so that nobody can be kept from proving, and from finalizing with an own proof.
library WithdrawalProofs {
    using SafeCast for uint256;

    /// @notice Records a proof, in place of the submitter's earlier one.
    /// @param list          The withdrawal's proofs.
    /// @param submitter     Who proves.
    /// @param outputRoot    The claimed root.
    /// @param l2OutputIndex The claim's number.
    function record(ProofList storage list, address submitter, bytes32 outputRoot, uint256 l2OutputIndex) internal {
        WithdrawalProof storage proof = by(list, submitter);
        if (list.first.submitter != address(0) && proof.submitter == address(0)) list.others.push(submitter);
        proof.outputRoot = outputRoot;
        (proof.timestamp, proof.l2OutputIndex, proof.submitter) =
        (uint64(block.timestamp), l2OutputIndex.toUint32(), submitter);
    }

    /// @notice A submitter's proof, or where it would be recorded.
    /// @param list      The withdrawal's proofs.
    /// @param submitter Who proved.
    function by(ProofList storage list, address submitter) internal view returns (WithdrawalProof storage) {
        address first = list.first.submitter;
        return first == submitter || first == address(0) ? list.first : list.bySubmitter[submitter];
    }

    /// @notice The proof at a place in the order.
    /// @param list  The withdrawal's proofs.
    /// @param index The place, from zero to less than `count`.
    function at(ProofList storage list, uint256 index) internal view returns (WithdrawalProof storage) {
        return index == 0 ? list.first : list.bySubmitter[list.others[index - 1]];
    }

    /// @notice How many have proved.
    /// @param list The withdrawal's proofs.
    function count(ProofList storage list) internal view returns (uint256) {
        return list.first.submitter == address(0) ? 0 : list.others.length + 1;
    }
}
