//! Messengers, bridges and token factories of both layers. What both layers have is named without a layer.

use alloy_sol_types::sol;

sol! {
    interface CrossDomainMessenger {
        event SentMessage(address indexed target, address sender, bytes message, uint256 messageNonce, uint256 gasLimit);
        event SentMessageExtension1(address indexed sender, uint256 value);
        event RelayedMessage(bytes32 indexed msgHash);
        event FailedRelayedMessage(bytes32 indexed msgHash);

        function sendMessage(address target, bytes message, uint32 minGasLimit) external payable;
        function relayMessage(
            uint256 nonce, address sender, address target, uint256 value, uint256 minGasLimit, bytes message
        ) external payable;
        function baseGas(bytes message, uint32 minGasLimit) external pure returns (uint64);
        function messageNonce() external view returns (uint256);
        function xDomainMessageSender() external view returns (address);
        function successfulMessages(bytes32 msgHash) external view returns (bool);
        function failedMessages(bytes32 msgHash) external view returns (bool);
        function otherMessenger() external view returns (address);
        function paused() external view returns (bool);
        function version() external view returns (string);
    }

    interface L1CrossDomainMessenger {
        function initialize(address systemConfig, address portal) external;
        function systemConfig() external view returns (address);
        function portal() external view returns (address);
    }

    interface StandardBridge {
        event ETHBridgeInitiated(address indexed from, address indexed to, uint256 amount, bytes extraData);
        event ETHBridgeFinalized(address indexed from, address indexed to, uint256 amount, bytes extraData);
        event ERC20BridgeInitiated(
            address indexed localToken, address indexed remoteToken, address indexed from, address to, uint256 amount, bytes extraData
        );
        event ERC20BridgeFinalized(
            address indexed localToken, address indexed remoteToken, address indexed from, address to, uint256 amount, bytes extraData
        );

        function bridgeETH(uint32 minGasLimit, bytes extraData) external payable;
        function bridgeETHTo(address to, uint32 minGasLimit, bytes extraData) external payable;
        function bridgeERC20(address localToken, address remoteToken, uint256 amount, uint32 minGasLimit, bytes extraData) external;
        function bridgeERC20To(
            address localToken, address remoteToken, address to, uint256 amount, uint32 minGasLimit, bytes extraData
        ) external;
        function finalizeBridgeETH(address from, address to, uint256 amount, bytes extraData) external payable;
        function finalizeBridgeERC20(
            address localToken, address remoteToken, address from, address to, uint256 amount, bytes extraData
        ) external;
        function deposits(address localToken, address remoteToken) external view returns (uint256);
        function messenger() external view returns (address);
        function otherBridge() external view returns (address);
        function paused() external view returns (bool);
        function version() external view returns (string);
    }

    interface L1StandardBridge {
        function initialize(address messenger, address systemConfig) external;
        function systemConfig() external view returns (address);
    }

    interface ERC721Bridge {
        event ERC721BridgeInitiated(
            address indexed localToken, address indexed remoteToken, address indexed from, address to, uint256 tokenId, bytes extraData
        );
        event ERC721BridgeFinalized(
            address indexed localToken, address indexed remoteToken, address indexed from, address to, uint256 tokenId, bytes extraData
        );

        function bridgeERC721(address localToken, address remoteToken, uint256 tokenId, uint32 minGasLimit, bytes extraData) external;
        function bridgeERC721To(
            address localToken, address remoteToken, address to, uint256 tokenId, uint32 minGasLimit, bytes extraData
        ) external;
        function finalizeBridgeERC721(
            address localToken, address remoteToken, address from, address to, uint256 tokenId, bytes extraData
        ) external;
        function messenger() external view returns (address);
        function otherBridge() external view returns (address);
        function paused() external view returns (bool);
        function version() external view returns (string);
    }

    interface L1ERC721Bridge {
        function initialize(address messenger, address systemConfig) external;
        function systemConfig() external view returns (address);
    }

    interface OptimismMintableERC20Factory {
        event OptimismMintableERC20Created(address indexed localToken, address indexed remoteToken, address deployer);
        event StandardL2TokenCreated(address indexed remoteToken, address indexed localToken);

        function initialize(address bridge) external;
        function createOptimismMintableERC20(address remoteToken, string name, string symbol) external returns (address);
        function createOptimismMintableERC20WithDecimals(address remoteToken, string name, string symbol, uint8 decimals)
            external
            returns (address);
        function bridge() external view returns (address);
        function deployments(address localToken) external view returns (address);
        function version() external view returns (string);
    }

    interface OptimismMintableERC721Factory {
        event OptimismMintableERC721Created(address indexed localToken, address indexed remoteToken, address deployer);

        function createOptimismMintableERC721(address remoteToken, string name, string symbol) external returns (address);
        function version() external view returns (string);
    }
}
