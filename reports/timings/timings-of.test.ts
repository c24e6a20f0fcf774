import { expect, test } from 'vitest'
import type { Entry } from '../../harness/timeline/entry.ts'
import { buildRunRecord } from '../build-run-record.ts'
import { udpRequest, xmppAnswer, xmppRequest } from '../diagram/sample-messages.ts'
import { sampleEvidence } from '../sample-run.ts'
import { sampleTimeline } from '../sample-timeline.ts'
import { drawnTimes } from './drawn-times.ts'
import { summaryOf } from './statistics.ts'
import { timingsOf } from './timings-of.ts'

const record = buildRunRecord(sampleEvidence())
const begin = { type: 'scenario-begun', scenario: 'sample', title: 'Sample', repetition: 1 } as const

function played(play: (timeline: ReturnType<typeof sampleTimeline>) => void): Entry[] {
  const timeline = sampleTimeline()
  timeline.add(0, begin)
  play(timeline)
  return timeline.entries
}

/** Each series as `http session: 200, 210`. */
const told = (entries: readonly Entry[]) =>
  timingsOf(record, entries).series.map(
    ({ transport, kind, times }) =>
      `${transport} ${kind}: ${times.map(({ ms }) => Math.round(ms * 10) / 10).join(', ')}`,
  )

test('from request to answer, and from the last byte of the reply to the attempt', () => {
  const entries = played(timeline => {
    timeline.request(1, { status: 401, authorised: false })
    timeline.request(2)
    timeline.session(1, 199.6)
    timeline.add(1, { type: 'loop-delay', maxMs: 3, p99Ms: 1 })
  })
  const { series } = timingsOf(record, entries)
  expect(told(entries)).toEqual(['http answer: 11.6, 11.6', 'http session: 200'])
  expect(series[0]!.limit).toMatchObject({ ms: 5000, source: 'ours' })
  expect(series[1]).toMatchObject({
    limit: { ms: 30_000, source: 'spec' },
    times: [{ scenario: 'sample', what: 'session 1', uncertaintyMs: 3.8 }],
  })
})

test('over UDP the time runs from the first copy, and the copies make it uncertain', () => {
  const entries = played(timeline => {
    timeline.add(5, udpRequest(1, 1, 3))
    timeline.session(1, 150)
    timeline.add(0, udpRequest(1, 2, 3))
  })
  const { series } = timingsOf(record, entries)
  expect(told(entries)).toEqual(['udp session: 150'])
  expect(series[0]!.times[0]!.uncertaintyMs).toBeCloseTo(entries.at(-1)!.at - 5)
})

test('over XMPP the answer is the round trip of the iq', () => {
  const entries = played(timeline => {
    timeline.add(5, xmppRequest(1))
    timeline.add(4, xmppAnswer(1, 5, 8.5))
    timeline.session(1, 99.5)
  })
  expect(told(entries)).toEqual(['xmpp answer: 3.5', 'xmpp session: 100'])
})

test('one session answers for every reply before it', () => {
  const entries = played(timeline => {
    timeline.request(1)
    timeline.request(2)
    timeline.session(1, 199.6)
  })
  expect(told(entries)[1]).toBe('http session: 218, 200')
})

test.each<[string, (timeline: ReturnType<typeof sampleTimeline>) => void]>([
  [
    'a request during a session',
    timeline => {
      timeline.session(1, 5, ['2 PERIODIC'])
      const ended = timeline.entries.splice(timeline.entries.findIndex(({ type }) => type === 'session-ended'))
      timeline.request(1)
      timeline.entries.push(...ended.map((entry, index) => ({ ...entry, seq: timeline.entries.length + index + 1 })))
      timeline.session(2, 200)
    },
  ],
  [
    'a request whose session did not come in the window',
    timeline => {
      timeline.request(1)
      timeline.add(60_000, { type: 'watch-ended', for: 'a session', ms: 60_000, how: 'over' })
      timeline.session(1, 200)
    },
  ],
  [
    'a request of the scenario before',
    timeline => {
      timeline.request(1)
      timeline.add(5, begin)
      timeline.session(1, 200)
    },
  ],
  [
    'a session without event 6',
    timeline => {
      timeline.request(1)
      timeline.session(1, 200, ['4 VALUE CHANGE'])
    },
  ],
  [
    'a request that should not be accepted',
    timeline => {
      timeline.request(1, { authorised: false })
      timeline.session(1, 200)
    },
  ],
  [
    'a request that was refused',
    timeline => {
      timeline.request(1, { status: 503 })
      timeline.session(1, 200)
    },
  ],
])('%s says nothing about how soon a session comes', (_what, play) => {
  expect(told(played(play)).filter(line => line.includes('session'))).toEqual([])
})

test('a late session still counts, unless another request came first', () => {
  const late = (timeline: ReturnType<typeof sampleTimeline>) => timeline.session(1, 44_999.6)
  const asked = played(timeline => {
    timeline.request(1)
    late(timeline)
  })
  expect(told(asked)[1]).toBe('http session: 45000')
  const again = played(timeline => {
    timeline.request(1)
    timeline.add(40_000, { type: 'mark', name: 'rest' })
    timeline.request(2)
    timeline.session(1, 199.6)
  })
  expect(told(again)[1]).toBe('http session: 200')
})

test('nothing was timed', () => {
  expect(timingsOf(record, [])).toEqual({ series: [] })
})

const limit = { ms: 50, source: 'ours', why: 'for the test' } as const
const times = (...all: number[]) => all.map((ms, index) => ({ seq: index + 1, ms, uncertaintyMs: 0, what: 'x' }))

test('many times in few words', () => {
  expect(summaryOf({ limit, times: times(60, 1, 4, 3) })).toMatchObject({
    count: 4,
    median: 3.5,
    smallest: { seq: 2 },
    largest: { seq: 1 },
    beyond: 1,
  })
})

test('of too many the longest are drawn, and some of each stretch', () => {
  const many = times(...Array.from({ length: 10_000 }, (_, index) => (index % 1000 === 7 ? 70 : index % 40)))
  const drawn = drawnTimes({ limit, times: many }, 100)
  expect(drawn.length).toBeLessThanOrEqual(100)
  expect(drawn.filter(({ beyond }) => beyond)).toHaveLength(10)
  expect(drawn.map(({ seq }) => seq)).toEqual(drawn.map(({ seq }) => seq).sort((a, b) => a - b))
  expect(drawn.at(-1)!.place).toBeGreaterThan(0.9)
})
