// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

/// @title IOptimismPortal
/// @notice The source of deposits. Derivation reads its events (specs: protocol/deposits.md).
interface IOptimismPortal {
    /// @notice A transaction that L2 must execute.
    /// @param from       The sender on L2: the caller, or its alias if it is a contract.
    /// @param to         The recipient on L2.
    /// @param version    The encoding's version: 0.
    /// @param opaqueData Packed: mint, value (32 bytes each), gas limit (8), creation (1), data.
    event TransactionDeposited(address indexed from, address indexed to, uint256 indexed version, bytes opaqueData);

    /// @notice A creation has no recipient.
    error OptimismPortal_BadTarget();

    /// @notice The gas limit is below `minimumGasLimit`.
    error OptimismPortal_GasLimitTooLow();

    /// @notice The data is longer than 120,000 bytes: it would not fit a block that nodes gossip.
    error OptimismPortal_CalldataTooLarge();

    /// @notice Sets the chain, once.
    /// @param systemConfig_ The chain's configuration.
    function initialize(address systemConfig_) external;

    /// @notice Has L2 execute a transaction. Ether sent along is minted to the sender on L2. The gas is paid for by burning
    ///         gas here.
    /// @param to         The recipient on L2; zero for a creation.
    /// @param value      Ether that the transaction sends on L2, in wei.
    /// @param gasLimit   The transaction's gas limit.
    /// @param isCreation Whether it creates a contract.
    /// @param data       Its data.
    function depositTransaction(address to, uint256 value, uint64 gasLimit, bool isCreation, bytes memory data)
        external
        payable;

    /// @notice Takes ether without depositing it.
    function donateETH() external payable;

    /// @notice The lowest gas limit of a deposit, so that its data costs something.
    /// @param byteCount The data's length.
    function minimumGasLimit(uint64 byteCount) external pure returns (uint64);

    /// @notice The chain's configuration.
    function systemConfig() external view returns (address);

    /// @notice The pause switch.
    function superchainConfig() external view returns (address);

    /// @notice Who may pause.
    function guardian() external view returns (address);

    /// @notice Whether withdrawals are paused. Deposits never are.
    function paused() external view returns (bool);

    /// @notice Semantic version of this interface. SDKs take a number below 3 for withdrawals by output oracle.
    function version() external pure returns (string memory);
}
