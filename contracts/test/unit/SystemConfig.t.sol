// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { Ownable } from "@openzeppelin/contracts/access/Ownable.sol";
import { Initializable } from "@openzeppelin/contracts/proxy/utils/Initializable.sol";
import { ISuperchainConfig } from "../../interfaces/L1/ISuperchainConfig.sol";
import { ISystemConfig } from "../../interfaces/L1/ISystemConfig.sol";
import { SuperchainConfig } from "../../src/L1/SuperchainConfig.sol";
import { SystemConfig } from "../../src/L1/SystemConfig.sol";
import { ProxyAdminOwned } from "../../src/proxy/ProxyAdminOwned.sol";
import { ResourceConfig } from "../../src/types/ResourceConfig.sol";
import { Test } from "../support/Test.sol";

contract SystemConfig_Test is Test {
    bytes32 private constant BATCHER = bytes32(uint256(0xba7c));
    address private constant SIGNER = address(0x5161);
    address private constant PORTAL = address(0x9047);
    uint256 private constant SCALAR = 1 << 248 | 810_949 << 32 | 1368;

    SystemConfig private implementation = new SystemConfig();
    SuperchainConfig private superchain;
    SystemConfig private config;

    function setUp() external {
        vm.roll(77);
        bytes memory call = abi.encodeCall(ISuperchainConfig.initialize, (BOB));
        superchain = SuperchainConfig(proxied(address(new SuperchainConfig()), call));
        config = SystemConfig(proxied(address(implementation), abi.encodeCall(ISystemConfig.initialize, (_init()))));
    }

    function _init() private view returns (ISystemConfig.Init memory) {
        return ISystemConfig.Init({
            owner: ALICE,
            batcherHash: BATCHER,
            basefeeScalar: 1368,
            blobbasefeeScalar: 810_949,
            gasLimit: 60_000_000,
            unsafeBlockSigner: SIGNER,
            batchInbox: address(0x1b0),
            optimismPortal: PORTAL,
            l2ChainId: 901,
            superchainConfig: address(superchain),
            l1CrossDomainMessenger: address(0x11),
            l1StandardBridge: address(0x12),
            l1ERC721Bridge: address(0x13),
            optimismMintableERC20Factory: address(0x14)
        });
    }

    /// @dev Expects the update that the owner's next call emits.
    function _expectUpdate(ISystemConfig.UpdateType updateType, bytes memory data) private {
        vm.expectEmit();
        emit ISystemConfig.ConfigUpdate(0, updateType, data);
        vm.prank(ALICE);
    }

    function _expectUnauthorized() private {
        vm.expectRevert(abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, BOB));
        vm.prank(BOB);
    }

    function test_initialize_values_succeeds() external view {
        vm.assertEq(config.owner(), ALICE);
        vm.assertEq(config.batcherHash(), BATCHER);
        vm.assertEq(config.overhead(), 0);
        vm.assertEq(config.scalar(), SCALAR);
        vm.assertEq(config.basefeeScalar(), 1368);
        vm.assertEq(config.blobbasefeeScalar(), 810_949);
        vm.assertEq(config.gasLimit(), 60_000_000);
        vm.assertEq(config.unsafeBlockSigner(), SIGNER);
        vm.assertEq(config.batchInbox(), address(0x1b0));
        vm.assertEq(config.optimismPortal(), PORTAL);
        vm.assertEq(config.l2ChainId(), 901);
        vm.assertEq(config.superchainConfig(), address(superchain));
        vm.assertEq(config.startBlock(), 77);
        vm.assertEq(config.l1CrossDomainMessenger(), address(0x11));
        vm.assertEq(config.l1StandardBridge(), address(0x12));
        vm.assertEq(config.l1ERC721Bridge(), address(0x13));
        vm.assertEq(config.optimismMintableERC20Factory(), address(0x14));
    }

    function test_initialize_laterForks_areZero_succeeds() external view {
        vm.assertEq(config.eip1559Denominator(), 0);
        vm.assertEq(config.eip1559Elasticity(), 0);
        vm.assertEq(config.operatorFeeScalar(), 0);
        vm.assertEq(config.operatorFeeConstant(), 0);
        vm.assertEq(config.minBaseFee(), 0);
        vm.assertEq(config.daFootprintGasScalar(), 0);
    }

    function test_initialize_constants_succeeds() external view {
        vm.assertEq(config.VERSION(), 0);
        vm.assertEq(config.version(), "3.14.0");
        vm.assertEq(config.minimumGasLimit(), 21_000_000);
        vm.assertEq(config.maximumGasLimit(), 500_000_000);
        ResourceConfig memory resources = config.resourceConfig();
        vm.assertEq(resources.maxResourceLimit, 20_000_000);
        vm.assertEq(resources.elasticityMultiplier, 10);
        vm.assertEq(resources.baseFeeMaxChangeDenominator, 8);
        vm.assertEq(resources.minimumBaseFee, 1 gwei);
        vm.assertEq(resources.systemTxMaxGas, 1_000_000);
        vm.assertEq(resources.maximumBaseFee, type(uint128).max);
    }

    function test_initialize_emitsUpdates_succeeds() external {
        address payable fresh = proxied(address(implementation), "");
        vm.expectEmit();
        emit ISystemConfig.ConfigUpdate(0, ISystemConfig.UpdateType.BATCHER, abi.encode(BATCHER));
        vm.expectEmit();
        emit ISystemConfig.ConfigUpdate(0, ISystemConfig.UpdateType.FEE_SCALARS, abi.encode(uint256(0), SCALAR));
        vm.expectEmit();
        emit ISystemConfig.ConfigUpdate(0, ISystemConfig.UpdateType.GAS_LIMIT, abi.encode(uint64(60_000_000)));
        vm.expectEmit();
        emit ISystemConfig.ConfigUpdate(0, ISystemConfig.UpdateType.UNSAFE_BLOCK_SIGNER, abi.encode(SIGNER));
        vm.prank(ADMIN_OWNER);
        SystemConfig(fresh).initialize(_init());
    }

    function test_initialize_zeroAddress_reverts() external {
        for (uint256 i; i < 3; ++i) {
            ISystemConfig.Init memory init = _init();
            if (i == 0) init.owner = address(0);
            if (i == 1) init.optimismPortal = address(0);
            if (i == 2) init.superchainConfig = address(0);
            SystemConfig fresh = SystemConfig(proxied(address(implementation), ""));
            vm.prank(ADMIN_OWNER);
            vm.expectRevert(ISystemConfig.SystemConfig_ZeroAddress.selector);
            fresh.initialize(init);
        }
    }

    function test_initialize_again_reverts() external {
        vm.prank(ADMIN_OWNER);
        vm.expectRevert(Initializable.InvalidInitialization.selector);
        config.initialize(_init());
    }

    function test_initialize_implementation_reverts() external {
        vm.assertEq(implementation.owner(), address(0xdead));
        vm.expectRevert(Initializable.InvalidInitialization.selector);
        implementation.initialize(_init());
    }

    function test_initialize_stranger_reverts() external {
        address payable fresh = proxied(address(implementation), "");
        vm.prank(ALICE);
        vm.expectRevert(ProxyAdminOwned.ProxyAdminOwned_Unauthorized.selector);
        SystemConfig(fresh).initialize(_init());
    }

    function test_setBatcherHash_owner_succeeds() external {
        bytes32 hash = bytes32(uint256(uint160(BOB)));
        _expectUpdate(ISystemConfig.UpdateType.BATCHER, abi.encode(hash));
        config.setBatcherHash(hash);
        vm.assertEq(config.batcherHash(), hash);
    }

    function test_setBatcherHash_notOwner_reverts() external {
        _expectUnauthorized();
        config.setBatcherHash(0);
    }

    function test_setGasConfig_owner_succeeds() external {
        _expectUpdate(ISystemConfig.UpdateType.FEE_SCALARS, abi.encode(uint256(188), uint256(684_000)));
        config.setGasConfig(188, 684_000);
        vm.assertEq(config.overhead(), 188);
        vm.assertEq(config.scalar(), 684_000);
    }

    function test_setGasConfig_versionedScalar_reverts() external {
        vm.prank(ALICE);
        vm.expectRevert(abi.encodeWithSelector(ISystemConfig.SystemConfig_ScalarTooHigh.selector, SCALAR));
        config.setGasConfig(0, SCALAR);
    }

    function test_setGasConfig_notOwner_reverts() external {
        _expectUnauthorized();
        config.setGasConfig(0, 0);
    }

    function testFuzz_setGasConfigEcotone_owner_succeeds(uint32 base, uint32 blob) external {
        uint256 encoded = 1 << 248 | uint256(blob) << 32 | base;
        _expectUpdate(ISystemConfig.UpdateType.FEE_SCALARS, abi.encode(uint256(0), encoded));
        config.setGasConfigEcotone(base, blob);
        vm.assertEq(config.scalar(), encoded);
        vm.assertEq(config.basefeeScalar(), base);
        vm.assertEq(config.blobbasefeeScalar(), blob);
    }

    function test_setGasConfigEcotone_keepsOverhead_succeeds() external {
        vm.prank(ALICE);
        config.setGasConfig(188, 0);
        _expectUpdate(ISystemConfig.UpdateType.FEE_SCALARS, abi.encode(uint256(188), uint256(1 << 248 | 2 << 32 | 1)));
        config.setGasConfigEcotone(1, 2);
    }

    function test_setGasConfigEcotone_notOwner_reverts() external {
        _expectUnauthorized();
        config.setGasConfigEcotone(0, 0);
    }

    function test_setGasLimit_bounds_succeeds() external {
        _expectUpdate(ISystemConfig.UpdateType.GAS_LIMIT, abi.encode(uint64(21_000_000)));
        config.setGasLimit(21_000_000);
        _expectUpdate(ISystemConfig.UpdateType.GAS_LIMIT, abi.encode(uint64(500_000_000)));
        config.setGasLimit(500_000_000);
        vm.assertEq(config.gasLimit(), 500_000_000);
    }

    function test_setGasLimit_tooLow_reverts() external {
        vm.prank(ALICE);
        vm.expectRevert(
            abi.encodeWithSelector(ISystemConfig.SystemConfig_GasLimitTooLow.selector, 20_999_999, 21_000_000)
        );
        config.setGasLimit(20_999_999);
    }

    function test_setGasLimit_tooHigh_reverts() external {
        vm.prank(ALICE);
        vm.expectRevert(
            abi.encodeWithSelector(ISystemConfig.SystemConfig_GasLimitTooHigh.selector, 500_000_001, 500_000_000)
        );
        config.setGasLimit(500_000_001);
    }

    function test_setGasLimit_notOwner_reverts() external {
        _expectUnauthorized();
        config.setGasLimit(30_000_000);
    }

    function test_setUnsafeBlockSigner_owner_succeeds() external {
        _expectUpdate(ISystemConfig.UpdateType.UNSAFE_BLOCK_SIGNER, abi.encode(BOB));
        config.setUnsafeBlockSigner(BOB);
        vm.assertEq(config.unsafeBlockSigner(), BOB);
        bytes32 slot = 0x65a7ed542fb37fe237fdfbdd70b31598523fe5b32879e307bae27a0bd9581c08;
        vm.assertEq(config.UNSAFE_BLOCK_SIGNER_SLOT(), slot);
        vm.assertEq(vm.load(address(config), slot), bytes32(uint256(uint160(BOB))));
    }

    function test_setUnsafeBlockSigner_notOwner_reverts() external {
        _expectUnauthorized();
        config.setUnsafeBlockSigner(BOB);
    }

    function testFuzz_setEIP1559Params_owner_succeeds(uint32 denominator, uint32 elasticity) external {
        vm.assume(denominator != 0 && elasticity != 0);
        uint256 packed = uint256(denominator) << 32 | elasticity;
        _expectUpdate(ISystemConfig.UpdateType.EIP_1559_PARAMS, abi.encode(packed));
        config.setEIP1559Params(denominator, elasticity);
        vm.assertEq(config.eip1559Denominator(), denominator);
        vm.assertEq(config.eip1559Elasticity(), elasticity);
    }

    function test_setEIP1559Params_zero_reverts() external {
        vm.startPrank(ALICE);
        vm.expectRevert(ISystemConfig.SystemConfig_ZeroEIP1559Param.selector);
        config.setEIP1559Params(0, 6);
        vm.expectRevert(ISystemConfig.SystemConfig_ZeroEIP1559Param.selector);
        config.setEIP1559Params(250, 0);
    }

    function test_setEIP1559Params_notOwner_reverts() external {
        _expectUnauthorized();
        config.setEIP1559Params(250, 6);
    }

    function testFuzz_setOperatorFeeScalars_owner_succeeds(uint32 scalar, uint64 constant_) external {
        _expectUpdate(ISystemConfig.UpdateType.OPERATOR_FEE_PARAMS, abi.encode(uint256(scalar) << 64 | constant_));
        config.setOperatorFeeScalars(scalar, constant_);
        vm.assertEq(config.operatorFeeScalar(), scalar);
        vm.assertEq(config.operatorFeeConstant(), constant_);
    }

    function test_setOperatorFeeScalars_notOwner_reverts() external {
        _expectUnauthorized();
        config.setOperatorFeeScalars(1, 1);
    }

    function testFuzz_setMinBaseFee_owner_succeeds(uint64 minBaseFee) external {
        _expectUpdate(ISystemConfig.UpdateType.MIN_BASE_FEE, abi.encode(minBaseFee));
        config.setMinBaseFee(minBaseFee);
        vm.assertEq(config.minBaseFee(), minBaseFee);
    }

    function test_setMinBaseFee_notOwner_reverts() external {
        _expectUnauthorized();
        config.setMinBaseFee(1);
    }

    function testFuzz_setDAFootprintGasScalar_owner_succeeds(uint16 scalar) external {
        _expectUpdate(ISystemConfig.UpdateType.DA_FOOTPRINT_GAS_SCALAR, abi.encode(scalar));
        config.setDAFootprintGasScalar(scalar);
        vm.assertEq(config.daFootprintGasScalar(), scalar);
    }

    function test_setDAFootprintGasScalar_notOwner_reverts() external {
        _expectUnauthorized();
        config.setDAFootprintGasScalar(1);
    }

    function test_transferOwnership_owner_succeeds() external {
        vm.prank(ALICE);
        config.transferOwnership(BOB);
        vm.assertEq(config.owner(), BOB);
    }

    function test_transferOwnership_notOwner_reverts() external {
        _expectUnauthorized();
        config.transferOwnership(BOB);
    }

    function test_paused_eitherSwitch_succeeds() external {
        vm.assertEq(config.guardian(), BOB);
        vm.assertFalse(config.paused());
        vm.startPrank(BOB);
        superchain.pause(PORTAL);
        vm.assertTrue(config.paused());
        superchain.unpause(PORTAL);
        superchain.pause(address(0));
        vm.assertTrue(config.paused());
        superchain.unpause(address(0));
        superchain.pause(address(0xbeef));
        vm.assertFalse(config.paused());
    }

    function test_configUpdate_topic_succeeds() external pure {
        bytes32 topic = 0x1d2b0bda21d56b8bd12d4f94ebacffdfb35f5e226f84b461103bb8beab6353be;
        vm.assertEq(ISystemConfig.ConfigUpdate.selector, topic);
    }
}
