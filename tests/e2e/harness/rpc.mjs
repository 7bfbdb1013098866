// Plain JSON-RPC, for what no SDK wraps.

/** Calls a method and answers with its result; an error answer throws with the server's message and code. */
export async function rpc(url, method, params = []) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
    signal: AbortSignal.timeout(20_000),
  })
  const answer = await response.json()
  if (answer.error) throw Object.assign(new Error(`${method}: ${answer.error.message}`), { code: answer.error.code })
  return answer.result
}

export const hex = (number) => `0x${BigInt(number).toString(16)}`

/** A block by number or tag; `null` where there is none. */
export const blockAt = (url, number, full = false) =>
  rpc(url, 'eth_getBlockByNumber', [typeof number === 'string' ? number : hex(number), full])

/** The number of the head, or of the block under a tag (-1 where there is none yet). */
export async function height(url, tag = 'latest') {
  const block = await blockAt(url, tag)
  return block ? Number(block.number) : -1
}
