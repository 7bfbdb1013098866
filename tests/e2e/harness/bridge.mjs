// What users do through the bridge, with viem's op-stack actions: send there, prove, finalize, and look at how far it is.

import { decodeEventLog, encodeFunctionData, parseAbi } from 'viem'
import { getL2TransactionHashes, getWithdrawals } from 'viem/op-stack'

import { assert, assertEqual } from './checks.mjs'
import { until } from './poll.mjs'
import { account } from './wallets.mjs'

export const L2_MESSENGER = '0x4200000000000000000000000000000000000007'
export const L2_BRIDGE = '0x4200000000000000000000000000000000000010'
export const TOKEN_FACTORY = '0x4200000000000000000000000000000000000012'
export const MESSAGE_PASSER = '0x4200000000000000000000000000000000000016'

/** The longest that anything here may wait for the other layer. */
const PATIENCE_S = 90

export const ORACLE_ABI = parseAbi([
  'function latestOutputIndex() view returns (uint256)',
  'function nextOutputIndex() view returns (uint256)',
  'function nextBlockNumber() view returns (uint256)',
  'function latestBlockNumber() view returns (uint256)',
  'function getL2Output(uint256 l2OutputIndex) view returns ((bytes32 outputRoot, uint128 timestamp, uint128 l2BlockNumber))',
  'function proposeL2Output(bytes32 outputRoot, uint256 l2BlockNumber, bytes32 l1BlockHash, uint256 l1BlockNumber) payable',
  'function deleteL2Outputs(uint256 l2OutputIndex)',
  'function FINALIZATION_PERIOD_SECONDS() view returns (uint256)',
  'event OutputsDeleted(uint256 indexed prevNextOutputIndex, uint256 indexed newNextOutputIndex)',
])

export const PORTAL_ABI = parseAbi([
  'struct Withdrawal { uint256 nonce; address sender; address target; uint256 value; uint256 gasLimit; bytes data; }',
  'struct OutputRootProof { bytes32 version; bytes32 stateRoot; bytes32 messagePasserStorageRoot; bytes32 latestBlockhash; }',
  'function proveWithdrawalTransaction(Withdrawal withdrawal, uint256 l2OutputIndex, OutputRootProof outputRootProof, bytes[] withdrawalProof)',
  'function finalizeWithdrawalTransaction(Withdrawal withdrawal)',
  'function finalizedWithdrawals(bytes32 withdrawalHash) view returns (bool)',
  'function provenWithdrawals(bytes32 withdrawalHash) view returns (bytes32 outputRoot, uint128 timestamp, uint128 l2OutputIndex)',
  'function checkWithdrawal(bytes32 withdrawalHash, address proofSubmitter) view',
  'function paused() view returns (bool)',
])

export const BRIDGE_ABI = parseAbi([
  'function depositETHTo(address to, uint32 minGasLimit, bytes extraData) payable',
  'function depositERC20(address l1Token, address l2Token, uint256 amount, uint32 minGasLimit, bytes extraData)',
  'function bridgeETH(uint32 minGasLimit, bytes extraData) payable',
  'function bridgeETHTo(address to, uint32 minGasLimit, bytes extraData) payable',
  'function bridgeERC20To(address localToken, address remoteToken, address to, uint256 amount, uint32 minGasLimit, bytes extraData)',
  'function withdraw(address l2Token, uint256 amount, uint32 minGasLimit, bytes extraData) payable',
  'event ETHBridgeFinalized(address indexed from, address indexed to, uint256 amount, bytes extraData)',
  'event ERC20BridgeFinalized(address indexed localToken, address indexed remoteToken, address indexed from, address to, uint256 amount, bytes extraData)',
])

export const MESSENGER_ABI = parseAbi([
  'function sendMessage(address target, bytes message, uint32 minGasLimit) payable',
  'function relayMessage(uint256 nonce, address sender, address target, uint256 value, uint256 minGasLimit, bytes message) payable',
  'function failedMessages(bytes32 msgHash) view returns (bool)',
  'function successfulMessages(bytes32 msgHash) view returns (bool)',
  'event SentMessage(address indexed target, address sender, bytes message, uint256 messageNonce, uint256 gasLimit)',
  'event SentMessageExtension1(address indexed sender, uint256 value)',
  'event RelayedMessage(bytes32 indexed msgHash)',
  'event FailedRelayedMessage(bytes32 indexed msgHash)',
])

/** Waits for a transaction that must succeed; answers with its receipt. */
export async function mined(client, hash) {
  const receipt = await client.waitForTransactionReceipt({ hash, timeout: PATIENCE_S * 1000 })
  assertEqual(receipt.status, 'success', `status of ${hash}`)
  return receipt
}

/** The receipts of the L2 transactions that an L1 transaction's deposits became. */
export async function arrived(viem, l1Receipt) {
  const hashes = getL2TransactionHashes(l1Receipt)
  assert(hashes.length > 0, `no deposit in ${l1Receipt.transactionHash}`)
  return Promise.all(hashes.map((hash) => viem.l2.waitForTransactionReceipt({ hash, timeout: PATIENCE_S * 1000 })))
}

/** What a contract's events of one name in a receipt say. */
export function eventsOf(receipt, abi, eventName, address) {
  return receipt.logs.flatMap((log) => {
    if (address && log.address.toLowerCase() !== address.toLowerCase()) return []
    try {
      const event = decodeEventLog({ abi, ...log })
      return event.eventName === eventName ? [event.args] : []
    } catch {
      return []
    }
  })
}

/** A withdrawal of a receipt, by its place among them, with what viem asks for again and again. */
export function withdrawalOf(receipt, logIndex = 0) {
  const withdrawal = getWithdrawals(receipt)[logIndex]
  assert(withdrawal, `no withdrawal ${logIndex} in ${receipt.transactionHash}`)
  return { receipt, logIndex, withdrawal }
}

/** How far a withdrawal is, in viem's words. */
export const statusOf = (viem, { receipt, logIndex }) =>
  viem.l1.getWithdrawalStatus({ receipt, logIndex, targetChain: viem.l2Chain })

/** Waits for an output that covers a withdrawal, and proves it against that output. */
export async function prove(viem, index, { receipt, withdrawal }) {
  const { output } = await viem.l1.waitToProve({ receipt, targetChain: viem.l2Chain })
  const proof = await viem.l2.buildProveWithdrawal({ account: account(index), output, withdrawal })
  await mined(viem.l1, await viem.l1Wallet(index).proveWithdrawal(proof))
  return output
}

/**
 * Waits as viem says, and until L1 says so too: viem goes by this machine's clock, which is ahead of L1's last block. Then finalizes;
 * answers with the receipt on L1.
 */
export async function finalize(viem, index, { withdrawal }) {
  const { withdrawalHash } = withdrawal
  await viem.l1.waitToFinalize({ withdrawalHash, targetChain: viem.l2Chain })
  const address = Object.values(viem.l2Chain.contracts.portal)[0].address
  const call = { address, abi: PORTAL_ABI, functionName: 'checkWithdrawal', args: [withdrawalHash, account(index).address] }
  await until('L1 is there too', { deadline_s: PATIENCE_S, through_errors: true }, () => viem.l1.readContract(call).then(() => true))
  const hash = await viem.l1Wallet(index).finalizeWithdrawal({ targetChain: viem.l2Chain, withdrawal })
  return mined(viem.l1, hash)
}

/** Waits for the first output: before it, viem can tell no withdrawal's status. */
export function firstOutput(viem, { addresses }) {
  const call = { address: addresses.L2OutputOracleProxy, abi: ORACLE_ABI, functionName: 'nextOutputIndex' }
  return until('the first output', { deadline_s: PATIENCE_S }, async () => (await viem.l1.readContract(call)) > 0n)
}

/**
 * Waits until the outputs have caught up with the chain, which is ahead of them by its start. Until then viem waits for longer than it
 * needs to: it reckons with one interval for each output that is missing.
 */
export function outputsFollow(viem, { addresses }) {
  const call = { address: addresses.L2OutputOracleProxy, abi: ORACLE_ABI, functionName: 'nextBlockNumber' }
  return until('outputs near the head', { deadline_s: PATIENCE_S }, async () => {
    const [head, next] = await Promise.all([viem.l2.getBlockNumber(), viem.l1.readContract(call)])
    return head < next + 8n
  })
}

/** The message that a messenger sent in a receipt, as the other messenger's `relayMessage` takes it. */
export function messageOf(receipt) {
  const [sent] = eventsOf(receipt, MESSENGER_ABI, 'SentMessage')
  const [extension] = eventsOf(receipt, MESSENGER_ABI, 'SentMessageExtension1')
  const { messageNonce, sender, target, gasLimit, message } = sent
  return [messageNonce, sender, target, extension.value, gasLimit, message]
}

/** A call's data, shorter. */
export const calldata = (abi, functionName, args = []) => encodeFunctionData({ abi, functionName, args })

/** The text of a refusal: a call that goes through is a failure. */
export async function refusal(what, sending) {
  const error = await sending.then(
    () => undefined,
    (error) => error,
  )
  assert(error, `${what} went through`)
  return error.message
}
