// The life of deposits and withdrawals as viem's op-stack actions see it: ether, tokens and messages, both ways, through every stage.

import { erc20Abi, keccak256, parseAbi, parseEther, parseGwei } from 'viem'
import { getWithdrawals } from 'viem/op-stack'

import {
  BRIDGE_ABI,
  L2_BRIDGE,
  L2_MESSENGER,
  MESSAGE_PASSER,
  MESSENGER_ABI,
  PORTAL_ABI,
  TOKEN_FACTORY,
  arrived,
  calldata,
  eventsOf,
  finalize,
  firstOutput,
  messageOf,
  mined,
  prove,
  refusal,
  statusOf,
  withdrawalOf,
} from '../harness/bridge.mjs'
import { assert, assertEqual, suite } from '../harness/checks.mjs'
import { compile } from '../harness/compile.mjs'
import { cast, castJson, forgeScript } from '../harness/foundry.mjs'
import { until } from '../harness/poll.mjs'
import { startDevnet } from '../harness/tandem.mjs'
import { OWNER, account, clients, privateKey } from '../harness/wallets.mjs'

const token = compile('Token')
const door = compile('Door')

const MULTICALL = '0xca11bde05977b3631167028862be2a173976ca11'
const RECEIVER = '0x00000000000000000000000000000000b0000001'
const FACTORY_ABI = parseAbi([
  'function createOptimismMintableERC20(address remoteToken, string name, string symbol) returns (address)',
  'event OptimismMintableERC20Created(address indexed localToken, address indexed remoteToken, address deployer)',
])
const MULTICALL_ABI = parseAbi([
  'function aggregate3Value((address target, bool allowFailure, uint256 value, bytes callData)[] calls) payable returns ((bool success, bytes returnData)[])',
])
const PASSER_ABI = parseAbi(['function initiateWithdrawal(address target, uint256 gasLimit, bytes data) payable'])
const PAUSE_ABI = parseAbi(['function pause(address identifier)', 'function unpause(address identifier)'])

await suite('bridge', { deadline_s: 600 }, async (check) => {
  const devnet = await startDevnet({ args: ['--l1-block-time', '1', '--finalization-period', '8'] })
  const viem = clients(devnet)
  const { addresses } = devnet
  const write = (wallet, call) => wallet.writeContract(call)

  await check('outputs reach L1 by themselves', () => firstOutput(viem, devnet))

  await check('ether goes to L2 through the standard bridge', async () => {
    const call = { address: addresses.L1StandardBridgeProxy, abi: BRIDGE_ABI, functionName: 'depositETHTo' }
    const value = parseEther('3')
    const hash = await write(viem.l1Wallet(0), { ...call, args: [RECEIVER, 200_000, '0xfeed'], value })
    const [receipt] = await arrived(viem, await mined(viem.l1, hash))
    assertEqual(receipt.status, 'success', 'status on L2')
    const [event] = eventsOf(receipt, BRIDGE_ABI, 'ETHBridgeFinalized', L2_BRIDGE)
    assertEqual(`${event.to} ${event.amount} ${event.extraData}`, `${RECEIVER} ${value} 0xfeed`, 'event on L2')
    assertEqual(await viem.l2.getBalance({ address: RECEIVER }), value, 'balance on L2')
  })

  await check('ether comes back from the message passer, and its status is right at every stage', () => everyStage(viem))

  await check('ether comes back through the standard bridge', async () => {
    const value = parseEther('1')
    const call = { address: L2_BRIDGE, abi: BRIDGE_ABI, functionName: 'bridgeETHTo', value }
    const to = '0x00000000000000000000000000000000b0000002'
    const receipt = await mined(viem.l2, await write(viem.l2Wallet(1), { ...call, args: [to, 200_000, '0x'] }))
    const transfer = withdrawalOf(receipt)
    await prove(viem, 1, transfer)
    const finalized = await finalize(viem, 1, transfer)
    assertEqual(await viem.l1.getBalance({ address: to }), value, 'balance on L1')
    const events = eventsOf(finalized, BRIDGE_ABI, 'ETHBridgeFinalized', addresses.L1StandardBridgeProxy)
    assertEqual(events.length, 1, 'events of the bridge on L1')
  })

  await check('a token goes to L2 and back, as its twin there', () => tokenBothWays(viem, addresses))
  await check('a message to L2 that fails is replayed there, once', () => replayOnL2(viem, addresses))
  await check('a message to L1 that fails is replayed there, once', () => replayOnL1(viem, addresses))
  await check('withdrawals of three kinds in one transaction, each on its own way', () => threeInOne(viem, addresses))
  await check('forge scripts deposit and withdraw, cast proves and finalizes', () => foundry(viem, devnet))
  await check('a paused portal neither proves nor finalizes, and goes on where it was', () => paused(viem, addresses))
})

async function everyStage(viem) {
  const value = parseEther('0.5')
  const to = '0x00000000000000000000000000000000b0000003'
  const request = await viem.l1.buildInitiateWithdrawal({ account: account(1), to, value })
  const receipt = await mined(viem.l2, await viem.l2Wallet(1).initiateWithdrawal(request))
  const transfer = withdrawalOf(receipt)
  const { withdrawalHash } = transfer.withdrawal
  const seen = [await statusOf(viem, transfer)]

  const toProve = await viem.l1.getTimeToProve({ receipt, targetChain: viem.l2Chain })
  assert(toProve.interval > 0 && toProve.seconds >= 0, `time to prove: ${toProve.seconds} s of ${toProve.interval} s`)
  const { output } = await viem.l1.waitToProve({ receipt, targetChain: viem.l2Chain })
  assert(output.l2BlockNumber >= receipt.blockNumber, `output of block ${output.l2BlockNumber}, withdrawn in ${receipt.blockNumber}`)
  seen.push(await statusOf(viem, transfer))

  const proof = await viem.l2.buildProveWithdrawal({ account: account(1), output, withdrawal: transfer.withdrawal })
  await mined(viem.l1, await viem.l1Wallet(1).proveWithdrawal(proof))
  seen.push(await statusOf(viem, transfer))
  const early = await refusal(
    'finalizing early',
    viem.l1Wallet(1).finalizeWithdrawal({ targetChain: viem.l2Chain, withdrawal: transfer.withdrawal }),
  )
  assert(/revert/i.test(early), `finalizing early says: ${early}`)

  const toFinalize = await viem.l1.getTimeToFinalize({ withdrawalHash, targetChain: viem.l2Chain })
  assert(toFinalize.period > 0 && toFinalize.seconds > 0, `time to finalize: ${toFinalize.seconds} s of ${toFinalize.period} s`)
  await viem.l1.waitToFinalize({ withdrawalHash, targetChain: viem.l2Chain })
  seen.push(await statusOf(viem, transfer))

  const finalizing = { targetChain: viem.l2Chain, withdrawal: transfer.withdrawal }
  await mined(viem.l1, await viem.l1Wallet(1).finalizeWithdrawal(finalizing))
  seen.push(await statusOf(viem, transfer))
  const stages = ['waiting-to-prove', 'ready-to-prove', 'waiting-to-finalize', 'ready-to-finalize', 'finalized']
  assertEqual(seen.join(', '), stages.join(', '), 'stages')
  assertEqual(await viem.l1.getBalance({ address: to }), value, 'balance on L1')
  await refusal('finalizing twice', viem.l1Wallet(1).finalizeWithdrawal(finalizing))
}

async function tokenBothWays(viem, addresses) {
  const [user, amount] = [account(2).address, parseEther('70')]
  const bridge = addresses.L1StandardBridgeProxy
  const { contractAddress: l1Token } = await mined(viem.l1, await viem.l1Wallet(2).deployContract(token))
  const creation = { address: TOKEN_FACTORY, abi: FACTORY_ABI, functionName: 'createOptimismMintableERC20' }
  const created = await mined(viem.l2, await viem.l2Wallet(2).writeContract({ ...creation, args: [l1Token, 'Twin', 'TWN'] }))
  const [{ localToken: l2Token }] = eventsOf(created, FACTORY_ABI, 'OptimismMintableERC20Created', TOKEN_FACTORY)
  const balance = (client, address, owner) =>
    client.readContract({ address, abi: erc20Abi, functionName: 'balanceOf', args: [owner] })

  const approval = { address: l1Token, abi: erc20Abi, functionName: 'approve', args: [bridge, amount] }
  await mined(viem.l1, await viem.l1Wallet(2).writeContract(approval))
  const deposit = { address: bridge, abi: BRIDGE_ABI, functionName: 'depositERC20', args: [l1Token, l2Token, amount, 200_000, '0x'] }
  const [receipt] = await arrived(viem, await mined(viem.l1, await viem.l1Wallet(2).writeContract(deposit)))
  assertEqual(receipt.status, 'success', 'status on L2')
  assertEqual(await balance(viem.l2, l2Token, user), amount, 'twins on L2')
  assertEqual(await balance(viem.l1, l1Token, bridge), amount, 'tokens that the bridge holds')

  const [back, to] = [parseEther('30'), '0x00000000000000000000000000000000b0000004']
  const withdrawing = { address: L2_BRIDGE, abi: BRIDGE_ABI, functionName: 'bridgeERC20To', args: [l2Token, l1Token, to, back, 200_000, '0x'] }
  const transfer = withdrawalOf(await mined(viem.l2, await viem.l2Wallet(2).writeContract(withdrawing)))
  assertEqual(await balance(viem.l2, l2Token, user), amount - back, 'twins left on L2')
  await prove(viem, 2, transfer)
  const finalized = await finalize(viem, 2, transfer)
  assertEqual(eventsOf(finalized, BRIDGE_ABI, 'ERC20BridgeFinalized', bridge).length, 1, 'events of the bridge on L1')
  assertEqual(await balance(viem.l1, l1Token, to), back, 'tokens on L1')
  assertEqual(await balance(viem.l1, l1Token, bridge), amount - back, 'tokens that the bridge still holds')
}

/** What a door on a layer says of itself. */
function doorState(client, address) {
  const read = (functionName) => client.readContract({ address, abi: door.abi, functionName })
  return Promise.all(['entered', 'received', 'lastSender'].map(read))
}

/** The hash under which a messenger remembers a message. */
function messageHash(message) {
  return keccak256(calldata(MESSENGER_ABI, 'relayMessage', message))
}

/** Relays a message that failed: opens its door first, and shows that it enters once, with its ether and its sender. */
async function replay(client, wallet, { messenger, target, message, sender, value }) {
  const state = (functionName) => client.readContract({ address: messenger, abi: MESSENGER_ABI, functionName, args: [messageHash(message)] })
  assert((await state('failedMessages')) && !(await state('successfulMessages')), 'the message is remembered as failed')
  // An estimate is of no use: with less gas the call fails again, and the relay does not.
  const again = { address: messenger, abi: MESSENGER_ABI, functionName: 'relayMessage', args: message, gas: 600_000n }
  await mined(client, await wallet.writeContract({ address: target, abi: door.abi, functionName: 'open' }))
  const replayed = await mined(client, await wallet.writeContract(again))
  assertEqual(eventsOf(replayed, MESSENGER_ABI, 'RelayedMessage', messenger).length, 1, 'messages relayed')
  assertEqual((await doorState(client, target)).join(' '), `1 ${value} ${sender}`, 'what entered')
  assert(await state('successfulMessages'), 'the message is remembered as done')
  const twice = await client.waitForTransactionReceipt({ hash: await wallet.writeContract(again) })
  assertEqual(twice.status, 'reverted', 'status of a second replay')
  assertEqual((await doorState(client, target))[0], 1, 'times entered')
}

async function replayOnL2(viem, addresses) {
  const { contractAddress: target } = await mined(viem.l2, await viem.l2Wallet(3).deployContract(door))
  const value = parseGwei('7')
  const call = { address: addresses.L1CrossDomainMessengerProxy, abi: MESSENGER_ABI, functionName: 'sendMessage', value }
  const args = [target, calldata(door.abi, 'enter'), 300_000]
  const sent = await mined(viem.l1, await viem.l1Wallet(3).writeContract({ ...call, args }))
  const [receipt] = await arrived(viem, sent)
  assertEqual(eventsOf(receipt, MESSENGER_ABI, 'FailedRelayedMessage', L2_MESSENGER).length, 1, 'messages that failed on L2')
  const sender = account(3).address
  await replay(viem.l2, viem.l2Wallet(4), { messenger: L2_MESSENGER, target, message: messageOf(sent), sender, value })
}

async function replayOnL1(viem, addresses) {
  const messenger = addresses.L1CrossDomainMessengerProxy
  const { contractAddress: target } = await mined(viem.l1, await viem.l1Wallet(3).deployContract(door))
  const value = parseGwei('9')
  const call = { address: L2_MESSENGER, abi: MESSENGER_ABI, functionName: 'sendMessage', value }
  const args = [target, calldata(door.abi, 'enter'), 300_000]
  const sent = await mined(viem.l2, await viem.l2Wallet(3).writeContract({ ...call, args }))
  const transfer = withdrawalOf(sent)
  await prove(viem, 3, transfer)
  const finalized = await finalize(viem, 3, transfer)
  assertEqual(eventsOf(finalized, MESSENGER_ABI, 'FailedRelayedMessage', messenger).length, 1, 'messages that failed on L1')
  assertEqual(await statusOf(viem, transfer), 'finalized', 'status')
  const sender = account(3).address
  await replay(viem.l1, viem.l1Wallet(4), { messenger, target, message: messageOf(sent), sender, value })
}

async function threeInOne(viem, addresses) {
  const { contractAddress: target } = await mined(viem.l1, await viem.l1Wallet(5).deployContract(door))
  await mined(viem.l1, await viem.l1Wallet(5).writeContract({ address: target, abi: door.abi, functionName: 'open' }))
  const [plain, bridged] = ['0x00000000000000000000000000000000b0000005', '0x00000000000000000000000000000000b0000006']
  const one = (target, value, callData) => ({ target, allowFailure: false, value, callData })
  const calls = [
    one(MESSAGE_PASSER, 1_000n, calldata(PASSER_ABI, 'initiateWithdrawal', [plain, 60_000n, '0x'])),
    one(L2_MESSENGER, 200n, calldata(MESSENGER_ABI, 'sendMessage', [target, calldata(door.abi, 'enter'), 300_000])),
    one(L2_BRIDGE, 30n, calldata(BRIDGE_ABI, 'bridgeETHTo', [bridged, 200_000, '0x'])),
  ]
  const call = { address: MULTICALL, abi: MULTICALL_ABI, functionName: 'aggregate3Value', args: [calls], value: 1_230n }
  const receipt = await mined(viem.l2, await viem.l2Wallet(5).writeContract(call))
  assertEqual(getWithdrawals(receipt).length, 3, 'withdrawals')
  const transfers = calls.map((_, logIndex) => withdrawalOf(receipt, logIndex))
  for (const transfer of transfers) await prove(viem, 5, transfer)
  // The last one first: each stands for itself.
  for (const transfer of transfers.toReversed()) await finalize(viem, 5, transfer)
  for (const transfer of transfers) assertEqual(await statusOf(viem, transfer), 'finalized', `status of ${transfer.logIndex}`)
  assertEqual(await viem.l1.getBalance({ address: plain }), 1_000n, 'from the message passer')
  assertEqual((await doorState(viem.l1, target)).join(' '), `1 200 ${MULTICALL}`, 'from the messenger')
  assertEqual(await viem.l1.getBalance({ address: bridged }), 30n, 'from the bridge')
}

async function foundry(viem, { l1, l2, addresses }) {
  const [key, amount] = [privateKey(7), parseGwei('11')]
  const [there, back] = ['0x00000000000000000000000000000000b0000007', '0x00000000000000000000000000000000b0000008']
  const deposit = { TO: there, AMOUNT: String(amount), PORTAL: addresses.OptimismPortalProxy, BRIDGE: addresses.L1StandardBridgeProxy }
  const sent = await forgeScript('Deposit', { rpcUrl: l1, chainId: 900, privateKey: key, env: deposit })
  assertEqual(sent.length, 2, 'transactions of the script on L1')
  for (const hash of sent) await arrived(viem, await mined(viem.l1, hash))
  assertEqual(await viem.l2.getBalance({ address: there }), 2n * amount, 'balance on L2')

  const withdrawal = { TO: back, AMOUNT: String(amount) }
  const [hash] = await forgeScript('Withdraw', { rpcUrl: l2, chainId: 901, privateKey: key, env: withdrawal })
  const transfer = withdrawalOf(await mined(viem.l2, hash))
  const { output } = await viem.l1.waitToProve({ receipt: transfer.receipt, targetChain: viem.l2Chain })
  const proof = await viem.l2.buildProveWithdrawal({ account: account(7), output, withdrawal: transfer.withdrawal })
  const { nonce, sender, target, value, gasLimit, data, withdrawalHash } = transfer.withdrawal
  const tuple = `(${[nonce, sender, target, value, gasLimit, data].join(',')})`
  const root = proof.outputRootProof
  const outputRoot = `(${[root.version, root.stateRoot, root.messagePasserStorageRoot, root.latestBlockhash].join(',')})`
  const toPortal = (...call) => castJson(['send', addresses.OptimismPortalProxy, ...call, '--private-key', key], { rpcUrl: l1 })
  const type = '(uint256,address,address,uint256,uint256,bytes)'
  const proving = `proveWithdrawalTransaction(${type},uint256,(bytes32,bytes32,bytes32,bytes32),bytes[])`
  const proven = await toPortal(proving, tuple, String(proof.l2OutputIndex), outputRoot, `[${proof.withdrawalProof.join(',')}]`)
  assertEqual(proven.status, '0x1', 'status of the proof')
  await viem.l1.waitToFinalize({ withdrawalHash, targetChain: viem.l2Chain })
  assertEqual((await toPortal(`finalizeWithdrawalTransaction(${type})`, tuple)).status, '0x1', 'status of the end')
  assertEqual(await cast(['balance', back], { rpcUrl: l1 }), amount, 'balance on L1')
}

async function paused(viem, addresses) {
  const superchain = { address: addresses.SuperchainConfigProxy, abi: PAUSE_ABI, args: [`0x${'00'.repeat(20)}`] }
  const portal = { address: addresses.OptimismPortalProxy, abi: PORTAL_ABI }
  const isPaused = () => viem.l1.readContract({ ...portal, functionName: 'paused' })
  const withdraw = async () => {
    const request = { to: RECEIVER, value: 5n, gas: 60_000n }
    return withdrawalOf(await mined(viem.l2, await viem.l2Wallet(6).initiateWithdrawal({ request })))
  }
  const [proven, waiting] = [await withdraw(), await withdraw()]
  await prove(viem, 6, proven)
  const { output } = await viem.l1.waitToProve({ receipt: waiting.receipt, targetChain: viem.l2Chain })
  const proof = await viem.l2.buildProveWithdrawal({ account: account(6), output, withdrawal: waiting.withdrawal })
  await viem.l1.waitToFinalize({ withdrawalHash: proven.withdrawal.withdrawalHash, targetChain: viem.l2Chain })

  await mined(viem.l1, await viem.l1Wallet(OWNER).writeContract({ ...superchain, functionName: 'pause' }))
  assertEqual(await isPaused(), true, 'paused')
  const finalizing = { targetChain: viem.l2Chain, withdrawal: proven.withdrawal }
  await refusal('proving', viem.l1Wallet(6).proveWithdrawal(proof))
  await refusal('finalizing', viem.l1Wallet(6).finalizeWithdrawal(finalizing))
  const deposit = { request: { to: RECEIVER, mint: 1n, value: 1n, gas: 60_000n }, targetChain: viem.l2Chain }
  const [deposited] = await arrived(viem, await mined(viem.l1, await viem.l1Wallet(6).depositTransaction(deposit)))
  assertEqual(deposited.status, 'success', 'a deposit while withdrawals are paused')

  await mined(viem.l1, await viem.l1Wallet(OWNER).writeContract({ ...superchain, functionName: 'unpause' }))
  assertEqual(await isPaused(), false, 'paused')
  await mined(viem.l1, await viem.l1Wallet(6).proveWithdrawal(proof))
  await mined(viem.l1, await viem.l1Wallet(6).finalizeWithdrawal(finalizing))
  await finalize(viem, 6, waiting)
  await until('both are finalized', { deadline_s: 5 }, async () =>
    (await Promise.all([proven, waiting].map((transfer) => statusOf(viem, transfer)))).every((status) => status === 'finalized'),
  )
}
