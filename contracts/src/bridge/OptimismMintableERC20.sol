// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { ERC20 } from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import { ERC20Permit } from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import { IERC165 } from "@openzeppelin/contracts/utils/introspection/IERC165.sol";
import { ILegacyMintableERC20 } from "../../interfaces/bridge/ILegacyMintableERC20.sol";
import { IOptimismMintableERC20 } from "../../interfaces/bridge/IOptimismMintableERC20.sol";

/// @title OptimismMintableERC20
/// @notice Stands for an ERC-20 token of the other layer. Not upgradeable.
contract OptimismMintableERC20 is IOptimismMintableERC20, ILegacyMintableERC20, ERC20Permit, IERC165 {
    /// @notice Tokens were created by the bridge.
    event Mint(address indexed account, uint256 amount);

    /// @notice Tokens were destroyed by the bridge.
    event Burn(address indexed account, uint256 amount);

    /// @notice The caller is not the bridge.
    error OptimismMintableERC20_OnlyBridge();

    /// @notice Semantic version of this interface.
    string public constant version = "1.4.0";

    /// @notice May move everybody's tokens, as it asks for a signature of its own (specs: protocol/preinstalls.md).
    address public constant PERMIT2 = 0x000000000022D473030F116dDEE9F6B43aC78BA3;

    /// @notice Legacy spelling of `remoteToken`.
    address public immutable REMOTE_TOKEN;

    /// @notice Legacy spelling of `bridge`.
    address public immutable BRIDGE;

    /// @dev See `decimals`.
    uint8 private immutable _decimals;

    /// @dev Lets the bridge pass.
    modifier onlyBridge() {
        if (msg.sender != BRIDGE) revert OptimismMintableERC20_OnlyBridge();
        _;
    }

    /// @param bridge_      Who mints and burns.
    /// @param remoteToken_ The token of the other layer.
    /// @param name_        The name.
    /// @param symbol_      The symbol.
    /// @param decimals_    The decimals: those of the other token.
    constructor(address bridge_, address remoteToken_, string memory name_, string memory symbol_, uint8 decimals_)
        ERC20(name_, symbol_)
        ERC20Permit(name_)
    {
        REMOTE_TOKEN = remoteToken_;
        BRIDGE = bridge_;
        _decimals = decimals_;
    }

    /// @inheritdoc IOptimismMintableERC20
    function mint(address to, uint256 amount)
        external
        override(IOptimismMintableERC20, ILegacyMintableERC20)
        onlyBridge
    {
        _mint(to, amount);
        emit Mint(to, amount);
    }

    /// @inheritdoc IOptimismMintableERC20
    function burn(address from, uint256 amount)
        external
        override(IOptimismMintableERC20, ILegacyMintableERC20)
        onlyBridge
    {
        _burn(from, amount);
        emit Burn(from, amount);
    }

    /// @inheritdoc IOptimismMintableERC20
    function remoteToken() external view returns (address) {
        return REMOTE_TOKEN;
    }

    /// @inheritdoc IOptimismMintableERC20
    function bridge() external view returns (address) {
        return BRIDGE;
    }

    /// @inheritdoc ILegacyMintableERC20
    function l1Token() external view returns (address) {
        return REMOTE_TOKEN;
    }

    /// @notice `bridge` under its old name.
    function l2Bridge() external view returns (address) {
        return BRIDGE;
    }

    /// @inheritdoc IERC165
    function supportsInterface(bytes4 interfaceId) external pure returns (bool) {
        return interfaceId == type(IERC165).interfaceId || interfaceId == type(IOptimismMintableERC20).interfaceId
            || interfaceId == type(ILegacyMintableERC20).interfaceId;
    }

    /// @inheritdoc ERC20
    function allowance(address owner, address spender) public view override returns (uint256) {
        return spender == PERMIT2 ? type(uint256).max : super.allowance(owner, spender);
    }

    /// @inheritdoc ERC20
    function decimals() public view override returns (uint8) {
        return _decimals;
    }
}
