// The foreign clients, started with the flags that their operators use.

import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { freePorts, run, start, temporaryFolder } from '../../e2e/harness/processes.mjs'
import { answers } from '../../e2e/harness/tandem.mjs'
import { BATCHER, PROPOSER, privateKey } from '../../e2e/harness/wallets.mjs'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const folder = process.env.FOREIGN_CLIENTS ?? join(root, 'target/foreign')
const OP_NODE = join(folder, 'bin/op-node')
const OP_GETH = join(folder, 'bin/op-geth')
const OP_BATCHER = join(folder, 'bin/op-batcher')
const OP_PROPOSER = join(folder, 'bin/op-proposer')

/**
 * op-geth on a genesis file, without peers: its RPC, its engine and its process. It hands transactions to `sequencer`, if one is named;
 * `before` is what this answered with for the op-geth whose folder and ports it takes over.
 */
export async function startOpGeth({ genesis, jwt }, { sequencer, before } = {}) {
  const datadir = before?.datadir ?? temporaryFolder('op-geth')
  const store = ['--datadir', datadir, '--state.scheme', 'path']
  const init = before ? { code: 0 } : await run(OP_GETH, ['init', ...store, genesis])
  if (init.code !== 0) throw new Error(`op-geth refuses the genesis: ${init.stderr}`)
  const ports = before?.ports ?? (await freePorts(2))
  const [http, engine] = ports
  const process_ = start('op-geth', OP_GETH, [
    ...store,
    ...['--syncmode', 'full', '--networkid', '901', '--nodiscover', '--maxpeers', '0', '--port', '0'],
    ...['--http', '--http.port', String(http), '--ipcdisable'],
    ...['--authrpc.port', String(engine), '--authrpc.jwtsecret', jwt, '--rollup.disabletxpoolgossip'],
    ...(sequencer ? ['--rollup.sequencerhttp', sequencer] : []),
  ])
  const url = `http://127.0.0.1:${http}`
  await answers(url, 'eth_chainId', process_)
  return { url, engine: `http://127.0.0.1:${engine}`, process: process_, datadir, ports }
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

/** op-batcher between an L1 and a sequencer, impatient; `variant` says in which form it posts. */
export async function startOpBatcher({ l1, l2, rollup, variant }) {
  const [port] = await freePorts(1)
  const compression = { zlib: 'zlib', brotli: 'brotli-10' }[variant.compression]
  const process_ = start('op-batcher', OP_BATCHER, [
    ...['--l1-eth-rpc', l1, '--l2-eth-rpc', l2, '--rollup-rpc', rollup],
    ...['--private-key', privateKey(BATCHER)],
    ...['--rpc.addr', '127.0.0.1', '--rpc.port', String(port)],
    ...['--poll-interval', '300ms', '--num-confirmations', '1', '--txmgr.receipt-query-interval', '300ms'],
    ...['--sub-safety-margin', '4', '--max-channel-duration', '2'],
    ...['--data-availability-type', variant.da, '--compression-algo', compression],
    ...['--batch-type', { singular: '0', span: '1' }[variant.batches]],
    ...(variant.throttled ? [] : ['--throttle.unsafe-da-bytes-lower-threshold', '0']),
    ...variant.args,
  ])
  await answers(`http://127.0.0.1:${port}`, 'health_status', process_, 20)
  return { process: process_ }
}

/** op-proposer between an L1 with an oracle and rollup nodes, impatient. */
export async function startOpProposer({ l1, rollup, addresses, args = [] }) {
  const [port] = await freePorts(1)
  const process_ = start('op-proposer', OP_PROPOSER, [
    ...['--l1-eth-rpc', l1, '--rollup-rpc', rollup, '--l2oo-address', addresses.L2OutputOracleProxy],
    ...['--private-key', privateKey(PROPOSER)],
    ...['--rpc.addr', '127.0.0.1', '--rpc.port', String(port)],
    ...['--poll-interval', '300ms', '--num-confirmations', '1', '--txmgr.receipt-query-interval', '300ms'],
    ...args,
  ])
  await answers(`http://127.0.0.1:${port}`, 'health_status', process_, 20)
  return { process: process_ }
}
