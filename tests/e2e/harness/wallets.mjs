// The accounts of the usual test mnemonic, and viem clients for both layers.

import { createPublicClient, createWalletClient, defineChain, http } from 'viem'
import { mnemonicToAccount } from 'viem/accounts'
import { chainConfig, publicActionsL1, publicActionsL2, walletActionsL1, walletActionsL2 } from 'viem/op-stack'

const MNEMONIC = 'test test test test test test test test test test test junk'

/** The index of the account that owns SystemConfig. */
export const OWNER = 14

/** The index of the account that proposes outputs. */
export const PROPOSER = 11

/** The index of the account that deletes wrong outputs. */
export const CHALLENGER = 12

/** The index of the account that posts the batches. */
export const BATCHER = 10

/** An account of the mnemonic, able to sign. */
export const account = (index) => mnemonicToAccount(MNEMONIC, { addressIndex: index })

/** The key of an account of the mnemonic, as tools take it. */
export const privateKey = (index) => `0x${Buffer.from(account(index).getHdKey().privateKey).toString('hex')}`

/** Where Multicall3 stands on every chain; viem reads several values at once through it. */
const multicall3 = { address: '0xca11bde05977b3631167028862be2a173976ca11' }

const ether = { name: 'Ether', symbol: 'ETH', decimals: 18 }

/** viem clients for a system: `l1` and `l2` with the op-stack's actions, and a wallet on each for an account's index. */
export function clients({ l1, l2, l1ChainId = 900, addresses }) {
  const l1Chain = defineChain({
    id: l1ChainId,
    name: 'L1',
    nativeCurrency: ether,
    rpcUrls: { default: { http: [l1] } },
    contracts: { multicall3 },
  })
  const onL1 = (name) => ({ [l1ChainId]: { address: addresses[name] } })
  const l2Chain = defineChain({
    ...chainConfig,
    id: 901,
    name: 'Tandem',
    nativeCurrency: ether,
    rpcUrls: { default: { http: [l2] } },
    sourceId: l1ChainId,
    contracts: {
      ...chainConfig.contracts,
      multicall3,
      portal: onL1('OptimismPortalProxy'),
      l2OutputOracle: onL1('L2OutputOracleProxy'),
      l1StandardBridge: onL1('L1StandardBridgeProxy'),
    },
  })
  const options = { pollingInterval: 200, cacheTime: 0 }
  const wallet = (chain, url) => (index) =>
    createWalletClient({ ...options, account: account(index), chain, transport: http(url) })
  const l1Wallet = wallet(l1Chain, l1)
  const l2Wallet = wallet(l2Chain, l2)
  return {
    l1Chain,
    l2Chain,
    l1: createPublicClient({ ...options, chain: l1Chain, transport: http(l1) }).extend(publicActionsL1()),
    l2: createPublicClient({ ...options, chain: l2Chain, transport: http(l2) }).extend(publicActionsL2()),
    l1Wallet: (index) => l1Wallet(index).extend(walletActionsL1()),
    l2Wallet: (index) => l2Wallet(index).extend(walletActionsL2()),
  }
}
