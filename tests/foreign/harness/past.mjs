// A devnet that is not new: its chain has blocks from the first moment on.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { temporaryFolder } from '../../e2e/harness/processes.mjs'
import { startDevnet, startL1 } from '../../e2e/harness/tandem.mjs'

/** Starts a devnet whose L1 began `age_s` seconds ago, and with it the L2: the sequencer makes the blocks since then at once. */
export async function startAgedDevnet({ age_s, args }) {
  const l1 = await startL1()
  await l1.process.kill()
  const genesis = JSON.parse(readFileSync(join(l1.datadir, 'genesis.json'), 'utf8'))
  const datadir = temporaryFolder('devnet')
  mkdirSync(join(datadir, 'l1'))
  const timestamp = `0x${(Math.floor(Date.now() / 1000) - age_s).toString(16)}`
  writeFileSync(join(datadir, 'l1/genesis.json'), JSON.stringify({ ...genesis, timestamp }))
  return startDevnet({ args, datadir })
}
