// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { ICrossDomainMessenger } from "../../interfaces/bridge/ICrossDomainMessenger.sol";
import { OptimismMintableERC20 } from "../../src/bridge/OptimismMintableERC20.sol";
import { OptimismPortal } from "../../src/L1/OptimismPortal.sol";
import { AddressAliasHelper } from "../../src/libraries/AddressAliasHelper.sol";
import { OutputRootProof } from "../../src/types/OutputRootProof.sol";
import { WithdrawalTransaction } from "../../src/types/WithdrawalTransaction.sol";
import { Receiver } from "../support/Receiver.sol";
import { Token } from "../support/Tokens.sol";
import { TrieBuilder } from "../support/TrieBuilder.sol";
import { CollectibleTraffic } from "./CollectibleTraffic.sol";
import { FeeTraffic } from "./FeeTraffic.sol";

/// @title Traffic
/// @notice Everything that anybody may do to the bridge, one function each, in any order and with any arguments: people who send
///         both ways, receivers in bad moods, a proposer that also lies, a challenger that acts at the last moment, a guardian, an
///         owner that upgrades, thieves. No function ever reverts: one that does has found a fault.
contract Traffic is CollectibleTraffic, FeeTraffic {
    uint256 private constant VALUE_MAX = 10 ether;

    /// @dev A gas limit that is enough for the receiver, if it wants to.
    uint256 private constant ENOUGH_GAS = 400_000;

    /// @notice The tokens: one of L1 with a twin on L2, and the other way round.
    Token public l1Token = new Token();
    Token public l2Token = new Token();
    OptimismMintableERC20 public l1Twin;
    OptimismMintableERC20 public l2Twin;

    /// @notice Ether that came into the portal, and ether that finalized withdrawals took out.
    uint256 public portalIn;
    uint256 public portalOut;

    /// @notice Ether that L2 was made to hold.
    uint256 public minted;

    /// @dev Which message some calldata is of, and one.
    mapping(bytes32 dataHash => uint256 idAndOne) private _numbers;
    WithdrawalTransaction private _loot;
    uint256 private _initialEther;
    bool private _paused;
    OptimismPortal private _nextImplementation = new OptimismPortal();
    bool private _isUpgraded;

    function setUp() public override(CollectibleTraffic, FeeTraffic) {
        super.setUp();
        l2Twin = new OptimismMintableERC20(address(l2Bridge), address(l1Token), "L1 token on L2", "L1T", 18);
        l1Twin = new OptimismMintableERC20(address(l1Bridge), address(l2Token), "L2 token on L1", "L2T", 18);
        for (uint256 i; i < PEOPLE; ++i) {
            vm.deal(person(i), 1_000_000 ether);
            l1Token.mint(person(i), 1e30);
            l2Token.mint(twin(i), 1e30);
            vm.prank(person(i));
            l1Token.approve(address(l1Bridge), type(uint256).max);
            vm.prank(twin(i));
            l2Token.approve(address(l2Bridge), type(uint256).max);
        }
        vm.deal(address(portal), 0);
        vm.deal(ALICE, 0);
        // Gas of L2 is paid by burning little of L1's: that takes time.
        vm.fee(1000 gwei);
        _loot = withdrawalTo(BOB, type(uint64).max);
        _loot.value = 1 ether;
        _initialEther = etherEverywhere();
        _collect();
    }

    // People.

    /// @notice Ether to an account on L2, straight through the portal.
    function depositEther(uint256 who, uint256 to, uint256 mint, uint256 value) external {
        mint = mint % VALUE_MAX;
        value = value % (mint + 1);
        _meter();
        vm.prank(person(who), person(who));
        portal.depositTransaction{ value: mint }(twin(to), value, 100_000, false, "");
        _collect();
        portalIn += mint;
        _did("deposit");
    }

    /// @notice A message to L2.
    function sendToL2(uint256 who, uint256 value, uint256 minGasLimit) external {
        _meter();
        _sendMessage(person(who), value % VALUE_MAX, minGasLimit, false);
        portalIn += _messages[_messages.length - 1].value;
        _did("message to L2");
    }

    /// @notice A message to L1.
    function sendToL1(uint256 who, uint256 value, uint256 minGasLimit) external {
        if (!_hasRoom()) return;
        _sendMessage(twin(who), _affordable(who, value), minGasLimit, true);
        _did("message to L1");
    }

    /// @notice Ether to L2, through the bridge.
    function bridgeEtherToL2(uint256 who, uint256 to, uint256 value, uint256 toReceiver) external {
        _meter();
        value %= VALUE_MAX;
        vm.prank(person(who), person(who));
        l1Bridge.bridgeETHTo{ value: value }(toReceiver % 2 == 0 ? address(receiver) : twin(to), 200_000, "");
        _noteBridged(false);
        portalIn += value;
        _did("ether bridged to L2");
    }

    /// @notice Ether to L1, through the bridge.
    function bridgeEtherToL1(uint256 who, uint256 to, uint256 value, uint256 toReceiver) external {
        if (!_hasRoom()) return;
        value = _affordable(who, value);
        vm.prank(twin(who), twin(who));
        l2Bridge.bridgeETHTo{ value: value }(toReceiver % 2 == 0 ? address(receiver) : person(to), 200_000, "");
        _noteBridged(true);
        _did("ether bridged to L1");
    }

    /// @notice Tokens to L2: of L1, or back to where they are from.
    function bridgeTokensToL2(uint256 who, uint256 amount, uint256 home) external {
        _meter();
        address local = home % 2 == 0 ? address(l1Twin) : address(l1Token);
        address remote = home % 2 == 0 ? address(l2Token) : address(l2Twin);
        amount %= Token(local).balanceOf(person(who)) + 1;
        vm.prank(person(who), person(who));
        l1Bridge.bridgeERC20To(local, remote, twin(who), amount, 200_000, "");
        _noteBridged(false);
        _did("tokens bridged to L2");
    }

    /// @notice Tokens to L1: of L2, or back to where they are from.
    function bridgeTokensToL1(uint256 who, uint256 amount, uint256 home) external {
        if (!_hasRoom()) return;
        address local = home % 2 == 0 ? address(l2Twin) : address(l2Token);
        address remote = home % 2 == 0 ? address(l1Token) : address(l1Twin);
        amount %= Token(local).balanceOf(twin(who)) + 1;
        vm.prank(twin(who), twin(who));
        l2Bridge.bridgeERC20To(local, remote, person(who), amount, 200_000, "");
        _noteBridged(true);
        _did("tokens bridged to L1");
    }

    /// @notice A withdrawal without messenger.
    function withdraw(uint256 who, uint256 value, uint256 gasLimit) external {
        if (!_hasRoom()) return;
        uint256 id = _messages.length;
        _messages.push();
        _messages[id].value = value = _affordable(who, value);
        _messages[id].hasEnoughGas = gasLimit % 1_000_000 >= ENOUGH_GAS;
        bytes memory data = abi.encodeCall(Receiver.take, (id, address(0)));
        _numbers[keccak256(data)] = id + 1;
        vm.prank(twin(who), twin(who));
        passer.initiateWithdrawal{ value: value }(address(receiver), gasLimit % 1_000_000, data);
        _collect();
        _did("withdrawal");
    }

    // The way between the layers.

    /// @notice L2 executes some deposits.
    function relay(uint256 count) external {
        for (count = count % 4; count > 0 && _deposits.length > 0; --count) {
            _relay();
        }
    }

    /// @notice Somebody proves a withdrawal by a claim.
    function proveOutput(uint256 who, uint256 which, uint256 index) external {
        if (_withdrawals.length == 0 || _claims.length == 0) return;
        _prove(person(who), which % _withdrawals.length, index % _claims.length);
    }

    /// @notice Somebody proves and waits: the way that most withdrawals go.
    function proveAndWait(uint256 who, uint256 which) external {
        if (_withdrawals.length == 0) return;
        _propose();
        _prove(person(who), which % _withdrawals.length, _claims.length - 1);
        _pass(PERIOD + 1);
    }

    /// @notice Somebody finalizes a withdrawal, with any amount of gas.
    function finalizeWithdrawal(uint256 who, uint256 which, uint256 gas) external {
        if (_withdrawals.length == 0) return;
        _finalize(person(who), which % _withdrawals.length, 60_000 + gas % 1_500_000);
    }

    /// @notice Somebody replays a message, failed or not.
    function replay(uint256 who, uint256 which, uint256 gas) external {
        if (_messages.length == 0) return;
        which %= _messages.length;
        _replay(person(who), which, 60_000 + gas % 1_500_000);
        _replay(person(who), _nextFailed(which), 60_000 + gas % 1_500_000);
    }

    /// @notice The receiver changes.
    function setMood(uint256 mood, uint256 which) external {
        receiver.setMood(Receiver.Mood(mood % 5));
        if (_messages.length == 0) return;
        Message storage message = _messages[which % _messages.length];
        if (message.replayable) receiver.setReentry(_messenger(message.toL1), message.encoded);
    }

    // The roles.

    /// @notice The proposer proposes what is.
    function proposeOutput() external {
        _propose();
    }

    /// @notice The proposer proposes that L2 was asked for what it was not.
    function proposeLoot() external {
        _makeWay(INTERVAL * BLOCK_TIME + 1);
        _proposeClaim(true);
        _did("wrong proposal");
    }

    /// @notice The challenger deletes what is wrong.
    function challenge() external {
        _challenge();
    }

    /// @notice Time passes.
    function wait(uint256 time) external {
        _pass(time % (2 * PERIOD));
    }

    /// @notice The guardian pauses or lifts the pause.
    function pause(uint256 seed) external {
        bool wanted = seed % 4 == 0;
        vm.startPrank(BOB);
        if (wanted && !_paused) superchain.pause(address(0));
        if (!wanted && _paused) superchain.unpause(address(0));
        vm.stopPrank();
        _paused = wanted;
        _did(wanted ? bytes32("pause") : bytes32("unpause"));
    }

    /// @notice The owner upgrades the portal, and nobody can initialize it again.
    function upgrade() external {
        _isUpgraded = !_isUpgraded;
        address next = _isUpgraded ? address(_nextImplementation) : address(implementation);
        vm.prank(ADMIN_OWNER);
        proxyAdmin.upgrade(payable(address(portal)), next);
        vm.prank(ADMIN_OWNER);
        try portal.initialize(address(this), address(this)) {
            revert("the portal was initialized again");
        } catch { }
        _did("upgrade");
    }

    // Thieves.

    /// @notice Proves by a wrong claim what L2 was not asked for. The claim falls before it is final.
    function proveLoot(uint256 who) external {
        uint256 index;
        while (index < _claims.length && !_claims[index].forged) ++index;
        if (index == _claims.length) return;
        (OutputRootProof memory root, bytes[] memory proof) = _proofFrom(index, _loot);
        vm.prank(person(who));
        try portal.proveWithdrawalTransaction(_loot, index, root, proof) {
            _did("loot proven");
        } catch { }
    }

    /// @notice Finalizes what L2 was not asked for.
    function finalizeLoot(uint256 who) external {
        vm.prank(person(who));
        try portal.finalizeWithdrawalTransaction(_loot) {
            revert("what nobody asked for was finalized");
        } catch { }
    }

    /// @notice Proves, by a claim that is right, a withdrawal that was bent, or a right one with a bent proof.
    function forge(uint256 which, uint256 bend) external {
        if (_withdrawals.length == 0 || _claims.length == 0) return;
        which %= _withdrawals.length;
        uint256 index = _claims.length - 1;
        if (_claims[index].withdrawals <= which) return;
        WithdrawalTransaction memory withdrawal = _withdrawals[which];
        (OutputRootProof memory root, bytes[] memory proof) = _proofFrom(index, withdrawal);
        _bend(withdrawal, proof, bend);
        try portal.proveWithdrawalTransaction(withdrawal, index, root, proof) {
            revert("a forged proof was taken");
        } catch {
            _did("forgery");
        }
    }

    /// @notice Finalizes, with as little gas as might do, a withdrawal that was promised more than enough.
    function starve(uint256 who, uint256 which, uint256 gas) external {
        receiver.setMood(Receiver.Mood.Work);
        for (uint256 i; i < _withdrawals.length; ++i) {
            uint256 candidate = (which % _withdrawals.length + i) % _withdrawals.length;
            uint256 number = _numbers[keccak256(_withdrawals[candidate].data)];
            if (number == 0 || !_messages[number - 1].hasEnoughGas) continue;
            _finalize(person(who), candidate, 200_000 + gas % 300_000);
            _did("starvation");
        }
    }

    /// @notice Calls what only the other layer may call.
    function impersonate(uint256 who, uint256 value) external {
        address thief = person(who);
        bytes memory message = abi.encodeCall(Receiver.take, (type(uint256).max, address(0)));
        for (uint256 i; i < 2; ++i) {
            ICrossDomainMessenger messenger = i == 0 ? ICrossDomainMessenger(l1Messenger) : l2Messenger;
            vm.prank(thief);
            try messenger.relayMessage(
                uint256(1) << 240 | value, messenger.otherMessenger(), address(receiver), 0, 0, message
            ) {
                revert("a message that nobody sent was relayed");
            } catch { }
        }
    }

    // The end.

    /// @notice Everything that is on its way arrives: everybody is in a good mood, honest and patient.
    function settle() external {
        receiver.setMood(Receiver.Mood.Accept);
        this.pause(1);
        while (_deposits.length > 0) {
            _relay();
        }
        _challenge();
        _propose();
        for (uint256 i; i < _withdrawals.length; ++i) {
            _prove(ALICE, i, _claims.length - 1);
        }
        _pass(PERIOD + 1);
        for (uint256 i; i < _withdrawals.length; ++i) {
            _finalize(ALICE, i, 2_000_000);
        }
        for (uint256 i; i < _messages.length; ++i) {
            _replay(ALICE, i, 2_000_000);
        }
    }

    // What the invariants read.

    /// @notice The contracts that hold something.
    function contracts()
        external
        view
        returns (address portal_, address l1Bridge_, address l2Bridge_, address l1Messenger_, address l2Messenger_)
    {
        return (address(portal), address(l1Bridge), address(l2Bridge), address(l1Messenger), address(l2Messenger));
    }

    /// @notice Ether that L2 was asked to send to L1, and that which has not arrived.
    function etherWithdrawn() external view returns (uint256 asked, uint256 held) {
        for (uint256 i; i < _withdrawals.length; ++i) {
            asked += _withdrawals[i].value;
        }
        held = address(passer).balance;
    }

    /// @notice Ether of deposits that L2 has not executed.
    function etherPending() external view returns (uint256 amount) {
        for (uint256 i; i < _deposits.length; ++i) {
            amount += _deposits[i].mint;
        }
    }

    /// @notice Whether the ether of both layers is where somebody can have it.
    function etherEverywhere() public view returns (uint256 total) {
        for (uint256 i; i < PEOPLE; ++i) {
            total += person(i).balance + twin(i).balance;
        }
        total += address(portal).balance + address(passer).balance + address(receiver).balance;
        total += address(l1Messenger).balance + address(l2Messenger).balance;
        total += address(l1Bridge).balance + address(l2Bridge).balance;
        total += fees();
        total += AddressAliasHelper.applyL1ToL2Alias(address(l1Messenger)).balance;
    }

    /// @notice The ether that there must be: what there was, and what L2 was made to hold.
    function etherExpected() external view returns (uint256) {
        return _initialEther + minted;
    }

    function _messenger(bool onL1) private view returns (address) {
        return onL1 ? address(l1Messenger) : address(l2Messenger);
    }

    /// @dev Some of what somebody has on L2.
    function _affordable(uint256 who, uint256 value) private view returns (uint256) {
        return value % (twin(who).balance + 1);
    }

    function _sendMessage(address sender, uint256 value, uint256 seed, bool toL1) private {
        ICrossDomainMessenger from = ICrossDomainMessenger(_messenger(!toL1));
        uint32 minGasLimit = uint32(seed % 1_000_000);
        bytes memory data = abi.encodeCall(Receiver.take, (_messages.length, _messenger(toL1)));
        Message storage sent_ = _messages.push();
        (sent_.sender, sent_.value, sent_.replayable, sent_.toL1) = (sender, value, true, toL1);
        sent_.hasEnoughGas = minGasLimit >= ENOUGH_GAS;
        sent_.encoded = abi.encodeCall(
            ICrossDomainMessenger.relayMessage,
            (from.messageNonce(), sender, address(receiver), value, minGasLimit, data)
        );
        _numbers[keccak256(sent_.encoded)] = _messages.length;
        vm.prank(sender, sender);
        from.sendMessage{ value: value }(address(receiver), data, minGasLimit);
        _collect();
    }

    function _relay() private {
        Deposit memory entry = _deposits[0];
        uint256 balance = entry.from.balance;
        bool success = relayDeposit();
        _collect();
        minted += entry.mint;
        uint256 left = entry.from.balance - balance;
        // A message arrives, and fails at the worst; else its ether would be where nobody has a key.
        if (entry.to == address(l2Messenger)) require(success && left == 0, "a message was lost on its way to L2");
        _requireGasWasKept(entry.data);
        vm.deal(entry.from, balance);
        vm.deal(twin(uint160(entry.from)), twin(uint160(entry.from)).balance + left);
        _did("relay");
    }

    function _propose() private {
        _makeWay(INTERVAL * BLOCK_TIME + 1);
        _proposeClaim(false);
        _did("proposal");
    }

    function _proposeClaim(bool withLoot) private {
        _claims.push(Claim(_withdrawals.length, withLoot, 0, 0));
        Claim storage claim = _claims[_claims.length - 1];
        claim.root = TrieBuilder.root(_leaves(claim));
        propose(_rootProof(claim).outputRoot());
        claim.timestamp = block.timestamp;
    }

    /// @dev What a claim commits to, and a proof from it.
    function _proofFrom(uint256 index, WithdrawalTransaction memory withdrawal)
        private
        view
        returns (OutputRootProof memory root, bytes[] memory proof)
    {
        Claim storage claim = _claims[index];
        return (_rootProof(claim), TrieBuilder.prove(_leaves(claim), _leaf(withdrawal)));
    }

    function _leaves(Claim storage claim) private view returns (bytes32[] memory leaves) {
        uint256 count = claim.withdrawals;
        leaves = new bytes32[](count + (claim.forged ? 1 : 0));
        for (uint256 i; i < count; ++i) {
            leaves[i] = sent[i];
        }
        if (leaves.length > count) leaves[count] = _leaf(_loot);
    }

    /// @dev Where a withdrawal is in the passer's trie.
    function _leaf(WithdrawalTransaction memory withdrawal) private pure returns (bytes32) {
        bytes32 slot = keccak256(abi.encode(withdrawal.withdrawalHash(), uint256(0)));
        return keccak256(abi.encode(slot));
    }

    function _rootProof(Claim storage claim) private view returns (OutputRootProof memory root) {
        root.stateRoot = keccak256("state");
        root.messagePasserStorageRoot = claim.root;
        root.latestBlockhash = keccak256(abi.encode(claim.withdrawals));
    }

    function _prove(address who, uint256 which, uint256 index) private {
        if (_claims[index].root == TrieBuilder.EMPTY_ROOT) return;
        WithdrawalTransaction memory withdrawal = _withdrawals[which];
        (OutputRootProof memory root, bytes[] memory proof) = _proofFrom(index, withdrawal);
        vm.prank(who);
        try portal.proveWithdrawalTransaction(withdrawal, index, root, proof) {
            require(!_paused, "a withdrawal was proven in a pause");
            require(which < _claims[index].withdrawals, "a withdrawal was proven by a claim from before it");
            _did("proof");
        } catch { }
    }

    function _finalize(address who, uint256 which, uint256 gas) private {
        WithdrawalTransaction memory withdrawal = _withdrawals[which];
        bytes32 hash = withdrawal.withdrawalHash();
        bool done = portal.finalizedWithdrawals(hash);
        uint256 balance = address(portal).balance;
        vm.prank(who);
        try portal.finalizeWithdrawalTransaction{ gas: gas }(withdrawal) {
            require(!done, "a withdrawal was finalized twice");
            require(!_paused, "a withdrawal was finalized in a pause");
            uint256 paid = balance - address(portal).balance;
            require(paid == withdrawal.value || paid == 0, "a withdrawal took another amount");
            // A message arrives, and fails at the worst: whoever finalized, and with whatever gas.
            if (withdrawal.target == address(l1Messenger)) {
                require(_isKnown(withdrawal.data), "a message was lost on its way to L1");
                require(paid == withdrawal.value, "a message lost its ether");
            }
            require(paid == withdrawal.value || !_isOfFees(withdrawal.sender), "fees were lost on their way to L1");
            _requireGasWasKept(withdrawal.data);
            portalOut += paid;
            _did("finalization");
            _collect();
        } catch {
            require(portal.finalizedWithdrawals(hash) == done, "a withdrawal was lost");
        }
    }

    /// @dev Whoever relayed, and with whatever gas: a receiver that would take a message had the gas that the sender asked for.
    function _requireGasWasKept(bytes memory data) private view {
        uint256 number = _numbers[keccak256(data)];
        if (number == 0 || !_messages[number - 1].hasEnoughGas) return;
        Receiver.Mood mood = receiver.mood();
        if (mood != Receiver.Mood.Accept && mood != Receiver.Mood.Work) return;
        require(receiver.calls(number - 1) == 1, "a call did not get the gas that it was promised");
    }

    /// @dev Whether L1's messenger knows what became of a message.
    function _isKnown(bytes memory encoded) private view returns (bool) {
        bytes32 hash = keccak256(encoded);
        return l1Messenger.successfulMessages(hash) || l1Messenger.failedMessages(hash);
    }

    /// @dev The first message after one, or itself, that has failed and not been replayed.
    function _nextFailed(uint256 which) private view returns (uint256) {
        for (uint256 i; i < _messages.length; ++i) {
            uint256 candidate = (which + i) % _messages.length;
            ICrossDomainMessenger messenger = ICrossDomainMessenger(_messenger(_messages[candidate].toL1));
            bytes32 hash = keccak256(_messages[candidate].encoded);
            if (messenger.failedMessages(hash) && !messenger.successfulMessages(hash)) return candidate;
        }
        return which;
    }

    function _replay(address who, uint256 which, uint256 gas) private {
        Message storage replayed = _messages[which];
        if (!replayed.replayable) return;
        ICrossDomainMessenger messenger = ICrossDomainMessenger(_messenger(replayed.toL1));
        bytes32 hash = keccak256(replayed.encoded);
        bool done = messenger.successfulMessages(hash);
        bool failed = messenger.failedMessages(hash);
        vm.prank(who, who);
        (bool success,) = address(messenger).call{ gas: gas }(replayed.encoded);
        if (success) {
            require(failed && !done, "a message was replayed that had not failed");
            require(!_paused || !replayed.toL1, "a message was replayed in a pause");
            _did(replayed.isCollectible ? bytes32("replay of a collectible") : bytes32("replay"));
        }
        _collect();
    }

    /// @dev Changes one thing in a withdrawal or in its proof.
    function _bend(WithdrawalTransaction memory withdrawal, bytes[] memory proof, uint256 bend) private pure {
        uint256 way = bend % 7;
        bend = bend / 7;
        if (way == 0) withdrawal.value += 1 + bend % 1 ether;
        if (way == 1) withdrawal.target = address(uint160(withdrawal.target) ^ uint160(1 + bend % 1000));
        if (way == 2) withdrawal.sender = address(uint160(withdrawal.sender) ^ uint160(1 + bend % 1000));
        if (way == 3) withdrawal.nonce ^= 1 + bend % 1000;
        if (way == 4) withdrawal.data = bytes.concat(withdrawal.data, bytes1(uint8(bend)));
        if (way == 5) withdrawal.gasLimit += 1 + bend % 1000;
        bytes memory node = proof[bend % proof.length];
        if (way == 6) node[bend % node.length] ^= bytes1(uint8(1 + bend % 255));
    }
}
