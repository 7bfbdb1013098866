// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { Create2 } from "@openzeppelin/contracts/utils/Create2.sol";
import { IConditionalDeployer } from "../../interfaces/L2/IConditionalDeployer.sol";

/// @title ConditionalDeployer
/// @notice Deploys code at its CREATE2 address unless it is there already.
contract ConditionalDeployer is IConditionalDeployer {
    /// @inheritdoc IConditionalDeployer
    address public constant deterministicDeploymentProxy = 0x4e59b44847b379578588920cA78FbF26c0B4956C;

    /// @inheritdoc IConditionalDeployer
    string public constant version = "1.0.0";

    /// @inheritdoc IConditionalDeployer
    function deploy(bytes32 salt, bytes memory code) external returns (address implementation) {
        implementation = Create2.computeAddress(salt, keccak256(code), deterministicDeploymentProxy);
        if (implementation.code.length != 0) return implementation;
        (bool success,) = deterministicDeploymentProxy.call(abi.encodePacked(salt, code));
        if (!success || implementation.code.length == 0) revert ConditionalDeployer_DeploymentFailed();
    }
}
