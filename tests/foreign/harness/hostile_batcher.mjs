// A batcher that lies in every way that its random numbers think of, and now and then tells the truth.

import { randomBytes } from 'node:crypto'

import { blockAt, rpc } from '../../e2e/harness/rpc.mjs'
import { BATCHER, account } from '../../e2e/harness/wallets.mjs'
import { batcherData, channel, cut, singularBatch, spanBatch } from './batch_writer.mjs'

const USERS = [5, 6, 7, 8]
const L2_CHAIN_ID = 901
const DEPOSIT_TYPE = '0x7e'
const PAYEE = '0x000000000000000000000000000000000000beef'

/** Numbers that look random, from a seed. */
export function randomFrom(seed) {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let value = Math.imul(state ^ (state >>> 15), state | 1)
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61)
    return (value ^ (value >>> 14)) >>> 0
  }
  const below = (bound) => next() % bound
  return { below, oneIn: (count) => below(count) === 0, of: (list) => list[below(list.length)] }
}

const bytesOf = (random, count) => Buffer.from(Array.from({ length: count }, () => random.below(256)))
const hexOf = (buffer) => `0x${buffer.toString('hex')}`

/** What the next blocks after the safe head could be: their origins, times and transactions. */
async function honestBlocks(random, { l1, l2, rollupConfig, safe, l1Head, users }, count) {
  const blocks = []
  let origin = { number: safe.l1origin.number, hash: safe.l1origin.hash }
  let next = await blockAt(l1, origin.number + 1)
  for (let index = 1; index <= count; index += 1) {
    const timestamp = safe.timestamp + index * rollupConfig.block_time
    if (next && Number(next.timestamp) <= timestamp && origin.number < l1Head - 1) {
      origin = { number: Number(next.number), hash: next.hash }
      next = await blockAt(l1, origin.number + 1)
    }
    const transactions = []
    for (let left = random.below(4); left > 0; left -= 1) transactions.push(await transfer(random, l2, users))
    blocks.push({ origin, timestamp, transactions })
  }
  return blocks
}

/** A user's next transfer, legacy or of type 2. */
async function transfer(random, l2, users) {
  const index = random.of(USERS)
  users[index] ??= Number(await rpc(l2, 'eth_getTransactionCount', [account(index).address, 'latest']))
  const nonce = users[index]++
  const to = random.oneIn(6) ? undefined : PAYEE
  const body = { chainId: L2_CHAIN_ID, to, value: BigInt(random.below(1000)), nonce, gas: 100_000n }
  const market = { maxFeePerGas: 9_000_000_000n, maxPriorityFeePerGas: 1n }
  const fees = random.oneIn(2) ? { type: 'legacy', gasPrice: 9_000_000_000n } : market
  return account(index).signTransaction({ ...body, ...fees, data: body.to ? '0x' : '0x600160005500' })
}

/** Bytes that an engine refuses, or that no batch may hold. */
const badTransaction = (random) => {
  const noise = hexOf(bytesOf(random, 60))
  return random.of(['0x', '0x7ec0', '0x7dc0', '0x03c0', '0x05c0', '0xc0', '0x80', '0x02', noise, noise.replace('0x', '0x02')])
}

/** Ways in which one block's batch can be wrong. */
const SINGULAR = {
  parent: (batch, random) => ({ ...batch, parentHash: hexOf(bytesOf(random, 32)) }),
  time: (batch, random) => ({ ...batch, timestamp: batch.timestamp + random.of([-2, -1, 1, 2, 3, 1900]) }),
  origin: ({ origin, ...batch }, random) => ({ ...batch, origin: { ...origin, number: origin.number + random.of([-1, 1, 2]) } }),
  originHash: (batch, random) => ({ ...batch, origin: { ...batch.origin, hash: hexOf(bytesOf(random, 32)) } }),
  transaction: (batch, random) => ({ ...batch, transactions: [...batch.transactions, badTransaction(random)] }),
  nonce: (batch) => ({ ...batch, transactions: [...batch.transactions, ...batch.transactions] }),
}

/** Ways in which a span can be wrong. */
const SPAN = {
  parent: (_, random) => ({ parentCheck: bytesOf(random, 20) }),
  originHash: (_, random) => ({ originCheck: bytesOf(random, 20) }),
  time: ({ blocks, genesisTime }, random) => {
    const off = random.of([-3, -2, -1, 1, 2, 1800])
    return { relativeTimestamp: blocks[0].timestamp - genesisTime + off }
  },
  origin: ({ blocks }, random) => ({ lastOrigin: Math.max(0, blocks.at(-1).origin.number + random.of([-2, -1, 1, 2])) }),
  bits: ({ blocks }, random) => ({ originBits: bytesOf(random, Math.ceil(blocks.length / 8)) }),
  count: ({ blocks }, random) => ({ blockCount: random.of([0, blocks.length - 1, blocks.length + 1, 10_000_001, 2 ** 40]) }),
  counts: ({ blocks }, random) => ({ transactionCounts: blocks.map(() => random.below(3)) }),
  after: (_, random) => ({ after: bytesOf(random, 1 + random.below(9)) }),
  stays: ({ blocks }) => ({ lastOrigin: blocks[0].origin.number, originBits: Buffer.alloc(Math.ceil(blocks.length / 8)) }),
}

/** Ways in which a channel's compressed bytes can be wrong. */
const CHANNEL = {
  cut: (bytes, random) => bytes.subarray(0, random.below(bytes.length + 1)),
  flip: (bytes, random) => {
    const out = Buffer.from(bytes)
    out[random.below(out.length)] ^= 1 << random.below(8)
    return out
  },
  kind: (bytes, random) => Buffer.concat([Buffer.of(random.below(256)), bytes.subarray(1)]),
  tail: (bytes, random) => Buffer.concat([bytes, bytesOf(random, 10)]),
}

/** Ways in which frames, or their transactions, can be wrong. */
const FRAMES = {
  missing: (frames, random) => frames.filter((_, index) => index !== random.below(frames.length)),
  twice: (frames, random) => frames.flatMap((frame) => (random.oneIn(2) ? [frame, frame] : [frame])),
  order: (frames, random) => frames.map((frame) => [random.below(100), frame]).sort(([a], [b]) => a - b).map(([, frame]) => frame),
  number: (frames, random) => frames.map((frame) => (random.oneIn(2) ? { ...frame, number: random.of([0, 1, 2, 3, 65535]) } : frame)),
  last: (frames, random) => frames.map((frame) => (random.oneIn(2) ? { ...frame, isLast: random.of([0, 1, 2]) } : frame)),
  length: (frames, random) =>
    frames.map((frame) => (random.oneIn(2) ? { ...frame, length: frame.data.length + random.of([-1, 1, 1_000_000]) } : frame)),
  id: (frames, random) => frames.map((frame) => (random.oneIn(3) ? { ...frame, id: Buffer.alloc(16, 7) } : frame)),
}

/**
 * What the batcher posts next: `{ name, data }`, each the data of some transactions. The last of them is honest four times in five, so
 * that the chain goes on.
 */
export async function variants(random, view, count) {
  const { genesisTime, safe } = view
  const found = []
  for (let index = 0; index <= count; index += 1) {
    const isHonest = index === count && !random.oneIn(5)
    const blocks = await honestBlocks(random, view, 1 + random.below(6))
    const overlap = random.oneIn(4) ? await safeBlocks(view, 1 + random.below(4), !isHonest && random.oneIn(2)) : null
    found.push(write(random, { genesisTime, safe, blocks, overlap, isHonest }))
  }
  return found
}

function write(random, { genesisTime, safe, blocks, overlap, isHonest }) {
  const lie = isHonest ? 'none' : random.of(['batch', 'batch', 'batch', 'channel', 'frames', 'none'])
  const compression = random.of(['zlib', 'brotli'])
  const names = [compression]
  const batches = []
  const first = { ...blocks[0], parentHash: safe.hash }
  if (overlap || random.oneIn(2)) {
    const span = overlap
      ? { genesisTime, parentHash: overlap.parentHash, previousOrigin: overlap.previousOrigin, blocks: [...overlap.blocks, ...blocks] }
      : { genesisTime, parentHash: safe.hash, previousOrigin: safe.l1origin.number, blocks }
    const kind = lie === 'batch' ? random.of(Object.keys(SPAN)) : null
    batches.push(spanBatch({ ...span, ...(kind && SPAN[kind](span, random)) }))
    names.push(overlap ? `span over ${overlap.name}` : 'span', kind ?? 'right')
  } else {
    const kind = lie === 'batch' ? random.of(Object.keys(SINGULAR)) : null
    batches.push(singularBatch(kind ? SINGULAR[kind](first, random) : first))
    names.push('singular', kind ?? 'right')
    // A right one behind a wrong one goes with it, behind a past one it is read.
    if (!isHonest && random.oneIn(3)) batches.push(singularBatch(first))
  }
  let compressed = channel(batches, compression)
  if (lie === 'channel') {
    const kind = random.of(Object.keys(CHANNEL))
    compressed = CHANNEL[kind](compressed, random)
    names.push(`channel ${kind}`)
  }
  let frames = cut(random.oneIn(6) ? Buffer.alloc(16, 9) : randomBytes(16), compressed, 1 + random.below(4))
  if (lie === 'frames') {
    const kind = random.of(Object.keys(FRAMES))
    frames = FRAMES[kind](frames, random)
    names.push(`frames ${kind}`)
  }
  const together = random.oneIn(2) ? [frames] : frames.map((frame) => [frame])
  const version = lie === 'frames' && random.oneIn(8) ? random.of([1, 2]) : 0
  return { name: names.join(', '), data: together.filter((list) => list.length > 0).map((list) => batcherData(list, version)) }
}

/** The last blocks of the safe chain as a span has them, or almost. */
async function safeBlocks({ l2, l2Origins, safe }, count, isWrong) {
  if (safe.number <= count) return null
  const blocks = []
  for (let number = safe.number - count + 1; number <= safe.number; number += 1) {
    const block = await blockAt(l2, number, true)
    const sequenced = block.transactions.filter(({ type }) => type !== DEPOSIT_TYPE)
    if (sequenced.some(({ type }) => type !== '0x0' && type !== '0x2')) return null
    const raws = await Promise.all(sequenced.map(({ hash }) => rpc(l2, 'eth_getRawTransactionByHash', [hash])))
    blocks.push({ origin: await l2Origins(number), timestamp: Number(block.timestamp), transactions: raws })
  }
  const parent = await blockAt(l2, safe.number - count)
  const previousOrigin = (await l2Origins(safe.number - count)).number
  if (isWrong) blocks[0].transactions = blocks[0].transactions.length > 0 ? [] : blocks.flatMap(({ transactions }) => transactions)
  return { name: isWrong ? 'another past' : 'the past', parentHash: parent.hash, previousOrigin, blocks }
}

/** Sends data to the inbox, each a transaction, in that order; answers with the next nonce. */
export async function send(viem, rollupConfig, datas, nonce) {
  for (const data of datas) {
    const gas = 21_000n + 40n * BigInt(data.length)
    const raw = await account(BATCHER).signTransaction({
      ...{ chainId: 900, to: rollupConfig.batch_inbox_address, data: hexOf(data), nonce, gas },
      ...{ maxFeePerGas: 100_000_000_000n, maxPriorityFeePerGas: 1_000_000_000n },
    })
    await viem.l1.sendRawTransaction({ serializedTransaction: raw })
    nonce += 1
  }
  return nonce
}
