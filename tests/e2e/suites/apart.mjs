// Every piece in a process of its own; the verifier is killed in the middle of its work, starts again, and agrees to the last safe block.

import { assert, suite } from '../harness/checks.mjs'
import { until } from '../harness/poll.mjs'
import { height, rpc } from '../harness/rpc.mjs'
import { startSigner } from '../harness/signer.mjs'
import { deploy, startExecution, startL1, startNode } from '../harness/tandem.mjs'
import { checkComposition, checkSameBlocks, makeTraffic, safeHeadReaches } from '../harness/traffic.mjs'
import { BATCHER, clients } from '../harness/wallets.mjs'

const BLOCKS = 60

await suite('apart', { deadline_s: 480 }, async (check) => {
  const l1 = await check('tandem l1 starts', () => startL1())
  const system = await check('tandem deploy deploys to it', () => deploy({ l1: l1.url }))
  const shared = { l1: l1.url, beacon: l1.beacon, files: system.files }
  const execution = await check("the sequencer's tandem execution starts", () => startExecution(system))
  const signer = await startSigner(BATCHER)
  const sequencer = await check('tandem node sequences and posts batches that a remote signer signs', () =>
    startNode({
      ...shared,
      roles: 'sequencer,batcher',
      engine: execution.engine,
      args: [
        ...['--sequencer.l1-confs', '0'],
        ...['--batcher-signer.endpoint', signer.url, '--batcher-signer.address', signer.address],
      ],
    }))

  const last = await check(`${BLOCKS} blocks with traffic of every kind become safe`, async () => {
    const viem = clients({ l1: l1.url, l2: execution.url, addresses: system.addresses })
    const head = await makeTraffic(viem, { addresses: system.addresses, l2: execution.url }, { blocks: BLOCKS })
    await checkComposition(execution.url, head)
    const safe = await safeHeadReaches(sequencer.url, head, { deadline_s: 90, process: sequencer.process })
    assert(signer.asked.some(({ blobVersionedHashes }) => blobVersionedHashes?.length > 0), 'the signer signed blobs')
    return safe
  })

  const verifier = await check('a verifier of two processes starts from L1 alone', () => startVerifier(shared, system))
  await check('kill -9 takes both of its processes mid-sync', async () => {
    const look = () => height(verifier.l2, 'safe').then((number) => number >= 1 && number)
    const at = await until('the verifier has a safe block', { deadline_s: 60, every_ms: 5, through_errors: true }, look)
    await Promise.all([verifier.node.process.kill(), verifier.execution.process.kill()])
    assert(at < last, `block ${at} was safe already: too late to be mid-sync`)
  })
  const again = await check('both start again on what they had written', () => startVerifier(shared, system, verifier))
  await check('the verifier reaches the last safe block', () =>
    safeHeadReaches(again.node.url, last, { deadline_s: 120, process: again.node.process }))
  await check('hashes and state roots agree to the last safe block', () => checkSameBlocks(execution.url, again.l2, last))

  await check('a verifier with its execution client inside agrees too', async () => {
    const embedded = await startNode({ ...shared, roles: 'verifier' })
    await safeHeadReaches(embedded.url, last, { deadline_s: 120, process: embedded.process })
    const [ours, theirs] = await Promise.all(
      [sequencer.url, embedded.url].map((url) => rpc(url, 'optimism_outputAtBlock', [`0x${last.toString(16)}`])),
    )
    assert(ours.outputRoot === theirs.outputRoot, `output root of block ${last}: ${theirs.outputRoot}, expected ${ours.outputRoot}`)
  })
})

async function startVerifier(shared, system, before) {
  const execution = await startExecution({ ...system, ...before?.execution && { datadir: before.execution.datadir } })
  const node = await startNode({ ...shared, roles: 'verifier', engine: execution.engine, ...before && { datadir: before.node.datadir } })
  return { execution, node, l2: execution.url }
}
