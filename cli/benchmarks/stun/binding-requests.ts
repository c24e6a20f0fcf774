import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import type { Benchmark, BenchmarkConditions, Figure } from '../benchmark.ts'
import { endOf, startProgram } from '../child-process.ts'
import { median } from '../statistics.ts'
import {
  type BindingLoad,
  type BindingLoadResult,
  buildLoadProgram,
  loadArguments,
  twoCores,
  whyNoLoad,
} from './load-program.ts'
import { processorTime } from './processor-time.ts'
import { isCoturnInstalled, startCoturn, startEmbedded } from './servers.ts'
import { stunUsername } from './stun-user.ts'

const targetPerSecond = 20_000
const pacedPerSecond = targetPerSecond / 2
const targetLatencyMs = 5
/** Requests under way, where as many as possible are to be answered. */
const inFlight = 200
const warmUpMs = 2000

/** What a server made of a load. */
interface Played extends BindingLoadResult {
  /** Processor time of the server for one answer, in microseconds. */
  processorUs: number
}

/** What both servers made of the same load, round by round. */
interface Compared {
  embedded: Played[]
  /** Empty where there is no other server. */
  comparison: Played[]
}

/** How many Binding Requests one process on one core answers, and coturn beside it. */
export const stunBindingRequests: Benchmark = {
  name: 'stun',
  about: 'Binding Requests answered on one core: how many a second, and how long each takes',
  async measure(conditions) {
    const reason = whyNoLoad()
    if (reason !== undefined) {
      conditions.say(`Left out: ${reason}.`)
      return []
    }
    const program = await buildLoadProgram(conditions.directory)
    const play = (load: BindingLoad) => playInTurn(program, load, conditions)
    return [
      throughputFigure(await play({ kind: 'together', count: inFlight })),
      latencyFigure(await play({ kind: 'paced', perSecond: pacedPerSecond })),
    ]
  },
}

/**
 * One server after the other, round after round, so that neither has the better moments of the machine, both on the
 * same core and the load on another. Each round has servers of its own, because a run does not begin with a timeline of
 * the last one's length.
 */
async function playInTurn(program: string, load: BindingLoad, conditions: BenchmarkConditions): Promise<Compared> {
  const { clock, directory, quick } = conditions
  const results: Compared = { embedded: [], comparison: [] }
  const [serverCore, loadCore] = twoCores()
  const comparable = isCoturnInstalled()
  const playOne = async (start: typeof startEmbedded): Promise<Played> => {
    const ofServer = mkdtempSync(join(directory, 'round-'))
    await using server = await start({ clock, directory: ofServer, core: serverCore })
    const args = loadArguments({ port: server.port, username: stunUsername, warmUpMs, ms: quick ? 2000 : 8000 }, load)
    const before = processorTime(server.pid)
    const child = startProgram('taskset', ['-c', loadCore, program, ...args], clock)
    await endOf(child)
    const result = JSON.parse(child.lines.at(-1) ?? '') as BindingLoadResult
    if (result.wrong > 0) throw new Error(`${result.wrong} datagrams came that answer none of the requests.`)
    return { ...result, processorUs: ((processorTime(server.pid) - before) * 1000) / result.answered }
  }
  for (let round = 1; round <= (quick ? 2 : 5); round++) {
    results.embedded.push(await playOne(startEmbedded))
    if (comparable) results.comparison.push(await playOne(startCoturn))
  }
  return results
}

function throughputFigure(compared: Compared): Figure {
  const rateOf = ({ perSecond }: Played) => perSecond
  const words = (rounds: readonly Played[]) => {
    const idle = (100 * median(rounds.map(round => round.idle))).toFixed(0)
    return `${spread(rounds.map(rateOf), 0)}, ${losses(rounds)}, ${processor(rounds)}, the load had nothing to do for ${idle} % of the time`
  }
  return {
    ...figure('stun-throughput', compared, rateOf, words),
    unit: '1/s',
    target: targetPerSecond,
    bound: 'at least',
    note: `one process on one core, ${inFlight} requests of the device under way, recorded to a file; ${words(compared.embedded)}`,
  }
}

function latencyFigure(compared: Compared): Figure {
  const p99Of = ({ latencyUs }: Played) => latencyUs.p99 / 1000
  const words = (rounds: readonly Played[]) => {
    const middle = ms(median(rounds.map(({ latencyUs }) => latencyUs.median)))
    const largest = ms(Math.max(...rounds.map(({ latencyUs }) => latencyUs.largest)))
    const late = ms(median(rounds.map(({ sentLateUs }) => sentLateUs.p99)))
    return `99th percentile, ${spread(rounds.map(p99Of), 2)}, the median ${middle}, the largest ${largest}, ${losses(rounds)}, ${processor(rounds)}, sent late by at most ${late} but for 1 %`
  }
  return {
    ...figure('stun-latency', compared, p99Of, words),
    unit: 'ms',
    target: targetLatencyMs,
    note: `${pacedPerSecond} requests a second at an even pace, from when each was due; ${words(compared.embedded)}`,
  }
}

/** The median of the embedded server's rounds, beside that of the other server's where there is one. */
function figure(
  name: string,
  { embedded, comparison }: Compared,
  valueOf: (round: Played) => number,
  words: (rounds: readonly Played[]) => string,
): Pick<Figure, 'name' | 'value' | 'comparedWith' | 'ratio'> {
  const value = median(embedded.map(valueOf))
  if (comparison.length === 0) return { name, value }
  const other = median(comparison.map(valueOf))
  return {
    name,
    value,
    comparedWith: { what: `coturn, in turn with it; ${words(comparison)}`, value: other },
    ratio: value / other,
  }
}

const ms = (microseconds: number) => `${(microseconds / 1000).toFixed(2)} ms`

const spread = (values: readonly number[], decimals: number) =>
  `median of ${values.length} rounds, ${Math.min(...values).toFixed(decimals)} to ${Math.max(...values).toFixed(decimals)}`

const losses = (rounds: readonly Played[]) => `${sumOf(rounds, 'lost')} of ${sumOf(rounds, 'sent')} lost`

const sumOf = (rounds: readonly Played[], count: 'sent' | 'lost') =>
  rounds.reduce((total, round) => total + round[count], 0)

const processor = (rounds: readonly Played[]) =>
  `${median(rounds.map(({ processorUs }) => processorUs)).toFixed(1)} µs of processor time for an answer`
