// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

/// An account that is a contract, as a multisig is: it calls what its keeper tells it to.
contract Treasury {
    address public immutable keeper = msg.sender;

    function execute(address to, bytes calldata data) external {
        require(msg.sender == keeper, "not the keeper");
        (bool isDone,) = to.call(data);
        require(isDone, "the call failed");
    }
}
