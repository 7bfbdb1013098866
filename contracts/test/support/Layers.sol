// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { IOptimismPortal } from "../../interfaces/L1/IOptimismPortal.sol";
import { IL2ToL1MessagePasser } from "../../interfaces/L2/IL2ToL1MessagePasser.sol";
import { L1CrossDomainMessenger } from "../../src/L1/L1CrossDomainMessenger.sol";
import { L1ERC721Bridge } from "../../src/L1/L1ERC721Bridge.sol";
import { L1StandardBridge } from "../../src/L1/L1StandardBridge.sol";
import { L2CrossDomainMessenger } from "../../src/L2/L2CrossDomainMessenger.sol";
import { L2ERC721Bridge } from "../../src/L2/L2ERC721Bridge.sol";
import { L2StandardBridge } from "../../src/L2/L2StandardBridge.sol";
import { L2ToL1MessagePasser } from "../../src/L2/L2ToL1MessagePasser.sol";
import { OptimismMintableERC20Factory } from "../../src/bridge/OptimismMintableERC20Factory.sol";
import { OptimismMintableERC721Factory } from "../../src/bridge/OptimismMintableERC721Factory.sol";
import { Predeploys } from "../../src/libraries/Predeploys.sol";
import { WithdrawalTransaction } from "../../src/types/WithdrawalTransaction.sol";
import { L1Setup } from "./L1Setup.sol";
import { Vm } from "./Vm.sol";

/// @title Layers
/// @notice Both layers in one EVM, their contracts wired as they are deployed, and what stands between them: deposits are executed as
///         derivation has them executed, withdrawals are proposed, proven and finalized with real proofs.
abstract contract Layers is L1Setup {
    address internal constant CAROL = address(uint160(uint256(keccak256("carol"))));
    uint256 internal constant L1_CHAIN_ID = 900;

    /// @dev Where the genesis writes which portal L2's messenger knows.
    bytes32 internal constant L1_PORTAL_SLOT = bytes32(uint256(4));
    address private constant FACTORY_20 = 0x4200000000000000000000000000000000000012;
    address private constant FACTORY_721 = 0x4200000000000000000000000000000000000017;

    L1CrossDomainMessenger internal l1Messenger;
    L1StandardBridge internal l1Bridge;
    L1ERC721Bridge internal l1Erc721Bridge;
    OptimismMintableERC20Factory internal l1Factory;

    L2CrossDomainMessenger internal constant l2Messenger = L2CrossDomainMessenger(Predeploys.L2_CROSS_DOMAIN_MESSENGER);
    L2StandardBridge internal constant l2Bridge = L2StandardBridge(payable(Predeploys.L2_STANDARD_BRIDGE));
    L2ERC721Bridge internal constant l2Erc721Bridge = L2ERC721Bridge(Predeploys.L2_ERC721_BRIDGE);
    L2ToL1MessagePasser internal constant passer = L2ToL1MessagePasser(payable(Predeploys.L2_TO_L1_MESSAGE_PASSER));
    OptimismMintableERC20Factory internal constant l2Factory = OptimismMintableERC20Factory(FACTORY_20);
    OptimismMintableERC721Factory internal constant l2Erc721Factory = OptimismMintableERC721Factory(FACTORY_721);

    /// @dev A deposit on its way.
    struct Deposit {
        address from;
        address to;
        uint256 mint;
        uint256 value;
        uint64 gasLimit;
        bytes data;
    }

    /// @dev What L2 has not executed yet, oldest first.
    Deposit[] internal _deposits;

    /// @dev Every withdrawal that L2 was asked for.
    WithdrawalTransaction[] internal _withdrawals;

    /// @dev What came of the calls of withdrawals.
    mapping(bytes32 withdrawalHash => bool success) private _finalized;

    function setUp() public virtual override {
        super.setUp();
        vm.fee(1 gwei);
        _deployL1();
        _deployL2();
        vm.recordLogs();
    }

    /// @dev Executes the oldest deposit that was not, as L2 does: with its ether minted, and with its gas.
    function relayDeposit() internal returns (bool success) {
        _collect();
        Deposit memory deposit = _deposits[0];
        for (uint256 i = 1; i < _deposits.length; ++i) {
            _deposits[i - 1] = _deposits[i];
        }
        _deposits.pop();
        vm.deal(deposit.from, deposit.from.balance + deposit.mint);
        vm.prank(deposit.from, deposit.from);
        (success,) =
            deposit.to.call{ value: deposit.value, gas: deposit.gasLimit - intrinsicGas(deposit.data) }(deposit.data);
    }

    /// @dev The gas that a transaction pays before it begins.
    function intrinsicGas(bytes memory data) internal pure returns (uint256 gas) {
        gas = 21_000;
        for (uint256 i; i < data.length; ++i) {
            gas += data[i] == 0 ? 4 : 16;
        }
    }

    /// @dev Proposes, proves and finalizes the newest withdrawal. Returns what came of its call.
    function relayWithdrawal() internal returns (bool success) {
        return relayWithdrawal(newestWithdrawal());
    }

    /// @dev Proposes, proves and finalizes a withdrawal.
    function relayWithdrawal(WithdrawalTransaction memory withdrawal) internal returns (bool success) {
        proveWithdrawal(withdrawal);
        finalize(CAROL, withdrawal);
        _collect();
        return _finalized[withdrawal.withdrawalHash()];
    }

    /// @dev Proposes and proves a withdrawal, and waits until it can be finalized.
    function proveWithdrawal(WithdrawalTransaction memory withdrawal) internal {
        prove(CAROL, withdrawal, propose());
        vm.warp(block.timestamp + PERIOD + 1);
    }

    /// @dev The newest withdrawal.
    function newestWithdrawal() internal returns (WithdrawalTransaction memory) {
        _collect();
        return _withdrawals[_withdrawals.length - 1];
    }

    /// @dev How many deposits wait to be executed.
    function depositCount() internal returns (uint256) {
        _collect();
        return _deposits.length;
    }

    /// @dev Pauses or unpauses L1.
    function setPaused(bool paused) internal {
        vm.prank(BOB);
        if (paused) superchain.pause(address(0));
        else superchain.unpause(address(0));
    }

    /// @dev Reads what was emitted since the last time.
    function _collect() internal {
        Vm.Log[] memory logs = vm.getRecordedLogs();
        for (uint256 i; i < logs.length; ++i) {
            bytes32 topic = logs[i].topics[0];
            if (topic == IOptimismPortal.TransactionDeposited.selector && logs[i].emitter == address(portal)) {
                _pushDeposit(logs[i]);
            } else if (topic == IL2ToL1MessagePasser.MessagePassed.selector && logs[i].emitter == address(passer)) {
                _pushWithdrawal(logs[i]);
            } else if (topic == IOptimismPortal.WithdrawalFinalized.selector && logs[i].emitter == address(portal)) {
                _finalized[logs[i].topics[1]] = abi.decode(logs[i].data, (bool));
            }
        }
    }

    function _pushDeposit(Vm.Log memory log) private {
        bytes memory opaque = abi.decode(log.data, (bytes));
        Deposit memory deposit;
        deposit.from = address(uint160(uint256(log.topics[1])));
        deposit.to = address(uint160(uint256(log.topics[2])));
        bytes memory data = new bytes(opaque.length - 73);
        (uint256 mint, uint256 value, uint256 gasLimit) = (0, 0, 0);
        assembly ("memory-safe") {
            mint := mload(add(opaque, 32))
            value := mload(add(opaque, 64))
            gasLimit := shr(192, mload(add(opaque, 96)))
            mcopy(add(data, 32), add(opaque, 105), mload(data))
        }
        (deposit.mint, deposit.value, deposit.gasLimit, deposit.data) = (mint, value, uint64(gasLimit), data);
        _deposits.push(deposit);
    }

    function _pushWithdrawal(Vm.Log memory log) private {
        (uint256 value, uint256 gasLimit, bytes memory data, bytes32 hash) =
            abi.decode(log.data, (uint256, uint256, bytes, bytes32));
        WithdrawalTransaction memory withdrawal = WithdrawalTransaction({
            nonce: uint256(log.topics[1]),
            sender: address(uint160(uint256(log.topics[2]))),
            target: address(uint160(uint256(log.topics[3]))),
            value: value,
            gasLimit: gasLimit,
            data: data
        });
        vm.assertEq(hash, withdrawal.withdrawalHash());
        _withdrawals.push(withdrawal);
        send(withdrawal);
    }

    function _deployL1() private {
        l1Messenger = L1CrossDomainMessenger(proxied(address(new L1CrossDomainMessenger()), ""));
        l1Bridge = L1StandardBridge(proxied(address(new L1StandardBridge()), ""));
        l1Erc721Bridge = L1ERC721Bridge(proxied(address(new L1ERC721Bridge()), ""));
        l1Factory = OptimismMintableERC20Factory(proxied(address(new OptimismMintableERC20Factory()), ""));
        vm.startPrank(ADMIN_OWNER);
        l1Messenger.initialize(address(config), address(portal));
        l1Bridge.initialize(address(l1Messenger), address(config));
        l1Erc721Bridge.initialize(address(l1Messenger), address(config));
        l1Factory.initialize(address(l1Bridge));
        vm.stopPrank();
    }

    function _deployL2() private {
        _predeploy(address(passer), address(new L2ToL1MessagePasser()));
        _predeploy(address(l2Messenger), address(new L2CrossDomainMessenger()));
        _predeploy(address(l2Bridge), address(new L2StandardBridge()));
        _predeploy(address(l2Erc721Bridge), address(new L2ERC721Bridge()));
        _predeploy(address(l2Factory), address(new OptimismMintableERC20Factory()));
        _predeploy(address(l2Erc721Factory), address(new OptimismMintableERC721Factory()));
        vm.startPrank(ADMIN_OWNER);
        l2Messenger.initialize(address(l1Messenger));
        l2Messenger.setL1Portal(address(portal));
        l2Bridge.initialize(address(l1Bridge));
        l2Erc721Bridge.initialize(address(l1Erc721Bridge));
        l2Factory.initialize(address(l2Bridge));
        l2Erc721Factory.initialize(address(l2Erc721Bridge), L1_CHAIN_ID);
        vm.stopPrank();
    }

    /// @dev A proxy at a predeploy's address, in front of an implementation.
    function _predeploy(address at, address implementation) private {
        vm.etch(at, proxied(implementation, "").code);
        vm.store(at, ADMIN_SLOT, bytes32(uint256(uint160(address(proxyAdmin)))));
        vm.store(at, IMPLEMENTATION_SLOT, bytes32(uint256(uint160(implementation))));
    }
}
