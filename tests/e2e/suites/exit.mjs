// A user leaves with the sequencer, the batcher, the proposer and every RPC of the L2 gone: what is on L1 is enough.

import { readFileSync, writeFileSync } from 'node:fs'

import { assert, assertEqual, suite } from '../harness/checks.mjs'
import { until } from '../harness/poll.mjs'
import { freePort, temporaryFolder } from '../harness/processes.mjs'
import { rpc } from '../harness/rpc.mjs'
import { deploy, startL1, startNode } from '../harness/tandem.mjs'
import { json, tandem } from '../harness/commands.mjs'
import { BATCHER, PROPOSER, privateKey } from '../harness/wallets.mjs'

/** L1 blocks after which what the portal holds is included without a sequencer; the batcher must always be faster. */
const WINDOW = 60
const ETHER = 10n ** 18n
const RECIPIENT = '0x00000000000000000000000000000000000e8171'
const FORCED_RECIPIENT = '0x00000000000000000000000000000000000e8172'

const balance = async (url, address) => BigInt(await rpc(url, 'eth_getBalance', [address, 'latest']))

await suite('exit', { deadline_s: 600 }, async (check) => {
  const l1 = await check('tandem l1 starts', () => startL1({ args: ['--l1-block-time', '1'] }))
  const system = await check('tandem deploy deploys to it, and the window is made short', async () => {
    const deployed = await deploy({ l1: l1.url })
    const rollup = JSON.parse(readFileSync(deployed.files.rollup, 'utf8'))
    writeFileSync(deployed.files.rollup, JSON.stringify({ ...rollup, seq_window_size: WINDOW }))
    return deployed
  })
  const { files } = system
  const shared = { l1: l1.url, beacon: l1.beacon, files }
  const l2Port = await freePort()
  const l2 = `http://127.0.0.1:${l2Port}`
  const node = await check('a node sequences, posts batches and proposes outputs', () =>
    startNode({
      ...shared,
      roles: 'sequencer,batcher,proposer',
      args: ['--sequencer.l1-confs', '0', '--http.port', String(l2Port), '--allow-non-finalized', '--l2oo-address', system.addresses.L2OutputOracleProxy],
      env: { OP_BATCHER_PRIVATE_KEY: privateKey(BATCHER), OP_PROPOSER_PRIVATE_KEY: privateKey(PROPOSER) },
    }))

  const layers = ['--l1', l1.url, '--l2', l2, '--rollup.config', files.rollup]
  const bridge = (...args) => json(['bridge', ...args, ...layers])
  await check('ether is deposited, so that there is some to withdraw', async () => {
    const { transfers } = await bridge('deposit', '--amount', '3', '--wait')
    assertEqual(transfers.length, 1, 'deposits')
    assert(['unsafe', 'safe', 'finalized'].includes(transfers[0].stage), JSON.stringify(transfers))
  })
  const withdrawal = await check('a withdrawal begins', async () => {
    const begun = await bridge('withdraw', '--amount', '0.5', '--to', RECIPIENT)
    assertEqual(begun.transfers[0].movement.amount, ETHER / 2n, 'amount')
    return begun.transaction
  })
  await check('an output on L1 covers it', () =>
    until('ready to prove', { deadline_s: 90 }, async () => {
      const { transfers } = await bridge('status', withdrawal)
      assert(['waiting-to-prove', 'ready-to-prove'].includes(transfers[0].stage), JSON.stringify(transfers))
      return transfers[0].stage === 'ready-to-prove'
    }))

  await check('everything of the L2 is killed', async () => {
    await node.process.kill()
    const { code, stderr } = await tandem(['bridge', 'status', withdrawal, ...layers])
    assertEqual(code, 1, 'exit code without an L2')
    assert(stderr.includes('cannot be reached'), stderr)
  })

  const datadir = temporaryFolder('exit')
  const fromL1 = ['exit', '--l1', l1.url, '--l1.beacon', l1.beacon, '--rollup.config', files.rollup, '--genesis', files.genesis]
  fromL1.push('--rollup.l1-chain-config', files.l1ChainConfig, '--datadir', datadir)
  const exit = (...args) => json([...fromL1, '--json', ...args], { deadline_s: 240 })
  await check('without the blobs it says what to give', async () => {
    const blind = fromL1.filter((argument) => argument !== '--l1.beacon' && argument !== l1.beacon)
    const elsewhere = blind.map((argument) => (argument === datadir ? temporaryFolder('blind') : argument))
    const { code, stderr } = await tandem([...elsewhere, 'prove', withdrawal], { deadline_s: 60 })
    assertEqual(code, 1, 'exit code')
    assert(stderr.includes('--l1.beacon'), stderr)
  })
  await check('tandem exit prove proves it, from L1 alone', async () => {
    const proven = await exit('prove', withdrawal)
    assertEqual(proven.transfers[0].stage, 'waiting-to-finalize', 'stage')
    assert(proven.transfers[0].until > proven.l1Time, JSON.stringify(proven))
    assertEqual(proven.sent.length, 1, 'transactions')
  })
  await check('to finalize too early says until when to wait', async () => {
    const { code, stderr } = await tandem([...fromL1, 'prove', withdrawal], { deadline_s: 60 })
    assertEqual(code, 1, 'exit code')
    assert(/it is (waiting|ready)-to-finalize/.test(stderr), stderr)
  })
  await check('tandem exit finalize finalizes it, and the ether is there', async () => {
    const finalized = await exit('finalize', withdrawal, '--wait')
    assertEqual(finalized.transfers[0].stage, 'finalized', 'stage')
    assertEqual(finalized.sent[0].success, true, 'the call')
    assertEqual(await balance(l1.url, RECIPIENT), ETHER / 2n, 'balance on L1')
  })
  await check('nothing is paid twice', async () => {
    const { code, stderr } = await tandem([...fromL1, 'finalize', withdrawal], { deadline_s: 60 })
    assertEqual(code, 1, 'exit code')
    assert(stderr.includes('there is nothing left to do'), stderr)
    assertEqual(await balance(l1.url, RECIPIENT), ETHER / 2n, 'balance on L1')
  })

  const forced = await check('tandem exit force gives the portal a transaction for the L2', async () => {
    const answer = await exit('force', '--to', FORCED_RECIPIENT, '--value', '0.25')
    assertEqual(answer.l2Transactions.length, 1, 'transactions on L2')
    assertEqual(answer.includedByL1Block, answer.sent[0].block + WINDOW, 'the last L1 block')
    return { transaction: answer.l2Transactions[0], l1Block: answer.includedByL1Block }
  })
  await check('a forced withdrawal waits until the window ends, and is in the derived chain', async () => {
    const { transfers } = await exit('withdraw', '--amount', '0.1', '--wait')
    assert(['safe', 'unsafe', 'finalized'].includes(transfers[0].stage), JSON.stringify(transfers))
    const { transfers: withdrawals } = await exit('status', transfers[0].hash)
    assertEqual(withdrawals[0].kind, 'withdrawal', 'kind')
    assert(['waiting-to-prove', 'ready-to-prove'].includes(withdrawals[0].stage), JSON.stringify(withdrawals))
  })
  await check('a verifier that knows nothing but L1 includes it too', async () => {
    const port = await freePort()
    await startNode({ ...shared, roles: 'verifier', args: ['--http.port', String(port)] })
    const url = `http://127.0.0.1:${port}`
    const receipt = await until('the forced transaction is included', { deadline_s: 180, through_errors: true }, () =>
      rpc(url, 'eth_getTransactionReceipt', [forced.transaction]))
    assertEqual(receipt.status, '0x1', 'its status')
    assertEqual(await balance(url, FORCED_RECIPIENT), ETHER / 4n, 'balance on L2')
    const head = Number(await rpc(l1.url, 'eth_blockNumber'))
    assert(head >= forced.l1Block, `L1 is at ${head}, before the window's end ${forced.l1Block}`)
  })
  await check('a transaction that L1 does not know of is named', async () => {
    const unknown = `0x${'11'.repeat(32)}`
    const { code, stderr } = await tandem([...fromL1, 'prove', unknown], { deadline_s: 90 })
    assertEqual(code, 1, 'exit code')
    assert(stderr.includes(`no node knows transaction ${unknown}`), stderr)
  })
})
