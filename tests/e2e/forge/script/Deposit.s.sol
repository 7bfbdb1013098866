// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { vm } from "./Vm.sol";

interface IPortal {
    function depositTransaction(address to, uint256 value, uint64 gasLimit, bool isCreation, bytes calldata data)
        external
        payable;
}

interface IBridge {
    function bridgeETHTo(address to, uint32 minGasLimit, bytes calldata extraData) external payable;
}

/// On L1: sends `AMOUNT` wei to `TO` on L2 through `PORTAL`, and the same through `BRIDGE`.
contract Deposit {
    function run() external {
        (address to, uint256 amount) = (vm.envAddress("TO"), vm.envUint("AMOUNT"));
        vm.startBroadcast();
        IPortal(vm.envAddress("PORTAL")).depositTransaction{ value: amount }(to, amount, 100_000, false, "");
        IBridge(vm.envAddress("BRIDGE")).bridgeETHTo{ value: amount }(to, 200_000, "");
        vm.stopBroadcast();
    }
}
