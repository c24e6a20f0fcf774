import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { createRealClock } from '../../clock/real-clock.ts'
import { fuzzReader } from './fuzz-reader.ts'
import { openFuzzedServer } from './fuzz-server.ts'
import { mutatedConversation } from './mutate.ts'
import { createRandom } from './random.ts'

export interface FuzzReport {
  inputs: number
  /** How many of them went through the whole server. */
  throughServer: number
  /** Which inputs, counted from 0, broke something, and how. */
  crashes: { input: number; error: string }[]
  longestMs: number
  /** Memory that was not given back. */
  growthBytes: number
  /** Whether the server still served another client at the end. */
  servesOn: boolean
  tookMs: number
}

/** Of so many inputs one goes through the whole server. */
const throughServerOneIn = 50
/** Inputs before memory is first measured. */
const warmUp = 2000

/** Feeds the reader and the server with mutated conversations; the same for the same seed. */
export async function fuzz({ count, seed }: { count: number; seed: number }): Promise<FuzzReport> {
  const clock = createRealClock()
  const begun = clock.now()
  const report = { inputs: count, throughServer: 0, crashes: [] as FuzzReport['crashes'], longestMs: 0 }
  await using server = await openFuzzedServer()
  let usedBefore = usedBytes()
  for (let input = 0; input < count; input++) {
    const random = createRandom(seed * 1_000_003 + input)
    const bytes = mutatedConversation(random)
    const from = clock.now()
    try {
      if (input % throughServerOneIn === 0) {
        report.throughServer++
        await server.throwAt(random.below(4) === 0 ? 'components' : 'clients', bytes)
      } else fuzzReader(bytes, random)
    } catch (error) {
      report.crashes.push({ input, error: String(error) })
    }
    report.longestMs = Math.max(report.longestMs, clock.now() - from)
    if (input === warmUp) usedBefore = usedBytes()
  }
  const servesOn = await server.servesOn()
  return { ...report, growthBytes: usedBytes() - usedBefore, servesOn, tookMs: clock.now() - begun }
}

/** After a garbage collection. */
function usedBytes(): number {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
