// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { Address } from "@openzeppelin/contracts/utils/Address.sol";
import { IWETH } from "../../interfaces/L2/IWETH.sol";

/// @title WETH
/// @notice Ether as an ERC-20 token. The libraries' implementations emit other events than WETH9's.
contract WETH is IWETH {
    /// @inheritdoc IWETH
    string public constant name = "Wrapped Ether";

    /// @inheritdoc IWETH
    string public constant symbol = "WETH";

    /// @inheritdoc IWETH
    uint8 public constant decimals = 18;

    /// @inheritdoc IWETH
    string public constant version = "1.0.0";

    /// @inheritdoc IWETH
    mapping(address account => uint256 wad) public balanceOf;

    /// @inheritdoc IWETH
    mapping(address account => mapping(address guy => uint256 wad)) public allowance;

    /// @notice Wraps the ether.
    receive() external payable {
        deposit();
    }

    /// @notice Wraps the ether.
    fallback() external payable {
        deposit();
    }

    /// @inheritdoc IWETH
    function withdraw(uint256 wad) external {
        _take(msg.sender, wad);
        emit Withdrawal(msg.sender, wad);
        Address.sendValue(payable(msg.sender), wad);
    }

    /// @inheritdoc IWETH
    function approve(address guy, uint256 wad) external returns (bool) {
        allowance[msg.sender][guy] = wad;
        emit Approval(msg.sender, guy, wad);
        return true;
    }

    /// @inheritdoc IWETH
    function transfer(address dst, uint256 wad) external returns (bool) {
        return transferFrom(msg.sender, dst, wad);
    }

    /// @inheritdoc IWETH
    function totalSupply() external view returns (uint256) {
        return address(this).balance;
    }

    /// @inheritdoc IWETH
    function deposit() public payable {
        balanceOf[msg.sender] += msg.value;
        emit Deposit(msg.sender, msg.value);
    }

    /// @inheritdoc IWETH
    function transferFrom(address src, address dst, uint256 wad) public returns (bool) {
        if (src != msg.sender) _spend(src, wad);
        _take(src, wad);
        balanceOf[dst] += wad;
        emit Transfer(src, dst, wad);
        return true;
    }

    /// @dev Uses up the caller's allowance, unless it is without limit.
    function _spend(address src, uint256 wad) private {
        uint256 allowed = allowance[src][msg.sender];
        if (allowed == type(uint256).max) return;
        if (allowed < wad) revert WETH_InsufficientAllowance(allowed, wad);
        allowance[src][msg.sender] = allowed - wad;
    }

    /// @dev Takes tokens from an account.
    function _take(address src, uint256 wad) private {
        uint256 balance = balanceOf[src];
        if (balance < wad) revert WETH_InsufficientBalance(balance, wad);
        balanceOf[src] = balance - wad;
    }
}
