// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

/// @title IStandardBridge
/// @notice Moves ether and ERC-20 tokens between the layers. A token native to this layer is kept here while its representation exists
///         on the other one; a representation is burned here when what it stands for is set free there
///         (specs: protocol/bridges.md).
interface IStandardBridge {
    /// @notice Ether leaves for the other layer.
    event ETHBridgeInitiated(address indexed from, address indexed to, uint256 amount, bytes extraData);

    /// @notice Ether has arrived from the other layer.
    event ETHBridgeFinalized(address indexed from, address indexed to, uint256 amount, bytes extraData);

    /// @notice Tokens leave for the other layer.
    event ERC20BridgeInitiated(
        address indexed localToken,
        address indexed remoteToken,
        address indexed from,
        address to,
        uint256 amount,
        bytes extraData
    );

    /// @notice Tokens have arrived from the other layer.
    event ERC20BridgeFinalized(
        address indexed localToken,
        address indexed remoteToken,
        address indexed from,
        address to,
        uint256 amount,
        bytes extraData
    );

    /// @notice A contract would get what it sends under its own address on the other layer, where it may not exist: name the
    ///         recipient.
    error StandardBridge_OnlyEOA();

    /// @notice Only the other layer's bridge, through the messengers.
    error StandardBridge_OnlyOtherBridge();

    /// @notice Arrivals are paused.
    error StandardBridge_Paused();

    /// @notice Nobody would get it out of that account.
    error StandardBridge_InvalidRecipient(address to);

    /// @notice The ether sent along is not what the call speaks of.
    error StandardBridge_WrongValue(uint256 value, uint256 expected);

    /// @notice The recipient did not take the ether.
    error StandardBridge_TransferFailed();

    /// @notice The representation on this layer does not stand for that token.
    error StandardBridge_WrongRemoteToken(address remoteToken);

    /// @notice The token moved another amount than it was told to.
    error StandardBridge_WrongAmount(uint256 moved, uint256 amount);

    /// @notice Fewer tokens of this pair were left here.
    error StandardBridge_InsufficientDeposits(uint256 deposited, uint256 amount);

    /// @notice A bridge needs all its addresses.
    error StandardBridge_ZeroAddress();

    /// @notice Sends ether to the caller's own account on the other layer.
    /// @param minGasLimit The least gas of its arrival.
    /// @param extraData   Passed along, for events only.
    function bridgeETH(uint32 minGasLimit, bytes calldata extraData) external payable;

    /// @notice Sends ether to an account on the other layer. Lost if that account is a contract that does not take it.
    /// @param to          The account.
    /// @param minGasLimit The least gas of its arrival.
    /// @param extraData   Passed along, for events only.
    function bridgeETHTo(address to, uint32 minGasLimit, bytes calldata extraData) external payable;

    /// @notice Sends tokens to the caller's own account on the other layer.
    /// @param localToken  The token on this layer.
    /// @param remoteToken The token on the other layer.
    /// @param amount      How many, in the token's smallest unit.
    /// @param minGasLimit The least gas of their arrival.
    /// @param extraData   Passed along, for events only.
    function bridgeERC20(
        address localToken,
        address remoteToken,
        uint256 amount,
        uint32 minGasLimit,
        bytes calldata extraData
    ) external;

    /// @notice Sends tokens to an account on the other layer.
    /// @param localToken  The token on this layer.
    /// @param remoteToken The token on the other layer.
    /// @param to          The account.
    /// @param amount      How many, in the token's smallest unit.
    /// @param minGasLimit The least gas of their arrival.
    /// @param extraData   Passed along, for events only.
    function bridgeERC20To(
        address localToken,
        address remoteToken,
        address to,
        uint256 amount,
        uint32 minGasLimit,
        bytes calldata extraData
    ) external;

    /// @notice Hands out ether from the other layer.
    /// @param from      Who sent it.
    /// @param to        Who gets it.
    /// @param amount    How much, in wei.
    /// @param extraData Passed along, for events only.
    function finalizeBridgeETH(address from, address to, uint256 amount, bytes calldata extraData) external payable;

    /// @notice Hands out tokens from the other layer.
    /// @param localToken  The token on this layer.
    /// @param remoteToken The token on the other layer.
    /// @param from        Who sent them.
    /// @param to          Who gets them.
    /// @param amount      How many, in the token's smallest unit.
    /// @param extraData   Passed along, for events only.
    function finalizeBridgeERC20(
        address localToken,
        address remoteToken,
        address from,
        address to,
        uint256 amount,
        bytes calldata extraData
    ) external;

    /// @notice How many tokens of a pair are kept here.
    /// @param localToken  The token on this layer.
    /// @param remoteToken The token on the other layer.
    function deposits(address localToken, address remoteToken) external view returns (uint256);

    /// @notice Whether arrivals are paused.
    function paused() external view returns (bool);

    /// @notice This layer's messenger.
    function messenger() external view returns (address);

    /// @notice Legacy spelling of `messenger`.
    function MESSENGER() external view returns (address);

    /// @notice The other layer's bridge.
    function otherBridge() external view returns (address);

    /// @notice Legacy spelling of `otherBridge`.
    function OTHER_BRIDGE() external view returns (address);

    /// @notice Semantic version of this interface.
    function version() external pure returns (string memory);
}
