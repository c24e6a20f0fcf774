import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createVirtualClock } from '../harness/clock/virtual-clock.ts'
import { openTimelineFile, timelineFileName } from '../harness/timeline/file.ts'
import { createRedactor } from '../harness/timeline/redactor.ts'
import { scenarios } from '../suites/scenarios.ts'
import { openSimulatedBench, simulatedProfile } from '../suites/simulated-bench.ts'
import { buildReports } from './build-reports.ts'
import { writeProfile } from './run/profile-file.ts'
import { temporaryDirectory } from './testing/connreq-process.ts'

/** Each place where a text stands, with what is around it. */
function places(directory: string, text: string): string[] {
  return readdirSync(directory).flatMap(name => {
    const content = readFileSync(join(directory, name), 'utf8')
    const at = content.indexOf(text)
    return at < 0 ? [] : [`${name} at ${at}: ${content.slice(Math.max(0, at - 80), at + 80)}`]
  })
}

test('no password of a whole run is in any file of it', { timeout: 60_000 }, async () => {
  const directory = join(temporaryDirectory(), 'run')
  mkdirSync(directory)
  const file = openTimelineFile(join(directory, timelineFileName))
  const redactor = createRedactor()
  const secrets = new Set<string>()
  const bench = await openSimulatedBench({
    clock: createVirtualClock(),
    profile: simulatedProfile(),
    redactor: {
      ...redactor,
      learn(secret) {
        secrets.add(secret)
        redactor.learn(secret)
      },
    },
    sink(entry) {
      file.write(entry)
      if (entry.type === 'run-started') writeProfile(directory, entry)
    },
    about: { tool: { version: '0' }, node: process.version, platform: process.platform },
    device: { faults: [], variants: [] },
  })
  await bench.meet()
  bench.plan(scenarios)
  for (const scenario of scenarios) await bench.play(scenario)
  await bench.finish('completed')
  await bench[Symbol.asyncDispose]()
  file.close()
  buildReports(directory)

  expect(secrets.size).toBeGreaterThan(1)
  const forms = [...secrets].flatMap(secret => [secret, Buffer.from(secret).toString('base64').replace(/=+$/, '')])
  expect(forms.flatMap(form => places(directory, form))).toEqual([])
})
