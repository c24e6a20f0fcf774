import { afterAll, beforeAll, describe, inject, test } from 'vitest'
import type { Scenario, ScenarioOutcome } from '../harness/scenario.ts'
import { type ConformanceRun, openConformanceRun } from './conformance-run.ts'
import type { ConformanceMeta } from './conformance-settings.ts'
import { sayVerdict } from './conformance-verdict.ts'
import { selectPart } from './division.ts'
import { loadNamedSuites } from './own-suites/load-named-suites.ts'
import { invariants, selectScenarios } from './scenarios.ts'

// The only meeting point with Vitest: a describe for each scenario, a test for each metric. `connreq run` starts it.

const settings = inject('connreq')
await loadNamedSuites(settings.suites)
const selection = selectPart(selectScenarios(settings.only, settings.include), settings)
const stop = new AbortController()
const stopSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
const stopRun = () => stop.abort(new Error('The run was stopped by hand.'))
// Nobody would end this process after its parent was killed.
const parentIsGone = () => process.exit(1)

let run: ConformanceRun

beforeAll(async () => {
  for (const signal of stopSignals) process.on(signal, stopRun)
  if (!process.connected) parentIsGone()
  process.once('disconnect', parentIsGone)
  run = await openConformanceRun(settings, selection, stop.signal)
})

afterAll(async () => {
  await run?.[Symbol.asyncDispose]()
  for (const signal of stopSignals) process.off(signal, stopRun)
  process.off('disconnect', parentIsGone)
})

for (const scenario of selection.played)
  for (let repetition = 1; repetition <= settings.repeat; repetition++)
    describeScenario(scenario, repetition, () => run.play(scenario, repetition))

describeScenario(invariants, 1, () => run.finish())

function describeScenario(scenario: Scenario, repetition: number, play: () => Promise<ScenarioOutcome>): void {
  const again = repetition > 1 ? ` (repetition ${repetition})` : ''
  describe(`${scenario.id}${again}: ${scenario.title}`, () => {
    let outcome: ScenarioOutcome
    beforeAll(async () => {
      outcome = await play()
    })
    for (const [name, { requirement, sentence }] of Object.entries(scenario.metrics))
      test(`${requirement} ${sentence}`, async context => {
        const metric = outcome.metrics.find(candidate => candidate.name === name)
        if (!metric) throw new Error(`${scenario.id} has no outcome for ${name}.`)
        Object.assign(context.task.meta, { connreq: { outcome, metric: name } satisfies ConformanceMeta })
        if (settings.allure) {
          const { tellAllure } = await import('./conformance-allure.ts')
          await tellAllure(outcome, metric, run.entries)
        }
        await sayVerdict(context, metric)
      })
  })
}
