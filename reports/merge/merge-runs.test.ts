import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Verdict, worst } from '../../harness/verdict/verdict.ts'
import { exitCodeOf } from '../run-verdict.ts'
import { countStandings, standings, standingsOf } from '../standing.ts'
import { mergeExitCode, needsLook, type NamedRun } from './merged-runs.ts'
import { mergeRuns } from './merge-runs.ts'
import { sampleMerge, sampleShard } from './sample-shards.ts'

const verdicts: Verdict[] = ['not-asked', 'not-applicable', 'pass', 'warning', 'inconclusive', 'fail', 'error']
const metrics = ['http-single.status', 'http-single.inTime', 'http-duplicates.onlyOne', 'http-in-session.eitherOr']
const scenarioSets = [['http-single'], ['http-duplicates', 'http-in-session'], ['http-methods'], undefined]

const someShard = fc
  .record({
    outcomes: fc.dictionary(
      fc.constantFrom(...metrics),
      fc.constantFrom(...verdicts).map(verdict => ({ verdict })),
    ),
    only: fc.constantFrom(...scenarioSets),
    serialNumber: fc.constantFrom('1', '2'),
    firmware: fc.constantFrom('1.2.3', '1.3.0'),
    ended: fc.constantFrom('completed' as const, 'interrupted' as const),
  })
  .map(({ outcomes, only, serialNumber, firmware, ended }) => (path: string) => {
    const shard = sampleShard(path, {
      outcomes,
      ...(only ? { only } : {}),
      device: { serialNumber, firmware },
      record: { ended: { how: ended } },
    })
    return shard
  })

const someRuns = fc
  .array(someShard, { minLength: 1, maxLength: 5 })
  .map(shards => shards.map((shard, index) => shard(`runs/${index}`)))

const runs = { numRuns: 60 }

/** What a merge says of each device, whatever the order. */
const verdictsOf = (merge: ReturnType<typeof mergeRuns>) => ({
  verdict: merge.verdict,
  devices: merge.devices
    .map(({ device, verdict, counts }, index) => ({
      serialNumber: device.serialNumber,
      verdict,
      counts,
      cells: Object.fromEntries(merge.requirements.map(({ id, cells }) => [id, cells[index]?.standing])),
    }))
    .toSorted((a, b) => String(a.serialNumber).localeCompare(String(b.serialNumber))),
  exitCodes: [true, false].map(strict => mergeExitCode(merge, { strict })),
})

test('the order of the runs changes no verdict', () => {
  fc.assert(
    fc.property(
      someRuns.chain(given => fc.tuple(fc.constant(given), fc.shuffledSubarray(given, { minLength: given.length }))),
      ([given, shuffled]) => {
        expect(verdictsOf(mergeRuns(shuffled))).toEqual(verdictsOf(mergeRuns(given)))
      },
    ),
    runs,
  )
})

test('a run merged with itself gives itself', () => {
  fc.assert(
    fc.property(someShard, shard => {
      const { record } = shard('runs/a')
      const merge = mergeRuns([shard('runs/a'), shard('runs/b')])
      expect(merge).toMatchObject({ verdict: record.verdict, sentence: record.sentence })
      expect(merge.caveats).toEqual(['runs/b is the same run as runs/a and counts once.'])
      expect(merge.devices.map(({ counts, contradictions }) => ({ counts, contradictions }))).toEqual([
        { counts: countStandings(standingsOf(record).values()), contradictions: [] },
      ])
      expect(new Map(merge.requirements.map(({ id, cells }) => [id, cells[0]?.standing]))).toEqual(standingsOf(record))
      for (const strict of [true, false]) expect(mergeExitCode(merge, { strict })).toBe(exitCodeOf(record, { strict }))
    }),
    runs,
  )
})

test('played twice with the same outcomes, it stands as once', () => {
  const once = sampleShard('runs/a')
  const again = sampleShard('runs/b', { record: { startedAt: '2026-03-03T08:14:05.000Z' } })
  const merge = mergeRuns([once, again])
  expect(merge.devices).toHaveLength(1)
  expect(merge.verdict).toBe(once.record.verdict)
  expect(merge.devices[0]?.counts).toEqual(countStandings(standingsOf(once.record).values()))
  expect(merge.devices[0]?.contradictions).toEqual([])
})

const rankOf = (standing: string | undefined) => standings.findIndex(each => each === standing)

test('no requirement stands better than in any of the runs that looked, and each as in one of them', () => {
  fc.assert(
    fc.property(someRuns, given => {
      const merge = mergeRuns(given)
      const recordOf = new Map(given.map(({ path, record }) => [path, standingsOf(record)]))
      merge.devices.forEach((device, index) => {
        for (const { id, cells } of merge.requirements) {
          const here = cells[index]?.standing
          const there = device.runs.map(({ path }) => recordOf.get(path)?.get(id))
          expect(there).toContain(here)
          const looked = there.filter(standing => rankOf(standing) <= rankOf('kept'))
          for (const standing of looked) expect(rankOf(here)).toBeLessThanOrEqual(rankOf(standing))
        }
      })
    }),
    runs,
  )
})

test('the exit code is never better than that of a run that broke something or hit an error', () => {
  fc.assert(
    fc.property(someRuns, given => {
      const codes = given.map(({ record }) => exitCodeOf(record))
      const code = mergeExitCode(mergeRuns(given), { strict: false })
      if (codes.includes(1)) expect(code).toBe(1)
      else if (codes.includes(2)) expect(code).toBe(2)
      else expect([0, 3]).toContain(code)
    }),
    runs,
  )
})

const keptMetrics = Object.fromEntries(
  sampleShard('').record.scenarios.flatMap(({ id, metrics: all }) =>
    all.map(({ name, verdict }) => [
      `${id}.${name}`,
      { verdict: worst([verdict, 'pass']) === 'pass' ? verdict : 'pass' },
    ]),
  ),
) as Record<string, { verdict: Verdict }>
const kept = (path: string, difference: Parameters<typeof sampleShard>[1] = {}) =>
  sampleShard(path, { outcomes: keptMetrics, ...difference })

const halves = (): [NamedRun, NamedRun] => [
  kept('runs/a', { only: ['http-single', 'http-duplicates', 'http-in-session', 'http-switched-off'] }),
  kept('runs/b', { only: ['http-unauthorised', 'http-methods', 'retry-wait', 'http-switched-off'] }),
]

test('two parts make a whole', () => {
  const [a, b] = halves()
  const whole = kept('runs/whole').record
  expect([a.record.verdict, b.record.verdict]).toEqual(['kept-in-part', 'kept-in-part'])
  const merge = mergeRuns([a, b])
  expect(merge.verdict).toBe(whole.verdict)
  expect(merge.devices[0]?.counts).toEqual(countStandings(standingsOf(whole).values()))
  expect(mergeExitCode(merge, { strict: false })).toBe(0)
})

test('parts of two firmwares never make a conformant device', () => {
  const whole = (path: string, firmware: string) => kept(path, { device: { firmware } })
  const judged = (path: string, firmware: string): NamedRun => {
    const { record } = whole(path, firmware)
    const requirements = record.requirements.filter(({ verdict }) => verdict !== 'none')
    return { path, record: { ...record, requirements, verdict: 'conformant', startedAt: `2026-03-0${path}T00:00:00Z` } }
  }
  expect(mergeRuns([judged('1', '1.2.3'), judged('2', '1.2.3')]).verdict).toBe('conformant')
  const merge = mergeRuns([judged('1', '1.2.3'), judged('2', '1.3.0')])
  expect(merge.verdict).toBe('kept-in-part')
  expect(merge.sentence).toContain('not all of one firmware')
  expect(merge.caveats).toEqual([expect.stringMatching(/different firmware.*1\.2\.3 \(1\); 1\.3\.0 \(2\)\.$/)])
})

test('virtual time makes the whole virtual', () => {
  const [a, b] = halves()
  const merge = mergeRuns([a, { ...b, record: { ...b.record, clock: 'virtual' } }])
  expect(merge.verdict).toBe('kept-in-virtual-time')
  expect(merge.sentence).toContain('virtual time: not a conformance result')
  expect(merge.caveats).toEqual(['The runs have different clocks: real time (runs/a); virtual time (runs/b).'])
})

test('a run that did not reach its end is an error of the whole, and the sentence says so', () => {
  const [a, b] = halves()
  const cut = { ...b, record: { ...b.record, ended: { how: 'interrupted' as const }, verdict: 'error' as const } }
  const merge = mergeRuns([a, cut])
  expect(merge).toMatchObject({ verdict: 'error', sentence: expect.stringMatching(/^NOT JUDGED: nothing broken/) })
  expect(merge.sentence).toContain('1 of 2 runs did not reach its end')
  expect(mergeExitCode(merge, { strict: false })).toBe(2)
})

test('devices stand beside each other, and what one device says twice differently is named', () => {
  const merge = mergeRuns(sampleMerge())
  expect(merge.devices.map(({ label, runs: of }) => [label, of.map(({ path }) => path)])).toEqual([
    [expect.stringContaining('ACME RG-500'), ['runs/a1', 'runs/a2']],
    ['ACME RG-900 …0007', ['runs/b']],
  ])
  expect(merge.devices[0]?.contradictions).toContainEqual({
    about: 'http-duplicates.onlyOne',
    requirement: 'CR-GEN-08',
    sayings: [
      { says: 'broken', runs: ['runs/a1'] },
      { says: 'kept', runs: ['runs/a2'] },
    ],
  })
  const row = merge.requirements.find(({ id }) => id === 'CR-GEN-08')
  expect(row?.cells).toMatchObject([
    { standing: 'broken', run: 'runs/a1' },
    { standing: 'broken', run: 'runs/b' },
  ])
  expect(row && needsLook(row, [])).toBe(true)
})

test('a device that told no DeviceId is put together with nobody, nor a simulated one with a real one', () => {
  const silent = (path: string) =>
    sampleShard(path, { record: { device: {}, startedAt: `2026-03-0${path}T00:00:00Z` } })
  expect(mergeRuns([silent('1'), silent('2')]).devices.map(({ label }) => label)).toEqual([
    'unknown device (1)',
    'unknown device (2)',
  ])
  const real = sampleShard('real')
  const simulated = { faults: [], variants: [] }
  const other = sampleShard('simulated', { record: { lab: { ...real.record.lab, simulated } } })
  expect(mergeRuns([real, other]).devices).toHaveLength(2)
})

test('a requirement that only one version knows is untested where it is not known', () => {
  const a = sampleShard('a')
  const b = sampleShard('b', { device: { serialNumber: 'other' } })
  const without = { ...b.record, requirements: b.record.requirements.filter(({ id }) => id !== 'CR-GEN-04') }
  const merge = mergeRuns([a, { ...b, record: without }])
  const cells = merge.requirements.find(({ id }) => id === 'CR-GEN-04')?.cells
  expect(cells?.[1]).toEqual({ standing: 'untested' })
  expect(cells?.[0]?.standing).not.toBe('untested')
})

test('a row needs a look when something is wrong, or one device was left out that another was judged in', () => {
  const [row] = mergeRuns([sampleShard('a')]).requirements
  const look = (...cells: (typeof standings)[number][]) =>
    row && needsLook({ ...row, cells: cells.map(standing => ({ standing })) }, [])
  for (const standing of ['broken', 'error', 'undecided', 'warning'] as const) expect(look('kept', standing)).toBe(true)
  expect(look('kept', 'untested')).toBe(true)
  expect(look('kept', 'not-applicable', 'not-asked')).toBe(false)
  expect(look('untested', 'not-applicable')).toBe(false)
})
