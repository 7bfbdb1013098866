// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

interface IMessenger {
    function xDomainMessageSender() external view returns (address);
}

/// Takes messages of the other layer while it is open, and remembers who sent them.
contract Door {
    error Door_Closed();

    bool public isOpen;
    uint256 public entered;
    uint256 public received;
    address public lastSender;

    function open() external {
        isOpen = true;
    }

    /// Called by a messenger: counts, and keeps the ether.
    function enter() external payable {
        if (!isOpen) revert Door_Closed();
        entered += 1;
        received += msg.value;
        lastSender = IMessenger(msg.sender).xDomainMessageSender();
    }
}
