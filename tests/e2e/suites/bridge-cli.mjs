// `tandem bridge` on a devnet: every way in and out, as a person types it, and what it refuses.

import { encodeFunctionData, parseAbi } from 'viem'

import { assert, assertEqual, suite } from '../harness/checks.mjs'
import { json, tandem } from '../harness/commands.mjs'
import { compile } from '../harness/compile.mjs'
import { rpc } from '../harness/rpc.mjs'
import { startDevnet } from '../harness/tandem.mjs'
import { account, clients, privateKey } from '../harness/wallets.mjs'

const ETHER = 10n ** 18n
const MESSAGE_PASSER = '0x4200000000000000000000000000000000000016'
const TOKEN_FACTORY = '0x4200000000000000000000000000000000000012'
const MULTICALL3 = '0xcA11bde05977b3631167028862bE2a173976CA11'
const GAS_MAX = 1 << 24

const abi = parseAbi([
  'function balanceOf(address) view returns (uint256)',
  'function approve(address, uint256)',
  'function createOptimismMintableERC20WithDecimals(address, string, string, uint8) returns (address)',
  'event OptimismMintableERC20Created(address indexed localToken, address indexed remoteToken, address deployer)',
  'function initiateWithdrawal(address target, uint256 gasLimit, bytes data) payable',
  'struct Call { address target; bool allowFailure; uint256 value; bytes callData; }',
  'function aggregate3Value(Call[] calls) payable',
])

const fresh = (number) => `0x${'0'.repeat(35)}b21d${number.toString(16)}`
const balance = async (url, address) => BigInt(await rpc(url, 'eth_getBalance', [address, 'latest']))

await suite('bridge-cli', { deadline_s: 480 }, async (check) => {
  const devnet = await check('tandem devnet starts', () => startDevnet())
  const viem = clients({ l1: devnet.l1, l2: devnet.l2, addresses: devnet.addresses })
  const layers = ['--l1', devnet.l1, '--l2', devnet.l2, '--rollup-rpc', devnet.rollup]
  const env = { BRIDGE_PRIVATE_KEY: privateKey(3) }
  const user = account(3).address
  const bridge = (...args) => json(['bridge', ...args, ...layers], { env, deadline_s: 180 })
  const refused = async (code, says, ...args) => {
    const answer = await tandem(['bridge', ...args, ...layers], { env })
    assertEqual(answer.code, code, `exit code of ${args.join(' ')}: ${answer.stderr}`)
    assert(answer.stderr.includes(says), `${args.join(' ')} says ${answer.stderr}, not ${says}`)
  }
  /** Proves and finalizes, each as soon as it can be. */
  const complete = async (transaction) => {
    const proven = await bridge('prove', transaction, '--wait')
    const finalized = await bridge('finalize', transaction, '--wait')
    return { proven, finalized }
  }

  await check('ether goes in through the portal and over the bridge', async () => {
    for (const [number, via] of [[1, 'portal'], [2, 'bridge']]) {
      const { transfers } = await bridge('deposit', '--amount', '1.5', '--to', fresh(number), '--via', via, '--wait')
      assert(['unsafe', 'safe', 'finalized'].includes(transfers[0].stage), `${via}: ${JSON.stringify(transfers)}`)
      assertEqual(await balance(devnet.l2, fresh(number)), (3n * ETHER) / 2n, `balance by ${via}`)
    }
  })
  await check('a deposit is followed to the finalized block', async () => {
    const { transaction } = await bridge('deposit', '--amount', '1wei', '--to', fresh(3))
    const { transfers, settled } = await bridge('status', transaction, '--wait')
    assertEqual(`${transfers[0].stage} ${settled}`, 'finalized true', 'its end')
  })
  await check('ether goes out through the message passer and over the bridge', async () => {
    for (const [number, via] of [[4, 'passer'], [5, 'bridge']]) {
      const { transaction } = await bridge('withdraw', '--amount', '0.75', '--to', fresh(number), '--via', via)
      const { proven, finalized } = await complete(transaction)
      assertEqual(proven.transfers[0].stage, 'waiting-to-finalize', 'stage once proven')
      assertEqual(finalized.transfers[0].stage, 'finalized', 'stage once finalized')
      assertEqual(finalized.transfers[0].message, via === 'bridge' ? 'relayed' : null, 'message')
      assertEqual(await balance(devnet.l1, fresh(number)), (3n * ETHER) / 4n, `balance by ${via}`)
    }
  })

  const coin = await check('a token and its twin are made', async () => {
    const { bytecode } = compile('Coin')
    const made = await viem.l1Wallet(3).deployContract({ abi: [], bytecode })
    const { contractAddress: l1Token } = await viem.l1.waitForTransactionReceipt({ hash: made })
    const hash = await viem.l2Wallet(3).writeContract({
      address: TOKEN_FACTORY,
      abi,
      functionName: 'createOptimismMintableERC20WithDecimals',
      args: [l1Token, 'Coin', 'COIN', 6],
    })
    const { logs } = await viem.l2.waitForTransactionReceipt({ hash })
    const created = logs.find((log) => log.topics.length === 3 && log.address.toLowerCase() === TOKEN_FACTORY.toLowerCase() && BigInt(log.topics[2]) === BigInt(l1Token))
    return { l1Token, l2Token: `0x${created.topics[1].slice(26)}` }
  })
  const held = (client, address, owner) => client.readContract({ address, abi, functionName: 'balanceOf', args: [owner] })
  await check('the token goes in, though its old allowance is in the way', async () => {
    const target = await viem.l1.readContract({
      address: devnet.addresses.L1StandardBridgeProxy,
      abi: parseAbi(['function otherBridge() view returns (address)']),
      functionName: 'otherBridge',
    })
    assertEqual(target, '0x4200000000000000000000000000000000000010', 'the other bridge')
    const args = [devnet.addresses.L1StandardBridgeProxy, 1n]
    const hash = await viem.l1Wallet(3).writeContract({ address: coin.l1Token, abi, functionName: 'approve', args })
    await viem.l1.waitForTransactionReceipt({ hash })
    const tokens = ['--token', coin.l1Token, '--l2-token', coin.l2Token]
    const { transfers } = await bridge('deposit', '--amount', '12.5', '--to', user, ...tokens, '--wait')
    assertEqual(transfers[0].movement.asset.kind, 'token', 'asset')
    assertEqual(await held(viem.l2, coin.l2Token, user), 12_500_000n, 'tokens on L2')
  })
  await check('the token goes out again', async () => {
    const { transaction } = await bridge('withdraw', '--amount', '2.25', '--to', fresh(6), '--token', coin.l2Token)
    const { finalized } = await complete(transaction)
    assertEqual(finalized.transfers[0].message, 'relayed', 'message')
    assertEqual(await held(viem.l1, coin.l1Token, fresh(6)), 2_250_000n, 'tokens on L1')
    assertEqual(await held(viem.l2, coin.l2Token, user), 10_250_000n, 'tokens on L2')
  })
  await check('more of a token than there is is refused before anything is sent', () =>
    refused(1, 'are needed: send less', 'withdraw', '--amount', '1000', '--token', coin.l2Token))

  await check('several withdrawals of one transaction go on together and one by one', async () => {
    const calls = [7, 8, 9].map((number) => ({
      target: MESSAGE_PASSER,
      allowFailure: false,
      value: BigInt(number),
      callData: encodeFunctionData({ abi, functionName: 'initiateWithdrawal', args: [fresh(number), 50_000n, '0x'] }),
    }))
    const hash = await viem.l2Wallet(3).writeContract({ address: MULTICALL3, abi, functionName: 'aggregate3Value', args: [calls], value: 24n })
    await viem.l2.waitForTransactionReceipt({ hash })
    const one = await bridge('prove', hash, '--index', '1', '--wait')
    assertEqual(one.transfers.map((transfer) => transfer.stage).join(' '), 'ready-to-prove waiting-to-finalize ready-to-prove', 'stages')
    const rest = await bridge('prove', hash)
    assertEqual(rest.sent.length, 2, 'proofs of the rest')
    const finalized = await bridge('finalize', hash, '--wait')
    assertEqual(finalized.sent.length, 3, 'finalizations')
    for (const number of [7, 8, 9]) assertEqual(await balance(devnet.l1, fresh(number)), number, `balance ${number}`)
    await refused(1, '--index goes from 0 to 2', 'prove', hash, '--index', '3')
  })

  // What finalizing needs beside the gas limit, as the CLI reckons it for no data.
  const edge = await check('the highest gas limit that L1 can serve is found by what is refused', async () => {
    let [low, high] = [GAS_MAX / 2, GAS_MAX]
    while (low + 1 < high) {
      const middle = Math.floor((low + high) / 2)
      const { code, stderr } = await tandem(['bridge', 'withdraw', '--amount', '100000000', '--gas-limit', String(middle), ...layers], { env })
      assertEqual(code, 1, 'exit code')
      if (stderr.includes('EIP-7825')) high = middle
      else low = middle
    }
    await refused(1, `has ${GAS_MAX} (EIP-7825)`, 'withdraw', '--amount', '1wei', '--gas-limit', String(high))
    return low
  })
  await check('a withdrawal at that edge is finalized', async () => {
    const { transaction } = await bridge('withdraw', '--amount', '3wei', '--to', fresh(10), '--gas-limit', String(edge))
    const { finalized } = await complete(transaction)
    assertEqual(finalized.transfers[0].stage, 'finalized', 'stage')
    assertEqual(await balance(devnet.l1, fresh(10)), 3n, 'balance')
  })

  await check('a person is told where a transfer stands, and what it waits for', async () => {
    const { transaction } = await bridge('withdraw', '--amount', '1wei', '--to', fresh(11))
    const { code, stdout } = await tandem(['bridge', 'status', transaction, ...layers])
    assertEqual(code, 0, 'exit code')
    assert(/^withdrawal 0x[0-9a-f]{64}: 0.000000000000000001 ether from 0x/m.test(stdout), stdout)
    assert(/● on L2 .* waits for .*output/.test(stdout), stdout)
    await refused(1, 'cannot be finalized: it is', 'finalize', transaction)
  })
  await check('the portal alone, and addresses.json, are enough to know the system', async () => {
    const { transaction } = await bridge('deposit', '--amount', '1wei')
    for (const flags of [['--portal', devnet.addresses.OptimismPortalProxy], ['--addresses', devnet.files.addresses], ['--rollup.config', devnet.files.rollup]]) {
      const { transfers } = await json(['bridge', 'status', transaction, '--l1', devnet.l1, '--l2', devnet.l2, ...flags])
      assertEqual(transfers[0].kind, 'deposit', `kind by ${flags[0]}`)
    }
  })
  await check('mistakes are told with their remedy', async () => {
    const unknown = `0x${'22'.repeat(32)}`
    await refused(2, 'write it as 1.5', 'deposit', '--amount', 'much')
    await refused(2, 'invalid value', 'status', '0x12')
    await refused(2, '--l2-token', 'deposit', '--amount', '1', '--token', coin.l1Token)
    await refused(1, `no node knows transaction ${unknown}`, 'status', unknown)
    await refused(1, 'fund it', 'deposit', '--amount', '100000000')
    const { code, stderr } = await tandem(['bridge', 'status', unknown, '--l1', devnet.l2, '--l2', devnet.l1, '--rollup-rpc', devnet.rollup])
    assertEqual(code, 1, 'exit code for swapped layers')
    assert(stderr.includes('--l2 serves chain 900, the rollup\'s is 901'), stderr)
  })
})
