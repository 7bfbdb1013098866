// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { OptimismMintableERC721 } from "../../src/bridge/OptimismMintableERC721.sol";
import { Collection, ForgedCollection } from "../support/Tokens.sol";
import { Journal } from "./Journal.sol";

/// @title CollectibleTraffic
/// @notice What anybody may do to the bridges of ERC-721 tokens: people and a receiver in bad moods send the tokens of a collection of L1
///         to L2 and back, somebody is taken in by a collection that only says it stands for theirs, its maker would have what is
///         under the honest one, and others would send to L1 what was born on L2.
abstract contract CollectibleTraffic is Journal {
    uint256 private constant TOKENS = 5;

    /// @dev Gas for a token's arrival that is enough for some moods of the receiver.
    uint32 private constant ARRIVAL_GAS = 300_000;

    /// @notice The collection of L1, and the one that stands for it on L2.
    Collection public collection = new Collection();
    OptimismMintableERC721 public collectionTwin;

    /// @notice A thief's: on L2 it says that it stands for the collection of L1, on L1 that it stands for anything.
    ForgedCollection public forged;

    /// @notice A collection of L2 that stands for none.
    Collection public born = new Collection();

    function setUp() public virtual override {
        super.setUp();
        collectionTwin =
            new OptimismMintableERC721(address(l2Erc721Bridge), L1_CHAIN_ID, address(collection), "Twin", "TWN");
        forged = new ForgedCollection(address(collection), address(l1Erc721Bridge));
        for (uint256 id; id < TOKENS; ++id) {
            collection.mint(person(id), id);
            born.mint(twin(id), id);
        }
    }

    /// @notice A token to L2, by its owner; now and then to the thief's collection.
    function bridgeCollectibleToL2(uint256 id, uint256 to, uint256 toReceiver, uint256 trust) external {
        id %= TOKENS;
        address owner = collection.ownerOf(id);
        if (owner == address(l1Erc721Bridge)) return;
        _meter();
        address remote = trust % 8 == 0 ? address(forged) : address(collectionTwin);
        vm.startPrank(owner);
        collection.approve(address(l1Erc721Bridge), id);
        l1Erc721Bridge.bridgeERC721To(
            address(collection), remote, toReceiver % 2 == 0 ? address(receiver) : twin(to), id, ARRIVAL_GAS, ""
        );
        vm.stopPrank();
        _noteCollectible(false, false);
        _did("collectible to L2");
    }

    /// @notice A token back to L1, by its owner.
    function bridgeCollectibleToL1(uint256 id, uint256 to, uint256 toReceiver) external {
        id %= TOKENS;
        address owner = ownerOnL2(id);
        if (!_hasRoomForRare() || owner == address(0)) return;
        vm.prank(owner);
        l2Erc721Bridge.bridgeERC721To(
            address(collectionTwin),
            address(collection),
            toReceiver % 2 == 0 ? address(receiver) : person(to),
            id,
            ARRIVAL_GAS,
            ""
        );
        _noteCollectible(true, false);
        _did("collectible to L1");
    }

    /// @notice A thief sends the forged collection's token as if it were the real one's.
    function stealCollectible(uint256 who, uint256 id, uint256 onL1) external {
        id %= TOKENS;
        if (onL1 % 2 == 0) {
            _meter();
            vm.prank(person(who));
            l1Erc721Bridge.bridgeERC721To(address(forged), address(collectionTwin), twin(who), id, ARRIVAL_GAS, "");
        } else {
            if (!_hasRoomForRare()) return;
            vm.prank(twin(who), twin(who));
            l2Erc721Bridge.bridgeERC721To(address(forged), address(collection), person(who), id, ARRIVAL_GAS, "");
        }
        _noteCollectible(onL1 % 2 == 1, true);
        _did("theft of a collectible");
    }

    /// @notice Somebody would send to L1 what was born on L2: refused where it is.
    function exportCollectible(uint256 id, uint256 remote) external {
        id %= TOKENS;
        address owner = born.ownerOf(id);
        vm.startPrank(owner);
        born.approve(address(l2Erc721Bridge), id);
        try l2Erc721Bridge.bridgeERC721To(
            address(born), remote % 2 == 0 ? address(collection) : address(forged), owner, id, ARRIVAL_GAS, ""
        ) {
            revert("a token of L2 was sent to L1");
        } catch { }
        vm.stopPrank();
        require(born.ownerOf(id) == owner, "a token of L2 changed hands");
        _did("export of a collectible");
    }

    /// @notice How many tokens there are.
    function collectibles() external pure returns (uint256) {
        return TOKENS;
    }

    /// @notice Who has a token on L2; nobody if it is not there.
    function ownerOnL2(uint256 id) public view returns (address owner) {
        try collectionTwin.ownerOf(id) returns (address owner_) {
            owner = owner_;
        } catch { }
    }

    /// @notice In how many places a token is: with somebody on L1, with somebody on L2, with the forger. Each on L2 has the bridge's word.
    function placesOf(uint256 id) external view returns (uint256 places) {
        bool isKept = collection.ownerOf(id) == address(l1Erc721Bridge);
        bool isForTwin = l1Erc721Bridge.deposits(address(collection), address(collectionTwin), id);
        bool isForForged = l1Erc721Bridge.deposits(address(collection), address(forged), id);
        require(!isForTwin || !isForForged, "a token was deposited twice");
        require(isKept == (isForTwin || isForForged), "a token is kept for nobody, or owed without being kept");
        bool isOnL2 = ownerOnL2(id) != address(0);
        require(!isOnL2 || isForTwin, "a token on L2 has none behind it");
        if (!isKept) ++places;
        if (isForForged) ++places;
        if (isOnL2) ++places;
    }

    function _noteCollectible(bool toL1, bool isTheft) private {
        _noteBridged(toL1);
        Message storage message = _messages[_messages.length - 1];
        message.isCollectible = true;
        message.isTheft = isTheft;
    }
}
