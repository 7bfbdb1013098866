// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { ICrossDomainMessenger } from "../../interfaces/bridge/ICrossDomainMessenger.sol";

/// @title Listener
/// @notice Remembers whose message called it, if it is willing.
contract Listener {
    error Listener_Unwilling();

    ICrossDomainMessenger public immutable messenger;
    bool public willing = true;
    uint256 public calls;
    address public sender;
    bytes public data;

    constructor(address messenger_) {
        messenger = ICrossDomainMessenger(messenger_);
    }

    function setWilling(bool willing_) external {
        willing = willing_;
    }

    receive() external payable {
        _listen();
    }

    fallback() external payable {
        _listen();
    }

    function _listen() private {
        if (!willing) revert Listener_Unwilling();
        ++calls;
        sender = messenger.xDomainMessageSender();
        data = msg.data;
    }
}

/// @title GasEater
/// @notice Uses up all its gas, and remembers nothing.
contract GasEater {
    fallback() external payable {
        while (true) { }
    }
}

/// @title Bomb
/// @notice Returns so much that to copy it would cost the caller all its gas.
contract Bomb {
    fallback() external payable {
        assembly {
            revert(0, 1000000)
        }
    }
}

/// @title Reenterer
/// @notice Within a message's call, calls a contract as it was told to, whatever comes of that.
contract Reenterer {
    address private _target;
    bytes private _data;
    bool public success;
    bytes public result;

    function prepare(address target, bytes calldata data) external {
        (_target, _data) = (target, data);
    }

    receive() external payable {
        (success, result) = _target.call(_data);
    }

    fallback() external payable {
        (success, result) = _target.call(_data);
    }
}
