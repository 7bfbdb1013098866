// What the bridge must withstand, on a running devnet and with nothing but what L1 and L2 offer to everybody: proving that comes late
// (scenario 37), withdrawals that are not owed (41), initialisers (42) and deposits at the market's edges (43). Scenario 34 has the
// suites `challenge` and `adversary`, 44 has `conservation`.

import { concat, encodeDeployData, encodeFunctionData, parseAbi, parseEther, toFunctionSelector } from 'viem'

import { L2_MESSENGER, MESSAGE_PASSER, MESSENGER_ABI, ORACLE_ABI, PORTAL_ABI } from '../harness/bridge.mjs'
import { arrived, finalize, firstOutput, mined, outputsFollow, prove, refusal, withdrawalOf } from '../harness/bridge.mjs'
import { assert, assertEqual, suite } from '../harness/checks.mjs'
import { compile } from '../harness/compile.mjs'
import { until } from '../harness/poll.mjs'
import { startDevnet } from '../harness/tandem.mjs'
import { account, clients } from '../harness/wallets.mjs'

const FINALIZATION_PERIOD_S = 3
/** `Initializable.InvalidInitialization()`. */
const INVALID_INITIALIZATION = '0xf92ee8a9'
/** The most gas that L1's deposits may buy in one block. */
const MARKET_GAS_MAX = 20_000_000n

const DEPOSIT_ABI = parseAbi(['function depositTransaction(address to, uint256 value, uint64 gasLimit, bool isCreation, bytes data) payable'])
const FINAL_ABI = parseAbi(['function isOutputFinalized(uint256 index) view returns (bool)'])
const PASSER_ABI = parseAbi(['function initiateWithdrawal(address target, uint256 gasLimit, bytes data) payable'])

await suite('scenarios', { deadline_s: 600 }, async (check) => {
  const args = ['--l1-block-time', '1', '--finalization-period', String(FINALIZATION_PERIOD_S)]
  const devnet = await startDevnet({ args })
  const viem = clients(devnet)
  const system = { viem, addresses: devnet.addresses, portal: devnet.addresses.OptimismPortalProxy }
  await firstOutput(viem, devnet)
  await outputsFollow(viem, devnet)

  // Most of it is waiting, and every story has an account of its own: they are told at once.
  let late
  await Promise.all([
    check('s37_a_withdrawal_that_is_kept_from_proving_for_longer_than_the_period_is_proven_then', async () => {
      late = await provenLate(system)
    }),
    check('s41_a_proof_of_something_else_is_refused', () => forgeries(system)),
    check('s41_what_would_call_portal_or_messenger_is_refused', () => ownTargets(system)),
    check('s42_nothing_on_l1_can_be_initialised_again', () => initialisers(system)),
    check('s43_a_deposit_creates_a_contract', () => creation(system)),
    check('s43_a_deposit_that_fails_on_l2_still_mints', () => failing(system)),
  ])
  await check('s41_a_finished_withdrawal_is_neither_proven_nor_finalized_again', () => notTwice(system, late))
  await check('s43_the_market_sells_a_large_deposit_and_no_more_than_it_has', () => market(system))
})

/** An account that has nothing yet. */
function fresh(kind, index) {
  return `0x${kind.repeat(8)}${index.toString(16).padStart(8, '0')}`
}

/** A call must be refused for this reason and no other: the error that the contract names. */
async function refusedWith(error, what, sending) {
  const message = await refusal(what, sending)
  // viem names the errors that it knows, of others it shows the signature.
  assert(message.includes(`Error: ${error}`) || message.includes(toFunctionSelector(error)), `${what}: not ${error}, but ${message}`)
}

async function deposit({ viem, portal }, index, { to, value = 0n, gasLimit = 100_000n, isCreation = false, data = '0x', mint = value, gas }) {
  const call = { address: portal, abi: DEPOSIT_ABI, functionName: 'depositTransaction', value: mint, gas }
  return viem.l1Wallet(index).writeContract({ ...call, args: [to, value, gasLimit, isCreation, data] })
}

async function withdraw({ viem }, index, { to, value = 0n, gasLimit = 50_000n, data = '0x' }) {
  const call = { address: MESSAGE_PASSER, abi: PASSER_ABI, functionName: 'initiateWithdrawal', value }
  const hash = await viem.l2Wallet(index).writeContract({ ...call, args: [to, gasLimit, data] })
  return withdrawalOf(await mined(viem.l2, hash))
}

/** The output that covers the withdrawal is final before anybody can prove with it. */
async function provenLate(system) {
  const { viem, addresses, portal } = system
  const transfer = await withdraw(system, 2, { to: fresh('a37a', 1), value: parseEther('0.125') })
  const { output } = await viem.l1.waitToProve({ receipt: transfer.receipt, targetChain: viem.l2Chain })
  await until('the output is final', { deadline_s: 60 }, () =>
    viem.l1.readContract({ address: portal, abi: FINAL_ABI, functionName: 'isOutputFinalized', args: [output.outputIndex] }))
  const latest = { address: addresses.L2OutputOracleProxy, abi: ORACLE_ABI, functionName: 'latestOutputIndex' }
  await until('more outputs', { deadline_s: 60 }, async () => (await viem.l1.readContract(latest)) > output.outputIndex + 1n)

  const proof = await viem.l2.buildProveWithdrawal({ account: account(2), output, withdrawal: transfer.withdrawal })
  await mined(viem.l1, await viem.l1Wallet(2).proveWithdrawal(proof))
  await finalize(viem, 2, transfer)
  assertEqual(await viem.l1.getBalance({ address: fresh('a37a', 1) }), parseEther('0.125'), 'what came back')
  return { ...transfer, proof }
}

async function notTwice({ viem, portal }, { withdrawal, proof }) {
  const held = await viem.l1.getBalance({ address: portal })
  await refusedWith('OptimismPortal_AlreadyFinalized()', 'finalizing again', viem.l1Wallet(3).finalizeWithdrawal({ targetChain: viem.l2Chain, withdrawal }))
  await refusedWith('OptimismPortal_AlreadyFinalized()', 'proving again', viem.l1Wallet(3).proveWithdrawal({ ...proof, account: account(3) }))
  assertEqual(await viem.l1.getBalance({ address: portal }), held, 'what the portal holds')
}

/** One honest proof, with one thing changed each time; at last as it is. */
async function forgeries(system) {
  const { viem, portal } = system
  const { receipt, withdrawal } = await withdraw(system, 3, { to: account(3).address, value: 1_000n })
  const { output } = await viem.l1.waitToProve({ receipt, targetChain: viem.l2Chain })
  const honest = await viem.l2.buildProveWithdrawal({ account: account(3), output, withdrawal })
  const { outputRootProof: root, withdrawalProof: nodes } = honest
  const flipped = (bytes) => concat([bytes.slice(0, -2), `0x${(parseInt(bytes.slice(-2), 16) ^ 1).toString(16).padStart(2, '0')}`])
  const attempt = (changed) => {
    const { tx = withdrawal, index = output.outputIndex, outputRoot = root, proof = nodes } = changed
    const args = [tx, index, outputRoot, proof]
    return viem.l1Wallet(3).writeContract({ address: portal, abi: PORTAL_ABI, functionName: 'proveWithdrawalTransaction', args })
  }
  for (const [what, changed] of [
    ['more ether', { tx: { ...withdrawal, value: withdrawal.value + 1n } }],
    ['another target', { tx: { ...withdrawal, target: account(4).address } }],
    ['another nonce', { tx: { ...withdrawal, nonce: withdrawal.nonce + 1n } }],
    ['another output', { index: output.outputIndex - 1n }],
    ['an output that is not there', { index: output.outputIndex + 1_000_000n }],
    ['another storage root', { outputRoot: { ...root, messagePasserStorageRoot: flipped(root.messagePasserStorageRoot) } }],
    ['a changed leaf', { proof: [...nodes.slice(0, -1), flipped(nodes.at(-1))] }],
    ['a changed root node', { proof: [flipped(nodes[0]), ...nodes.slice(1)] }],
    ['a leaf too few', { proof: nodes.slice(0, -1) }],
    ['a leaf too many', { proof: [...nodes, nodes.at(-1)] }],
    ['no proof', { proof: [] }],
  ]) {
    await refusal(what, attempt(changed))
  }
  await mined(viem.l1, await attempt({}))
}

async function ownTargets(system) {
  const { viem, addresses, portal } = system
  const { receipt, withdrawal } = await withdraw(system, 4, { to: portal })
  const { output } = await viem.l1.waitToProve({ receipt, targetChain: viem.l2Chain })
  const proof = await viem.l2.buildProveWithdrawal({ account: account(4), output, withdrawal })
  await refusedWith('OptimismPortal_BadTarget()', 'a withdrawal that calls the portal', viem.l1Wallet(4).proveWithdrawal(proof))
  const message = { address: addresses.L1CrossDomainMessengerProxy, abi: MESSENGER_ABI, functionName: 'sendMessage' }
  for (const target of [L2_MESSENGER, MESSAGE_PASSER]) {
    await refusedWith('CrossDomainMessenger_UnsafeTarget(address)', `a message to ${target}`, viem.l1Wallet(4).writeContract({ ...message, args: [target, '0x', 100_000] }))
  }
}

/** Initialisers look first whether they have run, and only then who asks: the refusal says which. */
async function initialisers({ viem, addresses }) {
  const two = parseAbi(['function initialize(address first, address second)'])
  const one = parseAbi(['function initialize(address first)'])
  const stranger = account(5).address
  for (const [name, abi, count] of [
    ['OptimismPortal', two, 2],
    ['L1CrossDomainMessenger', two, 2],
    ['L1StandardBridge', two, 2],
    ['L1ERC721Bridge', two, 2],
    ['OptimismMintableERC20Factory', one, 1],
    ['SuperchainConfig', one, 1],
  ]) {
    const data = encodeFunctionData({ abi, functionName: 'initialize', args: Array(count).fill(stranger) })
    for (const kind of ['Proxy', 'Impl']) {
      const to = addresses[`${name}${kind}`]
      assert(to, `${name}${kind} has an address`)
      const error = await viem.l1.call({ account: stranger, to, data }).then(() => undefined, (failed) => failed)
      assert(error, `${name}${kind} was initialised`)
      assert(error.walk((cause) => cause.data === INVALID_INITIALIZATION), `${name}${kind}: ${error}`)
    }
  }
}

async function creation(system) {
  const { viem } = system
  const { abi, bytecode } = compile('Token')
  const data = encodeDeployData({ abi, bytecode, args: [] })
  const zero = `0x${'00'.repeat(20)}`
  const hash = await deposit(system, 6, { to: zero, gasLimit: 3_000_000n, isCreation: true, data })
  const [receipt] = await arrived(viem, await mined(viem.l1, hash))
  assertEqual(receipt.status, 'success', 'status')
  assert((await viem.l2.getCode({ address: receipt.contractAddress }))?.length > 100, `no code at ${receipt.contractAddress}`)
  await refusedWith('OptimismPortal_BadTarget()', 'a creation with a recipient', deposit(system, 6, { to: account(1).address, isCreation: true, data }))
}

/** The call fails for want of ether, the ether that came from L1 is there all the same. */
async function failing(system) {
  const { viem } = system
  const [mint, sender] = [parseEther('0.25'), account(7).address]
  const before = await viem.l2.getBalance({ address: sender })
  const hash = await deposit(system, 7, { to: fresh('f43f', 1), value: before + mint + 1n, mint })
  const [receipt] = await arrived(viem, await mined(viem.l1, hash))
  assertEqual(receipt.status, 'reverted', 'status')
  assertEqual(await viem.l2.getBalance({ address: sender }), before + mint, 'what the sender has')
  assertEqual(await viem.l2.getBalance({ address: fresh('f43f', 1) }), 0n, 'what the recipient has')
}

async function market(system) {
  const { viem } = system
  const to = fresh('c43c', 1)
  const [receipt] = await arrived(viem, await mined(viem.l1, await deposit(system, 8, { to, value: 1n, gasLimit: 12_000_000n, gas: 15_000_000n })))
  assertEqual(receipt.status, 'success', 'status of a deposit of 12,000,000 gas')
  await refusedWith('ResourceMetering_OutOfGas()', 'more gas than there is', deposit(system, 8, { to, gasLimit: MARKET_GAS_MAX + 1n }))
  await refusedWith('OptimismPortal_GasLimitTooLow()', 'less gas than the data costs', deposit(system, 8, { to, gasLimit: 20_999n }))
}
