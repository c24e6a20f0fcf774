import { describe, expect, test } from 'vitest'
import { judgeScenario } from './judge.ts'
import { type Scenario, scenario } from './scenario.ts'
import type { Entry, NewEntry } from './timeline/entry.ts'
import { entriesOf } from './timeline/timeline.ts'
import { must, should } from './verdict/metric.ts'

/** Passes its metrics by marks of the same name and fails them by marks that end in an exclamation mark. */
const sample = scenario({
  id: 'sample',
  title: 'Sample',
  purpose: 'To be judged.',
  applies: () => ({ applies: true }),
  windows: () => [],
  metrics: { first: must('CR-GEN-07', 'The first is kept.'), second: should('CR-GEN-08', 'The second is kept.') },
  run: async () => undefined,
  judge(timeline, verdict, property) {
    for (const { name, seq } of entriesOf(timeline, 'mark')) {
      if (name.startsWith('first')) verdict.first.check(!name.endsWith('!'), { evidence: [seq] })
      if (name.startsWith('second')) verdict.second.check(!name.endsWith('!'), { evidence: [seq] })
    }
    property('marks', String(entriesOf(timeline, 'mark').length))
  },
})

const throwing: Scenario = {
  ...sample,
  judge(_, verdict) {
    verdict['first']?.pass({})
    throw new Error('no such session')
  },
}

const begun: NewEntry = { type: 'scenario-begun', scenario: 'sample', title: 'Sample', repetition: 1 }
const ended: NewEntry = { type: 'scenario-ended', scenario: 'sample', how: 'completed' }
const mark = (name: string): NewEntry => ({ type: 'mark', name })
const kept = [mark('first'), mark('second')]

function run(...entries: NewEntry[]): Entry[] {
  return entries.map((entry, index) => ({ seq: index + 1, at: (index + 1) * 10, ...entry }))
}
const judged = (...entries: NewEntry[]) => judgeScenario(sample, run(...entries))
const verdictsOf = (outcomes: ReturnType<typeof judgeScenario>) =>
  outcomes.map(({ verdict, metrics }) => [verdict, ...metrics.map(metric => metric.verdict)])

describe('a request that the ACS refused', () => {
  const received: NewEntry = {
    ...{ type: 'http-received', connection: 1, exchange: 1, firstByteAt: 0, method: 'POST', target: '/acs' },
    ...{ httpVersion: '1.1', headers: [], body: { length: 0 }, problems: [] },
  }
  const refused = (length = 0): NewEntry => ({ type: 'http-refused', connection: 1, reason: 'odd', raw: { length } })
  const answered = (status: number): NewEntry => ({
    ...{ type: 'http-sent', connection: 1, exchange: 1, status, headers: [], body: { length: 0 } },
  })
  const among = (...entries: NewEntry[]) => verdictsOf(judged(begun, ...entries, mark('first!'), mark('second'), ended))

  test('leaves what is missing and what passes undecided', () => {
    const [outcome] = judged(begun, received, refused(), answered(400), mark('first!'), mark('second'), ended)
    expect(outcome?.metrics.map(({ verdict }) => verdict)).toEqual(['inconclusive', 'inconclusive'])
    expect(outcome?.metrics[0]?.reason).toContain('Our ACS refused a request of the device (entry 3)')
    expect(among(refused(9))).toEqual([['inconclusive', 'inconclusive', 'inconclusive']])
  })

  test.each([
    ['of which only the envelope was wrong', [received, refused(9), answered(500)]],
    ['that the device broke off itself', [received, refused()]],
    ['that was no request', [refused()]],
  ])('%s leaves the verdicts alone', (_, entries) => {
    expect(among(...entries)).toEqual([['fail', 'fail', 'pass']])
  })
})

describe('a scenario that was played to its end', () => {
  test('passes when every metric does, and says what it is and where it stands', () => {
    const [outcome, ...more] = judged(mark('first!'), begun, ...kept, ended, mark('second!'))
    expect(more).toEqual([])
    expect(outcome).toMatchObject({
      id: 'sample',
      title: 'Sample',
      purpose: 'To be judged.',
      repetition: 1,
      verdict: 'pass',
      properties: { marks: '2' },
      entries: { from: 2, to: 5 },
      metrics: [
        { name: 'first', requirement: 'CR-GEN-07', evidence: [3] },
        { name: 'second', requirement: 'CR-GEN-08', evidence: [4] },
      ],
    })
    expect(outcome).not.toHaveProperty('reason')
  })

  test('has the worst verdict of its metrics', () => {
    expect(verdictsOf(judged(begun, mark('first'), mark('second!'), ended))).toEqual([['warning', 'pass', 'warning']])
    expect(verdictsOf(judged(begun, mark('first!'), mark('second!'), ended))).toEqual([['fail', 'fail', 'warning']])
  })

  test('has an error where no judge looked at a metric', () => {
    const [outcome] = judged(begun, mark('first'), ended)
    expect(outcome).toMatchObject({ verdict: 'error', metrics: [{ verdict: 'pass' }, { verdict: 'error' }] })
    expect(outcome?.metrics[1]?.reason).toBe('No judge looked at this metric.')
  })

  test('has errors only where the judge throws, whatever it said before', () => {
    const outcomes = judgeScenario(throwing, run(begun, ended))
    expect(verdictsOf(outcomes)).toEqual([['error', 'error', 'error']])
    expect(outcomes[0]?.metrics.map(({ reason }) => reason)).toEqual(
      Array(2).fill('The judge itself failed: no such session'),
    )
  })
})

describe('a scenario that did not come to its end', () => {
  test('is undecided as a whole when the run was cut off, because the rest was not seen', () => {
    const [outcome] = judged(begun, mark('first!'))
    expect(outcome).toMatchObject({
      verdict: 'inconclusive',
      reason: 'The run was cut off during this scenario.',
      metrics: [
        { verdict: 'inconclusive', reason: 'The run was cut off during this scenario.', evidence: [2] },
        { verdict: 'inconclusive', reason: 'The run was cut off during this scenario.' },
      ],
      entries: { from: 1, to: 2 },
    })
  })

  test('is undecided as a whole when the run was stopped', () => {
    const [outcome] = judged(begun, mark('first'), { ...ended, how: 'interrupted', reason: 'Stopped.' })
    expect(verdictsOf([outcome!])).toEqual([['inconclusive', 'inconclusive', 'inconclusive']])
  })

  test.each(['broken-off', 'device-dead'] as const)(
    'keeps the verdicts it has, the others are inconclusive: %s',
    how => {
      const [outcome] = judged(begun, mark('first'), { ...ended, how, reason: 'It gave no session.' })
      expect(verdictsOf([outcome!])).toEqual([['inconclusive', 'pass', 'inconclusive']])
      expect(outcome?.reason).toBe('It gave no session.')
      expect(outcome?.metrics[1]?.reason).toBe('It gave no session.')
    },
  )

  test('has a reason also where none was noted', () => {
    expect(judged(begun, { ...ended, how: 'broken-off' })[0]?.reason).toBe('The scenario did not come to its end.')
  })

  test('has errors only when the harness failed, since a failure of ours may have caused any verdict', () => {
    const [outcome] = judged(begun, mark('first!'), { type: 'harness-error', message: 'out of ports' }, ended)
    expect(verdictsOf([outcome!])).toEqual([['error', 'error', 'error']])
    expect(outcome?.metrics[0]?.reason).toBe('The harness failed: out of ports')
  })
})

describe('a scenario in which nothing of ours ran for a while', () => {
  const pause = (how: 'busy' | 'process'): NewEntry => ({ type: 'suspended', from: 25, to: 30, ms: 3000, how })

  test('is undecided where the process was stopped', () => {
    const [outcome] = judged(begun, mark('first'), pause('process'), mark('second'), ended)
    expect(verdictsOf([outcome!])).toEqual([['inconclusive', 'inconclusive', 'inconclusive']])
    expect(outcome?.reason).toContain('The process that plays the suite was stopped for 3 s')
  })

  test('is an error of ours where we were busy, whatever was seen', () => {
    const [outcome] = judged(begun, mark('first!'), pause('busy'), mark('second'), ended)
    expect(verdictsOf([outcome!])).toEqual([['error', 'error', 'error']])
    expect(outcome?.metrics[0]?.reason).toContain('The harness itself was busy for 3 s')
    expect(outcome?.reason).toContain('The harness itself was busy for 3 s')
  })

  test('before it began does not count', () => {
    const before: NewEntry = { type: 'suspended', from: 10, to: 20, ms: 3000, how: 'busy' }
    expect(verdictsOf(judged(mark('a'), before, begun, ...kept, ended))).toEqual([['pass', 'pass', 'pass']])
  })
})

describe('a scenario that was not played', () => {
  const planned: NewEntry = { type: 'planned', scenario: 'sample', applies: false, windowsMs: 0 }

  test('is not applicable, with the reason and what would change it', () => {
    const reasons = { reason: 'It has no server.', wouldApplyIf: 'it had one' }
    const [outcome] = judged({ ...planned, ...reasons })
    expect(outcome).toMatchObject({
      verdict: 'not-applicable',
      reason: 'It has no server.',
      entries: { from: 1, to: 1 },
    })
    for (const metric of outcome?.metrics ?? []) expect(metric).toMatchObject({ verdict: 'not-applicable', ...reasons })
    expect(outcome?.metrics).toHaveLength(2)
  })

  test('has a reason also where none was noted', () => {
    expect(judged(planned)[0]?.reason).toBe('It does not apply to this device.')
  })

  test('gives no outcome when it applies or was not planned', () => {
    expect(judged({ ...planned, applies: true })).toEqual([])
    expect(judged({ ...planned, scenario: 'other' })).toEqual([])
    expect(judged()).toEqual([])
  })
})

describe('several playings', () => {
  test('are judged each by its own stretch', () => {
    const again = { ...begun, repetition: 2 } as NewEntry
    const outcomes = judged(begun, ...kept, ended, again, mark('first!'), mark('second'), ended)
    expect(verdictsOf(outcomes)).toEqual([
      ['pass', 'pass', 'pass'],
      ['fail', 'fail', 'pass'],
    ])
    expect(outcomes.map(({ repetition, entries }) => [repetition, entries])).toEqual([
      [1, { from: 1, to: 4 }],
      [2, { from: 5, to: 8 }],
    ])
  })

  test('of other scenarios are left alone, also when one was cut off', () => {
    const other = { ...begun, scenario: 'other' } as NewEntry
    const otherEnded = { ...ended, scenario: 'other' } as NewEntry
    const outcomes = judged(other, mark('first!'), otherEnded, begun, mark('first'), other, mark('second!'), otherEnded)
    expect(verdictsOf(outcomes)).toEqual([['inconclusive', 'inconclusive', 'inconclusive']])
  })
})

test('steps and watches have their times; what never ended, ends with the stretch', () => {
  const [outcome] = judged(
    begun,
    { type: 'step-begun', text: 'Ask' },
    { type: 'watch-begun', for: 'no session', ms: 60_000 },
    { type: 'watch-ended', for: 'no session', ms: 60_000, how: 'over' },
    { type: 'step-ended', text: 'Ask' },
    { type: 'step-begun', text: 'Ask' },
    ...kept,
  )
  expect(outcome?.steps).toEqual([
    { text: 'Ask', from: 20, to: 50 },
    { text: 'Ask', from: 60, to: 80 },
  ])
  expect(outcome?.watches).toEqual([{ for: 'no session', from: 30, to: 40 }])
})

test('a scenario out of which an entry was taken is an error, whatever the rest says', () => {
  const entries = run(begun, ...kept, mark('second!'), ended)
  for (const missing of [2, 3, 4]) {
    const [outcome] = judgeScenario(
      sample,
      entries.filter(({ seq }) => seq !== missing),
    )
    expect(outcome?.metrics.map(({ verdict }) => verdict)).toEqual(['error', 'error'])
    expect(outcome?.reason).toBe(`Entry ${missing} is missing from the timeline: it is damaged.`)
  }
})
