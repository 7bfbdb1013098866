// Our proposer and our challenger over op-geth: outputs are those of op-geth's state, also where op-geth keeps it no more.

import { MESSAGE_PASSER, ORACLE_ABI, mined, outputsFollow } from '../../e2e/harness/bridge.mjs'
import { assert, assertEqual, suite } from '../../e2e/harness/checks.mjs'
import { until } from '../../e2e/harness/poll.mjs'
import { blockAt, height, hex, rpc } from '../../e2e/harness/rpc.mjs'
import { startNode } from '../../e2e/harness/tandem.mjs'
import { safeHeadReaches } from '../../e2e/harness/traffic.mjs'
import { concat, keccak256, zeroHash } from '../../e2e/harness/viem.mjs'
import { CHALLENGER, PROPOSER, account, clients, privateKey } from '../../e2e/harness/wallets.mjs'
import { startOpGeth } from '../harness/clients.mjs'
import { startAgedDevnet } from '../harness/past.mjs'
import { proposalsAreMined, withdrawEther } from '../harness/settlement.mjs'

const INTERVAL_BLOCKS = 20
const RECEIVER = '0x00000000000000000000000000000000b0000009'

/** Blocks of which op-geth keeps the state. */
const STATES_KEPT = 128
const AGE_S = 200

await suite('proposer-op-geth', { deadline_s: 300 }, async (check) => {
  const args = ['--no-proposer', '--fork', 'jovian', '--l1-block-time', '1', '--finalization-period', '8']
  const devnet = await check('a devnet starts whose chain began a while ago', () =>
    startAgedDevnet({ age_s: AGE_S, args: [...args, '--proposal-interval', String(INTERVAL_BLOCKS)] }))
  const { l1, beacon, files } = devnet
  const address = devnet.addresses.L2OutputOracleProxy
  let geth = await check('op-geth starts', () => startOpGeth(files, { sequencer: devnet.l2 }))
  const viem = clients({ ...devnet, l2: geth.url })
  const ask = (functionName, args = []) => viem.l1.readContract({ address, abi: ORACLE_ABI, functionName, args })
  const shared = { l1, beacon, engine: geth.engine, files }

  await check('our node drives op-geth until it has forgotten its first states', async () => {
    const node = await startNode({ ...shared, roles: 'verifier' })
    await safeHeadReaches(node.url, STATES_KEPT + 3 * INTERVAL_BLOCKS, { deadline_s: 90, process: node.process })
    await node.process.kill()
    const gone = await stateAt(geth.url, INTERVAL_BLOCKS)
    assert(gone.error, `op-geth still has the state of block ${INTERVAL_BLOCKS}`)
    console.log(`        op-geth of that state: ${gone.error}`)
  })

  const settled = await check('our proposer and our challenger start over op-geth', () =>
    startNode({
      ...{ ...shared, roles: 'proposer,challenger' },
      args: ['--allow-non-finalized', '--l2oo-address', address, '--poll-interval', '300ms'],
      env: { OP_PROPOSER_PRIVATE_KEY: privateKey(PROPOSER) },
    }))
  await check('it catches up with the outputs that are due, each as op-geth has it', async () => {
    await outputsFollow(viem, devnet)
    const count = Number(await ask('nextOutputIndex'))
    const seen = { state: 0, header: 0 }
    for (let index = 0; index < count; index += 1) {
      const { outputRoot, l2BlockNumber } = await ask('getL2Output', [BigInt(index)])
      assertEqual(l2BlockNumber, (index + 1) * INTERVAL_BLOCKS, `block of output ${index}`)
      const { root, from } = await outputAt(geth.url, l2BlockNumber)
      assertEqual(outputRoot, root, `root of output ${index}, from the ${from}`)
      seen[from] += 1
    }
    assert(seen.state > 0 && seen.header > 0, `outputs by where op-geth has them from: ${JSON.stringify(seen)}`)
  })
  await check('a withdrawal is proven from op-geth and finalized', () => withdrawEther(viem, RECEIVER, 7n))

  await check('op-geth is killed, comes back with less of the chain, and is led to where it was', async () => {
    const before = { head: await height(geth.url), outputs: Number(await ask('nextOutputIndex')) }
    await geth.process.kill()
    geth = await startOpGeth(files, { sequencer: devnet.l2, before: geth })
    console.log(`        op-geth came back with block ${await height(geth.url)} of ${before.head}`)
    await until('an output more', { deadline_s: 60 }, async () => Number(await ask('nextOutputIndex')) > before.outputs)
  })
  await check('the challenger of the devnet and the one over op-geth agree with every output', async () => {
    const count = Number(await ask('nextOutputIndex'))
    for (const url of [devnet.verifierRollup, settled.url]) {
      const challenger = await until('all are judged', { deadline_s: 30 }, async () => {
        const status = await rpc(url, 'tandem_challenger')
        return status.agreed + status.wrong >= count && status
      })
      assert(challenger.agreed >= count && challenger.wrong === 0, JSON.stringify(challenger))
      assertEqual(challenger.alarms.length, 0, 'alarms')
    }
  })
  await check('a wrong output is found over op-geth too', async () => {
    await settled.process.kill()
    await proposalsAreMined(viem)
    const { datadir, port } = settled
    const watcher = await startNode({ ...shared, datadir, port, roles: 'challenger', args: ['--l2oo-address', address] })
    await dropEther(viem)
    const [index, number] = [await ask('nextOutputIndex'), await ask('nextBlockNumber')]
    await safeHeadReaches(watcher.url, Number(number), { deadline_s: 60, process: watcher.process })
    const { root } = await outputAt(geth.url, number)
    const call = { address, abi: ORACLE_ABI, functionName: 'proposeL2Output', args: [keccak256(root), number, zeroHash, 0n] }
    await mined(viem.l1, await viem.l1Wallet(PROPOSER).writeContract(call))
    await watcher.process.line(new RegExp(`output ${index} is wrong: its root is ${keccak256(root)}, L1 says ${root}`), { deadline_s: 20 })
    await watcher.process.line(new RegExp(`ALARM: output ${index} is wrong`), { deadline_s: 20 })
  })
})

/** Takes the challenger's ether, so that the devnet's cannot delete an output before another has seen it. */
async function dropEther(viem) {
  const [gas, gasPrice] = [21_000n, 10n ** 10n]
  const value = (await viem.l1.getBalance({ address: account(CHALLENGER).address })) - gas * gasPrice
  const wallet = viem.l1Wallet(CHALLENGER)
  await mined(viem.l1, await wallet.sendTransaction({ to: account(0).address, value, gas, gasPrice, type: 'legacy' }))
}

/** The message passer's account after a block, as op-geth proves it, or why it does not. */
async function stateAt(url, number) {
  const proof = rpc(url, 'eth_getProof', [MESSAGE_PASSER, [], hex(number)])
  return proof.catch((error) => ({ error: error.message }))
}

/** The output root of a block by op-geth's state, or by its header where the state is gone. */
async function outputAt(url, number) {
  const [{ stateRoot, withdrawalsRoot, hash }, { storageHash }] = await Promise.all([blockAt(url, number), stateAt(url, number)])
  const from = storageHash ? 'state' : 'header'
  return { root: keccak256(concat([zeroHash, stateRoot, storageHash ?? withdrawalsRoot, hash])), from }
}
