// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { IL1Block } from "../../interfaces/L2/IL1Block.sol";
import { Predeploys } from "../libraries/Predeploys.sol";

/// @title L1Block
/// @notice The attributes of the L1 origin. Execution clients read slots 1, 3, 5, 6, 7 and 8 to charge fees: the layout is
///         part of the protocol.
/// @dev    Packed calldata, big-endian, by offset:
///
///         | encoding | adds                                                                                           |
///         |----------|------------------------------------------------------------------------------------------------|
///         | Ecotone  | 4: baseFeeScalar u32, 8: blobBaseFeeScalar u32, 12: sequenceNumber u64, 20: timestamp u64,     |
///         |          | 28: number u64, 36: basefee, 68: blobBaseFee, 100: hash, 132: batcherHash                      |
///         | Isthmus  | 164: operatorFeeScalar u32, 168: operatorFeeConstant u64                                       |
///         | Jovian   | 176: daFootprintGasScalar u16                                                                  |
contract L1Block is IL1Block {
    /// @inheritdoc IL1Block
    address public constant DEPOSITOR_ACCOUNT = Predeploys.DEPOSITOR_ACCOUNT;

    /// @dev Stands for ether where a token is asked for (ERC-7528).
    address private constant ETHER = 0xEeeeeEeeeEeEeeEeEeEeeEEEeeeeEeeeeeeeEEeE;

    /// @inheritdoc IL1Block
    string public constant version = "1.8.0";

    /// @inheritdoc IL1Block
    uint64 public number;

    /// @inheritdoc IL1Block
    uint64 public timestamp;

    /// @inheritdoc IL1Block
    uint256 public basefee;

    /// @inheritdoc IL1Block
    bytes32 public hash;

    /// @inheritdoc IL1Block
    uint64 public sequenceNumber;

    /// @inheritdoc IL1Block
    uint32 public blobBaseFeeScalar;

    /// @inheritdoc IL1Block
    uint32 public baseFeeScalar;

    /// @inheritdoc IL1Block
    bytes32 public batcherHash;

    /// @inheritdoc IL1Block
    uint256 public l1FeeOverhead;

    /// @inheritdoc IL1Block
    uint256 public l1FeeScalar;

    /// @inheritdoc IL1Block
    uint256 public blobBaseFee;

    /// @inheritdoc IL1Block
    uint64 public operatorFeeConstant;

    /// @inheritdoc IL1Block
    uint32 public operatorFeeScalar;

    /// @inheritdoc IL1Block
    uint16 public daFootprintGasScalar;

    /// @dev Lets the depositor account pass.
    modifier onlyDepositor() {
        if (msg.sender != DEPOSITOR_ACCOUNT) revert L1Block_NotDepositor();
        _;
    }

    /// @inheritdoc IL1Block
    function setL1BlockValues(
        uint64 number_,
        uint64 timestamp_,
        uint256 basefee_,
        bytes32 hash_,
        uint64 sequenceNumber_,
        bytes32 batcherHash_,
        uint256 l1FeeOverhead_,
        uint256 l1FeeScalar_
    ) external onlyDepositor {
        number = number_;
        timestamp = timestamp_;
        basefee = basefee_;
        hash = hash_;
        sequenceNumber = sequenceNumber_;
        batcherHash = batcherHash_;
        l1FeeOverhead = l1FeeOverhead_;
        l1FeeScalar = l1FeeScalar_;
    }

    /// @inheritdoc IL1Block
    function setL1BlockValuesEcotone() external onlyDepositor {
        _setEcotone();
    }

    /// @inheritdoc IL1Block
    function setL1BlockValuesIsthmus() external onlyDepositor {
        _setEcotone();
        _setIsthmus();
    }

    /// @inheritdoc IL1Block
    function setL1BlockValuesJovian() external onlyDepositor {
        _setEcotone();
        _setIsthmus();
        daFootprintGasScalar = uint16(_word(176) >> 240);
    }

    /// @inheritdoc IL1Block
    function isCustomGasToken() external pure returns (bool) {
        return false;
    }

    /// @inheritdoc IL1Block
    function gasPayingToken() external pure returns (address, uint8) {
        return (ETHER, 18);
    }

    /// @inheritdoc IL1Block
    function gasPayingTokenName() external pure returns (string memory) {
        return "Ether";
    }

    /// @inheritdoc IL1Block
    function gasPayingTokenSymbol() external pure returns (string memory) {
        return "ETH";
    }

    /// @dev The attributes that Ecotone packs.
    function _setEcotone() private {
        baseFeeScalar = uint32(_word(4) >> 224);
        blobBaseFeeScalar = uint32(_word(8) >> 224);
        sequenceNumber = uint64(_word(12) >> 192);
        timestamp = uint64(_word(20) >> 192);
        number = uint64(_word(28) >> 192);
        basefee = _word(36);
        blobBaseFee = _word(68);
        hash = bytes32(_word(100));
        batcherHash = bytes32(_word(132));
    }

    /// @dev The attributes that Isthmus adds.
    function _setIsthmus() private {
        operatorFeeScalar = uint32(_word(164) >> 224);
        operatorFeeConstant = uint64(_word(168) >> 192);
    }

    /// @dev 32 bytes of the calldata; zeros beyond its end.
    function _word(uint256 offset) private pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := calldataload(offset)
        }
    }
}
