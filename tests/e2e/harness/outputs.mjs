// Outputs by the test's own hand, on a devnet without a proposer: what is right, what is due, and putting it on L1.

import { concat, keccak256, zeroHash } from 'viem'

import { ORACLE_ABI, mined } from './bridge.mjs'
import { until } from './poll.mjs'
import { hex, rpc } from './rpc.mjs'
import { PROPOSER } from './wallets.mjs'

/** The parts of the right output of a block, by the sequencing node. */
export async function outputAt({ rollup }, number) {
  const { stateRoot, withdrawalStorageRoot, blockRef } = await rpc(rollup, 'optimism_outputAtBlock', [hex(number)])
  return { version: zeroHash, stateRoot, messagePasserStorageRoot: withdrawalStorageRoot, latestBlockhash: blockRef.hash }
}

/** The root of an output's parts. */
export function rootOf({ version, stateRoot, messagePasserStorageRoot, latestBlockhash }) {
  return keccak256(concat([version, stateRoot, messagePasserStorageRoot, latestBlockhash]))
}

/** A reader of the oracle. */
export function oracle(viem, { addresses }) {
  const call = { address: addresses.L2OutputOracleProxy, abi: ORACLE_ABI }
  return (functionName, args = []) => viem.l1.readContract({ ...call, functionName, args })
}

/** The next output, as soon as L1 leads to its block and the oracle takes it. */
export async function nextDue(viem, devnet) {
  const read = oracle(viem, devnet)
  const [index, blockNumber] = await Promise.all([read('nextOutputIndex'), read('nextBlockNumber')])
  const { genesis, block_time } = devnet.rollupConfig
  const time = BigInt(genesis.l2_time) + blockNumber * BigInt(block_time)
  await until(`output ${index} is due`, { deadline_s: 90 }, async () => {
    const [{ safe_l2 }, l1Head] = await Promise.all([rpc(devnet.rollup, 'optimism_syncStatus'), viem.l1.getBlock()])
    return BigInt(safe_l2.number) >= blockNumber && l1Head.timestamp > time
  })
  return { index, blockNumber }
}

/** The call that proposes a root for the next output. */
export function proposing({ addresses }, root, { blockNumber }) {
  const args = [root, blockNumber, zeroHash, 0n]
  return { address: addresses.L2OutputOracleProxy, abi: ORACLE_ABI, functionName: 'proposeL2Output', args }
}

/** Proposes what is right until an output covers a block; answers with the last one, as viem has it. */
export async function proposeThrough(viem, devnet, blockNumberMin) {
  for (;;) {
    const due = await nextDue(viem, devnet)
    const outputRoot = rootOf(await outputAt(devnet, due.blockNumber))
    await mined(viem.l1, await viem.l1Wallet(PROPOSER).writeContract(proposing(devnet, outputRoot, due)))
    if (due.blockNumber >= blockNumberMin) return { outputIndex: due.index, outputRoot, l2BlockNumber: due.blockNumber }
  }
}
