// An older version of a contract, for what upgrades: the same code under another number.

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { keccak256 } from 'viem'

import { cast } from './foundry.mjs'
import { OWNER, privateKey } from './wallets.mjs'

/**
 * Puts a contract behind its proxy that differs in its version alone, and notes its layout as its deployment would have. Answers with
 * the version that is there now, and the one that it is of.
 */
export async function downgrade(l1, { addresses }, out, name) {
  const artifact = JSON.parse(readFileSync(new URL(`../../../crates/contracts/artifacts/${name}.json`, import.meta.url), 'utf8'))
  const from = artifact.version
  const to = from.replace(/^(\d+\.\d*)(\d)\./, (_, before, digit) => `${before}${(Number(digit) + 9) % 10}.`)
  // The compiler pushes a version's text without the four zero bits that it ends with.
  const pushed = (version) => `0${Buffer.from(version).toString('hex').slice(0, -1)}`
  if (!artifact.creation.includes(pushed(from))) throw new Error(`${name} is not of version ${from}`)
  const old = (code) => code.replace(pushed(from), pushed(to))
  const as = ['--private-key', privateKey(OWNER)]
  const created = JSON.parse(await cast(['send', ...as, '--create', old(artifact.creation)], { rpcUrl: l1, json: true }))
  const proxy = addresses[`${name}Proxy`]
  await cast(['send', ...as, addresses.ProxyAdmin, 'upgrade(address,address)', proxy, created.contractAddress], { rpcUrl: l1 })
  const file = join(out, 'layouts.json')
  const layouts = JSON.parse(readFileSync(file, 'utf8'))
  layouts[name].code_hash = keccak256(old(artifact.deployed))
  writeFileSync(file, JSON.stringify(layouts))
  return { from, to }
}
