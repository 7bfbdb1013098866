// A batcher that lies: op-node with op-geth and our node read the same L1, full of batches that are wrong in every way, and must agree on
// what is left of them.

import { readFileSync, writeFileSync } from 'node:fs'

import { assert, suite } from '../../e2e/harness/checks.mjs'
import { until } from '../../e2e/harness/poll.mjs'
import { blockAt, height, rpc } from '../../e2e/harness/rpc.mjs'
import { deploy, startExecution, startL1, startNode } from '../../e2e/harness/tandem.mjs'
import { checkSameBlocks } from '../../e2e/harness/traffic.mjs'
import { BATCHER, account, clients } from '../../e2e/harness/wallets.mjs'
import { startOpGeth, startOpNode } from '../harness/clients.mjs'
import { randomFrom, send, variants } from '../harness/hostile_batcher.mjs'

const SEED = Number(process.env.HOSTILE_SEED ?? 1)
const ROUNDS = Number(process.env.HOSTILE_ROUNDS ?? 40)
const LIES_A_ROUND = 5
const SEQUENCING_WINDOW = 30
const JOVIAN_AFTER_S = 25

await suite('op-node-hostile', { deadline_s: 420 }, async (check) => {
  const l1 = await check('tandem l1 starts', () => startL1({ args: ['--l1-block-time', '1'] }))
  const system = await check('tandem deploy deploys to it', () => deploy({ l1: l1.url, args: ['--fork', 'isthmus'] }))
  changeConfig(system.files)
  const shared = { l1: l1.url, beacon: l1.beacon, files: system.files }
  const geth = await check('op-geth starts', () => startOpGeth(system.files))
  const opNode = await check('op-node starts', () => startOpNode({ ...shared, engine: geth.engine }))
  const execution = await check('tandem execution starts', () => startExecution(system))
  const node = await check('tandem node starts', () =>
    startNode({ ...shared, roles: 'verifier', engine: execution.engine, args: ['--l1.http-poll-interval', '300ms'] }))

  const posted = await check(`a batcher posts ${ROUNDS} rounds of lies (seed ${SEED})`, () =>
    lie({ l1: l1.url, l2: geth.url, rollup: opNode.url, system, process: opNode.process }))
  const safe = await check('both have read all of it', () => agreement(l1.url, [opNode, node]))
  await check('every block is the same', () => checkSameBlocks(geth.url, execution.url, safe))
  await check('truths came through, among the lies', async () => {
    const count = async (number) => (await blockAt(geth.url, number)).transactions.length
    const counts = await Promise.all(Array.from({ length: safe }, (_, index) => count(index + 1)))
    assert(safe > ROUNDS / 2, `only ${safe} safe blocks`)
    assert(counts.filter((count) => count > 1).length > 10, 'hardly a block with transactions of users')
    assert(Object.keys(posted).length > 30, `only ${Object.keys(posted).length} kinds of lies`)
  })
})

/** A short sequencing window, and Jovian soon after the start. */
function changeConfig({ rollup, genesis }) {
  const [rollupJson, genesisJson] = [rollup, genesis].map((file) => JSON.parse(readFileSync(file, 'utf8')))
  rollupJson.seq_window_size = SEQUENCING_WINDOW
  rollupJson.jovian_time = rollupJson.genesis.l2_time + JOVIAN_AFTER_S
  genesisJson.config.jovianTime = rollupJson.jovian_time
  writeFileSync(rollup, JSON.stringify(rollupJson))
  writeFileSync(genesis, JSON.stringify(genesisJson))
}

/** Posts until the rounds are over, one for each L1 block at most; answers with how often each kind was posted. */
async function lie({ l1, l2, rollup, system, process }) {
  const random = randomFrom(SEED)
  const viem = clients({ l1, l2, addresses: system.addresses })
  const { rollupConfig } = system
  let nonce = Number(await rpc(l1, 'eth_getTransactionCount', [account(BATCHER).address, 'pending']))
  const kinds = {}
  const l2Origins = async (number) => (await rpc(rollup, 'optimism_outputAtBlock', [`0x${number.toString(16)}`])).blockRef.l1origin
  for (let round = 0, last = 0; round < ROUNDS; round += 1) {
    last = await until('L1 has another block', { deadline_s: 20, every_ms: 100 }, async () => {
      if (process.result) throw new Error(`${process.name} ended`)
      const now = await height(l1)
      return now > last && now
    })
    const { safe_l2: safe } = await rpc(rollup, 'optimism_syncStatus')
    const view = { l1, l2, rollupConfig, genesisTime: rollupConfig.genesis.l2_time, safe, l1Head: last, users: {}, l2Origins }
    for (const { name, data } of await variants(random, view, LIES_A_ROUND)) {
      kinds[name] = (kinds[name] ?? 0) + 1
      nonce = await send(viem, rollupConfig, data, nonce)
    }
  }
  return kinds
}

/** Waits until both have read L1 to its head of now, and answers with the number up to which both have safe blocks. */
async function agreement(l1, nodes) {
  const end = (await height(l1)) + 1
  return until(`both have read L1 block ${end}`, { deadline_s: 60 }, async () => {
    const statuses = await Promise.all(nodes.map(({ url }) => rpc(url, 'optimism_syncStatus')))
    const hasRead = statuses.every(({ current_l1 }) => current_l1.number >= end)
    return hasRead && Math.min(...statuses.map(({ safe_l2 }) => safe_l2.number))
  })
}
