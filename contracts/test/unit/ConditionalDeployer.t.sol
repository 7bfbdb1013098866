// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { Create2 } from "@openzeppelin/contracts/utils/Create2.sol";
import { IConditionalDeployer } from "../../interfaces/L2/IConditionalDeployer.sol";
import { ConditionalDeployer } from "../../src/L2/ConditionalDeployer.sol";
import { Counter } from "./Proxy.t.sol";
import { Test } from "../support/Test.sol";

contract ConditionalDeployer_Test is Test {
    address private constant FACTORY = 0x4e59b44847b379578588920cA78FbF26c0B4956C;
    ConditionalDeployer private deployer = new ConditionalDeployer();

    function setUp() external {
        // The deterministic deployer, as every chain has it.
        vm.etch(
            FACTORY,
            hex"7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe03601600081602082378035828234f58015156039578182fd5b8082525050506014600cf3"
        );
    }

    function test_constants_succeeds() external view {
        vm.assertEq(deployer.deterministicDeploymentProxy(), FACTORY);
        vm.assertEq(deployer.version(), "1.0.0");
    }

    function test_deploy_selector_succeeds() external pure {
        vm.assertEq(bytes32(IConditionalDeployer.deploy.selector), bytes32(bytes4(0xcdcb760a)));
    }

    function testFuzz_deploy_new_succeeds(bytes32 salt) external {
        bytes memory code = type(Counter).creationCode;
        address deployed = deployer.deploy(salt, code);
        vm.assertEq(deployed, Create2.computeAddress(salt, keccak256(code), FACTORY));
        vm.assertEq(deployed.code, type(Counter).runtimeCode);
    }

    function test_deploy_again_changesNothing_succeeds() external {
        bytes memory code = type(Counter).creationCode;
        address first = deployer.deploy(0, code);
        Counter(payable(first)).add(1);
        vm.assertEq(deployer.deploy(0, code), first);
        vm.assertEq(Counter(payable(first)).count(), 1);
    }

    function test_deploy_creationFails_reverts() external {
        vm.expectRevert(IConditionalDeployer.ConditionalDeployer_DeploymentFailed.selector);
        deployer.deploy(0, hex"fe");
    }

    function test_deploy_emptyContract_reverts() external {
        vm.expectRevert(IConditionalDeployer.ConditionalDeployer_DeploymentFailed.selector);
        deployer.deploy(0, hex"00");
    }
}
