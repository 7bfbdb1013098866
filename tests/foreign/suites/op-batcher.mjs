// op-batcher posts what our sequencer makes, in every form that it knows; a verifier that hears L1 alone derives the same chain, from
// Isthmus through the activations of Jovian and Karst.

import { randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'

import { assert, suite } from '../../e2e/harness/checks.mjs'
import { blockAt, height, rpc } from '../../e2e/harness/rpc.mjs'
import { deploy, startExecution, startL1, startNode } from '../../e2e/harness/tandem.mjs'
import { checkComposition, checkSameBlocks, makeTraffic, safeHeadReaches } from '../../e2e/harness/traffic.mjs'
import { BATCHER, account, clients } from '../../e2e/harness/wallets.mjs'
import { postedChannels } from '../harness/batches.mjs'
import { startOpBatcher, startOpNode } from '../harness/clients.mjs'

const JOVIAN_AFTER_S = 30
const KARST_AFTER_S = 60
const BLOCKS = 14

/** Bytes of calldata that no compressor makes fewer: four of the first need four blobs. */
const LARGE_BYTES = 100_000
const THROTTLED_BYTES = 8_000

/** What op-batcher is told, and what its channels must then have in common. */
const VARIANTS = [
  {
    name: 'span batches, Brotli, several blobs a transaction',
    ...{ da: 'blobs', compression: 'brotli', batches: 'span', frames_min: 3, large: true },
    args: ['--target-num-frames', '5', '--max-channel-duration', '4'],
  },
  { name: 'singular batches, zlib, calldata', da: 'calldata', compression: 'zlib', batches: 'singular', args: [] },
  {
    name: 'span batches, zlib, calldata, channels of several small transactions',
    ...{ da: 'calldata', compression: 'zlib', batches: 'span', frames_min: 3 },
    args: ['--max-l1-tx-size-bytes', '400', '--target-num-frames', '8'],
  },
  { name: 'singular batches, Brotli, blobs', da: 'blobs', compression: 'brotli', batches: 'singular', args: [] },
  {
    name: 'several span batches a channel, Brotli, calldata, several transactions at once',
    ...{ da: 'calldata', compression: 'brotli', batches: 'span', batches_min: 2 },
    args: ['--max-blocks-per-span-batch', '1', '--max-channel-duration', '4', '--max-pending-tx', '8'],
  },
  {
    name: 'span batches, zlib, blobs, while it throttles the block builder',
    ...{ da: 'blobs', compression: 'zlib', batches: 'span', throttled: true },
    args: [
      ...['--throttle.unsafe-da-bytes-lower-threshold', '1', '--throttle.unsafe-da-bytes-upper-threshold', '2'],
      ...['--throttle.block-size-lower-limit', '6000', '--throttle.block-size-upper-limit', '6001'],
      ...['--throttle.tx-size-lower-limit', '5000', '--throttle.tx-size-upper-limit', '5001'],
    ],
  },
]

await suite('op-batcher', { deadline_s: 480 }, async (check) => {
  const l1 = await check('tandem l1 starts', () => startL1({ args: ['--l1-block-time', '1'] }))
  const system = await check('tandem deploy deploys to it', () => deploy({ l1: l1.url, args: ['--fork', 'isthmus'] }))
  activateLater(system.files)
  const shared = { l1: l1.url, beacon: l1.beacon, files: system.files }
  const execution = await check('the execution client starts', () =>
    startExecution({ ...system, args: ['--http.api', 'eth,net,web3,miner'] }))
  const sequencer = await check('the sequencer starts, without a batcher', () =>
    startNode({ ...shared, roles: 'sequencer', engine: execution.engine, args: ['--sequencer.l1-confs', '0'] }))
  const verifierExecution = await check("the verifier's execution client starts", () => startExecution(system))
  const verifier = await check('the verifier starts', () =>
    startNode({ ...shared, roles: 'verifier', engine: verifierExecution.engine, args: ['--l1.http-poll-interval', '300ms'] }))

  const run = { l1, system, execution, sequencer, verifier }
  run.viem = clients({ l1: l1.url, l2: execution.url, addresses: system.addresses })
  let last = 0
  for (const variant of VARIANTS) last = (await check(variant.name, () => post(run, variant))) ?? last

  await check('the blocks hold traffic of every kind, and both activations', async () => {
    await checkComposition(execution.url, last)
    const times = [0, last].map(async (number) => Number((await blockAt(execution.url, number)).timestamp))
    const [first, end] = await Promise.all(times)
    assert(end > first + KARST_AFTER_S, `only ${end - first} s of blocks: Karst is not active`)
  })
  await check('every block of the verifier is the one of the sequencer', () =>
    checkSameBlocks(execution.url, verifierExecution.url, last))
  await check('op-node derives the same through both activations', async () => {
    const judged = await startExecution(system)
    const opNode = await startOpNode({ ...shared, engine: judged.engine })
    await safeHeadReaches(opNode.url, last, { deadline_s: 60, process: opNode.process })
    await checkSameBlocks(execution.url, judged.url, last)
  })
})

/** Writes into the files of a chain of Isthmus that Jovian and Karst come soon. */
function activateLater({ rollup, genesis }) {
  const [rollupJson, genesisJson] = [rollup, genesis].map((file) => JSON.parse(readFileSync(file, 'utf8')))
  const start = rollupJson.genesis.l2_time
  const times = { jovian: start + JOVIAN_AFTER_S, karst: start + KARST_AFTER_S }
  for (const [fork, time] of Object.entries(times)) {
    rollupJson[`${fork}_time`] = time
    genesisJson.config[`${fork}Time`] = time
  }
  writeFileSync(rollup, JSON.stringify(rollupJson))
  writeFileSync(genesis, JSON.stringify(genesisJson))
}

/** Runs op-batcher as one variant says until the verifier has all blocks of a while, and looks at what it posted. */
async function post({ l1, system, execution, sequencer, verifier, viem }, variant) {
  const [from, before] = [(await height(l1.url)) + 1, await height(execution.url)]
  const batcher = await startOpBatcher({ l1: l1.url, l2: execution.url, rollup: sequencer.url, variant })
  const blocks = before + BLOCKS
  if (variant.large) await Promise.all([5, 6, 7, 8].map((index) => sendRandom(viem, index, LARGE_BYTES)))
  const held = variant.throttled && (await sendThrottled(viem, sequencer, before))
  const last = await makeTraffic(viem, { addresses: system.addresses, l2: execution.url }, { blocks })
  await safeHeadReaches(verifier.url, last, { deadline_s: 60, process: batcher.process })
  batcher.process.signal('SIGTERM')
  const ended = await batcher.process.exited
  assert(ended.code === 0, `op-batcher ended: ${JSON.stringify(ended)}`)
  if (held) await checkHeld(viem, execution, held)
  const read = { l1: l1.url, beacon: l1.beacon, rollupConfig: system.rollupConfig }
  checkChannels(await postedChannels(read, account(BATCHER).address, { from, to: await height(l1.url) }), variant)
  return last
}

/** Sends a transaction that no compressor makes smaller. */
function sendRandom(viem, index, bytes) {
  const data = `0x${randomBytes(bytes).toString('hex')}`
  return viem.l2Wallet(index).sendTransaction({ to: account(index).address, data, gas: 21_000n + 40n * BigInt(bytes) })
}

/** Once op-batcher has posted and so has set its limits, sends what goes beyond them. */
async function sendThrottled(viem, sequencer, before) {
  await safeHeadReaches(sequencer.url, before + 1, { deadline_s: 60 })
  return sendRandom(viem, 9, THROTTLED_BYTES)
}

/** The transaction is in no block until the limits are lifted. */
async function checkHeld(viem, execution, hash) {
  const receipt = await rpc(execution.url, 'eth_getTransactionReceipt', [hash])
  assert(!receipt, `a transaction beyond the limits is in block ${receipt?.blockNumber}`)
  await rpc(execution.url, 'miner_setMaxDASize', ['0x0', '0x0'])
  await viem.l2.waitForTransactionReceipt({ hash, timeout: 30_000 })
}

function checkChannels(channels, { da, compression, batches, frames_min = 1, batches_min = 1 }) {
  assert(channels.length > 0, 'op-batcher completed no channel')
  const expect = (what, found, expected) =>
    assert(found.size === 1 && found.has(expected), `${what} of its channels: ${[...found]}, expected ${expected}`)
  const seen = (of) => new Set(channels.flatMap(of))
  expect('DA', seen((channel) => channel.da), da)
  expect('compression', seen((channel) => channel.compression), compression)
  expect('batches', seen((channel) => channel.batches), batches)
  const most = (of) => Math.max(...channels.map(of))
  const shapes = () => channels.map(({ frames, batches }) => `${frames} of ${batches.length}`).join(', ')
  assert(most(({ frames }) => frames) >= frames_min, `no channel has ${frames_min} frames; frames and batches: ${shapes()}`)
  assert(most((channel) => channel.batches.length) >= batches_min, `no channel has ${batches_min} batches; frames and batches: ${shapes()}`)
}
