// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { IFeeVault } from "../../interfaces/L2/IFeeVault.sol";
import { FeeVault } from "../../src/L2/FeeVault.sol";
import { SequencerFeeVault } from "../../src/L2/SequencerFeeVault.sol";
import { Journal } from "./Journal.sol";

/// @title FeeTraffic
/// @notice What happens to fees: people pay them, anybody has them paid out, to L1 or on L2, as the owner has said for now.
abstract contract FeeTraffic is Journal {
    uint256 private constant FEE_MAX = 0.1 ether;

    /// @dev Where the genesis writes the least amount, and the recipient with the layer.
    uint256 private constant MINIMUM_SLOT = 1;
    uint256 private constant RECIPIENT_SLOT = 2;

    /// @dev As much gas as anybody gives: a recipient that burns it leaves enough.
    uint256 private constant WITHDRAWAL_GAS = 1_000_000;

    /// @notice The vaults: what they have is L2's.
    FeeVault[2] public vaults;

    function setUp() public virtual override {
        super.setUp();
        vaults[0] = FeeVault(proxied(address(new FeeVault()), ""));
        vaults[1] = FeeVault(proxied(address(new SequencerFeeVault()), ""));
        for (uint256 i; i < vaults.length; ++i) {
            vm.store(address(vaults[i]), bytes32(MINIMUM_SLOT), bytes32(FEE_MAX / 4));
            vm.store(address(vaults[i]), bytes32(RECIPIENT_SLOT), bytes32(i << 160 | uint160(_recipient(i))));
        }
    }

    /// @notice Somebody pays fees.
    function payFees(uint256 who, uint256 which, uint256 amount) external {
        amount %= FEE_MAX;
        if (twin(who).balance < amount) return;
        vm.prank(twin(who));
        (bool success,) = address(vaults[which % 2]).call{ value: amount }("");
        require(success, "a vault took no fees");
    }

    /// @notice Anybody has a vault paid out. A recipient may refuse; then it has all that it had.
    function withdrawFees(uint256 who, uint256 which) external {
        FeeVault vault = vaults[which % 2];
        bool toL1 = vault.withdrawalNetwork() == IFeeVault.WithdrawalNetwork.L1;
        if (toL1 && !_hasRoomForRare()) return;
        (uint256 amount, uint256 processed) = (address(vault).balance, vault.totalProcessed());
        vm.prank(twin(who));
        try vault.withdraw{ gas: WITHDRAWAL_GAS }() returns (uint256 value) {
            require(value == amount && address(vault).balance == 0, "fees were left");
            require(vault.totalProcessed() == processed + value, "fees were not counted");
            _did(toL1 ? bytes32("fees to L1") : bytes32("fees to L2"));
        } catch {
            require(!toL1 || amount < vault.minWithdrawalAmount(), "fees were not paid out");
            require(address(vault).balance == amount, "fees were lost");
            require(vault.totalProcessed() == processed, "fees were counted that were not paid");
        }
        _collect();
    }

    /// @notice The owner has a vault's fees paid elsewhere from now on.
    function configureVault(uint256 which, uint256 network, uint256 minimum) external {
        FeeVault vault = vaults[which % 2];
        vm.startPrank(ADMIN_OWNER);
        vault.setWithdrawalNetwork(IFeeVault.WithdrawalNetwork(network % 2));
        vault.setRecipient(_recipient(network));
        vault.setMinWithdrawalAmount(minimum % FEE_MAX);
        vm.stopPrank();
    }

    /// @notice What the vaults have, in wei.
    function fees() public view returns (uint256) {
        return address(vaults[0]).balance + address(vaults[1]).balance;
    }

    /// @dev Whether a withdrawal is of fees: its recipient on L1 takes them.
    function _isOfFees(address sender) internal view returns (bool) {
        return sender == address(vaults[0]) || sender == address(vaults[1]);
    }

    /// @dev Who gets the fees: somebody on L1, or the receiver on L2.
    function _recipient(uint256 network) private view returns (address) {
        return network % 2 == 0 ? person(0) : address(receiver);
    }
}
