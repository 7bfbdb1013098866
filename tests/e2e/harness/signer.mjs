// A remote signer as op-signer is one: it holds one account's key and answers eth_signTransaction over HTTP.

import { createServer } from 'node:http'

import { account } from './wallets.mjs'

/** Starts one for an account of the mnemonic. Answers with its URL, its address, and what it was asked to sign. */
export async function startSigner(index) {
  const signer = account(index)
  const asked = []
  const answer = async ({ method, params: [arguments_] }) => {
    if (method === 'health_status') return 'fine'
    if (method !== 'eth_signTransaction') throw Object.assign(new Error(`no method ${method}`), { code: -32601 })
    if (arguments_.from.toLowerCase() !== signer.address.toLowerCase()) throw new Error(`no key of ${arguments_.from}`)
    asked.push(arguments_)
    return signer.signTransaction(transactionOf(arguments_))
  }
  const server = createServer(async (request, response) => {
    const chunks = []
    for await (const chunk of request) chunks.push(chunk)
    const { id, ...call } = JSON.parse(Buffer.concat(chunks).toString())
    const outcome = await answer(call).then(
      (result) => ({ result }),
      ({ code = -32000, message }) => ({ error: { code, message } }),
    )
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ jsonrpc: '2.0', id, ...outcome }))
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  server.unref()
  return { url: `http://127.0.0.1:${server.address().port}`, address: signer.address, asked }
}

function transactionOf(fields) {
  const hashes = fields.blobVersionedHashes
  return {
    type: hashes ? 'eip4844' : 'eip1559',
    chainId: Number(fields.chainId),
    nonce: Number(fields.nonce),
    to: fields.to,
    value: BigInt(fields.value),
    gas: BigInt(fields.gas),
    maxFeePerGas: BigInt(fields.maxFeePerGas),
    maxPriorityFeePerGas: BigInt(fields.maxPriorityFeePerGas),
    data: fields.input,
    accessList: fields.accessList,
    ...(hashes && { blobVersionedHashes: hashes, maxFeePerBlobGas: BigInt(fields.maxFeePerBlobGas) }),
  }
}
