// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

/// @title IL1Block
/// @notice The attributes of the L1 origin, set by the first transaction of every L2 block
///         (specs: protocol/deposits.md, {ecotone,isthmus,jovian}/l1-attributes.md).
interface IL1Block {
    /// @notice The caller is not the depositor account.
    error L1Block_NotDepositor();

    /// @notice Sets the attributes in the encoding of Bedrock.
    /// @param number_         L1 block number.
    /// @param timestamp_      Its time.
    /// @param basefee_        Its base fee, in wei.
    /// @param hash_           Its hash.
    /// @param sequenceNumber_ L2 blocks since the first with this origin.
    /// @param batcherHash_    The batcher's address, left-padded.
    /// @param l1FeeOverhead_  Legacy overhead.
    /// @param l1FeeScalar_    Legacy scalar.
    function setL1BlockValues(
        uint64 number_,
        uint64 timestamp_,
        uint256 basefee_,
        bytes32 hash_,
        uint64 sequenceNumber_,
        bytes32 batcherHash_,
        uint256 l1FeeOverhead_,
        uint256 l1FeeScalar_
    ) external;

    /// @notice Sets the attributes in the packed encoding of Ecotone: see the contract.
    function setL1BlockValuesEcotone() external;

    /// @notice Sets the attributes in the packed encoding of Isthmus: see the contract.
    function setL1BlockValuesIsthmus() external;

    /// @notice Sets the attributes in the packed encoding of Jovian: see the contract.
    function setL1BlockValuesJovian() external;

    /// @notice Who sets the attributes.
    function DEPOSITOR_ACCOUNT() external pure returns (address);

    /// @notice L1 block number.
    function number() external view returns (uint64);

    /// @notice L1 block time.
    function timestamp() external view returns (uint64);

    /// @notice L1 base fee, in wei.
    function basefee() external view returns (uint256);

    /// @notice L1 block hash.
    function hash() external view returns (bytes32);

    /// @notice L2 blocks since the first with this origin.
    function sequenceNumber() external view returns (uint64);

    /// @notice L1 blob base fee's part in the L1 fee, in millionths.
    function blobBaseFeeScalar() external view returns (uint32);

    /// @notice L1 base fee's part in the L1 fee, in millionths.
    function baseFeeScalar() external view returns (uint32);

    /// @notice The batcher's address, left-padded.
    function batcherHash() external view returns (bytes32);

    /// @notice Legacy overhead.
    function l1FeeOverhead() external view returns (uint256);

    /// @notice Legacy scalar.
    function l1FeeScalar() external view returns (uint256);

    /// @notice L1 blob base fee, in wei.
    function blobBaseFee() external view returns (uint256);

    /// @notice The operator fee per transaction, in wei.
    function operatorFeeConstant() external view returns (uint64);

    /// @notice The operator fee per gas.
    function operatorFeeScalar() external view returns (uint32);

    /// @notice Gas per byte of estimated data.
    function daFootprintGasScalar() external view returns (uint16);

    /// @notice Whether gas is paid for in another token than ether: never.
    function isCustomGasToken() external pure returns (bool);

    /// @notice What gas is paid for in, and its decimals: ether, by the address that ERC-7528 gives it.
    function gasPayingToken() external pure returns (address, uint8);

    /// @notice Its name.
    function gasPayingTokenName() external pure returns (string memory);

    /// @notice Its symbol.
    function gasPayingTokenSymbol() external pure returns (string memory);

    /// @notice Semantic version of this interface.
    function version() external pure returns (string memory);
}
