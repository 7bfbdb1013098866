// The OP Stack's own L1 contracts, of which nobody here wrote a line: deployed from npm's artifacts behind the proxies that its chains have,
// and the files of an L2 that settles there.

import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

import { temporaryFolder } from '../../e2e/harness/processes.mjs'
import { blockAt } from '../../e2e/harness/rpc.mjs'
import { startExecution, systemFiles } from '../../e2e/harness/tandem.mjs'
import {
  encodeDeployData,
  encodeFunctionData,
  getAddress,
  getContractAddress,
  maxUint128,
  pad,
  zeroAddress,
} from '../../e2e/harness/viem.mjs'
import { OWNER, PROPOSER, account } from '../../e2e/harness/wallets.mjs'

const require = createRequire(import.meta.url)

/** The indices of the accounts that have a role in these contracts and none in a devnet. */
export const DEPLOYER = 9
export const GUARDIAN = 8
/** The index of the account that deletes outputs, in a devnet too. */
export const CHALLENGER = 12
const UNSAFE_BLOCK_SIGNER = 13

/** The name under which the messenger's proxy asks for its implementation. */
const MESSENGER_NAME = 'OVM_L1CrossDomainMessenger'
/** What stands for ether where a chain may have another gas token. */
const ETHER_TOKEN = '0xEeeeeEeeeEeEeeEeEeEeeEEEeeeeEeeeeeeeEEeE'
/** Where our compiled contracts are. */
const OWN = '../../../crates/contracts/artifacts'
/** How ProxyAdmin treats proxies that are older than its usual ones. */
const PROXY_TYPES = { L1StandardBridge: 1, L1CrossDomainMessenger: 2 }

const DEPLOY_GAS = 6_000_000n
const CALL_GAS = 1_000_000n

/** What is behind a proxy each. */
const CONTRACTS = [
  'SuperchainConfig',
  'SystemConfig',
  'OptimismPortal',
  'L2OutputOracle',
  'L1CrossDomainMessenger',
  'L1StandardBridge',
  'L1ERC721Bridge',
  'OptimismMintableERC20Factory',
]

/** A contract's ABI and creation code; `undefined` where they have none of that name. */
export function artifact(name) {
  try {
    const { abi, bytecode } = require(`@eth-optimism/contracts-bedrock/forge-artifacts/${name}.sol/${name}.json`)
    return { abi, bytecode: bytecode.object }
  } catch (error) {
    if (error.code === 'MODULE_NOT_FOUND') return undefined
    throw error
  }
}

/** One account's transactions, sent one behind the other without waiting for each. */
class Deployment {
  constructor(viem, index, nonce) {
    this.viem = viem
    this.wallet = viem.l1Wallet(index)
    this.address = account(index).address
    this.nonce = nonce
    this.sent = []
  }

  static async begin(viem, index) {
    return new Deployment(viem, index, await viem.l1.getTransactionCount({ address: account(index).address }))
  }

  async create({ abi, bytecode }, args = []) {
    const address = getContractAddress({ from: this.address, nonce: BigInt(this.nonce) })
    await this.send(`the creation of ${address}`, { data: encodeDeployData({ abi, bytecode, args }), gas: DEPLOY_GAS })
    return address
  }

  call(name, to, functionName, args) {
    const data = encodeFunctionData({ abi: artifact(name).abi, functionName, args })
    return this.send(`${name}.${functionName}`, { to, data, gas: CALL_GAS })
  }

  async send(what, transaction) {
    const hash = await this.wallet.sendTransaction({ ...transaction, nonce: this.nonce })
    this.nonce += 1
    this.sent.push({ what, hash })
  }

  /** Waits until everything that was sent is there, and refuses what failed. */
  async mined() {
    const sent = this.sent.splice(0)
    for (const { what, hash } of sent) {
      const { status } = await this.viem.l1.waitForTransactionReceipt({ hash, timeout: 60_000 })
      if (status !== 'success') throw new Error(`${what} failed in ${hash}`)
    }
  }
}

/**
 * Deploys the contracts for a rollup whose configuration is given, all but its addresses and its start. Answers with the addresses by the
 * names of `addresses.json`, and with the L1 block that the L2 begins with.
 */
export async function deployOpContracts(viem, { rollupConfig, submissionInterval, finalizationPeriod_s }) {
  const deployment = await Deployment.begin(viem, DEPLOYER)
  const manager = await deployment.create(artifact('AddressManager'))
  const admin = await deployment.create(artifact('ProxyAdmin'), [deployment.address])
  const proxies = {}
  for (const name of CONTRACTS) proxies[name] = await createProxy(deployment, name, { admin, manager })
  await deployment.call('ProxyAdmin', admin, 'setAddressManager', [manager])
  await deployment.call('AddressManager', manager, 'transferOwnership', [admin])
  for (const [name, type] of Object.entries(PROXY_TYPES)) await deployment.call('ProxyAdmin', admin, 'setProxyType', [proxies[name], type])
  await deployment.call('ProxyAdmin', admin, 'setImplementationName', [proxies.L1CrossDomainMessenger, MESSENGER_NAME])
  const initialise = async (name, args) => {
    const data = encodeFunctionData({ abi: artifact(name).abi, functionName: 'initialize', args })
    await deployment.call('ProxyAdmin', admin, 'upgradeAndCall', [proxies[name], await deployment.create(artifact(name)), data])
  }
  const initials = initialValues(proxies, rollupConfig)
  for (const [name, args] of Object.entries(initials)) await initialise(name, args)
  await deployment.mined()
  const first = await viem.l1.getBlock()
  await initialise('L2OutputOracle', [
    ...[submissionInterval, rollupConfig.block_time, 0, first.timestamp],
    ...[account(PROPOSER).address, account(CHALLENGER).address, finalizationPeriod_s],
  ])
  await deployment.call('ProxyAdmin', admin, 'transferOwnership', [account(OWNER).address])
  await deployment.mined()
  const named = Object.entries(proxies).map(([name, address]) => [`${name}Proxy`, address.toLowerCase()])
  return { addresses: { ProxyAdmin: admin.toLowerCase(), ...Object.fromEntries(named) }, first }
}

/** Deploys one contract, behind no proxy and not initialised. */
export async function createAlone(viem, name, args) {
  const deployment = await Deployment.begin(viem, DEPLOYER)
  const address = await deployment.create(artifact(name), args)
  await deployment.mined()
  return address
}

/** Has their ProxyAdmin put our SuperchainConfig behind our proxy, and start it; answers with its guardian. */
export async function upgradeOurs(viem, admin) {
  const own = ['Proxy', 'SuperchainConfig'].map((name) => JSON.parse(readFileSync(new URL(`${OWN}/${name}.json`, import.meta.url), 'utf8')))
  const [proxyArtifact, { abi, creation }] = own
  const deployment = await Deployment.begin(viem, DEPLOYER)
  const proxy = await deployment.create({ abi: proxyArtifact.abi, bytecode: proxyArtifact.creation }, [admin])
  const implementation = await deployment.create({ abi, bytecode: creation })
  await deployment.mined()
  const data = encodeFunctionData({ abi, functionName: 'initialize', args: [account(GUARDIAN).address] })
  const owner = await Deployment.begin(viem, OWNER)
  await owner.call('ProxyAdmin', admin, 'upgradeAndCall', [proxy, implementation, data])
  await owner.mined()
  return viem.l1.readContract({ address: proxy, abi, functionName: 'guardian' })
}

function createProxy(deployment, name, { admin, manager }) {
  if (name === 'L1StandardBridge') return deployment.create(artifact('L1ChugSplashProxy'), [admin])
  if (name === 'L1CrossDomainMessenger') return deployment.create(artifact('ResolvedDelegateProxy'), [manager, MESSENGER_NAME])
  return deployment.create(artifact('Proxy'), [admin])
}

/** What each contract but the oracle is initialised with. */
function initialValues(proxies, { genesis, batch_inbox_address }) {
  const { batcherAddr, scalar, gasLimit } = genesis.system_config
  const scalars = { blob: Number(`0x${scalar.slice(-16, -8)}`), base: Number(`0x${scalar.slice(-8)}`) }
  const { SuperchainConfig, SystemConfig, L1CrossDomainMessenger, L1StandardBridge, L2OutputOracle, OptimismPortal } = proxies
  const resources = {
    maxResourceLimit: 20_000_000,
    elasticityMultiplier: 10,
    baseFeeMaxChangeDenominator: 8,
    minimumBaseFee: 1_000_000_000,
    systemTxMaxGas: 1_000_000,
    maximumBaseFee: maxUint128,
  }
  const addresses = {
    l1CrossDomainMessenger: L1CrossDomainMessenger,
    l1ERC721Bridge: proxies.L1ERC721Bridge,
    l1StandardBridge: L1StandardBridge,
    disputeGameFactory: zeroAddress,
    optimismPortal: OptimismPortal,
    optimismMintableERC20Factory: proxies.OptimismMintableERC20Factory,
    gasPayingToken: ETHER_TOKEN,
  }
  return {
    SuperchainConfig: [account(GUARDIAN).address, false],
    SystemConfig: [
      ...[account(OWNER).address, scalars.base, scalars.blob, pad(batcherAddr), BigInt(gasLimit)],
      ...[account(UNSAFE_BLOCK_SIGNER).address, resources, getAddress(batch_inbox_address), addresses],
    ],
    OptimismPortal: [L2OutputOracle, SystemConfig, SuperchainConfig],
    L1CrossDomainMessenger: [SuperchainConfig, OptimismPortal, SystemConfig],
    L1StandardBridge: [L1CrossDomainMessenger, SuperchainConfig, SystemConfig],
    L1ERC721Bridge: [L1CrossDomainMessenger, SuperchainConfig],
    OptimismMintableERC20Factory: [L1StandardBridge],
  }
}

/**
 * The files of an L2 that settles on these contracts: those of a deployment of ours, with the other contracts' addresses wherever its
 * genesis and its rollup config name one, and with the start that was chosen there.
 */
export async function filesFor(system, { addresses, first }) {
  const folder = temporaryFolder('op-contracts')
  const file = (name) => join(folder, name)
  const at = hexOf(first.timestamp)
  let genesis = readFileSync(system.files.genesis, 'utf8')
  for (const [name, ours] of Object.entries(system.addresses)) {
    const theirs = addresses[name]
    if (theirs) genesis = genesis.replaceAll(new RegExp(ours.slice(2), 'gi'), theirs.slice(2))
  }
  writeFileSync(file('genesis.json'), JSON.stringify({ ...JSON.parse(genesis), timestamp: at }))
  writeFileSync(file('addresses.json'), JSON.stringify(addresses))
  for (const name of ['jwt.hex', 'l1-chain-config.json']) writeFileSync(file(name), readFileSync(join(system.files.rollup, '..', name)))
  const rollup = {
    ...system.rollupConfig,
    deposit_contract_address: addresses.OptimismPortalProxy,
    l1_system_config_address: addresses.SystemConfigProxy,
    genesis: {
      ...system.rollupConfig.genesis,
      l1: { hash: first.hash, number: Number(first.number) },
      l2: { hash: await hashOf(file('genesis.json'), file('jwt.hex')), number: 0 },
      l2_time: Number(first.timestamp),
    },
  }
  writeFileSync(file('rollup.json'), JSON.stringify(rollup))
  return systemFiles(folder)
}

const hexOf = (number) => `0x${number.toString(16)}`

/** The hash of a genesis, as an execution client has it. */
async function hashOf(genesis, jwt) {
  const execution = await startExecution({ files: { genesis, jwt } })
  const { hash } = await blockAt(execution.url, 0)
  await execution.process.kill()
  return hash
}
