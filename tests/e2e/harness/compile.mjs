// Compiles a contract of this folder with the npm package of solc.

import { readFileSync } from 'node:fs'
import solc from 'solc'

/** The ABI and creation code of `contracts/NAME.sol`. */
export function compile(name) {
  const file = `${name}.sol`
  const input = {
    language: 'Solidity',
    sources: { [file]: { content: readFileSync(new URL(`../contracts/${file}`, import.meta.url), 'utf8') } },
    settings: { optimizer: { enabled: true }, evmVersion: 'cancun', outputSelection: { '*': { '*': ['abi', 'evm.bytecode.object'] } } },
  }
  const output = JSON.parse(solc.compile(JSON.stringify(input)))
  const errors = (output.errors ?? []).filter((error) => error.severity === 'error')
  if (errors.length > 0) throw new Error(errors.map((error) => error.formattedMessage).join('\n'))
  const contract = output.contracts[file][name]
  return { abi: contract.abi, bytecode: `0x${contract.evm.bytecode.object}` }
}
