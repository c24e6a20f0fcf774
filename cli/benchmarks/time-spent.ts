import type { Milliseconds } from '../../harness/clock/clock.ts'
import type { Entry } from '../../harness/timeline/entry.ts'

/** Where the time of one scenario went, in milliseconds. */
export interface TimeSpent {
  scenario: string
  total: Milliseconds
  /** What the plan gave it: windows, and rests between requests. */
  planned: Milliseconds
  /** Waiting for the device beyond what the plan has for that: retries, reboots, slow answers. */
  device: Milliseconds
  /** What neither the plan nor the device accounts for. */
  beyond: Milliseconds
  /** How much of the total were rests that the device was given (`timing.idle`), planned or not. */
  rests: Milliseconds
}

/** Entries that the device makes, by what it does or by what it answers. */
const madeByDevice: ReadonlySet<Entry['type']> = new Set([
  'connection-accepted',
  'http-received',
  'http-cr-answered',
  'http-cr-unanswered',
  'xmpp-connection-accepted',
  'xmpp-connection-closed',
  'xmpp-tls-established',
  'xmpp-received',
  'xmpp-cr-answered',
  'xmpp-cr-unanswered',
  'stun-received',
  'datagram-received',
])

/** Entries after which the device rests. */
const endsBusyness: ReadonlySet<Entry['type']> = new Set([
  'session-ended',
  'http-cr-answered',
  'xmpp-cr-answered',
  'udp-cr-sent',
])

/** A rest ends late by no more than this. */
const latestEndOfRestMs = 100

/** How long one scenario was waited for what. */
interface Stretches {
  begunAt: Milliseconds
  device: Milliseconds
  windows: Milliseconds
  rests: Milliseconds
}

/**
 * Where the time of each scenario went. A stretch without entries belongs to whoever made the entry that ends it: to
 * the device when it connects or answers, to a window that runs out, else to us; and then it was a rest when it ended
 * `idleMs` after the device was last busy. Pure.
 * @param idleMs the rest that the run gave the device, `timing.idle` of its profile
 */
export function timeSpent(entries: readonly Entry[], { idleMs }: { idleMs: Milliseconds }): TimeSpent[] {
  const planned = new Map(
    entries.flatMap(entry => (entry.type === 'planned' ? [[entry.scenario, entry.windowsMs] as const] : [])),
  )
  const spent: TimeSpent[] = []
  let current: Stretches | undefined
  let lastAt = 0
  let deviceBusyAt = 0
  for (const entry of entries) {
    if (entry.type === 'loop-delay') continue
    if (entry.type === 'scenario-begun') current = { begunAt: entry.at, device: 0, windows: 0, rests: 0 }
    const gap = entry.at - lastAt
    const restedMs = entry.at - deviceBusyAt
    if (current && madeByDevice.has(entry.type)) current.device += gap
    else if (current && entry.type === 'watch-ended' && entry.how === 'over') current.windows += gap
    else if (current && restedMs >= idleMs && restedMs < idleMs + latestEndOfRestMs) current.rests += gap
    if (current && entry.type === 'scenario-ended') {
      spent.push(shareOut(entry.scenario, entry.at - current.begunAt, planned.get(entry.scenario) ?? 0, current))
      current = undefined
    }
    lastAt = entry.at
    if (endsBusyness.has(entry.type)) deviceBusyAt = entry.at
  }
  return spent
}

function shareOut(scenario: string, total: number, planned: number, { device, windows, rests }: Stretches): TimeSpent {
  // What the plan holds beside these is waiting for the device, and holding back what it waits for.
  const plannedForDevice = Math.max(0, planned - windows - rests)
  const beyondPlan = Math.max(0, device - plannedForDevice)
  const beyond = Math.max(0, total - planned - beyondPlan)
  return { scenario, total, planned, device: beyondPlan, beyond, rests }
}

/** All scenarios together. */
export function sumOf(spent: readonly TimeSpent[]): Omit<TimeSpent, 'scenario'> {
  const add = (part: keyof Omit<TimeSpent, 'scenario'>) => spent.reduce((total, row) => total + row[part], 0)
  return {
    total: add('total'),
    planned: add('planned'),
    device: add('device'),
    beyond: add('beyond'),
    rests: add('rests'),
  }
}
