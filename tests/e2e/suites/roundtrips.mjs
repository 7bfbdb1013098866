// A deposit and a finished withdrawal of the same user, again and again, as an SDK's user would write it: no step of it depends on luck.
//
//   ROUND_TRIPS=n    how many, 20 without it
//
// Of each withdrawal's time, ten seconds are viem's own: it adds them to the finalization period, so that L1's clock has caught up.

import { parseEther } from 'viem'

import { arrived, finalize, firstOutput, mined, outputsFollow, prove, withdrawalOf } from '../harness/bridge.mjs'
import { assert, assertEqual, suite } from '../harness/checks.mjs'
import { startDevnet } from '../harness/tandem.mjs'
import { account, clients } from '../harness/wallets.mjs'

const ROUND_TRIPS = Number(process.env.ROUND_TRIPS ?? 20)
const ROUND_TRIP_S_MAX = 60
const USERS = 10

await suite('roundtrips', { deadline_s: 60 + ROUND_TRIPS * ROUND_TRIP_S_MAX }, async (check) => {
  const devnet = await startDevnet({ args: ['--l1-block-time', '1', '--finalization-period', '2'] })
  const viem = clients(devnet)
  await firstOutput(viem, devnet)
  await outputsFollow(viem, devnet)

  const took = []
  for (let run = 0; run < ROUND_TRIPS; run += 1) {
    await check(`round trip ${run + 1} of ${ROUND_TRIPS}`, async () => {
      const times = await roundTrip(viem, run)
      took.push(times.deposit + times.withdrawal)
      console.log(`        deposit ${times.deposit.toFixed(1)} s, withdrawal ${times.withdrawal.toFixed(1)} s`)
    })
  }

  await check(`every deposit and withdrawal together within ${ROUND_TRIP_S_MAX} s`, () => {
    assertEqual(took.length, ROUND_TRIPS, 'round trips')
    const sorted = took.toSorted((a, b) => a - b)
    const [median, worst] = [sorted[Math.floor(sorted.length / 2)], sorted.at(-1)]
    console.log(`        round trip: median ${median.toFixed(1)} s, worst ${worst.toFixed(1)} s of ${ROUND_TRIPS}`)
    assert(worst < ROUND_TRIP_S_MAX, `the worst took ${worst.toFixed(1)} s`)
  })
})

/** One deposit and one withdrawal of the same ether, to an account that has nothing else. */
async function roundTrip(viem, run) {
  const index = run % USERS
  const there = `0x00000000000000000000000000000000d1${run.toString(16).padStart(6, '0')}`
  const back = `0x00000000000000000000000000000000d2${run.toString(16).padStart(6, '0')}`
  const value = parseEther('0.25') + BigInt(run)
  const began = Date.now()

  const deposit = await viem.l2.buildDepositTransaction({ account: account(index), mint: value, to: there })
  const [receipt] = await arrived(viem, await mined(viem.l1, await viem.l1Wallet(index).depositTransaction(deposit)))
  assertEqual(receipt.status, 'success', 'status on L2')
  assertEqual(await viem.l2.getBalance({ address: there }), value, 'balance on L2')
  const deposited = Date.now()

  const request = await viem.l1.buildInitiateWithdrawal({ account: account(index), to: back, value })
  const transfer = withdrawalOf(await mined(viem.l2, await viem.l2Wallet(index).initiateWithdrawal(request)))
  await prove(viem, index, transfer)
  await finalize(viem, index, transfer)
  assertEqual(await viem.l1.getBalance({ address: back }), value, 'balance on L1')
  return { deposit: (deposited - began) / 1000, withdrawal: (Date.now() - deposited) / 1000 }
}
