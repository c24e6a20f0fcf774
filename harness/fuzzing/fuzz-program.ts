import { parseArgs } from 'node:util'

/** What came of feeding a server with mutated inputs. */
export interface FuzzReport {
  inputs: number
  /** Which inputs, counted from 0, broke something, and how. */
  crashes: { input: number; error: string }[]
  /** The longest handling of one input. */
  longestMs: number
  /** Memory that was not given back. */
  growthBytes: number
  /** Whether the server still served another client. */
  servesOn: boolean
  tookMs: number
}

/** No input may take longer, in milliseconds. */
const longestMs = 1000
/** Memory that may stay in use, in bytes. */
const growthBytes = 50 * 1024 * 1024
/** Errors that are shown. */
const shown = 20

/**
 * The program around a fuzzer: `--count` and `--seed`, one line of figures, and exit code 1 where something broke, took
 * too long, kept too much memory, or kept others from being served.
 */
export async function fuzzProgram<Report extends FuzzReport>(fuzzer: {
  /** How many inputs unless something else is said. */
  count: number
  fuzz(options: { count: number; seed: number }): Promise<Report>
  /** The inputs in words, and figures of its own. */
  describe(report: Report): { inputs: string; further: string[] }
}): Promise<void> {
  const { values } = parseArgs({
    options: { count: { type: 'string', default: String(fuzzer.count) }, seed: { type: 'string', default: '1' } },
  })
  const uncaught: string[] = []
  process.on('uncaughtException', error => uncaught.push(error.stack ?? error.message))

  const report = await fuzzer.fuzz({ count: Number(values.count), seed: Number(values.seed) })
  for (const { input, error } of report.crashes.slice(0, shown)) console.error(`input ${input}: ${error}`)
  for (const error of uncaught.slice(0, shown)) console.error(error)
  const { inputs, further } = fuzzer.describe(report)
  const crashes = report.crashes.length + uncaught.length
  const figures = [
    `${report.inputs} ${inputs}, seed ${values.seed}, in ${(report.tookMs / 1000).toFixed(1)} s`,
    ...further,
    `${crashes} crashes`,
    `longest ${report.longestMs.toFixed(0)} ms`,
    `${(report.growthBytes / 1024 / 1024).toFixed(1)} MB more in use`,
    report.servesOn ? 'others served on' : 'others NOT served any more',
  ]
  console.log(figures.join(', '))
  const isGood = crashes === 0 && report.longestMs < longestMs && report.growthBytes < growthBytes && report.servesOn
  process.exitCode = isGood ? 0 : 1
}
