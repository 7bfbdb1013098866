// What a person at a terminal meets: the first seconds, the printed page, events, Ctrl-C, a power cut, and mistakes.

import { existsSync } from 'node:fs'

import { parseEther } from 'viem'

import { assert, assertEqual, suite } from '../harness/checks.mjs'
import { until } from '../harness/poll.mjs'
import { run } from '../harness/processes.mjs'
import { blockAt, height } from '../harness/rpc.mjs'
import { TANDEM, startDevnet } from '../harness/tandem.mjs'
import { account, clients } from '../harness/wallets.mjs'

const FIRST_TRANSACTION_MS_MAX = 5_000
const STOP_MS_MAX = 2_000

const sample = (name, node, type) => new RegExp(`^${name}\\{(?=[^}]*node="${node}")(?=[^}]*type="${type}")(?=[^}]*layer="l2")[^}]*\\} (\\d+)`, 'm')

await suite('lifecycle', { deadline_s: 300 }, async (check) => {
  const began = Date.now()
  const devnet = await startDevnet()
  const viem = clients(devnet)

  await check(`a user's transaction is in an L2 block within ${FIRST_TRANSACTION_MS_MAX / 1000} s of the start`, async () => {
    const hash = await viem.l2Wallet(0).sendTransaction({ to: account(1).address, value: parseEther('1') })
    await viem.l2.waitForTransactionReceipt({ hash, pollingInterval: 50 })
    const took = Date.now() - began
    console.log(`        ready after ${devnet.ready_ms} ms, mined after ${took} ms`)
    assert(took < FIRST_TRANSACTION_MS_MAX, `it took ${took} ms`)
  })

  await check('stdout tells URLs, chains, accounts with keys and contracts, then ready', () => printedPage(devnet))

  await check('stdout tells of deposits, batches, the safe head and the verifier', async () => {
    const request = { to: account(2).address, mint: 1n, value: 0n, gas: 60_000n, data: '0x' }
    await viem.l1Wallet(3).depositTransaction({ request, targetChain: viem.l2Chain, gas: 300_000n })
    for (const event of [/deposit/i, /batch/i, /safe/i, /verifier/i]) {
      await until(`an event ${event}`, { deadline_s: 45 }, () => eventLines(devnet).some((line) => event.test(line)))
    }
  })

  await check('Prometheus reads the heads of both nodes at the printed address', async () => {
    const metrics = async () => (await fetch(`${devnet.metrics}/metrics`)).text()
    const head = (text, node) => Number(text.match(sample('op_node_default_refs_number', node, 'l2_safe'))?.[1] ?? 0)
    await until('a safe head of the verifier in the metrics', { deadline_s: 30 }, async () => head(await metrics(), 'verifier') > 0)
    const text = await metrics()
    assert(Math.abs(head(text, 'sequencer') - head(text, 'verifier')) < 20, text)
    assert(/op_batcher_default_batcher_tx_total\{[^}]*\} [1-9]/.test(text), text)
  })

  const shown = await check('kill -9 while it runs: after a restart every block that an RPC showed is there under its hash', async () => {
    const hashes = await hashesTo(devnet.l2, await height(devnet.l2))
    await devnet.process.kill()
    const again = await startDevnet({ datadir: devnet.datadir, offset: devnet.offset })
    for (const [number, hash] of hashes.entries()) assertEqual((await blockAt(again.l2, number))?.hash, hash, `block ${number}`)
    await until('new blocks after the restart', { deadline_s: 30 }, async () => (await height(again.l2)) > hashes.length + 2)
    return again
  })

  await check('a taken port is told in one line with its remedy, exit 1', async () => {
    const { code, stderr } = await run(TANDEM, ['devnet', '--port-offset', String(devnet.offset)], { deadline_s: 20 })
    assertEqual(code, 1, 'exit code')
    assert(/in use|taken/i.test(stderr) && /--port-offset|port/.test(stderr), `it says: ${stderr}`)
    assert(!/panicked/.test(stderr), `it panics: ${stderr}`)
  })

  await check(`SIGTERM stops it in order within ${STOP_MS_MAX / 1000} s, exit 0`, async () => {
    const stopping = Date.now()
    shown.process.signal('SIGTERM')
    const result = await shown.process.exited
    const took = Date.now() - stopping
    assertEqual(result.code, 0, `exit code (signal ${result.signal})`)
    assert(took < STOP_MS_MAX, `it took ${took} ms`)
  })

  await check('an unknown flag and an unknown fork are usage errors, exit 2', async () => {
    for (const args of [['devnet', '--no-such-flag'], ['devnet', '--fork', 'atlantis'], ['no-such-command']]) {
      const { code, stderr } = await run(TANDEM, args, { deadline_s: 20 })
      assertEqual(code, 2, `exit code of ${args.join(' ')} (${stderr.trim().split('\n')[0]})`)
    }
  })

  await check('the files are complete in the datadir', () => {
    for (const file of Object.values(devnet.files)) assert(existsSync(file), `${file} is missing`)
  })
})

function printedPage({ process, offset, addresses }) {
  const text = process.stdout.join('\n')
  const ports = [8545, 5052, 9545, 7545, 9551, 9645, 7645, 9651].map((port) => port + offset)
  for (const port of ports) assert(text.includes(String(port)), `no URL with port ${port}`)
  for (const chain of ['900', '901']) assert(text.includes(chain), `no chain id ${chain}`)
  const accounts = Array.from({ length: 10 }, (_, index) => account(index).address)
  const contracts = [addresses.SystemConfigProxy, addresses.OptimismPortalProxy]
  for (const address of [...accounts, ...contracts]) assert(text.toLowerCase().includes(address.toLowerCase()), `no ${address}`)
  const keys = text.match(/0x[0-9a-f]{64}/gi) ?? []
  assert(new Set(keys).size >= 10, `${keys.length} keys`)
}

function eventLines({ process: { stdout } }) {
  return stdout.slice(stdout.findIndex((line) => line.startsWith('ready')) + 1)
}

async function hashesTo(url, last) {
  const blocks = await Promise.all(Array.from({ length: last + 1 }, (_, number) => blockAt(url, number)))
  return blocks.map(({ hash }) => hash)
}
