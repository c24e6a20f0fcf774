import type { Milliseconds } from '../../harness/clock/clock.ts'
import type { Entry } from '../../harness/timeline/entry.ts'

/** Where the time of one scenario went, in milliseconds. */
export interface TimeSpent {
  scenario: string
  total: Milliseconds
  /** The windows that the plan gave it. */
  planned: Milliseconds
  /** Waiting for the device beyond what the plan has for that: retries, reboots, slow answers. */
  device: Milliseconds
  /** Rests that the device was given before or after a request (`timing.idle`). */
  rests: Milliseconds
  /** What is left. */
  other: Milliseconds
}

/** Entries that the device makes, by what it does or by what it answers. */
const madeByDevice: ReadonlySet<Entry['type']> = new Set([
  'connection-accepted',
  'http-received',
  'http-cr-answered',
  'http-cr-unanswered',
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
    if (entry.type === 'session-ended' || entry.type === 'http-cr-answered') deviceBusyAt = entry.at
  }
  return spent
}

function shareOut(scenario: string, total: number, planned: number, { device, windows, rests }: Stretches): TimeSpent {
  // What the plan holds beside windows that ran out is waiting for the device, and holding back what it waits for.
  const beyondPlan = Math.max(0, device - Math.max(0, planned - windows))
  const other = Math.max(0, total - planned - beyondPlan - rests)
  return { scenario, total, planned, device: beyondPlan, rests, other }
}

/** All scenarios together. */
export function sumOf(spent: readonly TimeSpent[]): Omit<TimeSpent, 'scenario'> {
  const add = (part: keyof Omit<TimeSpent, 'scenario'>) => spent.reduce((total, row) => total + row[part], 0)
  return {
    total: add('total'),
    planned: add('planned'),
    device: add('device'),
    rests: add('rests'),
    other: add('other'),
  }
}
