// Child processes that never outlive the suite: each is the leader of a process group, and the group is killed at the end.

import { spawn, execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { until } from './poll.mjs'

const LINES_KEPT_MAX = 20_000
const TAIL_LINES = 30

const running = new Set()
const folders = new Set()
const started = []

/** A folder that is removed with the suite. */
export function temporaryFolder(name) {
  const folder = mkdtempSync(join(tmpdir(), `tandem-${name}-`))
  folders.add(folder)
  return folder
}

/** A started process: its output by line, and ways to wait for it and to end it. */
class Process {
  constructor(name, command, args, options) {
    this.name = name
    this.stdout = []
    this.stderr = []
    this.child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true, ...options })
    this.exited = new Promise((resolve) => {
      this.child.on('error', (error) => {
        this.stderr.push(String(error))
        this.finish(resolve, { code: null, signal: null, error })
      })
      this.child.on('exit', (code, signal) => this.finish(resolve, { code, signal }))
    })
    this.keep(this.child.stdout, this.stdout)
    this.keep(this.child.stderr, this.stderr)
    running.add(this)
    started.push(this)
  }

  finish(resolve, result) {
    running.delete(this)
    this.result = result
    resolve(result)
  }

  keep(stream, lines) {
    let rest = ''
    stream.setEncoding('utf8')
    stream.on('data', (text) => {
      const parts = (rest + text).split('\n')
      rest = parts.pop()
      lines.push(...parts)
      if (lines.length > LINES_KEPT_MAX) lines.splice(0, lines.length - LINES_KEPT_MAX)
    })
    stream.on('end', () => rest && lines.push(rest))
  }

  /** The first line of stdout that matches, waiting for it. */
  line(pattern, { deadline_s }) {
    return until(`${this.name} prints ${pattern}`, { deadline_s, every_ms: 50 }, () => {
      const found = this.stdout.find((line) => pattern.test(line))
      if (found === undefined && this.result) throw new Error(`${this.name} ended: ${JSON.stringify(this.result)}`)
      return found
    })
  }

  /** Sends a signal to the process alone. */
  signal(name) {
    this.child.kill(name)
  }

  /** Kills the whole group at once, as a power cut would, and waits for the end. */
  async kill() {
    killGroup(this)
    return this.exited
  }
}

function killGroup(process_) {
  if (process_.result || !process_.child.pid) return
  try {
    process.kill(-process_.child.pid, 'SIGKILL')
  } catch {
    process_.child.kill('SIGKILL')
  }
}

export function start(name, command, args, options = {}) {
  return new Process(name, command, args, options)
}

/** Runs a command to its end and answers with its code and output. */
export function run(command, args, { deadline_s = 60, ...options } = {}) {
  return new Promise((resolve) => {
    execFile(command, args, { timeout: deadline_s * 1000, maxBuffer: 64 << 20, ...options }, (error, stdout, stderr) => {
      resolve({ code: error ? (error.code ?? error.signal) : 0, stdout, stderr })
    })
  })
}

/** A port that nobody listens on. */
export async function freePort() {
  return (await freePorts(1))[0]
}

/** Different ports that nobody listens on. */
export async function freePorts(count) {
  const servers = await Promise.all(Array.from({ length: count }, () => listen(0)))
  const ports = servers.map((server) => server.address().port)
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))))
  return ports
}

/** An offset at which every one of `ports` is free. */
export async function freeOffset(ports) {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    // Below the ports that the system gives to connections, one of which could take a port while its process is restarted.
    const offset = 10_000 + Math.floor(Math.random() * 12_000)
    const opened = await Promise.allSettled(ports.map((port) => listen(port + offset)))
    const servers = opened.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
    await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))))
    if (servers.length === ports.length) return offset
  }
  throw new Error('no offset leaves all ports free')
}

function listen(port) {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.on('error', reject)
    server.listen(port, '127.0.0.1', () => resolve(server))
  })
}

/** The last lines of every process, for the report of a failure. */
export function logTails() {
  const tail = ({ name, stdout, stderr, result }) =>
    [
      `  --- ${name}${result ? ` (ended ${JSON.stringify(result)})` : ''}: stdout`,
      ...stdout.slice(-TAIL_LINES),
      `  --- ${name}: stderr`,
      ...stderr.slice(-TAIL_LINES),
    ].join('\n    ')
  return started.map(tail).join('\n')
}

export async function stopAll() {
  const left = [...running]
  left.forEach(killGroup)
  await Promise.all(left.map((process_) => process_.exited))
  cleanFolders()
}

function cleanFolders() {
  if (process.env.KEEP_FOLDERS) return
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
  folders.clear()
}

process.on('exit', () => {
  running.forEach(killGroup)
  cleanFolders()
})
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(1))
