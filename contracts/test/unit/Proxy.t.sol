// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { ERC1967Utils } from "@openzeppelin/contracts/proxy/ERC1967/ERC1967Utils.sol";
import { IERC1967 } from "@openzeppelin/contracts/interfaces/IERC1967.sol";
import { IProxy } from "../../interfaces/proxy/IProxy.sol";
import { Proxy } from "../../src/proxy/Proxy.sol";
import { Test } from "../support/Test.sol";

/// @notice An implementation with functions under the proxy's own selectors.
contract Counter {
    error Counter_Stop();

    uint256 public count;
    address public constant admin = address(0xc0de);

    receive() external payable {
        count += msg.value;
    }

    function add(uint256 amount) external payable returns (uint256) {
        return count += amount + msg.value;
    }

    function stop() external pure {
        revert Counter_Stop();
    }
}

contract Proxy_Test is Test {
    Proxy private proxy = new Proxy(address(this));
    Counter private counter = new Counter();

    function _asCounter() private view returns (Counter) {
        return Counter(payable(address(proxy)));
    }

    function test_constructor_admin_succeeds() external {
        vm.assertEq(vm.load(address(proxy), ADMIN_SLOT), bytes32(uint256(uint160(address(this)))));
        vm.assertEq(proxy.admin(), address(this));
        vm.assertEq(proxy.implementation(), address(0));
    }

    function test_constructor_zeroAdmin_reverts() external {
        vm.expectRevert(abi.encodeWithSelector(ERC1967Utils.ERC1967InvalidAdmin.selector, address(0)));
        new Proxy(address(0));
    }

    function test_fallback_withoutImplementation_reverts() external {
        vm.prank(ALICE);
        vm.expectRevert(IProxy.Proxy_NotInitialized.selector);
        _asCounter().count();
    }

    function test_receive_withoutImplementation_reverts() external {
        vm.deal(ALICE, 1);
        vm.prank(ALICE);
        (bool success, bytes memory data) = address(proxy).call{ value: 1 }("");
        vm.assertFalse(success);
        vm.assertEq(data, abi.encodeWithSelector(IProxy.Proxy_NotInitialized.selector));
    }

    function test_upgradeTo_admin_succeeds() external {
        vm.expectEmit();
        emit IERC1967.Upgraded(address(counter));
        proxy.upgradeTo(address(counter));
        vm.assertEq(proxy.implementation(), address(counter));
        vm.assertEq(vm.load(address(proxy), IMPLEMENTATION_SLOT), bytes32(uint256(uint160(address(counter)))));
    }

    function test_upgradeTo_zeroAddress_succeeds() external {
        vm.prank(address(0));
        proxy.upgradeTo(address(counter));
        vm.assertEq(proxy.implementation(), address(counter));
    }

    function test_upgradeTo_notContract_reverts() external {
        vm.expectRevert(abi.encodeWithSelector(ERC1967Utils.ERC1967InvalidImplementation.selector, ALICE));
        proxy.upgradeTo(ALICE);
    }

    function test_upgradeTo_notAdmin_reverts() external {
        proxy.upgradeTo(address(counter));
        vm.prank(ALICE);
        vm.expectRevert();
        proxy.upgradeTo(address(this));
        vm.assertEq(proxy.implementation(), address(counter));
    }

    function test_upgradeToAndCall_admin_succeeds() external {
        bytes memory returned = proxy.upgradeToAndCall{ value: 2 }(address(counter), abi.encodeCall(Counter.add, (40)));
        vm.assertEq(returned, abi.encode(42));
        vm.assertEq(vm.load(address(proxy), 0), bytes32(uint256(42)));
        vm.assertEq(counter.count(), 0);
    }

    function test_upgradeToAndCall_withoutCall_succeeds() external {
        vm.assertEq(proxy.upgradeToAndCall(address(counter), ""), "");
        vm.assertEq(proxy.implementation(), address(counter));
    }

    function test_upgradeToAndCall_callFails_reverts() external {
        vm.expectRevert(Counter.Counter_Stop.selector);
        proxy.upgradeToAndCall(address(counter), abi.encodeCall(Counter.stop, ()));
        vm.assertEq(proxy.implementation(), address(0));
    }

    function test_upgradeToAndCall_valueWithoutCall_reverts() external {
        vm.expectRevert(ERC1967Utils.ERC1967NonPayable.selector);
        proxy.upgradeToAndCall{ value: 1 }(address(counter), "");
    }

    function test_upgradeToAndCall_notAdmin_reverts() external {
        proxy.upgradeTo(address(counter));
        vm.prank(ALICE);
        vm.expectRevert();
        proxy.upgradeToAndCall(address(this), "");
        vm.assertEq(proxy.implementation(), address(counter));
    }

    function test_changeAdmin_admin_succeeds() external {
        vm.expectEmit();
        emit IERC1967.AdminChanged(address(this), ALICE);
        proxy.changeAdmin(ALICE);
        vm.prank(ALICE);
        vm.assertEq(proxy.admin(), ALICE);
    }

    function test_changeAdmin_zero_reverts() external {
        vm.expectRevert(abi.encodeWithSelector(ERC1967Utils.ERC1967InvalidAdmin.selector, address(0)));
        proxy.changeAdmin(address(0));
    }

    function test_changeAdmin_notAdmin_reverts() external {
        proxy.upgradeTo(address(counter));
        vm.prank(ALICE);
        vm.expectRevert();
        proxy.changeAdmin(ALICE);
        vm.assertEq(proxy.admin(), address(this));
    }

    function test_admin_notAdmin_delegates_succeeds() external {
        proxy.upgradeTo(address(counter));
        vm.prank(ALICE);
        vm.assertEq(proxy.admin(), counter.admin());
    }

    function test_implementation_notAdmin_reverts() external {
        proxy.upgradeTo(address(counter));
        vm.prank(ALICE);
        vm.expectRevert();
        proxy.implementation();
    }

    function test_fallback_delegates_succeeds() external {
        proxy.upgradeTo(address(counter));
        vm.deal(ALICE, 1);
        vm.prank(ALICE);
        vm.assertEq(_asCounter().add{ value: 1 }(4), 5);
        vm.assertEq(_asCounter().count(), 5);
        vm.assertEq(address(proxy).balance, 1);
    }

    function test_fallback_implementationReverts_reverts() external {
        proxy.upgradeTo(address(counter));
        vm.expectRevert(Counter.Counter_Stop.selector);
        _asCounter().stop();
    }

    function test_receive_delegates_succeeds() external {
        proxy.upgradeTo(address(counter));
        (bool success,) = address(proxy).call{ value: 3 }("");
        vm.assertTrue(success);
        vm.assertEq(_asCounter().count(), 3);
    }
}
