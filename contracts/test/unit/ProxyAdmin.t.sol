// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { Ownable } from "@openzeppelin/contracts/access/Ownable.sol";
import { Proxy } from "../../src/proxy/Proxy.sol";
import { ProxyAdmin } from "../../src/proxy/ProxyAdmin.sol";
import { Counter } from "./Proxy.t.sol";
import { Test } from "../support/Test.sol";

contract ProxyAdmin_Test is Test {
    Proxy private proxy = new Proxy(address(proxyAdmin));
    Counter private counter = new Counter();

    function _expectUnauthorized() private {
        vm.expectRevert(abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, ALICE));
        vm.prank(ALICE);
    }

    function test_constructor_owner_succeeds() external view {
        vm.assertEq(proxyAdmin.owner(), ADMIN_OWNER);
    }

    function test_constructor_zeroOwner_reverts() external {
        vm.expectRevert(abi.encodeWithSelector(Ownable.OwnableInvalidOwner.selector, address(0)));
        new ProxyAdmin(address(0));
    }

    function test_transferOwnership_owner_succeeds() external {
        vm.prank(ADMIN_OWNER);
        proxyAdmin.transferOwnership(ALICE);
        vm.assertEq(proxyAdmin.owner(), ALICE);
        vm.assertEq(vm.load(address(proxyAdmin), 0), bytes32(uint256(uint160(ALICE))));
    }

    function test_transferOwnership_notOwner_reverts() external {
        _expectUnauthorized();
        proxyAdmin.transferOwnership(ALICE);
    }

    function test_upgrade_owner_succeeds() external {
        vm.prank(ADMIN_OWNER);
        proxyAdmin.upgrade(address(proxy), address(counter));
        vm.assertEq(proxyAdmin.getProxyImplementation(address(proxy)), address(counter));
    }

    function test_upgrade_notOwner_reverts() external {
        _expectUnauthorized();
        proxyAdmin.upgrade(address(proxy), address(counter));
    }

    function test_upgradeAndCall_owner_succeeds() external {
        vm.deal(ADMIN_OWNER, 2);
        vm.prank(ADMIN_OWNER);
        proxyAdmin.upgradeAndCall{ value: 2 }(address(proxy), address(counter), abi.encodeCall(Counter.add, (40)));
        vm.assertEq(Counter(payable(address(proxy))).count(), 42);
        vm.assertEq(address(proxy).balance, 2);
    }

    function test_upgradeAndCall_notOwner_reverts() external {
        _expectUnauthorized();
        proxyAdmin.upgradeAndCall(address(proxy), address(counter), "");
    }

    function test_changeProxyAdmin_owner_succeeds() external {
        vm.assertEq(proxyAdmin.getProxyAdmin(address(proxy)), address(proxyAdmin));
        vm.prank(ADMIN_OWNER);
        proxyAdmin.changeProxyAdmin(address(proxy), ALICE);
        vm.assertEq(vm.load(address(proxy), ADMIN_SLOT), bytes32(uint256(uint160(ALICE))));
    }

    function test_changeProxyAdmin_notOwner_reverts() external {
        _expectUnauthorized();
        proxyAdmin.changeProxyAdmin(address(proxy), ALICE);
    }

    function test_getProxyAdmin_foreignProxy_reverts() external {
        Proxy foreign = new Proxy(BOB);
        vm.expectRevert();
        proxyAdmin.getProxyAdmin(address(foreign));
    }

    function test_getProxyImplementation_foreignProxy_reverts() external {
        Proxy foreign = new Proxy(BOB);
        vm.expectRevert();
        proxyAdmin.getProxyImplementation(address(foreign));
    }
}
