import { describe, expect, test } from 'vitest'
import type { Entry, EntryOf } from './entry.ts'
import { timelineOf } from './timeline.ts'
import { entriesOfRequest, udpRequests, udpRequestsLabelled } from './udp-requests.ts'

const endpoint = { address: '192.0.2.1', port: 3478 }
const copy = (seq: number, request: number, label: string): EntryOf<'udp-cr-sent'> => ({
  ...{ seq, at: seq, type: 'udp-cr-sent', request, label, copy: 1, copies: 1, authorised: true },
  ...{ from: endpoint, to: endpoint, raw: { length: 0 } },
})
const failure = (seq: number, request: number): Entry => ({
  ...{ seq, at: seq, type: 'udp-cr-failed', request, to: endpoint, problem: 'EHOSTUNREACH' },
})

describe('requests', () => {
  const requests = udpRequests(
    timelineOf([copy(1, 1, 'a'), copy(2, 2, 'b'), copy(3, 1, 'a'), failure(4, 1), failure(5, 9), copy(6, 1, 'a')]),
  )

  test('hold their copies together, also when others come between', () => {
    expect(requests.map(({ label, copies }) => [label, copies.map(({ seq }) => seq)])).toEqual([
      ['a', [1, 3, 6]],
      ['b', [2]],
    ])
  })

  test('know their first and last copies and what failed', () => {
    expect(requests[0]).toMatchObject({ seq: 1, first: { seq: 1 }, last: { seq: 6 }, failures: [{ seq: 4 }] })
    expect(requests.map(entriesOfRequest)).toEqual([[1, 6], [2]])
  })

  test('are found by their label', () => {
    expect(udpRequestsLabelled(timelineOf([copy(1, 1, 'a'), copy(2, 2, 'b')]), 'b')).toMatchObject([{ request: 2 }])
    expect(udpRequests(timelineOf([]))).toEqual([])
  })
})
