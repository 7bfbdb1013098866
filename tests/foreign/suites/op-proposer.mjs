// op-proposer proposes what our nodes say into our oracle: our challenger agrees with every output, and a withdrawal is finalized on one.

import { ORACLE_ABI, outputsFollow } from '../../e2e/harness/bridge.mjs'
import { assert, assertEqual, suite } from '../../e2e/harness/checks.mjs'
import { until } from '../../e2e/harness/poll.mjs'
import { blockAt, hex, rpc } from '../../e2e/harness/rpc.mjs'
import { startDevnet } from '../../e2e/harness/tandem.mjs'
import { decodeFunctionData } from '../../e2e/harness/viem.mjs'
import { PROPOSER, account, clients } from '../../e2e/harness/wallets.mjs'
import { startOpProposer } from '../harness/clients.mjs'
import { proposalsAreMined, proposerNonce, withdrawEther } from '../harness/settlement.mjs'

const INTERVAL_BLOCKS = 8
const RECEIVER = '0x00000000000000000000000000000000b0000009'

/** L1 blocks by which the devnet's finalized label trails its head. */
const FINALIZED_DISTANCE = 8

const PUBLISHED = /Transaction successfully published/

await suite('op-proposer', { deadline_s: 300 }, async (check) => {
  const args = ['--no-proposer', '--l1-block-time', '1', '--finalization-period', '8', '--proposal-interval', String(INTERVAL_BLOCKS)]
  const devnet = await startDevnet({ args })
  const viem = clients(devnet)
  const address = devnet.addresses.L2OutputOracleProxy
  const ask = (functionName, args = []) => viem.l1.readContract({ address, abi: ORACLE_ABI, functionName, args })
  const nextIndex = async () => Number(await ask('nextOutputIndex'))
  const outputsReach = (proposer, count) =>
    until(`${count} outputs`, { deadline_s: 90 }, async () => {
      if (proposer.process.result) throw new Error(`op-proposer ended: ${JSON.stringify(proposer.process.result)}`)
      return (await nextIndex()) >= count
    })
  const start = (args, rollup = devnet.rollup) => startOpProposer({ ...devnet, rollup, args })

  let proposer = await check('op-proposer starts over our sequencer and our oracle', () => start(['--allow-non-finalized']))
  await check('it proposes each output of the schedule, with the root that our verifier derives', async () => {
    await outputsReach(proposer, 3)
    await checkOutputs(devnet, ask, await nextIndex())
  })
  await check('a withdrawal is proven and finalized on an output of op-proposer', async () => {
    await outputsFollow(viem, devnet)
    await withdrawEther(viem, RECEIVER, 7n)
  })

  await check('killed with a proposal in the pool, which is mined without it, it goes on behind that', async () => {
    const log = proposer.process.stdout
    const before = log.filter((line) => PUBLISHED.test(line)).length
    await until('a proposal is published', { deadline_s: 60, every_ms: 20 }, () => log.filter((line) => PUBLISHED.test(line)).length > before)
    await proposer.process.kill()
    await proposalsAreMined(viem)
    const count = await nextIndex()
    // Not earlier: where an output comes from the pool while op-proposer proposes the same, it tries for a minute to have it refused.
    proposer = await start(['--allow-non-finalized', '--wait-node-sync'])
    await outputsReach(proposer, count + 2)
    await ends(proposer)
  })

  await check('from finalized blocks only, it finds the active sequencer among our nodes', async () => {
    const count = await nextIndex()
    proposer = await start(['--active-sequencer-check-duration', '1s'], `${devnet.verifierRollup},${devnet.rollup}`)
    await outputsReach(proposer, count + 2)
    await ends(proposer)
    for (const { index, l2BlockNumber, l1Block } of (await proposals(viem, address)).slice(count)) {
      const { safeHead } = await rpc(devnet.rollup, 'optimism_safeHeadAtL1Block', [hex(l1Block - FINALIZED_DISTANCE)])
      const head = safeHead.number
      assert(head >= l2BlockNumber, `output ${index} of block ${l2BlockNumber} in L1 block ${l1Block}, when block ${head} was final`)
    }
  })

  await check('no output was submitted twice, none was refused', async () => {
    const sent = await proposals(viem, address)
    const count = await nextIndex()
    assertEqual(sent.length, count, 'transactions of the proposer')
    sent.forEach(({ status, index }) => assertEqual(status, 'success', `status of proposal ${index}`))
    assertEqual(new Set(sent.map(({ l2BlockNumber }) => l2BlockNumber)).size, count, 'blocks that were proposed')
    assertEqual(await proposerNonce(viem, 'pending'), count, "the proposer's nonce, its transactions in the pool counted")
  })
  await check('every output is of the schedule, and our challenger agrees with each', async () => {
    const count = await nextIndex()
    await checkOutputs(devnet, ask, count)
    const challenger = await until('the challenger has judged all', { deadline_s: 30 }, async () => {
      const status = await rpc(devnet.verifierRollup, 'tandem_challenger')
      return status.agreed + status.wrong >= count && status
    })
    assertEqual(`${challenger.agreed} agreed, ${challenger.wrong} wrong`, `${count} agreed, 0 wrong`, 'verdicts')
    assertEqual(challenger.alarms.length, 0, `alarms: ${challenger.alarms}`)
  })
})

/** Ends op-proposer as its operator does. */
async function ends({ process }) {
  process.signal('SIGTERM')
  const ended = await process.exited
  assert(ended.code === 0, `op-proposer ended: ${JSON.stringify(ended)}`)
}

/** Throws unless the first `count` outputs are those of the schedule and of our verifier. */
async function checkOutputs({ verifierRollup }, ask, count) {
  for (let index = 0; index < count; index += 1) {
    const { outputRoot, l2BlockNumber } = await ask('getL2Output', [BigInt(index)])
    assertEqual(l2BlockNumber, (index + 1) * INTERVAL_BLOCKS, `block of output ${index}`)
    const look = () => rpc(verifierRollup, 'optimism_outputAtBlock', [hex(l2BlockNumber)])
    const own = await until(`the verifier has block ${l2BlockNumber}`, { deadline_s: 30, through_errors: true }, look)
    assertEqual(outputRoot, own.outputRoot, `root of output ${index}`)
  }
}

/** Everything that the proposer's account sent to the oracle, oldest first. */
async function proposals(viem, oracle) {
  const from = account(PROPOSER).address.toLowerCase()
  const sent = []
  for (let number = await viem.l1.getBlockNumber(); number > 0n; number -= 1n) {
    const { transactions } = await blockAt(viem.l1Chain.rpcUrls.default.http[0], number, true)
    for (const { hash, to, input } of transactions.filter((transaction) => transaction.from.toLowerCase() === from)) {
      assertEqual(to, oracle, `receiver of ${hash}`)
      const { args } = decodeFunctionData({ abi: ORACLE_ABI, data: input })
      const { status } = await viem.l1.getTransactionReceipt({ hash })
      sent.unshift({ l2BlockNumber: Number(args[1]), l1Block: Number(number), status })
    }
  }
  return sent.map((proposal, index) => ({ ...proposal, index }))
}
