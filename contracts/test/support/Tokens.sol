// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { ERC20 } from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import { ERC721 } from "@openzeppelin/contracts/token/ERC721/ERC721.sol";
import { IERC165 } from "@openzeppelin/contracts/utils/introspection/IERC165.sol";
import { ILegacyMintableERC20 } from "../../interfaces/bridge/ILegacyMintableERC20.sol";
import { IOptimismMintableERC721 } from "../../interfaces/bridge/IOptimismMintableERC721.sol";

/// @title Token
/// @notice An honest ERC-20 token that anybody may create.
contract Token is ERC20 {
    constructor() ERC20("Token", "TOK") { }

    function mint(address to, uint256 amount) external virtual {
        _mint(to, amount);
    }
}

/// @title FeeToken
/// @notice Keeps one part in a hundred of every transfer, from what arrives.
contract FeeToken is Token {
    function _update(address from, address to, uint256 amount) internal override {
        super._update(from, to, amount);
        if (from != address(0) && to != address(0)) super._update(to, address(0), amount / 100);
    }
}

/// @title GreedyToken
/// @notice Keeps one part in a hundred of every transfer, from what stays with the sender.
contract GreedyToken is Token {
    function _update(address from, address to, uint256 amount) internal override {
        super._update(from, to, amount);
        if (from != address(0) && balanceOf(from) > 0) super._update(from, address(0), amount / 100);
    }
}

/// @title RebasingToken
/// @notice Everybody's balance is multiplied by the same number, which changes.
contract RebasingToken is Token {
    uint256 public percent = 100;

    function setPercent(uint256 percent_) external {
        percent = percent_;
    }

    function balanceOf(address account) public view override returns (uint256) {
        return super.balanceOf(account) * percent / 100;
    }

    function _update(address from, address to, uint256 amount) internal override {
        super._update(from, to, amount * 100 / percent);
    }
}

/// @title LyingToken
/// @notice Says that it moved what it did not.
contract LyingToken is Token {
    function transferFrom(address, address, uint256) public pure override returns (bool) {
        return true;
    }
}

/// @title FalseToken
/// @notice Moves, and says that it did not.
contract FalseToken is Token {
    function transferFrom(address from, address to, uint256 amount) public override returns (bool) {
        return !super.transferFrom(from, to, amount);
    }

    function transfer(address to, uint256 amount) public override returns (bool) {
        return !super.transfer(to, amount);
    }
}

/// @title VoidToken
/// @notice Moves, and says nothing, as the first tokens did.
contract VoidToken {
    mapping(address account => uint256) public balanceOf;
    mapping(address account => mapping(address spender => uint256)) public allowance;

    error VoidToken_Insufficient();

    function mint(address to, uint256 amount) external {
        balanceOf[to] += amount;
    }

    function approve(address spender, uint256 amount) external {
        allowance[msg.sender][spender] = amount;
    }

    function transfer(address to, uint256 amount) external {
        _move(msg.sender, to, amount);
    }

    function transferFrom(address from, address to, uint256 amount) external {
        if (allowance[from][msg.sender] < amount) revert VoidToken_Insufficient();
        allowance[from][msg.sender] -= amount;
        _move(from, to, amount);
    }

    function _move(address from, address to, uint256 amount) private {
        if (balanceOf[from] < amount) revert VoidToken_Insufficient();
        balanceOf[from] -= amount;
        balanceOf[to] += amount;
    }
}

/// @title CallbackToken
/// @notice Tells senders and recipients that are contracts of every transfer (as ERC-777 does), and keeps a fee if told to.
contract CallbackToken is Token {
    uint256 public fee;

    function setFee(uint256 fee_) external {
        fee = fee_;
    }

    function _update(address from, address to, uint256 amount) internal override {
        if (from.code.length > 0) _tell(from, abi.encodeCall(ICallback.tokensToSend, (to, amount)));
        super._update(from, to, amount);
        if (from != address(0) && to != address(0) && fee > 0) super._update(to, address(0), fee);
        if (to.code.length > 0) _tell(to, abi.encodeCall(ICallback.tokensReceived, (from, amount)));
    }

    /// @dev Who does not listen is not told; who refuses stops the transfer.
    function _tell(address account, bytes memory data) private {
        (bool success, bytes memory result) = account.call(data);
        if (!success && result.length > 0) {
            assembly ("memory-safe") {
                revert(add(result, 32), mload(result))
            }
        }
    }
}

/// @title ICallback
/// @notice What a contract hears of a CallbackToken.
interface ICallback {
    function tokensToSend(address to, uint256 amount) external;
    function tokensReceived(address from, uint256 amount) external;
}

/// @title LegacyToken
/// @notice Stands for a token of L1 in the way of before Bedrock.
contract LegacyToken is Token, ILegacyMintableERC20, IERC165 {
    address public immutable l1Token;

    constructor(address l1Token_) {
        l1Token = l1Token_;
    }

    function mint(address to, uint256 amount) external override(Token, ILegacyMintableERC20) {
        _mint(to, amount);
    }

    function burn(address from, uint256 amount) external {
        _burn(from, amount);
    }

    function supportsInterface(bytes4 interfaceId) external pure returns (bool) {
        return interfaceId == type(IERC165).interfaceId || interfaceId == type(ILegacyMintableERC20).interfaceId;
    }
}

/// @title Collection
/// @notice An honest ERC-721 collection that anybody may create tokens of.
contract Collection is ERC721 {
    constructor() ERC721("Collection", "COL") { }

    function mint(address to, uint256 tokenId) external {
        _mint(to, tokenId);
    }
}

/// @title LyingCollection
/// @notice Says that it moved what it did not.
contract LyingCollection is Collection {
    function transferFrom(address, address, uint256) public pure override { }
}

/// @title ForgedCollection
/// @notice A thief's: says on L2 that it stands for a collection of L1, and on L1 that the bridge has whatever token it is asked for.
///         It keeps no account of anything.
contract ForgedCollection is IERC165 {
    address public immutable remoteToken;
    address private immutable _bridgeOnL1;

    constructor(address remoteToken_, address bridgeOnL1) {
        remoteToken = remoteToken_;
        _bridgeOnL1 = bridgeOnL1;
    }

    function transferFrom(address, address, uint256) external pure { }

    function safeMint(address, uint256) external pure { }

    function burn(address, uint256) external pure { }

    /// @dev On L2, whoever asks for the bridge to take a token is its owner.
    function ownerOf(uint256) external view returns (address) {
        return msg.sender == _bridgeOnL1 ? _bridgeOnL1 : tx.origin;
    }

    function supportsInterface(bytes4 interfaceId) external pure returns (bool) {
        return interfaceId == type(IERC165).interfaceId || interfaceId == type(IOptimismMintableERC721).interfaceId;
    }
}
