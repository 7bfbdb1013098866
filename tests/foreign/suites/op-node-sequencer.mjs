// op-node sequences a chain of its own on our execution client, over our L1 with our contracts.

import { assert, suite } from '../../e2e/harness/checks.mjs'
import { blockAt } from '../../e2e/harness/rpc.mjs'
import { deploy, startExecution, startL1 } from '../../e2e/harness/tandem.mjs'
import { checkComposition, makeTraffic } from '../../e2e/harness/traffic.mjs'
import { clients } from '../../e2e/harness/wallets.mjs'
import { startOpNode } from '../harness/clients.mjs'

const BLOCKS = 50

await suite('op-node-sequencer', { deadline_s: 420 }, async (check) => {
  const l1 = await check('tandem l1 starts', () => startL1())
  const system = await check('tandem deploy deploys to it', () => deploy({ l1: l1.url }))
  const execution = await check('tandem execution starts on the genesis', () => startExecution(system))
  await check('op-node starts as its sequencer', () =>
    startOpNode({
      l1: l1.url,
      beacon: l1.beacon,
      engine: execution.engine,
      files: system.files,
      args: ['--sequencer.enabled', '--sequencer.l1-confs', '0'],
    }))
  await check(`${BLOCKS} blocks with traffic of every kind`, async () => {
    const viem = clients({ l1: l1.url, l2: execution.url, addresses: system.addresses })
    const last = await makeTraffic(viem, { addresses: system.addresses, l2: execution.url }, { blocks: BLOCKS })
    await checkComposition(execution.url, last)
    for (let number = 1; number <= last; number += 1) {
      const [parent, block] = await Promise.all([blockAt(execution.url, number - 1), blockAt(execution.url, number)])
      assert(block.parentHash === parent.hash, `block ${number} stands on block ${number - 1}`)
    }
  })
})
