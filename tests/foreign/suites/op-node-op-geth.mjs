// op-node with op-geth, nothing of ours in them, follow a devnet to our hashes.

import { startOpGeth, startOpNode } from '../harness/clients.mjs'
import { followSuite } from '../harness/follow.mjs'

await followSuite('op-node-op-geth', {
  fork: 'jovian',
  pair: 'op-node and op-geth',
  startPair: async ({ l1, beacon, files }) => {
    const geth = await startOpGeth(files)
    const node = await startOpNode({ l1, beacon, engine: geth.engine, files })
    return { l2: geth.url, rollup: node.url, process: node.process }
  },
})
