// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { Initializable } from "@openzeppelin/contracts/proxy/utils/Initializable.sol";
import { IOptimismPortal } from "../../interfaces/L1/IOptimismPortal.sol";
import { ISystemConfig } from "../../interfaces/L1/ISystemConfig.sol";
import { L2OutputOracle } from "../../src/L1/L2OutputOracle.sol";
import { OptimismPortal } from "../../src/L1/OptimismPortal.sol";
import { SuperchainConfig } from "../../src/L1/SuperchainConfig.sol";
import { SystemConfig } from "../../src/L1/SystemConfig.sol";
import { AddressAliasHelper } from "../../src/libraries/AddressAliasHelper.sol";
import { WithdrawalTransaction } from "../../src/types/WithdrawalTransaction.sol";
import { L1Setup } from "../support/L1Setup.sol";

/// @notice Deposits while it is created: it has no code yet.
contract DepositingConstructor {
    constructor(IOptimismPortal portal) {
        portal.depositTransaction(address(0xb0b), 0, 21_000, false, "");
    }
}

/// @notice What an account can delegate to: deposits in its name.
contract Delegate {
    function deposit(IOptimismPortal portal) external payable {
        portal.depositTransaction{ value: msg.value }(address(0xb0b), 0, 21_000, false, "");
    }
}

/// @notice Scenario 42: after an upgrade nothing can be set a second time, and everything is where it was. Who a deposit is from cannot
///         be chosen by delegating (EIP-7702).
contract Upgrade_Test is L1Setup {
    /// @dev OpenZeppelin's `Initializable` (ERC-7201).
    bytes32 private constant INITIALIZED_SLOT = 0xf0c57e16840df040f15088dc2f81fe391c3923bec73e23a9662efc9c229c6a00;

    function _proxies() private view returns (address payable[4] memory) {
        return
            [payable(address(portal)), payable(address(oracle)), payable(address(superchain)), payable(address(config))];
    }

    /// @dev The same contracts, compiled again.
    function _upgradeAll() private {
        address[4] memory implementations = [
            address(new OptimismPortal()),
            address(new L2OutputOracle()),
            address(new SuperchainConfig()),
            address(new SystemConfig())
        ];
        address payable[4] memory proxies = _proxies();
        for (uint256 i; i < 4; ++i) {
            vm.prank(ADMIN_OWNER);
            proxyAdmin.upgrade(proxies[i], implementations[i]);
        }
    }

    /// @dev Every initializer, as its owner would call it.
    function _initializers() private view returns (bytes[4] memory calls) {
        ISystemConfig.Init memory init;
        init.owner = ADMIN_OWNER;
        init.gasLimit = 60_000_000;
        calls[0] = abi.encodeCall(portal.initialize, (address(config), address(oracle)));
        calls[1] = abi.encodeCall(oracle.initialize, (oracleInit()));
        calls[2] = abi.encodeCall(superchain.initialize, (ADMIN_OWNER));
        calls[3] = abi.encodeCall(config.initialize, (init));
    }

    function _assertInvalid(bool success, bytes memory result) private pure {
        vm.assertFalse(success);
        vm.assertEq(result, abi.encodeWithSelector(Initializable.InvalidInitialization.selector));
    }

    function test_s42_reinitializeAfterUpgrade_reverts() external {
        _upgradeAll();
        address payable[4] memory proxies = _proxies();
        bytes[4] memory calls = _initializers();
        address[3] memory callers = [ADMIN_OWNER, address(proxyAdmin), ALICE];
        for (uint256 i; i < 4; ++i) {
            for (uint256 j; j < 3; ++j) {
                // The proxy's admin itself is not delegated for: it calls through `upgradeAndCall`, below.
                vm.prank(callers[j]);
                (bool success, bytes memory result) = proxies[i].call(calls[i]);
                _assertInvalid(success, result);
            }
        }
    }

    function test_s42_reinitializeWithUpgrade_reverts() external {
        address payable[4] memory proxies = _proxies();
        bytes[4] memory calls = _initializers();
        address[4] memory implementations = [
            address(new OptimismPortal()),
            address(new L2OutputOracle()),
            address(new SuperchainConfig()),
            address(new SystemConfig())
        ];
        for (uint256 i; i < 4; ++i) {
            bytes32 before = vm.load(proxies[i], IMPLEMENTATION_SLOT);
            vm.prank(ADMIN_OWNER);
            vm.expectRevert();
            proxyAdmin.upgradeAndCall(proxies[i], implementations[i], calls[i]);
            vm.assertEq(vm.load(proxies[i], IMPLEMENTATION_SLOT), before);
        }
    }

    /// @dev An implementation is nobody's: it cannot be initialized, and what is done at it does nothing behind the proxy.
    function test_s42_implementationItself_reverts() external {
        bytes[4] memory calls = _initializers();
        address payable[4] memory proxies = _proxies();
        for (uint256 i; i < 4; ++i) {
            address implementation_ = address(uint160(uint256(vm.load(proxies[i], IMPLEMENTATION_SLOT))));
            vm.prank(ADMIN_OWNER);
            (bool success, bytes memory result) = implementation_.call(calls[i]);
            _assertInvalid(success, result);
        }
    }

    /// @dev A withdrawal proven before the upgrade is finalized after it, by what was proposed before.
    function test_s42_upgradeKeepsEverything_succeeds() external {
        vm.deal(address(portal), 1 ether);
        WithdrawalTransaction memory withdrawal = withdrawalTo(BOB, 1);
        withdrawal.value = 1 ether;
        sendAndProve(ALICE, withdrawal);
        portal.depositTransaction(BOB, 0, 100_000, false, "");
        bytes32 params = vm.load(address(portal), 0);
        vm.prank(BOB);
        superchain.pause(address(0xc4a1));

        _upgradeAll();
        vm.assertEq(vm.load(address(portal), 0), params);
        vm.assertEq(portal.systemConfig(), address(config));
        vm.assertEq(portal.l2Oracle(), address(oracle));
        vm.assertEq(oracle.nextOutputIndex(), 1);
        vm.assertEq(oracle.proposer(), PROPOSER);
        vm.assertEq(superchain.guardian(), BOB);
        vm.assertTrue(superchain.paused(address(0xc4a1)));
        vm.assertEq(config.gasLimit(), 60_000_000);
        vm.assertEq(config.owner(), ADMIN_OWNER);
        vm.warp(block.timestamp + PERIOD + 1);
        finalize(ALICE, withdrawal);
        vm.assertEq(BOB.balance, 1 ether);
        vm.expectRevert(IOptimismPortal.OptimismPortal_AlreadyFinalized.selector);
        portal.finalizeWithdrawalTransaction(withdrawal);
    }

    /// @dev Whatever is done, nothing is written where the proxy keeps its admin and implementation, or where its initializer does.
    function test_s42_noCallWritesTheProxysSlots_succeeds() external {
        vm.deal(address(portal), 1 ether);
        vm.record();
        WithdrawalTransaction memory withdrawal = withdrawalTo(BOB, 1);
        sendAndProve(ALICE, withdrawal);
        portal.depositTransaction(BOB, 0, 100_000, false, "");
        vm.prank(BOB);
        superchain.pause(address(0xc4a1));
        vm.startPrank(ADMIN_OWNER);
        config.setGasLimit(70_000_000);
        config.setUnsafeBlockSigner(ALICE);
        vm.stopPrank();
        vm.warp(block.timestamp + PERIOD + 1);
        finalize(ALICE, withdrawal);
        propose();
        vm.prank(CHALLENGER);
        oracle.deleteL2Outputs(1);

        address payable[4] memory proxies = _proxies();
        for (uint256 i; i < 4; ++i) {
            (, bytes32[] memory writes) = vm.accesses(proxies[i]);
            vm.assertTrue(writes.length > 0);
            for (uint256 j; j < writes.length; ++j) {
                vm.assertTrue(writes[j] != ADMIN_SLOT && writes[j] != IMPLEMENTATION_SLOT);
                vm.assertTrue(writes[j] != INITIALIZED_SLOT);
            }
        }
        vm.assertEq(uint256(vm.load(address(portal), INITIALIZED_SLOT)), 1);
    }

    /// @dev No withdrawal can choose a hash whose entries are where something else is: the mappings' slots are hashes of theirs.
    function testFuzz_s42_entriesAreNotPlainSlots_succeeds(bytes32 withdrawalHash) external pure {
        for (uint256 base = 52; base < 54; ++base) {
            uint256 slot = uint256(keccak256(abi.encode(withdrawalHash, base)));
            // The portal's own slots, and the four of a list of proofs.
            vm.assertTrue(slot > 54 && slot < type(uint256).max - 4);
        }
    }

    function _expectFrom(address from, uint256 mint) private {
        bytes memory opaqueData = abi.encodePacked(mint, uint256(0), uint64(21_000), false);
        vm.expectEmit();
        emit IOptimismPortal.TransactionDeposited(from, address(0xb0b), 0, opaqueData);
    }

    /// @dev The account has a key: on L2 it is itself, whoever sends the transaction that it delegates in.
    function test_s42_delegatedAccount_isItself_succeeds() external {
        vm.etch(ALICE, abi.encodePacked(hex"ef0100", address(new Delegate())));
        _expectFrom(ALICE, 7);
        vm.prank(BOB, BOB);
        vm.deal(BOB, 7);
        Delegate(ALICE).deposit{ value: 7 }(portal);
    }

    /// @dev A contract cannot pass for a delegated account: not the one that is delegated to, nor one without code as yet.
    function test_s42_contracts_areAliased_succeeds() external {
        Delegate delegate = new Delegate();
        _expectFrom(AddressAliasHelper.applyL1ToL2Alias(address(delegate)), 0);
        vm.prank(ALICE, ALICE);
        delegate.deposit(portal);

        address created = _nextCreation();
        _expectFrom(AddressAliasHelper.applyL1ToL2Alias(created), 0);
        new DepositingConstructor(portal);
    }

    /// @dev Code of a delegation's length that is none, and code that is a byte shorter or longer.
    function test_s42_almostDelegations_areAliased_succeeds() external {
        for (uint256 length = 22; length < 25; ++length) {
            bytes memory code = new bytes(length);
            (code[0], code[1]) = (0xee, 0x01);
            vm.etch(ALICE, code);
            _expectFrom(AddressAliasHelper.applyL1ToL2Alias(ALICE), 0);
            vm.prank(ALICE, BOB);
            portal.depositTransaction(address(0xb0b), 0, 21_000, false, "");
        }
    }

    /// @dev A withdrawal whose sender is a delegated account's, or an alias, is a withdrawal like others.
    function test_s42_withdrawalToDelegatedAccount_succeeds() external {
        vm.etch(BOB, abi.encodePacked(hex"ef0100", address(new Delegate())));
        WithdrawalTransaction memory withdrawal = withdrawalTo(BOB, 1);
        withdrawal.sender = AddressAliasHelper.applyL1ToL2Alias(ALICE);
        withdrawal.gasLimit = 500_000;
        withdrawal.data = abi.encodeCall(Delegate.deposit, (portal));
        sendAndProve(ALICE, withdrawal);
        vm.warp(block.timestamp + PERIOD + 1);
        _expectFrom(BOB, 0);
        finalize(ALICE, withdrawal);
    }

    function _nextCreation() private view returns (address) {
        return vm.computeCreateAddress(address(this), vm.getNonce(address(this)));
    }
}
