import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Entry, NewEntry } from '../../harness/timeline/entry.ts'
import { sampleTimeline } from '../sample-timeline.ts'
import type { DiagramRow } from './diagram.ts'
import { diagramOf } from './diagram-of.ts'
import {
  bindingRequest,
  bindingResponse,
  httpUnanswered,
  rpcAnswered,
  rpcSent,
  stanza,
  udpRequest,
  xmppAnswer,
  xmppRequest,
} from './sample-messages.ts'

const innocent = { guilty: new Set<number>() }
const guilty = (...seqs: number[]) => ({ guilty: new Set(seqs) })

/** A row as one line: arrow, label, note. */
function lineOf(row: DiagramRow): string {
  if (row.row === 'gap') return `gap ${row.ms}`
  if (row.row === 'left-out') return `${row.messages} left out`
  const mark = row.guilty ? '! ' : ''
  if (row.row !== 'message') return `${mark}${row.row}: ${row.text}`
  const way = row.lost === undefined ? (row.answered ? '<>' : '>') : 'x'
  const times = row.times > 1 ? ` ×${row.times}` : ''
  return `${mark}${row.from} ${way} ${row.to}: ${row.label}${times}${row.note === undefined ? '' : ` (${row.note})`}`
}
const linesOf = (entries: readonly Entry[], options = innocent) => diagramOf(entries, options).rows.map(lineOf)

function scenario(play: (timeline: ReturnType<typeof sampleTimeline>) => void): Entry[] {
  const timeline = sampleTimeline()
  timeline.add(0, { type: 'scenario-begun', scenario: 'sample', title: 'Sample', repetition: 1 })
  play(timeline)
  return timeline.entries
}

test('a request, its session, and a window in which nothing happens', () => {
  const entries = scenario(timeline => {
    timeline.add(0, { type: 'step-begun', text: 'One GET' })
    timeline.request(1, { label: 'without credentials', status: 401, authorised: false })
    timeline.request(2)
    timeline.session(1, 212)
    timeline.add(0, { type: 'step-ended', text: 'One GET' })
    timeline.add(0, { type: 'watch-begun', for: 'a second session', ms: 60_000 })
    timeline.add(60_000, { type: 'watch-ended', for: 'a second session', ms: 60_000, how: 'over' })
  })
  expect(linesOf(entries)).toEqual([
    'step: One GET',
    'acs <> device: GET /b7f3c1 → 401 (without credentials, after 11.6 ms)',
    'acs <> device: GET /b7f3c1 Digest → 204 (ordinary, after 11.6 ms)',
    'device <> acs: Inform 6 CONNECTION REQUEST → InformResponse (session 1)',
    'window-begun: Watching 1 min 00 s for a second session',
    'gap 60000',
    'window-ended: Watched 1 min 00 s for a second session: not seen',
  ])
  const { lanes, steps, windows } = diagramOf(entries, innocent)
  expect(lanes).toEqual(['device', 'acs'])
  expect(steps).toEqual([{ first: 0, last: 3 }])
  expect(windows).toEqual([{ for: 'a second session', ms: 60_000, how: 'over', first: 4, last: 6 }])
})

test('a window that has not ended is open and reaches to the last row', () => {
  const entries = scenario(timeline => {
    timeline.add(0, { type: 'watch-begun', for: 'a session', ms: 60_000 })
    timeline.request(1)
  })
  expect(diagramOf(entries, innocent).windows).toMatchObject([{ how: 'open', first: 0, last: 1 }])
})

test('a connection that was refused and a request that was not answered break off', () => {
  const entries = scenario(timeline => {
    timeline.add(0, httpUnanswered(1, 'refused'))
    timeline.request(2)
    timeline.entries.pop()
    timeline.add(2000, httpUnanswered(2, 'timeout'))
  })
  expect(linesOf(entries)).toEqual([
    'acs x device: TCP connection (ECONNREFUSED)',
    'acs > device: GET /b7f3c1 Digest (ordinary)',
    'device x acs: no answer (within 30 s)',
  ])
})

test('keep-alives fold into one row, copies of a datagram too, whatever came between', () => {
  const entries = scenario(timeline => {
    for (let round = 0; round < 4; round++) timeline.add(5, bindingResponse(timeline.add(14_995, bindingRequest())))
    timeline.add(100, udpRequest(1, 1, 3))
    timeline.session(1, 50)
    timeline.add(100, udpRequest(1, 2, 3))
    timeline.add(100, udpRequest(1, 3, 3))
    timeline.add(100, bindingResponse(timeline.add(0, bindingRequest('BINDING-CHANGE'))))
  })
  expect(linesOf(entries)).toEqual([
    'gap 14995',
    'device <> stun: Binding Request → Response ×4',
    'stun > device: UDP Connection Request ×3 (ordinary UDP request)',
    'device <> acs: Inform 6 CONNECTION REQUEST → InformResponse (session 1)',
    'device <> stun: Binding Request → Response (BINDING-CHANGE)',
  ])
})

test('an answer that came late, or to another question, has a row of its own', () => {
  const late = scenario(timeline => {
    timeline.request(1)
    timeline.entries.at(-1)!.at += 2500
  })
  expect(linesOf(late)).toEqual([
    'acs > device: GET /b7f3c1 Digest (ordinary)',
    'device > acs: 204 No Content (after 11.6 ms)',
  ])
  const other = scenario(timeline => {
    const first = timeline.add(0, bindingRequest())
    timeline.add(1, bindingRequest('BINDING-CHANGE'))
    timeline.add(1, bindingResponse(first))
  })
  expect(linesOf(other)).toHaveLength(3)
})

test('many RPCs of a session fold', () => {
  const entries = scenario(timeline => {
    for (const id of ['1', '2', '3']) {
      timeline.add(1, rpcSent(4, id, 'GetParameterValues'))
      timeline.add(1, rpcAnswered(4, id, 'GetParameterValues'))
    }
    timeline.add(1, rpcSent(4, '4', 'SetParameterValues'))
    timeline.add(1, rpcAnswered(4, '4', 'SetParameterValues'))
  })
  expect(linesOf(entries)).toEqual(['acs <> device: 4 RPCs → Responses (GetParameterValues ×3, SetParameterValues)'])
})

test('an XMPP Connection Request goes through the server', () => {
  const entries = scenario(timeline => {
    timeline.add(10, xmppRequest(1))
    timeline.add(0, stanza('xmpp-sent', 'get', 'cr-1', '<iq id="cr-1"><connectionRequest xmlns="x"/></iq>'))
    timeline.add(3, stanza('xmpp-received', 'result', 'cr-1', '<iq type="result" id="cr-1"/>'))
    timeline.add(0, xmppAnswer(1, 10, 13.4))
  })
  expect(linesOf(entries)).toEqual([
    'acs > xmpp: iq connectionRequest (ordinary XMPP request)',
    'xmpp <> device: iq get connectionRequest → result',
    'xmpp > acs: result (after 3.4 ms)',
  ])
})

test('evidence keeps its rows, also where nothing else would be shown', () => {
  let answer = 0
  let mark = 0
  const entries = scenario(timeline => {
    const [, answered] = timeline.request(1)
    answer = answered
    mark = timeline.add(0, { type: 'mark', name: 'held' })
  })
  expect(linesOf(entries, guilty(answer, mark))).toEqual([
    'acs > device: GET /b7f3c1 Digest (ordinary)',
    '! device > acs: 204 No Content (after 11.6 ms)',
    '! event: Mark held',
  ])
})

test('a long course is cut, and what is cut is counted', () => {
  const entries = scenario(timeline => {
    timeline.add(0, { type: 'step-begun', text: 'Very many' })
    for (let request = 1; request <= 50; request++) timeline.request(request, { label: `request ${request}` })
  })
  const seq = entries.at(-1)!.seq
  const { rows } = diagramOf(entries, { guilty: new Set([seq]), longest: 10 })
  expect(rows.map(lineOf)).toEqual([
    'step: Very many',
    ...[1, 2, 3, 4, 5].map(n => `acs <> device: GET /b7f3c1 Digest → 204 (request ${n}, after 11.6 ms)`),
    '82 left out',
    ...[47, 48, 49].map(n => `acs <> device: GET /b7f3c1 Digest → 204 (request ${n}, after 11.6 ms)`),
    'acs > device: GET /b7f3c1 Digest (request 50)',
    '! device > acs: 204 No Content (after 11.6 ms)',
  ])
})

test('what an entry of another version lacks does not stop the rest', () => {
  const entries = scenario(timeline => {
    timeline.request(1)
    timeline.add(0, { type: 'session-opened', session: 9 } as unknown as NewEntry)
    timeline.add(0, { type: 'of-the-future' } as unknown as NewEntry)
  })
  expect(linesOf(entries)).toHaveLength(1)
  const broken = entries.at(-2)!.seq
  expect(linesOf(entries, guilty(broken)).at(-1)).toMatch(/^! event: session-opened/)
})

test('whatever happens, evidence is shown, the cap holds, and time goes on', () => {
  const happening = fc.oneof(
    fc.constant<(t: ReturnType<typeof sampleTimeline>, n: number) => void>((t, n) => void t.request(n)),
    fc.constant((t: ReturnType<typeof sampleTimeline>, n: number) => void t.session(n, 40)),
    fc.constant(
      (t: ReturnType<typeof sampleTimeline>) => void t.add(3, bindingResponse(t.add(4000, bindingRequest()))),
    ),
    fc.constant((t: ReturnType<typeof sampleTimeline>) => void t.add(7, udpRequest(1, 1, 9))),
    fc.constant((t: ReturnType<typeof sampleTimeline>, n: number) => void t.add(7, httpUnanswered(n, 'refused'))),
    fc.constant((t: ReturnType<typeof sampleTimeline>) => void t.add(0, { type: 'watch-begun', for: 'x', ms: 5 })),
    fc.constant(
      (t: ReturnType<typeof sampleTimeline>) => void t.add(9, { type: 'watch-ended', for: 'x', ms: 5, how: 'over' }),
    ),
    fc.constant((t: ReturnType<typeof sampleTimeline>) => void t.add(0, { type: 'step-begun', text: 'y' })),
    fc.constant((t: ReturnType<typeof sampleTimeline>) => void t.add(0, { type: 'step-ended', text: 'y' })),
  )
  fc.assert(
    fc.property(
      fc.array(happening, { maxLength: 40 }),
      fc.array(fc.nat(), { maxLength: 8 }),
      fc.nat(30),
      (all, picked, longest) => {
        const entries = scenario(timeline => all.forEach((happen, index) => happen(timeline, index + 1)))
        const cited = new Set(picked.map(pick => (pick % entries.length) + 1))
        const { rows, windows, steps } = diagramOf(entries, { guilty: cited, longest })
        const ofEntries = rows.filter(row => 'seq' in row)
        expect(ofEntries.filter(row => row.guilty).map(row => row.seq)).toEqual([...cited].sort((a, b) => a - b))
        expect(ofEntries.filter(row => !row.guilty).length).toBeLessThanOrEqual(longest)
        expect(ofEntries.map(row => row.at)).toEqual(ofEntries.map(row => row.at).sort((a, b) => a - b))
        expect(rows.map(row => row.at)).toEqual(rows.map(row => row.at).sort((a, b) => a - b))
        for (const { first, last } of [...windows, ...steps]) {
          expect(first).toBeLessThanOrEqual(last)
          expect(last).toBeLessThan(rows.length)
        }
      },
    ),
  )
})
