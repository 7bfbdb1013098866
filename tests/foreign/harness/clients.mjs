// The foreign clients, started with the flags that their operators use.

import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { freePorts, run, start, temporaryFolder } from '../../e2e/harness/processes.mjs'
import { answers } from '../../e2e/harness/tandem.mjs'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const folder = process.env.FOREIGN_CLIENTS ?? join(root, 'target/foreign')
const OP_NODE = join(folder, 'bin/op-node')
const OP_GETH = join(folder, 'bin/op-geth')

/** op-geth on a genesis file, without peers: its RPC, its engine and its process. */
export async function startOpGeth({ genesis, jwt }) {
  const datadir = temporaryFolder('op-geth')
  const store = ['--datadir', datadir, '--state.scheme', 'path']
  const init = await run(OP_GETH, ['init', ...store, genesis])
  if (init.code !== 0) throw new Error(`op-geth refuses the genesis: ${init.stderr}`)
  const [http, engine] = await freePorts(2)
  const process_ = start('op-geth', OP_GETH, [
    ...store,
    ...['--syncmode', 'full', '--networkid', '901', '--nodiscover', '--maxpeers', '0', '--port', '0'],
    ...['--http', '--http.port', String(http), '--ipcdisable'],
    ...['--authrpc.port', String(engine), '--authrpc.jwtsecret', jwt, '--rollup.disabletxpoolgossip'],
  ])
  const url = `http://127.0.0.1:${http}`
  await answers(url, 'eth_chainId', process_)
  return { url, engine: `http://127.0.0.1:${engine}`, process: process_ }
}

/** op-node over an L1, its beacon API and an engine: its rollup RPC and its process. */
export async function startOpNode({ l1, beacon, engine, files, args = [] }) {
  const [port] = await freePorts(1)
  const process_ = start('op-node', OP_NODE, [
    ...['--l1', l1, '--l1.beacon', beacon, '--l1.rpckind', 'standard'],
    ...['--l1.http-poll-interval', '500ms', '--l1.epoch-poll-interval', '2s', '--l1.runtime-config-reload-interval', '0'],
    ...['--l2', engine, '--l2.jwt-secret', files.jwt, '--l2.enginekind', 'geth'],
    ...['--rollup.config', files.rollup, '--rollup.l1-chain-config', files.l1ChainConfig],
    ...['--rpc.port', String(port), '--p2p.disable', '--verifier.l1-confs', '0'],
    ...args,
  ])
  const url = `http://127.0.0.1:${port}`
  await answers(url, 'optimism_version', process_)
  return { url, process: process_ }
}
