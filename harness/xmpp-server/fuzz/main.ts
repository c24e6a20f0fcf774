import { parseArgs } from 'node:util'
import { type FuzzReport, fuzz } from './fuzz.ts'

/** No input may take longer, in milliseconds. */
const longestMs = 1000
/** Memory that may stay in use, in bytes. */
const growthBytes = 50 * 1024 * 1024

const { values } = parseArgs({
  options: { count: { type: 'string', default: '200000' }, seed: { type: 'string', default: '1' } },
})
const uncaught: string[] = []
process.on('uncaughtException', error => uncaught.push(error.stack ?? error.message))

const report = await fuzz({ count: Number(values.count), seed: Number(values.seed) })
for (const { input, error } of report.crashes.slice(0, 20)) console.error(`input ${input}: ${error}`)
for (const error of uncaught.slice(0, 20)) console.error(error)
console.log(summary(report))
process.exitCode = isGood(report) ? 0 : 1

function isGood({ crashes, longestMs: longest, growthBytes: growth, servesOn }: FuzzReport): boolean {
  return crashes.length + uncaught.length === 0 && longest < longestMs && growth < growthBytes && servesOn
}

function summary({
  inputs,
  throughServer,
  crashes,
  longestMs: longest,
  growthBytes: growth,
  servesOn,
  tookMs,
}: FuzzReport) {
  const megabytes = (growth / 1024 / 1024).toFixed(1)
  return [
    `${inputs} inputs (${throughServer} through the server, seed ${values.seed}) in ${(tookMs / 1000).toFixed(1)} s`,
    `${crashes.length + uncaught.length} crashes`,
    `longest ${longest.toFixed(0)} ms`,
    `${megabytes} MB more in use`,
    servesOn ? 'others served on' : 'others NOT served any more',
  ].join(', ')
}
