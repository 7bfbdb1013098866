// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { vm } from "./Vm.sol";

interface IMessagePasser {
    function initiateWithdrawal(address target, uint256 gasLimit, bytes calldata data) external payable;
}

/// On L2: begins a withdrawal of `AMOUNT` wei to `TO`.
contract Withdraw {
    IMessagePasser private constant PASSER = IMessagePasser(0x4200000000000000000000000000000000000016);

    function run() external {
        (address to, uint256 amount) = (vm.envAddress("TO"), vm.envUint("AMOUNT"));
        vm.startBroadcast();
        PASSER.initiateWithdrawal{ value: amount }(to, 60_000, "");
        vm.stopBroadcast();
    }
}
