// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { ResourceConfig } from "../../src/types/ResourceConfig.sol";

/// @title ISystemConfig
/// @notice The source of configuration changes. Derivation reads its events (specs: protocol/system-config.md).
interface ISystemConfig {
    /// @notice What a `ConfigUpdate` changes. Nodes know the numbers.
    enum UpdateType {
        BATCHER,
        FEE_SCALARS,
        GAS_LIMIT,
        UNSAFE_BLOCK_SIGNER,
        EIP_1559_PARAMS,
        OPERATOR_FEE_PARAMS,
        MIN_BASE_FEE,
        DA_FOOTPRINT_GAS_SCALAR
    }

    /// @notice The values a chain starts with.
    /// @custom:field owner             Who may change them.
    /// @custom:field batcherHash       The batcher's address, left-padded.
    /// @custom:field basefeeScalar     L1 base fee's part in the L1 fee, in millionths.
    /// @custom:field blobbasefeeScalar L1 blob base fee's part in the L1 fee, in millionths.
    /// @custom:field gasLimit          The L2 block gas limit.
    /// @custom:field unsafeBlockSigner Who signs blocks before they are on L1.
    /// @custom:field batchInbox        Where batches are sent to.
    /// @custom:field optimismPortal    The chain's portal.
    /// @custom:field l2ChainId         The chain's id.
    /// @custom:field superchainConfig  The pause switch.
    /// @custom:field l1CrossDomainMessenger       Where messages to L2 are sent from.
    /// @custom:field l1StandardBridge             The bridge of ether and ERC-20 tokens.
    /// @custom:field l1ERC721Bridge               The bridge of ERC-721 tokens.
    /// @custom:field optimismMintableERC20Factory The factory of L1's representations of L2 tokens.
    struct Init {
        address owner;
        bytes32 batcherHash;
        uint32 basefeeScalar;
        uint32 blobbasefeeScalar;
        uint64 gasLimit;
        address unsafeBlockSigner;
        address batchInbox;
        address optimismPortal;
        uint256 l2ChainId;
        address superchainConfig;
        address l1CrossDomainMessenger;
        address l1StandardBridge;
        address l1ERC721Bridge;
        address optimismMintableERC20Factory;
    }

    /// @notice A value that nodes follow changed.
    /// @param version    The encoding's version: 0.
    /// @param updateType Which value.
    /// @param data       The new value, ABI-encoded.
    event ConfigUpdate(uint256 indexed version, UpdateType indexed updateType, bytes data);

    /// @notice The chain needs an owner, a portal and a pause switch: without them nothing could be set, nor withdrawn.
    error SystemConfig_ZeroAddress();

    /// @notice The gas limit is below what deposits and the L1 attributes transaction may take.
    error SystemConfig_GasLimitTooLow(uint64 gasLimit, uint64 minimum);

    /// @notice The gas limit is above what can be proven.
    error SystemConfig_GasLimitTooHigh(uint64 gasLimit, uint64 maximum);

    /// @notice The scalar's highest byte is its version, and not for `setGasConfig` to set.
    error SystemConfig_ScalarTooHigh(uint256 scalar);

    /// @notice Neither EIP-1559 parameter can be zero.
    error SystemConfig_ZeroEIP1559Param();

    /// @notice Sets the first values, once.
    /// @param init The values.
    function initialize(Init calldata init) external;

    /// @notice Sets whose batches count.
    /// @param batcherHash_ The batcher's address, left-padded.
    function setBatcherHash(bytes32 batcherHash_) external;

    /// @notice Sets the fee scalars of before Ecotone.
    /// @param overhead_ Ignored since Ecotone.
    /// @param scalar_   Read as `basefeeScalar` since Ecotone.
    function setGasConfig(uint256 overhead_, uint256 scalar_) external;

    /// @notice Sets the fee scalars.
    /// @param basefeeScalar_     In millionths.
    /// @param blobbasefeeScalar_ In millionths.
    function setGasConfigEcotone(uint32 basefeeScalar_, uint32 blobbasefeeScalar_) external;

    /// @notice Sets the L2 block gas limit.
    /// @param gasLimit_ Between `minimumGasLimit` and `maximumGasLimit`.
    function setGasLimit(uint64 gasLimit_) external;

    /// @notice Sets who signs blocks before they are on L1.
    /// @param unsafeBlockSigner_ The signer.
    function setUnsafeBlockSigner(address unsafeBlockSigner_) external;

    /// @notice Sets how fast the L2 base fee changes (Holocene).
    /// @param denominator_ At least 1.
    /// @param elasticity_  At least 1.
    function setEIP1559Params(uint32 denominator_, uint32 elasticity_) external;

    /// @notice Sets the operator fee (Isthmus).
    /// @param operatorFeeScalar_   Per gas.
    /// @param operatorFeeConstant_ Per transaction, in wei.
    function setOperatorFeeScalars(uint32 operatorFeeScalar_, uint64 operatorFeeConstant_) external;

    /// @notice Sets the lowest L2 base fee (Jovian).
    /// @param minBaseFee_ In wei.
    function setMinBaseFee(uint64 minBaseFee_) external;

    /// @notice Sets how much gas a byte of estimated data counts for (Jovian).
    /// @param daFootprintGasScalar_ Zero for the default.
    function setDAFootprintGasScalar(uint16 daFootprintGasScalar_) external;

    /// @notice The legacy overhead.
    function overhead() external view returns (uint256);

    /// @notice Both fee scalars in their versioned encoding.
    function scalar() external view returns (uint256);

    /// @notice The batcher's address, left-padded.
    function batcherHash() external view returns (bytes32);

    /// @notice The L2 block gas limit.
    function gasLimit() external view returns (uint64);

    /// @notice L1 base fee's part in the L1 fee, in millionths.
    function basefeeScalar() external view returns (uint32);

    /// @notice L1 blob base fee's part in the L1 fee, in millionths.
    function blobbasefeeScalar() external view returns (uint32);

    /// @notice EIP-1559 denominator; zero stands for the chain's constant.
    function eip1559Denominator() external view returns (uint32);

    /// @notice EIP-1559 elasticity; zero stands for the chain's constant.
    function eip1559Elasticity() external view returns (uint32);

    /// @notice The operator fee per gas.
    function operatorFeeScalar() external view returns (uint32);

    /// @notice The operator fee per transaction, in wei.
    function operatorFeeConstant() external view returns (uint64);

    /// @notice The lowest L2 base fee, in wei.
    function minBaseFee() external view returns (uint64);

    /// @notice Gas per byte of estimated data; zero stands for the default.
    function daFootprintGasScalar() external view returns (uint16);

    /// @notice Where batches are sent to.
    function batchInbox() external view returns (address);

    /// @notice The chain's portal.
    function optimismPortal() external view returns (address);

    /// @notice Where messages to L2 are sent from.
    function l1CrossDomainMessenger() external view returns (address);

    /// @notice The bridge of ether and ERC-20 tokens.
    function l1StandardBridge() external view returns (address);

    /// @notice The bridge of ERC-721 tokens.
    function l1ERC721Bridge() external view returns (address);

    /// @notice The factory of L1's representations of L2 tokens.
    function optimismMintableERC20Factory() external view returns (address);

    /// @notice The chain's id.
    function l2ChainId() external view returns (uint256);

    /// @notice The pause switch.
    function superchainConfig() external view returns (address);

    /// @notice The L1 block in which the contract was initialized: no event is older.
    function startBlock() external view returns (uint256);

    /// @notice Who signs blocks before they are on L1.
    function unsafeBlockSigner() external view returns (address);

    /// @notice The lowest gas limit with which the chain works.
    function minimumGasLimit() external view returns (uint64);

    /// @notice The highest gas limit with which a block can be proven.
    function maximumGasLimit() external pure returns (uint64);

    /// @notice The parameters of the market for deposits' gas.
    function resourceConfig() external view returns (ResourceConfig memory);

    /// @notice Whether withdrawals of this chain are paused.
    function paused() external view returns (bool);

    /// @notice Who may pause.
    function guardian() external view returns (address);

    /// @notice The version of the events' encoding.
    function VERSION() external pure returns (uint256);

    /// @notice Where the unsafe block signer is stored, whatever the layout: peers prove it from there.
    function UNSAFE_BLOCK_SIGNER_SLOT() external pure returns (bytes32);

    /// @notice Semantic version of this interface.
    function version() external pure returns (string memory);
}
