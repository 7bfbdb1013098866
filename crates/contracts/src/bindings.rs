//! Typed bindings of the contracts' functions, events and errors that the rest of the workspace calls or reads.
//!
//! Signatures only: a test compares every selector with the compiled ABI.

use alloy_sol_types::sol;

sol! {
    /// The values with which `SystemConfig` starts.
    #[derive(Debug, PartialEq, Eq)]
    struct SystemConfigInit {
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
    }

    /// The deposit market's parameters.
    #[derive(Debug, PartialEq, Eq)]
    struct ResourceConfig {
        uint32 maxResourceLimit;
        uint8 elasticityMultiplier;
        uint8 baseFeeMaxChangeDenominator;
        uint32 minimumBaseFee;
        uint32 systemTxMaxGas;
        uint128 maximumBaseFee;
    }

    interface SystemConfig {
        event ConfigUpdate(uint256 indexed version, uint8 indexed updateType, bytes data);

        function initialize(SystemConfigInit init) external;
        function setBatcherHash(bytes32 batcherHash) external;
        function setGasConfig(uint256 overhead, uint256 scalar) external;
        function setGasConfigEcotone(uint32 basefeeScalar, uint32 blobbasefeeScalar) external;
        function setGasLimit(uint64 gasLimit) external;
        function setUnsafeBlockSigner(address unsafeBlockSigner) external;
        function setEIP1559Params(uint32 denominator, uint32 elasticity) external;
        function setOperatorFeeScalars(uint32 operatorFeeScalar, uint64 operatorFeeConstant) external;
        function setMinBaseFee(uint64 minBaseFee) external;
        function setDAFootprintGasScalar(uint16 daFootprintGasScalar) external;
        function owner() external view returns (address);
        function transferOwnership(address newOwner) external;
        function batcherHash() external view returns (bytes32);
        function overhead() external view returns (uint256);
        function scalar() external view returns (uint256);
        function basefeeScalar() external view returns (uint32);
        function blobbasefeeScalar() external view returns (uint32);
        function gasLimit() external view returns (uint64);
        function minimumGasLimit() external view returns (uint64);
        function maximumGasLimit() external pure returns (uint64);
        function unsafeBlockSigner() external view returns (address);
        function eip1559Denominator() external view returns (uint32);
        function eip1559Elasticity() external view returns (uint32);
        function operatorFeeScalar() external view returns (uint32);
        function operatorFeeConstant() external view returns (uint64);
        function minBaseFee() external view returns (uint64);
        function daFootprintGasScalar() external view returns (uint16);
        function resourceConfig() external view returns (ResourceConfig);
        function batchInbox() external view returns (address);
        function optimismPortal() external view returns (address);
        function superchainConfig() external view returns (address);
        function l2ChainId() external view returns (uint256);
        function startBlock() external view returns (uint256);
        function paused() external view returns (bool);
        function guardian() external view returns (address);
        function version() external pure returns (string);
    }

    interface OptimismPortal {
        event TransactionDeposited(address indexed from, address indexed to, uint256 indexed version, bytes opaqueData);

        function initialize(address systemConfig) external;
        function depositTransaction(address to, uint256 value, uint64 gasLimit, bool isCreation, bytes data) external payable;
        function donateETH() external payable;
        function minimumGasLimit(uint64 byteCount) external pure returns (uint64);
        function params() external view returns (uint128 prevBaseFee, uint64 prevBoughtGas, uint64 prevBlockNum);
        function systemConfig() external view returns (address);
        function superchainConfig() external view returns (address);
        function guardian() external view returns (address);
        function paused() external view returns (bool);
        function version() external pure returns (string);
    }

    interface SuperchainConfig {
        function initialize(address guardian) external;
        function guardian() external view returns (address);
        function pause(address identifier) external;
        function unpause(address identifier) external;
        function paused() external view returns (bool);
        function paused(address identifier) external view returns (bool);
    }

    interface Proxy {
        event Upgraded(address indexed implementation);
        event AdminChanged(address previousAdmin, address newAdmin);

        function upgradeTo(address implementation) external;
        function upgradeToAndCall(address implementation, bytes data) external payable;
        function changeAdmin(address admin) external;
        function admin() external returns (address);
        function implementation() external returns (address);
    }

    interface ProxyAdmin {
        function owner() external view returns (address);
        function transferOwnership(address newOwner) external;
        function upgrade(address proxy, address implementation) external;
        function upgradeAndCall(address proxy, address implementation, bytes data) external payable;
        function changeProxyAdmin(address proxy, address newAdmin) external;
        function getProxyImplementation(address proxy) external view returns (address);
        function getProxyAdmin(address proxy) external view returns (address);
    }

    interface L1Block {
        function number() external view returns (uint64);
        function timestamp() external view returns (uint64);
        function basefee() external view returns (uint256);
        function hash() external view returns (bytes32);
        function sequenceNumber() external view returns (uint64);
        function blobBaseFeeScalar() external view returns (uint32);
        function baseFeeScalar() external view returns (uint32);
        function batcherHash() external view returns (bytes32);
        function l1FeeOverhead() external view returns (uint256);
        function l1FeeScalar() external view returns (uint256);
        function blobBaseFee() external view returns (uint256);
        function operatorFeeConstant() external view returns (uint64);
        function operatorFeeScalar() external view returns (uint32);
        function daFootprintGasScalar() external view returns (uint16);
    }

    interface GasPriceOracle {
        function isEcotone() external view returns (bool);
        function isFjord() external view returns (bool);
        function isIsthmus() external view returns (bool);
        function isJovian() external view returns (bool);
        function gasPrice() external view returns (uint256);
        function baseFee() external view returns (uint256);
        function l1BaseFee() external view returns (uint256);
        function blobBaseFee() external view returns (uint256);
        function baseFeeScalar() external view returns (uint32);
        function blobBaseFeeScalar() external view returns (uint32);
        function getL1Fee(bytes data) external view returns (uint256);
        function getL1FeeUpperBound(uint256 unsignedTxSize) external view returns (uint256);
        function getL1GasUsed(bytes data) external view returns (uint256);
        function getOperatorFee(uint256 gasUsed) external view returns (uint256);
    }

    interface L2ToL1MessagePasser {
        event MessagePassed(
            uint256 indexed nonce,
            address indexed sender,
            address indexed target,
            uint256 value,
            uint256 gasLimit,
            bytes data,
            bytes32 withdrawalHash
        );

        function initiateWithdrawal(address target, uint256 gasLimit, bytes data) external payable;
        function messageNonce() external view returns (uint256);
        function sentMessages(bytes32 withdrawalHash) external view returns (bool);
        function burn() external;
    }

    interface FeeVault {
        event Withdrawal(uint256 value, address to, address from);
        event Withdrawal(uint256 value, address to, address from, uint8 withdrawalNetwork);

        function recipient() external view returns (address);
        function minWithdrawalAmount() external view returns (uint256);
        function withdrawalNetwork() external view returns (uint8);
        function totalProcessed() external view returns (uint256);
        function withdraw() external returns (uint256);
    }
}
