import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Benchmark, BenchmarkConditions, Figure } from '../benchmark.ts'
import { runScript } from '../child-process.ts'
import { median, percentile } from '../statistics.ts'
import type { RequestLoad, RequestLoadResult } from './request-load.ts'
import { type ServerProcess, startServers } from './servers.ts'

const loadScript = fileURLToPath(new URL('./request-load.js', import.meta.url))

/** Devices, each with one request at a time. */
const inFlight = 50
const targetRatio = 2
const pacedPerSecond = 100
const targetLatencyMs = 5

/** What both servers made of the same load, round by round. */
interface Compared {
  embedded: RequestLoadResult[]
  /** Empty where there is no other server. */
  comparison: RequestLoadResult[]
}

/** How fast Connection Requests and their results go through the embedded server, and through Prosody beside it. */
export const xmppRoundTrips: Benchmark = {
  name: 'xmpp-round-trips',
  about: 'iq from the component to the device and back: how many a second, and how long each takes',
  async measure(conditions) {
    const many = await playInTurn({ devices: inFlight, load: { kind: 'together' } }, conditions)
    const single = await playInTurn({ devices: 1, load: { kind: 'together' } }, conditions)
    const paced = await playInTurn(
      { devices: inFlight, load: { kind: 'paced', perSecond: pacedPerSecond } },
      conditions,
    )
    return [
      throughputFigure('xmpp-round-trips', many, {
        targeted: true,
        what: `one request to each of ${inFlight} devices`,
      }),
      throughputFigure('xmpp-round-trips-single', single, { targeted: false, what: 'one request at a time' }),
      latencyFigure(paced),
    ]
  },
}

/**
 * One server after the other, round after round, so that neither has the better moments of the machine. Each round has
 * servers of its own, because a run does not begin with a timeline of the last one's length.
 */
async function playInTurn(
  task: Pick<RequestLoad, 'devices' | 'load'>,
  { clock, directory, quick }: BenchmarkConditions,
): Promise<Compared> {
  const results: Compared = { embedded: [], comparison: [] }
  const seconds = quick ? 2 : 8
  for (let round = 1; round <= (quick ? 2 : 5); round++) {
    const ofRound = mkdtempSync(join(directory, 'round-'))
    await using servers = await startServers({ clock, directory: ofRound, accounts: task.devices })
    const play = async ({ place }: ServerProcess) => {
      const { lines } = await runScript(loadScript, [JSON.stringify({ place, ...task, seconds })], { clock })
      return JSON.parse(lines.at(-1) ?? '') as RequestLoadResult
    }
    results.embedded.push(await play(servers.embedded))
    if (servers.comparison !== undefined) results.comparison.push(await play(servers.comparison))
  }
  return results
}

function throughputFigure(
  name: string,
  { embedded, comparison }: Compared,
  { targeted, what }: { targeted: boolean; what: string },
): Figure {
  const rates = (results: readonly RequestLoadResult[]) => results.map(({ perSecond }) => perSecond)
  const value = median(rates(embedded))
  const note = `${what}, recorded to a file; ${roundsOf(embedded)}`
  const figure: Figure = { name, value, unit: '1/s', target: null, note }
  if (comparison.length === 0) return figure
  const other = median(rates(comparison))
  return {
    ...figure,
    ...(targeted ? { target: targetRatio * other, bound: 'at least' } : {}),
    comparedWith: { what: `Prosody, in turn with it; ${roundsOf(comparison)}`, value: other },
    ratio: value / other,
  }
}

function roundsOf(results: readonly RequestLoadResult[]): string {
  const rates = results.map(({ perSecond }) => perSecond)
  const cores = median(results.map(result => result.cores))
  const range = `${Math.min(...rates).toFixed(0)} to ${Math.max(...rates).toFixed(0)}`
  return `median of ${rates.length} rounds, ${range}, the clients took ${cores.toFixed(2)} of a core`
}

function latencyFigure({ embedded, comparison }: Compared): Figure {
  const latencies = (results: readonly RequestLoadResult[]) => results.flatMap(({ latenciesMs }) => latenciesMs)
  const own = latencies(embedded)
  const value = percentile(own, 99)
  const figure: Figure = {
    name: 'xmpp-latency',
    value,
    unit: 'ms',
    target: targetLatencyMs,
    note: `${pacedPerSecond} requests a second to ${inFlight} devices in turn, recorded to a file; ${spread(own)}`,
  }
  if (comparison.length === 0) return figure
  const others = latencies(comparison)
  const other = percentile(others, 99)
  return { ...figure, comparedWith: { what: `Prosody; ${spread(others)}`, value: other }, ratio: value / other }
}

const spread = (latenciesMs: readonly number[]) =>
  `99th percentile of ${latenciesMs.length}, median ${median(latenciesMs).toFixed(2)} ms, largest ${Math.max(...latenciesMs).toFixed(2)} ms`
