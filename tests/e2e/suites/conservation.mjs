// Nothing is made or lost on the way (scenario 44): random transfers of ether and a token both ways, with a pause and an upgrade of the
// contracts between them, over the running devnet. What L1's contracts hold is what is owed on L2, at every rest and at the end.

import { erc20Abi, parseAbi, parseEther } from 'viem'

import { BRIDGE_ABI, L2_BRIDGE, MESSAGE_PASSER, PORTAL_ABI, TOKEN_FACTORY } from '../harness/bridge.mjs'
import { arrived, eventsOf, finalize, firstOutput, mined, outputsFollow, prove, refusal, withdrawalOf } from '../harness/bridge.mjs'
import { assert, assertEqual, suite } from '../harness/checks.mjs'
import { tandem } from '../harness/commands.mjs'
import { compile } from '../harness/compile.mjs'
import { downgrade } from '../harness/downgrade.mjs'
import { startDevnet } from '../harness/tandem.mjs'
import { OWNER, account, clients } from '../harness/wallets.mjs'

/** What the random choices follow from: a run that failed is repeated with the seed that it printed. */
const SEED = BigInt(process.env.SEED ?? 44)
const USERS = [1, 2, 3, 4]
/** The account that a user has on L2. Not that of L1: a deposit takes the next nonce of its sender there, whatever waits in the pool. */
const twinOf = (user) => user + USERS.length
/** Transfers of each user in each of the three parts. */
const TRANSFERS = 3
const ALLOWANCE = parseEther('1000')
/** The kinds of transfers, and what moves: up is to L2. */
const KINDS = [
  ['portal', 'ether', 'up'],
  ['bridge', 'ether', 'up'],
  ['bridge', 'token', 'up'],
  ['passer', 'ether', 'down'],
  ['bridge', 'ether', 'down'],
  ['bridge', 'token', 'down'],
]

const DEPOSIT_ABI = parseAbi(['function depositTransaction(address to, uint256 value, uint64 gasLimit, bool isCreation, bytes data) payable'])
const PASSER_ABI = parseAbi(['function initiateWithdrawal(address target, uint256 gasLimit, bytes data) payable'])
const PAUSE_ABI = parseAbi(['function pause(address identifier)', 'function unpause(address identifier)'])
const FACTORY_ABI = parseAbi([
  'function createOptimismMintableERC20(address remoteToken, string name, string symbol) returns (address)',
  'event OptimismMintableERC20Created(address indexed localToken, address indexed remoteToken, address deployer)',
])

await suite('conservation', { deadline_s: 400 }, async (check) => {
  const devnet = await startDevnet({ args: ['--l1-block-time', '1', '--finalization-period', '3'] })
  const viem = clients(devnet)
  for (const name of ['OptimismPortal', 'L1StandardBridge']) await downgrade(devnet.l1, devnet, devnet.datadir, name)
  const system = { viem, devnet, portal: devnet.addresses.OptimismPortalProxy, bridge: devnet.addresses.L1StandardBridgeProxy }
  Object.assign(system, await tokens(system), { random: generator(SEED), transfers: [] })
  await firstOutput(viem, devnet)
  await outputsFollow(viem, devnet)
  system.before = await holdings(system)
  console.log(`        seed ${SEED}`)

  await check('s44_nothing_is_made_or_lost_by_random_transfers_both_ways', async () => {
    await traffic(system)
    await rest(system)
  })
  await check('s44_nor_by_finishing_some_of_them', async () => {
    await finish(system, underWay(system).slice(0, 3))
    await rest(system)
  })
  await check('s44_nor_while_the_bridge_is_paused', async () => {
    const [waiting] = underWay(system)
    assert(waiting, 'a withdrawal that waits')
    const { output } = await viem.l1.waitToProve({ receipt: waiting.way.receipt, targetChain: viem.l2Chain })
    const proof = await viem.l2.buildProveWithdrawal({ account: account(9), output, withdrawal: waiting.way.withdrawal })
    await pause(system, 'pause', true)
    await traffic(system)
    await refusal('proving while paused', viem.l1Wallet(9).proveWithdrawal(proof))
    await rest(system)
  })
  await check('s44_nor_by_an_upgrade', async () => {
    const { datadir, l1 } = devnet
    const { code, stdout, stderr } = await tandem(['upgrade', '--l1', l1, '--out', datadir, '--apply'])
    assert(code === 0 && /^done: contracts upgraded: 2$/m.test(stdout), `exit ${code}\n${stdout}\n${stderr}`)
    await pause(system, 'unpause', false)
    await rest(system)
    await traffic(system)
    await rest(system)
  })
  await check('s44_and_every_transfer_arrives', async () => {
    await finish(system, underWay(system))
    assertEqual(underWay(system).length, 0, 'transfers under way')
    const seen = await rest(system)
    const { token } = seen
    assertEqual(token.bridge, token.twins, 'what the bridge holds of the token, and the twins on L2')
    for (const { direction, what, to, amount } of system.transfers) {
      const client = direction === 'up' ? viem.l2 : viem.l1
      const address = direction === 'up' ? system.twin : system.token
      const balance = what === 'ether' ? client.getBalance({ address: to }) : balanceOf(client, address, to)
      assertEqual(await balance, amount, `${what} at ${to}`)
    }
    const count = (wanted) => system.transfers.filter(({ direction }) => direction === wanted).length
    console.log(`        ${count('up')} transfers to L2, ${count('down')} to L1`)
  })
})

/** Numbers below a bound that follow from a seed. */
function generator(seed) {
  let state = seed
  return (bound) => {
    state = (state * 6364136223846793005n + 1442695040888963407n) % 2n ** 64n
    return ((state >> 32n) + ((state & 0xffffffffn) << 32n)) % BigInt(bound)
  }
}

function balanceOf(client, address, owner) {
  return client.readContract({ address, abi: erc20Abi, functionName: 'balanceOf', args: [owner] })
}

/** A token on L1 of which every user has some, its twin on L2, of which every user has some, and the bridge's allowance. */
async function tokens({ viem, bridge }) {
  const { contractAddress: token } = await mined(viem.l1, await viem.l1Wallet(0).deployContract(compile('Token')))
  const creation = { address: TOKEN_FACTORY, abi: FACTORY_ABI, functionName: 'createOptimismMintableERC20', args: [token, 'Twin', 'TWN'] }
  const created = await mined(viem.l2, await viem.l2Wallet(0).writeContract(creation))
  const [{ localToken: twin }] = eventsOf(created, FACTORY_ABI, 'OptimismMintableERC20Created', TOKEN_FACTORY)
  for (const user of USERS) {
    const call = { address: token, abi: erc20Abi, functionName: 'transfer', args: [account(user).address, 2n * ALLOWANCE] }
    await viem.l1Wallet(0).writeContract(call)
  }
  await Promise.all(USERS.map(async (user) => {
    const wallet = viem.l1Wallet(user)
    await mined(viem.l1, await wallet.writeContract({ address: token, abi: erc20Abi, functionName: 'approve', args: [bridge, 2n * ALLOWANCE] }))
    const args = [token, twin, account(twinOf(user)).address, ALLOWANCE, 200_000, '0x']
    await arrived(viem, await mined(viem.l1, await wallet.writeContract({ address: bridge, abi: BRIDGE_ABI, functionName: 'bridgeERC20To', args })))
  }))
  return { token, twin }
}

/** Every user's random transfers, each to an account that has nothing yet; the users at once, one after the other of each. */
async function traffic(system) {
  const begin = system.transfers.length
  const chosen = USERS.map((user) => Array.from({ length: TRANSFERS }, () => {
    const [way, what, direction] = KINDS[Number(system.random(KINDS.length))]
    const to = `0xc44c${(system.transfers.length + 1).toString(16).padStart(36, '0')}`
    const transfer = { user, way, what, direction, to, amount: 1n + system.random(parseEther('0.5')) }
    system.transfers.push(transfer)
    return transfer
  }))
  await Promise.all(chosen.map(async (mine) => {
    for (const transfer of mine) await send(system, transfer)
  }))
  const ups = system.transfers.slice(begin).filter(({ direction }) => direction === 'up')
  const receipts = (await Promise.all(ups.map(({ receipt }) => arrived(system.viem, receipt)))).flat()
  for (const { status } of receipts) assertEqual(status, 'success', 'status of a deposit on L2')
}

/** Sends a transfer; one to L1 remembers its withdrawal, one to L2 its receipt. */
async function send({ viem, portal, bridge, token, twin }, transfer) {
  const { user, way, what, direction, to, amount } = transfer
  const isUp = direction === 'up'
  const [client, wallet, address] = isUp ? [viem.l1, viem.l1Wallet(user), bridge] : [viem.l2, viem.l2Wallet(twinOf(user)), L2_BRIDGE]
  const calls = {
    portal: { address: portal, abi: DEPOSIT_ABI, functionName: 'depositTransaction', args: [to, amount, 100_000n, false, '0x'], value: amount },
    passer: { address: MESSAGE_PASSER, abi: PASSER_ABI, functionName: 'initiateWithdrawal', args: [to, 50_000n, '0x'], value: amount },
    ether: { address, abi: BRIDGE_ABI, functionName: 'bridgeETHTo', args: [to, 200_000, '0x'], value: amount },
    token: { address, abi: BRIDGE_ABI, functionName: 'bridgeERC20To', args: [...(isUp ? [token, twin] : [twin, token]), to, amount, 200_000, '0x'] },
  }
  transfer.receipt = await mined(client, await wallet.writeContract(calls[way === 'bridge' ? what : way]))
  if (!isUp) transfer.way = withdrawalOf(transfer.receipt)
}

function underWay({ transfers }) {
  return transfers.filter(({ direction, isDone }) => direction === 'down' && !isDone)
}

/** Proves and finalizes withdrawals, each by the user that began it. */
async function finish({ viem }, transfers) {
  await Promise.all(USERS.map(async (user) => {
    const mine = transfers.filter((transfer) => transfer.user === user)
    for (const { way } of mine) await prove(viem, user, way)
    for (const transfer of mine) {
      await finalize(viem, user, transfer.way)
      transfer.isDone = true
    }
  }))
}

/** What both layers hold. */
async function holdings({ viem, portal, bridge, token, twin, transfers }) {
  const to = (wanted, kind) => transfers.filter(({ direction, what }) => direction === wanted && what === kind).map((transfer) => transfer.to)
  const all = async (reads) => (await Promise.all(reads)).reduce((total, value) => total + value, 0n)
  const onL1 = USERS.map((user) => account(user).address)
  const onL2 = USERS.map((user) => account(twinOf(user)).address)
  const ether = async (client, addresses) => all(addresses.map((address) => client.getBalance({ address })))
  const owned = async (client, address, owners) => all(owners.map((owner) => balanceOf(client, address, owner)))
  const [held, passed, up, down] = await Promise.all([
    ether(viem.l1, [portal]),
    ether(viem.l2, [MESSAGE_PASSER]),
    ether(viem.l2, to('up', 'ether')),
    ether(viem.l1, to('down', 'ether')),
  ])
  const [atBridge, others, twins, twinsOwned] = await Promise.all([
    balanceOf(viem.l1, token, bridge),
    owned(viem.l1, token, [account(0).address, ...onL1, ...to('down', 'token')]),
    viem.l2.readContract({ address: twin, abi: erc20Abi, functionName: 'totalSupply' }),
    owned(viem.l2, twin, [...onL2, ...to('up', 'token')]),
  ])
  return { ether: { held, passed, up, down }, token: { bridge: atBridge, others, twins, twinsOwned } }
}

/** Holds what both layers have to what was sent; between transfers, when nothing moves. */
async function rest(system) {
  const sum = (wanted) => system.transfers.filter(wanted).reduce((total, { amount }) => total + amount, 0n)
  const sent = (kind, wanted) => sum(({ what, direction }) => what === kind && direction === wanted)
  const done = (kind) => sum(({ what, isDone }) => what === kind && isDone)
  const { ether: before } = system.before
  const { ether, token } = await holdings(system)
  assertEqual(ether.up, sent('ether', 'up'), 'ether that came to L2')
  assertEqual(ether.down, done('ether'), 'ether that came to L1')
  assertEqual(ether.passed - before.passed, sent('ether', 'down'), 'ether that left L2')
  assertEqual(ether.held - before.held, sent('ether', 'up') - done('ether'), 'ether that the portal holds')
  const supply = await system.viem.l1.readContract({ address: system.token, abi: erc20Abi, functionName: 'totalSupply' })
  assertEqual(token.bridge + token.others, supply, 'tokens on L1')
  assertEqual(token.twinsOwned, token.twins, 'twins of somebody')
  assertEqual(token.bridge - token.twins, sent('token', 'down') - done('token'), 'tokens under way to L1')
  assertEqual(token.twins, BigInt(USERS.length) * ALLOWANCE + sent('token', 'up') - sent('token', 'down'), 'twins')
  return { ether, token }
}

async function pause({ viem, devnet, portal }, functionName, expected) {
  const call = { address: devnet.addresses.SuperchainConfigProxy, abi: PAUSE_ABI, functionName, args: [`0x${'00'.repeat(20)}`] }
  await mined(viem.l1, await viem.l1Wallet(OWNER).writeContract(call))
  assertEqual(await viem.l1.readContract({ address: portal, abi: PORTAL_ABI, functionName: 'paused' }), expected, 'paused')
}
