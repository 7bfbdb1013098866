// Batches, channels and frames written by hand, so that each part can be spoilt.

import { brotliCompressSync, constants, deflateSync } from 'node:zlib'

import { hexToBytes, numberToHex, parseTransaction, toRlp } from '../../e2e/harness/viem.mjs'

const BROTLI_VERSION = 1

const bytes = (hex) => Buffer.from(hexToBytes(hex))
const number = (value) => (BigInt(value) === 0n ? '0x' : numberToHex(value))

/** A base-128 varint. */
export function uvarint(value) {
  const out = []
  let rest = BigInt.asUintN(64, BigInt(value))
  for (; rest >= 128n; rest >>= 7n) out.push(Number(rest & 127n) | 128)
  return Buffer.from([...out, Number(rest)])
}

/** A bit list: a big-endian integer, padded to bytes. */
function bits(list) {
  const out = Buffer.alloc(Math.ceil(list.length / 8))
  list.forEach((bit, index) => {
    if (bit) out[out.length - 1 - (index >> 3)] |= 1 << (index & 7)
  })
  return out
}

/** One block: `{ parentHash, origin: { number, hash }, timestamp, transactions }`. */
export function singularBatch({ parentHash, origin, timestamp, transactions }) {
  return Buffer.concat([
    Buffer.of(0),
    bytes(toRlp([parentHash, number(origin.number), origin.hash, number(timestamp), transactions])),
  ])
}

/**
 * Consecutive blocks `{ origin, timestamp, transactions }`, whose transactions are legacy ones with replay protection or of type 2. The
 * fields of `spoilt` replace what is right.
 */
export function spanBatch({ genesisTime, parentHash, previousOrigin, blocks, ...spoilt }) {
  const last = blocks.at(-1)
  const changes = blocks.map(({ origin }, index) => origin.number !== (index ? blocks[index - 1].origin.number : previousOrigin))
  const right = {
    relativeTimestamp: blocks[0].timestamp - genesisTime,
    lastOrigin: last.origin.number,
    parentCheck: bytes(parentHash).subarray(0, 20),
    originCheck: bytes(last.origin.hash).subarray(0, 20),
    blockCount: blocks.length,
    originBits: bits(changes),
    transactionCounts: blocks.map(({ transactions }) => transactions.length),
    after: Buffer.alloc(0),
  }
  const fields = { ...right, ...spoilt }
  return Buffer.concat([
    Buffer.of(1),
    uvarint(fields.relativeTimestamp),
    uvarint(fields.lastOrigin),
    ...[fields.parentCheck, fields.originCheck, uvarint(fields.blockCount), fields.originBits],
    ...fields.transactionCounts.map(uvarint),
    spanTransactions(blocks.flatMap(({ transactions }) => transactions)),
    fields.after,
  ])
}

function spanTransactions(raws) {
  const all = raws.map((raw) => ({ isLegacy: Number(raw.slice(0, 4)) > 0x7f, ...parseTransaction(raw) }))
  const word = (hex) => bytes(hex.replace('0x', `0x${'0'.repeat(66 - hex.length)}`))
  const data = ({ isLegacy, value = 0n, gasPrice = 0n, maxPriorityFeePerGas = 0n, maxFeePerGas = 0n, data = '0x' }) =>
    isLegacy
      ? bytes(toRlp([number(value), number(gasPrice), data]))
      : Buffer.concat([Buffer.of(2), bytes(toRlp([number(value), number(maxPriorityFeePerGas), number(maxFeePerGas), data, []]))])
  const parity = ({ isLegacy, v, yParity }) => (isLegacy ? (v - 35n) % 2n === 1n : yParity === 1)
  return Buffer.concat([
    bits(all.map(({ to }) => !to)),
    bits(all.map(parity)),
    ...all.flatMap(({ r, s }) => [word(r), word(s)]),
    ...all.filter(({ to }) => to).map(({ to }) => bytes(to)),
    ...all.map(data),
    ...all.map(({ nonce }) => uvarint(nonce ?? 0)),
    ...all.map(({ gas }) => uvarint(gas ?? 0n)),
    bits(all.filter(({ isLegacy }) => isLegacy).map(() => true)),
  ])
}

/** The compressed bytes of a channel. */
export function channel(batches, compression) {
  const content = Buffer.concat(batches.map((batch) => bytes(toRlp(`0x${batch.toString('hex')}`))))
  if (compression === 'zlib') return deflateSync(content)
  const params = { [constants.BROTLI_PARAM_QUALITY]: 9 }
  return Buffer.concat([Buffer.of(BROTLI_VERSION), brotliCompressSync(content, { params })])
}

/** A channel cut into that many frames: `{ id, number, data, isLast }`. */
export function cut(id, compressed, count) {
  const size = Math.max(1, Math.ceil(compressed.length / count))
  const pieces = []
  for (let at = 0; at < compressed.length; at += size) pieces.push(compressed.subarray(at, at + size))
  return pieces.map((data, index) => ({ id, number: index, data, isLast: index === pieces.length - 1 }))
}

/** The data of a batcher transaction. */
export function batcherData(frames, version = 0) {
  const encode = ({ id, number: index, data, isLast, length = data.length }) => {
    const head = Buffer.alloc(6)
    head.writeUInt16BE(index, 0)
    head.writeUInt32BE(length, 2)
    return Buffer.concat([id, head, data, Buffer.of(Number(isLast))])
  }
  return Buffer.concat([Buffer.of(version), ...frames.map(encode)])
}
