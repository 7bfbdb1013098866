// Our node drives op-geth through the Engine API and follows a devnet.

import { startNode } from '../../e2e/harness/tandem.mjs'
import { startOpGeth } from '../harness/clients.mjs'
import { followSuite } from '../harness/follow.mjs'

await followSuite('tandem-op-geth', {
  fork: 'jovian',
  pair: 'tandem node and op-geth',
  startPair: async ({ l1, beacon, files }) => {
    const geth = await startOpGeth(files)
    const node = await startNode({ roles: 'verifier', l1, beacon, engine: geth.engine, files })
    return { l2: geth.url, rollup: node.url, process: node.process }
  },
})
