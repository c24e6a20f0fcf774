import { createRealClock } from '../../clock/real-clock.ts'
import type { FuzzReport } from '../../fuzzing/fuzz-program.ts'
import { createRandom } from '../../fuzzing/random.ts'
import { usedBytes } from '../../fuzzing/used-bytes.ts'
import { fuzzReader } from './fuzz-reader.ts'
import { openFuzzedServer } from './fuzz-server.ts'
import { mutatedConversation } from './mutate.ts'

/** What came of it. */
export interface StreamFuzzReport extends FuzzReport {
  /** How many of them went through the whole server. */
  throughServer: number
}

/** Of so many inputs one goes through the whole server. */
const throughServerOneIn = 50
/** Inputs before memory is first measured. */
const warmUp = 2000

/** Feeds the reader and the server with mutated conversations; the same for the same seed. */
export async function fuzz({ count, seed }: { count: number; seed: number }): Promise<StreamFuzzReport> {
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
