import { createHash } from 'node:crypto'
import type { DeviceFacts } from '../harness/device/facts.ts'
import { declaredMeans } from '../harness/device/profile-control.ts'
import type { Profile } from '../harness/device/profile.ts'
import type { Scenario } from '../harness/scenario.ts'
import type { EntryOf } from '../harness/timeline/entry.ts'
import type { ConformanceSettings } from './conformance-settings.ts'
import { loadedSuites } from './own-suites/loaded-suites.ts'
import type { Selection } from './scenarios.ts'

/** The scenarios of one part, and which part the run says it is. */
export interface SelectedPart extends Selection {
  shard?: NonNullable<EntryOf<'run-started'>['shard']>
}

/**
 * The part of a selection that this run plays; all of it unless it is one part of several. Every machine that is asked
 * with the same selection and profile divides alike, because nothing that only the device can tell is asked for.
 * @throws Error when there are more parts than scenarios
 */
export function selectPart(
  selection: Selection,
  run: Pick<ConformanceSettings, 'shard' | 'device' | 'include' | 'unattended' | 'repeat'>,
): SelectedPart {
  const { shard, device } = run
  if (!shard) return selection
  const { index, total } = shard
  const { played } = selection
  if (total > played.length)
    throw new Error(
      `There ${played.length === 1 ? 'is 1 scenario' : `are ${played.length} scenarios`} to play and ${total} parts to play them in: divide them into fewer parts.`,
    )
  const profile = device.kind === 'lab' ? device.profile : undefined
  const parts = divide(
    played.map(({ id }) => id),
    total,
    new Map(played.map(scenario => [scenario.id, costOf(scenario, profile)])),
  )
  const own = new Set(parts[index - 1])
  return {
    ...selection,
    played: played.filter(({ id }) => own.has(id)),
    shard: { index, total, division: nameOfDivision(parts, run) },
  }
}

/** What a scenario costs, and those with which it applies or not: each group is spread over all parts. */
interface Cost {
  ms: number
  group: string
}

/**
 * Divides ids into parts that take about as long, group by group. Each id is in exactly one part, in each part they
 * keep their order, and the same list is always divided alike.
 * @param costs with one for each id
 */
export function divide(ids: readonly string[], total: number, costs: ReadonlyMap<string, Cost>): string[][] {
  const costOfId = (id: string): Cost => costs.get(id) ?? { ms: 0, group: '' }
  const groups = [...new Set(ids.map(id => costOfId(id).group))]
  const loads = Array.from({ length: total }, () => ({ ms: 0, ids: new Set<string>() }))
  for (const group of groups) {
    const longestFirst = ids
      .filter(id => costOfId(id).group === group)
      .toSorted((a, b) => costOfId(b).ms - costOfId(a).ms)
    for (const id of longestFirst) {
      const lightest = loads.reduce((best, load) => (load.ms < best.ms ? load : best))
      lightest.ids.add(id)
      lightest.ms += costOfId(id).ms
    }
  }
  return loads.map(load => ids.filter(id => load.ids.has(id)))
}

/** A device that is no simulation needs seconds for the sessions of a scenario, and the rest beside its windows. */
const besidesWindows = { part: 0.1, sessionsMs: 10_000 }
/** What is planned and does not apply takes no time, but is to be told by some part. */
const leftOutMs = 1

/** How long a scenario takes about, where the profile does not leave its transport out. */
function costOf(scenario: Scenario, profile: Profile | undefined): Cost {
  const [head = ''] = scenario.id.split('-')
  const transport = head === 'http' || head === 'udp' || head === 'xmpp' ? head : undefined
  const group = transport ?? 'http'
  if (transport !== undefined && profile?.features[transport] === false) return { ms: leftOutMs, group }
  const windows = scenario.windows(ordinaryFacts(profile))
  const windowsMs = windows.reduce((sum, { ms }) => sum + ms, 0)
  return { ms: Math.round(windowsMs * (1 + besidesWindows.part)) + besidesWindows.sessionsMs, group }
}

/** An ordinary device that has everything. It stands here, not measured, so that it is the same on every machine. */
function ordinaryFacts(profile: Profile | undefined): DeviceFacts {
  const timing = profile?.timing
  const timeToSessionMs = 1000
  return {
    deviceId: {},
    cwmp: 'urn:dslforum-org:cwmp-1-2',
    root: 'Device.',
    reachability: { state: 'reachable', detail: 'assumed' },
    bootstrapped: true,
    http: 'auto',
    rpcMethods: [],
    parameters: {},
    timeToSessionMs,
    credentialsWork: true,
    provisioning: {},
    control: {},
    deviceCredentialsKnown: true,
    tls: false,
    xmpp: { state: 'connected', detail: 'assumed', timeToSessionMs },
    udp: { state: 'bound', detail: 'assumed', timeToSessionMs, keepAliveSeconds: 30 },
    timing: {
      idleMs: timing?.idle ?? 5000,
      watchMs: timing?.watch ?? 60_000,
      graceMs: timing?.grace ?? 15_000,
      xmppConnectMs: timing?.xmppConnect ?? 300_000,
      stunBindingMs: timing?.stunBinding ?? 90_000,
      bootMs: timing?.boot ?? 300_000,
      rateLimitMs: timing?.rateLimit ?? 3_600_000,
    },
  }
}

/**
 * The same for the same division that is played alike, so that parts of another one are told from them. Where servers
 * listen, who is at the bench and which command controls the device may differ from bench to bench.
 */
function nameOfDivision(
  parts: readonly (readonly string[])[],
  { device, include, unattended, repeat }: Pick<ConformanceSettings, 'device' | 'include' | 'unattended' | 'repeat'>,
): string {
  const profile = device.kind === 'lab' ? device.profile : undefined
  const alike = {
    ...{ parts, unattended, repeat, include: [...include].toSorted(), features: profile?.features },
    control: profile ? declaredMeans(profile.control) : undefined,
    timing: profile ? Object.entries(profile.timing).toSorted(([a], [b]) => a.localeCompare(b)) : undefined,
    suites: loadedSuites().map(({ name, requirements, scenarios }) => [
      name,
      requirements,
      scenarios.map(({ id }) => id),
    ]),
  }
  return createHash('sha256').update(JSON.stringify(alike)).digest('hex').slice(0, 12)
}
