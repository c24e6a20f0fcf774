import { describe, expect, test } from 'vitest'
import type { Entry, EntryOf } from './entry.ts'
import { connectionRequestSessions, nameOf, sessions } from './sessions.ts'
import { timelineOf } from './timeline.ts'

function opened(seq: number, session: number, events: string[], more: Partial<EntryOf<'session-opened'>> = {}): Entry {
  return {
    seq,
    at: seq * 100,
    type: 'session-opened',
    session,
    connection: 7,
    exchange: 1,
    attemptAt: seq * 100 - 20,
    attemptBasis: 'connection',
    cwmp: 'urn:dslforum-org:cwmp-1-4',
    inform: { deviceId: {}, events: events.map(eventCode => ({ eventCode, commandKey: '' })), parameters: [] },
    problems: [],
    ofDeviceUnderTest: true,
    ...more,
  }
}

const answered = (seq: number, session: number): Entry => ({
  seq,
  at: seq * 100,
  type: 'inform-answered',
  session,
  exchange: 1,
})
const ended = (seq: number, session: number): Entry => ({
  seq,
  at: seq * 100,
  type: 'session-ended',
  session,
  how: 'completed',
})

describe('sessions', () => {
  test('are put together from their opening, their InformResponse and their end', () => {
    const [first, second, ...more] = sessions(
      timelineOf([opened(1, 4, ['2 PERIODIC']), answered(2, 4), opened(3, 5, []), ended(4, 4)]),
    )
    expect(first).toMatchObject({ id: 4, seq: 1, attemptAt: 80, answeredAt: 200, events: ['2 PERIODIC'] })
    expect(first?.ended?.seq).toBe(4)
    expect(second).toMatchObject({ id: 5, answeredAt: undefined, ended: undefined })
    expect(more).toEqual([])
  })

  test('of another device do not count', () => {
    expect(sessions(timelineOf([opened(1, 1, ['6 CONNECTION REQUEST'], { ofDeviceUnderTest: false })]))).toEqual([])
  })

  test('give their RetryCount where it is a number', () => {
    const withCount = (retryCount: string | undefined) => {
      const entry = opened(1, 1, []) as EntryOf<'session-opened'>
      return sessions(timelineOf([{ ...entry, inform: { ...entry.inform, retryCount } }]))[0]?.retryCount
    }
    expect(['0', ' 12\n', '-1', 'two', '1.5', '', undefined].map(withCount)).toEqual([
      0,
      12,
      ...Array(5).fill(undefined),
    ])
  })

  test('count as caused by a Connection Request by exactly that event, alone or beside others', () => {
    const timeline = timelineOf([
      opened(1, 1, ['4 VALUE CHANGE', '6 CONNECTION REQUEST']),
      opened(2, 2, ['4 VALUE CHANGE']),
      opened(3, 3, ['6 CONNECTION REQUEST ']),
      opened(4, 4, ['6 CONNECTION REQUEST']),
    ])
    expect(connectionRequestSessions(timeline).map(({ id }) => id)).toEqual([1, 4])
  })

  test('are named by number and events', () => {
    const names = sessions(timelineOf([opened(1, 4, ['1 BOOT', '6 CONNECTION REQUEST']), opened(2, 5, [])])).map(nameOf)
    expect(names).toEqual(['session 4 (1 BOOT, 6 CONNECTION REQUEST)', 'session 5 (no event)'])
  })
})
