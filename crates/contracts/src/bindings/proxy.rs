//! The proxies of both layers and their admins.

use alloy_sol_types::sol;

sol! {
    interface Proxy {
        event Upgraded(address indexed implementation);
        event AdminChanged(address previousAdmin, address newAdmin);

        function upgradeTo(address implementation) external;
        function upgradeToAndCall(address implementation, bytes data) external payable returns (bytes returned);
        function changeAdmin(address admin) external;
        function admin() external returns (address);
        function implementation() external returns (address);
    }

    interface ProxyAdmin {
        function owner() external view returns (address);
        function transferOwnership(address newOwner) external;
        function upgrade(address proxy, address implementation) external;
        function upgradeAndCall(address proxy, address implementation, bytes data) external payable;
        function changeProxyAdmin(address proxy, address newAdmin) external;
        function getProxyImplementation(address proxy) external view returns (address);
        function getProxyAdmin(address proxy) external view returns (address);
    }
}
