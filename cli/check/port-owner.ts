import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { basename } from 'node:path'

/** A process that has a port. */
export interface PortOwner {
  pid: number
  /** Its name for people: `prosody`, `node server.js`. */
  name: string
}

const listening = '0A'
const interpreters = /^(node|python[\d.]*|java|perl|ruby|sh|bash)$/

/**
 * Who listens at a port of this machine, by /proc; `undefined` where that cannot be seen: on another system, or where
 * the process is somebody else's and we are not root.
 */
export function portOwner({ protocol, port }: { protocol: 'tcp' | 'udp'; port: number }): PortOwner | undefined {
  const wanted = new Set(
    [`/proc/self/net/${protocol}`, `/proc/self/net/${protocol}6`]
      .flatMap(file => linesOf(file).slice(1))
      .filter(line => isAt(line, port, protocol))
      .map(line => `socket:[${line.trim().split(/\s+/)[9]}]`),
  )
  if (wanted.size === 0) return undefined
  for (const pid of entriesOf('/proc').filter(name => /^\d+$/.test(name)))
    for (const descriptor of entriesOf(`/proc/${pid}/fd`))
      if (wanted.has(linkOf(`/proc/${pid}/fd/${descriptor}`))) return { pid: Number(pid), name: nameOf(pid) }
  return undefined
}

function isAt(line: string, port: number, protocol: 'tcp' | 'udp'): boolean {
  const [, local = '', , state] = line.trim().split(/\s+/)
  return Number.parseInt(local.split(':')[1] ?? '', 16) === port && (protocol === 'udp' || state === listening)
}

function nameOf(pid: string): string {
  const [program = '', ...rest] = textOf(`/proc/${pid}/cmdline`).split('\0')
  const name = basename(program.split(' ')[0] ?? '') || textOf(`/proc/${pid}/comm`).trim()
  const script = rest.find(word => word !== '' && !word.startsWith('-'))
  return interpreters.test(name) && script !== undefined ? `${name} ${basename(script)}` : name
}

// A process may end while it is looked at, and others may not be looked into.
const entriesOf = (folder: string) => unlessRefused(() => readdirSync(folder), [])
const linkOf = (path: string) => unlessRefused(() => readlinkSync(path), '')
const textOf = (path: string) => unlessRefused(() => readFileSync(path, 'utf8'), '')
const linesOf = (path: string) => textOf(path).split('\n')

function unlessRefused<T>(read: () => T, otherwise: T): T {
  try {
    return read()
  } catch {
    return otherwise
  }
}
