import { describe, expect, test } from 'vitest'
import { worst } from '../../harness/verdict/verdict.ts'
import { buildRunRecord } from '../build-run-record.ts'
import { exitCodeOf } from '../run-verdict.ts'
import type { RunRecord } from '../run-record.ts'
import { sampleEvidence } from '../sample-run.ts'
import { groupByDevice } from './group-by-device.ts'
import { mergeRuns } from './merge-runs.ts'
import { mergeSchema } from './merge-schema.ts'
import { mergeText } from './merge-text.ts'
import { mergeExitCode, type NamedRun } from './merged-runs.ts'
import { missingText, mixedDivisions } from './parts.ts'
import { type Difference, sampleShard } from './sample-shards.ts'

const scenariosOf = [
  ['http-single', 'http-duplicates'],
  ['http-in-session', 'http-unauthorised', 'http-methods'],
  ['retry-wait', 'http-switched-off'],
]

const outcomes = Object.fromEntries(
  sampleShard('').record.scenarios.flatMap(({ id, metrics }) =>
    metrics.map(({ name, verdict }) => [
      `${id}.${name}`,
      { verdict: worst([verdict, 'pass']) === 'pass' ? verdict : ('pass' as const) },
    ]),
  ),
)

/** A part in which everything was kept. */
function part(index: number, { division = 'a', total = 3, ...difference }: PartDifference = {}): NamedRun {
  const only = scenariosOf[index - 1] ?? []
  const run = sampleShard(`runs/${index}`, { outcomes, only, ...difference })
  // Of a catalogue in which each requirement is judged by one of the parts.
  const requirements = run.record.requirements.filter(({ id }) => judgedIds.has(id))
  const record: RunRecord = {
    ...run.record,
    verdict: 'kept-in-part',
    requirements,
    shard: { index, total, division },
    ...difference.record,
  }
  return { ...run, record }
}

type PartDifference = Difference & { division?: string; total?: number }

const judgedIds = new Set(
  sampleShard('', { outcomes })
    .record.requirements.filter(({ verdict }) => verdict !== 'none')
    .map(({ id }) => id),
)
const exitCode = (runs: readonly NamedRun[]) => mergeExitCode(mergeRuns(runs), { strict: false })
const mixed = (runs: readonly NamedRun[]) => mixedDivisions(groupByDevice(runs))

describe('parts of one run', () => {
  test('that are all there make a conformant device', () => {
    const merge = mergeRuns([part(3), part(1), part(2)])
    expect(merge.sentence).toMatch(/^CONFORMANT: every applicable MUST kept \(\d+ requirements judged in 3 runs, /)
    expect(merge).toMatchObject({ verdict: 'conformant', caveats: [] })
    expect(mergeExitCode(merge, { strict: false })).toBe(0)
    expect(mergeSchema.parse(merge)).toEqual(merge)
    expect(mergeText(merge, { color: false })).toContain('runs/2: part 2 of 3, 2026-')
  })

  test('of which some are missing are not judged, and they are named', () => {
    const merge = mergeRuns([part(1), part(3)])
    expect(merge.sentence).toBe('NOT JUDGED: nothing broken, part 2 of 3 is missing.')
    expect(merge).toMatchObject({ verdict: 'error', devices: [{ missingParts: { parts: [2], of: 3 } }] })
    expect(mergeSchema.parse(merge)).toEqual(merge)
    expect(exitCode([part(1), part(3)])).toBe(2)
    const one = mergeRuns([part(2)])
    expect(one.sentence).toBe('NOT JUDGED: nothing broken, parts 1 and 3 of 3 are missing.')
  })

  test('a breach in one of them counts, whatever is missing', () => {
    const broken = part(1, { outcomes: { ...outcomes, 'http-single.status': { verdict: 'fail', actual: '202' } } })
    expect(exitCode([broken, part(2), part(3)])).toBe(1)
    const merge = mergeRuns([broken, part(2)])
    expect(merge.sentence).toBe('NOT CONFORMANT: 1 requirement broken, part 3 of 3 is missing.')
    expect(mergeExitCode(merge, { strict: false })).toBe(1)
  })

  test('one that was played twice counts twice, and that is said', () => {
    const again = { ...part(2, { record: { startedAt: '2026-03-09T00:00:00.000Z' } }), path: 'runs/again' }
    const { caveats, verdict } = mergeRuns([part(1), part(2), again, part(3)])
    expect(verdict).toBe('conformant')
    expect(caveats).toEqual([
      expect.stringContaining('part 2 of 3 is there more than once (runs/2, runs/again): the worst of them counts.'),
    ])
  })
})

describe('parts that found the device differently', () => {
  const found = (state: string, xmpp = {}) => ({ http: 'auto', xmpp: { state, ...xmpp } })
  const reason = 'The device bound no XMPP stream.'
  /** The second part, in which a scenario did not apply. */
  const without = (record: Partial<RunRecord> = {}): NamedRun => {
    const { path, record: played } = part(2, { record: { probe: found('not-connected'), ...record } })
    const leftOut = (one: RunRecord['scenarios'][number]) => ({
      ...one,
      verdict: 'not-applicable' as const,
      metrics: one.metrics.map(metric => ({ ...metric, verdict: 'not-applicable' as const, reason })),
    })
    const scenarios = played.scenarios.map(one => (one.id === 'http-in-session' ? leftOut(one) : one))
    const ids = new Set(
      scenarios.filter(({ id }) => id === 'http-in-session').flatMap(one => one.metrics.map(m => m.requirement)),
    )
    const requirements = played.requirements.map(one =>
      ids.has(one.id) ? { ...one, verdict: 'not-applicable' as const, reason } : one,
    )
    const notApplicable = [{ id: 'http-in-session', reason }]
    return { path, record: { ...played, scenarios, requirements, notApplicable } }
  }
  const others = (state: string, xmpp = {}) =>
    [1, 3].map(index => part(index, { record: { probe: found(state, xmpp) } }))
  const wouldApply = (_: string, probe: unknown) => (probe as ReturnType<typeof found>).xmpp.state === 'connected'

  test('what did not apply for that alone is undecided, and both parts are named', () => {
    const merge = mergeRuns([...others('connected'), without()], { wouldApply })
    expect(merge.verdict).toBe('undecided')
    expect(mergeExitCode(merge, { strict: false })).toBe(3)
    const cells = merge.requirements.flatMap(row => row.cells).filter(({ standing }) => standing === 'undecided')
    expect(cells[0]).toMatchObject({
      run: 'runs/2',
      reason: `http-in-session did not apply in part 2 of 3 (runs/2): The device bound no XMPP stream; it would have with the device as part 1 of 3 (runs/1) found it.`,
    })
    expect(merge.caveats).toContainEqual(expect.stringContaining('http-in-session did not apply in runs/2'))
  })

  test('where all found the same, or it would not have applied either, it stands', () => {
    const agreeing = mergeRuns([...others('not-connected'), without()], { wouldApply })
    expect(mergeExitCode(agreeing, { strict: false })).toBe(0)
    const timesOnly = others('not-connected', { timeToSessionMs: 3, detail: 'x' })
    const same = [...timesOnly, without({ probe: found('not-connected', { timeToSessionMs: 4, detail: 'y' }) })]
    expect(mergeExitCode(mergeRuns(same), { strict: false })).toBe(0)
    const unasked = mergeRuns([...others('no-server'), without()], { wouldApply })
    expect(mergeExitCode(unasked, { strict: false })).toBe(0)
  })

  test('where nobody knows the scenario, a difference is enough', () => {
    expect(exitCode([...others('no-server'), without()])).toBe(3)
  })

  test('one that was played with the device found otherwise is judged by that', () => {
    const again = { ...part(2, { record: { probe: found('connected') } }), path: 'runs/again' }
    expect(
      mergeExitCode(mergeRuns([...others('connected'), without(), again], { wouldApply }), { strict: false }),
    ).toBe(0)
  })

  test('parts of different firmware are undecided, whatever is known', () => {
    const runs = [part(1), part(2, { device: { firmware: '9.9' } }), part(3)]
    const merge = mergeRuns(runs)
    expect(merge.sentence).toMatch(/^UNDECIDED: .*parts are of different firmware/)
    expect(mergeExitCode(merge, { strict: false })).toBe(3)
    expect(mergeSchema.parse(merge)).toEqual(merge)
  })
})

describe('parts and devices', () => {
  test('units of one model complement each other, and that is said', () => {
    const runs = [part(1), part(2, { device: { serialNumber: '2' } }), part(3, { device: { serialNumber: '3' } })]
    const { devices, caveats, verdict } = mergeRuns(runs)
    expect(verdict).toBe('conformant')
    expect(devices.map(({ label }) => label)).toEqual(['ACME RG-500 (3 units)'])
    expect(caveats).toEqual([
      expect.stringContaining('3 units, so together they speak for the model, not for one unit'),
    ])
  })

  test('units that both were played completely stand alone', () => {
    const other = { device: { serialNumber: '2' } }
    const runs = [1, 2, 3].flatMap(index => [part(index), { ...part(index, other), path: `other/${index}` }])
    const { devices } = mergeRuns(runs)
    expect(devices.map(({ verdict }) => verdict)).toEqual(['conformant', 'conformant'])
    expect(devices.map(({ label }) => label)).toEqual([expect.stringMatching(/…/), expect.stringMatching(/…/)])
  })

  test('another model, a whole run and the same part of another unit complement nothing', () => {
    const model = part(2, { device: { productClass: 'RG-900', serialNumber: '9' } })
    expect(mergeRuns([part(1), model]).devices).toHaveLength(2)
    const { shard: _, ...whole } = part(2, { device: { serialNumber: '9' } }).record
    expect(mergeRuns([part(1), { path: 'whole', record: whole }]).devices).toHaveLength(2)
    const same = { ...part(1, { device: { serialNumber: '9' } }), path: 'same' }
    expect(mergeRuns([part(1), same]).devices).toHaveLength(2)
  })

  test('a part whose device never called belongs to the others', () => {
    const ended = { how: 'broken-off' as const }
    const absent = part(3, { record: { device: { name: 'ACME RG-500' }, ended, verdict: 'error' } })
    const merge = mergeRuns([absent, part(1), part(2)])
    expect(merge.sentence).toBe('NOT JUDGED: nothing broken, 1 of 3 runs did not reach its end.')
    expect(merge).toMatchObject({
      verdict: 'error',
      caveats: ['ACME RG-500 …5678: the device of runs/3 told no DeviceId.'],
      devices: [{}],
    })
  })

  test('nothing that applied in any part is undecided', () => {
    const nothing = { notApplicable: [{ id: 'http-single', reason: 'no HTTP' }], scenarios: [] }
    const runs = [1, 2, 3].map(index => part(index, { record: nothing }))
    expect(mergeRuns(runs).sentence).toBe('UNDECIDED: nothing that was asked for applied to the device in 3 runs.')
    expect(exitCode(runs)).toBe(3)
  })
})

describe('parts of different divisions', () => {
  test.each([
    [[part(1), part(2, { total: 4, division: 'b' })], /^runs\/1 is part 1 of 3 and runs\/2 is part 2 of 4, which are/],
    [
      [part(1), part(2, { division: 'b' })],
      /^runs\/1 is part 1 of 3 and runs\/2 is part 2 of 3, and yet they were divided/,
    ],
    [
      [part(1), part(2, { division: 'b', device: { serialNumber: '2' } })],
      /and yet they were divided or played differently/,
    ],
  ])('are not mixed', (runs, sentence) => {
    expect(mixed(runs)).toMatch(sentence)
  })

  test('are told what differs in their profiles', () => {
    const played = (index: number, division: string, watch: number) =>
      part(index, { division, record: { profile: { features: {}, timing: { watch } } } })
    expect(mixed([played(1, 'a', 60_000), played(2, 'b', 120_000)])).toContain(
      'and yet they were divided or played differently (their profiles differ in timing): merge the parts',
    )
    expect(mixed([played(1, 'a', 60_000), played(2, 'b', 60_000)])).toContain('another --only, --include, --repeat')
  })

  test('of different models, or beside whole runs, stand side by side', () => {
    const model = { device: { productClass: 'RG-900' }, division: 'b', total: 2 }
    expect(mixed([part(1), part(2), part(3), part(1, model), part(2, model)])).toBeUndefined()
    expect(mixed([part(1), sampleShard('runs/whole')])).toBeUndefined()
  })
})

test.each([
  [[3], 'part 3 of 9 is missing'],
  [[1, 2, 3], 'parts 1 to 3 of 9 are missing'],
  [[1, 2, 3, 5], 'parts 1 to 3 and 5 of 9 are missing'],
  [[1, 3, 8, 9], 'parts 1, 3, 8 and 9 of 9 are missing'],
])('%j: %s', (parts, text) => {
  expect(missingText({ parts, of: 9 })).toBe(text)
})

describe('one part of several alone', () => {
  const evidence = sampleEvidence()
  const started = (shard: { index: number; total: number; division: string }) =>
    evidence.entries.map(entry => (entry.type === 'run-started' ? { ...entry, shard } : entry))
  const record = buildRunRecord({ ...evidence, entries: started({ index: 2, total: 5, division: 'a' }) })

  test('says which it is', () => {
    expect(record.shard).toEqual({ index: 2, total: 5, division: 'a' })
    expect(record.sentence).toMatch(/^NOT CONFORMANT in part 2 of 5: /)
    expect(exitCodeOf(record)).toBe(1)
  })

  test('is no undecided run where none of it applies: another part may', () => {
    const entries = started({ index: 2, total: 5, division: 'a' }).map(entry =>
      entry.type === 'planned' ? { ...entry, applies: false } : entry,
    )
    const invariants = evidence.outcomes.filter(({ id }) => id === 'invariants')
    const nothing = buildRunRecord({ ...evidence, entries, outcomes: invariants })
    expect(nothing.sentence).toMatch(/^[A-Z ]+ in part 2 of 5: /)
  })
})
