// Somebody who has the proposer's key, and puts a wrong output into the OP Stack's oracle (scenario 34).

import { until } from '../../e2e/harness/poll.mjs'
import { hex, rpc } from '../../e2e/harness/rpc.mjs'
import { concat, keccak256, parseGwei, zeroHash } from '../../e2e/harness/viem.mjs'
import { PROPOSER, account } from '../../e2e/harness/wallets.mjs'
import { artifact } from './op_contracts.mjs'

const LIES_MAX = 8
/** No block's state. */
const WRONG = keccak256('0x11e5')

/**
 * Puts a wrong output on L1 with the proposer's key, as soon as the oracle takes one, and proves a withdrawal with it in the same block: of
 * one block's transactions those that pay more come first. Our proposer waits until the block is safe, and is later; where it or the
 * challenger is not, then again.
 */
export async function plantLie({ viem, read, send, system, node }, withdrawal) {
  const { genesis, block_time } = system.rollupConfig
  for (let attempt = 0; attempt < LIES_MAX; attempt += 1) {
    const due = await until('an output is due', { deadline_s: 60, every_ms: 50 }, async () => {
      const [index, blockNumber] = await Promise.all([read('L2OutputOracle', 'nextOutputIndex'), read('L2OutputOracle', 'nextBlockNumber')])
      const [l1Head, l2Head] = await Promise.all([viem.l1.getBlock(), viem.l2.getBlockNumber()])
      const time = BigInt(genesis.l2_time) + blockNumber * BigInt(block_time)
      return l2Head >= blockNumber && l1Head.timestamp > time && { index, blockNumber }
    })
    const { withdrawalStorageRoot, blockRef } = await rpc(node.url, 'optimism_outputAtBlock', [hex(due.blockNumber)])
    const root = { version: zeroHash, stateRoot: WRONG, messagePasserStorageRoot: withdrawalStorageRoot, latestBlockhash: blockRef.hash }
    const output = { l2BlockNumber: due.blockNumber, outputIndex: due.index }
    const { withdrawalProof } = await viem.l2.buildProveWithdrawal({ account: account(1), output, withdrawal })
    const lying = [keccak256(concat(Object.values(root))), due.blockNumber, zeroHash, 0n]
    // One after the other, so that a block that is being made never has the second alone.
    const proposing = await send(PROPOSER, 'L2OutputOracle', 'proposeL2Output', lying, paying('90')).catch(faster)
    if (!proposing) continue
    const proving = await send(1, 'OptimismPortal', 'proveWithdrawalTransaction', [withdrawal, due.index, root, withdrawalProof], paying('30'))
    const mined = (hash) => viem.l1.waitForTransactionReceipt({ hash, timeout: 30_000 })
    const [proposal, proof] = await Promise.all([proposing, proving].map(mined))
    if (proposal.status === 'success' && proof.status === 'success') return { ...due, proposedIn: proposal.blockNumber }
  }
  throw new Error(`no wrong output on L1 in ${LIES_MAX} attempts`)
}

/** A tip, and gas without asking whether the call would succeed. */
function paying(gwei) {
  return { maxFeePerGas: 2n * parseGwei(gwei), maxPriorityFeePerGas: parseGwei(gwei), gas: 1_000_000n }
}

/** The account's other user was faster. */
function faster(error) {
  if (/nonce|underpriced/i.test(error.message)) return undefined
  throw error
}

/** Waits until the right output stands where the wrong one stood, and tells how soon that one was deleted. */
export async function replaced({ viem, read, system, node }, { index, blockNumber, proposedIn }) {
  const contract = { address: system.addresses.L2OutputOracleProxy, abi: artifact('L2OutputOracle').abi }
  const deletion = await until(`output ${index} is deleted`, { deadline_s: 20 }, async () => {
    const events = await viem.l1.getContractEvents({ ...contract, eventName: 'OutputsDeleted', fromBlock: proposedIn })
    return events.find(({ args }) => args.newNextOutputIndex === index)
  })
  console.log(`        deleted ${deletion.blockNumber - proposedIn} L1 blocks after it was proposed`)
  const right = await rpc(node.url, 'optimism_outputAtBlock', [hex(blockNumber)])
  await until('the right output', { deadline_s: 40 }, async () =>
    (await read('L2OutputOracle', 'nextOutputIndex')) > index &&
    (await read('L2OutputOracle', 'getL2Output', [index])).outputRoot === right.outputRoot)
}
