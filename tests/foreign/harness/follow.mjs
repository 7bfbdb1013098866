// One story for three pairs of clients: a devnet with traffic of every kind, and a pair that follows it from L1 and beacon API alone.

import { suite } from '../../e2e/harness/checks.mjs'
import { startDevnet } from '../../e2e/harness/tandem.mjs'
import { checkComposition, checkSameBlocks, makeTraffic, safeHeadReaches } from '../../e2e/harness/traffic.mjs'
import { clients } from '../../e2e/harness/wallets.mjs'

const BLOCKS = 60

/** Runs the story; `startPair(devnet)` answers with the pair's L2 RPC, rollup RPC and a process to watch. */
export function followSuite(name, { fork, pair, startPair }) {
  return suite(name, { deadline_s: 480 }, async (check) => {
    const devnet = await startDevnet({ args: ['--fork', fork] })
    const viem = clients(devnet)
    const last = await check(`a ${fork} devnet makes ${BLOCKS} blocks with traffic of every kind`, async () => {
      const head = await makeTraffic(viem, devnet, { blocks: BLOCKS })
      await checkComposition(devnet.l2, head)
      return head
    })
    const follower = await check(`${pair} start on the files that the devnet wrote`, () => startPair(devnet))
    await check(`${pair} derive the blocks from L1`, () =>
      safeHeadReaches(follower.rollup, last, { deadline_s: 180, process: follower.process }))
    await check('every block has the same hash and state root, genesis included', () => checkSameBlocks(devnet.l2, follower.l2, last))
  })
}
