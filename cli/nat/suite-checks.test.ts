import { describe, expect, test } from 'vitest'
import { timelineOf } from '../../harness/timeline/timeline.ts'
import { buildRunRecord } from '../../reports/build-run-record.ts'
import type { RequirementRecord, RunRecord, ScenarioRecord } from '../../reports/run-record.ts'
import { sampleEvidence } from '../../reports/sample-run.ts'
import { plain, request, written } from '../../suites/written-timeline.ts'
import { suiteChecks } from './suite-checks.ts'
import { undecidableBehindNat } from './undecided-behind-nat.ts'

const sample = buildRunRecord(sampleEvidence())
const [sampleRequirement] = sample.requirements
const [sampleScenario] = sample.scenarios
const [sampleMetric] = sampleScenario?.metrics ?? []
if (!sampleRequirement || !sampleScenario || !sampleMetric) throw new Error('The sample run is empty.')

const requirement = (verdict: RequirementRecord['verdict']): RequirementRecord => ({ ...sampleRequirement, verdict })
const scenario = (id: string, verdicts: Record<string, ScenarioRecord['verdict']>): ScenarioRecord => ({
  ...sampleScenario,
  id,
  metrics: Object.entries(verdicts).map(([name, verdict]) => ({ ...sampleMetric, name, verdict })),
})

const [listed] = undecidableBehindNat
if (listed === undefined) throw new Error('Nothing is listed.')
const listedScenario = scenario(listed.scenario, Object.fromEntries(listed.metrics.map(name => [name, 'inconclusive'])))
const udpScenario = scenario('udp-request', { inTime: 'pass' })
const because = 'It does not answer. The device calls from 198.51.100.1, so there is a NAT between, through which …'

const good: RunRecord = {
  ...sample,
  ended: { how: 'completed' },
  requirements: [requirement('pass')],
  scenarios: [listedScenario, udpScenario],
  notApplicable: [{ id: 'http-challenge', reason: because }],
}
const goodFacts = {
  connectionRequestUrl: 'http://192.168.77.2:30005/x',
  reachability: { state: 'unreachable', detail: because },
  udp: { state: 'bound', natted: true, binding: { address: '198.51.100.1', port: 40_000 }, timeToSessionMs: 200 },
}

const texts = ['reach', 'explained', 'bound', 'udp', 'end', 'broken', 'undecided'] as const

/** The checks that do not hold. */
function notOk(record: Partial<RunRecord>, { facts = {}, udp = {}, answered = false } = {}): string[] {
  const probe = { ...goodFacts, ...facts, udp: { ...goodFacts.udp, ...udp } }
  const happenings = [
    plain(0, { type: 'probed', probe }),
    ...(answered ? [request('x', { at: 50, answered: 200 })] : []),
  ]
  const checks = suiteChecks(timelineOf(written(...happenings)), { ...good, ...record }, [
    'http-challenge',
    'http-flood',
  ])
  expect(checks).toHaveLength(texts.length)
  return texts.filter((_, index) => checks[index]?.ok !== true)
}

describe('The suite through a NAT', () => {
  test('all holds', () => expect(notOk({})).toEqual([]))

  test('HTTP reaches the device', () => {
    expect(notOk({}, { answered: true })).toEqual(['reach'])
    expect(notOk({}, { facts: { reachability: { state: 'refused', detail: because } } })).toEqual(['reach'])
  })

  test('the reason is not told', () => {
    const untold = { id: 'http-flood', reason: 'It does not answer.' }
    expect(notOk({ notApplicable: [...good.notApplicable, untold] })).toEqual(['explained'])
    expect(notOk({ notApplicable: [] })).toEqual(['explained'])
  })

  test('the binding is not the router’s', () => {
    expect(notOk({}, { udp: { binding: { address: '192.168.77.2', port: 40_000 } } })).toEqual(['bound'])
    expect(notOk({}, { udp: { natted: false } })).toEqual(['bound'])
    expect(notOk({}, { udp: { timeToSessionMs: undefined } })).toEqual(['udp'])
  })

  test('the run does not come to its end', () => {
    expect(notOk({ ended: { how: 'broken-off' } })).toEqual(['end'])
  })

  test.each(['fail', 'error', 'warning'] as const)('a requirement gets %s', verdict => {
    expect(notOk({ requirements: [requirement(verdict)] })).toEqual(['broken'])
  })

  test('something else is undecided, or what is listed is decided', () => {
    expect(notOk({ scenarios: [listedScenario, scenario('udp-request', { inTime: 'inconclusive' })] })).toEqual([
      'undecided',
    ])
    const [name = ''] = listed.metrics
    const metrics = listedScenario.metrics.map(metric =>
      metric.name === name ? { ...metric, verdict: 'pass' as const } : metric,
    )
    expect(notOk({ scenarios: [{ ...listedScenario, metrics }, udpScenario] })).toEqual(['undecided'])
  })

  test('a device that never came', () => {
    const [check] = suiteChecks(timelineOf([]), good, [])
    expect(check).toMatchObject({ ok: false, seen: good.sentence })
  })
})
