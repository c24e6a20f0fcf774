import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { createRealClock } from '../../clock/real-clock.ts'
import { createFuzzedHandler } from './fuzz-handler.ts'
import { openFuzzedServer } from './fuzz-socket.ts'
import { mutatedMessage, spoofedSource } from './mutate.ts'
import { createRandom } from './random.ts'

export interface FuzzReport {
  inputs: number
  /** How many of them also went through a socket. */
  throughSocket: number
  /** How many were answered. */
  answered: number
  /** Which inputs, counted from 0, broke something, and how. */
  crashes: { input: number; error: string }[]
  /** The longest handling of one input. */
  longestMs: number
  /** Memory that was not given back. */
  growthBytes: number
  /** Whether the server still served another client, during all of it and at the end. */
  servesOn: boolean
  tookMs: number
}

/** Of so many inputs one also goes through a socket. */
const throughSocketOneIn = 20
/** Every so many inputs another client asks whether it is still served. */
const checkEvery = 5000
/** Inputs before memory is first measured: by then everything that is remembered is full. */
const warmUp = 100_000

/** Feeds the server with mutated messages; the same for the same seed. */
export async function fuzz({ count, seed }: { count: number; seed: number }): Promise<FuzzReport> {
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

/** After a garbage collection. */
function usedBytes(): number {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
