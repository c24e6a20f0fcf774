import { spawnSync } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { isInstalled, run } from '../../../fixtures/xmpp-servers/external-server.ts'
import type { Milliseconds } from '../../../harness/clock/clock.ts'
import { packageRoot } from '../../package-root.ts'

const source = join(packageRoot, 'cli', 'benchmarks', 'stun', 'binding-load.c')

/** So many requests under way at any time, or so many a second when they are due. */
export type BindingLoad = { kind: 'together'; count: number } | { kind: 'paced'; perSecond: number }

/** What came of a load; the program's own words. */
export interface BindingLoadResult {
  /** Answers a second that came while it was measured. */
  perSecond: number
  /** Requests that were due while it was measured. */
  sent: number
  /** Of them such that got no answer. */
  lost: number
  /** Datagrams that are no answer to any of the requests, or another one. */
  wrong: number
  /** Answers altogether, those to requests that are not counted included. */
  answered: number
  /** The share of the time in which this program had nothing to send and to receive. */
  idle: number
  /** From when a request was due until its answer was read, in microseconds. */
  latencyUs: { median: number; p99: number; largest: number }
  /** How late the program was to send, in microseconds. */
  sentLateUs: { p99: number; largest: number }
}

/** Why the load cannot be made here, in words; `undefined` where it can. */
export function whyNoLoad(): string | undefined {
  if (process.platform !== 'linux') return 'it is for Linux'
  if (availableParallelism() < 2) return 'server and load need a core each'
  const missing = ['gcc', 'taskset'].filter(program => !isInstalled(program))
  return missing.length === 0 ? undefined : `${missing.join(' and ')} must be installed`
}

/**
 * Builds the program that makes the load; Node's own datagrams would be the bottleneck.
 * @returns its path
 * @throws Error with what the compiler said
 */
export async function buildLoadProgram(directory: string): Promise<string> {
  const program = join(directory, 'binding-load')
  await run('gcc', ['-O2', '-o', program, source])
  return program
}

/** The arguments of the program. What it does for `warmUpMs` is not counted. */
export function loadArguments(
  { port, username, warmUpMs, ms }: { port: number; username: string; warmUpMs: Milliseconds; ms: Milliseconds },
  load: BindingLoad,
): string[] {
  const amount = load.kind === 'together' ? load.count : load.perSecond
  return [port, username, warmUpMs, ms, load.kind, amount].map(String)
}

/** The two cores that this process may use first: one for the server, one for the load. */
export function twoCores(): [server: string, load: string] {
  const { stdout } = spawnSync('taskset', ['-cp', String(process.pid)], { encoding: 'utf8' })
  const cores = coresIn(stdout.slice(stdout.lastIndexOf(':') + 1))
  return [String(cores[0]), String(cores[1])]
}

/** The numbers in a list such as `0-3,8`. */
export const coresIn = (list: string): number[] =>
  list.split(',').flatMap(part => {
    const [first = 0, last = first] = part.trim().split('-').map(Number)
    return Array.from({ length: last - first + 1 }, (_, index) => first + index)
  })
