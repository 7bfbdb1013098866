// `tandem deploy` and `tandem upgrade` over anvil: from one file, killed half-way, verified, on a chain where nothing may be a devnet's.

import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { privateKeyToAccount } from 'viem/accounts'

import { assert, assertEqual, suite } from '../harness/checks.mjs'
import { tandem } from '../harness/commands.mjs'
import { compile } from '../harness/compile.mjs'
import { downgrade } from '../harness/downgrade.mjs'
import { ANVIL, cast } from '../harness/foundry.mjs'
import { until } from '../harness/poll.mjs'
import { freePort, start, temporaryFolder } from '../harness/processes.mjs'
import { rpc } from '../harness/rpc.mjs'
import { TANDEM, answers, deploy, systemFiles } from '../harness/tandem.mjs'
import { OWNER, account, privateKey } from '../harness/wallets.mjs'

const EXAMPLE = new URL('../../../docs/deploy.example.toml', import.meta.url)
const ROLES = ['owner', 'guardian', 'batcher', 'proposer', 'challenger', 'unsafe_block_signer', 'recipient']
const PUBLIC_CHAIN_ID = 4242
const DEPLOYER_KEY = `0x${'42'.repeat(32)}`
const key = (index) => `0x${(index + 1).toString(16).padStart(64, '0')}`

await suite('deploy', { deadline_s: 400 }, async (check) => {
  const l1 = await startAnvil()
  const system = await check('without a file it deploys a devnet, and verifies it', () => deploy({ l1 }))
  const out = join(system.files.rollup, '..')
  await check('the same command again sends nothing', async () => {
    const before = await nonce(l1, account(0).address)
    const again = await tandem(['deploy', '--l1', l1, '--out', out])
    assert(again.code === 0 && /complete: nothing is sent/.test(again.stdout), JSON.stringify(again))
    assertEqual(await nonce(l1, account(0).address), before, 'the deployer\'s nonce')
  })
  await check('the oracle starts with the first L2 block', async () => {
    const time = await cast(['call', system.addresses.L2OutputOracleProxy, 'startingTimestamp()(uint256)'], { rpcUrl: l1 })
    assertEqual(Number(time.split(' ')[0]), system.rollupConfig.genesis.l2_time, 'startingTimestamp')
  })
  await check('what was changed on L1 is one line each, and exit 1', async () => {
    const as = ['--private-key', privateKey(OWNER)]
    await rpc(l1, 'anvil_setBalance', [account(OWNER).address, '0xde0b6b3a7640000'])
    await cast(['send', system.addresses.SystemConfigProxy, 'setGasLimit(uint64)', '30000000', ...as], { rpcUrl: l1 })
    const verified = await tandem(['deploy', '--verify', '--l1', l1, '--out', out])
    assertEqual(verified.code, 1, 'exit')
    const lines = verified.stdout.split('\n').filter((line) => line.startsWith('differs: '))
    assertEqual(lines.length, 1, 'lines')
    assert(/SystemConfig\.gasLimit is 30000000, should be 60000000: /.test(lines[0]), lines[0])
  })
  await check('nothing is to be upgraded', async () => {
    const upgrade = await tandem(['upgrade', '--l1', l1, '--out', out])
    assert(upgrade.code === 0 && /^8 contracts are up to date$/m.test(upgrade.stdout), JSON.stringify(upgrade))
  })
  await check('an older version is shown with its storage layout, and upgraded', async () => {
    const { from, to } = await downgrade(l1, system, out, 'SystemConfig')
    const shown = await tandem(['upgrade', '--l1', l1, '--out', out])
    assert(shown.code === 0 && shown.stdout.includes(`: ${to} -> ${from}, from the code at 0x`), JSON.stringify(shown))
    assert(/^storage layouts agree/m.test(shown.stdout), shown.stdout)
    const applied = await tandem(['upgrade', '--l1', l1, '--out', out, '--apply'])
    assert(applied.code === 0 && /^done: contracts upgraded: 1$/m.test(applied.stdout), JSON.stringify(applied))
    const verified = await tandem(['deploy', '--verify', '--l1', l1, '--out', out])
    assertEqual(verified.stdout.match(/^differs: /gm).length, 1, 'differences beside the gas limit')
  })
  await check('an owner that is a multisig makes the calls that a file holds', () => byMultisig(l1, system, out))
  await check('a deployment that is killed goes on where it was', async () => {
    // Small blocks, so that the steps are in several of them.
    const other = await startAnvil(['--gas-limit', '9000000'])
    const folder = temporaryFolder('killed')
    const killed = start('killed', TANDEM, ['deploy', '--l1', other, '--out', folder])
    await until('some of it is on L1', { deadline_s: 60, every_ms: 20 }, async () => (await nonce(other, account(0).address)) > 0)
    await killed.kill()
    assert(!existsSync(join(folder, 'rollup.json')), 'it had ended before it was killed')
    const again = await tandem(['deploy', '--l1', other, '--out', folder])
    assert(again.code === 0 && /^verified: /m.test(again.stdout), JSON.stringify(again))
    const planned = JSON.parse(readFileSync(join(folder, 'deployment.json'), 'utf8'))
    assertEqual(planned.start_nonce, 0, 'start_nonce')
    assertEqual(await nonce(other, account(0).address), 26, 'transactions of the deployer')
    assertEqual(systemFiles(folder).addresses.ProxyAdmin, system.addresses.ProxyAdmin, 'ProxyAdmin')
  })
  await onAPublicChain(check)
})

/** An upgrade by an owner without a key: its calls are written to a file, and it makes them. */
async function byMultisig(l1, system, out) {
  const as = ['--private-key', privateKey(OWNER)]
  const { ProxyAdmin, SystemConfigProxy } = system.addresses
  const { from } = await downgrade(l1, system, out, 'SystemConfig')
  const created = JSON.parse(await cast(['send', ...as, '--create', compile('Treasury').bytecode], { rpcUrl: l1, json: true }))
  const treasury = created.contractAddress
  await cast(['send', ...as, ProxyAdmin, 'transferOwnership(address)', treasury], { rpcUrl: l1 })

  const upgrade = (...args) => tandem(['upgrade', '--l1', l1, '--out', out, ...args])
  const refused = await upgrade('--apply')
  assert(refused.code === 1 && /obeys 0x\w+, not 0x\w+: .*--calldata/.test(refused.stderr), JSON.stringify(refused))
  const file = join(temporaryFolder('calls'), 'calls.json')
  const written = await upgrade('--calldata', file)
  assert(written.code === 0 && new RegExp(`written: ${treasury} makes these calls`, 'i').test(written.stdout), JSON.stringify(written))
  const { version, chainId, transactions } = JSON.parse(readFileSync(file, 'utf8'))
  assertEqual(`${version} ${chainId} ${transactions.length}`, '1.0 31337 2', 'version, chain and calls of the file')

  // What creates code anybody may call: then the rest alone is written.
  const [creation] = transactions
  await cast(['send', '--private-key', privateKey(7), creation.to, creation.data], { rpcUrl: l1 })
  await upgrade('--calldata', file)
  const rest = JSON.parse(readFileSync(file, 'utf8')).transactions
  assertEqual(JSON.stringify(rest), JSON.stringify(transactions.slice(1)), 'the calls that are left')
  for (const { to, data, value } of rest) {
    assertEqual(value, '0', 'value')
    await cast(['send', ...as, treasury, 'execute(address,bytes)', to, data], { rpcUrl: l1 })
  }
  assertEqual(await cast(['call', SystemConfigProxy, 'version()(string)'], { rpcUrl: l1 }), `"${from}"`, 'version')
  const after = await upgrade('--apply')
  assert(after.code === 0 && /^8 contracts are up to date$/m.test(after.stdout), JSON.stringify(after))
  const verified = await tandem(['deploy', '--verify', '--l1', l1, '--out', out])
  assert(/ProxyAdmin\.owner/.test(verified.stdout) && !/implementation/.test(verified.stdout), verified.stdout)
}

/** Nothing that is everybody's, or a devnet's default, reaches a chain that is no development chain. */
async function onAPublicChain(check) {
  const l1 = await startAnvil(['--chain-id', String(PUBLIC_CHAIN_ID)])
  const { address } = privateKeyToAccount(DEPLOYER_KEY)
  await rpc(l1, 'anvil_setBalance', [address, '0xde0b6b3a7640000'])
  const file = publicFile()
  const run = (args, env) => tandem(['deploy', '--l1', l1, '--out', temporaryFolder('public'), ...args], { env })
  await check('without a file it is refused, and every role is named', async () => {
    const { code, stderr } = await run([], { DEPLOYER_PRIVATE_KEY: DEPLOYER_KEY })
    assert(code === 1 && ROLES.every((role) => stderr.includes(`.${role} is missing`)), stderr)
  })
  await check('a key that devnets share is refused for the deployer, and for every role', async () => {
    const unsigned = await run(['--config', file])
    assert(unsigned.code === 1 && /DEPLOYER_PRIVATE_KEY/.test(unsigned.stderr), unsigned.stderr)
    const known = await run(['--config', file], { DEPLOYER_PRIVATE_KEY: privateKey(0) })
    assert(known.code === 1 && /belongs to every devnet/.test(known.stderr), known.stderr)
    for (const role of ROLES) {
      const { code, stderr } = await run(['--config', publicFile({ [role]: account(3).address })], { DEPLOYER_PRIVATE_KEY: DEPLOYER_KEY })
      assert(code === 1 && new RegExp(`line \\d+: .*\\.${role} is .*its key is public`).test(stderr), stderr)
    }
    assertEqual(await nonce(l1, address), 0, 'transactions of the deployer')
  })
  await check('a role given twice is refused with its line', async () => {
    const twice = publicFile({ proposer: privateKeyToAccount(key(ROLES.indexOf('batcher'))).address })
    const { code, stderr } = await run(['--config', twice], { DEPLOYER_PRIVATE_KEY: DEPLOYER_KEY })
    assert(code === 1 && /line \d+: roles\.proposer is .*, like roles\.batcher: give each role an account of its own/.test(stderr), stderr)
  })
  await check('from a file, every role is its own account and nobody begins with ether', async () => {
    const system = await deploy({ l1, args: ['--config', file], env: { DEPLOYER_PRIVATE_KEY: DEPLOYER_KEY } })
    const call = (contract, signature) => cast(['call', system.addresses[contract], signature], { rpcUrl: l1 })
    for (const [contract, signature, role] of [
      ['SystemConfigProxy', 'owner()(address)', 'owner'],
      ['ProxyAdmin', 'owner()(address)', 'owner'],
      ['SuperchainConfigProxy', 'guardian()(address)', 'guardian'],
      ['L2OutputOracleProxy', 'proposer()(address)', 'proposer'],
      ['L2OutputOracleProxy', 'challenger()(address)', 'challenger'],
      ['SystemConfigProxy', 'unsafeBlockSigner()(address)', 'unsafe_block_signer'],
    ]) {
      assertEqual(await call(contract, signature), privateKeyToAccount(key(ROLES.indexOf(role))).address, `${contract}.${signature}`)
    }
    const genesis = readFileSync(system.files.genesis, 'utf8').toLowerCase()
    const known = Array.from({ length: 15 }, (_, index) => account(index).address.toLowerCase().slice(2))
    for (const shared of known) assert(!genesis.includes(shared), `${shared} is in the genesis: everybody knows its key`)
    assert(!existsSync(system.files.l1ChainConfig), 'an l1-chain-config.json of a chain that is not known')
  })
}

/** The example with accounts of its own, but for those given. */
function publicFile(accounts = {}) {
  let text = readFileSync(EXAMPLE, 'utf8').replace('chain_id = 900', `chain_id = ${PUBLIC_CHAIN_ID}`)
  ROLES.forEach((role, index) => {
    const address = accounts[role] ?? privateKeyToAccount(key(index)).address
    text = text.replace(new RegExp(`^${role} = .*$`, 'm'), `${role} = "${address}"`)
  })
  const file = join(temporaryFolder('config'), 'deploy.toml')
  writeFileSync(file, text)
  return file
}

async function nonce(url, address) {
  return Number(await rpc(url, 'eth_getTransactionCount', [address, 'latest']))
}

async function startAnvil(args = []) {
  const port = await freePort()
  const anvil = start('anvil', ANVIL, ['--port', String(port), '--block-time', '1', '--slots-in-an-epoch', '4', '--silent', ...args])
  const l1 = `http://127.0.0.1:${port}`
  await answers(l1, 'eth_chainId', anvil)
  return l1
}
