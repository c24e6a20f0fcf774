import { createRealClock } from '../../clock/real-clock.ts'
import type { FuzzReport } from '../../fuzzing/fuzz-program.ts'
import { createRandom } from '../../fuzzing/random.ts'
import { usedBytes } from '../../fuzzing/used-bytes.ts'
import { createFuzzedHandler } from './fuzz-handler.ts'
import { openFuzzedServer } from './fuzz-socket.ts'
import { mutatedMessage, spoofedSource } from './mutate.ts'

/** What came of it. */
export interface DatagramFuzzReport extends FuzzReport {
  /** How many of them also went through a socket. */
  throughSocket: number
  /** How many were answered. */
  answered: number
}

/** Of so many inputs one also goes through a socket. */
const throughSocketOneIn = 20
/** Every so many inputs another client asks whether it is still served. */
const checkEvery = 5000
/** Inputs before memory is first measured: by then everything that is remembered is full. */
const warmUp = 100_000

/** Feeds the server with mutated messages; the same for the same seed. */
export async function fuzz({ count, seed }: { count: number; seed: number }): Promise<DatagramFuzzReport> {
  const clock = createRealClock()
  const begun = clock.now()
  const report = { inputs: count, throughSocket: 0, crashes: [] as FuzzReport['crashes'], longestMs: 0 }
  const handler = createFuzzedHandler(clock)
  await using server = await openFuzzedServer(clock)
  let usedBefore = usedBytes()
  let servesOn = true
  for (let input = 0; input < count; input++) {
    const random = createRandom(seed * 1_000_003 + input)
    const datagram = mutatedMessage(random)
    const source = spoofedSource(random)
    const from = clock.now()
    try {
      handler.throwAt(datagram, source, random)
    } catch (error) {
      report.crashes.push({ input, error: String(error) })
    }
    report.longestMs = Math.max(report.longestMs, clock.now() - from)
    if (input % throughSocketOneIn === 0) {
      report.throughSocket++
      await server.throwAt(datagram)
    }
    if (input % checkEvery === 0) servesOn = (await server.servesOn()) && servesOn
    if (input === warmUp) usedBefore = usedBytes()
  }
  servesOn = (await server.servesOn()) && servesOn
  const growthBytes = usedBytes() - usedBefore
  return { ...report, answered: handler.answered(), growthBytes, servesOn, tookMs: clock.now() - begun }
}
