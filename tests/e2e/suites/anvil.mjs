// The devnet over a foreign L1: anvil, which has no beacon API, so that batches go as calldata.

import { assert, suite } from '../harness/checks.mjs'
import { ANVIL } from '../harness/foundry.mjs'
import { freePort, start } from '../harness/processes.mjs'
import { rpc } from '../harness/rpc.mjs'
import { answers, startDevnet } from '../harness/tandem.mjs'
import { checkComposition, checkSameBlocks, makeTraffic, safeHeadReaches } from '../harness/traffic.mjs'
import { clients } from '../harness/wallets.mjs'

const BLOCKS = 30
const ANVIL_CHAIN_ID = 31_337

await suite('anvil', { deadline_s: 360 }, async (check) => {
  const port = await freePort()
  const anvil = start('anvil', ANVIL, ['--port', String(port), '--block-time', '1', '--slots-in-an-epoch', '4', '--silent'])
  const l1 = `http://127.0.0.1:${port}`
  await answers(l1, 'eth_chainId', anvil)

  const devnet = await check('tandem devnet --l1 URL starts over anvil', () => startDevnet({ args: ['--l1', l1] }))
  const last = await check(`${BLOCKS} blocks with traffic of every kind`, async () => {
    const viem = clients({ ...devnet, l1, l1ChainId: ANVIL_CHAIN_ID })
    const head = await makeTraffic(viem, devnet, { blocks: BLOCKS })
    await checkComposition(devnet.l2, head)
    return head
  })
  await check('batches are on anvil as calldata', async () => {
    const [inbox, batcher] = [devnet.rollupConfig.batch_inbox_address, devnet.rollupConfig.genesis.system_config.batcherAddr]
    const batches = await transactionsTo(l1, inbox)
    assert(batches.length > 0, `no transaction to the inbox ${inbox}`)
    for (const { type, from, input } of batches) {
      assert(type !== '0x3' && input.length > 4, `a batch of type ${type} with input ${input.slice(0, 10)}`)
      assert(from.toLowerCase() === batcher.toLowerCase(), `a batch from ${from}, expected ${batcher}`)
    }
  })
  await check('the verifier derives the same blocks from it', async () => {
    await safeHeadReaches(devnet.verifierRollup, last, { deadline_s: 120, process: devnet.process })
    await checkSameBlocks(devnet.l2, devnet.verifierL2, last)
  })
})

async function transactionsTo(url, address) {
  const head = Number(await rpc(url, 'eth_blockNumber'))
  const found = []
  for (let number = 0; number <= head; number += 1) {
    const { transactions } = await rpc(url, 'eth_getBlockByNumber', [`0x${number.toString(16)}`, true])
    found.push(...transactions.filter(({ to }) => to?.toLowerCase() === address.toLowerCase()))
  }
  return found
}
