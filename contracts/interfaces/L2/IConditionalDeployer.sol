// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

/// @title IConditionalDeployer
/// @notice Deploys code at its CREATE2 address unless it is there already, for upgrades that name every implementation
///         (specs: protocol/l2-upgrades-2-contracts.md).
interface IConditionalDeployer {
    /// @notice The deterministic deployer did not deploy the code.
    error ConditionalDeployer_DeploymentFailed();

    /// @notice Deploys code through the deterministic deployer, or finds it deployed.
    /// @param salt The salt.
    /// @param code The creation code.
    /// @return implementation The address.
    function deploy(bytes32 salt, bytes memory code) external returns (address implementation);

    /// @notice The deterministic deployer.
    function deterministicDeploymentProxy() external pure returns (address);

    /// @notice Semantic version of this interface.
    function version() external pure returns (string memory);
}
