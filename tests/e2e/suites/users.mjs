// Users reach the devnet with their own tools: cast on L2, viem's op-stack actions across both layers, fees to the last wei.

import { encodeDeployData, parseEther } from 'viem'
import { getL2TransactionHashes } from 'viem/op-stack'

import { assert, assertEqual, suite } from '../harness/checks.mjs'
import { compile } from '../harness/compile.mjs'
import { feeChecks } from '../harness/fee_checks.mjs'
import { cast, castJson } from '../harness/foundry.mjs'
import { until } from '../harness/poll.mjs'
import { height, rpc } from '../harness/rpc.mjs'
import { startDevnet } from '../harness/tandem.mjs'
import { checkSameBlocks, safeHeadReaches } from '../harness/traffic.mjs'
import { account, clients, privateKey } from '../harness/wallets.mjs'

const ledger = compile('Ledger')
const stranger = '0x00000000000000000000000000000000deadbeef'

await suite('users', { deadline_s: 420 }, async (check) => {
  const devnet = await startDevnet()
  const viem = clients(devnet)
  const onL2 = { rpcUrl: devnet.l2 }
  const as = (index) => ['--private-key', privateKey(index)]

  await check('cast knows both chains', async () => {
    assertEqual(await cast(['chain-id'], { rpcUrl: devnet.l1 }), 900, 'L1 chain id')
    assertEqual(await cast(['chain-id'], onL2), 901, 'L2 chain id')
  })

  await check('cast sends ETH on L2', async () => {
    const receipt = await castJson(['send', stranger, '--value', '1ether', ...as(0)], onL2)
    assertEqual(receipt.status, '0x1', 'status')
    assertEqual(receipt.gasUsed, '0x5208', 'gas used')
    assertEqual(await cast(['balance', stranger], onL2), parseEther('1'), 'balance of the receiver')
  })

  await check('cast sends ETH on L1', async () => {
    const receipt = await castJson(['send', stranger, '--value', '2ether', ...as(0)], { rpcUrl: devnet.l1 })
    assertEqual(receipt.status, '0x1', 'status')
    assertEqual(await cast(['balance', stranger], { rpcUrl: devnet.l1 }), parseEther('2'), 'balance of the receiver')
  })

  const deployed = await check('cast deploys a contract on L2', async () => {
    const receipt = await castJson(['send', ...as(1), '--create', ledger.bytecode], onL2)
    assertEqual(receipt.status, '0x1', 'status')
    assert((await cast(['code', receipt.contractAddress], onL2)).length > 100, 'code stands at the new address')
    return receipt.contractAddress
  })

  const noted = await check('cast calls it, and state and receipt show the call', async () => {
    const receipt = await castJson(['send', deployed, 'note(uint256)', '42', ...as(1)], onL2)
    assertEqual(receipt.status, '0x1', 'status')
    assertEqual(await cast(['call', deployed, 'sum()(uint256)'], onL2), 42, 'sum()')
    assertEqual(await cast(['storage', deployed, '0'], onL2), `0x${(42).toString(16).padStart(64, '0')}`, 'slot 0')
    const again = await castJson(['receipt', receipt.transactionHash], onL2)
    assertEqual(again.blockHash, receipt.blockHash, 'receipt read later')
    return receipt
  })

  await check('cast reads its logs', async () => {
    const filter = ['logs', '--from-block', noted.blockNumber, '--address', deployed, 'Noted(address indexed,uint256 indexed,uint256)']
    const logs = await castJson(filter, onL2)
    assertEqual(logs.length, 1, 'number of logs')
    assertEqual(logs[0].transactionHash, noted.transactionHash, 'transaction of the log')
    assertEqual(logs[0].topics[1].slice(-40), account(1).address.slice(2), 'indexed caller')
  })

  await check('a reverting call fails with its reason, and a reverting transaction is mined with status 0', async () => {
    const refusal = await cast(['call', deployed, 'note(uint256)', '0'], onL2).catch((error) => error.message)
    assert(/revert/i.test(refusal), `cast call says: ${refusal}`)
    const send = ['send', deployed, 'note(uint256)', '0', '--gas-limit', '100000', ...as(1)]
    const hash = await cast([...send, '--async'], onL2)
    const receipt = await viem.l2.waitForTransactionReceipt({ hash })
    assertEqual(receipt.status, 'reverted', 'status')
  })

  await check('viem estimates, deploys and reads back', async () => {
    const hash = await viem.l2Wallet(2).sendTransaction({ data: encodeDeployData(ledger) })
    const { contractAddress } = await viem.l2.waitForTransactionReceipt({ hash })
    const call = { address: contractAddress, abi: ledger.abi }
    const note = await viem.l2Wallet(2).writeContract({ ...call, functionName: 'note', args: [7n] })
    await viem.l2.waitForTransactionReceipt({ hash: note })
    assertEqual(await viem.l2.readContract({ ...call, functionName: 'sum' }), 7, 'sum()')
  })

  await check('filters tell of new blocks, logs and waiting transactions', () => filters(viem, devnet.l2, deployed))
  await check('a web page of any origin may use a devnet', async () => {
    const headers = { origin: 'http://localhost:3000', 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' }
    const answer = await fetch(devnet.l2, { method: 'OPTIONS', headers })
    assertEqual(answer.headers.get('access-control-allow-origin'), '*', 'allowed origin')
  })
  await check('viem deposits through the portal: L2 transaction hash, mint and balance', () => deposit(viem))
  await check('a deposit that creates a contract', () => creationDeposit(viem))
  await check('a deposit whose call reverts keeps its mint', () => revertingDeposit(viem, deployed))
  await feeChecks(check, viem, devnet)

  await check('the verifier, from L1 alone, has the same blocks', async () => {
    const target = await height(devnet.l2)
    await safeHeadReaches(devnet.verifierRollup, target, { deadline_s: 90, process: devnet.process })
    await checkSameBlocks(devnet.l2, devnet.verifierL2, target)
  })
})

async function deposit(viem) {
  const to = '0x00000000000000000000000000000000d0000001'
  const mint = parseEther('1.5')
  const request = await viem.l2.buildDepositTransaction({ account: account(3), mint, to })
  const hash = await viem.l1Wallet(3).depositTransaction(request)
  const l1Receipt = await viem.l1.waitForTransactionReceipt({ hash })
  assertEqual(l1Receipt.status, 'success', 'status on L1')
  const [l2Hash, ...others] = getL2TransactionHashes(l1Receipt)
  assertEqual(others.length, 0, 'further L2 transactions')
  const receipt = await viem.l2.waitForTransactionReceipt({ hash: l2Hash, timeout: 60_000 })
  assertEqual(receipt.status, 'success', 'status on L2')
  const transaction = await viem.l2.getTransaction({ hash: l2Hash })
  assertEqual(transaction.type, 'deposit', 'type')
  assertEqual(transaction.mint, mint, 'mint')
  assert(/^0x[0-9a-f]{64}$/.test(transaction.sourceHash), `source hash ${transaction.sourceHash}`)
  assertEqual(await viem.l2.getBalance({ address: to }), mint, 'balance of the receiver')
  const raw = await viem.l2.request({ method: 'eth_getTransactionReceipt', params: [l2Hash] })
  assert(raw.depositNonce !== undefined, 'receipt has depositNonce')
  assertEqual(raw.depositReceiptVersion, '0x1', 'depositReceiptVersion')
}

async function mined(viem, hash) {
  const [l2Hash] = getL2TransactionHashes(await viem.l1.waitForTransactionReceipt({ hash }))
  return viem.l2.waitForTransactionReceipt({ hash: l2Hash, timeout: 60_000 })
}

async function creationDeposit(viem) {
  const request = { isCreation: true, data: ledger.bytecode, gas: 1_000_000n, mint: 0n, value: 0n }
  const hash = await viem.l1Wallet(3).depositTransaction({ request, targetChain: viem.l2Chain })
  const receipt = await mined(viem, hash)
  assertEqual(receipt.status, 'success', 'status on L2')
  const code = await viem.l2.getCode({ address: receipt.contractAddress })
  assert(code?.length > 100, `code at ${receipt.contractAddress}`)
}

async function revertingDeposit(viem, ledgerAddress) {
  const before = await viem.l2.getBalance({ address: account(4).address })
  const mint = 1000n
  const data = `0x${'ff'.repeat(4)}`
  const request = { to: ledgerAddress, data, gas: 200_000n, mint, value: 0n }
  const hash = await viem.l1Wallet(4).depositTransaction({ request, targetChain: viem.l2Chain })
  const receipt = await mined(viem, hash)
  assertEqual(receipt.status, 'reverted', 'status on L2')
  assertEqual(await viem.l2.getBalance({ address: account(4).address }), before + mint, 'balance of the sender')
}

async function filters(viem, url, address) {
  const [blocks, logs, pending] = await Promise.all([
    rpc(url, 'eth_newBlockFilter'),
    rpc(url, 'eth_newFilter', [{ address }]),
    rpc(url, 'eth_newPendingTransactionFilter'),
  ])
  const hash = await viem.l2Wallet(1).writeContract({ address, abi: ledger.abi, functionName: 'note', args: [7n] })
  const receipt = await viem.l2.waitForTransactionReceipt({ hash })
  const changes = (id) => rpc(url, 'eth_getFilterChanges', [id])
  const heard = []
  await until('the block in the filter', { deadline_s: 10 }, async () => {
    heard.push(...(await changes(blocks)))
    return heard.includes(receipt.blockHash)
  })
  assertEqual((await changes(logs)).map((log) => log.transactionHash).join(), hash, 'logs since the filter was made')
  assertEqual((await changes(logs)).length, 0, 'logs since then')
  assert((await changes(pending)).includes(hash), 'the waiting transaction')
  assertEqual(await rpc(url, 'eth_uninstallFilter', [blocks]), true, 'uninstalled')
  assertEqual(await rpc(url, 'eth_uninstallFilter', [blocks]), false, 'uninstalled twice')
}
