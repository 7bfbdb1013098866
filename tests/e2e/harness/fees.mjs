// The fees of the specification, computed here from their formulas (fjord/exec-engine, isthmus/exec-engine, jovian/exec-engine).

import { hexToBytes } from 'viem'

const MIN_TRANSACTION_SIZE = 100n
const SIZE_INTERCEPT = -42_585_600n
const SIZE_PER_FASTLZ_BYTE = 836_500n

/** The estimated compressed size, times 1e6, of a transaction whose FastLZ length is known. */
function estimatedSizeScaled(fastlzBytes) {
  const estimate = SIZE_INTERCEPT + SIZE_PER_FASTLZ_BYTE * BigInt(fastlzBytes)
  const floor = MIN_TRANSACTION_SIZE * 1_000_000n
  return estimate > floor ? estimate : floor
}

function feeOfSize(sizeScaled, { l1BaseFee, blobBaseFee, baseFeeScalar, blobBaseFeeScalar }) {
  return (sizeScaled * (16n * baseFeeScalar * l1BaseFee + blobBaseFeeScalar * blobBaseFee)) / 1_000_000_000_000n
}

/** The L1 fee of a signed transaction, as its receipt shows it. */
export const l1FeeOfSigned = (signed, prices) => feeOfSize(estimatedSizeScaled(fastlzLength(hexToBytes(signed))), prices)

/** What GasPriceOracle's `getL1Fee` answers: it adds 68 bytes to the FastLZ length, for a signature that is not there yet. */
export const l1FeeOfUnsigned = (data, prices) => feeOfSize(estimatedSizeScaled(fastlzLength(hexToBytes(data)) + 68), prices)

/** The operator fee: parts in a million before Jovian, times one hundred from then on. */
export function operatorFee(gasUsed, { scalar, constant }, { jovian }) {
  return jovian ? gasUsed * scalar * 100n + constant : (gasUsed * scalar) / 1_000_000n + constant
}

const HASH_MULTIPLIER = 2_654_435_769
const WINDOW_MAX = 8192

/**
 * The length in bytes of FastLZ's level 1 compression: tokens are runs of up to 32 literals (one byte more than they hold) and
 * matches of up to 264 bytes (two bytes, three from a length of 9 on) at a distance below 8192.
 */
export function fastlzLength(data) {
  const word = (at) => data[at] | (data[at + 1] << 8) | (data[at + 2] << 16)
  const slot = (value) => (Math.imul(HASH_MULTIPLIER, value) >>> 19) & 8191
  const literals = (count) => count + Math.ceil(count / 32)
  const lastSeen = new Map()
  const searchEnd = data.length - 14

  let length = 0
  let emitted = 0
  let at = 2
  while (at < searchEnd) {
    const value = word(at)
    const before = lastSeen.get(slot(value)) ?? 0
    lastSeen.set(slot(value), at)
    if (at - before >= WINDOW_MAX || word(before) !== value) {
      at += 1
      continue
    }
    const matched = matchedBytes(data, before, at, searchEnd + 10)
    length += literals(at - emitted) + matchToken(matched)
    emitted = at + matched
    for (const inside of [emitted - 2, emitted - 1]) lastSeen.set(slot(word(inside)), inside)
    at = emitted
  }
  return length + literals(data.length - emitted)
}

/** How far the bytes at `before` and `at` agree; a match that runs into `end` gives its last byte back to the literals. */
function matchedBytes(data, before, at, end) {
  let count = 3
  while (at + count < end && data[before + count] === data[at + count]) count += 1
  return at + count < end ? count : count - 1
}

/** The bytes of the tokens for a match: long ones are cut into pieces of 262. */
function matchToken(matched) {
  const beyond = matched - 3
  return 3 * Math.floor(beyond / 262) + (beyond % 262 >= 6 ? 3 : 2)
}
