import { expect, test } from 'vitest'
import { sampleTimeline } from '../sample-timeline.ts'
import { requestOf } from './request-to-repeat.tsx'

const endpoint = { address: '192.0.2.77', port: 30005 }

function conversation() {
  const timeline = sampleTimeline()
  const earlier = timeline.request(1)
  const [challenge] = timeline.request(2, { authorised: false, status: 401 })
  const [sent, answered] = timeline.request(2)
  const opened = timeline.session(2, 900)
  const datagram = timeline.add(5, {
    type: 'udp-cr-sent',
    ...{ request: 1, label: 'ordinary', copy: 1, copies: 1, authorised: true, from: endpoint, to: endpoint },
    raw: { text: 'GET', length: 3 },
  })
  const later = timeline.session(3, 200)
  const entryOf = new Map(timeline.entries.map(entry => [entry.seq, entry] as const))
  const behind = (evidence: number[], from = 1) =>
    requestOf({ metric: { evidence }, scenario: { entries: { from, to: timeline.entries.length } } } as never, entryOf)
      ?.seq
  return { earlier, challenge, sent, answered, opened, datagram, later, behind }
}

test('the request that is cited, or whose answer is', () => {
  const { earlier, sent, answered, behind } = conversation()
  expect(behind([sent])).toBe(sent)
  expect(behind([answered])).toBe(sent)
  expect(behind([earlier[1]])).toBe(earlier[0])
})

test('the leg with credentials stands for the one that fetched the challenge', () => {
  const { challenge, sent, behind } = conversation()
  expect(behind([challenge])).toBe(sent)
})

test('else the last one before what is cited, of whatever transport, within the scenario', () => {
  const { opened, sent, later, datagram, behind } = conversation()
  expect(behind([opened])).toBe(sent)
  expect(behind([later])).toBe(datagram)
  expect(behind([later], datagram + 1)).toBeUndefined()
  expect(behind([])).toBeUndefined()
  expect(behind([99_999])).toBeUndefined()
})
