// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { SafeERC20 } from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import { ReentrancyGuardTransient } from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import { ERC165Checker } from "@openzeppelin/contracts/utils/introspection/ERC165Checker.sol";
import { ICrossDomainMessenger } from "../../interfaces/bridge/ICrossDomainMessenger.sol";
import { ILegacyMintableERC20 } from "../../interfaces/bridge/ILegacyMintableERC20.sol";
import { IOptimismMintableERC20 } from "../../interfaces/bridge/IOptimismMintableERC20.sol";
import { IStandardBridge } from "../../interfaces/bridge/IStandardBridge.sol";
import { EOA } from "../libraries/EOA.sol";
import { SafeCall } from "../libraries/SafeCall.sol";

/// @title StandardBridge
/// @notice What the bridges of both layers have in common. What a token says that it moved is not believed: balances are compared.
abstract contract StandardBridge is IStandardBridge, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    /// @dev Gas of the arrival of ether that was sent without saying more.
    uint32 internal constant RECEIVE_DEFAULT_GAS_LIMIT = 200_000;

    /// @inheritdoc IStandardBridge
    mapping(address localToken => mapping(address remoteToken => uint256 amount)) public deposits;

    /// @dev Lets accounts pass that have a key.
    modifier onlyEOA() {
        if (!EOA.isSenderEOA()) revert StandardBridge_OnlyEOA();
        _;
    }

    /// @dev Lets the other layer's bridge pass, unless arrivals are paused.
    modifier onlyOtherBridge() {
        if (msg.sender != messenger() || ICrossDomainMessenger(messenger()).xDomainMessageSender() != otherBridge()) {
            revert StandardBridge_OnlyOtherBridge();
        }
        if (paused()) revert StandardBridge_Paused();
        _;
    }

    /// @notice Sends the ether to the sender's own account on the other layer.
    receive() external payable onlyEOA {
        _initiateBridgeETH(msg.sender, RECEIVE_DEFAULT_GAS_LIMIT, "");
    }

    /// @inheritdoc IStandardBridge
    function bridgeETH(uint32 minGasLimit, bytes calldata extraData) external payable onlyEOA {
        _initiateBridgeETH(msg.sender, minGasLimit, extraData);
    }

    /// @inheritdoc IStandardBridge
    function bridgeETHTo(address to, uint32 minGasLimit, bytes calldata extraData) external payable {
        _initiateBridgeETH(to, minGasLimit, extraData);
    }

    /// @inheritdoc IStandardBridge
    function bridgeERC20(
        address localToken,
        address remoteToken,
        uint256 amount,
        uint32 minGasLimit,
        bytes calldata extraData
    ) external onlyEOA {
        _initiateBridgeERC20(localToken, remoteToken, msg.sender, amount, minGasLimit, extraData);
    }

    /// @inheritdoc IStandardBridge
    function bridgeERC20To(
        address localToken,
        address remoteToken,
        address to,
        uint256 amount,
        uint32 minGasLimit,
        bytes calldata extraData
    ) external {
        _initiateBridgeERC20(localToken, remoteToken, to, amount, minGasLimit, extraData);
    }

    /// @inheritdoc IStandardBridge
    function MESSENGER() external view returns (address) {
        return messenger();
    }

    /// @inheritdoc IStandardBridge
    function OTHER_BRIDGE() external view returns (address) {
        return otherBridge();
    }

    /// @inheritdoc IStandardBridge
    function finalizeBridgeETH(address from, address to, uint256 amount, bytes calldata extraData)
        public
        payable
        onlyOtherBridge
    {
        if (msg.value != amount) revert StandardBridge_WrongValue(msg.value, amount);
        if (to == address(this) || to == messenger()) revert StandardBridge_InvalidRecipient(to);
        _emitETHBridgeFinalized(from, to, amount, extraData);
        if (!SafeCall.call(to, gasleft(), amount, "")) revert StandardBridge_TransferFailed();
    }

    /// @inheritdoc IStandardBridge
    function finalizeBridgeERC20(
        address localToken,
        address remoteToken,
        address from,
        address to,
        uint256 amount,
        bytes calldata extraData
    ) public onlyOtherBridge {
        if (_isRepresentation(localToken, remoteToken)) {
            IOptimismMintableERC20(localToken).mint(to, amount);
        } else {
            if (to == address(this)) revert StandardBridge_InvalidRecipient(to);
            _give(localToken, remoteToken, to, amount);
        }
        _emitERC20BridgeFinalized(localToken, remoteToken, from, to, amount, extraData);
    }

    /// @inheritdoc IStandardBridge
    function messenger() public view virtual returns (address);

    /// @inheritdoc IStandardBridge
    function otherBridge() public view virtual returns (address);

    /// @inheritdoc IStandardBridge
    function paused() public view virtual returns (bool);

    /// @dev The other layer's messenger.
    function _otherMessenger() internal view virtual returns (address);

    /// @dev Where the other layer's transactions come here: it would send on what it gets, to where nobody of this layer has it.
    function _otherDoor() internal view virtual returns (address);

    /// @dev Sends the ether sent along.
    function _initiateBridgeETH(address to, uint32 minGasLimit, bytes memory extraData) internal {
        _requireRecipient(to);
        _emitETHBridgeInitiated(msg.sender, to, msg.value, extraData);
        ICrossDomainMessenger(messenger()).sendMessage{ value: msg.value }(
            otherBridge(),
            abi.encodeCall(IStandardBridge.finalizeBridgeETH, (msg.sender, to, msg.value, extraData)),
            minGasLimit
        );
    }

    /// @dev Sends tokens of the caller. Not within itself: a token that calls back would have them counted twice.
    function _initiateBridgeERC20(
        address localToken,
        address remoteToken,
        address to,
        uint256 amount,
        uint32 minGasLimit,
        bytes memory extraData
    ) internal nonReentrant {
        _requireRecipient(to);
        if (_isRepresentation(localToken, remoteToken)) {
            IOptimismMintableERC20(localToken).burn(msg.sender, amount);
        } else {
            _take(localToken, remoteToken, amount);
        }
        _emitERC20BridgeInitiated(localToken, remoteToken, msg.sender, to, amount, extraData);
        ICrossDomainMessenger(messenger())
            .sendMessage(
                otherBridge(),
                abi.encodeCall(
                    IStandardBridge.finalizeBridgeERC20, (remoteToken, localToken, msg.sender, to, amount, extraData)
                ),
                minGasLimit
            );
    }

    /// @dev Tells of ether that leaves, in every form that somebody listens for.
    function _emitETHBridgeInitiated(address from, address to, uint256 amount, bytes memory extraData)
        internal
        virtual
    {
        emit ETHBridgeInitiated(from, to, amount, extraData);
    }

    /// @dev Tells of ether that arrives.
    function _emitETHBridgeFinalized(address from, address to, uint256 amount, bytes memory extraData)
        internal
        virtual
    {
        emit ETHBridgeFinalized(from, to, amount, extraData);
    }

    /// @dev Tells of tokens that leave.
    function _emitERC20BridgeInitiated(
        address localToken,
        address remoteToken,
        address from,
        address to,
        uint256 amount,
        bytes memory extraData
    ) internal virtual {
        emit ERC20BridgeInitiated(localToken, remoteToken, from, to, amount, extraData);
    }

    /// @dev Tells of tokens that arrive.
    function _emitERC20BridgeFinalized(
        address localToken,
        address remoteToken,
        address from,
        address to,
        uint256 amount,
        bytes memory extraData
    ) internal virtual {
        emit ERC20BridgeFinalized(localToken, remoteToken, from, to, amount, extraData);
    }

    /// @dev Takes tokens of the caller: all of them, not less a fee.
    function _take(address localToken, address remoteToken, uint256 amount) private {
        IERC20 token = IERC20(localToken);
        uint256 balance = token.balanceOf(address(this));
        token.safeTransferFrom(msg.sender, address(this), amount);
        uint256 moved = _difference(token.balanceOf(address(this)), balance);
        if (moved != amount) revert StandardBridge_WrongAmount(moved, amount);
        deposits[localToken][remoteToken] += amount;
    }

    /// @dev Gives out tokens of a pair. None of another pair may go with them.
    function _give(address localToken, address remoteToken, address to, uint256 amount) private {
        uint256 deposited = deposits[localToken][remoteToken];
        if (deposited < amount) revert StandardBridge_InsufficientDeposits(deposited, amount);
        deposits[localToken][remoteToken] = deposited - amount;

        IERC20 token = IERC20(localToken);
        uint256 balance = token.balanceOf(address(this));
        token.safeTransfer(to, amount);
        uint256 moved = _difference(balance, token.balanceOf(address(this)));
        if (moved > amount) revert StandardBridge_WrongAmount(moved, amount);
    }

    /// @dev Refuses recipients on the other layer from whom nothing comes back.
    function _requireRecipient(address to) private view {
        if (to == address(0) || to == otherBridge() || to == _otherMessenger() || to == _otherDoor()) {
            revert StandardBridge_InvalidRecipient(to);
        }
    }

    /// @dev Whether a token stands for one of the other layer; if so, refuses another one than that. Most tokens do not, and do not say
    ///      what they are either: they are asked once.
    function _isRepresentation(address token, address remoteToken) private view returns (bool) {
        if (!ERC165Checker.supportsERC165(token)) return false;
        address expected;
        if (ERC165Checker.supportsERC165InterfaceUnchecked(token, type(ILegacyMintableERC20).interfaceId)) {
            expected = ILegacyMintableERC20(token).l1Token();
        } else if (ERC165Checker.supportsERC165InterfaceUnchecked(token, type(IOptimismMintableERC20).interfaceId)) {
            expected = IOptimismMintableERC20(token).remoteToken();
        } else {
            return false;
        }
        if (remoteToken != expected) revert StandardBridge_WrongRemoteToken(remoteToken);
        return true;
    }

    /// @dev How much a number exceeds another; zero if it does not.
    function _difference(uint256 minuend, uint256 subtrahend) private pure returns (uint256) {
        return minuend > subtrahend ? minuend - subtrahend : 0;
    }
}
