// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// What a suite needs of a contract: state, an event, and a call that reverts.
contract Ledger {
    event Noted(address indexed by, uint256 indexed amount, uint256 sum);

    error Ledger_NothingToNote();

    uint256 public sum;
    mapping(address => uint256) public notedBy;

    /// Adds to the sum and says so in an event; refuses zero.
    function note(uint256 amount) external {
        if (amount == 0) revert Ledger_NothingToNote();
        sum += amount;
        notedBy[msg.sender] += amount;
        emit Noted(msg.sender, amount, sum);
    }
}
