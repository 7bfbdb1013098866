// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { Ownable } from "@openzeppelin/contracts/access/Ownable.sol";
import { Initializable } from "@openzeppelin/contracts/proxy/utils/Initializable.sol";
import { StorageSlot } from "@openzeppelin/contracts/utils/StorageSlot.sol";
import { ISuperchainConfig } from "../../interfaces/L1/ISuperchainConfig.sol";
import { ISystemConfig } from "../../interfaces/L1/ISystemConfig.sol";
import { ProxyAdminOwned } from "../proxy/ProxyAdminOwned.sol";
import { ResourceConfig } from "../types/ResourceConfig.sol";

/// @title SystemConfig
/// @notice The source of configuration changes of one chain.
contract SystemConfig is ISystemConfig, Ownable, Initializable, ProxyAdminOwned {
    /// @inheritdoc ISystemConfig
    uint256 public constant VERSION = 0;

    /// @inheritdoc ISystemConfig
    bytes32 public constant UNSAFE_BLOCK_SIGNER_SLOT = keccak256("systemconfig.unsafeblocksigner");

    /// @inheritdoc ISystemConfig
    string public constant version = "3.14.0";

    /// @dev Above it a block takes too long to prove.
    uint64 private constant MAX_GAS_LIMIT = 500_000_000;

    /// @dev The encoding of `scalar` since Ecotone, in its highest byte.
    uint256 private constant SCALAR_VERSION = 1;

    /// @inheritdoc ISystemConfig
    uint256 public overhead;

    /// @inheritdoc ISystemConfig
    uint256 public scalar;

    /// @inheritdoc ISystemConfig
    bytes32 public batcherHash;

    /// @inheritdoc ISystemConfig
    uint64 public gasLimit;

    /// @inheritdoc ISystemConfig
    uint32 public basefeeScalar;

    /// @inheritdoc ISystemConfig
    uint32 public blobbasefeeScalar;

    /// @inheritdoc ISystemConfig
    uint32 public eip1559Denominator;

    /// @inheritdoc ISystemConfig
    uint32 public eip1559Elasticity;

    /// @inheritdoc ISystemConfig
    uint32 public operatorFeeScalar;

    /// @inheritdoc ISystemConfig
    uint64 public operatorFeeConstant;

    /// @inheritdoc ISystemConfig
    uint64 public minBaseFee;

    /// @inheritdoc ISystemConfig
    uint16 public daFootprintGasScalar;

    /// @dev The market for deposits' gas.
    ResourceConfig private _resourceConfig;

    /// @inheritdoc ISystemConfig
    address public batchInbox;

    /// @inheritdoc ISystemConfig
    address public optimismPortal;

    /// @inheritdoc ISystemConfig
    address public superchainConfig;

    /// @inheritdoc ISystemConfig
    uint256 public l2ChainId;

    /// @inheritdoc ISystemConfig
    uint256 public startBlock;

    /// @inheritdoc ISystemConfig
    address public l1CrossDomainMessenger;

    /// @inheritdoc ISystemConfig
    address public l1StandardBridge;

    /// @inheritdoc ISystemConfig
    address public l1ERC721Bridge;

    /// @inheritdoc ISystemConfig
    address public optimismMintableERC20Factory;

    /// @dev The implementation itself has no owner and starts nothing.
    constructor() Ownable(address(0xdead)) {
        _disableInitializers();
    }

    /// @inheritdoc ISystemConfig
    function initialize(Init calldata init) external initializer onlyProxyAdminOrOwner {
        bool complete =
            init.owner != address(0) && init.optimismPortal != address(0) && init.superchainConfig != address(0);
        if (!complete) revert SystemConfig_ZeroAddress();
        _transferOwnership(init.owner);
        _resourceConfig = _defaultResourceConfig();
        batchInbox = init.batchInbox;
        optimismPortal = init.optimismPortal;
        superchainConfig = init.superchainConfig;
        l1CrossDomainMessenger = init.l1CrossDomainMessenger;
        l1StandardBridge = init.l1StandardBridge;
        l1ERC721Bridge = init.l1ERC721Bridge;
        optimismMintableERC20Factory = init.optimismMintableERC20Factory;
        l2ChainId = init.l2ChainId;
        startBlock = block.number;
        _setBatcherHash(init.batcherHash);
        _setGasConfigEcotone(init.basefeeScalar, init.blobbasefeeScalar);
        _setGasLimit(init.gasLimit);
        _setUnsafeBlockSigner(init.unsafeBlockSigner);
    }

    /// @inheritdoc ISystemConfig
    function setBatcherHash(bytes32 batcherHash_) external onlyOwner {
        _setBatcherHash(batcherHash_);
    }

    /// @inheritdoc ISystemConfig
    function setGasConfig(uint256 overhead_, uint256 scalar_) external onlyOwner {
        if (scalar_ >> 248 != 0) revert SystemConfig_ScalarTooHigh(scalar_);
        overhead = overhead_;
        scalar = scalar_;
        emit ConfigUpdate(VERSION, UpdateType.FEE_SCALARS, abi.encode(overhead_, scalar_));
    }

    /// @inheritdoc ISystemConfig
    function setGasConfigEcotone(uint32 basefeeScalar_, uint32 blobbasefeeScalar_) external onlyOwner {
        _setGasConfigEcotone(basefeeScalar_, blobbasefeeScalar_);
    }

    /// @inheritdoc ISystemConfig
    function setGasLimit(uint64 gasLimit_) external onlyOwner {
        _setGasLimit(gasLimit_);
    }

    /// @inheritdoc ISystemConfig
    function setUnsafeBlockSigner(address unsafeBlockSigner_) external onlyOwner {
        _setUnsafeBlockSigner(unsafeBlockSigner_);
    }

    /// @inheritdoc ISystemConfig
    function setEIP1559Params(uint32 denominator_, uint32 elasticity_) external onlyOwner {
        if (denominator_ == 0 || elasticity_ == 0) revert SystemConfig_ZeroEIP1559Param();
        eip1559Denominator = denominator_;
        eip1559Elasticity = elasticity_;
        uint256 packed = uint256(denominator_) << 32 | elasticity_;
        emit ConfigUpdate(VERSION, UpdateType.EIP_1559_PARAMS, abi.encode(packed));
    }

    /// @inheritdoc ISystemConfig
    function setOperatorFeeScalars(uint32 operatorFeeScalar_, uint64 operatorFeeConstant_) external onlyOwner {
        operatorFeeScalar = operatorFeeScalar_;
        operatorFeeConstant = operatorFeeConstant_;
        uint256 packed = uint256(operatorFeeScalar_) << 64 | operatorFeeConstant_;
        emit ConfigUpdate(VERSION, UpdateType.OPERATOR_FEE_PARAMS, abi.encode(packed));
    }

    /// @inheritdoc ISystemConfig
    function setMinBaseFee(uint64 minBaseFee_) external onlyOwner {
        minBaseFee = minBaseFee_;
        emit ConfigUpdate(VERSION, UpdateType.MIN_BASE_FEE, abi.encode(minBaseFee_));
    }

    /// @inheritdoc ISystemConfig
    function setDAFootprintGasScalar(uint16 daFootprintGasScalar_) external onlyOwner {
        daFootprintGasScalar = daFootprintGasScalar_;
        emit ConfigUpdate(VERSION, UpdateType.DA_FOOTPRINT_GAS_SCALAR, abi.encode(daFootprintGasScalar_));
    }

    /// @inheritdoc ISystemConfig
    function unsafeBlockSigner() external view returns (address) {
        return StorageSlot.getAddressSlot(UNSAFE_BLOCK_SIGNER_SLOT).value;
    }

    /// @inheritdoc ISystemConfig
    function resourceConfig() external view returns (ResourceConfig memory) {
        return _resourceConfig;
    }

    /// @inheritdoc ISystemConfig
    function paused() external view returns (bool) {
        ISuperchainConfig switches = ISuperchainConfig(superchainConfig);
        return switches.paused(address(0)) || switches.paused(optimismPortal);
    }

    /// @inheritdoc ISystemConfig
    function guardian() external view returns (address) {
        return ISuperchainConfig(superchainConfig).guardian();
    }

    /// @inheritdoc ISystemConfig
    function maximumGasLimit() external pure returns (uint64) {
        return MAX_GAS_LIMIT;
    }

    /// @inheritdoc ISystemConfig
    function minimumGasLimit() public view returns (uint64) {
        return uint64(_resourceConfig.maxResourceLimit) + uint64(_resourceConfig.systemTxMaxGas);
    }

    /// @dev See `setBatcherHash`.
    function _setBatcherHash(bytes32 batcherHash_) private {
        batcherHash = batcherHash_;
        emit ConfigUpdate(VERSION, UpdateType.BATCHER, abi.encode(batcherHash_));
    }

    /// @dev See `setGasConfigEcotone`.
    function _setGasConfigEcotone(uint32 basefeeScalar_, uint32 blobbasefeeScalar_) private {
        basefeeScalar = basefeeScalar_;
        blobbasefeeScalar = blobbasefeeScalar_;
        scalar = SCALAR_VERSION << 248 | uint256(blobbasefeeScalar_) << 32 | basefeeScalar_;
        emit ConfigUpdate(VERSION, UpdateType.FEE_SCALARS, abi.encode(overhead, scalar));
    }

    /// @dev See `setGasLimit`.
    function _setGasLimit(uint64 gasLimit_) private {
        uint64 minimum = minimumGasLimit();
        if (gasLimit_ < minimum) revert SystemConfig_GasLimitTooLow(gasLimit_, minimum);
        if (gasLimit_ > MAX_GAS_LIMIT) revert SystemConfig_GasLimitTooHigh(gasLimit_, MAX_GAS_LIMIT);
        gasLimit = gasLimit_;
        emit ConfigUpdate(VERSION, UpdateType.GAS_LIMIT, abi.encode(gasLimit_));
    }

    /// @dev See `setUnsafeBlockSigner`.
    function _setUnsafeBlockSigner(address unsafeBlockSigner_) private {
        StorageSlot.getAddressSlot(UNSAFE_BLOCK_SIGNER_SLOT).value = unsafeBlockSigner_;
        emit ConfigUpdate(VERSION, UpdateType.UNSAFE_BLOCK_SIGNER, abi.encode(unsafeBlockSigner_));
    }

    /// @dev The specification's default values.
    function _defaultResourceConfig() private pure returns (ResourceConfig memory) {
        return ResourceConfig({
            maxResourceLimit: 20_000_000,
            elasticityMultiplier: 10,
            baseFeeMaxChangeDenominator: 8,
            minimumBaseFee: 1 gwei,
            systemTxMaxGas: 1_000_000,
            maximumBaseFee: type(uint128).max
        });
    }
}
