import fc from 'fast-check'
import { expect, test } from 'vitest'
import { buildRunRecord } from '../build-run-record.ts'
import type { ScenarioRecord } from '../run-record.ts'
import { sampleEvidence } from '../sample-run.ts'
import { shownPlayings } from './shown-playings.ts'

const [scenario] = buildRunRecord(sampleEvidence()).scenarios as [ScenarioRecord]
const played = (repetition: number, verdict: ScenarioRecord['verdict'], id = scenario.id): ScenarioRecord => ({
  ...scenario,
  id,
  repetition,
  verdict,
  metrics: scenario.metrics.map(metric => ({ ...metric, verdict })),
})

test('playings that came out alike stand with the first of them', () => {
  const playings = [played(1, 'pass'), played(2, 'fail'), played(3, 'pass'), played(4, 'fail'), played(1, 'pass', 'b')]
  const shown = shownPlayings(playings).map(each => [
    each.scenario.id,
    each.scenario.repetition,
    each.alike.map(({ repetition }) => repetition),
  ])
  expect(shown).toEqual([
    [scenario.id, 1, [3]],
    [scenario.id, 2, [4]],
    ['b', 1, []],
  ])
})

test('each playing stands once, and at most five of a scenario are shown whole', () => {
  const verdicts = ['pass', 'fail', 'warning', 'inconclusive', 'error', 'not-asked', 'not-applicable'] as const
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...verdicts)), came => {
      const playings = came.map((verdict, index) => played(index + 1, verdict))
      const shown = shownPlayings(playings)
      expect(shown.length).toBeLessThanOrEqual(5)
      const all = shown.flatMap(each => [each.scenario, ...each.alike]).sort((a, b) => a.repetition - b.repetition)
      expect(all).toEqual(playings)
    }),
  )
})
