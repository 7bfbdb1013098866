// Waiting by looking again until a deadline, never by sleeping and hoping.

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

/**
 * Calls `look` until it answers with something other than `undefined`, `null` or `false`. An error of `look` counts as "not yet" when
 * `through_errors` is set, and the last one is told when the deadline passes.
 */
export async function until(what, { deadline_s, every_ms = 200, through_errors = false }, look) {
  const deadline = Date.now() + deadline_s * 1000
  let last
  for (;;) {
    try {
      const seen = await look()
      if (seen !== undefined && seen !== null && seen !== false) return seen
    } catch (error) {
      if (!through_errors) throw error
      last = error
    }
    if (Date.now() > deadline) throw new Error(`not within ${deadline_s} s: ${what}${last ? ` (${last.message})` : ''}`)
    await pause(every_ms)
  }
}
