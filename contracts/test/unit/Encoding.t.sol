// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { Encoding } from "../../src/libraries/Encoding.sol";
import { Hashing } from "../../src/libraries/Hashing.sol";
import { Test } from "../support/Test.sol";

contract Encoding_Test is Test {
    /// @dev For `expectRevert`, which needs a call.
    function encode(uint256 nonce) external pure returns (bytes memory) {
        return Encoding.encodeCrossDomainMessage(nonce, ALICE, BOB, 1, 2, "data");
    }

    function test_selectors_succeeds() external pure {
        bytes memory v0 = Encoding.encodeCrossDomainMessageV0(BOB, ALICE, "", 0);
        vm.assertEq(bytes32(v0), bytes32(bytes4(0xcbd4ece9)) | bytes32(uint256(uint160(BOB))) >> 32);
        bytes memory v1 = Encoding.encodeCrossDomainMessageV1(0, ALICE, BOB, 0, 0, "");
        vm.assertEq(bytes32(v1), bytes32(bytes4(0xd764ad0b)));
    }

    function testFuzz_encodeCrossDomainMessage_version0_succeeds(uint240 number, bytes memory data) external pure {
        bytes memory expected =
            abi.encodeWithSignature("relayMessage(address,address,bytes,uint256)", BOB, ALICE, data, number);
        vm.assertEq(Encoding.encodeCrossDomainMessage(number, ALICE, BOB, 1, 2, data), expected);
        vm.assertEq(Hashing.hashCrossDomainMessage(number, ALICE, BOB, 1, 2, data), keccak256(expected));
        vm.assertEq(Hashing.hashCrossDomainMessageV0(BOB, ALICE, data, number), keccak256(expected));
    }

    function testFuzz_encodeCrossDomainMessage_version1_succeeds(uint240 number, uint256 value, bytes memory data)
        external
        pure
    {
        uint256 nonce = Encoding.encodeVersionedNonce(number, 1);
        bytes memory expected = abi.encodeWithSignature(
            "relayMessage(uint256,address,address,uint256,uint256,bytes)", nonce, ALICE, BOB, value, 2, data
        );
        vm.assertEq(Encoding.encodeCrossDomainMessage(nonce, ALICE, BOB, value, 2, data), expected);
        vm.assertEq(Hashing.hashCrossDomainMessage(nonce, ALICE, BOB, value, 2, data), keccak256(expected));
        vm.assertEq(Hashing.hashCrossDomainMessageV1(nonce, ALICE, BOB, value, 2, data), keccak256(expected));
    }

    function testFuzz_encodeCrossDomainMessage_laterVersion_reverts(uint240 number, uint16 version) external {
        vm.assume(version > 1);
        vm.expectRevert(abi.encodeWithSelector(Encoding.Encoding_UnknownVersion.selector, version));
        this.encode(Encoding.encodeVersionedNonce(number, version));
    }

    function testFuzz_versionedNonce_roundTrip_succeeds(uint240 number, uint16 version) external pure {
        (uint240 decoded, uint16 decodedVersion) =
            Encoding.decodeVersionedNonce(Encoding.encodeVersionedNonce(number, version));
        vm.assertEq(decoded, number);
        vm.assertEq(decodedVersion, version);
    }
}
