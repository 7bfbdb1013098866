// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { FixedPointMathLib } from "solady/utils/FixedPointMathLib.sol";
import { LibZip } from "solady/utils/LibZip.sol";
import { IGasPriceOracle } from "../../interfaces/L2/IGasPriceOracle.sol";
import { IL1Block } from "../../interfaces/L2/IL1Block.sol";
import { Predeploys } from "../libraries/Predeploys.sol";

/// @title GasPriceOracle
/// @notice What a transaction pays beside its gas.
contract GasPriceOracle is IGasPriceOracle {
    using FixedPointMathLib for uint256;

    /// @inheritdoc IGasPriceOracle
    uint256 public constant DECIMALS = 6;

    /// @inheritdoc IGasPriceOracle
    string public constant version = "1.6.0";

    /// @dev The bytes of a signature, which wallets do not have yet when they ask.
    uint256 private constant SIGNATURE_BYTES = 68;

    /// @dev Fjord's estimate of a transaction's compressed size, in millionths of bytes, is linear in its FastLZ size.
    int256 private constant COST_INTERCEPT = -42_585_600;
    int256 private constant COST_FASTLZ_COEFFICIENT = 836_500;

    /// @dev The smallest estimate: 100 bytes.
    int256 private constant MIN_TRANSACTION_SIZE = 100e6;

    /// @dev Gas per byte of calldata on L1.
    uint256 private constant CALLDATA_GAS = 16;
    uint256 private constant CALLDATA_ZERO_GAS = 4;

    IL1Block private constant L1_BLOCK = IL1Block(Predeploys.L1_BLOCK);

    /// @inheritdoc IGasPriceOracle
    bool public isEcotone;

    /// @inheritdoc IGasPriceOracle
    bool public isFjord;

    /// @inheritdoc IGasPriceOracle
    bool public isIsthmus;

    /// @inheritdoc IGasPriceOracle
    bool public isJovian;

    /// @dev Lets the depositor account pass, in the order of forks.
    modifier activates(bool previous, bool active) {
        if (msg.sender != Predeploys.DEPOSITOR_ACCOUNT) revert GasPriceOracle_NotDepositor();
        if (!previous) revert GasPriceOracle_PreviousForkInactive();
        if (active) revert GasPriceOracle_AlreadyActive();
        _;
    }

    /// @inheritdoc IGasPriceOracle
    function setEcotone() external activates(true, isEcotone) {
        isEcotone = true;
    }

    /// @inheritdoc IGasPriceOracle
    function setFjord() external activates(isEcotone, isFjord) {
        isFjord = true;
    }

    /// @inheritdoc IGasPriceOracle
    function setIsthmus() external activates(isFjord, isIsthmus) {
        isIsthmus = true;
    }

    /// @inheritdoc IGasPriceOracle
    function setJovian() external activates(isIsthmus, isJovian) {
        isJovian = true;
    }

    /// @inheritdoc IGasPriceOracle
    function getL1Fee(bytes memory data) external view returns (uint256) {
        if (isFjord) return _fjordL1Fee(_fastLZSize(data));
        uint256 gasUsed = _calldataGas(data);
        if (isEcotone) return gasUsed * _scaledFee() / (CALLDATA_GAS * 10 ** DECIMALS);
        return (gasUsed + L1_BLOCK.l1FeeOverhead()) * l1BaseFee() * L1_BLOCK.l1FeeScalar() / 10 ** DECIMALS;
    }

    /// @inheritdoc IGasPriceOracle
    function getL1FeeUpperBound(uint256 unsignedTxSize) external view returns (uint256) {
        if (!isFjord) revert GasPriceOracle_FjordInactive();
        uint256 txSize = unsignedTxSize + SIGNATURE_BYTES;
        return _fjordL1Fee(txSize + txSize / 255 + 16);
    }

    /// @inheritdoc IGasPriceOracle
    function getL1GasUsed(bytes memory data) external view returns (uint256) {
        if (isFjord) return _estimatedSize(_fastLZSize(data)) * CALLDATA_GAS / 10 ** DECIMALS;
        return isEcotone ? _calldataGas(data) : _calldataGas(data) + L1_BLOCK.l1FeeOverhead();
    }

    /// @inheritdoc IGasPriceOracle
    function getOperatorFee(uint256 gasUsed) external view returns (uint256) {
        if (!isIsthmus) return 0;
        uint256 operatorFeeScalar = L1_BLOCK.operatorFeeScalar();
        uint256 operatorFeeConstant = L1_BLOCK.operatorFeeConstant();
        if (isJovian) return gasUsed * operatorFeeScalar * 100 + operatorFeeConstant;
        return (gasUsed.saturatingMul(operatorFeeScalar) / 1e6).saturatingAdd(operatorFeeConstant);
    }

    /// @inheritdoc IGasPriceOracle
    function gasPrice() external view returns (uint256) {
        return block.basefee;
    }

    /// @inheritdoc IGasPriceOracle
    function baseFee() external view returns (uint256) {
        return block.basefee;
    }

    /// @inheritdoc IGasPriceOracle
    function overhead() external view returns (uint256) {
        if (isEcotone) revert GasPriceOracle_Deprecated();
        return L1_BLOCK.l1FeeOverhead();
    }

    /// @inheritdoc IGasPriceOracle
    function scalar() external view returns (uint256) {
        if (isEcotone) revert GasPriceOracle_Deprecated();
        return L1_BLOCK.l1FeeScalar();
    }

    /// @inheritdoc IGasPriceOracle
    function decimals() external pure returns (uint256) {
        return DECIMALS;
    }

    /// @inheritdoc IGasPriceOracle
    function l1BaseFee() public view returns (uint256) {
        return L1_BLOCK.basefee();
    }

    /// @inheritdoc IGasPriceOracle
    function blobBaseFee() public view returns (uint256) {
        return L1_BLOCK.blobBaseFee();
    }

    /// @inheritdoc IGasPriceOracle
    function baseFeeScalar() public view returns (uint32) {
        return L1_BLOCK.baseFeeScalar();
    }

    /// @inheritdoc IGasPriceOracle
    function blobBaseFeeScalar() public view returns (uint32) {
        return L1_BLOCK.blobBaseFeeScalar();
    }

    /// @dev The L1 fee of a transaction of a FastLZ size.
    function _fjordL1Fee(uint256 fastLZSize) private view returns (uint256) {
        return _estimatedSize(fastLZSize) * _scaledFee() / 10 ** (DECIMALS * 2);
    }

    /// @dev What a byte costs on L1, in millionths of wei, by calldata and by blob, each with its scalar.
    function _scaledFee() private view returns (uint256) {
        return baseFeeScalar() * CALLDATA_GAS * l1BaseFee() + blobBaseFeeScalar() * blobBaseFee();
    }

    /// @dev The FastLZ size of the transaction once it is signed.
    function _fastLZSize(bytes memory data) private pure returns (uint256) {
        return LibZip.flzCompress(data).length + SIGNATURE_BYTES;
    }

    /// @dev Fjord's estimate of the compressed size, in millionths of bytes.
    function _estimatedSize(uint256 fastLZSize) private pure returns (uint256) {
        int256 size = COST_INTERCEPT + COST_FASTLZ_COEFFICIENT * int256(fastLZSize);
        return uint256(FixedPointMathLib.max(size, MIN_TRANSACTION_SIZE));
    }

    /// @dev Gas of the data as calldata on L1, with its signature.
    function _calldataGas(bytes memory data) private pure returns (uint256 total) {
        for (uint256 i; i < data.length; ++i) {
            total += data[i] == 0 ? CALLDATA_ZERO_GAS : CALLDATA_GAS;
        }
        total += SIGNATURE_BYTES * CALLDATA_GAS;
    }
}
