// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { SafeCast } from "@openzeppelin/contracts/utils/math/SafeCast.sol";

/// @notice Somebody's proof that a claim commits to a withdrawal.
/// @custom:field outputRoot    The claimed root.
/// @custom:field timestamp     When it was proven, in seconds; zero without a proof.
/// @custom:field l2OutputIndex The claim's number.
/// @custom:field next          Who proved next, or, for the newest submitter, who proved first.
struct WithdrawalProof {
    bytes32 outputRoot;
    uint64 timestamp;
    uint32 l2OutputIndex;
    address next;
}

/// @notice The proofs of one withdrawal, one a submitter: a ring in the order in which they came, entered at the newest submitter. Who
///         proves again keeps the place.
/// @custom:field newest      Who came last.
/// @custom:field count       How many have proved.
/// @custom:field bySubmitter Their proofs.
struct ProofRing {
    address newest;
    uint96 count;
    mapping(address submitter => WithdrawalProof) bySubmitter;
}

using WithdrawalProofs for ProofRing global;

/// @title WithdrawalProofs
/// @notice Three words for a withdrawal's first proof, two for each further one. To record one, or to look one up, costs the same
///         however many there are, so that nobody can be kept from proving and from finalizing with an own proof.
library WithdrawalProofs {
    using SafeCast for uint256;

    /// @notice Records a proof, in place of the submitter's earlier one.
    /// @param ring          The withdrawal's proofs.
    /// @param submitter     Who proves.
    /// @param outputRoot    The claimed root.
    /// @param l2OutputIndex The claim's number.
    function record(ProofRing storage ring, address submitter, bytes32 outputRoot, uint256 l2OutputIndex) internal {
        WithdrawalProof storage proof = ring.bySubmitter[submitter];
        address next = proof.timestamp == 0 ? _insert(ring, submitter) : proof.next;
        proof.outputRoot = outputRoot;
        (proof.timestamp, proof.l2OutputIndex, proof.next) = (uint64(block.timestamp), l2OutputIndex.toUint32(), next);
    }

    /// @notice Who proved first; zero if nobody did.
    /// @param ring The withdrawal's proofs.
    function first(ProofRing storage ring) internal view returns (address) {
        return ring.bySubmitter[ring.newest].next;
    }

    /// @notice Who came at a place in the order.
    /// @param ring  The withdrawal's proofs.
    /// @param index The place, from zero to less than `count`.
    function submitterAt(ProofRing storage ring, uint256 index) internal view returns (address submitter) {
        submitter = first(ring);
        for (; index > 0; --index) {
            submitter = ring.bySubmitter[submitter].next;
        }
    }

    /// @dev Makes room for a new submitter after the newest. Returns who comes next in the ring.
    function _insert(ProofRing storage ring, address submitter) private returns (address next) {
        address newest = ring.newest;
        (ring.newest, ring.count) = (submitter, ring.count + 1);
        if (newest == address(0)) return submitter;
        next = ring.bySubmitter[newest].next;
        ring.bySubmitter[newest].next = submitter;
    }
}
