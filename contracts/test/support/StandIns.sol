// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

/// @title StandIn
/// @notice Calls contracts as somebody whom they trust, and passes on how they refuse.
abstract contract StandIn {
    function _call(address target, uint256 value, bytes memory data) internal {
        (bool success, bytes memory result) = target.call{ value: value }(data);
        if (!success) {
            assembly ("memory-safe") {
                revert(add(result, 32), mload(result))
            }
        }
    }
}

/// @title MessengerStandIn
/// @notice In the place of a messenger: remembers what it is to send, and relays what it is told to, whoever sent it.
contract MessengerStandIn is StandIn {
    address public xDomainMessageSender;
    address public otherMessenger;
    address public l1Portal;
    address public target;
    bytes public message;
    uint32 public minGasLimit;
    uint256 public value;

    function setOtherMessenger(address otherMessenger_) external {
        otherMessenger = otherMessenger_;
    }

    function setL1Portal(address l1Portal_) external {
        l1Portal = l1Portal_;
    }

    function setXDomainMessageSender(address sender) external {
        xDomainMessageSender = sender;
    }

    function sendMessage(address target_, bytes calldata message_, uint32 minGasLimit_) external payable {
        (target, message, minGasLimit, value) = (target_, message_, minGasLimit_, msg.value);
    }

    function relay(address sender, address to, bytes calldata data) external payable {
        xDomainMessageSender = sender;
        _call(to, msg.value, data);
        xDomainMessageSender = address(0);
    }
}

/// @title PortalStandIn
/// @notice In the place of a portal: finalizes what it is told to, whoever asked for it.
contract PortalStandIn is StandIn {
    address public l2Sender = address(0xdEaD);

    function finalize(address sender, address to, bytes calldata data) external payable {
        l2Sender = sender;
        _call(to, msg.value, data);
        l2Sender = address(0xdEaD);
    }
}
