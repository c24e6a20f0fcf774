import type { Clock, Milliseconds } from '../clock/clock.ts'
import { createRandom } from './random.ts'
import { shrink } from './shrink.ts'
import type { OpenTarget } from './target.ts'
import { usedBytes } from './used-bytes.ts'

/** An input that broke something. */
export interface Crash {
  /** Which, counted from 0. */
  input: number
  error: string
  /** The least of it that still breaks. */
  smallest: Buffer
}

/** What came of feeding a target. */
export interface TargetReport {
  inputs: number
  crashes: Crash[]
  /** The most processor time that one input took, and which that was; other programs do not count. */
  longestMs: Milliseconds
  longest: { input: number; bytes: number }
  /** Memory that was not given back. */
  growthBytes: number
  tookMs: Milliseconds
}

/** What breaks may break by every input: so many say it all. */
const mostCrashes = 5
/** Of all inputs so many pass before memory is first measured. */
const warmUpShare = 0.3

/** Feeds a target with inputs that are the same for the same seed. */
export async function runTarget(
  target: OpenTarget,
  { count, seed, clock, first = 0 }: { count: number; seed: number; clock: Clock; first?: number },
): Promise<TargetReport> {
  const begun = clock.now()
  const crashes: Crash[] = []
  let inputs = 0
  let longestMs = 0
  let longest = { input: first, bytes: 0 }
  let usedBefore = usedBytes()
  for (let input = first; input < first + count && crashes.length < mostCrashes; input++) {
    const bytes = target.make(createRandom(seed * 1_000_003 + input))
    const from = process.cpuUsage()
    const error = await whatBreaks(target, bytes)
    const { user, system } = process.cpuUsage(from)
    const ms = (user + system) / 1000
    if (ms > longestMs) longest = { input, bytes: bytes.length }
    longestMs = Math.max(longestMs, ms)
    inputs++
    if (error !== undefined) {
      const smallest = await shrink(bytes, async shorter => (await whatBreaks(target, shorter)) !== undefined)
      crashes.push({ input, error, smallest })
    }
    if (inputs === Math.floor(count * warmUpShare)) usedBefore = usedBytes()
  }
  await target.finish?.()
  const growthBytes = usedBytes() - usedBefore
  return { inputs, crashes, longestMs, longest, growthBytes, tookMs: clock.now() - begun }
}

/** What an input broke; errors that nobody caught count too. */
async function whatBreaks(target: OpenTarget, input: Buffer): Promise<string | undefined> {
  let uncaught: unknown
  const note = (error: unknown) => {
    uncaught ??= error
  }
  process.on('uncaughtException', note)
  process.on('unhandledRejection', note)
  try {
    const working = target.feed(input)
    // Most targets are synchronous, and a turn for each of their inputs costs more than the input.
    if (working !== undefined) {
      await working
      await new Promise(resolve => setImmediate(resolve))
    }
  } catch (error) {
    return textOf(error)
  } finally {
    process.off('uncaughtException', note)
    process.off('unhandledRejection', note)
  }
  return uncaught === undefined ? undefined : `not caught: ${textOf(uncaught)}`
}

const textOf = (error: unknown) => (error instanceof Error ? (error.stack ?? error.message) : String(error))
