// Where our contracts' ABIs are not the OP Stack's: as the compiled artifacts say, and as the table of contracts/README.md says.

import { readFileSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

import { artifact } from './op_contracts.mjs'

const path = (below) => fileURLToPath(new URL(`../../../contracts/${below}`, import.meta.url))

const TABLE_TITLE = '## What the OP Stack has besides'

/**
 * What callers of theirs would miss in ours, as `Contract.function(types)`: each function and event that ours lacks, and each function
 * that answers in another shape or takes ether where the other does not.
 */
export function differences() {
  const names = readdirSync(path('snapshots/abi')).map((file) => file.replace('.json', ''))
  return names.flatMap((name) => {
    const theirs = artifact(name)?.abi.filter(isCallable) ?? []
    const ours = JSON.parse(readFileSync(path(`snapshots/abi/${name}.json`), 'utf8')).filter(isCallable)
    const known = new Set(ours.map(shape))
    return theirs.filter((entry) => !known.has(shape(entry))).map((entry) => `${name}.${signature(entry)}`)
  })
}

const isCallable = ({ type }) => type === 'function' || type === 'event'

const typesOf = (parameters = []) => parameters.map(typeOf).join(',')

const typeOf = ({ type, components }) => (type.startsWith('tuple') ? `(${typesOf(components)})${type.slice(5)}` : type)

const signature = ({ name, inputs }) => `${name}(${typesOf(inputs)})`

/** All that a caller's encoding hangs on. */
function shape(entry) {
  if (entry.type === 'event') return `event ${signature(entry)} ${entry.inputs.map(({ indexed }) => indexed)}`
  const isRead = ['view', 'pure'].includes(entry.stateMutability)
  return `${signature(entry)} ${typesOf(entry.outputs)} ${isRead ? 'read' : entry.stateMutability}`
}

/** The same by the table, whose rows name contracts, what they have, and why ours have not. */
export function documented() {
  const [, after = ''] = readFileSync(path('README.md'), 'utf8').split(TABLE_TITLE)
  const rows = after.split('\n').filter((line) => line.startsWith('| `'))
  return rows.flatMap((row) => {
    const [, contracts, entries, reason] = row.split('|')
    if (!reason?.trim()) throw new Error(`a row without a reason: ${row}`)
    return quoted(contracts).flatMap((contract) => quoted(entries).map((entry) => `${contract}.${entry}`))
  })
}

const quoted = (cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, text]) => text)
