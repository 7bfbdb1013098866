// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { Initializable } from "@openzeppelin/contracts/proxy/utils/Initializable.sol";
import { IL2OutputOracle } from "../../interfaces/L1/IL2OutputOracle.sol";
import { L2OutputOracle } from "../../src/L1/L2OutputOracle.sol";
import { ProxyAdminOwned } from "../../src/proxy/ProxyAdminOwned.sol";
import { OutputProposal } from "../../src/types/OutputProposal.sol";
import { L1Setup } from "../support/L1Setup.sol";

contract L2OutputOracle_Test is L1Setup {
    bytes32 private constant ROOT = bytes32(uint256(0x1234));

    /// @dev A proxy whose initializer was not called.
    function _fresh() private returns (L2OutputOracle) {
        return L2OutputOracle(proxied(address(new L2OutputOracle()), ""));
    }

    function _expectRefusal(IL2OutputOracle.Init memory init, bytes memory reason) private {
        L2OutputOracle fresh = _fresh();
        vm.prank(ADMIN_OWNER);
        vm.expectRevert(reason);
        fresh.initialize(init);
    }

    function _proposeMany(uint256 count) private {
        for (uint256 i; i < count; ++i) {
            propose(bytes32(i + 1));
        }
    }

    /// @dev The next output's block, at whose time it may be proposed.
    function _due() private returns (uint256 number) {
        number = oracle.nextBlockNumber();
        vm.warp(oracle.computeL2Timestamp(number) + 1);
    }

    function test_initialize_values_succeeds() external view {
        vm.assertEq(oracle.submissionInterval(), INTERVAL);
        vm.assertEq(oracle.l2BlockTime(), BLOCK_TIME);
        vm.assertEq(oracle.finalizationPeriodSeconds(), PERIOD);
        vm.assertEq(oracle.proofMaturityDelaySeconds(), PERIOD);
        vm.assertEq(oracle.startingBlockNumber(), 0);
        vm.assertEq(oracle.startingTimestamp(), START);
        vm.assertEq(oracle.proposer(), PROPOSER);
        vm.assertEq(oracle.challenger(), CHALLENGER);
        vm.assertEq(oracle.version(), "1.8.0");
    }

    function test_initialize_legacyGetters_succeeds() external view {
        vm.assertEq(oracle.SUBMISSION_INTERVAL(), INTERVAL);
        vm.assertEq(oracle.L2_BLOCK_TIME(), BLOCK_TIME);
        vm.assertEq(oracle.FINALIZATION_PERIOD_SECONDS(), PERIOD);
        vm.assertEq(oracle.PROPOSER(), PROPOSER);
        vm.assertEq(oracle.CHALLENGER(), CHALLENGER);
    }

    function test_initialize_noStartingTimestamp_isNow_succeeds() external {
        L2OutputOracle fresh = _fresh();
        IL2OutputOracle.Init memory init = oracleInit();
        init.startingTimestamp = 0;
        init.startingBlockNumber = 7;
        vm.warp(77_777);
        vm.prank(ADMIN_OWNER);
        fresh.initialize(init);
        vm.assertEq(fresh.startingTimestamp(), 77_777);
        vm.assertEq(fresh.startingBlockNumber(), 7);
        vm.assertEq(fresh.latestBlockNumber(), 7);
        vm.assertEq(fresh.nextBlockNumber(), 17);
        vm.assertEq(fresh.computeL2Timestamp(17), 77_777 + 20);
    }

    function test_initialize_again_reverts() external {
        vm.prank(ADMIN_OWNER);
        vm.expectRevert(Initializable.InvalidInitialization.selector);
        oracle.initialize(oracleInit());
    }

    function test_initialize_implementation_reverts() external {
        L2OutputOracle bare = new L2OutputOracle();
        vm.expectRevert(Initializable.InvalidInitialization.selector);
        bare.initialize(oracleInit());
    }

    function test_initialize_stranger_reverts() external {
        L2OutputOracle fresh = _fresh();
        vm.prank(ALICE);
        vm.expectRevert(ProxyAdminOwned.ProxyAdminOwned_Unauthorized.selector);
        fresh.initialize(oracleInit());
    }

    function test_initialize_zeroParameter_reverts() external {
        for (uint256 i; i < 5; ++i) {
            IL2OutputOracle.Init memory init = oracleInit();
            if (i == 0) init.submissionInterval = 0;
            if (i == 1) init.l2BlockTime = 0;
            if (i == 2) init.finalizationPeriodSeconds = 0;
            if (i == 3) init.proposer = address(0);
            if (i == 4) init.challenger = address(0);
            _expectRefusal(init, abi.encodeWithSelector(IL2OutputOracle.L2OutputOracle_ZeroParameter.selector));
        }
    }

    function test_initialize_startInFuture_reverts() external {
        IL2OutputOracle.Init memory init = oracleInit();
        init.startingTimestamp = START + 1;
        _expectRefusal(init, abi.encodeWithSelector(IL2OutputOracle.L2OutputOracle_StartInFuture.selector, START + 1));
    }

    function test_proposeL2Output_records_succeeds() external {
        uint256 number = _due();
        vm.expectEmit();
        emit IL2OutputOracle.OutputProposed(ROOT, 0, number, block.timestamp);
        vm.prank(PROPOSER);
        oracle.proposeL2Output(ROOT, number, bytes32(0), 0);

        OutputProposal memory output = oracle.getL2Output(0);
        vm.assertEq(output.outputRoot, ROOT);
        vm.assertEq(output.timestamp, block.timestamp);
        vm.assertEq(output.l2BlockNumber, number);
        vm.assertEq(oracle.claim(0), ROOT);
        vm.assertEq(oracle.latestOutputIndex(), 0);
        vm.assertEq(oracle.nextOutputIndex(), 1);
        vm.assertEq(oracle.latestBlockNumber(), INTERVAL);
        vm.assertEq(oracle.nextBlockNumber(), 2 * INTERVAL);
    }

    function test_proposeL2Output_stranger_reverts() external {
        uint256 number = _due();
        vm.prank(CHALLENGER);
        vm.expectRevert(IL2OutputOracle.L2OutputOracle_OnlyProposer.selector);
        oracle.proposeL2Output(ROOT, number, bytes32(0), 0);
    }

    function test_proposeL2Output_ether_reverts() external {
        uint256 number = _due();
        vm.deal(PROPOSER, 1);
        vm.prank(PROPOSER);
        vm.expectRevert(IL2OutputOracle.L2OutputOracle_NoEther.selector);
        oracle.proposeL2Output{ value: 1 }(ROOT, number, bytes32(0), 0);
    }

    function test_proposeL2Output_otherBlock_reverts() external {
        uint256 number = _due();
        for (uint256 other = number - 1; other <= number + 1; other += 2) {
            vm.prank(PROPOSER);
            vm.expectRevert(
                abi.encodeWithSelector(IL2OutputOracle.L2OutputOracle_UnexpectedBlock.selector, other, number)
            );
            oracle.proposeL2Output(ROOT, other, bytes32(0), 0);
        }
    }

    function test_proposeL2Output_blockNotYetThere_reverts() external {
        uint256 number = _due();
        vm.warp(block.timestamp - 1);
        vm.prank(PROPOSER);
        vm.expectRevert(abi.encodeWithSelector(IL2OutputOracle.L2OutputOracle_BlockInFuture.selector, block.timestamp));
        oracle.proposeL2Output(ROOT, number, bytes32(0), 0);
    }

    function test_proposeL2Output_zeroRoot_reverts() external {
        uint256 number = _due();
        vm.prank(PROPOSER);
        vm.expectRevert(IL2OutputOracle.L2OutputOracle_ZeroOutputRoot.selector);
        oracle.proposeL2Output(bytes32(0), number, bytes32(0), 0);
    }

    function test_proposeL2Output_l1Block_succeeds() external {
        uint256 number = _due();
        vm.roll(500);
        vm.prank(PROPOSER);
        oracle.proposeL2Output(ROOT, number, blockhash(499), 499);
    }

    /// @dev Another block's hash, one that is too old to be known, and one of this very block.
    function test_proposeL2Output_l1BlockNotOnThisChain_reverts() external {
        uint256 number = _due();
        vm.roll(500);
        bytes32 hash = blockhash(499);
        uint256[3] memory blocks = [uint256(498), 243, 500];
        for (uint256 i; i < 3; ++i) {
            vm.prank(PROPOSER);
            vm.expectRevert(
                abi.encodeWithSelector(IL2OutputOracle.L2OutputOracle_WrongL1Block.selector, blockhash(blocks[i]), hash)
            );
            oracle.proposeL2Output(ROOT, number, hash, blocks[i]);
        }
    }

    function test_deleteL2Outputs_thatAndLater_succeeds() external {
        _proposeMany(5);
        vm.expectEmit();
        emit IL2OutputOracle.OutputsDeleted(5, 2);
        vm.prank(CHALLENGER);
        oracle.deleteL2Outputs(2);
        vm.assertEq(oracle.nextOutputIndex(), 2);
        vm.assertEq(oracle.latestBlockNumber(), 2 * INTERVAL);
        vm.assertEq(oracle.claim(1), bytes32(uint256(2)));
        for (uint256 i = 2; i < 5; ++i) {
            vm.assertEq(oracle.claim(i), bytes32(0));
            vm.assertFalse(oracle.isFinal(i));
            vm.expectRevert(abi.encodeWithSelector(IL2OutputOracle.L2OutputOracle_NoSuchOutput.selector, i));
            oracle.getL2Output(i);
        }
        vm.warp(block.timestamp + 2 * PERIOD);
        vm.assertFalse(oracle.isFinal(2));
        vm.assertEq(propose(ROOT), 2);
        vm.assertEq(oracle.claim(2), ROOT);
        vm.assertEq(oracle.getL2Output(2).timestamp, block.timestamp);
        vm.assertFalse(oracle.isFinal(2));
    }

    function test_deleteL2Outputs_first_succeeds() external {
        _proposeMany(2);
        vm.prank(CHALLENGER);
        oracle.deleteL2Outputs(0);
        vm.assertEq(oracle.nextOutputIndex(), 0);
        vm.assertEq(oracle.nextBlockNumber(), INTERVAL);
    }

    function test_deleteL2Outputs_stranger_reverts() external {
        _proposeMany(1);
        vm.prank(PROPOSER);
        vm.expectRevert(IL2OutputOracle.L2OutputOracle_OnlyChallenger.selector);
        oracle.deleteL2Outputs(0);
    }

    function test_deleteL2Outputs_noSuchOutput_reverts() external {
        _proposeMany(1);
        vm.prank(CHALLENGER);
        vm.expectRevert(abi.encodeWithSelector(IL2OutputOracle.L2OutputOracle_NoSuchOutput.selector, 1));
        oracle.deleteL2Outputs(1);
    }

    /// @dev An output that withdrawals may be finalized by can never be deleted: between the two is the last second.
    function test_deleteL2Outputs_periodOver_reverts() external {
        _proposeMany(1);
        uint256 proposedAt = block.timestamp;
        vm.warp(proposedAt + PERIOD);
        vm.assertFalse(oracle.isFinal(0));
        vm.prank(CHALLENGER);
        vm.expectRevert(abi.encodeWithSelector(IL2OutputOracle.L2OutputOracle_AlreadyFinal.selector, 0));
        oracle.deleteL2Outputs(0);
        vm.warp(proposedAt + PERIOD + 1);
        vm.assertTrue(oracle.isFinal(0));
        vm.warp(proposedAt + PERIOD - 1);
        vm.prank(CHALLENGER);
        oracle.deleteL2Outputs(0);
    }

    function test_getL2OutputIndexAfter_noOutput_reverts() external {
        vm.expectRevert(bytes("L2OutputOracle: cannot get output as no outputs have been proposed yet"));
        oracle.getL2OutputIndexAfter(0);
        vm.expectRevert(bytes("L2OutputOracle: cannot get output for a block that has not been proposed"));
        oracle.getL2OutputIndexAfter(1);
        vm.expectRevert(bytes("L2OutputOracle: cannot get output for a block that has not been proposed"));
        oracle.getL2OutputAfter(1);
    }

    function test_getL2OutputIndexAfter_notYetProposed_reverts() external {
        _proposeMany(3);
        vm.expectRevert(bytes("L2OutputOracle: cannot get output for a block that has not been proposed"));
        oracle.getL2OutputIndexAfter(3 * INTERVAL + 1);
    }

    function testFuzz_getL2OutputIndexAfter_firstThatCovers_succeeds(uint8 count, uint256 number) external {
        count = uint8(1 + count % 40);
        number %= count * INTERVAL + 1;
        _proposeMany(count);
        uint256 expected = number == 0 ? 0 : (number - 1) / INTERVAL;
        vm.assertEq(oracle.getL2OutputIndexAfter(number), expected);
        vm.assertEq(oracle.getL2OutputAfter(number).outputRoot, bytes32(expected + 1));
    }

    function test_latestOutputIndex_noOutput_reverts() external {
        vm.expectRevert(abi.encodeWithSelector(IL2OutputOracle.L2OutputOracle_NoSuchOutput.selector, 0));
        oracle.latestOutputIndex();
    }

    function test_computeL2Timestamp_beforeTheStart_reverts() external {
        L2OutputOracle fresh = _fresh();
        IL2OutputOracle.Init memory init = oracleInit();
        init.startingBlockNumber = 7;
        vm.prank(ADMIN_OWNER);
        fresh.initialize(init);
        vm.assertEq(fresh.computeL2Timestamp(7), START);
        vm.expectRevert();
        fresh.computeL2Timestamp(6);
    }

    function test_isFinal_noSuchOutput_succeeds() external view {
        vm.assertFalse(oracle.isFinal(0));
        vm.assertFalse(oracle.isFinal(type(uint256).max));
        vm.assertEq(oracle.claim(type(uint256).max), bytes32(0));
    }
}
