// The fees that a user pays on L2, against the specification's formulas, before and after SystemConfig changes them.

import { parseAbi, parseGwei, serializeTransaction } from 'viem'

import { assert, assertEqual } from './checks.mjs'
import { l1FeeOfSigned, l1FeeOfUnsigned, operatorFee } from './fees.mjs'
import { until } from './poll.mjs'
import { changeSystemConfig } from './system_config.mjs'
import { account } from './wallets.mjs'

const L1_BLOCK = '0x4200000000000000000000000000000000000015'
const GAS_PRICE_ORACLE = '0x420000000000000000000000000000000000000F'
const SENDER = 5

const L1_BLOCK_ABI = parseAbi([
  'function basefee() view returns (uint256)',
  'function blobBaseFee() view returns (uint256)',
  'function baseFeeScalar() view returns (uint32)',
  'function blobBaseFeeScalar() view returns (uint32)',
  'function operatorFeeScalar() view returns (uint32)',
  'function operatorFeeConstant() view returns (uint64)',
])
const ORACLE_ABI = parseAbi([
  'function getL1Fee(bytes) view returns (uint256)',
  'function getOperatorFee(uint256) view returns (uint256)',
  'function isJovian() view returns (bool)',
])

/** Checks of one transaction each, on prices as they are at first and as SystemConfig then makes them. */
export async function feeChecks(check, viem, { addresses }) {
  await check('fees of a transaction at the 100-byte floor: receipt and oracle agree', () => smallTransaction(viem))
  await check('fees of a large transaction follow their formulas', () => largeTransaction(viem))
  await check('a fee scalar and an operator fee are changed through SystemConfig', async () => {
    await changeSystemConfig(viem, addresses, 'setGasConfigEcotone', [1_234_567, 654_321])
    await changeSystemConfig(viem, addresses, 'setOperatorFeeScalars', [1_500, 7_000_000_123n])
    await until('L2 has the new scalars', { deadline_s: 60 }, async () => {
      const prices = await pricesAt(viem, await viem.l2.getBlockNumber())
      return prices.baseFeeScalar === 1_234_567n && prices.operator.constant === 7_000_000_123n
    })
  })
  await check('fees at the floor follow the new scalars', () => smallTransaction(viem))
  await check('fees of a large transaction follow the new scalars, the operator fee included', async () => {
    const paid = await largeTransaction(viem)
    assert(paid.operator > 7_000_000_123n, `operator fee ${paid.operator}`)
  })
}

/** A transfer with too little data to leave the floor. */
async function smallTransaction(viem) {
  const sent = await sendSigned(viem, { data: '0x', gas: 21_000n })
  const paid = await checkFees(viem, sent)
  const oracle = await readOracle(viem, 'getL1Fee', [sent.unsigned], sent.block)
  assertEqual(oracle, paid.l1, "the oracle's fee at the floor")
}

/** A transfer with data that does not compress, beyond the floor. */
async function largeTransaction(viem) {
  let state = 0x2545f491n
  const next = () => (state = (state * 6_364_136_223_846_793_005n + 1_442_695_040_888_963_407n) & ((1n << 64n) - 1n))
  const data = `0x${Array.from({ length: 600 }, () => (next() >> 56n).toString(16).padStart(2, '0')).join('')}`
  const sent = await sendSigned(viem, { data, gas: 100_000n })
  const paid = await checkFees(viem, sent)
  const oracle = await readOracle(viem, 'getL1Fee', [sent.unsigned], sent.block)
  assertEqual(oracle, l1FeeOfUnsigned(sent.unsigned, paid.prices), 'getL1Fee of the unsigned transaction')
  return paid
}

async function sendSigned(viem, { data, gas }) {
  const sender = account(SENDER)
  const transaction = {
    type: 'eip1559',
    chainId: 901,
    nonce: await viem.l2.getTransactionCount({ address: sender.address }),
    to: '0x00000000000000000000000000000000f0000001',
    value: 1n,
    data,
    gas,
    maxFeePerGas: parseGwei('5'),
    maxPriorityFeePerGas: parseGwei('0.001'),
  }
  const signed = await sender.signTransaction(transaction)
  const hash = await viem.l2.sendRawTransaction({ serializedTransaction: signed })
  const { blockNumber } = await viem.l2.waitForTransactionReceipt({ hash })
  const receipt = await viem.l2.request({ method: 'eth_getTransactionReceipt', params: [hash] })
  assertEqual(receipt.status, '0x1', 'status')
  return { receipt, signed, unsigned: serializeTransaction(transaction), block: blockNumber }
}

/** Checks a receipt's fee fields and the sender's balance, to the last wei. */
async function checkFees(viem, { receipt, signed, block }) {
  const prices = await pricesAt(viem, block)
  const jovian = await readOracle(viem, 'isJovian', [], block)
  const gasUsed = BigInt(receipt.gasUsed)
  const l1 = l1FeeOfSigned(signed, prices)
  const operator = operatorFee(gasUsed, prices.operator, { jovian })
  assertEqual(BigInt(receipt.l1Fee), l1, 'l1Fee')
  checkReceiptFields(receipt, prices, jovian)
  assertEqual(await readOracle(viem, 'getOperatorFee', [gasUsed], block), operator, 'getOperatorFee')

  const address = account(SENDER).address
  const [before, after] = await Promise.all([block - 1n, block].map((blockNumber) => viem.l2.getBalance({ address, blockNumber })))
  const execution = gasUsed * BigInt(receipt.effectiveGasPrice)
  assertEqual(before - after, execution + l1 + operator + 1n, 'what the sender paid')
  return { l1, operator, prices }
}

function checkReceiptFields(receipt, prices, jovian) {
  assertEqual(BigInt(receipt.l1GasPrice), prices.l1BaseFee, 'l1GasPrice')
  assertEqual(BigInt(receipt.l1BlobBaseFee), prices.blobBaseFee, 'l1BlobBaseFee')
  assertEqual(BigInt(receipt.l1BaseFeeScalar), prices.baseFeeScalar, 'l1BaseFeeScalar')
  assertEqual(BigInt(receipt.l1BlobBaseFeeScalar), prices.blobBaseFeeScalar, 'l1BlobBaseFeeScalar')
  assert(receipt.l1GasUsed !== undefined, 'receipt has l1GasUsed')
  const { scalar, constant } = prices.operator
  if (scalar + constant === 0n) {
    assert(!receipt.operatorFeeScalar && !receipt.operatorFeeConstant, 'no operator fee fields while both are zero')
  } else {
    assertEqual(BigInt(receipt.operatorFeeScalar), scalar, 'operatorFeeScalar')
    assertEqual(BigInt(receipt.operatorFeeConstant), constant, 'operatorFeeConstant')
  }
  if (jovian) assert(BigInt(receipt.daFootprintGasScalar) > 0n && BigInt(receipt.blobGasUsed) > 0n, 'DA footprint fields')
}

async function pricesAt(viem, blockNumber) {
  const read = (functionName) => viem.l2.readContract({ address: L1_BLOCK, abi: L1_BLOCK_ABI, functionName, blockNumber })
  const names = L1_BLOCK_ABI.map(({ name }) => name)
  const values = await Promise.all(names.map(read))
  const [l1BaseFee, blobBaseFee, baseFeeScalar, blobBaseFeeScalar, scalar, constant] = values.map(BigInt)
  return { l1BaseFee, blobBaseFee, baseFeeScalar, blobBaseFeeScalar, operator: { scalar, constant } }
}

const readOracle = (viem, functionName, args, blockNumber) =>
  viem.l2.readContract({ address: GAS_PRICE_ORACLE, abi: ORACLE_ABI, functionName, args, blockNumber })
