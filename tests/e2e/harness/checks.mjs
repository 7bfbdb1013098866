// A suite is a list of named checks with one summary line, and an end for every process that it started.

import { stopAll, logTails } from './processes.mjs'

class Failed extends Error {}

/** Throws unless `condition` holds; `message` says what was seen. */
export function assert(condition, message) {
  if (!condition) throw new Failed(message)
}

/** Throws unless both are equal, compared as text so that 1n, 1 and '1' agree. */
export function assertEqual(actual, expected, what) {
  assert(String(actual).toLowerCase() === String(expected).toLowerCase(), `${what}: ${actual}, expected ${expected}`)
}

/**
 * Runs `body(check)` and prints `NAME: N passed, N failed`. A check that throws fails, and the suite goes on;
 * what throws outside a check ends the suite as one more failure.
 */
export async function suite(name, { deadline_s }, body) {
  const started = Date.now()
  const tally = { passed: 0, failed: 0 }
  const since = () => `${((Date.now() - started) / 1000).toFixed(1)} s`
  const fail = (what, error) => {
    tally.failed += 1
    console.log(`  FAIL  ${what} (${since()})\n        ${error instanceof Failed ? error.message : (error.stack ?? error)}`)
  }
  const check = async (what, fn) => {
    try {
      const seen = await fn()
      tally.passed += 1
      console.log(`  ok    ${what} (${since()})`)
      return seen
    } catch (error) {
      fail(what, error)
      return undefined
    }
  }

  console.log(`${name}:`)
  const late = new Promise((_, reject) => {
    setTimeout(() => reject(new Failed(`not done after ${deadline_s} s`)), deadline_s * 1000).unref()
  })
  await Promise.race([body(check), late]).catch((error) => fail('the suite runs to its end', error))
  if (tally.failed > 0) console.log(logTails())
  await stopAll()
  console.log(`${name}: ${tally.passed} passed, ${tally.failed} failed`)
  process.exit(tally.failed === 0 ? 0 : 1)
}
