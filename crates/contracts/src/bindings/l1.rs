//! L1: configuration, deposits and withdrawals, settlement.

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
        address l1CrossDomainMessenger;
        address l1StandardBridge;
        address l1ERC721Bridge;
        address optimismMintableERC20Factory;
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
        function l1CrossDomainMessenger() external view returns (address);
        function l1StandardBridge() external view returns (address);
        function l1ERC721Bridge() external view returns (address);
        function optimismMintableERC20Factory() external view returns (address);
        function l2ChainId() external view returns (uint256);
        function startBlock() external view returns (uint256);
        function paused() external view returns (bool);
        function guardian() external view returns (address);
        function version() external pure returns (string);
    }

    /// A call that L2 asks L1 to make.
    #[derive(Debug, PartialEq, Eq)]
    struct WithdrawalTransaction {
        uint256 nonce;
        address sender;
        address target;
        uint256 value;
        uint256 gasLimit;
        bytes data;
    }

    /// What an output root is the hash of.
    #[derive(Debug, PartialEq, Eq)]
    struct OutputRootProof {
        bytes32 version;
        bytes32 stateRoot;
        bytes32 messagePasserStorageRoot;
        bytes32 latestBlockhash;
    }

    interface OptimismPortal {
        event TransactionDeposited(address indexed from, address indexed to, uint256 indexed version, bytes opaqueData);
        event WithdrawalProven(bytes32 indexed withdrawalHash, address indexed from, address indexed to);
        event WithdrawalProvenExtension1(bytes32 indexed withdrawalHash, address indexed proofSubmitter);
        event WithdrawalFinalized(bytes32 indexed withdrawalHash, bool success);

        error OptimismPortal_BadTarget();
        error OptimismPortal_CallPaused();
        error OptimismPortal_InvalidOutputRootProof();
        error OptimismPortal_AlreadyProven();
        error OptimismPortal_AlreadyFinalized();
        error OptimismPortal_Unproven();
        error OptimismPortal_ProofNotOldEnough();
        error OptimismPortal_OutputNotFinal();
        error OptimismPortal_NoReentrancy();
        error OptimismPortal_NotEnoughGas();
        error OptimismPortal_InsufficientBalance(uint256 balance, uint256 value);
        error OptimismPortal_GasEstimation();
        error OptimismPortal_GasLimitTooLow();
        error OptimismPortal_CalldataTooLarge();

        function initialize(address systemConfig, address settlement) external;
        function depositTransaction(address to, uint256 value, uint64 gasLimit, bool isCreation, bytes data) external payable;
        function donateETH() external payable;
        function proveWithdrawalTransaction(
            WithdrawalTransaction withdrawal, uint256 l2OutputIndex, OutputRootProof outputRootProof, bytes[] withdrawalProof
        ) external;
        function finalizeWithdrawalTransaction(WithdrawalTransaction withdrawal) external;
        function finalizeWithdrawalTransactionExternalProof(WithdrawalTransaction withdrawal, address proofSubmitter) external;
        function checkWithdrawal(bytes32 withdrawalHash, address proofSubmitter) external view;
        function provenWithdrawals(bytes32 withdrawalHash)
            external
            view
            returns (bytes32 outputRoot, uint128 timestamp, uint128 l2OutputIndex);
        function provenWithdrawals(bytes32 withdrawalHash, address proofSubmitter)
            external
            view
            returns (bytes32 outputRoot, uint128 timestamp, uint128 l2OutputIndex);
        function numProofSubmitters(bytes32 withdrawalHash) external view returns (uint256);
        function proofSubmitters(bytes32 withdrawalHash, uint256 index) external view returns (address);
        function finalizedWithdrawals(bytes32 withdrawalHash) external view returns (bool);
        function isOutputFinalized(uint256 l2OutputIndex) external view returns (bool);
        function proofMaturityDelaySeconds() external view returns (uint256);
        function l2Oracle() external view returns (address);
        function l2Sender() external view returns (address);
        function minimumGasLimit(uint64 byteCount) external pure returns (uint64);
        function params() external view returns (uint128 prevBaseFee, uint64 prevBoughtGas, uint64 prevBlockNum);
        function systemConfig() external view returns (address);
        function superchainConfig() external view returns (address);
        function guardian() external view returns (address);
        function paused() external view returns (bool);
        function version() external pure returns (string);
    }

    /// The values with which `L2OutputOracle` starts.
    #[derive(Debug, PartialEq, Eq)]
    struct L2OutputOracleInit {
        uint256 submissionInterval;
        uint256 l2BlockTime;
        uint256 startingBlockNumber;
        uint256 startingTimestamp;
        address proposer;
        address challenger;
        uint256 finalizationPeriodSeconds;
    }

    /// A proposed output.
    #[derive(Debug, PartialEq, Eq)]
    struct OutputProposal {
        bytes32 outputRoot;
        uint128 timestamp;
        uint128 l2BlockNumber;
    }

    interface L2OutputOracle {
        event OutputProposed(
            bytes32 indexed outputRoot, uint256 indexed l2OutputIndex, uint256 indexed l2BlockNumber, uint256 l1Timestamp
        );
        event OutputsDeleted(uint256 indexed prevNextOutputIndex, uint256 indexed newNextOutputIndex);

        error L2OutputOracle_OnlyProposer();
        error L2OutputOracle_OnlyChallenger();
        error L2OutputOracle_UnexpectedBlock(uint256 l2BlockNumber, uint256 expected);
        error L2OutputOracle_BlockInFuture(uint256 l2Timestamp);
        error L2OutputOracle_ZeroOutputRoot();
        error L2OutputOracle_WrongL1Block(bytes32 actual, bytes32 expected);
        error L2OutputOracle_NoSuchOutput(uint256 l2OutputIndex);
        error L2OutputOracle_AlreadyFinal(uint256 l2OutputIndex);

        function initialize(L2OutputOracleInit init) external;
        function proposeL2Output(bytes32 outputRoot, uint256 l2BlockNumber, bytes32 l1BlockHash, uint256 l1BlockNumber) external payable;
        function deleteL2Outputs(uint256 l2OutputIndex) external;
        function getL2Output(uint256 l2OutputIndex) external view returns (OutputProposal);
        function getL2OutputIndexAfter(uint256 l2BlockNumber) external view returns (uint256);
        function getL2OutputAfter(uint256 l2BlockNumber) external view returns (OutputProposal);
        function latestOutputIndex() external view returns (uint256);
        function nextOutputIndex() external view returns (uint256);
        function latestBlockNumber() external view returns (uint256);
        function nextBlockNumber() external view returns (uint256);
        function computeL2Timestamp(uint256 l2BlockNumber) external view returns (uint256);
        function submissionInterval() external view returns (uint256);
        function l2BlockTime() external view returns (uint256);
        function challenger() external view returns (address);
        function proposer() external view returns (address);
        function finalizationPeriodSeconds() external view returns (uint256);
        function startingBlockNumber() external view returns (uint256);
        function startingTimestamp() external view returns (uint256);
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
}
