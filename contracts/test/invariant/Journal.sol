// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { Layers } from "../support/Layers.sol";
import { Receiver } from "../support/Receiver.sol";

/// @title Journal
/// @notice What all traffic has in common: who is who, what was sent and claimed, and how time passes.
abstract contract Journal is Layers {
    /// @notice What a message's outcome is compared with.
    /// @custom:field sender        Who sent it through a messenger; zero if a bridge did, or it went through none.
    /// @custom:field value         Ether sent along, in wei.
    /// @custom:field replayable    Whether it went through a messenger.
    /// @custom:field toL1          Where it goes.
    /// @custom:field encoded       The call of the other messenger that relays it.
    /// @custom:field hasEnoughGas  Whether the receiver was promised what it may need.
    /// @custom:field isCollectible Whether it moves an ERC-721 token.
    /// @custom:field isTheft       Whether it asks for what is not its sender's, so that it need not succeed.
    struct Message {
        address sender;
        uint256 value;
        bool replayable;
        bool toL1;
        bytes encoded;
        bool hasEnoughGas;
        bool isCollectible;
        bool isTheft;
    }

    /// @dev A claim as its proposer knows it: of how many withdrawals, with a forged one or not, with which trie, when.
    struct Claim {
        uint256 withdrawals;
        bool forged;
        bytes32 root;
        uint256 timestamp;
    }

    uint256 internal constant PEOPLE = 3;

    /// @dev How many withdrawals there may be: tries are built anew for each proof. Some are kept for what has fewer operations.
    uint256 internal constant WITHDRAWALS_MAX = 14;
    uint256 internal constant RARE_WITHDRAWALS_MAX = 20;

    /// @notice Whom L1 and L2 call.
    Receiver public receiver = new Receiver();

    /// @notice How often each thing happened that matters, so that a run can be seen to have been one.
    mapping(bytes32 what => uint256 times) public happened;

    Message[] internal _messages;
    Claim[] internal _claims;

    /// @notice One of the people, on L1.
    function person(uint256 seed) public pure returns (address) {
        return address(uint160(0xA11CE000 + seed % PEOPLE));
    }

    /// @notice The same, on L2: under another address, since both layers' ether is in one machine.
    function twin(uint256 seed) public pure returns (address) {
        return address(uint160(0xA11CE100 + seed % PEOPLE));
    }

    /// @notice How many messages there are, and one of them.
    function messageCount() external view returns (uint256) {
        return _messages.length;
    }

    /// @notice One message.
    function messageAt(uint256 id) external view returns (Message memory) {
        return _messages[id];
    }

    /// @dev Counts what happened.
    function _did(bytes32 what) internal {
        ++happened[what];
    }

    /// @dev Deposits are sold by the block; here each has one of its own.
    function _meter() internal {
        _makeWay(1);
        vm.roll(block.number + 10);
        vm.warp(block.timestamp + 1);
    }

    /// @dev Whether there may be more withdrawals.
    function _hasRoom() internal view returns (bool) {
        return _withdrawals.length < WITHDRAWALS_MAX;
    }

    /// @dev Whether there may be more withdrawals of tokens and fees.
    function _hasRoomForRare() internal view returns (bool) {
        return _withdrawals.length < RARE_WITHDRAWALS_MAX;
    }

    /// @dev Remembers the message that a bridge has just sent, so that it can be replayed.
    function _noteBridged(bool toL1) internal {
        _collect();
        bytes memory encoded = toL1 ? _withdrawals[_withdrawals.length - 1].data : _deposits[_deposits.length - 1].data;
        Message storage message = _messages.push();
        (message.replayable, message.toL1, message.encoded) = (true, toL1, encoded);
    }

    function _challenge() internal {
        for (uint256 i; i < _claims.length; ++i) {
            if (!_claims[i].forged) continue;
            vm.prank(CHALLENGER);
            oracle.deleteL2Outputs(i);
            while (_claims.length > i) {
                _claims.pop();
            }
            _did("deletion");
        }
    }

    /// @dev The challenger is never late.
    function _makeWay(uint256 time) internal {
        for (uint256 i; i < _claims.length; ++i) {
            if (_claims[i].forged && block.timestamp + time >= _claims[i].timestamp + PERIOD) return _challenge();
        }
    }

    function _pass(uint256 time) internal {
        _makeWay(time);
        vm.warp(block.timestamp + time);
        vm.roll(block.number + time / 12 + 1);
    }
}
