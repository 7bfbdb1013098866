// Foundry's programs, from their npm packages for this machine.

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

import { run } from './processes.mjs'

const require = createRequire(import.meta.url)
const machine = `${process.platform}-${process.arch === 'x64' ? 'amd64' : process.arch}`

const program = (name) => require.resolve(`@foundry-rs/${name}-${machine}/bin/${name}`)

export const ANVIL = program('anvil')
const CAST = program('cast')
const FORGE = program('forge')

const path = (below) => fileURLToPath(new URL(`../${below}`, import.meta.url))

/** Runs `cast COMMAND ARGS` as a person at a shell does, answers with trimmed stdout; a failure throws with what cast said. */
export async function cast([command, ...args], { rpcUrl, json = false } = {}) {
  const all = [command, ...(rpcUrl ? ['--rpc-url', rpcUrl] : []), ...(json ? ['--json'] : []), ...args]
  const { code, stdout, stderr } = await run(CAST, all, { deadline_s: 60 })
  if (code !== 0) throw new Error(`cast ${all.join(' ')}: ${stderr.trim() || code}`)
  return stdout.trim()
}

/** Runs `cast COMMAND --json ARGS` and parses its answer. */
export const castJson = async (args, options) => JSON.parse(await cast(args, { ...options, json: true }))

/**
 * Runs `forge script` of the project in `forge/`: `NAME.s.sol` against a layer, with its transactions sent there. Answers with their
 * hashes.
 */
export async function forgeScript(name, { rpcUrl, chainId, privateKey, env }) {
  // npm's solc behind the native compiler's options, as the contracts' own project has it; it finds the package in this folder.
  const solc = path('../../contracts/solc/solc')
  const args = ['script', `script/${name}.s.sol`, '--use', solc]
  const sending = ['--rpc-url', rpcUrl, '--private-key', privateKey, '--broadcast', '--slow']
  const { code, stdout, stderr } = await run(FORGE, [...args, ...sending], {
    deadline_s: 120,
    cwd: path('forge'),
    env: { ...process.env, NODE_PATH: path('node_modules'), ...env },
  })
  if (code !== 0) throw new Error(`forge script ${name}: exit ${code}\n${stdout}\n${stderr}`)
  const record = path(`node_modules/.forge/broadcast/${name}.s.sol/${chainId}/run-latest.json`)
  return JSON.parse(readFileSync(record, 'utf8')).transactions.map(({ hash }) => hash)
}
