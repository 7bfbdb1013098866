// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { IL2ContractsManager, IL2ProxyAdmin } from "../../interfaces/L2/IL2ProxyAdmin.sol";
import { IProxy } from "../../interfaces/proxy/IProxy.sol";
import { L2ProxyAdmin } from "../../src/L2/L2ProxyAdmin.sol";
import { Proxy } from "../../src/proxy/Proxy.sol";
import { Counter } from "./Proxy.t.sol";
import { Test } from "../support/Test.sol";

/// @notice Upgrades one proxy.
contract Manager is IL2ContractsManager {
    address private immutable proxy;
    address private immutable implementation;

    constructor(address proxy_, address implementation_) {
        (proxy, implementation) = (proxy_, implementation_);
    }

    function upgrade() external {
        IProxy(proxy).upgradeTo(implementation);
    }
}

contract L2ProxyAdmin_Test is Test {
    L2ProxyAdmin private admin;
    Proxy private target;
    Counter private counter = new Counter();

    function setUp() external {
        // As the genesis has it: the admin behind a proxy that it administers itself, its owner in slot 0.
        Proxy proxy = new Proxy(address(this));
        proxy.upgradeTo(address(new L2ProxyAdmin()));
        proxy.changeAdmin(address(proxy));
        vm.store(address(proxy), 0, bytes32(uint256(uint160(ALICE))));
        admin = L2ProxyAdmin(address(proxy));
        target = new Proxy(address(admin));
    }

    function test_owner_genesisSlot_succeeds() external view {
        vm.assertEq(admin.owner(), ALICE);
    }

    function test_upgrade_owner_succeeds() external {
        vm.prank(ALICE);
        admin.upgrade(address(target), address(counter));
        vm.assertEq(admin.getProxyImplementation(address(target)), address(counter));
    }

    function test_upgradePredeploys_depositor_succeeds() external {
        Manager manager = new Manager(address(target), address(counter));
        vm.prank(DEPOSITOR);
        admin.upgradePredeploys(address(manager));
        vm.assertEq(admin.getProxyImplementation(address(target)), address(counter));
        vm.assertEq(admin.owner(), ALICE);
    }

    function test_upgradePredeploys_owner_reverts() external {
        Manager manager = new Manager(address(target), address(counter));
        vm.prank(ALICE);
        vm.expectRevert(IL2ProxyAdmin.L2ProxyAdmin_NotDepositor.selector);
        admin.upgradePredeploys(address(manager));
    }

    function test_upgradePredeploys_managerFails_reverts() external {
        Manager manager = new Manager(address(new Proxy(BOB)), address(counter));
        vm.prank(DEPOSITOR);
        vm.expectRevert(IProxy.Proxy_NotInitialized.selector);
        admin.upgradePredeploys(address(manager));
    }
}
