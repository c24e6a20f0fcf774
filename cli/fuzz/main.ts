import { parseArgs } from 'node:util'
import { createRealClock } from '../../harness/clock/real-clock.ts'
import { explainFailure } from '../failure.ts'
import { countArgument } from '../count-argument.ts'
import { UsageProblem } from '../usage-problem.ts'
import { runTarget, type TargetReport } from '../../harness/fuzzing/run-target.ts'
import type { FuzzTarget } from '../../harness/fuzzing/target.ts'
import { fuzzTargets } from './targets.ts'

// npm run fuzz [-- --only TARGET... --inputs N --seed N --first N]: exit code 1 where something broke, took too long,
// or kept too much memory.
const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    inputs: { type: 'string' },
    seed: { type: 'string', default: '1' },
    first: { type: 'string', default: '0' },
  },
})
/** No input may take longer, unless its target says otherwise. */
const ordinaryLongestMs = 1000
/** Memory that may stay in use. */
const mostGrowthBytes = 50 * 1024 * 1024
/** Characters of an input that are shown. */
const shown = 600

const clock = createRealClock()
try {
  process.exitCode = (await fuzzAll()) ? 0 : 1
} catch (error) {
  console.error(explainFailure(error))
  process.exitCode = 2
}

async function fuzzAll(): Promise<boolean> {
  const { only, inputs } = values
  const names = fuzzTargets.map(({ name }) => name)
  const unknown = only?.find(name => !names.includes(name))
  if (unknown !== undefined) throw new UsageProblem(`There is no target ${unknown}; there are ${names.join(', ')}.`)
  const options = {
    ...(inputs === undefined ? {} : { count: countArgument('inputs', inputs, 1) }),
    seed: countArgument('seed', values.seed, 0),
    first: countArgument('first', values.first, 0),
  }
  let ok = true
  for (const target of fuzzTargets)
    if (only === undefined || only.includes(target.name)) ok = (await fuzz(target, options)) && ok
  return ok
}

/** Returns whether nothing broke; a target that must be left out is right, but for CI, where every program is there. */
async function fuzz(target: FuzzTarget, options: { count?: number; seed: number; first: number }): Promise<boolean> {
  const opened = await target.open()
  if ('skipped' in opened) {
    console.log(`${target.name}: left out, ${opened.skipped}`)
    return process.env['CI'] === undefined
  }
  await using open = opened
  const report = await runTarget(open, { count: target.count, ...options, clock })
  tellCrashes(target, report)
  const longestMs = target.longestMs ?? ordinaryLongestMs
  const tooLong = report.longestMs >= longestMs
  const tooMuch = report.growthBytes >= mostGrowthBytes
  console.log(
    [
      `${target.name}: ${report.inputs} ${target.inputs}, seed ${values.seed}, in ${(report.tookMs / 1000).toFixed(1)} s`,
      `${report.crashes.length} crashes`,
      `longest ${report.longestMs.toFixed(0)} ms (input ${report.longest.input}, ${report.longest.bytes} bytes)${tooLong ? ` (MORE than ${longestMs})` : ''}`,
      `${(report.growthBytes / 1024 / 1024).toFixed(1)} MB more in use${tooMuch ? ' (TOO MUCH)' : ''}`,
    ].join(', '),
  )
  return report.crashes.length === 0 && !tooLong && !tooMuch
}

function tellCrashes({ name }: FuzzTarget, { crashes }: TargetReport): void {
  for (const { input, error, smallest } of crashes) {
    const again = `npm run fuzz-readers -- --only ${name} --seed ${values.seed} --first ${input} --inputs 1`
    console.error(`${name}, input ${input} (${again}): ${error}`)
    console.error(
      `  smallest, ${smallest.length} bytes: ${JSON.stringify(smallest.toString('latin1').slice(0, shown))}`,
    )
  }
}
