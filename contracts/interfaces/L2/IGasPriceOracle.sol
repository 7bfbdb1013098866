// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

/// @title IGasPriceOracle
/// @notice What a transaction pays beside its gas, for wallets (specs: protocol/{fjord,isthmus,jovian}/predeploys.md).
interface IGasPriceOracle {
    /// @notice The caller is not the depositor account.
    error GasPriceOracle_NotDepositor();

    /// @notice The fork was active already.
    error GasPriceOracle_AlreadyActive();

    /// @notice The fork before it is not active.
    error GasPriceOracle_PreviousForkInactive();

    /// @notice Only before Ecotone.
    error GasPriceOracle_Deprecated();

    /// @notice Only since Fjord.
    error GasPriceOracle_FjordInactive();

    /// @notice Activates Ecotone's formulas.
    function setEcotone() external;

    /// @notice Activates Fjord's formulas.
    function setFjord() external;

    /// @notice Activates Isthmus' formulas.
    function setIsthmus() external;

    /// @notice Activates Jovian's formulas.
    function setJovian() external;

    /// @notice Whether Ecotone's formulas are active.
    function isEcotone() external view returns (bool);

    /// @notice Whether Fjord's formulas are active.
    function isFjord() external view returns (bool);

    /// @notice Whether Isthmus' formulas are active.
    function isIsthmus() external view returns (bool);

    /// @notice Whether Jovian's formulas are active.
    function isJovian() external view returns (bool);

    /// @notice What a transaction pays for its data on L1, in wei.
    /// @param data The unsigned transaction.
    function getL1Fee(bytes memory data) external view returns (uint256);

    /// @notice A bound on it by the transaction's length, for use in transactions.
    /// @param unsignedTxSize The length of the unsigned transaction.
    function getL1FeeUpperBound(uint256 unsignedTxSize) external view returns (uint256);

    /// @notice An estimate of the gas that a transaction's data costs on L1.
    /// @param data The unsigned transaction.
    function getL1GasUsed(bytes memory data) external view returns (uint256);

    /// @notice What a transaction pays to the operator, in wei.
    /// @param gasUsed Its gas.
    function getOperatorFee(uint256 gasUsed) external view returns (uint256);

    /// @notice The L2 base fee, in wei.
    function gasPrice() external view returns (uint256);

    /// @notice The L2 base fee, in wei.
    function baseFee() external view returns (uint256);

    /// @notice Legacy overhead.
    function overhead() external view returns (uint256);

    /// @notice Legacy scalar.
    function scalar() external view returns (uint256);

    /// @notice L1 base fee, in wei.
    function l1BaseFee() external view returns (uint256);

    /// @notice L1 blob base fee, in wei.
    function blobBaseFee() external view returns (uint256);

    /// @notice L1 base fee's part in the L1 fee, in millionths.
    function baseFeeScalar() external view returns (uint32);

    /// @notice L1 blob base fee's part in the L1 fee, in millionths.
    function blobBaseFeeScalar() external view returns (uint32);

    /// @notice Decimals of the scalars.
    function decimals() external pure returns (uint256);

    /// @notice Decimals of the scalars.
    function DECIMALS() external pure returns (uint256);

    /// @notice Semantic version of this interface.
    function version() external pure returns (string memory);
}
