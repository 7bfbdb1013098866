// Somebody has the proposer's key and lies: the devnet's verifier deletes what is wrong, a node without a key raises the alarm
// (scenario 34, oracle mode).

import { concat, keccak256, parseAbi, zeroHash } from 'viem'

import { assert, assertEqual, suite } from '../harness/checks.mjs'
import { until } from '../harness/poll.mjs'
import { hex, rpc } from '../harness/rpc.mjs'
import { startDevnet, startNode } from '../harness/tandem.mjs'
import { PROPOSER, clients } from '../harness/wallets.mjs'

const abi = parseAbi([
  'function nextOutputIndex() view returns (uint256)',
  'function nextBlockNumber() view returns (uint256)',
  'function proposeL2Output(bytes32 outputRoot, uint256 l2BlockNumber, bytes32 l1BlockHash, uint256 l1BlockNumber) payable',
  'event OutputsDeleted(uint256 indexed prevNextOutputIndex, uint256 indexed newNextOutputIndex)',
])

const rootOf = ({ stateRoot, withdrawalStorageRoot, blockHash }) =>
  keccak256(concat([zeroHash, stateRoot, withdrawalStorageRoot, blockHash]))

await suite('challenge', { deadline_s: 300 }, async (check) => {
  const devnet = await startDevnet({ args: ['--no-proposer', '--finalization-period', '20'] })
  const viem = clients(devnet)
  const wallet = viem.l1Wallet(PROPOSER)
  const address = devnet.addresses.L2OutputOracleProxy
  const ask = (functionName) => viem.l1.readContract({ address, abi, functionName })
  const challenger = () => rpc(devnet.verifierRollup, 'tandem_challenger')
  const delays = []

  /** What an output of a block claims, as the verifier sees it. */
  const claimAt = async (number) => {
    await until(`block ${number} is safe`, { deadline_s: 60 }, async () => {
      const { safe_l2 } = await rpc(devnet.verifierRollup, 'optimism_syncStatus')
      return BigInt(safe_l2.number) >= number
    })
    const output = await rpc(devnet.verifierRollup, 'optimism_outputAtBlock', [hex(number)])
    const claim = { ...output, blockHash: output.blockRef.hash }
    assertEqual(rootOf(claim), output.outputRoot, 'the root of what the output claims')
    return claim
  }

  const propose = async (root, number) => {
    const index = await ask('nextOutputIndex')
    const hash = await wallet.writeContract({ address, abi, functionName: 'proposeL2Output', args: [root, number, zeroHash, 0n] })
    const { status, blockNumber } = await viem.l1.waitForTransactionReceipt({ hash })
    assertEqual(status, 'success', 'the proposal')
    return { index, blockNumber }
  }

  const isDeleted = async ({ index, blockNumber }) => {
    const log = await until(`output ${index} is deleted`, { deadline_s: 20 }, async () => {
      const logs = await viem.l1.getContractEvents({ address, abi, eventName: 'OutputsDeleted', fromBlock: blockNumber })
      return logs.find(({ args }) => args.newNextOutputIndex === index)
    })
    delays.push(Number(log.blockNumber - blockNumber))
    assertEqual(await ask('nextOutputIndex'), index, 'outputs that stand')
  }

  await check('an honest output is agreed with', async () => {
    const number = await ask('nextBlockNumber')
    const { index } = await propose(rootOf(await claimAt(number)), number)
    await devnet.process.line(new RegExp(`verifier: output ${index} for block ${number} agreed`), { deadline_s: 20 })
    assertEqual((await challenger()).agreed, 1, 'outputs agreed with')
  })

  const lies = {
    'state root': (claim) => ({ ...claim, stateRoot: keccak256(claim.stateRoot) }),
    'storage root': (claim) => ({ ...claim, withdrawalStorageRoot: keccak256(claim.withdrawalStorageRoot) }),
    'block hash': (claim) => ({ ...claim, blockHash: keccak256(claim.blockHash) }),
  }
  for (const [what, lie] of Object.entries(lies)) {
    await check(`an output with a wrong ${what} is deleted`, async () => {
      const number = await ask('nextBlockNumber')
      const proposed = await propose(rootOf(lie(await claimAt(number))), number)
      await devnet.process.line(new RegExp(`verifier: output ${proposed.index} is wrong: its root is`), { deadline_s: 20 })
      await isDeleted(proposed)
    })
  }

  await check('a node without a key raises the alarm', async () => {
    const node = await startNode({
      roles: 'verifier,challenger',
      ...{ l1: devnet.l1, beacon: devnet.beacon, files: devnet.files },
      args: ['--l2oo-address', address],
    })
    await node.process.line(/the challenger has no key/, { deadline_s: 30 })
    const number = await ask('nextBlockNumber')
    const claim = await claimAt(number)
    await until('the node is there', { deadline_s: 60 }, async () => {
      const { safe_l2 } = await rpc(node.url, 'optimism_syncStatus')
      return BigInt(safe_l2.number) >= number
    })
    const proposed = await propose(rootOf(lies['state root'](claim)), number)
    await node.process.line(new RegExp(`ALARM: output ${proposed.index} is wrong .* no key`), { deadline_s: 20 })
    await isDeleted(proposed)
    await until('the alarm is over', { deadline_s: 20 }, async () => {
      const { alarms } = await rpc(node.url, 'tandem_challenger')
      return alarms.length === 0
    })
  })

  await check('what is proposed again stands, and metrics say what happened', async () => {
    const number = await ask('nextBlockNumber')
    const { index } = await propose(rootOf(await claimAt(number)), number)
    await devnet.process.line(new RegExp(`verifier: output ${index} for block ${number} agreed`), { deadline_s: 20 })
    const { wrong, deletions, alarms } = await challenger()
    assertEqual(wrong, deletions, 'wrong outputs and deletions')
    assertEqual(alarms.length, 0, 'alarms')
    const metrics = await (await fetch(`${devnet.metrics}/metrics`)).text()
    assert(metrics.includes(`tandem_challenger_deletions_total{node="verifier"} ${deletions}`), 'deletions in the metrics')
    assert(metrics.includes('tandem_alarm{node="verifier",kind="final"} 0'), 'no alarm in the metrics')
  })

  console.log(`        L1 blocks between a wrong proposal and its deletion: ${delays.join(', ')}`)
})
