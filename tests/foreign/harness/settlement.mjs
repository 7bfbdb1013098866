// What suites about outputs have in common.

import { arrived, finalize, mined, prove, withdrawalOf } from '../../e2e/harness/bridge.mjs'
import { assert, assertEqual } from '../../e2e/harness/checks.mjs'
import { until } from '../../e2e/harness/poll.mjs'
import { PROPOSER, account } from '../../e2e/harness/wallets.mjs'

/** The nonce of the proposer's account on L1, as of a block or with what is in the pool. */
export const proposerNonce = (viem, blockTag) => viem.l1.getTransactionCount({ address: account(PROPOSER).address, blockTag })

/** Waits until L1 has mined whatever a proposer that is gone has left in the pool. */
export const proposalsAreMined = (viem) =>
  until("the proposer's transactions are mined", { deadline_s: 30 }, async () => {
    const [latest, pending] = await Promise.all(['latest', 'pending'].map((tag) => proposerNonce(viem, tag)))
    return latest === pending
  })

/** Takes ether to the L2 and back to another account: the portal pays what was locked in it. */
export async function withdrawEther(viem, to, value) {
  const deposit = { to: account(1).address, mint: value, value, gas: 60_000n, data: '0x' }
  await arrived(viem, await mined(viem.l1, await viem.l1Wallet(1).depositTransaction({ request: deposit, targetChain: viem.l2Chain })))
  const request = await viem.l1.buildInitiateWithdrawal({ account: account(1), to, value })
  const transfer = withdrawalOf(await mined(viem.l2, await viem.l2Wallet(1).initiateWithdrawal(request)))
  const output = await prove(viem, 1, transfer)
  assert(output.l2BlockNumber >= transfer.receipt.blockNumber, `the output is of block ${output.l2BlockNumber}`)
  await finalize(viem, 1, transfer)
  assertEqual(await viem.l1.getBalance({ address: to }), value, 'what arrived on L1')
}
