// Traffic of every kind that a chain must agree on: transfers, contract creations, logs, reverts, deposits, a SystemConfig change.

import { assert } from './checks.mjs'
import { compile } from './compile.mjs'
import { until } from './poll.mjs'
import { blockAt, height, rpc } from './rpc.mjs'
import { changeSystemConfig } from './system_config.mjs'

const DEPOSIT_TYPE = '0x7e'
const SYSTEM_DEPOSITOR = '0xdeaddeaddeaddeaddeaddeaddeaddeaddead0001'
const RECEIVER = '0x000000000000000000000000000000000000c0de'

const ledger = compile('Ledger')

/** Sends rounds of traffic until the L2 head has at least `blocks` blocks; changes SystemConfig once. Answers with the head's number. */
export async function makeTraffic(viem, { addresses, l2 }, { blocks, deadline_s = 180 }) {
  const target = await deployLedger(viem)
  await round(viem, target)
  await changeSystemConfig(viem, addresses, 'setGasConfigEcotone', [2_000_000, 900_000])
  await changeSystemConfig(viem, addresses, 'setOperatorFeeScalars', [100, 1_000_000])
  const deadline = Date.now() + deadline_s * 1000
  while ((await height(l2)) < blocks) {
    assert(Date.now() < deadline, `only ${await height(l2)} of ${blocks} blocks within ${deadline_s} s`)
    await round(viem, target)
  }
  return height(l2)
}

async function deployLedger(viem) {
  const hash = await viem.l2Wallet(0).deployContract({ abi: ledger.abi, bytecode: ledger.bytecode })
  return (await viem.l2.waitForTransactionReceipt({ hash, timeout: 60_000 })).contractAddress
}

/** One transaction of each kind, from accounts of their own, mined before the next round. */
async function round(viem, address) {
  const note = { address, abi: ledger.abi, functionName: 'note', gas: 120_000n }
  const deposit = { to: RECEIVER, mint: 1_000n, value: 400n, gas: 60_000n, data: '0x' }
  const sent = await Promise.all([
    viem.l2Wallet(0).sendTransaction({ to: RECEIVER, value: 1n }),
    viem.l2Wallet(1).deployContract({ abi: ledger.abi, bytecode: ledger.bytecode }),
    viem.l2Wallet(2).writeContract({ ...note, args: [5n] }),
    viem.l2Wallet(3).writeContract({ ...note, args: [0n] }),
  ])
  const onL1 = await viem.l1Wallet(4).depositTransaction({ request: deposit, targetChain: viem.l2Chain, gas: 300_000n })
  await Promise.all(sent.map((hash) => viem.l2.waitForTransactionReceipt({ hash, timeout: 60_000 })))
  await viem.l1.waitForTransactionReceipt({ hash: onL1, timeout: 60_000 })
}

/** Counts what blocks 1 to `last` hold, and throws unless every kind is among it. */
export async function checkComposition(url, last) {
  const seen = { transfers: 0, creations: 0, logs: 0, reverts: 0, deposits: 0 }
  const scalars = new Set()
  for (let number = 1; number <= last; number += 1) {
    const [block, receipts] = await Promise.all([
      blockAt(url, number, true),
      rpc(url, 'eth_getBlockReceipts', [`0x${number.toString(16)}`]),
    ])
    scalars.add(block.transactions[0].input.slice(10, 26))
    block.transactions.forEach((transaction, index) => tally(seen, transaction, receipts[index]))
  }
  for (const [kind, count] of Object.entries(seen)) assert(count > 0, `no ${kind} in blocks 1 to ${last}: ${JSON.stringify(seen)}`)
  assert(scalars.size > 1, `no change of SystemConfig in blocks 1 to ${last}`)
  return seen
}

function tally(seen, transaction, receipt) {
  if (transaction.from.toLowerCase() === SYSTEM_DEPOSITOR) return
  seen.logs += receipt.logs.length
  if (transaction.type === DEPOSIT_TYPE) seen.deposits += 1
  else if (receipt.status === '0x0') seen.reverts += 1
  else if (!transaction.to) seen.creations += 1
  else if (transaction.input === '0x') seen.transfers += 1
}

/** Throws unless both chains have the same blocks 0 to `last`, state roots included. */
export async function checkSameBlocks(url, otherUrl, last) {
  for (let number = 0; number <= last; number += 1) {
    const [block, other] = await Promise.all([blockAt(url, number), blockAt(otherUrl, number)])
    assert(block && other, `block ${number} is missing at ${block ? otherUrl : url}`)
    assert(block.hash === other.hash && block.stateRoot === other.stateRoot, difference(number, block, other))
  }
}

function difference(number, block, other) {
  const fields = Object.keys({ ...block, ...other }).filter((field) => JSON.stringify(block[field]) !== JSON.stringify(other[field]))
  return `block ${number} differs: ${fields.map((field) => `${field} ${block[field]} / ${other[field]}`).join(', ')}`
}

/** Waits until the safe head that a rollup RPC tells of has reached `number`. */
export function safeHeadReaches(rollupUrl, number, { deadline_s, process }) {
  return until(`the safe head at ${rollupUrl} reaches ${number}`, { deadline_s, through_errors: true }, async () => {
    if (process?.result) throw new Error(`${process.name} ended: ${JSON.stringify(process.result)}`)
    const { safe_l2 } = await rpc(rollupUrl, 'optimism_syncStatus')
    return safe_l2.number >= number && safe_l2.number
  })
}
