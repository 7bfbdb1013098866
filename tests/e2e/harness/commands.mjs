// Commands of the binary that end.

import { run } from './processes.mjs'
import { TANDEM } from './tandem.mjs'

/** Runs the binary to its end: its code and output. */
export const tandem = (args, { env, ...options } = {}) =>
  run(TANDEM, args, { deadline_s: 120, env: { ...process.env, ...env }, ...options })

/** Runs it with `--json`, and answers with the one object that it prints. */
export async function json(args, options) {
  const flags = args.includes('--json') ? args : [...args, '--json']
  const { code, stdout, stderr } = await tandem(flags, options)
  if (code !== 0) throw new Error(`tandem ${args.slice(0, 3).join(' ')}: exit ${code}\n${stdout}\n${stderr}`)
  return JSON.parse(stdout)
}
