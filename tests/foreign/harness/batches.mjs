// What a batcher has posted on L1, read here once more and on its own: batcher transactions, frames, channels, types of batches.

import { brotliDecompressSync, inflateSync } from 'node:zlib'

import { assert } from '../../e2e/harness/checks.mjs'
import { blockAt } from '../../e2e/harness/rpc.mjs'

const BLOB_TX_TYPE = '0x3'
const BATCH_TYPES = ['singular', 'span']
const BLOB_DATA_OFFSET = 4
const FRAME_OVERHEAD_BYTES = 23

/** The channels that `sender` completed in L1 blocks `from` to `to`: `{ da, compression, frames, batches }` of each. */
export async function postedChannels({ l1, beacon, rollupConfig }, sender, { from, to }) {
  const posted = []
  for (let number = from; number <= to; number += 1) posted.push(...(await postedIn({ l1, beacon, rollupConfig }, sender, number)))
  const open = new Map()
  const complete = []
  for (const { da, data } of posted) {
    for (const frame of frames(data)) {
      const channel = open.get(frame.channel) ?? { da: new Set(), pieces: [] }
      open.set(frame.channel, channel)
      channel.da.add(da)
      channel.pieces[frame.number] = frame.data
      if (frame.isLast) complete.push(channel)
    }
  }
  // A channel whose first frames are before the range is not told of.
  return complete.filter(({ pieces }) => !pieces.includes(undefined) && pieces.length > 0).map(describe)
}

/** The data of batcher transactions in an L1 block, in order. */
async function postedIn({ l1, beacon, rollupConfig }, sender, number) {
  const block = await blockAt(l1, number, true)
  const is = (a, b) => a?.toLowerCase() === b.toLowerCase()
  const sent = block.transactions.filter(({ from, to }) => is(from, sender) && is(to, rollupConfig.batch_inbox_address))
  const posted = []
  for (const { type, input, blobVersionedHashes } of sent) {
    if (type !== BLOB_TX_TYPE) posted.push({ da: 'calldata', data: Buffer.from(input.slice(2), 'hex') })
    else for (const blob of await blobs(beacon, block, blobVersionedHashes)) posted.push({ da: 'blobs', data: blobData(blob) })
  }
  return posted
}

async function blobs(beacon, block, hashes) {
  const get = async (path) => (await (await fetch(`${beacon}${path}`)).json()).data
  const [{ genesis_time }, { SECONDS_PER_SLOT }] = await Promise.all([get('/eth/v1/beacon/genesis'), get('/eth/v1/config/spec')])
  const slot = (Number(block.timestamp) - Number(genesis_time)) / Number(SECONDS_PER_SLOT)
  const found = await get(`/eth/v1/beacon/blobs/${slot}?${hashes.map((hash) => `versioned_hashes=${hash}`).join('&')}`)
  assert(found.length === hashes.length, `slot ${slot} has ${found.length} of ${hashes.length} blobs`)
  return found.map((blob) => Buffer.from(blob.slice(2), 'hex'))
}

/** The data in a blob: 127 bytes of every four field elements, after version and length. */
function blobData(blob) {
  const bytes = []
  for (let at = 0; at < blob.length; at += 128) {
    const [a, b, c, d] = [0, 32, 64, 96].map((offset) => blob[at + offset])
    const tail = (index) => blob.subarray(at + index * 32 + 1, at + index * 32 + 32)
    bytes.push(tail(0), Buffer.of((a & 63) | ((b & 48) << 2)), tail(1), Buffer.of((b & 15) | ((d & 15) << 4)))
    bytes.push(tail(2), Buffer.of((c & 63) | ((d & 48) << 2)), tail(3))
  }
  const all = Buffer.concat(bytes)
  assert(all[0] === 0, `blob of version ${all[0]}`)
  return all.subarray(BLOB_DATA_OFFSET, BLOB_DATA_OFFSET + all.readUIntBE(1, 3))
}

function frames(data) {
  assert(data[0] === 0, `batcher transaction of version ${data[0]}`)
  const found = []
  for (let at = 1; at < data.length; ) {
    const length = data.readUInt32BE(at + 18)
    const start = at + FRAME_OVERHEAD_BYTES - 1
    found.push({
      channel: data.toString('hex', at, at + 16),
      number: data.readUInt16BE(at + 16),
      data: data.subarray(start, start + length),
      isLast: data[start + length] === 1,
    })
    at = start + length + 1
  }
  return found
}

function describe({ da, pieces }) {
  const bytes = Buffer.concat(pieces)
  const compression = bytes[0] === 1 ? 'brotli' : 'zlib'
  const content = compression === 'brotli' ? brotliDecompressSync(bytes.subarray(1)) : inflateSync(bytes)
  return { da: [...da].join('+'), compression, frames: pieces.length, batches: batchTypes(content) }
}

/** The type of each batch in a channel: the first byte of each of its RLP strings. */
function batchTypes(content) {
  const types = []
  for (let at = 0; at < content.length; ) {
    const lengthBytes = content[at] > 0xb7 ? content[at] - 0xb7 : 0
    const length = lengthBytes ? content.readUIntBE(at + 1, lengthBytes) : content[at] - 0x80
    at += 1 + lengthBytes
    types.push(BATCH_TYPES[content[at]] ?? `type ${content[at]}`)
    at += length
  }
  return types
}
