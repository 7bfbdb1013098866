// `tandem bridge` on a devnet: every way in and out, as a person types it, and what it refuses.

import { connect, createServer } from 'node:net'

import { encodeErrorResult, encodeFunctionData, getAddress, parseAbi } from 'viem'

import { L2_MESSENGER, MESSENGER_ABI, eventsOf, mined } from '../harness/bridge.mjs'
import { assert, assertEqual, suite } from '../harness/checks.mjs'
import { json, tandem } from '../harness/commands.mjs'
import { compile } from '../harness/compile.mjs'
import { until } from '../harness/poll.mjs'
import { start } from '../harness/processes.mjs'
import { rpc } from '../harness/rpc.mjs'
import { TANDEM, startDevnet } from '../harness/tandem.mjs'
import { account, clients, privateKey } from '../harness/wallets.mjs'

const ETHER = 10n ** 18n
const MESSAGE_PASSER = '0x4200000000000000000000000000000000000016'
const TOKEN_FACTORY = '0x4200000000000000000000000000000000000012'
const NFT_FACTORY = '0x4200000000000000000000000000000000000017'
const MULTICALL3 = '0xcA11bde05977b3631167028862bE2a173976CA11'
const GAS_MAX = 1 << 24

const abi = parseAbi([
  'function balanceOf(address) view returns (uint256)',
  'function approve(address, uint256)',
  'function createOptimismMintableERC20WithDecimals(address, string, string, uint8) returns (address)',
  'event OptimismMintableERC20Created(address indexed localToken, address indexed remoteToken, address deployer)',
  'function ownerOf(uint256) view returns (address)',
  'function createOptimismMintableERC721(address, string, string) returns (address)',
  'event OptimismMintableERC721Created(address indexed localToken, address indexed remoteToken, address deployer)',
  'function initiateWithdrawal(address target, uint256 gasLimit, bytes data) payable',
  'struct Call { address target; bool allowFailure; uint256 value; bytes callData; }',
  'function aggregate3Value(Call[] calls) payable',
])

const fresh = (number) => `0x${'0'.repeat(35)}b21d${number.toString(16)}`
const balance = async (url, address) => BigInt(await rpc(url, 'eth_getBalance', [address, 'latest']))

/** A way to a server that can be cut, and mended again. */
async function way(url) {
  const sockets = new Set()
  let open = true
  const server = createServer((socket) => {
    if (!open) return socket.destroy()
    const onward = connect(new URL(url).port, '127.0.0.1')
    for (const end of [socket, onward]) {
      sockets.add(end)
      end.on('error', () => end.destroy())
      end.on('close', () => sockets.delete(end))
    }
    return socket.pipe(onward).pipe(socket)
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  server.unref()
  const cut = () => {
    open = false
    sockets.forEach((socket) => socket.destroy())
  }
  const mend = () => {
    open = true
  }
  return { url: `http://127.0.0.1:${server.address().port}`, cut, mend }
}

await suite('bridge-cli', { deadline_s: 480 }, async (check) => {
  const devnet = await check('tandem devnet starts', () => startDevnet())
  const viem = clients({ l1: devnet.l1, l2: devnet.l2, addresses: devnet.addresses })
  const layers = ['--l1', devnet.l1, '--l2', devnet.l2, '--rollup-rpc', devnet.rollup]
  const env = { BRIDGE_PRIVATE_KEY: privateKey(3) }
  const user = account(3).address
  const bridge = (...args) => json(['bridge', ...args, ...layers], { env, deadline_s: 180 })
  const refused = async (code, says, ...args) => {
    const answer = await tandem(['bridge', ...args, ...layers], { env })
    assertEqual(answer.code, code, `exit code of ${args.join(' ')}: ${answer.stderr}`)
    assert(answer.stderr.includes(says), `${args.join(' ')} says ${answer.stderr}, not ${says}`)
  }
  /** Proves and finalizes, each as soon as it can be. */
  const complete = async (transaction) => {
    const proven = await bridge('prove', transaction, '--wait')
    const finalized = await bridge('finalize', transaction, '--wait')
    return { proven, finalized }
  }

  await check('ether goes in through the portal and over the bridge', async () => {
    for (const [number, via] of [[1, 'portal'], [2, 'bridge']]) {
      const { transfers } = await bridge('deposit', '--amount', '1.5', '--to', fresh(number), '--via', via, '--wait')
      assert(['unsafe', 'safe', 'finalized'].includes(transfers[0].stage), `${via}: ${JSON.stringify(transfers)}`)
      assertEqual(await balance(devnet.l2, fresh(number)), (3n * ETHER) / 2n, `balance by ${via}`)
    }
  })
  await check('a deposit is followed to the finalized block', async () => {
    const { transaction } = await bridge('deposit', '--amount', '1wei', '--to', fresh(3))
    const { transfers, settled } = await bridge('status', transaction, '--wait')
    assertEqual(`${transfers[0].stage} ${settled}`, 'finalized true', 'its end')
  })
  await check('ether goes out through the message passer and over the bridge', async () => {
    for (const [number, via] of [[4, 'passer'], [5, 'bridge']]) {
      const { transaction } = await bridge('withdraw', '--amount', '0.75', '--to', fresh(number), '--via', via)
      const { proven, finalized } = await complete(transaction)
      assertEqual(proven.transfers[0].stage, 'waiting-to-finalize', 'stage once proven')
      assertEqual(finalized.transfers[0].stage, 'finalized', 'stage once finalized')
      assertEqual(finalized.transfers[0].message, via === 'bridge' ? 'relayed' : null, 'message')
      assertEqual(await balance(devnet.l1, fresh(number)), (3n * ETHER) / 4n, `balance by ${via}`)
    }
  })

  const coin = await check('a token and its twin are made', async () => {
    const { bytecode } = compile('Coin')
    const made = await viem.l1Wallet(3).deployContract({ abi: [], bytecode })
    const { contractAddress: l1Token } = await viem.l1.waitForTransactionReceipt({ hash: made })
    const hash = await viem.l2Wallet(3).writeContract({
      address: TOKEN_FACTORY,
      abi,
      functionName: 'createOptimismMintableERC20WithDecimals',
      args: [l1Token, 'Coin', 'COIN', 6],
    })
    const { logs } = await viem.l2.waitForTransactionReceipt({ hash })
    const created = logs.find((log) => log.topics.length === 3 && log.address.toLowerCase() === TOKEN_FACTORY.toLowerCase() && BigInt(log.topics[2]) === BigInt(l1Token))
    return { l1Token, l2Token: `0x${created.topics[1].slice(26)}` }
  })
  const held = (client, address, owner) => client.readContract({ address, abi, functionName: 'balanceOf', args: [owner] })
  await check('the token goes in, though its old allowance is in the way', async () => {
    const target = await viem.l1.readContract({
      address: devnet.addresses.L1StandardBridgeProxy,
      abi: parseAbi(['function otherBridge() view returns (address)']),
      functionName: 'otherBridge',
    })
    assertEqual(target, '0x4200000000000000000000000000000000000010', 'the other bridge')
    const args = [devnet.addresses.L1StandardBridgeProxy, 1n]
    const hash = await viem.l1Wallet(3).writeContract({ address: coin.l1Token, abi, functionName: 'approve', args })
    await viem.l1.waitForTransactionReceipt({ hash })
    const tokens = ['--token', coin.l1Token, '--l2-token', coin.l2Token]
    const { transfers } = await bridge('deposit', '--amount', '12.5', '--to', user, ...tokens, '--wait')
    assertEqual(transfers[0].movement.asset.kind, 'token', 'asset')
    assertEqual(await held(viem.l2, coin.l2Token, user), 12_500_000n, 'tokens on L2')
  })
  await check('the token goes out again', async () => {
    const { transaction } = await bridge('withdraw', '--amount', '2.25', '--to', fresh(6), '--token', coin.l2Token)
    const { finalized } = await complete(transaction)
    assertEqual(finalized.transfers[0].message, 'relayed', 'message')
    assertEqual(await held(viem.l1, coin.l1Token, fresh(6)), 2_250_000n, 'tokens on L1')
    assertEqual(await held(viem.l2, coin.l2Token, user), 10_250_000n, 'tokens on L2')
  })
  await check('more of a token than there is is refused before anything is sent', () =>
    refused(1, 'are needed: send less', 'withdraw', '--amount', '1000', '--token', coin.l2Token))

  await check('several withdrawals of one transaction go on together and one by one', async () => {
    const calls = [7, 8, 9].map((number) => ({
      target: MESSAGE_PASSER,
      allowFailure: false,
      value: BigInt(number),
      callData: encodeFunctionData({ abi, functionName: 'initiateWithdrawal', args: [fresh(number), 50_000n, '0x'] }),
    }))
    const hash = await viem.l2Wallet(3).writeContract({ address: MULTICALL3, abi, functionName: 'aggregate3Value', args: [calls], value: 24n })
    await viem.l2.waitForTransactionReceipt({ hash })
    const one = await bridge('prove', hash, '--index', '1', '--wait')
    assertEqual(one.transfers.map((transfer) => transfer.stage).join(' '), 'ready-to-prove waiting-to-finalize ready-to-prove', 'stages')
    const rest = await bridge('prove', hash)
    assertEqual(rest.sent.length, 2, 'proofs of the rest')
    const finalized = await bridge('finalize', hash, '--wait')
    assertEqual(finalized.sent.length, 3, 'finalizations')
    for (const number of [7, 8, 9]) assertEqual(await balance(devnet.l1, fresh(number)), number, `balance ${number}`)
    await refused(1, '--index goes from 0 to 2', 'prove', hash, '--index', '3')
  })

  await check('a token of a collection goes in, is followed, and goes out again', async () => {
    const { bytecode } = compile('Collection')
    const { contractAddress: l1Token } = await mined(viem.l1, await viem.l1Wallet(3).deployContract({ abi: [], bytecode }))
    const creation = { address: NFT_FACTORY, abi, functionName: 'createOptimismMintableERC721', args: [l1Token, 'Twins', 'TWN'] }
    const created = await mined(viem.l2, await viem.l2Wallet(3).writeContract(creation))
    const [{ localToken: l2Token }] = eventsOf(created, abi, 'OptimismMintableERC721Created', NFT_FACTORY)
    const owner = (client, address) => client.readContract({ address, abi, functionName: 'ownerOf', args: [7n] })

    const tokens = ['--token', l1Token, '--l2-token', l2Token, '--token-id', '7']
    const { transfers } = await bridge('deposit', '--to', user, ...tokens, '--wait')
    const { asset, amount, unit } = transfers[0].movement
    assertEqual(`${asset.kind} ${asset.tokenId} ${amount} ${unit}`, 'nft 7 1 token', 'what was moved')
    assertEqual(await owner(viem.l2, l2Token), user, 'owner on L2')
    await refused(1, `belongs to ${getAddress(devnet.addresses.L1ERC721BridgeProxy)}`, 'deposit', ...tokens)

    const { transaction } = await bridge('withdraw', '--to', fresh(12), '--token', l2Token, '--token-id', '7')
    const { finalized } = await complete(transaction)
    assertEqual(finalized.transfers[0].message, 'relayed', 'message')
    assertEqual(await owner(viem.l1, l1Token), fresh(12), 'owner on L1')
    await refused(1, 'are no pair', 'deposit', '--token', l1Token, '--l2-token', coin.l2Token, '--token-id', '8')
  })

  const messengers = { L1: devnet.addresses.L1CrossDomainMessengerProxy, L2: L2_MESSENGER }
  const onLayer = { L1: [viem.l1, viem.l1Wallet], L2: [viem.l2, viem.l2Wallet] }
  /** Has a messenger send a message to a new door on the other layer; answers with the transaction and the door. */
  const send = async (from, to, functionName, { value, gas }) => {
    const [, wallet] = onLayer[from]
    const { contractAddress: door } = await mined(onLayer[to][0], await onLayer[to][1](3).deployContract(compile('Door')))
    const data = encodeFunctionData({ abi: compile('Door').abi, functionName })
    const message = { address: messengers[from], abi: MESSENGER_ABI, functionName: 'sendMessage', args: [door, data, gas], value }
    const { transactionHash } = await mined(onLayer[from][0], await wallet(3).writeContract(message))
    return { transaction: transactionHash, door }
  }
  const entered = (layer, address) => {
    const read = (functionName) => onLayer[layer][0].readContract({ address, abi: compile('Door').abi, functionName })
    return Promise.all([read('entered'), read('received')])
  }
  /** Sees a message to its failure; answers with how status tells it. */
  const failing = async (from, transaction) => {
    const last = from === 'L1' ? ['status', transaction, '--wait'] : ['finalize', transaction, '--wait']
    if (from === 'L2') await bridge('prove', transaction, '--wait')
    const { code, stdout, stderr } = await tandem(['bridge', ...last, ...layers, '--json'], { env })
    assertEqual(code, 1, `exit code of ${last[0]}: ${stderr}`)
    assert(stderr.includes('is message-failed'), stderr)
    assertEqual(JSON.parse(stdout).transfers[0].stage, 'message-failed', 'stage')
    return (await bridge('status', transaction)).transfers[0].fault
  }
  for (const [from, to] of [['L1', 'L2'], ['L2', 'L1']]) {
    await check(`a message from ${from} that its receiver refused is relayed again on ${to}, once`, async () => {
      const { transaction, door } = await send(from, to, 'enter', { value: 5n, gas: 300_000 })
      await refused(1, 'has not failed, nothing is to be relayed', 'relay', transaction)
      const fault = await failing(from, transaction)
      assertEqual(fault.kind, 'refused', JSON.stringify(fault))
      const closed = encodeErrorResult({ abi: compile('Door').abi, errorName: 'Door_Closed' })
      assert(fault.reason.includes(closed), fault.reason)
      await refused(1, 'would fail again', 'relay', transaction)

      const [client, wallet] = onLayer[to]
      await mined(client, await wallet(3).writeContract({ address: door, abi: compile('Door').abi, functionName: 'open' }))
      const { transfers } = await bridge('status', transaction)
      assertEqual(transfers[0].fault.kind, 'overcome', 'fault once the door is open')
      const relayed = await bridge('relay', transaction)
      assertEqual(relayed.sent[0].layer, to, 'layer')
      assertEqual(relayed.transfers[0].message, 'relayed', 'message')
      assertEqual((await entered(to, door)).join(' '), '1 5', 'what entered')
      await refused(1, `is relayed on ${to}`, 'relay', transaction)
      assertEqual((await entered(to, door)).join(' '), '1 5', 'what entered')
    })
  }
  await check('a message that ran out of gas is relayed with more of it', async () => {
    const { transaction, door } = await send('L1', 'L2', 'enterSlowly', { value: 6n, gas: 1_000 })
    const fault = await failing('L1', transaction)
    assertEqual(fault.kind, 'out-of-gas', JSON.stringify(fault))
    assert(fault.gasNeeded > 900_000 && fault.gasGiven < 900_000, JSON.stringify(fault))
    const { sent } = await bridge('relay', transaction)
    assert(sent[0].gasUsed > 900_000, JSON.stringify(sent))
    assertEqual((await entered('L2', door)).join(' '), '1 6', 'what entered')
  })
  await check('a withdrawal whose receiver needs more gas than it asked for gets it', async () => {
    const { contractAddress: door } = await mined(viem.l1, await viem.l1Wallet(3).deployContract(compile('Door')))
    const data = encodeFunctionData({ abi: compile('Door').abi, functionName: 'wait' })
    const { transaction } = await bridge('withdraw', '--amount', '2wei', '--to', door, '--data', data, '--gas-limit', '1000')
    const { finalized } = await complete(transaction)
    assertEqual(finalized.sent[0].success, true, 'the call')
    assertEqual(await balance(devnet.l1, door), 2n, 'balance')
  })
  await check('a withdrawal whose own call would fail is not finalized before it can arrive, unless that is accepted', async () => {
    const { contractAddress: door } = await mined(viem.l1, await viem.l1Wallet(3).deployContract(compile('Door')))
    const { transaction } = await bridge('withdraw', '--amount', '2wei', '--to', door)
    await bridge('prove', transaction, '--wait')
    await bridge('finalize', transaction, '--wait').then(
      () => assert(false, 'it was finalized'),
      (error) => assert(error.message.includes('--accept-failure'), error.message),
    )
    assertEqual((await bridge('status', transaction)).transfers[0].stage, 'ready-to-finalize', 'stage')
    const { code, stdout } = await tandem(['bridge', 'finalize', transaction, '--accept-failure', ...layers, '--json'], { env })
    assertEqual(`${code} ${JSON.parse(stdout).transfers[0].stage}`, '1 failed', 'its end')
  })

  // What finalizing needs beside the gas limit, as the CLI reckons it for no data.
  const edge = await check('the highest gas limit that L1 can serve is found by what is refused', async () => {
    let [low, high] = [GAS_MAX / 2, GAS_MAX]
    while (low + 1 < high) {
      const middle = Math.floor((low + high) / 2)
      const { code, stderr } = await tandem(['bridge', 'withdraw', '--amount', '100000000', '--gas-limit', String(middle), ...layers], { env })
      assertEqual(code, 1, 'exit code')
      if (stderr.includes('EIP-7825')) high = middle
      else low = middle
    }
    await refused(1, `has ${GAS_MAX} (EIP-7825)`, 'withdraw', '--amount', '1wei', '--gas-limit', String(high))
    return low
  })
  await check('a withdrawal at that edge is finalized', async () => {
    const { transaction } = await bridge('withdraw', '--amount', '3wei', '--to', fresh(10), '--gas-limit', String(edge))
    const { finalized } = await complete(transaction)
    assertEqual(finalized.transfers[0].stage, 'finalized', 'stage')
    assertEqual(await balance(devnet.l1, fresh(10)), 3n, 'balance')
  })

  await check('a person is told where a transfer stands, and what it waits for', async () => {
    const { transaction } = await bridge('withdraw', '--amount', '1wei', '--to', fresh(11))
    const { code, stdout } = await tandem(['bridge', 'status', transaction, ...layers])
    assertEqual(code, 0, 'exit code')
    assert(/^withdrawal 0x[0-9a-f]{64}: 0.000000000000000001 ether from 0x/m.test(stdout), stdout)
    assert(/● on L2 .* waits for .*output/.test(stdout), stdout)
    await refused(1, 'cannot be finalized: it is', 'finalize', transaction)
  })
  await check('the portal alone, and addresses.json, are enough to know the system', async () => {
    const { transaction } = await bridge('deposit', '--amount', '1wei')
    for (const flags of [['--portal', devnet.addresses.OptimismPortalProxy], ['--addresses', devnet.files.addresses], ['--rollup.config', devnet.files.rollup]]) {
      const { transfers } = await json(['bridge', 'status', transaction, '--l1', devnet.l1, '--l2', devnet.l2, ...flags])
      assertEqual(transfers[0].kind, 'deposit', `kind by ${flags[0]}`)
    }
  })
  await check('what could never arrive is refused before it is sent', async () => {
    const { addresses } = devnet
    const lost = [addresses.OptimismPortalProxy, addresses.L1CrossDomainMessengerProxy, addresses.L1StandardBridgeProxy, `0x${'00'.repeat(20)}`]
    for (const to of lost) {
      await refused(1, 'is lost: it is', 'withdraw', '--amount', '1wei', '--to', to)
      await refused(1, 'is lost: it is', 'withdraw', '--amount', '1wei', '--via', 'bridge', '--to', to)
    }
    for (const to of [L2_MESSENGER, '0x4200000000000000000000000000000000000010']) {
      await refused(1, 'is lost: it is', 'deposit', '--amount', '1wei', '--via', 'bridge', '--to', to)
    }
    const tokens = ['--token', coin.l1Token, '--l2-token']
    await refused(1, 'neither of them stands for the other', 'deposit', '--amount', '1', ...tokens, user)
    await refused(1, `stands for ${getAddress(coin.l1Token)}`, 'deposit', '--amount', '1wei', '--token', user, '--l2-token', coin.l2Token)
    await refused(1, `stands for ${getAddress(coin.l1Token)}`, 'withdraw', '--amount', '1', '--token', coin.l2Token, '--l1-token', user)
    await refused(1, 'names no twin on L1', 'withdraw', '--amount', '1', '--token', MULTICALL3)
  })
  await check('an L2 that stands on another L1 is refused, though everything else about it is the same', async () => {
    const other = await startDevnet()
    const { code, stderr } = await tandem(['bridge', 'deposit', '--amount', '1', '--l1', devnet.l1, '--l2', other.l2, '--rollup-rpc', devnet.rollup], { env })
    await other.process.kill()
    assertEqual(code, 1, 'exit code')
    assert(stderr.includes('they are of different chains'), stderr)
  })
  await check('a transfer is followed whoever began it, and however', async () => {
    for (const to of [devnet.addresses.OptimismPortalProxy, devnet.addresses.L1StandardBridgeProxy]) {
      const { transactionHash } = await mined(viem.l1, await viem.l1Wallet(4).sendTransaction({ to, value: 9n }))
      const { transfers } = await bridge('status', transactionHash)
      const { amount, unit, to: receiver } = transfers[0].movement
      assertEqual(`${transfers[0].kind} ${amount} ${unit} ${receiver}`, `deposit 9 wei ${account(4).address}`, 'the deposit')
    }
    const request = { to: fresh(13), value: 8n, gas: 60_000n }
    const { transactionHash } = await mined(viem.l2, await viem.l2Wallet(4).initiateWithdrawal({ request }))
    const { transfers } = await bridge('status', transactionHash)
    assertEqual(`${transfers[0].kind} ${transfers[0].movement.amount}`, 'withdrawal 8', "the withdrawal of viem's")
  })
  await check('Ctrl-C ends the waiting alone, and the same command goes on', async () => {
    const { transaction } = await bridge('withdraw', '--amount', '1wei', '--to', fresh(14))
    const status = start('bridge', TANDEM, ['bridge', 'status', transaction, '--wait', ...layers])
    await status.line(/waits for/, { deadline_s: 30 })
    status.signal('SIGINT')
    assertEqual((await status.exited).code, 1, 'exit code')
    assert(status.stderr.join().includes('stopped: what was sent goes its way'), status.stderr.join())
    const { finalized } = await complete(transaction)
    assertEqual(finalized.transfers[0].stage, 'finalized', 'stage')
  })
  await check('an RPC that goes away while something is waited for is waited for too', async () => {
    const { url, cut, mend } = await way(devnet.l2)
    const { transaction } = await bridge('deposit', '--amount', '1wei', '--to', fresh(15))
    const flags = ['--l1', devnet.l1, '--l2', url, '--rollup-rpc', devnet.rollup]
    const waiting = start('bridge', TANDEM, ['bridge', 'status', transaction, '--wait', ...flags])
    await waiting.line(/waits for/, { deadline_s: 30 })
    cut()
    await until('it says who is away', { deadline_s: 60 }, () => waiting.stderr.some((line) => line.includes('cannot be reached')))
    mend()
    assertEqual((await waiting.exited).code, 0, `exit code: ${waiting.stderr.join()}`)
    assert(waiting.stdout.at(-1).includes('finalized'), waiting.stdout.join())
    assert(waiting.stderr.some((line) => line.includes('the node answers again')), waiting.stderr.join())
  })
  await check('mistakes are told with their remedy', async () => {
    const unknown = `0x${'22'.repeat(32)}`
    await refused(2, 'write it as 1.5', 'deposit', '--amount', 'much')
    await refused(2, '64 hexadecimal digits', 'status', '0x12')
    await refused(2, '--l2-token', 'deposit', '--amount', '1', '--token', coin.l1Token)
    await refused(1, `no node knows transaction ${unknown}`, 'status', unknown)
    await refused(2, '--amount', 'deposit')
    await refused(1, 'fund it', 'deposit', '--amount', '100000000')
    const { code, stderr } = await tandem(['bridge', 'status', unknown, '--l1', devnet.l2, '--l2', devnet.l1, '--rollup-rpc', devnet.rollup])
    assertEqual(code, 1, 'exit code for swapped layers')
    assert(stderr.includes('--l2 serves chain 900, the rollup\'s is 901'), stderr)
  })
})
