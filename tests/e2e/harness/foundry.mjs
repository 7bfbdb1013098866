// Foundry's programs, from their npm packages for this machine.

import { createRequire } from 'node:module'

import { run } from './processes.mjs'

const require = createRequire(import.meta.url)
const machine = `${process.platform}-${process.arch === 'x64' ? 'amd64' : process.arch}`

const program = (name) => require.resolve(`@foundry-rs/${name}-${machine}/bin/${name}`)

export const ANVIL = program('anvil')
const CAST = program('cast')

/** Runs `cast COMMAND ARGS` as a person at a shell does, answers with trimmed stdout; a failure throws with what cast said. */
export async function cast([command, ...args], { rpcUrl, json = false } = {}) {
  const all = [command, ...(rpcUrl ? ['--rpc-url', rpcUrl] : []), ...(json ? ['--json'] : []), ...args]
  const { code, stdout, stderr } = await run(CAST, all, { deadline_s: 60 })
  if (code !== 0) throw new Error(`cast ${all.join(' ')}: ${stderr.trim() || code}`)
  return stdout.trim()
}

/** Runs `cast COMMAND --json ARGS` and parses its answer. */
export const castJson = async (args, options) => JSON.parse(await cast(args, { ...options, json: true }))
