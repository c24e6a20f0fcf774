import { parseArgs } from 'node:util'
import { createRealClock } from '../../harness/clock/real-clock.ts'
import { countArgument } from '../count-argument.ts'
import { explainFailure } from '../failure.ts'
import { UsageProblem } from '../usage-problem.ts'
import { judgePhase } from './describe-phase.ts'
import type { Sample } from './growth.ts'
import type { Phase } from './phase.ts'
import { soakInRealTime } from './real-phase.ts'
import { soakInVirtualTime } from './virtual-phase.ts'

// npm run soak [-- --quick | --runs N --minutes N] [--verbose]: exit code 1 where something grows.
const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
    runs: { type: 'string' },
    minutes: { type: 'string' },
  },
})
const fewestRuns = 500
const fewestMinutes = 1.5

try {
  process.exitCode = (await soak()) ? 0 : 1
} catch (error) {
  console.error(explainFailure(error))
  process.exitCode = 2
}

async function soak(): Promise<boolean> {
  const scenarioRuns = countArgument('runs', values.runs ?? (values.quick ? '500' : '2000'), 0)
  const minutes = countArgument('minutes', values.minutes ?? (values.quick ? '1.5' : '5'), 0)
  const tooShort = (scenarioRuns > 0 && scenarioRuns < fewestRuns) || (minutes > 0 && minutes < fewestMinutes)
  if (tooShort)
    throw new UsageProblem(
      `What grows does not show in less than ${fewestRuns} scenario runs and ${fewestMinutes} minutes; 0 leaves one of them out.`,
    )
  if (scenarioRuns + minutes === 0)
    throw new UsageProblem('With neither --runs nor --minutes there is nothing to soak.')
  /** In a short soak the compiler is not done yet, which takes memory too. */
  const widening = scenarioRuns < 2000 || minutes < 5 ? 5 : 1
  const clock = createRealClock()
  let ok = true
  const show = (phase: Phase, tookMs: number) => {
    const judged = judgePhase(phase, widening)
    console.log(`${judged.text}\nin ${(tookMs / 1000).toFixed(0)} s\n`)
    ok &&= judged.ok
  }
  const onSample = (sample: Sample) => {
    if (values.verbose) console.log(JSON.stringify(sample))
  }
  if (scenarioRuns > 0) show(await soakInVirtualTime({ scenarioRuns, onSample }), clock.now())
  const realBegun = clock.now()
  if (minutes > 0) show(await soakInRealTime(minutes * 60_000, onSample), clock.now() - realBegun)
  console.log(ok ? 'Nothing grows.' : 'Something GROWS, or was judged wrongly: see above.')
  return ok
}
