// @eth-optimism/sdk, as an application sets it up for a chain that the SDK has no addresses of.

import sdk from '@eth-optimism/sdk'
import { ethers } from 'ethers'

import { privateKey } from './wallets.mjs'

export const { MessageDirection, MessageReceiptStatus, MessageStatus } = sdk

/** How the SDK's functions that wait are to wait. */
export const PATIENCE = { pollIntervalMs: 200, timeoutMs: 60_000 }

/** One account with the SDK's messenger. */
export class User {
  constructor({ l1, l2, addresses }, index) {
    const wallet = (url, chainId) => {
      const provider = new ethers.providers.StaticJsonRpcProvider(url, { chainId, name: 'tandem' })
      provider.pollingInterval = 200
      return new ethers.Wallet(privateKey(index), provider)
    }
    this.l1 = wallet(l1, 900)
    this.l2 = wallet(l2, 901)
    this.address = this.l1.address
    const unused = ethers.constants.AddressZero
    const contracts = {
      AddressManager: unused,
      StateCommitmentChain: unused,
      CanonicalTransactionChain: unused,
      BondManager: unused,
      DisputeGameFactory: unused,
      OptimismPortal2: unused,
      L1CrossDomainMessenger: addresses.L1CrossDomainMessengerProxy,
      L1StandardBridge: addresses.L1StandardBridgeProxy,
      OptimismPortal: addresses.OptimismPortalProxy,
      L2OutputOracle: addresses.L2OutputOracleProxy,
    }
    this.messenger = new sdk.CrossChainMessenger({
      l1ChainId: 900,
      l2ChainId: 901,
      l1SignerOrProvider: this.l1,
      l2SignerOrProvider: this.l2,
      contracts: { l1: contracts },
    })
  }

  /** The name of a message's status. */
  async status(message) {
    return MessageStatus[await this.messenger.getMessageStatus(message)]
  }

  /** Waits for a status, which must not be passed over; answers with its name. */
  async reaches(message, status) {
    await this.messenger.waitForMessageStatus(message, status, PATIENCE)
    return this.status(message)
  }

  /** Proves and finalizes a message of L2; answers with the last receipt. */
  async bringHome(message, index = 0) {
    const { messenger } = this
    await messenger.waitForMessageStatus(message, MessageStatus.READY_TO_PROVE, PATIENCE, index)
    await (await messenger.proveMessage(message, {}, index)).wait()
    await messenger.waitForMessageStatus(message, MessageStatus.READY_FOR_RELAY, PATIENCE, index)
    return (await messenger.finalizeMessage(message, {}, index)).wait()
  }
}
