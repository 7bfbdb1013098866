// The binary: where it is, and the ways that suites start it.

import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

import { freeOffset, freePorts, run, start, temporaryFolder } from './processes.mjs'
import { until } from './poll.mjs'
import { rpc } from './rpc.mjs'

const root = fileURLToPath(new URL('../../..', import.meta.url))

/** The binary under test: `$TANDEM`, or the one that `cargo test` has built. */
export const TANDEM = resolve(process.env.TANDEM ?? join(root, 'target/debug/tandem'))

const PORTS = {
  l1: 8545,
  beacon: 5052,
  l2: 9545,
  rollup: 7545,
  engine: 9551,
  verifierL2: 9645,
  verifierRollup: 7645,
  verifierEngine: 9651,
  metrics: 7300,
}

const READY_DEADLINE_S = 60

/** An offset at which all ports of a devnet are free. */
export const devnetOffset = () => freeOffset(Object.values(PORTS))

/** Starts `tandem devnet` and waits for its `ready` line. Answers with its URLs, files, addresses and process. */
export async function startDevnet({ args = [], datadir = temporaryFolder('devnet'), offset, env } = {}) {
  if (!existsSync(TANDEM)) throw new Error(`no binary at ${TANDEM}: build it, or set TANDEM`)
  const chosen = offset ?? (await devnetOffset())
  const began = Date.now()
  const command = ['devnet', '--datadir', datadir, '--port-offset', String(chosen), ...args]
  const process_ = start('devnet', TANDEM, command, { env: { ...process.env, ...env } })
  await process_.line(/^ready/, { deadline_s: READY_DEADLINE_S })
  const url = (name) => `http://127.0.0.1:${PORTS[name] + chosen}`
  const urls = Object.fromEntries(Object.keys(PORTS).map((name) => [name, url(name)]))
  return { ...urls, ...systemFiles(datadir), datadir, offset: chosen, process: process_, ready_ms: Date.now() - began }
}

/** The files that describe a system, in a devnet's datadir or where `tandem deploy` wrote them. */
export function systemFiles(folder) {
  const file = (name) => join(folder, name)
  const json = (name) => JSON.parse(readFileSync(file(name), 'utf8'))
  return {
    files: {
      rollup: file('rollup.json'),
      genesis: file('genesis.json'),
      l1ChainConfig: file('l1-chain-config.json'),
      addresses: file('addresses.json'),
      jwt: file('jwt.hex'),
    },
    addresses: json('addresses.json'),
    rollupConfig: json('rollup.json'),
  }
}

/** Waits until a JSON-RPC server answers a method; that its process ends is not waited for. */
export async function answers(url, method, process_, deadline_s = 60) {
  const ended = process_?.exited.then((result) => {
    throw new Error(`${process_.name} ended: ${JSON.stringify(result)}`)
  })
  const answered = until(`${url} answers ${method}`, { deadline_s, through_errors: true }, async () => (await rpc(url, method)) ?? true)
  return ended ? Promise.race([answered, ended]) : answered
}

/** Starts `tandem l1` on free ports: its RPC, its beacon API and its process. */
export async function startL1({ args = [], datadir = temporaryFolder('l1'), ports } = {}) {
  const [http, beacon] = ports ?? (await freePorts(2))
  const command = ['l1', '--datadir', datadir, '--http.port', String(http), '--beacon.port', String(beacon), ...args]
  const process_ = start('l1', TANDEM, command)
  const url = `http://127.0.0.1:${http}`
  await answers(url, 'eth_chainId', process_)
  return { url, beacon: `http://127.0.0.1:${beacon}`, process: process_, datadir }
}

/** Runs `tandem deploy` and answers with the files that it wrote. */
export async function deploy({ l1, args = [], env }) {
  const out = temporaryFolder('deploy')
  const { code, stdout, stderr } = await run(TANDEM, ['deploy', '--l1', l1, '--out', out, ...args], {
    deadline_s: 180,
    env: { ...process.env, ...env },
  })
  if (code !== 0) throw new Error(`tandem deploy: exit ${code}\n${stdout}\n${stderr}`)
  return systemFiles(out)
}

/** Starts `tandem execution` on a genesis: its RPC, its engine and its process. */
export async function startExecution({ files, datadir = temporaryFolder('execution'), ports, args = [] }) {
  const [http, engine] = ports ?? (await freePorts(2))
  const process_ = start('execution', TANDEM, [
    ...['execution', '--genesis', files.genesis, '--datadir', datadir],
    ...['--http.port', String(http), '--authrpc.port', String(engine), '--authrpc.jwtsecret', files.jwt, ...args],
  ])
  const url = `http://127.0.0.1:${http}`
  await answers(url, 'eth_chainId', process_)
  return { url, engine: `http://127.0.0.1:${engine}`, process: process_, datadir, ports: [http, engine] }
}

/** Starts `tandem node`; without `engine` its execution client is embedded. Answers with its rollup RPC and its process. */
export async function startNode({ roles, l1, beacon, engine, files, datadir = temporaryFolder('node'), port, args = [], env }) {
  const chosen = port ?? (await freePorts(1))[0]
  const execution = engine ? ['--l2', engine, '--l2.jwt-secret', files.jwt] : ['--genesis', files.genesis]
  const process_ = start(
    `node-${roles}`,
    TANDEM,
    [
      ...['node', '--roles', roles, '--l1', l1, ...(beacon ? ['--l1.beacon', beacon] : []), ...execution],
      ...['--rollup.config', files.rollup, '--rollup.l1-chain-config', files.l1ChainConfig],
      ...['--rpc.port', String(chosen), '--datadir', datadir, ...args],
    ],
    { env: { ...process.env, ...env } },
  )
  const url = `http://127.0.0.1:${chosen}`
  await answers(url, 'optimism_version', process_)
  return { url, process: process_, datadir, port: chosen }
}
