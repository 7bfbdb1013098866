// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { Initializable } from "@openzeppelin/contracts/proxy/utils/Initializable.sol";
import { IERC20Errors } from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import { ERC20Permit } from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import { ILegacyMintableERC20 } from "../../interfaces/bridge/ILegacyMintableERC20.sol";
import { IOptimismMintableERC20 } from "../../interfaces/bridge/IOptimismMintableERC20.sol";
import { IOptimismMintableERC20Factory } from "../../interfaces/bridge/IOptimismMintableERC20Factory.sol";
import { OptimismMintableERC20 } from "../../src/bridge/OptimismMintableERC20.sol";
import { OptimismMintableERC20Factory } from "../../src/bridge/OptimismMintableERC20Factory.sol";
import { ProxyAdminOwned } from "../../src/proxy/ProxyAdminOwned.sol";
import { Test } from "../support/Test.sol";

contract OptimismMintableERC20_Test is Test {
    address private constant BRIDGE = address(0x1111);
    address private constant REMOTE = address(0x2222);
    address private constant PERMIT2 = 0x000000000022D473030F116dDEE9F6B43aC78BA3;
    uint256 private constant KEY = 0xa11ce;

    OptimismMintableERC20 private token = new OptimismMintableERC20(BRIDGE, REMOTE, "Twin", "TWN", 6);

    function setUp() external {
        vm.prank(BRIDGE);
        token.mint(ALICE, 100);
    }

    function test_getters_succeeds() external view {
        vm.assertEq(token.name(), "Twin");
        vm.assertEq(token.symbol(), "TWN");
        vm.assertEq(token.decimals(), 6);
        vm.assertEq(token.bridge(), BRIDGE);
        vm.assertEq(token.BRIDGE(), BRIDGE);
        vm.assertEq(token.l2Bridge(), BRIDGE);
        vm.assertEq(token.remoteToken(), REMOTE);
        vm.assertEq(token.REMOTE_TOKEN(), REMOTE);
        vm.assertEq(token.l1Token(), REMOTE);
        vm.assertEq(token.PERMIT2(), PERMIT2);
        vm.assertEq(token.version(), "1.4.0");
    }

    /// @notice The identifiers that bridges of the OP Stack ask for.
    function test_supportsInterface_succeeds() external view {
        vm.assertTrue(type(IOptimismMintableERC20).interfaceId == bytes4(0xec4fc8e3));
        vm.assertTrue(type(ILegacyMintableERC20).interfaceId == bytes4(0x1d1d8b63));
        vm.assertTrue(token.supportsInterface(0xec4fc8e3));
        vm.assertTrue(token.supportsInterface(0x1d1d8b63));
        vm.assertTrue(token.supportsInterface(0x01ffc9a7));
        vm.assertFalse(token.supportsInterface(0xffffffff));
    }

    function test_mint_bridge_succeeds() external {
        vm.expectEmit();
        emit OptimismMintableERC20.Mint(BOB, 5);
        vm.prank(BRIDGE);
        token.mint(BOB, 5);
        vm.assertEq(token.balanceOf(BOB), 5);
        vm.assertEq(token.totalSupply(), 105);
    }

    function test_mint_stranger_reverts() external {
        vm.prank(ALICE);
        vm.expectRevert(OptimismMintableERC20.OptimismMintableERC20_OnlyBridge.selector);
        token.mint(ALICE, 1);
    }

    function test_burn_bridge_succeeds() external {
        vm.expectEmit();
        emit OptimismMintableERC20.Burn(ALICE, 60);
        vm.prank(BRIDGE);
        token.burn(ALICE, 60);
        vm.assertEq(token.totalSupply(), 40);
    }

    function test_burn_tooMuch_reverts() external {
        vm.prank(BRIDGE);
        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InsufficientBalance.selector, ALICE, 100, 101));
        token.burn(ALICE, 101);
    }

    function test_burn_stranger_reverts() external {
        vm.prank(ALICE);
        vm.expectRevert(OptimismMintableERC20.OptimismMintableERC20_OnlyBridge.selector);
        token.burn(ALICE, 1);
    }

    function test_allowance_permit2_succeeds() external {
        vm.assertEq(token.allowance(ALICE, PERMIT2), type(uint256).max);
        vm.assertEq(token.allowance(ALICE, BOB), 0);
        vm.prank(PERMIT2);
        token.transferFrom(ALICE, BOB, 30);
        vm.assertEq(token.balanceOf(BOB), 30);
        vm.assertEq(token.allowance(ALICE, PERMIT2), type(uint256).max);
    }

    function test_transferFrom_notAllowed_reverts() external {
        vm.prank(BOB);
        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InsufficientAllowance.selector, BOB, 0, 1));
        token.transferFrom(ALICE, BOB, 1);
    }

    function _permit(address owner, uint256 nonce) private view returns (uint8 v, bytes32 r, bytes32 s) {
        bytes32 typehash =
            keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)");
        bytes32 hash = keccak256(abi.encode(typehash, owner, BOB, 40, nonce, block.timestamp));
        return vm.sign(KEY, keccak256(abi.encodePacked(hex"1901", token.DOMAIN_SEPARATOR(), hash)));
    }

    function test_permit_signed_succeeds() external {
        address owner = vm.addr(KEY);
        (uint8 v, bytes32 r, bytes32 s) = _permit(owner, 0);
        token.permit(owner, BOB, 40, block.timestamp, v, r, s);
        vm.assertEq(token.allowance(owner, BOB), 40);
        vm.assertEq(token.nonces(owner), 1);
    }

    function test_permit_otherNonce_reverts() external {
        address owner = vm.addr(KEY);
        (uint8 v, bytes32 r, bytes32 s) = _permit(owner, 1);
        vm.expectRevert();
        token.permit(owner, BOB, 40, block.timestamp, v, r, s);
    }

    function test_permit_expired_reverts() external {
        address owner = vm.addr(KEY);
        (uint8 v, bytes32 r, bytes32 s) = _permit(owner, 0);
        uint256 deadline = block.timestamp;
        vm.warp(deadline + 1);
        vm.expectRevert(abi.encodeWithSelector(ERC20Permit.ERC2612ExpiredSignature.selector, deadline));
        token.permit(owner, BOB, 40, deadline, v, r, s);
    }
}

contract OptimismMintableERC20Factory_Test is Test {
    address private constant BRIDGE = address(0x1111);
    address private constant REMOTE = address(0x2222);

    OptimismMintableERC20Factory private factory;

    function setUp() external {
        bytes memory call = abi.encodeCall(IOptimismMintableERC20Factory.initialize, (BRIDGE));
        factory = OptimismMintableERC20Factory(proxied(address(new OptimismMintableERC20Factory()), call));
    }

    /// @dev Where a token will be: nothing but the factory, the arguments and the code decide.
    function _expected(uint8 decimals) private view returns (address) {
        bytes memory creation = bytes.concat(
            type(OptimismMintableERC20).creationCode, abi.encode(BRIDGE, REMOTE, "Twin", "TWN", decimals)
        );
        bytes32 salt = keccak256(abi.encode(REMOTE, "Twin", "TWN", decimals));
        return
            address(uint160(uint256(keccak256(abi.encodePacked(hex"ff", address(factory), salt, keccak256(creation))))));
    }

    function _expectCreated(address localToken) private {
        vm.expectEmit();
        emit IOptimismMintableERC20Factory.StandardL2TokenCreated(REMOTE, localToken);
        vm.expectEmit();
        emit IOptimismMintableERC20Factory.OptimismMintableERC20Created(localToken, REMOTE, ALICE);
        vm.prank(ALICE);
    }

    function test_initialize_values_succeeds() external view {
        vm.assertEq(factory.bridge(), BRIDGE);
        vm.assertEq(factory.BRIDGE(), BRIDGE);
        vm.assertEq(factory.version(), "1.11.0");
        // The genesis writes this slot.
        vm.assertEq(vm.load(address(factory), 0), bytes32(uint256(uint160(BRIDGE))));
    }

    function test_initialize_again_reverts() external {
        vm.prank(ADMIN_OWNER);
        vm.expectRevert(Initializable.InvalidInitialization.selector);
        factory.initialize(ALICE);
    }

    function test_initialize_implementation_reverts() external {
        OptimismMintableERC20Factory fresh = new OptimismMintableERC20Factory();
        vm.expectRevert(Initializable.InvalidInitialization.selector);
        fresh.initialize(ALICE);
    }

    function test_initialize_zero_reverts() external {
        OptimismMintableERC20Factory fresh =
            OptimismMintableERC20Factory(proxied(address(new OptimismMintableERC20Factory()), ""));
        vm.prank(ADMIN_OWNER);
        vm.expectRevert(IOptimismMintableERC20Factory.OptimismMintableERC20Factory_ZeroBridge.selector);
        fresh.initialize(address(0));
    }

    function test_initialize_stranger_reverts() external {
        OptimismMintableERC20Factory fresh =
            OptimismMintableERC20Factory(proxied(address(new OptimismMintableERC20Factory()), ""));
        vm.prank(ALICE);
        vm.expectRevert(ProxyAdminOwned.ProxyAdminOwned_Unauthorized.selector);
        fresh.initialize(ALICE);
    }

    function test_createOptimismMintableERC20_succeeds() external {
        address expected = _expected(18);
        _expectCreated(expected);
        address created = factory.createOptimismMintableERC20(REMOTE, "Twin", "TWN");
        vm.assertEq(created, expected);
        vm.assertEq(factory.deployments(created), REMOTE);
        OptimismMintableERC20 token = OptimismMintableERC20(created);
        vm.assertEq(token.name(), "Twin");
        vm.assertEq(token.symbol(), "TWN");
        vm.assertEq(token.decimals(), 18);
        vm.assertEq(token.bridge(), BRIDGE);
        vm.assertEq(token.remoteToken(), REMOTE);
    }

    function test_createStandardL2Token_succeeds() external {
        address expected = _expected(18);
        _expectCreated(expected);
        vm.assertEq(factory.createStandardL2Token(REMOTE, "Twin", "TWN"), expected);
    }

    function test_createOptimismMintableERC20WithDecimals_succeeds() external {
        address expected = _expected(6);
        _expectCreated(expected);
        address created = factory.createOptimismMintableERC20WithDecimals(REMOTE, "Twin", "TWN", 6);
        vm.assertEq(created, expected);
        vm.assertEq(OptimismMintableERC20(created).decimals(), 6);
    }

    function test_createOptimismMintableERC20_again_reverts() external {
        address created = factory.createOptimismMintableERC20(REMOTE, "Twin", "TWN");
        vm.expectRevert(
            abi.encodeWithSelector(
                IOptimismMintableERC20Factory.OptimismMintableERC20Factory_AlreadyCreated.selector, created
            )
        );
        factory.createOptimismMintableERC20(REMOTE, "Twin", "TWN");
    }

    function test_createOptimismMintableERC20_noRemoteToken_reverts() external {
        vm.expectRevert(IOptimismMintableERC20Factory.OptimismMintableERC20Factory_NoRemoteToken.selector);
        factory.createOptimismMintableERC20(address(0), "Twin", "TWN");
    }
}
