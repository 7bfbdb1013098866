// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { IFeeVault } from "../../interfaces/L2/IFeeVault.sol";
import { IL2ToL1MessagePasser } from "../../interfaces/L2/IL2ToL1MessagePasser.sol";
import { FeeVault } from "../../src/L2/FeeVault.sol";
import { L2ToL1MessagePasser } from "../../src/L2/L2ToL1MessagePasser.sol";
import { SequencerFeeVault } from "../../src/L2/SequencerFeeVault.sol";
import { Predeploys } from "../../src/libraries/Predeploys.sol";
import { ProxyAdminOwned } from "../../src/proxy/ProxyAdminOwned.sol";
import { Refuser, Test } from "../support/Test.sol";

contract FeeVault_Test is Test {
    FeeVault private vault;

    function setUp() external {
        vm.etch(Predeploys.L2_TO_L1_MESSAGE_PASSER, address(new L2ToL1MessagePasser()).code);
        vault = FeeVault(proxied(address(new FeeVault()), ""));
        _configure(BOB, 1 ether, IFeeVault.WithdrawalNetwork.L2);
    }

    /// @dev Writes the slots as the genesis does.
    function _configure(address recipient, uint256 minimum, IFeeVault.WithdrawalNetwork network) private {
        vm.store(address(vault), bytes32(uint256(1)), bytes32(minimum));
        uint256 packed = uint256(uint8(network)) << 160 | uint160(recipient);
        vm.store(address(vault), bytes32(uint256(2)), bytes32(packed));
    }

    function _expectUnauthorized() private {
        vm.expectRevert(ProxyAdminOwned.ProxyAdminOwned_Unauthorized.selector);
        vm.prank(ALICE);
    }

    function test_getters_genesisSlots_succeeds() external view {
        vm.assertEq(vault.recipient(), BOB);
        vm.assertEq(vault.RECIPIENT(), BOB);
        vm.assertEq(vault.minWithdrawalAmount(), 1 ether);
        vm.assertEq(vault.MIN_WITHDRAWAL_AMOUNT(), 1 ether);
        vm.assertTrue(vault.withdrawalNetwork() == IFeeVault.WithdrawalNetwork.L2);
        vm.assertTrue(vault.WITHDRAWAL_NETWORK() == IFeeVault.WithdrawalNetwork.L2);
        vm.assertEq(vault.totalProcessed(), 0);
        vm.assertEq(vault.version(), "1.6.0");
    }

    function test_receive_anybody_succeeds() external {
        vm.deal(ALICE, 1);
        vm.prank(ALICE);
        (bool success,) = address(vault).call{ value: 1 }("");
        vm.assertTrue(success);
    }

    function test_withdraw_toL2_succeeds() external {
        vm.deal(address(vault), 2 ether);
        vm.expectEmit();
        emit IFeeVault.Withdrawal(2 ether, BOB, ALICE);
        vm.expectEmit();
        emit IFeeVault.Withdrawal(2 ether, BOB, ALICE, IFeeVault.WithdrawalNetwork.L2);
        vm.prank(ALICE);
        vm.assertEq(vault.withdraw(), 2 ether);
        vm.assertEq(BOB.balance, 2 ether);
        vm.assertEq(vault.totalProcessed(), 2 ether);
        vm.assertEq(vm.load(address(vault), 0), bytes32(uint256(2 ether)));
    }

    function test_withdraw_toL1_succeeds() external {
        _configure(BOB, 1 ether, IFeeVault.WithdrawalNetwork.L1);
        vm.deal(address(vault), 1 ether);
        uint256 nonce = 1 << 240;
        bytes32 hash = keccak256(abi.encode(nonce, address(vault), BOB, 1 ether, 400_000, bytes("")));
        vm.expectEmit();
        emit IFeeVault.Withdrawal(1 ether, BOB, ALICE);
        vm.expectEmit();
        emit IFeeVault.Withdrawal(1 ether, BOB, ALICE, IFeeVault.WithdrawalNetwork.L1);
        vm.expectEmit();
        emit IL2ToL1MessagePasser.MessagePassed(nonce, address(vault), BOB, 1 ether, 400_000, "", hash);
        vm.prank(ALICE);
        vault.withdraw();
        vm.assertEq(Predeploys.L2_TO_L1_MESSAGE_PASSER.balance, 1 ether);
        vm.assertEq(vault.totalProcessed(), 1 ether);
    }

    function test_withdraw_twice_addsUp_succeeds() external {
        vm.deal(address(vault), 1 ether);
        vault.withdraw();
        vm.deal(address(vault), 3 ether);
        vault.withdraw();
        vm.assertEq(vault.totalProcessed(), 4 ether);
    }

    function test_withdraw_belowMinimum_reverts() external {
        vm.deal(address(vault), 1 ether - 1);
        vm.expectRevert(abi.encodeWithSelector(IFeeVault.FeeVault_BelowMinimum.selector, 1 ether - 1, 1 ether));
        vault.withdraw();
    }

    function test_withdraw_refused_reverts() external {
        _configure(address(new Refuser()), 0, IFeeVault.WithdrawalNetwork.L2);
        vm.deal(address(vault), 1);
        vm.expectRevert(Refuser.Refuser_No.selector);
        vault.withdraw();
        vm.assertEq(vault.totalProcessed(), 0);
    }

    function test_setMinWithdrawalAmount_owner_succeeds() external {
        vm.expectEmit();
        emit IFeeVault.MinWithdrawalAmountUpdated(1 ether, 7);
        vm.prank(ADMIN_OWNER);
        vault.setMinWithdrawalAmount(7);
        vm.assertEq(vault.minWithdrawalAmount(), 7);
    }

    function test_setMinWithdrawalAmount_notOwner_reverts() external {
        _expectUnauthorized();
        vault.setMinWithdrawalAmount(7);
    }

    function test_setRecipient_owner_succeeds() external {
        vm.expectEmit();
        emit IFeeVault.RecipientUpdated(BOB, ALICE);
        vm.prank(ADMIN_OWNER);
        vault.setRecipient(ALICE);
        vm.assertEq(vault.recipient(), ALICE);
        vm.assertTrue(vault.withdrawalNetwork() == IFeeVault.WithdrawalNetwork.L2);
    }

    function test_setRecipient_notOwner_reverts() external {
        _expectUnauthorized();
        vault.setRecipient(ALICE);
    }

    function test_setWithdrawalNetwork_owner_succeeds() external {
        vm.expectEmit();
        emit IFeeVault.WithdrawalNetworkUpdated(IFeeVault.WithdrawalNetwork.L2, IFeeVault.WithdrawalNetwork.L1);
        vm.prank(ADMIN_OWNER);
        vault.setWithdrawalNetwork(IFeeVault.WithdrawalNetwork.L1);
        vm.assertTrue(vault.withdrawalNetwork() == IFeeVault.WithdrawalNetwork.L1);
        vm.assertEq(vault.recipient(), BOB);
    }

    function test_setWithdrawalNetwork_notOwner_reverts() external {
        _expectUnauthorized();
        vault.setWithdrawalNetwork(IFeeVault.WithdrawalNetwork.L1);
    }
}

contract SequencerFeeVault_Test is Test {
    function test_l1FeeWallet_isRecipient_succeeds() external {
        SequencerFeeVault vault = SequencerFeeVault(proxied(address(new SequencerFeeVault()), ""));
        vm.prank(ADMIN_OWNER);
        vault.setRecipient(ALICE);
        vm.assertEq(vault.l1FeeWallet(), ALICE);
    }
}
