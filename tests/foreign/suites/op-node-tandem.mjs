// op-node drives our execution client through the Engine API and follows a devnet.

import { startExecution } from '../../e2e/harness/tandem.mjs'
import { startOpNode } from '../harness/clients.mjs'
import { followSuite } from '../harness/follow.mjs'

await followSuite('op-node-tandem', {
  fork: 'karst',
  pair: 'op-node and tandem execution',
  startPair: async ({ l1, beacon, files }) => {
    const execution = await startExecution({ files })
    const node = await startOpNode({ l1, beacon, engine: execution.engine, files })
    return { l2: execution.url, rollup: node.url, process: node.process }
  },
})
