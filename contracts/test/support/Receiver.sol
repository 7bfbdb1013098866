// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { IERC721Receiver } from "@openzeppelin/contracts/token/ERC721/IERC721Receiver.sol";
import { ICrossDomainMessenger } from "../../interfaces/bridge/ICrossDomainMessenger.sol";

/// @title Receiver
/// @notice Who is called by the other layer, in the moods that somebody may be in. Counts what it was called for.
contract Receiver {
    /// @notice How it takes a call.
    enum Mood {
        Accept,
        Refuse,
        BurnGas,
        Reenter,
        Work
    }

    /// @dev How much gas it takes to work.
    uint256 private constant WORK_GAS = 300_000;

    error Receiver_Refused();

    /// @notice Its mood.
    Mood public mood;

    /// @notice How often it was called for an identifier, and did not fail.
    mapping(uint256 id => uint256 calls) public calls;

    /// @notice The ether that came with it.
    mapping(uint256 id => uint256 value) public received;

    /// @notice Who sent it on the other layer, by the messenger that it was said to come through.
    mapping(uint256 id => address sender) public senders;

    /// @dev What it calls in return, and with what.
    address private _reentered;
    bytes private _reentry;

    /// @notice Takes ether, or not.
    receive() external payable {
        _react();
    }

    /// @notice Changes the mood.
    function setMood(Mood mood_) external {
        mood = mood_;
    }

    /// @notice Says what to call in return.
    function setReentry(address target, bytes calldata data) external {
        (_reentered, _reentry) = (target, data);
    }

    /// @notice What the other layer calls.
    /// @param id        An identifier that nobody else uses.
    /// @param messenger The messenger it comes through; zero if it comes through none.
    function take(uint256 id, address messenger) external payable {
        ++calls[id];
        received[id] += msg.value;
        if (messenger != address(0)) senders[id] = ICrossDomainMessenger(messenger).xDomainMessageSender();
        _react();
    }

    /// @notice Takes an ERC-721 token, or not.
    function onERC721Received(address, address, uint256, bytes calldata) external returns (bytes4) {
        _react();
        return IERC721Receiver.onERC721Received.selector;
    }

    function _react() private {
        if (mood == Mood.Refuse) revert Receiver_Refused();
        if (mood == Mood.BurnGas) {
            assembly ("memory-safe") {
                invalid()
            }
        }
        if (mood == Mood.Work) {
            // What costs much gas and little time.
            for (uint256 start = gasleft(); start - gasleft() < WORK_GAS;) {
                assembly ("memory-safe") {
                    pop(sload(gas()))
                }
            }
        }
        if (mood == Mood.Reenter && _reentered != address(0)) {
            (bool success,) = _reentered.call(_reentry);
            success;
        }
    }
}
