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

    /// The same for whoever brings a lot of gas with the message.
    function enterSlowly() external payable {
        uint256 gas = gasleft();
        while (gas - gasleft() < 900_000) { }
        entered += 1;
        received += msg.value;
        lastSender = IMessenger(msg.sender).xDomainMessageSender();
    }

    /// For whoever brings a lot of gas.
    function wait() external payable {
        uint256 gas = gasleft();
        while (gas - gasleft() < 900_000) { }
    }

    /// Called by a messenger: counts, and keeps the ether.
    function enter() external payable {
        if (!isOpen) revert Door_Closed();
        entered += 1;
        received += msg.value;
        lastSender = IMessenger(msg.sender).xDomainMessageSender();
    }
}
