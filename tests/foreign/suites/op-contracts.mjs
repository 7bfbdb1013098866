// Our roles and our users' commands over the OP Stack's own L1 contracts: what they were built for, and nobody here wrote.

import { TOKEN_FACTORY, eventsOf, mined, statusOf, withdrawalOf } from '../../e2e/harness/bridge.mjs'
import { assert, assertEqual, suite } from '../../e2e/harness/checks.mjs'
import { json, tandem } from '../../e2e/harness/commands.mjs'
import { compile } from '../../e2e/harness/compile.mjs'
import { until } from '../../e2e/harness/poll.mjs'
import { freePort, temporaryFolder } from '../../e2e/harness/processes.mjs'
import { blockAt, rpc } from '../../e2e/harness/rpc.mjs'
import { deploy, startL1, startNode } from '../../e2e/harness/tandem.mjs'
import { parseAbi } from '../../e2e/harness/viem.mjs'
import { BATCHER, OWNER, PROPOSER, account, clients, privateKey } from '../../e2e/harness/wallets.mjs'
import { plantLie, replaced } from '../harness/lying_proposer.mjs'
import { differences, documented } from '../harness/op_abi.mjs'
import { CHALLENGER, GUARDIAN, artifact, createAlone, deployOpContracts, filesFor, upgradeOurs } from '../harness/op_contracts.mjs'

const SUBMISSION_INTERVAL = 4
/** Long enough for the challenger of a machine that is busy. */
const FINALIZATION_PERIOD_S = 12
const GAS_LIMIT = 50_000_000n
const ETHER = 10n ** 18n

const TOKEN_ABI = parseAbi([
  'function balanceOf(address) view returns (uint256)',
  'function createOptimismMintableERC20WithDecimals(address, string, string, uint8) returns (address)',
  'event OptimismMintableERC20Created(address indexed localToken, address indexed remoteToken, address deployer)',
])

const fresh = (number) => `0x${'0'.repeat(35)}09c0${number.toString(16)}`
const balance = async (url, address) => BigInt(await rpc(url, 'eth_getBalance', [address, 'latest']))
const held = (client, address, owner) => client.readContract({ address, abi: TOKEN_ABI, functionName: 'balanceOf', args: [owner] })

/** Everything that the stories below are about: the layers, the contracts, the nodes. */
async function start(check) {
  const l1 = await check('tandem l1 starts', () => startL1({ args: ['--l1-block-time', '1'] }))
  const own = await deploy({ l1: l1.url })
  const l2Port = await freePort()
  const l2 = `http://127.0.0.1:${l2Port}`
  const system = await check("the OP Stack's contracts are deployed behind their proxies", async () => {
    const deployed = await deployOpContracts(clients({ l1: l1.url, l2, addresses: {} }), {
      rollupConfig: own.rollupConfig,
      submissionInterval: SUBMISSION_INTERVAL,
      finalizationPeriod_s: FINALIZATION_PERIOD_S,
    })
    return filesFor(own, deployed)
  })
  const { addresses, files } = system
  const viem = clients({ l1: l1.url, l2, addresses })
  const shared = { l1: l1.url, beacon: l1.beacon, files }
  const oracle = ['--l2oo-address', addresses.L2OutputOracleProxy]
  const node = await check('a node sequences, posts batches and proposes', () =>
    startNode({
      ...shared,
      roles: 'sequencer,batcher,proposer',
      args: ['--sequencer.l1-confs', '0', '--http.port', String(l2Port), '--allow-non-finalized', ...oracle],
      env: { OP_BATCHER_PRIVATE_KEY: privateKey(BATCHER), OP_PROPOSER_PRIVATE_KEY: privateKey(PROPOSER) },
    }))
  const challenger = await check('another node challenges', () =>
    startNode({ ...shared, roles: 'challenger', args: oracle, env: { OP_CHALLENGER_PRIVATE_KEY: privateKey(CHALLENGER) } }))
  return { l1, l2, own, system, viem, shared, node, challenger, ...contractsOf(viem, addresses) }
}

/** Reads and writes the contracts by their names and their own ABIs. */
function contractsOf(viem, addresses) {
  const contract = (name) => ({ address: addresses[`${name}Proxy`], abi: artifact(name).abi })
  const read = (name, functionName, args = []) => viem.l1.readContract({ ...contract(name), functionName, args })
  const send = (index, name, functionName, args = [], options = {}) =>
    viem.l1Wallet(index).writeContract({ ...contract(name), functionName, args, ...options })
  const write = async (...call) => mined(viem.l1, await send(...call))
  return { read, send, write }
}

/** `tandem bridge` with the keys of two users, and what it refuses. */
function commands({ l1, l2, system }) {
  const layers = ['--l1', l1.url, '--l2', l2, '--addresses', system.files.addresses]
  const envOf = (index) => ({ BRIDGE_PRIVATE_KEY: privateKey(index) })
  const bridgeOf = (index) => (...args) => json(['bridge', ...args, ...layers], { env: envOf(index), deadline_s: 120 })
  const refused = async (says, ...args) => {
    const { code, stderr } = await tandem(['bridge', ...args, ...(args.includes('--portal') ? layers.slice(0, 4) : layers)], { env: envOf(5) })
    assertEqual(code, 1, `exit code of ${args.join(' ')}: ${stderr}`)
    assert(says.test(stderr), `${args.join(' ')} says ${stderr}, not ${says}`)
  }
  return { users: [bridgeOf(3), bridgeOf(4), bridgeOf(5)], refused }
}

await suite('op-contracts', { deadline_s: 420 }, async (check) => {
  await checkAbis(check)
  const run = await start(check)
  const { l1, l2, own, system, viem, shared, node, challenger, read, write } = run
  const { users, refused } = commands(run)
  const [alice, bob, carol] = users
  const versions = await Promise.all(['OptimismPortal', 'L2OutputOracle', 'SystemConfig'].map((name) => read(name, 'version')))
  console.log(`        OptimismPortal ${versions[0]}, L2OutputOracle ${versions[1]}, SystemConfig ${versions[2]}`)

  await check('their SystemConfig says what the rollup begins with', async () => {
    const { scalar, gasLimit, batcherAddr } = system.rollupConfig.genesis.system_config
    assertEqual(await read('SystemConfig', 'scalar'), BigInt(scalar), 'scalar')
    assertEqual(await read('SystemConfig', 'gasLimit'), gasLimit, 'gasLimit')
    assertEqual(BigInt(await read('SystemConfig', 'batcherHash')), BigInt(batcherAddr), 'batcherHash')
  })
  const coin = await check('a token and its twin are made', () => makeToken(viem, 5))
  await check('ether and a token go in: through their portal, over their bridge', async () => {
    const tokens = ['--token', coin.l1Token, '--l2-token', coin.l2Token]
    const entered = await Promise.all([
      alice('deposit', '--amount', '1.5', '--to', fresh(1), '--via', 'portal', '--wait'),
      bob('deposit', '--amount', '1.25', '--to', fresh(2), '--via', 'bridge', '--wait'),
      carol('deposit', '--amount', '12.5', ...tokens, '--wait'),
    ])
    for (const { transfers } of entered) assert(['unsafe', 'safe', 'finalized'].includes(transfers[0].stage), JSON.stringify(transfers))
    assertEqual(entered.map(({ transfers }) => transfers[0].message).join(' '), ' relayed relayed', 'messages')
    assertEqual(await balance(l2, fresh(1)), (3n * ETHER) / 2n, 'by the portal')
    assertEqual(await balance(l2, fresh(2)), (5n * ETHER) / 4n, 'by the bridge')
    assertEqual(await held(viem.l2, coin.l2Token, account(5).address), 12_500_000n, 'tokens')
    assertEqual(await read('L1StandardBridge', 'deposits', [coin.l1Token, coin.l2Token]), 12_500_000n, 'tokens that their bridge holds')
  })
  await check('what their owner sets reaches L2', async () => {
    await write(OWNER, 'SystemConfig', 'setGasLimit', [GAS_LIMIT])
    await write(OWNER, 'SystemConfig', 'setGasConfigEcotone', [2_000, 900_000])
    await until('the gas limit on L2', { deadline_s: 30 }, async () => BigInt((await blockAt(l2, 'latest')).gasLimit) === GAS_LIMIT)
    await until('the scalars on L2', { deadline_s: 30 }, async () =>
      (await blockAt(l2, 'latest', true)).transactions[0].input.slice(10, 26) === '000007d0000dbba0')
  })

  const begun = await check('ether and the token begin to go out', async () => {
    const all = [
      alice('withdraw', '--amount', '0.75', '--to', fresh(3), '--via', 'passer'),
      bob('withdraw', '--amount', '0.5', '--to', fresh(4), '--via', 'bridge'),
      carol('withdraw', '--amount', '2.25', '--to', fresh(5), '--token', coin.l2Token),
    ]
    return (await Promise.all(all)).map(({ transaction }) => transaction)
  })
  const leaving = await alice('withdraw', '--amount', '0.25', '--to', fresh(6))
  await check('our outputs in their oracle cover them, and two are proven', async () => {
    const proven = await Promise.all([alice('prove', begun[0], '--wait'), bob('prove', begun[1], '--wait')])
    for (const { transfers } of proven) assertEqual(transfers[0].stage, 'waiting-to-finalize', 'stage')
  })
  await check("viem reads the same stages off their portal", async () => {
    const receipt = await viem.l2.getTransactionReceipt({ hash: begun[0] })
    assertEqual(await statusOf(viem, withdrawalOf(receipt)), 'waiting-to-finalize', 'status')
  })
  await check('our challenger agrees with every output', async () => {
    const status = await rpc(challenger.url, 'tandem_challenger')
    assert(status.agreed > 0 && status.wrong === 0 && status.alarms.length === 0, JSON.stringify(status))
  })

  await check("status tells of their guardian's pause, and nothing is sent while it lasts", async () => {
    await write(GUARDIAN, 'SuperchainConfig', 'pause', ['a test'])
    const { transfers } = await carol('status', begun[2])
    assertEqual(transfers[0].stage, 'ready-to-prove', 'stage')
    assert(/guardian/.test(transfers[0].waitsFor), transfers[0].waitsFor)
    await refused(/guardian/, 'prove', begun[2])
    await write(GUARDIAN, 'SuperchainConfig', 'unpause')
  })
  await check('once it is lifted the token is proven too', () => carol('prove', begun[2], '--wait'))
  await check('each is finalized: by their portal, their messenger, their bridge', async () => {
    const ended = await Promise.all([alice, bob, carol].map((as, index) => as('finalize', begun[index], '--wait')))
    assertEqual(ended.map(({ transfers }) => `${transfers[0].stage} ${transfers[0].message}`).join(', '), 'finalized null, finalized relayed, finalized relayed', 'ends')
    assertEqual(await balance(l1.url, fresh(3)), (3n * ETHER) / 4n, 'from the message passer')
    assertEqual(await balance(l1.url, fresh(4)), ETHER / 2n, 'over the bridge')
    assertEqual(await held(viem.l1, coin.l1Token, fresh(5)), 2_250_000n, 'tokens')
    await refused(/nothing left to do/, 'finalize', begun[0])
  })

  const lie = await check("somebody with the proposer's key lies, and a withdrawal is proven with that output", async () =>
    plantLie(run, withdrawalOf(await viem.l2.getTransactionReceipt({ hash: leaving.transaction })).withdrawal))
  await check('our challenger deletes the output, and our proposer puts the right one in its place', () => replaced(run, lie))
  await check('status says that the output was deleted, and that it is to be proven again', async () => {
    const { transfers } = await alice('status', leaving.transaction)
    assertEqual(transfers[0].stage, 'ready-to-prove', 'stage')
    assert(/was deleted/.test(transfers[0].waitsFor), transfers[0].waitsFor)
  })

  await check('what their contracts would refuse is told with a remedy', async () => {
    await refused(/SmallGasLimit: raise --gas-limit/, 'deposit', '--amount', '1wei', '--gas-limit', '20000')
    await refused(/finalized: it is waiting-to-prove|finalized: it is ready-to-prove/, 'finalize', leaving.transaction)
  })
  await check('a portal of dispute games is refused by its version', async () => {
    const portal = await createAlone(viem, 'OptimismPortal2', [12n, 12n])
    await refused(/version 3\./, 'status', begun[0], '--portal', portal)
  })
  await check('their ProxyAdmin upgrades and starts a contract of ours behind a proxy of ours', async () => {
    const answer = await upgradeOurs(viem, system.addresses.ProxyAdmin)
    assertEqual(answer, account(GUARDIAN).address, 'guardian')
  })
  await check("a challenger of another oracle says that their portal does not know it", async () => {
    const address = own.addresses.L2OutputOracleProxy
    const stranger = await startNode({ ...shared, roles: 'challenger', args: ['--l2oo-address', address] })
    const { alarms } = await until('the alarms', { deadline_s: 30 }, async () => {
      const status = await rpc(stranger.url, 'tandem_challenger')
      return status?.alarms?.length > 0 && status
    })
    assert(JSON.stringify(alarms).includes("the portal's l2Oracle"), JSON.stringify(alarms))
    await stranger.process.kill()
  })

  await check('the sequencer and every RPC of the L2 are gone; tandem exit proves and finalizes from L1 alone', async () => {
    await Promise.all([node.process.kill(), challenger.process.kill()])
    const { files } = system
    const args = ['exit', '--l1', l1.url, '--l1.beacon', l1.beacon, '--rollup.config', files.rollup, '--genesis', files.genesis]
    args.push('--rollup.l1-chain-config', files.l1ChainConfig, '--datadir', temporaryFolder('exit'), '--json')
    await json([...args, 'prove', leaving.transaction], { deadline_s: 90 })
    const { transfers } = await json([...args, 'finalize', leaving.transaction, '--wait'], { deadline_s: 90 })
    assertEqual(transfers[0].stage, 'finalized', 'stage')
    assertEqual(await balance(l1.url, fresh(6)), ETHER / 4n, 'balance on L1')
  })
})

/** A token on L1, all of it an account's, and its twin of our factory on L2. */
async function makeToken(viem, index) {
  const { bytecode } = compile('Coin')
  const made = await viem.l1Wallet(index).deployContract({ abi: [], bytecode })
  const { contractAddress: l1Token } = await viem.l1.waitForTransactionReceipt({ hash: made })
  const hash = await viem.l2Wallet(index).writeContract({
    address: TOKEN_FACTORY,
    abi: TOKEN_ABI,
    functionName: 'createOptimismMintableERC20WithDecimals',
    args: [l1Token, 'Coin', 'COIN', 6],
  })
  const receipt = await viem.l2.waitForTransactionReceipt({ hash, timeout: 30_000 })
  const [{ localToken }] = eventsOf(receipt, TOKEN_ABI, 'OptimismMintableERC20Created', TOKEN_FACTORY)
  return { l1Token, l2Token: localToken }
}

/** Where our ABIs are not theirs is written down with a reason, and nothing else is. */
async function checkAbis(check) {
  await check('where our ABIs differ from theirs, the table of contracts/README.md says why', () => {
    const [found, written] = [differences(), documented()]
    const missing = found.filter((difference) => !written.includes(difference))
    const stale = written.filter((difference) => !found.includes(difference))
    assert(missing.length === 0, `not in the table:\n${missing.join('\n')}`)
    assert(stale.length === 0, `in the table, but no difference:\n${stale.join('\n')}`)
  })
}
