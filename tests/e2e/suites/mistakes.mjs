// What operators get wrong, and what goes away under a running node: each is told in one line with its remedy, and the node goes on or
// stops cleanly.

import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'

import { assert, assertEqual, suite } from '../harness/checks.mjs'
import { ANVIL } from '../harness/foundry.mjs'
import { until } from '../harness/poll.mjs'
import { freePort, run, start, temporaryFolder } from '../harness/processes.mjs'
import { height, rpc } from '../harness/rpc.mjs'
import { TANDEM, answers, deploy, startExecution, startL1, startNode } from '../harness/tandem.mjs'
import { safeHeadReaches } from '../harness/traffic.mjs'
import { BATCHER, privateKey } from '../harness/wallets.mjs'

await suite('mistakes', { deadline_s: 400 }, async (check) => {
  let l1 = await startL1({ args: ['--l1-block-time', '1'] })
  const system = await deploy({ l1: l1.url })
  const jovian = await deploy({ l1: l1.url, args: ['--fork', 'jovian', '--l2-chain-id', '902'] })
  const shared = { l1: l1.url, beacon: l1.beacon, files: system.files }
  const jwt = '11'.repeat(32)
  writeFileSync(system.files.jwt, jwt)
  let execution = await startExecution(system)
  const batcherKey = privateKey(BATCHER)
  const sequencer = await startNode({
    ...shared,
    roles: 'sequencer,batcher',
    engine: execution.engine,
    args: ['--sequencer.l1-confs', '0', '-vv'],
    env: { OP_BATCHER_PRIVATE_KEY: batcherKey },
  })
  const refuses = refusals(shared)

  await check('an L1 of another chain id', async () => {
    const port = await freePort()
    const anvil = start('anvil', ANVIL, ['--port', String(port), '--chain-id', '1337', '--silent'])
    const other = `http://127.0.0.1:${port}`
    await answers(other, 'eth_chainId', anvil)
    await refuses({ l1: other }, /serves chain 1337, the configuration says chain 900: connect to the right L1/)
  })
  await check('contracts missing at the configured address', () =>
    refuses({ rollup: { ...system.rollupConfig, deposit_contract_address: `0x${'12'.repeat(20)}` } }, /has no contract at 0x(12){20} \(OptimismPortal.*deploy the contracts/))
  await check('an unknown key in rollup.json', () => refuses({ rollup: { ...system.rollupConfig, no_such_key: 1 } }, /no_such_key/))
  await check('a pending fork that is not supported, by name', () =>
    refuses({ rollup: { ...system.rollupConfig, interop_time: 4_000_000_000 } }, /Lagoon is not supported; remove its activation time/))
  await check('a genesis that is not the rollup configuration’s', () =>
    refuses({ genesis: jovian.files.genesis }, /the execution client (runs chain|'s genesis is).*give the two that belong together/))
  await check('a batcher without a key', () => refuses({ roles: 'batcher' }, /--batcher-key-file or OP_BATCHER_PRIVATE_KEY/))
  await check('a malformed key, which is not repeated', async () => {
    const stderr = await refuses({ roles: 'batcher', env: { OP_BATCHER_PRIVATE_KEY: '0xabcdef77' } }, /32 bytes in hex are needed/)
    assert(!stderr.includes('abcdef77'), stderr)
  })
  await check('a keystore without its password, and a remote signer that nobody runs', async () => {
    const keystore = join(temporaryFolder('keystore'), 'keystore.json')
    writeFileSync(keystore, '{}')
    const batcher = (...args) => ({ roles: 'batcher', args })
    await refuses(batcher('--batcher-keystore', keystore), /--batcher-keystore-password-file or OP_BATCHER_KEYSTORE_PASSWORD/)
    const nobody = `http://127.0.0.1:${await freePort()}`
    const signer = ['--batcher-signer.endpoint', nobody, '--batcher-signer.address', `0x${'12'.repeat(20)}`]
    await refuses(batcher(...signer), /remote signer: http:\/\/127\.0\.0\.1:\d+ cannot be reached/)
  })
  await check('a token secret that differs', async () => {
    const secret = join(temporaryFolder('jwt'), 'jwt.hex')
    writeFileSync(secret, '22'.repeat(32))
    await refuses({ engine: execution.engine, jwt: secret }, /refuses the token.*--l2\.jwt-secret/)
  })
  await check('a token secret that is none', async () => {
    const secret = join(temporaryFolder('jwt'), 'jwt.hex')
    writeFileSync(secret, '1234')
    await refuses({ engine: execution.engine, jwt: secret }, /32 bytes in hex are needed/)
  })
  await check('a datadir of another chain', async () => {
    const datadir = temporaryFolder('execution')
    const first = await startExecution({ files: jovian.files, datadir })
    await first.process.kill()
    const args = ['--genesis', system.files.genesis, '--datadir', datadir, '--authrpc.port', '0', '--authrpc.jwtsecret', system.files.jwt]
    const ended = await run(TANDEM, ['execution', ...args])
    assertEqual(ended.code, 1, 'exit code')
    assert(/datadir/.test(ended.stderr) && oneLine(ended.stderr), ended.stderr)
  })
  await check('a port in use', () => refuses({ port: new URL(sequencer.url).port }, /cannot listen on 127\.0\.0\.1:\d+.*choose another port/))
  await check('flags without their values', async () => {
    for (const args of [['node', '--roles', 'wizard'], ['node', '--l1.http-poll-interval', 'soon'], ['devnet', '--block-time', '0']]) {
      const ended = await run(TANDEM, args)
      assertEqual(ended.code, 2, `exit code of ${args.join(' ')}`)
    }
  })

  const batched = await until('a safe block', { deadline_s: 60 }, async () => {
    const { safe_l2 } = await rpc(sequencer.url, 'optimism_syncStatus')
    return safe_l2.number > 2 && safe_l2.number
  })
  await check('blobs on L1 and no beacon API', () => refuses({ beacon: null }, /--l1\.beacon/))
  await check('a beacon API that does not answer', async () => {
    const beacon = `http://127.0.0.1:${await freePort()}`
    await waits({ ...shared, beacon }, new RegExp(`${beacon}.*cannot be reached|blob.*${beacon}`))
  })
  await check('a beacon API without the blobs, and one with wrong ones', async () => {
    for (const answer of [{ data: [] }, { data: [`0x${'00'.repeat(131_072)}`] }]) {
      const wrong = await lyingBeacon(l1.beacon, answer)
      await waits({ ...shared, beacon: wrong.url }, new RegExp(`blob.*${wrong.url}`))
      wrong.close()
    }
  })

  await check('an L1 that goes away is named, and followed again when it is back', async () => {
    const verifier = await startNode({ ...shared, roles: 'verifier' })
    await safeHeadReaches(verifier.url, batched, { deadline_s: 60, process: verifier.process })
    await l1.process.kill()
    await verifier.process.line(/waiting: .*cannot be reached/, { deadline_s: 30 })
    const [port, beacon] = [l1.url, l1.beacon].map((url) => Number(new URL(url).port))
    l1 = await startL1({ args: ['--l1-block-time', '1'], datadir: l1.datadir, ports: [port, beacon] })
    await verifier.process.line(/goes on/, { deadline_s: 30 })
    const now = await height(execution.url)
    await safeHeadReaches(verifier.url, now, { deadline_s: 90, process: verifier.process })
    await verifier.process.kill()
  })
  await check('an execution client that goes away mid-build is named, and used again when it is back', async () => {
    await execution.process.kill()
    await sequencer.process.line(/waiting: .*(execution client|engine)/i, { deadline_s: 30 })
    execution = await startExecution({ ...system, datadir: execution.datadir, ports: execution.ports })
    const before = await height(execution.url)
    await until('new blocks', { deadline_s: 60 }, async () => (await height(execution.url)) > before + 3)
  })
  await check('no secret is in any output, even with -vv', () => {
    const said = [...sequencer.process.stdout, ...sequencer.process.stderr].join('\n')
    assert(/\b(DEBUG|TRACE)\b/.test(said), `-vv says no more than the default:\n${said}`)
    for (const secret of [jwt, batcherKey.slice(2)]) assert(!said.includes(secret), 'a secret is in the output')
    assert(!/panicked/.test(said), 'a panic')
  })
})

/** A node with one thing wrong: it ends with 1 and one line on stderr. */
function refusals(shared) {
  return (wrong, message) => refuse(shared, wrong, message)
}

async function refuse(shared, wrong, message) {
  const folder = temporaryFolder('wrong')
  const { files } = shared
  let rollup = files.rollup
  if (wrong.rollup) writeFileSync((rollup = join(folder, 'rollup.json')), JSON.stringify(wrong.rollup))
  const execution = wrong.engine ? ['--l2', wrong.engine, '--l2.jwt-secret', wrong.jwt] : ['--genesis', wrong.genesis ?? files.genesis]
  const args = [
    ...['node', '--roles', wrong.roles ?? 'verifier', '--l1', wrong.l1 ?? shared.l1, ...execution],
    ...(wrong.beacon === null ? [] : ['--l1.beacon', shared.beacon]),
    ...['--rollup.config', rollup, '--rollup.l1-chain-config', files.l1ChainConfig],
    ...['--rpc.port', String(wrong.port ?? 0), '--datadir', join(folder, 'data')],
    ...(wrong.args ?? []),
  ]
  const { OP_BATCHER_PRIVATE_KEY: _, ...clean } = process.env
  const ended = await run(TANDEM, args, { deadline_s: 30, env: { ...clean, ...wrong.env } })
  assertEqual(ended.code, 1, `exit code (${ended.stderr})`)
  assert(message.test(ended.stderr), `${ended.stderr}\nexpected ${message}`)
  assert(oneLine(ended.stderr), `more than one line:\n${ended.stderr}`)
  return ended.stderr
}

function oneLine(stderr) {
  return stderr.split('\n').filter((line) => /^error/.test(line)).length === 1 && !/panicked/.test(stderr)
}

/** A verifier that cannot go on says what it waits for, and goes on waiting. */
async function waits(options, message) {
  const node = await startNode({ ...options, roles: 'verifier' })
  await node.process.line(new RegExp(`waiting: .*(${message.source})`), { deadline_s: 40 })
  assert(!node.process.result, 'the node ended')
  await node.process.kill()
}

/** A beacon API that knows the slots and lies about blobs. */
async function lyingBeacon(beacon, blobs) {
  const server = createServer(async (request, response) => {
    response.setHeader('content-type', 'application/json')
    if (request.url.startsWith('/eth/v1/beacon/blob')) return response.end(JSON.stringify(blobs))
    response.end(await (await fetch(`${beacon}${request.url}`)).text())
  })
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening))
  return { url: `http://127.0.0.1:${server.address().port}`, close: () => server.close() }
}
