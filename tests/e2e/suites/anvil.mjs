// The devnet over a foreign L1: anvil, which has no beacon API, so that batches go as calldata.

import { assert, assertEqual, suite } from '../harness/checks.mjs'
import { ANVIL } from '../harness/foundry.mjs'
import { freePort, run, start } from '../harness/processes.mjs'
import { blockAt, rpc } from '../harness/rpc.mjs'
import { TANDEM, answers, devnetOffset, startDevnet } from '../harness/tandem.mjs'
import { checkComposition, checkSameBlocks, makeTraffic, safeHeadReaches } from '../harness/traffic.mjs'
import { clients } from '../harness/wallets.mjs'

const BLOCKS = 30
const ANVIL_CHAIN_ID = 31_337

await suite('anvil', { deadline_s: 360 }, async (check) => {
  const { l1 } = await startAnvil()

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
  await check('a restart over the same anvil goes on', async () => {
    const before = await blockAt(devnet.l2, last)
    await terminate(devnet.process)
    const again = await startDevnet({ args: ['--l1', l1], datadir: devnet.datadir })
    assertEqual((await blockAt(again.l2, last)).hash, before.hash, `block ${last}`)
    await safeHeadReaches(again.verifierRollup, last + 5, { deadline_s: 60, process: again.process })
    await terminate(again.process)
  })
  await check('over another anvil it says that the contracts are missing', async () => {
    const fresh = await startAnvil()
    await refusesToStart(['--l1', fresh.l1, '--datadir', devnet.datadir], 1, /has no contract at 0x[0-9a-fA-F]{40} \(OptimismPortal\)/)
  })
  await check('over the embedded L1 it says that the rollup stands on another one', () =>
    refusesToStart(['--datadir', devnet.datadir], 1, /begins at block \d+ \(0x[0-9a-f]{64}\) of L1 chain 31337, which this L1 does not have: .*--datadir/))
  await check('blobs without a beacon API are a usage error', () =>
    refusesToStart(['--l1', l1, '--da', 'blobs'], 2, /--da blobs over --l1 needs --l1\.beacon/))
  await check('a chain that is no development chain is refused by number', async () => {
    const other = await startAnvil(['--chain-id', '4242'])
    await refusesToStart(['--l1', other.l1], 1, /L1 is chain 4242, no development chain/)
  })
})

async function terminate(process_) {
  process_.signal('SIGTERM')
  const { code } = await process_.exited
  assertEqual(code, 0, 'exit code')
}

async function startAnvil(args = []) {
  const port = await freePort()
  const anvil = start('anvil', ANVIL, ['--port', String(port), '--block-time', '1', '--slots-in-an-epoch', '4', '--silent', ...args])
  const l1 = `http://127.0.0.1:${port}`
  await answers(l1, 'eth_chainId', anvil)
  return { l1, anvil }
}

async function refusesToStart(args, code, message) {
  const offset = ['--port-offset', String(await devnetOffset())]
  const ended = await run(TANDEM, ['devnet', ...offset, ...args])
  assert(ended.code === code && message.test(ended.stderr), `exit ${ended.code}, expected ${code}\n${ended.stdout}\n${ended.stderr}`)
}

async function transactionsTo(url, address) {
  const head = Number(await rpc(url, 'eth_blockNumber'))
  const found = []
  for (let number = 0; number <= head; number += 1) {
    const { transactions } = await rpc(url, 'eth_getBlockByNumber', [`0x${number.toString(16)}`, true])
    found.push(...transactions.filter(({ to }) => to?.toLowerCase() === address.toLowerCase()))
  }
  return found
}
