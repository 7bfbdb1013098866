// A proposer that lies (scenario 34): the devnet's published proposer key puts wrong outputs on L1 while everything else is honest. The
// challenger deletes them, honest withdrawals go through after a second proof, forged ones never do.

import { concat, encodeAbiParameters, keccak256, pad, parseEther, parseGwei, toRlp } from 'viem'
import { getWithdrawalHashStorageSlot } from 'viem/op-stack'

import { ORACLE_ABI, PORTAL_ABI, finalize, firstOutput, mined, prove, refusal, statusOf, withdrawalOf } from '../harness/bridge.mjs'
import { assert, assertEqual, suite } from '../harness/checks.mjs'
import { until } from '../harness/poll.mjs'
import { hex, rpc } from '../harness/rpc.mjs'
import { startDevnet } from '../harness/tandem.mjs'
import { PROPOSER, account, clients } from '../harness/wallets.mjs'

/** Long enough for the challenger of a machine that is busy. */
const FINALIZATION_PERIOD_S = 12
const ATTEMPTS_MAX = 8
const VERSION_0 = pad('0x', { size: 32 })
/** A lie. */
const WRONG = keccak256('0x11e5')

await suite('adversary', { deadline_s: 360 }, async (check) => {
  const args = ['--l1-block-time', '1', '--finalization-period', String(FINALIZATION_PERIOD_S)]
  const devnet = await startDevnet({ args })
  const viem = clients(devnet)
  await firstOutput(viem, devnet)

  // What a forged withdrawal would like to have.
  const deposit = await viem.l2.buildDepositTransaction({ account: account(0), mint: parseEther('5'), to: account(0).address })
  await mined(viem.l1, await viem.l1Wallet(0).depositTransaction(deposit))
  const honest = await withdraw(viem, 1)
  const first = await check('an honest withdrawal is proven against an output whose state is wrong', () =>
    attack(viem, devnet, 1, honest.withdrawal, honest.receipt.blockNumber, async (right, blockNumber) => ({
      root: { ...right, stateRoot: WRONG },
      proof: await proofOf(viem, honest, blockNumber),
    })))
  await check('the challenger deletes that output, and the honest one takes its place', () => replaced(viem, devnet, first))
  await check('the withdrawal is proven again and finalized', async () => {
    const status = await statusOf(viem, honest)
    assert(['waiting-to-prove', 'ready-to-prove'].includes(status), `status after the deletion: ${status}`)
    await prove(viem, 1, honest)
    await finalize(viem, 1, honest)
    assertEqual(await statusOf(viem, honest), 'finalized', 'status')
    assertEqual(await viem.l1.getBalance({ address: honest.withdrawal.target }), honest.withdrawal.value, 'balance on L1')
  })

  const forged = forgery(account(2).address)
  const portal = { address: devnet.addresses.OptimismPortalProxy, abi: PORTAL_ABI }
  const held = () => viem.l1.getBalance({ address: portal.address })
  const before = await held()
  assert(before >= forged.withdrawal.value, `the portal holds ${before}: nothing to be stolen`)
  const second = await check('a forged withdrawal is proven against an output made for it', () =>
    attack(viem, devnet, 2, forged.withdrawal, 0n, (right) => ({
      root: { ...right, messagePasserStorageRoot: forged.storageRoot },
      proof: forged.proof,
    })))
  await check('the challenger deletes that output too', () => replaced(viem, devnet, second))
  await check('the forged withdrawal is never finalized, and never proven again', async () => {
    const finalizing = () => viem.l1Wallet(2).finalizeWithdrawal({ targetChain: viem.l2Chain, withdrawal: forged.withdrawal })
    await refusal('finalizing the forged withdrawal', finalizing())
    await until('its time would have come', { deadline_s: 60 }, async () => {
      const { timestamp } = await viem.l1.getBlock()
      return timestamp > second.timestamp + BigInt(FINALIZATION_PERIOD_S) + 1n
    })
    await refusal('finalizing the forged withdrawal later', finalizing())
    const right = await outputAt(devnet, second.blockNumber)
    for (const root of [right, { ...right, messagePasserStorageRoot: forged.storageRoot }]) {
      const proving = { ...portal, functionName: 'proveWithdrawalTransaction', args: [forged.withdrawal, second.index, root, forged.proof] }
      await refusal('proving the forged withdrawal again', viem.l1Wallet(2).writeContract(proving))
    }
    const isFinalized = { ...portal, functionName: 'finalizedWithdrawals', args: [forged.withdrawal.withdrawalHash] }
    assertEqual(await viem.l1.readContract(isFinalized), false, 'finalized')
    assertEqual(await held(), before, 'what the portal holds')
  })
})

async function withdraw(viem, index) {
  const to = `0x${keccak256(account(index).address).slice(-40)}`
  const request = await viem.l1.buildInitiateWithdrawal({ account: account(index), to, value: parseEther('0.125') })
  return withdrawalOf(await mined(viem.l2, await viem.l2Wallet(index).initiateWithdrawal(request)))
}

/** The parts of the right output of a block, by the sequencing node. */
async function outputAt({ rollup }, number) {
  const { stateRoot, withdrawalStorageRoot, blockRef } = await rpc(rollup, 'optimism_outputAtBlock', [hex(number)])
  return { version: VERSION_0, stateRoot, messagePasserStorageRoot: withdrawalStorageRoot, latestBlockhash: blockRef.hash }
}

function rootOf({ version, stateRoot, messagePasserStorageRoot, latestBlockhash }) {
  return keccak256(concat([version, stateRoot, messagePasserStorageRoot, latestBlockhash]))
}

async function proofOf(viem, { withdrawal }, l2BlockNumber) {
  const output = { l2BlockNumber, outputIndex: 0n }
  return (await viem.l2.buildProveWithdrawal({ account: account(1), output, withdrawal })).withdrawalProof
}

/** A withdrawal that nobody began on L2, and a storage that holds it and nothing else. */
function forgery(sender, value = parseEther('1')) {
  const fields = { nonce: (1n << 240n) + 4_242n, sender, target: sender, value, gasLimit: 50_000n, data: '0x' }
  const types = ['uint256', 'address', 'address', 'uint256', 'uint256', 'bytes'].map((type) => ({ type }))
  const withdrawal = { ...fields, withdrawalHash: keccak256(encodeAbiParameters(types, Object.values(fields))) }
  const key = keccak256(getWithdrawalHashStorageSlot(withdrawal))
  // A trie of one leaf: its whole key behind the nibbles that say so, and the value 1.
  const leaf = toRlp([concat(['0x20', key]), '0x01'])
  return { withdrawal, storageRoot: keccak256(leaf), proof: [leaf] }
}

function reader(viem, { addresses }) {
  const oracle = { address: addresses.L2OutputOracleProxy, abi: ORACLE_ABI }
  return (functionName, args = []) => viem.l1.readContract({ ...oracle, functionName, args })
}

/**
 * Puts a wrong output on L1 and proves a withdrawal against it before anybody can delete it: both transactions are in the pool at once,
 * and of one block's transactions those that pay more come first. The honest proposer has the same key, and may be faster: then again.
 */
async function attack(viem, devnet, index, withdrawal, blockNumberMin, lie) {
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
    const due = await nextDue(viem, devnet, blockNumberMin)
    const { root, proof } = await lie(await outputAt(devnet, due.blockNumber), due.blockNumber)
    const proposing = {
      address: devnet.addresses.L2OutputOracleProxy,
      abi: ORACLE_ABI,
      functionName: 'proposeL2Output',
      args: [rootOf(root), due.blockNumber, VERSION_0, 0n],
    }
    const proving = {
      address: devnet.addresses.OptimismPortalProxy,
      abi: PORTAL_ABI,
      functionName: 'proveWithdrawalTransaction',
      args: [withdrawal, due.index, root, proof],
    }
    // One after the other, so that a block that is being made never has the second alone.
    const sent = [await send(viem, PROPOSER, parseGwei('90'), proposing), await send(viem, index, parseGwei('30'), proving)]
    const [proposal, proven] = await Promise.all(sent.map((hash) => hash && viem.l1.waitForTransactionReceipt({ hash, timeout: 20_000 })))
    if (proposal?.status !== 'success' || proven?.status !== 'success') continue
    const { timestamp } = await viem.l1.getBlock({ blockNumber: proposal.blockNumber })
    return { ...due, timestamp, root: rootOf(root), proposedIn: proposal.blockNumber }
  }
  throw new Error(`no wrong output on L1 in ${ATTEMPTS_MAX} attempts`)
}

/** The next output of a block from a number on, as soon as L1's next block takes it. */
async function nextDue(viem, devnet, blockNumberMin) {
  const read = reader(viem, devnet)
  return until('an output is due', { deadline_s: 60, every_ms: 50 }, async () => {
    const [index, blockNumber] = await Promise.all([read('nextOutputIndex'), read('nextBlockNumber')])
    const [l1Head, l2Head] = await Promise.all([viem.l1.getBlock(), viem.l2.getBlockNumber()])
    const { genesis, block_time } = devnet.rollupConfig
    const time = BigInt(genesis.l2_time) + blockNumber * BigInt(block_time)
    return blockNumber >= blockNumberMin && l2Head >= blockNumber && l1Head.timestamp >= time && { index, blockNumber }
  })
}

/** Sends a call without asking whether it would succeed, and answers with its hash; with nothing if the account was faster. */
async function send(viem, index, tip, call) {
  const nonce = await viem.l1.getTransactionCount({ address: account(index).address })
  const fees = { maxFeePerGas: 2n * tip, maxPriorityFeePerGas: tip }
  const sending = viem.l1Wallet(index).writeContract({ ...call, ...fees, gas: 1_000_000n, nonce })
  return sending.catch((error) => {
    if (/nonce/i.test(error.message)) return undefined
    throw error
  })
}

/** Waits until the right output stands where the wrong one stood, and tells how soon that one was deleted. */
async function replaced(viem, devnet, { index, blockNumber, proposedIn }) {
  const read = reader(viem, devnet)
  const right = rootOf(await outputAt(devnet, blockNumber))
  await until(`output ${index} is right`, { deadline_s: 60 }, async () =>
    (await read('nextOutputIndex')) > index && (await read('getL2Output', [index])).outputRoot === right)
  const [deletion] = await viem.l1.getContractEvents({
    address: devnet.addresses.L2OutputOracleProxy,
    abi: ORACLE_ABI,
    eventName: 'OutputsDeleted',
    fromBlock: proposedIn,
  })
  assertEqual(deletion.args.newNextOutputIndex, index, 'outputs left by the deletion')
  const blocks = deletion.blockNumber - proposedIn
  console.log(`        deleted ${blocks} L1 blocks after it was proposed`)
  assert(devnet.process.stdout.some((line) => line.includes(`output ${index} is wrong`)), 'a line tells of it')
}
