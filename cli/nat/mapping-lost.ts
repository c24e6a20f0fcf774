import { parseArgs } from 'node:util'
import { natLabOf } from '../../fixtures/nat/nat-lab.ts'
import { createRealClock } from '../../harness/clock/real-clock.ts'
import { readProfile } from '../../harness/device/read-profile.ts'
import { openTestBench } from '../../harness/test-bench.ts'
import { openTimelineFile } from '../../harness/timeline/file.ts'
import { createRedactor } from '../../harness/timeline/redactor.ts'
import { thisTool } from '../tool.ts'
import { mappingLostScenario } from './mapping-lost-scenario.ts'

// Runs outside of the NAT, in a process of its own: a process cannot change its network namespace.

const { values } = parseArgs({
  options: {
    profile: { type: 'string', default: '' },
    timeline: { type: 'string', default: '' },
    /** The number of the process that made the lab. */
    lab: { type: 'string', default: '' },
  },
})
const file = openTimelineFile(values.timeline)
await using bench = await openTestBench({
  profile: readProfile(values.profile),
  clock: createRealClock(),
  redactor: createRedactor(),
  about: { tool: thisTool(), node: process.version, platform: process.platform },
  sink: entry => file.write(entry),
})
console.log(`Waiting for the first Inform at ${bench.acsUrl}`)
await bench.meet()
const scenario = mappingLostScenario(natLabOf(Number(values.lab)))
bench.plan([scenario])
await bench.play(scenario)
await bench.finish('completed')
