// @eth-optimism/sdk, which many applications still use, through the whole life of ether, tokens and messages: every status that it tells.

import { ethers } from 'ethers'

import { TOKEN_FACTORY, refusal } from '../harness/bridge.mjs'
import { assert, assertEqual, suite } from '../harness/checks.mjs'
import { compile } from '../harness/compile.mjs'
import { MessageDirection, MessageReceiptStatus, MessageStatus, PATIENCE, User } from '../harness/sdk.mjs'
import { startDevnet } from '../harness/tandem.mjs'

const { parseEther } = ethers.utils

const PERIOD_S = 6

const MULTICALL = '0xca11bde05977b3631167028862be2a173976ca11'
const MULTICALL_ABI = [
  'function aggregate3Value(tuple(address target, bool allowFailure, uint256 value, bytes callData)[] calls) payable returns (tuple(bool success, bytes returnData)[])',
]
const FACTORY_ABI = [
  'function createStandardL2Token(address remoteToken, string name, string symbol) returns (address)',
  'event StandardL2TokenCreated(address indexed remoteToken, address indexed localToken)',
]

const token = compile('Token')
const door = compile('Door')

await suite('sdk', { deadline_s: 240 }, async (check) => {
  const devnet = await startDevnet({ args: ['--l1-block-time', '1', '--finalization-period', String(PERIOD_S)] })
  const as = (index) => new User(devnet, index)

  await check('it knows the contracts: no dispute games, the period, the versions', async () => {
    const { messenger } = as(0)
    assertEqual(await messenger.fpac(), false, 'dispute games')
    assertEqual(await messenger.getChallengePeriodSeconds(), PERIOD_S, 'period')
  })
  await Promise.all([
    check('ether to L2: unconfirmed, then relayed, with its receipt', () => etherToL2(as(0))),
    check('ether to L1: every status in its order', () => etherToL1(as(1))),
    check('a token goes to L2 and back', () => tokenBothWays(as(2))),
    check('a message to L2 that fails is resent there', () => resentOnL2(as(3))),
    check('a message to L1 that fails is ready again, and finalized a second time', () => resentOnL1(as(4))),
    check('several messages of one transaction, by their index', () => severalAtOnce(as(5))),
  ])
})

async function etherToL2(user) {
  const { messenger, l2, address } = user
  const recipient = '0x00000000000000000000000000000000e0000001'
  const deposit = await messenger.depositETH(parseEther('2'), { recipient })
  const receipt = await deposit.wait()
  const wait = await messenger.estimateMessageWaitTimeSeconds(receipt)
  assertEqual(wait, 0, 'seconds to wait for')
  const relayed = await messenger.waitForMessageReceipt(receipt, PATIENCE)
  assertEqual(relayed.receiptStatus, MessageReceiptStatus.RELAYED_SUCCEEDED, 'status of the receipt')
  assertEqual(await user.status(receipt), 'RELAYED', 'status')
  assertEqual(await l2.provider.getBalance(recipient), parseEther('2'), 'balance on L2')
  const [found] = await messenger.getDepositsByAddress(address)
  assertEqual(`${found.to} ${found.amount}`, `${recipient} ${parseEther('2')}`, 'deposit by address')
}

async function etherToL1(user) {
  const { messenger, l1 } = user
  const recipient = '0x00000000000000000000000000000000e0000002'
  const sent = await messenger.withdrawETH(parseEther('0.25'), { recipient })
  await sent.wait()
  const seen = [await user.status(sent)]
  assertEqual(await messenger.estimateMessageWaitTimeSeconds(sent), PERIOD_S, 'seconds to wait for')
  seen.push(await user.reaches(sent, MessageStatus.READY_TO_PROVE))
  await (await messenger.proveMessage(sent)).wait()
  seen.push(await user.status(sent))
  const early = await refusal('finalizing early', messenger.finalizeMessage(sent))
  assert(/execution reverted/.test(early), `finalizing early says: ${early}`)
  seen.push(await user.reaches(sent, MessageStatus.READY_FOR_RELAY))
  await (await messenger.finalizeMessage(sent)).wait()
  seen.push(await user.status(sent))
  const order = ['STATE_ROOT_NOT_PUBLISHED', 'READY_TO_PROVE', 'IN_CHALLENGE_PERIOD', 'READY_FOR_RELAY', 'RELAYED']
  assertEqual(seen.join(', '), order.join(', '), 'statuses')
  assertEqual(await l1.provider.getBalance(recipient), parseEther('0.25'), 'balance on L1')
  const receipt = await messenger.getMessageReceipt(sent)
  assertEqual(receipt.receiptStatus, MessageReceiptStatus.RELAYED_SUCCEEDED, 'status of the receipt')
  const [found] = await messenger.getWithdrawalsByAddress(user.address)
  assertEqual(await user.status(found), 'RELAYED', 'status of what is found by address')
}

async function tokenBothWays(user) {
  const { messenger, l1, l2, address } = user
  const l1Token = await deployed(new ethers.ContractFactory(token.abi, token.bytecode, l1))
  const factory = new ethers.Contract(TOKEN_FACTORY, FACTORY_ABI, l2)
  const created = await (await factory.createStandardL2Token(l1Token.address, 'Twin', 'TWN')).wait()
  const twin = created.events.find(({ event }) => event === 'StandardL2TokenCreated').args.localToken
  const amount = parseEther('40')
  await (await messenger.approveERC20(l1Token.address, twin, amount)).wait()
  assertEqual(await messenger.approval(l1Token.address, twin), amount, 'approval')
  const deposit = await messenger.depositERC20(l1Token.address, twin, amount)
  assertEqual(await user.reaches(deposit, MessageStatus.RELAYED), 'RELAYED', 'status of the deposit')
  const onL2 = new ethers.Contract(twin, token.abi, l2)
  assertEqual(await onL2.balanceOf(address), amount, 'twins')

  const recipient = '0x00000000000000000000000000000000e0000003'
  const withdrawal = await messenger.withdrawERC20(l1Token.address, twin, amount.div(4), { recipient })
  await user.bringHome(withdrawal)
  assertEqual(await user.status(withdrawal), 'RELAYED', 'status of the withdrawal')
  assertEqual(await l1Token.balanceOf(recipient), amount.div(4), 'tokens')
  const [found] = await messenger.getWithdrawalsByAddress(address)
  assertEqual(`${found.l1Token} ${found.amount}`, `${l1Token.address} ${amount.div(4)}`, 'withdrawal by address')
  const [there] = await messenger.getDepositsByAddress(address)
  assertEqual(`${there.l2Token} ${there.amount}`, `${twin} ${amount}`, 'deposit by address')
}

async function resentOnL2(user) {
  const { messenger, l2 } = user
  const target = await deployed(new ethers.ContractFactory(door.abi, door.bytecode, l2))
  const message = target.interface.encodeFunctionData('enter')
  const request = { direction: MessageDirection.L1_TO_L2, target: target.address, message }
  const sent = await messenger.sendMessage(request, { l2GasLimit: 300_000 })
  assertEqual(await user.reaches(sent, MessageStatus.FAILED_L1_TO_L2_MESSAGE), 'FAILED_L1_TO_L2_MESSAGE', 'status')
  const failed = await messenger.getMessageReceipt(sent)
  assertEqual(failed.receiptStatus, MessageReceiptStatus.RELAYED_FAILED, 'status of the receipt')
  await (await target.open()).wait()
  // The SDK's own `resendMessage` refuses every message to L2 since Bedrock: applications call its contract.
  const { messageNonce, sender, value, minGasLimit } = await messenger.toCrossChainMessage(sent)
  const relaying = [messageNonce, sender, target.address, value, minGasLimit, message, { gasLimit: 800_000 }]
  await (await messenger.contracts.l2.L2CrossDomainMessenger.connect(l2).relayMessage(...relaying)).wait()
  assertEqual(await user.status(sent), 'RELAYED', 'status once it is resent')
  assertEqual(await target.entered(), 1, 'times entered')
  assertEqual(await target.lastSender(), user.address, 'sender')
}

async function resentOnL1(user) {
  const { messenger, l1 } = user
  const target = await deployed(new ethers.ContractFactory(door.abi, door.bytecode, l1))
  const message = target.interface.encodeFunctionData('enter')
  const sent = await messenger.sendMessage({ direction: MessageDirection.L2_TO_L1, target: target.address, message })
  await user.bringHome(sent)
  assertEqual(await user.status(sent), 'READY_FOR_RELAY', 'status once it failed')
  await (await target.open()).wait()
  await (await messenger.finalizeMessage(sent, { overrides: { gasLimit: 800_000 } })).wait()
  assertEqual(await user.status(sent), 'RELAYED', 'status once it is finalized again')
  assertEqual(await target.entered(), 1, 'times entered')
}

async function severalAtOnce(user) {
  const { messenger, l1, l2 } = user
  const recipients = ['0x00000000000000000000000000000000e0000004', '0x00000000000000000000000000000000e0000005']
  const { L2StandardBridge } = messenger.contracts.l2
  const calls = recipients.map((to, index) => {
    const callData = L2StandardBridge.interface.encodeFunctionData('bridgeETHTo', [to, 200_000, '0x'])
    return { target: L2StandardBridge.address, allowFailure: false, value: index + 1, callData }
  })
  const multicall = new ethers.Contract(MULTICALL, MULTICALL_ABI, l2)
  const sent = await multicall.aggregate3Value(calls, { value: 3 })
  assertEqual((await messenger.getMessagesByTransaction(sent)).length, 2, 'messages')
  // The last one first: each stands for itself.
  for (const index of [1, 0]) {
    await user.bringHome(sent, index)
    assertEqual(await l1.provider.getBalance(recipients[index]), index + 1, `balance of recipient ${index}`)
    assertEqual(MessageStatus[await messenger.getMessageStatus(sent, index)], 'RELAYED', `status of message ${index}`)
  }
}

async function deployed(factory) {
  return (await factory.deploy()).deployed()
}
