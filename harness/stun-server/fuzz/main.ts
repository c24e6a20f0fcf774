import { parseArgs } from 'node:util'
import { type FuzzReport, fuzz } from './fuzz.ts'

/** No input may take longer, in milliseconds. */
const longestMs = 1000
/** Memory that may stay in use, in bytes. */
const growthBytes = 50 * 1024 * 1024

const { values } = parseArgs({
  options: { count: { type: 'string', default: '500000' }, seed: { type: 'string', default: '1' } },
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

function summary(report: FuzzReport) {
  const megabytes = (report.growthBytes / 1024 / 1024).toFixed(1)
  return [
    `${report.inputs} datagrams (${report.throughSocket} through a socket, seed ${values.seed}) in ${(report.tookMs / 1000).toFixed(1)} s`,
    `${report.answered} answered`,
    `${report.crashes.length + uncaught.length} crashes`,
    `longest ${report.longestMs.toFixed(0)} ms`,
    `${megabytes} MB more in use`,
    report.servesOn ? 'others served on' : 'others NOT served any more',
  ].join(', ')
}
