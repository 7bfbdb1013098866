//! Predeploys of L2.

use alloy_sol_types::sol;

sol! {
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
