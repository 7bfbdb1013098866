// A proposer that lies (scenario 34): somebody with the proposer's key puts wrong outputs on L1 while everything else is honest. The
// challenger deletes them, honest withdrawals go through after a second proof, forged ones never do.

import { concat, encodeAbiParameters, keccak256, parseAbi, parseEther, toRlp } from 'viem'
import { getWithdrawalHashStorageSlot } from 'viem/op-stack'

import { ORACLE_ABI, PORTAL_ABI, calldata, finalize, mined, prove, refusal, statusOf, withdrawalOf } from '../harness/bridge.mjs'
import { assert, assertEqual, suite } from '../harness/checks.mjs'
import { nextDue, oracle, outputAt, proposeThrough, proposing, rootOf } from '../harness/outputs.mjs'
import { until } from '../harness/poll.mjs'
import { startDevnet } from '../harness/tandem.mjs'
import { PROPOSER, account, clients } from '../harness/wallets.mjs'

/** Long enough for the challenger of a machine that is busy. */
const FINALIZATION_PERIOD_S = 20
/** A lie. */
const WRONG = keccak256('0x11e5')

const MULTICALL = '0xca11bde05977b3631167028862be2a173976ca11'
const MULTICALL_ABI = parseAbi([
  'function aggregate3((address target, bool allowFailure, bytes callData)[] calls) payable returns ((bool success, bytes returnData)[])',
])

await suite('adversary', { deadline_s: 360 }, async (check) => {
  // The proposer's account is the test's alone: nothing here is a race.
  const args = ['--l1-block-time', '1', '--no-proposer', '--finalization-period', String(FINALIZATION_PERIOD_S)]
  const devnet = await startDevnet({ args })
  const viem = clients(devnet)

  // What a forged withdrawal would like to have.
  const deposit = await viem.l2.buildDepositTransaction({ account: account(0), mint: parseEther('5'), to: account(0).address })
  await mined(viem.l1, await viem.l1Wallet(0).depositTransaction(deposit))
  const honest = await withdraw(viem, 1)
  await proposeThrough(viem, devnet, honest.receipt.blockNumber)
  const first = await check('an honest withdrawal is proven against an output whose state is wrong', () =>
    attack(viem, devnet, honest.withdrawal, async (right, blockNumber) => ({
      root: { ...right, stateRoot: WRONG },
      proof: await proofOf(viem, honest, blockNumber),
    })))
  await check('the challenger deletes that output, and the honest one takes its place', () => replaced(viem, devnet, first))
  await check('the withdrawal is proven again', async () => {
    const status = await statusOf(viem, honest)
    assertEqual(status, 'ready-to-prove', 'status after the deletion')
    await prove(viem, 1, honest)
    assertEqual(await statusOf(viem, honest), 'waiting-to-finalize', 'status after the second proof')
  })

  const forged = forgery(account(2).address)
  const portal = { address: devnet.addresses.OptimismPortalProxy, abi: PORTAL_ABI }
  const held = () => viem.l1.getBalance({ address: portal.address })
  const before = await held()
  assert(before >= forged.withdrawal.value, `the portal holds ${before}: nothing to be stolen`)
  const second = await check('a forged withdrawal is proven against an output made for it', () =>
    attack(viem, devnet, forged.withdrawal, (right) => ({
      root: { ...right, messagePasserStorageRoot: forged.storageRoot },
      proof: forged.proof,
    })))
  await check('the challenger deletes that output too', () => replaced(viem, devnet, second))
  await check('the honest withdrawal is finalized', async () => {
    await finalize(viem, 1, honest)
    assertEqual(await statusOf(viem, honest), 'finalized', 'status')
    assertEqual(await viem.l1.getBalance({ address: honest.withdrawal.target }), honest.withdrawal.value, 'balance on L1')
  })
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
      const again = { ...portal, functionName: 'proveWithdrawalTransaction', args: [forged.withdrawal, second.index, root, forged.proof] }
      await refusal('proving the forged withdrawal again', viem.l1Wallet(2).writeContract(again))
    }
    const isFinalized = { ...portal, functionName: 'finalizedWithdrawals', args: [forged.withdrawal.withdrawalHash] }
    assertEqual(await viem.l1.readContract(isFinalized), false, 'finalized')
    assertEqual(await held(), before - honest.withdrawal.value, 'what the portal holds')
  })
})

async function withdraw(viem, index) {
  const to = `0x${keccak256(account(index).address).slice(-40)}`
  const request = await viem.l1.buildInitiateWithdrawal({ account: account(index), to, value: parseEther('0.125') })
  return withdrawalOf(await mined(viem.l2, await viem.l2Wallet(index).initiateWithdrawal(request)))
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

/**
 * Puts a wrong output on L1 and proves a withdrawal against it in one transaction, before anybody can delete it: the proposer's account
 * has Multicall3's code (EIP-7702) and calls itself.
 */
async function attack(viem, devnet, withdrawal, lie) {
  const due = await nextDue(viem, devnet)
  const { root, proof } = await lie(await outputAt(devnet, due.blockNumber), due.blockNumber)
  const { address, abi, functionName, args } = proposing(devnet, rootOf(root), due)
  const proving = calldata(PORTAL_ABI, 'proveWithdrawalTransaction', [withdrawal, due.index, root, proof])
  const calls = [
    { target: address, allowFailure: false, callData: calldata(abi, functionName, args) },
    { target: devnet.addresses.OptimismPortalProxy, allowFailure: false, callData: proving },
  ]
  const wallet = viem.l1Wallet(PROPOSER)
  const authorizationList = [await wallet.signAuthorization({ contractAddress: MULTICALL, executor: 'self' })]
  const data = calldata(MULTICALL_ABI, 'aggregate3', [calls])
  const { blockNumber } = await mined(viem.l1, await wallet.sendTransaction({ to: account(PROPOSER).address, data, authorizationList, gas: 2_000_000n }))
  assertEqual(await viem.l1.readContract({ address, abi, functionName: 'getL2Output', args: [due.index], blockNumber }).then((it) => it.outputRoot), rootOf(root), 'the lie')
  const { timestamp } = await viem.l1.getBlock({ blockNumber })
  return { ...due, timestamp, proposedIn: blockNumber }
}

/** Waits until the wrong output is gone, tells how soon that was, and puts the right one in its place, which then stands. */
async function replaced(viem, devnet, { index, blockNumber, proposedIn }) {
  const read = oracle(viem, devnet)
  const deletion = await until(`output ${index} is deleted`, { deadline_s: 60 }, async () => {
    const range = { eventName: 'OutputsDeleted', fromBlock: proposedIn }
    const found = await viem.l1.getContractEvents({ address: devnet.addresses.L2OutputOracleProxy, abi: ORACLE_ABI, ...range })
    return found[0]
  })
  assertEqual(deletion.args.newNextOutputIndex, index, 'outputs left by the deletion')
  console.log(`        deleted ${deletion.blockNumber - proposedIn} L1 blocks after it was proposed`)
  assert(devnet.process.stdout.some((line) => line.includes(`output ${index} is wrong`)), 'a line tells of it')
  const { outputRoot } = await proposeThrough(viem, devnet, blockNumber)
  await devnet.process.line(new RegExp(`output ${index} .*agreed`), { deadline_s: 60 })
  assertEqual((await read('getL2Output', [index])).outputRoot, outputRoot, `output ${index}`)
}
