// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { Proxy } from "../../src/proxy/Proxy.sol";
import { ProxyAdmin } from "../../src/proxy/ProxyAdmin.sol";
import { Vm } from "./Vm.sol";

/// @title Test
/// @notice What every test has: cheatcodes, a proxy admin and a few people.
abstract contract Test {
    Vm internal constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

    /// @dev The EIP-1967 slots.
    bytes32 internal constant ADMIN_SLOT = bytes32(uint256(keccak256("eip1967.proxy.admin")) - 1);
    bytes32 internal constant IMPLEMENTATION_SLOT = bytes32(uint256(keccak256("eip1967.proxy.implementation")) - 1);

    address internal constant DEPOSITOR = 0xDeaDDEaDDeAdDeAdDEAdDEaddeAddEAdDEAd0001;
    address internal constant ADMIN_OWNER = address(uint160(uint256(keccak256("admin owner"))));
    address internal constant ALICE = address(uint160(uint256(keccak256("alice"))));
    address internal constant BOB = address(uint160(uint256(keccak256("bob"))));

    ProxyAdmin internal proxyAdmin = new ProxyAdmin(ADMIN_OWNER);

    /// @dev A proxy of the test's admin in front of an implementation, initialized with a call unless it is empty.
    function proxied(address implementation, bytes memory initialization) internal returns (address payable proxy) {
        proxy = payable(new Proxy(address(proxyAdmin)));
        vm.prank(ADMIN_OWNER);
        proxyAdmin.upgradeAndCall(proxy, implementation, initialization);
    }
}

/// @title Refuser
/// @notice A contract that takes no ether.
contract Refuser {
    error Refuser_No();

    receive() external payable {
        revert Refuser_No();
    }
}
