// SystemConfig on L1: the changes that a suite makes, sent by its owner.

import { parseAbi } from 'viem'

import { OWNER } from './wallets.mjs'

const ABI = parseAbi([
  'function setGasConfigEcotone(uint32 basefeeScalar, uint32 blobbasefeeScalar)',
  'function setOperatorFeeScalars(uint32 operatorFeeScalar, uint64 operatorFeeConstant)',
  'function setGasLimit(uint64 gasLimit)',
  'function gasLimit() view returns (uint64)',
  'function owner() view returns (address)',
])

/** Sends one change, waits until L1 has it, and answers with the receipt. */
export async function changeSystemConfig(viem, addresses, functionName, args) {
  const hash = await viem.l1Wallet(OWNER).writeContract({ address: addresses.SystemConfigProxy, abi: ABI, functionName, args })
  const receipt = await viem.l1.waitForTransactionReceipt({ hash })
  if (receipt.status !== 'success') throw new Error(`SystemConfig.${functionName} reverted on L1: ${hash}`)
  return receipt
}

/** Reads a value of SystemConfig. */
export const readSystemConfig = (viem, addresses, functionName) =>
  viem.l1.readContract({ address: addresses.SystemConfigProxy, abi: ABI, functionName })
