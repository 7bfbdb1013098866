// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { IL1CrossDomainMessenger } from "../../interfaces/L1/IL1CrossDomainMessenger.sol";
import { IOptimismPortal } from "../../interfaces/L1/IOptimismPortal.sol";
import { ICrossDomainMessenger } from "../../interfaces/bridge/ICrossDomainMessenger.sol";
import { L1CrossDomainMessenger } from "../../src/L1/L1CrossDomainMessenger.sol";
import { OutputRootProof } from "../../src/types/OutputRootProof.sol";
import { WithdrawalTransaction } from "../../src/types/WithdrawalTransaction.sol";
import { L1Setup } from "../support/L1Setup.sol";
import { Svm } from "./Svm.sol";

/// @notice While withdrawals are paused, of everything or of this chain, none is proven, none is finalized, and no message of L2's is
///         relayed: whatever was proven or has failed before, whoever calls, with whatever arguments.
/// @custom:halmos --default-bytes-lengths 0,65
contract Pause_Check is L1Setup {
    Svm private constant svm = Svm(0xF3993A62377BCd56AE39D773740A5390411E8BC9);

    /// @dev Storage of the portal and of L1's messenger that says where the other contracts are.
    bytes32 private constant PORTAL_SYSTEM_CONFIG = bytes32(uint256(50));
    bytes32 private constant PORTAL_SETTLEMENT = bytes32(uint256(51));

    L1CrossDomainMessenger private messenger;

    function setUp() public override {
        super.setUp();
        bytes memory call = abi.encodeCall(IL1CrossDomainMessenger.initialize, (address(config), address(portal)));
        messenger = L1CrossDomainMessenger(proxied(address(new L1CrossDomainMessenger()), call));
        vm.deal(address(portal), 1000 ether);
    }

    function check_proveWithdrawalTransaction_paused_reverts(
        bool everywhere,
        address caller,
        WithdrawalTransaction memory withdrawal,
        uint256 index,
        OutputRootProof memory root,
        bytes[] memory proof
    ) external {
        bytes memory call = abi.encodeCall(IOptimismPortal.proveWithdrawalTransaction, (withdrawal, index, root, proof));
        _checkRefused(everywhere, caller, call);
    }

    function check_finalizeWithdrawalTransaction_paused_reverts(
        bool everywhere,
        address caller,
        WithdrawalTransaction memory withdrawal
    ) external {
        bytes memory call = abi.encodeCall(IOptimismPortal.finalizeWithdrawalTransaction, (withdrawal));
        _checkRefused(everywhere, caller, call);
    }

    function check_finalizeWithdrawalTransactionExternalProof_paused_reverts(
        bool everywhere,
        address caller,
        WithdrawalTransaction memory withdrawal,
        address submitter
    ) external {
        bytes memory call = abi.encodeCall(
            IOptimismPortal.finalizeWithdrawalTransactionExternalProof, (withdrawal, submitter)
        );
        _checkRefused(everywhere, caller, call);
    }

    function check_relayMessage_paused_reverts(
        bool everywhere,
        address caller,
        uint256 nonce,
        address[2] memory senderAndTarget,
        uint256[2] memory valueAndGas,
        bytes memory message
    ) external {
        svm.enableSymbolicStorage(address(portal));
        _pause(everywhere);
        (address sender, address target) = (senderAndTarget[0], senderAndTarget[1]);
        vm.prank(caller);
        (bool success, bytes memory reason) = address(messenger)
            .call(
                abi.encodeCall(
                    ICrossDomainMessenger.relayMessage, (nonce, sender, target, valueAndGas[0], valueAndGas[1], message)
                )
            );
        assert(!success && bytes4(reason) == ICrossDomainMessenger.CrossDomainMessenger_Paused.selector);
    }

    function _checkRefused(bool everywhere, address caller, bytes memory call) private {
        _forgetProofs();
        _pause(everywhere);
        vm.prank(caller);
        (bool success, bytes memory reason) = address(portal).call(call);
        assert(!success && bytes4(reason) == IOptimismPortal.OptimismPortal_CallPaused.selector);
    }

    /// @dev Any proofs and any finalized withdrawals; only where the other contracts are is known.
    function _forgetProofs() private {
        bytes32[4] memory slots = [IMPLEMENTATION_SLOT, ADMIN_SLOT, PORTAL_SYSTEM_CONFIG, PORTAL_SETTLEMENT];
        bytes32[4] memory values;
        for (uint256 i; i < slots.length; ++i) {
            values[i] = vm.load(address(portal), slots[i]);
        }
        svm.enableSymbolicStorage(address(portal));
        for (uint256 i; i < slots.length; ++i) {
            vm.store(address(portal), slots[i], values[i]);
        }
    }

    function _pause(bool everywhere) private {
        vm.prank(BOB);
        superchain.pause(everywhere ? address(0) : address(portal));
    }
}
